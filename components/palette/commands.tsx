'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useId, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { Modal as Primitive } from '@/components/ui/modal'
import { api } from '@/lib/wiring/client'
import { ticketKeys } from './ticket-keys'

interface Entry {
  id: string
  name: string
  hint?: string
  use: () => void
}

export interface CommandsProps {
  places: { name: string; href: string }[]
  mayCreate: boolean
  mayTake?: boolean
  newTicket: () => void
  showHelp: () => void
  onClose: () => void
}

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

/** Commands by name, to be typed: go to a page, act on this ticket, search. */
export function Commands({ places, mayCreate, mayTake = false, newTicket, showHelp, onClose }: CommandsProps) {
  const t = useTranslations('palette')
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<Entry[]>([])
  const [at, setAt] = useState(0)
  const list = useId()
  const q = typed.trim()
  useEffect(() => {
    if (q.length < 2) return setFound([])
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
  }, [q, router])

  const commands: Entry[] = [
    ...keysHere().map(({ key, name }) => ({ id: `key-${key}`, name: t(name), hint: key, use: () => press(key) })),
    ...(mayCreate ? [{ id: 'new', name: t('anywhere.newTicket'), hint: 'c', use: newTicket }] : []),
    ...(mayTake ? [{ id: takeNext, name: t('anywhere.takeNext'), hint: takeNext, use: () => press(takeNext) }] : []),
    ...places.map(({ name, href }) => ({ id: href, name: t('goTo', { place: name }), use: () => router.push(href) })),
    { id: 'help', name: t('showKeys'), hint: '?', use: showHelp },
  ]
  const fitting = commands.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  const search: Entry[] = q
    ? [{ id: 'search', name: t('searchFor', { query: q }), use: () => router.push(`/agent?${new URLSearchParams({ q })}`) }]
    : []
  const entries = [...fitting, ...found, ...search]
  function use(entry: Entry | undefined) {
    if (!entry) return
    onClose()
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
    <Primitive.Root open onOpenChange={onClose}>
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
  )
}
