'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, FormError, Input, Textarea } from '@/components/ui/field'
import type { ActionError } from '@/components/ui/use-action'
import type { TicketStatus } from '@/lib/tickets/schema'
import { isReopening } from '@/lib/tickets/workflow'

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

const two = (n: number) => String(n).padStart(2, '0')
/** As `datetime-local` wants it: the wall clock of the reader's machine. */
const local = (at: Date) =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`

/** Nine in the morning, some days from today. */
function morning(days: number) {
  const at = new Date()
  at.setDate(at.getDate() + days)
  at.setHours(9, 0, 0, 0)
  return at
}
const untilMonday = () => (8 - new Date().getDay()) % 7 || 7
const presets = [
  { name: 'In 4 hours', at: () => new Date(Date.now() + 4 * 3600_000) },
  { name: 'Tomorrow', at: () => morning(1) },
  { name: 'In 3 days', at: () => morning(3) },
  { name: 'Monday', at: () => morning(untilMonday()) },
]

interface Props {
  /** The move that is asked about; null shows nothing. */
  to: TicketStatus | null
  error: ActionError | null
  isPending: boolean
  onCancel: () => void
  onMove: (move: AskedMove) => void
}

/** Asks for the reason of a move, and for the end of a hold. */
export function MoveDialog({ to, error, isPending, onCancel, onMove }: Props) {
  const [until, setUntil] = useState(() => local(morning(1)))
  if (!to) return null
  const { title, says, submit } = titles[to] ?? reopening
  return (
    <Dialog title={title} says={says} isOpen onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          const reason = String(new FormData(event.currentTarget).get('reason')).trim()
          onMove({ status: to, reason, ...(to === 'hold' ? { holdUntil: new Date(until).toISOString() } : {}) })
        }}
      >
        <FormError>{error?.message}</FormError>
        {to === 'hold' && (
          <div className="grid gap-2">
            <Field label="Until" errors={error?.fields.holdUntil}>
              {(control) => (
                <Input
                  {...control}
                  type="datetime-local"
                  value={until}
                  min={local(new Date())}
                  onChange={(event) => setUntil(event.target.value)}
                  required
                />
              )}
            </Field>
            <div className="flex flex-wrap gap-2">
              {presets.map(({ name, at }) => (
                <Button key={name} size="small" onClick={() => setUntil(local(at()))}>
                  {name}
                </Button>
              ))}
            </div>
          </div>
        )}
        <Field label="Why" errors={error?.fields.reason}>
          {(control) => <Textarea {...control} name="reason" dir="auto" rows={3} maxLength={1000} required />}
        </Field>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {submit}
        </Button>
      </form>
    </Dialog>
  )
}
