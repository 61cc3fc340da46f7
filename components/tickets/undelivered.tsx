'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Time } from '@/components/ui/time'
import { useAction } from '@/components/ui/use-action'
import { shownAddress } from '@/lib/core/mail-address'
import type { UndeliveredReason } from '@/lib/mail/schema'
import type { ActivityOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'

interface Props {
  /** One after another, with nothing said between them. */
  events: ActivityOutput[]
  timeZone: string
  maySuppress: boolean
}

/** What mail systems report of emails of a ticket, in one line: several fold. */
export function Undelivered({ events, timeZone, maySuppress }: Props) {
  const t = useTranslations('tickets.activity')
  const [only, ...others] = events
  if (!only) return null
  if (others.length === 0)
    return (
      <li className="px-4 text-xs text-muted">
        <Report event={only} timeZone={timeZone} maySuppress={maySuppress} />
      </li>
    )
  return (
    <li className="px-4 text-xs text-muted">
      <details>
        <summary className="w-fit cursor-pointer py-1">{t('notDeliveredMany', { count: events.length })}</summary>
        <ul className="grid gap-1">
          {events.map((event) => (
            <li key={event.id}>
              <Report event={event} timeZone={timeZone} maySuppress={maySuppress} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  )
}

interface Report {
  mailId: string
  recipients: string[]
  reason: UndeliveredReason
  /** Of those that do not work, to which email is still sent. */
  suppressible?: string[]
}

function Report({ event: { payload, at }, timeZone, maySuppress }: Omit<Props, 'events'> & { event: ActivityOutput }) {
  const t = useTranslations('tickets.activity')
  const reasons = useTranslations('common.delivery.reasons')
  const { mailId, recipients, reason, suppressible = [] } = payload as unknown as Report
  const said = { addresses: recipients.map(shownAddress).join(', '), count: recipients.length, reason: reasons(reason) }
  const words =
    reason === 'complaint' && recipients.length > 0
      ? t('complained', { address: said.addresses })
      : t(reason === 'try_later' ? 'notDeliveredYet' : 'notDelivered', said)
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <span className="min-w-0 wrap-anywhere">{words}</span>
      {maySuppress && suppressible.map((email) => <Suppress key={email} mailId={mailId} email={email} />)}
      <Time at={at} timeZone={timeZone} className="ms-auto shrink-0" />
    </div>
  )
}

/** Anybody who has seen an email can write a report of it, so that an address works no more is for a person to say. */
export function Suppress({ mailId, email }: { mailId: string; email: string }) {
  const t = useTranslations('tickets.activity')
  const address = shownAddress(email)
  const { run, isPending } = useAction(api.mail.suppressUndelivered, { success: t('suppressed', { address }) })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id: mailId, email })}>
      {t('suppress', { address })}
    </Button>
  )
}
