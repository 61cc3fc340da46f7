'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useId, useState } from 'react'
import { newTicketAddress, openNewTicket } from '@/components/tickets/new-ticket/address'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { useKeys } from '@/components/ui/keys'
import { Modal as Primitive } from '@/components/ui/modal'
import { api } from '@/lib/wiring/client'

interface Place {
  name: string
  href: string
}

interface Entry {
  id: string
  name: string
  hint?: string
  use: () => void
}

/** What keys do, as `?` lists it. On a ticket and on a list the palette offers them too. */
const ticketKeys = [
  { key: 'r', name: 'ticket.reply' },
  { key: 'n', name: 'ticket.note' },
  { key: 'a', name: 'ticket.assign' },
  { key: 'i', name: 'ticket.take' },
  { key: 's', name: 'ticket.status' },
  { key: 'p', name: 'ticket.priority' },
  { key: 't', name: 'ticket.tag' },
  { key: 'h', name: 'ticket.hold' },
  { key: 'e', name: 'ticket.resolve' },
  { key: 'm', name: 'ticket.macro' },
  { key: 'M', name: 'ticket.merge' },
] as const
const help = [
  {
    title: 'groups.anywhere',
    keys: [
      { key: 'Ctrl K', name: 'anywhere.commands' }, // not-words: keys
      { key: 'c', name: 'anywhere.newTicket' },
      { key: 'g n', name: 'anywhere.takeNext' },
      { key: 'g i', name: 'anywhere.inbox' },
      { key: 'g c', name: 'anywhere.contacts' },
      { key: 'g s', name: 'anywhere.settings' },
      { key: '?', name: 'anywhere.help' },
    ],
  },
  {
    title: 'groups.list',
    keys: [
      { key: 'j k', name: 'list.move' },
      { key: 'Enter', name: 'list.open' },
      { key: 'x', name: 'list.select' },
      { key: 'a i s p t h e m M', name: 'list.change' },
      { key: '/', name: 'list.search' },
      { key: 'f', name: 'list.filter' },
      { key: 'Esc', name: 'list.clear' },
    ],
  },
  {
    title: 'groups.ticket',
    keys: [...ticketKeys, { key: 'j k', name: 'ticket.move' }, { key: 'Esc', name: 'ticket.back' }],
  },
  {
    title: 'groups.writing',
    keys: [
      { key: 'Ctrl Enter', name: 'writing.send' }, // not-words: keys
      { key: 'Ctrl Shift Enter', name: 'writing.sendAndResolve' }, // not-words: keys
      { key: '/', name: 'writing.canned' },
      { key: '@', name: 'writing.mention' },
      { key: 'Esc', name: 'writing.leave' },
    ],
  },
] as const

const takeNext = 'g n'

function press(keys: string) {
  for (const key of keys.split(' ')) window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}
/** What the keys can do here; a list has no place to write in. */
function keysHere() {
  const { pathname } = window.location
  if (pathname.startsWith('/agent/tickets/')) return ticketKeys
  return pathname === '/agent' ? ticketKeys.filter(({ key }) => key !== 'r' && key !== 'n') : []
}

