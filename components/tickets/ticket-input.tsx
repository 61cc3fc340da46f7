'use client'

import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { Field, Input } from '@/components/ui/field'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'
import { TicketName } from './labels'

const waitMs = 200
const mostOwn = 3
const mostFound = 6

interface Props {
  label: string
  name: string
  value: string
  onChange: (value: string) => void
  /** Whose tickets come first, and are shown before anything is typed. */
  requester?: string | null
  /** The ticket that is not offered. */
  besides?: string
  errors?: string[]
}

/** A ticket by its number, or found by what it says. The list stands below the field, so that it covers no button. */
export function TicketInput({ label, name, value, onChange, requester = null, besides, errors }: Props) {
  const t = useTranslations('tickets.ticketInput')
  const [chosen, setChosen] = useState<TicketOutput | null>(null)
  const [at, setAt] = useState(-1)
  const isChosen = chosen !== null && chosen.number === value
  const found = useTickets(isChosen ? null : value.trim(), requester).filter(({ id }) => id !== besides)
  const option = found[at]

  function choose(ticket: TicketOutput) {
    setChosen(ticket)
    setAt(-1)
    onChange(ticket.number)
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' && found.length > 0) setAt((at + 1) % found.length)
    else if (event.key === 'ArrowUp' && found.length > 0) setAt((at <= 0 ? found.length : at) - 1)
    else if (event.key === 'Enter' && option) choose(option)
    else return
    event.preventDefault()
  }
  return (
    <div className="grid gap-2">
      <Field label={label} errors={errors}>
        {(control) => (
          <Input
            {...control}
            name={name}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={found.length > 0}
            aria-controls={found.length > 0 ? `${control.id}-list` : undefined}
            aria-activedescendant={option && `ticket-${option.id}`}
            dir="auto"
            value={value}
            onChange={(event) => {
              setAt(-1)
              onChange(event.target.value)
            }}
            onKeyDown={onKeyDown}
            placeholder={t('hint')}
            autoComplete="off"
            maxLength={60}
            required
            autoFocus
          />
        )}
      </Field>
      {isChosen && (
        <p dir="auto" className="truncate text-sm">
          {chosen.title} <span className="text-muted">· {chosen.requester.name}</span>
        </p>
      )}
      {found.length > 0 && (
        <div role="listbox" aria-label={label} className="max-h-56 overflow-y-auto rounded-md border p-1 text-sm">
          {found.map((ticket, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: it is pointed at by aria-activedescendant
            <div
              key={ticket.id}
              id={`ticket-${ticket.id}`}
              role="option"
              aria-selected={place === at}
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => setAt(place)}
              onClick={() => choose(ticket)}
              className={cn('flex cursor-pointer items-center gap-2 rounded px-2 py-1.5', place === at && 'bg-line/60')}
            >
              <TicketName ticket={ticket} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** Tickets of whoever is named first, then others; none for null, or half a filter. */
function useTickets(q: string | null, requester: string | null): TicketOutput[] {
  const [found, setFound] = useState<TicketOutput[]>([])
  useEffect(() => {
    let isOver = false
    if (q === null || (q === '' && !requester)) return setFound([])
    const ask = (filter: string, limit: number) =>
      api.tickets.list({ q: filter, limit }).then(
        ({ items }) => items,
        () => [], // one types the number
      )
    const timer = setTimeout(
      async () => {
        // not-words: a filter
        const own = requester ? ask(`requester:"${requester}" ${q}`, q ? mostOwn : mostFound) : []
        const others = q ? ask(q, mostFound) : []
        const all = [...(await own), ...(await others)]
        if (!isOver) setFound(all.filter((ticket, place) => all.findIndex(({ id }) => id === ticket.id) === place))
      },
      q ? waitMs : 0,
    )
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [q, requester])
  return found
}
