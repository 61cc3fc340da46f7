import { call } from '@orpc/server'
import { Star } from 'lucide-react'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { BarsCard } from '@/components/charts/bars-card'
import { DataTable } from '@/components/ui/data-table'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { type Comparison, writeFilter } from '@/lib/core/filter'
import { type RatingReport, readRatings } from '@/lib/sla/rating'
import { ReportTabs } from '../report-tabs'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('slaPages.ratings'))('title') })

const periods = [7, 30, 90]
const dayMs = 86_400_000

/** How requesters rated what was resolved: each number leads to its tickets. */
export default async function Ratings({ searchParams }: { searchParams: Promise<{ days?: string }> }) {
  const t = await getTranslations('slaPages.ratings')
  const all = await getTranslations()
  const format = await getFormatter()
  await signedIn()
  const { days: asked } = await searchParams
  const days = periods.find((each) => String(each) === asked) ?? 30
  const to = new Date()
  const found = await load((context) => call(readRatings, { from: new Date(to.getTime() - days * dayMs), to }, { context }))
  const average = (value: number | null) =>
    value === null ? '–' : t('outOfFive', { average: format.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) })
  const since = part('resolved', `${days}d`, '>')
  const tiles = [
    { name: t('average'), value: average(found.average), href: behind(since, rated) },
    { name: t('rated'), value: format.number(found.rated), href: behind(since, rated) },
    { name: t('resolved'), value: format.number(found.resolved), href: behind(since) },
  ]
  const shares = (of: RatingReport['byAgent'], name: string, nobody: string) =>
    of.map((share) => ({
      id: share.id ?? 'none',
      cells: [
        {
          value: share.name ?? nobody,
          show: (
            <Link href={behind(since, rated, part(name, share.name ?? 'none'))} className="text-link">
              <bdi>{share.name ?? nobody}</bdi>
            </Link>
          ),
        },
        { value: share.average, show: average(share.average) },
        share.rated,
      ],
    }))
  const columns = (name: string) => [{ name }, { name: t('average'), isNumber: true }, { name: t('rated'), isNumber: true }]
  const none = <Empty icon={<Star />} title={t('none')} />
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 md:p-6">
      <ReportTabs is="ratings" days={days} title={t('title')} />
      <ul className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-3">
        {tiles.map(({ name, value, href }) => (
          <li key={name}>
            <Link href={href} className="block h-full rounded-lg border bg-raised p-4 hover:bg-surface">
              <span className="block text-2xl font-semibold tabular-nums">{value}</span>
              <span className="text-sm text-muted">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <BarsCard
          title={t('byRating')}
          of={t('rating')}
          none={t('none')}
          series={[{ key: 'rated', name: t('rated'), colour: 'accent' }]}
          points={found.byRating.map(({ rating, rated: count }) => ({
            name: all(`tickets.choices.rating.${rating}`),
            values: { rated: count },
            href: behind(since, part('rating', rating)),
          }))}
        />
        <BarsCard
          title={t('byDay')}
          of={t('date')}
          none={t('none')}
          isStacked
          series={[
            { key: 'good', name: all('tickets.choices.rating.good'), colour: 'success' },
            { key: 'okay', name: all('tickets.choices.rating.okay'), colour: 'muted' },
            { key: 'bad', name: all('tickets.choices.rating.bad'), colour: 'danger' },
          ]}
          points={found.byDay.map(({ day, good, okay, bad }) => ({
            name: format.dateTime(new Date(day), 'day', { timeZone: 'UTC' }),
            values: { good, okay, bad },
            href: behind(part('resolved', day), rated),
          }))}
        />
      </div>
      <section className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <div>
          <h2 className="mb-2 text-sm font-semibold">{t('byAgent')}</h2>
          <DataTable
            label={t('byAgent')}
            file="ratings-by-agent"
            empty={none}
            columns={columns(t('agent'))}
            rows={shares(found.byAgent, 'assignee', t('unassigned'))}
          />
        </div>
        <div>
          <h2 className="mb-2 text-sm font-semibold">{t('byDepartment')}</h2>
          <DataTable
            label={t('byDepartment')}
            file="ratings-by-department"
            empty={none}
            columns={columns(all('common.department'))}
            rows={shares(found.byDepartment, 'department', t('noDepartment'))}
          />
        </div>
      </section>
    </div>
  )
}

const part = (name: string, value: string, comparison: Comparison = '=') =>
  writeFilter({ kind: 'field', name, comparison, values: [value], at: 0 })

/** Whatever it was rated. */
const rated = part('rating', 'very_bad', '>=')

/** The list of what was counted. */
const behind = (...parts: string[]) => `/agent?${new URLSearchParams({ view: 'all', q: parts.join(' '), sort: '-updated' })}`
