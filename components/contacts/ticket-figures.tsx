import { useFormatter, useTranslations } from 'next-intl'
import { Time } from '@/components/ui/time'
import { mostCounted, type TicketCounts } from '@/lib/tickets/views/schema'

/** How many tickets somebody has, as far as the reader may see them, and when the last of them changed. */
export function TicketFigures({ counts, timeZone }: { counts: TicketCounts | undefined; timeZone: string }) {
  const t = useTranslations('contactPages.list')
  const format = useFormatter()
  if (!counts?.all) return null
  const figures = [
    { name: t('open'), says: format.number(counts.open) },
    { name: t('tickets'), says: counts.all === mostCounted ? `${format.number(counts.all)}+` : format.number(counts.all) },
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
