import { useTranslations } from 'next-intl'
import { Time } from '@/components/ui/time'
import type { ActivityOutput } from '@/lib/tickets/ticket/schema'
import { isSentence, useActivityWords } from './activity'

/** From so many on they fold. */
const many = 3

/** What happened to a ticket between two messages: a line each, or one line that opens. */
export function Changes({ events, timeZone }: { events: ActivityOutput[]; timeZone: string }) {
  const t = useTranslations('tickets.activity')
  const words = useActivityWords()
  const lines = events.flatMap((event) => {
    const says = words(event)
    if (!says) return []
    const line = isSentence(event) ? says : event.actor ? t('did', { name: event.actor, says }) : t('requesterDid', { says })
    return [
      <li key={event.id} className="flex items-baseline gap-2 text-xs text-muted">
        <span dir="auto" className="min-w-0 wrap-anywhere">
          {line}
        </span>
        <Time at={event.at} timeZone={timeZone} className="ms-auto shrink-0" isOneOfMany />
      </li>,
    ]
  })
  if (lines.length === 0) return null
  return (
    <li className="px-4">
      {lines.length < many ? (
        <ul className="grid gap-2">{lines}</ul>
      ) : (
        <details>
          <summary className="w-fit cursor-pointer py-1 text-xs text-muted">{t('changes', { count: lines.length })}</summary>
          <ul className="grid gap-1.5 pt-1">{lines}</ul>
        </details>
      )}
    </li>
  )
}
