import { getFormatter, getTranslations } from 'next-intl/server'
import { BarsCard } from '@/components/charts/bars-card'
import type { TicketMonth } from '@/lib/tickets/views/schema'

interface Props {
  read: () => Promise<{ items: TicketMonth[] }>
  /** Whose tickets these are, in the filter language. */
  filter: string
}

/** Its place while it is read. */
export const TicketMonthsPlace = () => <div aria-hidden className="h-64 rounded-lg border bg-raised" />

/** How many tickets somebody created in each of the last months, and how many of them are still open. */
export async function TicketMonths({ read, filter }: Props) {
  const { items: months } = await read()
  const t = await getTranslations('contactPages.history')
  const format = await getFormatter()
  return (
    <BarsCard
      title={t('title')}
      of={t('month')}
      none={t('none')}
      isStacked
      series={[
        { key: 'done', name: t('done'), colour: 'accent' },
        { key: 'open', name: t('open'), colour: 'warning' },
      ]}
      points={months.map(({ month, open, done }) => {
        const first = new Date(`${month}-01`)
        const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).toISOString().slice(0, 10)
        // not-words: the filter language
        const q = `${filter} created:${month}-01..${last}`
        return {
          name: format.dateTime(first, { month: 'short', timeZone: 'UTC' }),
          label: format.dateTime(first, { month: 'long', year: 'numeric', timeZone: 'UTC' }),
          values: { open, done },
          href: `/agent?${new URLSearchParams({ view: 'all', q })}`,
        }
      })}
    />
  )
}
