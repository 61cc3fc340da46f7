'use client'

import { type RefObject, useState } from 'react'
import { useKeys } from '@/components/ui/keys'
import { drawnOnDemand } from '@/components/ui/on-demand'
import type { Reference } from '@/lib/core/schema'
import { mayMoveTo } from '@/lib/tickets/ticket/optimistic-change'
import { asksWhy, type TicketStatus } from '@/lib/tickets/ticket/workflow'
import type { ListedTicket } from '../listed'
import type { Selection } from '../use-selection'
import type { ListPlace } from './queue'
import type { Asked, Wanted } from './row-asked'
import type { Bulk } from './use-bulk'
import { useCommands } from './use-commands'
import { focusAgain, inSight, rowOf, ticketOf } from './use-place'

const RowAsked = drawnOnDemand(async () => (await import('./row-asked')).RowAsked)

interface Props {
  list: RefObject<HTMLElement | null>
  tickets: ListedTicket[]
  place: ListPlace
  selection: Selection
  bulk: Bulk
  reload: () => Promise<void>
  me: Reference
  undoSeconds: number
  timeZone: string
  permissions: readonly string[]
}

/** The keys of a ticket on the row that has the focus, or on all that are chosen. */
export function RowCommands({ list, tickets, place, selection, bulk, reload, me, undoSeconds, timeZone, permissions }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const run = useCommands(undoSeconds, bulk.run)
  const mayAssign = permissions.includes('ticket.assign')
  const mayUpdate = permissions.includes('ticket.update')
  /** What a key is about: the row that has the focus, or had it last and is still in sight. */
  function meant(): Omit<Asked, 'what'> | null {
    const focused = document.activeElement === document.body ? inSight(rowOf(list.current, place.at)) : document.activeElement
    const row = focused?.matches('a[data-row]') ? (focused as HTMLElement) : null
    const isSelection = selection.ids.size > 0
    const ids = isSelection ? selection.ids : new Set([ticketOf(row)])
    const found = tickets.filter(({ id }) => ids.has(id))
    const from = row ?? rowOf(list.current, found[0]?.id)
    return found.length > 0 && from ? { tickets: found, isSelection, from } : null
  }
  const open = (what: Wanted, may: boolean) => () => {
    const about = may && meant()
    if (!about) return false
    setAsked((before) => ({ what, ...about, turn: (before?.turn ?? 0) + 1 }))
  }
  const assignToMe = () => {
    const about = mayAssign && meant()
    if (!about) return false
    run(about.tickets, { kind: 'assign', to: me }, about.isSelection)
  }
  function move(to: TicketStatus, { tickets: chosen, isSelection, from }: Omit<Asked, 'what'>) {
    const movable = chosen.filter((ticket) => mayMoveTo(ticket, to) || (to === 'hold' && ticket.status === 'hold'))
    const [first] = movable
    if (!first) return false
    if (asksWhy(first.status, to))
      setAsked((before) => ({ what: { move: to }, tickets: movable, isSelection, from, turn: (before?.turn ?? 0) + 1 }))
    else run(movable, { kind: 'status', move: { status: to } }, isSelection)
  }
  const moveTo = (to: TicketStatus) => () => {
    const about = mayUpdate && meant()
    return about ? move(to, about) : false
  }
  const merge = open('merge', mayUpdate)
  useKeys({
    a: open('assign', mayAssign),
    s: open('status', mayUpdate),
    p: open('priority', mayUpdate),
    t: open('tag', mayUpdate),
    m: open('macro', true),
    M: merge,
    i: assignToMe,
    e: moveTo('resolved'),
    h: moveTo('hold'),
  })
  /** The focus goes back once what was opened is gone, unless someone has gone on meanwhile. */
  function close() {
    // Another may have been opened since.
    setAsked((now) => (now === asked ? null : now))
    giveFocusBack()
  }
  function giveFocusBack(framesLeft = 10) {
    requestAnimationFrame(() => {
      const focused = document.activeElement
      // What is going away may hold it for another frame.
      if (focused?.closest('[data-radix-popper-content-wrapper]') && framesLeft > 0) return giveFocusBack(framesLeft - 1)
      if (focused !== document.body) return
      if (asked?.from.isConnected) asked.from.focus({ preventScroll: true })
      else focusAgain(list.current, place)
    })
  }
  if (!asked) return null
  return (
    <RowAsked
      key={asked.turn}
      {...{ asked, bulk, reload, me, run, timeZone, close }}
      onMove={(to) => void move(to, asked)}
      onFailed={close}
    />
  )
}
