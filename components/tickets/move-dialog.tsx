'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FormError, Input, Textarea } from '@/components/ui/field'
import type { ActionError } from '@/components/ui/use-action'
import { instantAt, wallClock } from '@/lib/core/zoned'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { isReopening } from '@/lib/tickets/ticket/workflow'

export interface AskedMove {
  status: TicketStatus
  reason?: string
  holdUntil?: string
}

/** Whether a move is one that says why. */
export const asksWhy = (from: TicketStatus, to: TicketStatus) => to === 'hold' || to === 'rejected' || isReopening(from, to)

const titles: Partial<Record<TicketStatus, { title: string; says: string; submit: string }>> = {
  hold: {
    title: 'Put on hold',
    says: 'It comes back by itself at the time you choose, or when the requester writes.',
    submit: 'Put on hold',
  },
  rejected: { title: 'Reject', says: 'The requester sees the reason.', submit: 'Reject' },
}
const reopening = { title: 'Open again', says: 'Say why, so that whoever takes it up knows.', submit: 'Open again' }

const dayMs = 86_400_000

/** Nine in the morning of a day, on the reader's clock. */
const morning = (days: number, timeZone: string) => `${wallClock(new Date(Date.now() + days * dayMs), timeZone).slice(0, 10)}T09:00`
const untilMonday = (timeZone: string) => (8 - new Date(`${wallClock(new Date(), timeZone)}:00Z`).getUTCDay()) % 7 || 7
const presets = [
  { name: 'In 4 hours', at: (timeZone: string) => wallClock(new Date(Date.now() + 4 * 3600_000), timeZone) },
  { name: 'Tomorrow', at: (timeZone: string) => morning(1, timeZone) },
  { name: 'In 3 days', at: (timeZone: string) => morning(3, timeZone) },
  { name: 'Monday', at: (timeZone: string) => morning(untilMonday(timeZone), timeZone) },
]

interface Props {
  /** The move that is asked about; null shows nothing. */
  to: TicketStatus | null
  /** The zone in which the end of a hold is entered. */
  timeZone: string
  error: ActionError | null
  isPending: boolean
  onCancel: () => void
  onMove: (move: AskedMove) => void
}

/** Asks for the reason of a move, and for the end of a hold. */
export function MoveDialog({ to, timeZone, error, isPending, onCancel, onMove }: Props) {
  const [until, setUntil] = useState(() => morning(1, timeZone))
  // Kept while the page is open: a slip of the key does not throw the reason away.
  const [reason, setReason] = useState('')
  if (!to) return null
  const { title, says, submit } = titles[to] ?? reopening
  return (
    <Dialog title={title} says={says} isOpen onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          onMove({ status: to, reason: reason.trim(), ...(to === 'hold' ? { holdUntil: instantAt(until, timeZone).toISOString() } : {}) })
        }}
      >
        <FormError>{error?.message}</FormError>
        {to === 'hold' && (
          <div className="grid gap-2">
            <Field label="Until" hint={timeZone} errors={error?.fields.holdUntil}>
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  value={until}
                  min={wallClock(new Date(), timeZone)}
                  onChange={(event) => setUntil(event.target.value)}
                  required
                />
              )}
            </Field>
            <div className="flex flex-wrap gap-2">
              {presets.map(({ name, at }) => (
                <Button key={name} size="small" onClick={() => setUntil(at(timeZone))}>
                  {name}
                </Button>
              ))}
            </div>
          </div>
        )}
        <Field label="Why" errors={error?.fields.reason}>
          {(control) => (
            <Textarea
              {...control}
              dir="auto"
              rows={3}
              maxLength={1000}
              required
              autoFocus
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {submit}
        </Button>
      </form>
    </Dialog>
  )
}
