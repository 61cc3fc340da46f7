import { call } from '@orpc/server'
import { BookOpen, Search } from 'lucide-react'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { helpCentre } from '@/app/t/kb/help-centre'
import { signedIn } from '@/app/t/viewer'
import { BarsCard } from '@/components/charts/bars-card'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { type Analytics, getAnalytics } from '@/lib/kb/readers/analytics'
import { PeriodLinks, periodOf, Tiles } from './period-links'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.analytics'))('title') })

/** What readers of the help centre read, looked for and did not find. */
export default async function KbAnalytics({ searchParams }: { searchParams: Promise<{ days?: string; locale?: string }> }) {
  const t = await getTranslations('kbPages.analytics')
  const pages = await getTranslations('kbPages')
  const format = await getFormatter()
  await signedIn()
  const asked = await searchParams
  const { locales } = await helpCentre()
  const days = periodOf(asked.days)
  const locale = locales.find((each) => each === asked.locale)
  const found = await load((context) => call(getAnalytics, { days, locale }, { context }))
  const { totals } = found
  const share = (part: number, whole: number) => (whole === 0 ? '–' : format.number(part / whole, { style: 'percent' }))
  const seconds = (value: number | null) => (value === null ? '–' : t('seconds', { count: value }))
  const points = found.byDay.map(({ day, views, searches, missed }) => ({
    name: format.dateTime(new Date(day), 'day', { timeZone: 'UTC' }),
    values: { views, missed, found: searches - missed },
  }))
  const queries = (rows: Analytics['queries'], hasWrite: boolean) =>
    rows.map((row) => ({
      id: `${row.locale} ${row.query}`,
      cells: [
        { value: row.query, show: <bdi lang={row.locale}>{row.query}</bdi> },
        row.locale.toUpperCase(),
        row.searches,
        row.missed,
        hasWrite
          ? {
              value: row.query,
              show: (
                <Link href={`/agent/kb?${new URLSearchParams({ write: row.query })}`} className="text-link">
                  {t('write')}
                </Link>
              ),
            }
          : row.choices,
      ],
    }))
  const ofQueries = (last: string, isNumber: boolean) => [
    { name: t('query') },
    { name: t('language') },
    { name: t('searches'), isNumber: true },
    { name: t('missed'), isNumber: true },
    { name: last, isNumber },
  ]
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 *:first:mb-1 md:p-6">
      <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')}>
        <PeriodLinks path="/agent/kb/analytics" days={days} locale={locale} locales={locales} />
      </PageHeader>
      <Tiles
        tiles={[
          { name: t('views'), value: format.number(totals.views) },
          { name: t('searches'), value: format.number(totals.searches) },
          { name: t('missedShare'), value: share(totals.missed, totals.searches) },
          { name: t('helpfulShare'), value: share(totals.helpful, totals.helpful + totals.notHelpful) },
          { name: t('deflected'), value: format.number(totals.deflected) },
          { name: t('timeRead'), value: seconds(totals.seconds) },
          { name: t('copies'), value: format.number(totals.copies) },
          { name: t('prints'), value: format.number(totals.prints) },
        ]}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <BarsCard
          title={t('viewsByDay')}
          of={t('day')}
          none={t('none')}
          series={[{ key: 'views', name: t('views'), colour: 'accent' }]}
          points={points}
        />
        <BarsCard
          title={t('searchesByDay')}
          of={t('day')}
          none={t('noSearches')}
          isStacked
          series={[
            { key: 'found', name: t('found'), colour: 'success' },
            { key: 'missed', name: t('missed'), colour: 'danger' },
          ]}
          points={points}
        />
        <BarsCard
          title={t('byRank')}
          of={t('rank')}
          none={t('noChoices')}
          series={[{ key: 'choices', name: t('choices'), colour: 'accent' }]}
          points={found.byRank.map(({ rank, choices }) => ({ name: format.number(rank), values: { choices } }))}
        />
      </div>
      <section aria-labelledby="missing">
        <h2 id="missing" className="mb-2 text-sm font-semibold">
          {t('missing')}
        </h2>
        <DataTable
          label={t('missing')}
          file="not-found"
          empty={
            <Empty icon={<Search />} title={t(totals.searches === 0 ? 'noSearches' : 'nothingMissing')}>
              {t(totals.searches === 0 ? 'noSearchesSays' : 'nothingMissingSays')}
            </Empty>
          }
          columns={ofQueries(t('next'), false)}
          rows={queries(found.missing, true)}
        />
      </section>
      <section aria-labelledby="read">
        <h2 id="read" className="mb-2 text-sm font-semibold">
          {t('articles')}
        </h2>
        <DataTable
          label={t('articles')}
          file="articles-read"
          empty={
            <Empty icon={<BookOpen />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          }
          columns={[
            { name: t('article') },
            { name: t('language'), from: 'lg' },
            { name: t('views'), isNumber: true },
            { name: t('helpful'), isNumber: true },
            { name: t('notHelpful'), isNumber: true },
            { name: t('timeRead'), isNumber: true, from: 'sm' },
            { name: t('deflected'), isNumber: true, from: 'lg' },
          ]}
          rows={found.articles.map((row) => ({
            id: row.id,
            cells: [
              {
                value: row.title,
                show: (
                  <Link href={`/agent/kb/${row.id}/analytics?days=${days}`} className="text-link">
                    <bdi>{row.title}</bdi>
                  </Link>
                ),
              },
              row.locale.toUpperCase(),
              row.views,
              row.helpful,
              row.notHelpful,
              { value: row.seconds, show: seconds(row.seconds) },
              row.deflected,
            ],
          }))}
        />
      </section>
      <section aria-labelledby="asked">
        <h2 id="asked" className="mb-2 text-sm font-semibold">
          {t('queries')}
        </h2>
        <DataTable
          label={t('queries')}
          file="searches"
          empty={<Empty icon={<Search />} title={t('noSearches')} />}
          columns={ofQueries(t('choices'), true)}
          rows={queries(found.queries, false)}
        />
      </section>
      <p className="text-sm text-muted">{t('says')}</p>
    </div>
  )
}
