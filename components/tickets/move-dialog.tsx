'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { DateMenu } from '@/components/ui/date-menu'
import { Dialog } from '@/components/ui/dialog'
import { Field, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import type { ActionError } from '@/components/ui/use-action'
import { datePresets } from '@/lib/core/date-presets'
import { instantAt } from '@/lib/core/zoned'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'

export interface AskedMove {
  status: TicketStatus
  reason?: string
  holdUntil?: string
}

/** What is asked of a move: of a hold, a rejection, or else of a reopening. */
const askedAbout = (to: TicketStatus) => (to === 'hold' ? 'hold' : to === 'rejected' ? 'reject' : 'reopen')

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
  const dates = useTranslations('ui.dateMenu')
  const [presets] = useState(() => datePresets(new Date(), timeZone))
  const [until, setUntil] = useState(() => presets.find(({ name }) => name === 'tomorrow')?.at ?? '')
  // Kept while the page is open: a slip of the key does not throw the reason away.
  const [reason, setReason] = useState('')
  if (!to) return null
  const about = askedAbout(to)
  return (
    <Dialog title={t(about)} says={t(`${about}Says`)} isOpen onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <form
        className="grid gap-4"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) event.currentTarget.requestSubmit()
        }}
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
                <DateMenu
                  {...control}
                  label={t('until')}
                  isPlain
                  isFuture
                  required
                  value={until}
                  onChoose={setUntil}
                  timeZone={timeZone}
                  className="h-9 px-3"
                />
              )}
            </Field>
            <div className="flex flex-wrap gap-2">
              {presets.map(({ name, at }) => (
                <Button key={name} size="small" aria-pressed={until === at} onClick={() => setUntil(at)}>
                  {dates(name)}
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
