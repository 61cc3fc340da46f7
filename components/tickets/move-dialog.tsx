'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
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

/** What is asked of a move: of a hold, a rejection, or else of a reopening. */
const askedAbout = (to: TicketStatus) => (to === 'hold' ? 'hold' : to === 'rejected' ? 'reject' : 'reopen')

const dayMs = 86_400_000

/** Nine in the morning of a day, on the reader's clock. */
const morning = (days: number, timeZone: string) => `${wallClock(new Date(Date.now() + days * dayMs), timeZone).slice(0, 10)}T09:00`
const untilMonday = (timeZone: string) => (8 - new Date(`${wallClock(new Date(), timeZone)}:00Z`).getUTCDay()) % 7 || 7
const presets = [
  { name: 'in4Hours', at: (timeZone: string) => wallClock(new Date(Date.now() + 4 * 3600_000), timeZone) },
  { name: 'tomorrow', at: (timeZone: string) => morning(1, timeZone) },
  { name: 'in3Days', at: (timeZone: string) => morning(3, timeZone) },
  { name: 'monday', at: (timeZone: string) => morning(untilMonday(timeZone), timeZone) },
] as const

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
  const t = useTranslations('tickets.move')
  const ui = useTranslations('ui')
  const [until, setUntil] = useState(() => morning(1, timeZone))
  // Kept while the page is open: a slip of the key does not throw the reason away.
  const [reason, setReason] = useState('')
  if (!to) return null
  const about = askedAbout(to)
  return (
    <Dialog title={t(about)} says={t(`${about}Says`)} isOpen onOpenChange={(isOpen) => !isOpen && onCancel()}>
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
            <Field label={t('until')} hint={timeZone} errors={error?.fields.holdUntil}>
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
                  {t(name)}
                </Button>
              ))}
            </div>
          </div>
        )}
        <Field label={t('reason')} errors={error?.fields.reason}>
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
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" isPending={isPending}>
            {t(about)}
          </Button>
          <Button onClick={onCancel}>{ui('cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