/** Commands by name: go to a page, act on this ticket, search. */
export function Palette({ places, mayCreate, mayTake = false }: { places: Place[]; mayCreate: boolean; mayTake?: boolean }) {
  const t = useTranslations('palette')
  const router = useRouter()
  const [isOpen, setOpen] = useState(false)
  const [isHelp, setHelp] = useState(false)
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<Entry[]>([])
  const [at, setAt] = useState(0)
  const list = useId()

  useEffect(() => {
    const toggle = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.defaultPrevented) return
      event.preventDefault()
      setTyped('')
      setFound([])
      setAt(0)
      setOpen((before) => !before)
    }
    window.addEventListener('keydown', toggle)
    return () => window.removeEventListener('keydown', toggle)
  }, [])
  const openHelp = () => setHelp(true)
  const newTicket = () => (window.location.pathname.startsWith('/agent') ? openNewTicket() : router.push(`/agent${newTicketAddress}`))
  useKeys({
    c: () => (mayCreate ? newTicket() : false),
    '?': openHelp,
    'g i': () => router.push('/agent'),
    'g c': () => router.push('/agent/contacts'),
    'g s': () => router.push('/settings'),
  })

  const q = typed.trim()
  useEffect(() => {
    if (!isOpen || q.length < 2) return setFound([])
    const timer = setTimeout(() => {
      api.tickets.list({ q, limit: 6 }).then(
        ({ items }) =>
          setFound(
            items.map(({ id, number, title, requester }) => ({
              id,
              name: `${number} ${title}`,
              hint: requester.name,
              use: () => router.push(`/agent/tickets/${id}`),
            })),
          ),
        () => setFound([]), // half a filter is no search yet
      )
    }, 180)
    return () => clearTimeout(timer)
  }, [q, isOpen, router])

  const commands: Entry[] = [
    ...(isOpen ? keysHere().map(({ key, name }) => ({ id: `key-${key}`, name: t(name), hint: key, use: () => press(key) })) : []),
    ...(mayCreate ? [{ id: 'new', name: t('anywhere.newTicket'), hint: 'c', use: newTicket }] : []),
    ...(mayTake ? [{ id: takeNext, name: t('anywhere.takeNext'), hint: takeNext, use: () => press(takeNext) }] : []),
    ...places.map(({ name, href }) => ({ id: href, name: t('goTo', { place: name }), use: () => router.push(href) })),
    { id: 'help', name: t('showKeys'), hint: '?', use: () => setHelp(true) },
  ]
  const fitting = commands.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  const search: Entry[] = q
    ? [{ id: 'search', name: t('searchFor', { query: q }), use: () => router.push(`/agent?${new URLSearchParams({ q })}`) }]
    : []
  const entries = [...fitting, ...found, ...search]
  function use(entry: Entry | undefined) {
    if (!entry) return
    setOpen(false)
    // Once the dialog has given the focus back, keys mean the page again.
    setTimeout(entry.use, 30)
  }
  function onKeyDown(event: ReactKeyboardEvent) {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, entries.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else if (event.key === 'Enter') use(entries[at])
    else return
    event.preventDefault()
  }
  return (
    <>
      <Primitive.Root open={isOpen} onOpenChange={setOpen}>
        <Primitive.Portal>
          <Primitive.Overlay className="fixed inset-0 z-40 bg-black/40" />
          <Primitive.Content
            aria-describedby={undefined}
            className="fixed inset-x-0 top-[15vh] z-50 mx-auto w-[min(36rem,calc(100vw-2rem))] overflow-hidden rounded-lg border bg-raised"
          >
            <Primitive.Title className="sr-only">{t('title')}</Primitive.Title>
            <input
              role="combobox"
              aria-label={t('label')}
              aria-expanded
              aria-controls={list}
              aria-activedescendant={entries[at] ? `${list}-${at}` : undefined}
              autoComplete="off"
              dir="auto"
              value={typed}
              placeholder={t('placeholder')}
              onChange={(event) => {
                setTyped(event.target.value)
                setAt(0)
              }}
              onKeyDown={onKeyDown}
              className="h-12 w-full border-b bg-transparent px-4 outline-none placeholder:text-muted"
            />
            <div id={list} role="listbox" aria-label={t('title')} className="max-h-[50vh] overflow-y-auto p-1.5">
              {entries.map((entry, place) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
                // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
                <div
                  key={entry.id}
                  id={`${list}-${place}`}
                  role="option"
                  aria-selected={place === at}
                  ref={(element) => {
                    if (place === at) element?.scrollIntoView({ block: 'nearest' })
                  }}
                  onPointerMove={() => setAt(place)}
                  onClick={() => use(entry)}
                  className={cn('flex cursor-pointer items-center gap-3 rounded px-3 py-2 text-sm', place === at && 'bg-line/60')}
                >
                  <bdi className="min-w-0 flex-1 truncate">{entry.name}</bdi>
                  {entry.hint && <span className="max-w-40 truncate text-xs text-muted">{entry.hint}</span>}
                </div>
              ))}
            </div>
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
      <Dialog title={t('keys')} isOpen={isHelp} onOpenChange={setHelp}>
        <div className="grid gap-5 sm:grid-cols-2">
          {help.map(({ title, keys }) => (
            <section key={title}>
              <h3 className="mb-1.5 text-sm font-semibold">{t(title)}</h3>
              <dl className="grid grid-cols-[5.5rem_1fr] gap-y-1 text-sm">
                {keys.map(({ key, name }) => (
                  <div key={key + name} className="contents">
                    <dt>
                      <kbd className="rounded border px-1.5 py-0.5 text-xs">{key}</kbd>
                    </dt>
                    <dd className="text-muted">{t(name)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Dialog>
    </>
  )
}
