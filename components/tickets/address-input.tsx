'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { type Addressee, readAddressees, writeAddressee } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import { api } from '@/lib/wiring/client'

const waitMs = 200
const mostSuggestions = 6

interface Props {
  label: string
  /** As they were typed or chosen, `Ann <ann@shop.example>`. */
  value: string[]
  onChange: (value: string[]) => void
  /** What is to be thought of with an address, such as that nobody wrote to it before. */
  warn?: (email: string) => ReactNode
  /** What the server says is wrong. */
  errors?: string[]
  isFocused?: boolean
}

/** Addresses as chips: typed, pasted or chosen from the contacts. What is no address stays, and says so. */
export function AddressInput({ label, value, onChange, warn, errors = [], isFocused }: Props) {
  const t = useTranslations('tickets.addressees')
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(-1)
  const found = useContacts(typed)
  const isOpen = found.length > 0
  const chips = value.map((text) => ({ text, ...(readAddressees(text)[0] ?? { email: null, name: '' }) }))
  const problems = [
    ...chips.filter(({ email }) => !email).map(({ text }) => t('notAnAddress', { address: text })),
    ...errors.filter(() => chips.every(({ email }) => email)),
  ]
  const warnings = chips.flatMap(({ email }) => {
    const says = email && warn?.(email)
    return says ? [{ email, says }] : []
  })
  useEffect(() => {
    if (isFocused) input.current?.focus()
  }, [isFocused])

  function add(given: readonly string[]) {
    const taken = new Set(chips.map(({ email, text }) => email ?? text))
    const fresh = given.filter((text) => {
      const key = readAddressees(text)[0]?.email ?? text
      return !taken.has(key) && taken.add(key)
    })
    setTyped('')
    setAt(-1)
    if (fresh.length > 0) onChange([...value, ...fresh])
  }
  const take = (text: string) =>
    add(readAddressees(text).map(({ text: given, email, name }) => (email ? writeAddressee({ email, name }) : given)))
  function onKeyDown(event: KeyboardEvent) {
    const option = found[at]
    if (event.key === 'ArrowDown' && isOpen) setAt((at + 1) % found.length)
    else if (event.key === 'ArrowUp' && isOpen) setAt((at <= 0 ? found.length : at) - 1)
    else if (event.key === 'Escape' && isOpen) setTyped('')
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) option ? add([writeAddressee(option)]) : take(typed)
    else if ((event.key === ',' || event.key === ';') && typed.includes('@')) take(typed)
    else if (event.key === 'Backspace' && typed === '' && value.length > 0) onChange(value.slice(0, -1))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative grid grid-cols-[2.5rem_minmax(0,1fr)] items-start gap-x-1 text-sm">
      <label htmlFor={id} className="pt-1 text-muted">
        {label}
      </label>
      <div className="flex min-w-0 flex-wrap items-center gap-1">
        {chips.map(({ text, email, name }, place) => (
          <span
            key={text}
            title={email ?? undefined}
            className={cn(
              'flex max-w-full items-center gap-1 rounded-full border bg-surface ps-2',
              !email && 'border-danger text-danger',
              email && warn?.(email) && 'border-warning',
            )}
          >
            <bdi className="truncate">{name || (email ? shownAddress(email) : text)}</bdi>
            <button
              type="button"
              aria-label={t('remove', { address: email ?? text })}
              className="rounded-full p-1 hover:bg-line/60"
              onClick={() => {
                onChange(value.filter((_, other) => other !== place))
                input.current?.focus()
              }}
            >
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        ))}
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${id}-list` : undefined}
          aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problems.length + warnings.length > 0 ? `${id}-says` : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(-1)
          }}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text/plain')
            if (!text.includes('@')) return
            event.preventDefault()
            take(typed + text)
          }}
          onBlur={() => take(typed)}
          onKeyDown={onKeyDown}
          className="h-7 min-w-32 flex-1 bg-transparent px-1 outline-none focus-visible:outline-2 focus-visible:outline-link"
        />
      </div>
      {isOpen && (
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          className="absolute start-10 top-full z-40 max-h-48 w-72 max-w-[calc(100%-2.5rem)] overflow-y-auto rounded-md border bg-raised p-1 shadow-md"
        >
          {found.map((option, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
            <div
              key={option.email}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === at}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => add([writeAddressee(option)])}
              className={cn('cursor-pointer rounded px-2 py-1', place === at && 'bg-line/60')}
            >
              <bdi className="block truncate">{option.name}</bdi>
              <span className="block truncate text-xs text-muted">{shownAddress(option.email)}</span>
            </div>
          ))}
        </div>
      )}
      {problems.length + warnings.length > 0 && (
        <div id={`${id}-says`} role="status" className="col-start-2 grid gap-0.5 py-0.5 text-xs">
          {problems.map((problem) => (
            <p key={problem} className="text-danger">
              {problem}
            </p>
          ))}
          {warnings.map(({ email, says }) => (
            <div key={email} className="text-warning">
              {says}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** Contacts whose name or address has what is typed; nobody for who may not see contacts. */
function useContacts(typed: string): Addressee[] {
  const [found, setFound] = useState<Addressee[]>([])
  const q = typed.trim()
  useEffect(() => {
    let isOver = false
    if (q.length < 2) return setFound([])
    const timer = setTimeout(() => {
      api.contacts.list({ q, limit: mostSuggestions }).then(
        ({ items }) => {
          const each = items.flatMap(({ name, emails }) => (emails[0] ? [{ name, email: emails[0] }] : []))
          if (!isOver) setFound(each)
        },
        () => {}, // one types the address
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [q])
  return found
}
