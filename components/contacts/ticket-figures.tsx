import { type createFormatter, useFormatter, useTranslations } from 'next-intl'
import { Time } from '@/components/ui/time'
import type { TicketCounts } from '@/lib/tickets/views/schema'
import { mostCounted } from '@/lib/tickets/views/values'

/** A count of tickets; `+` where no more than so many were looked at. */
export const countTextOf =
  (format: ReturnType<typeof createFormatter>) =>
  (count: number, lookedAt = count) =>
    lookedAt < mostCounted ? format.number(count) : `${format.number(Math.min(count, mostCounted - 1))}+`

/** How many tickets somebody has, as far as the reader may see them, and when the last of them changed. */
export function TicketFigures({ counts, timeZone }: { counts: TicketCounts | undefined; timeZone: string }) {
  const t = useTranslations('contactPages.list')
  const countText = countTextOf(useFormatter())
  if (!counts?.all) return null
  const figures = [
    { name: t('open'), says: countText(counts.open, counts.all) },
    { name: t('tickets'), says: countText(counts.all) },
    { name: t('lastActivity'), says: counts.lastActivityAt && <Time at={counts.lastActivityAt} timeZone={timeZone} /> },
  ]
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2">
      {figures.map(({ name, says }) => (
        <div key={name}>
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-lg font-semibold tabular-nums">{says}</dd>
        </div>
      ))}
    </dl>
  )
}
