import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { BarsCard } from '@/components/charts/bars-card'
import { Shares, shareMet } from '@/components/sla/shares'
import { Card, Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listViolations, slaDashboard } from '@/lib/sla/dashboard'
import { ReportTabs } from './report-tabs'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('slaPages.dashboard'))('title') })

const periods = [7, 30, 90]
const dayMs = 86_400_000

export default async function Sla({ searchParams }: { searchParams: Promise<{ days?: string }> }) {
  const common = await getTranslations('common')
  const t = await getTranslations('slaPages.dashboard')
  const format = await getFormatter()
  const { days: asked } = await searchParams
  const days = periods.find((each) => String(each) === asked) ?? 30
  const { person } = await signedIn()
  const to = new Date()
  const [found, { items: breaches }] = await Promise.all([
    load((context) => call(slaDashboard, { from: new Date(to.getTime() - days * dayMs), to }, { context })),
    load((context) => call(listViolations, { limit: 20, isOpen: 'true' }, { context })),
  ])
  const { now, overall } = found
  const total = overall.met + overall.breached
  const met = shareMet(overall)
  /** The list of what was counted. */
  const behind = (key: string, value: string | null) => `/agent/sla/results?days=${days}&${key}=${value ?? 'none'}`
  const linked = (key: string, shares: { id: string | null; name: string; met: number; breached: number }[]) =>
    shares.map((share) => ({ ...share, href: behind(key, share.id) }))
  const states = [
    { name: 'breached', count: now.breached, href: '/agent?view=all&q=status:open+sla:breached&sort=sla', tone: 'text-danger' },
    { name: 'soon', count: now.soon, href: '/agent?view=all&q=status:open+sla:soon&sort=sla', tone: 'text-warning' },
    { name: 'later', count: now.later, href: '/agent?view=open&sort=sla', tone: '' },
    { name: 'paused', count: now.paused, href: '/agent?view=all&q=sla:paused', tone: 'text-muted' },
  ] as const
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 md:p-6">
      <ReportTabs is="sla" days={days} title={t('title')} />
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        <li>
          <Link href={`/agent/sla/results?days=${days}`} className="block h-full rounded-lg border bg-raised p-4 hover:bg-surface">
            <span className="block text-2xl font-semibold tabular-nums">{met === null ? '–' : format.number(met, 'percent')}</span>
            <span className="text-sm text-muted">{t('met', { met: overall.met, total })}</span>
          </Link>
        </li>
        {states.map(({ name, count, href, tone }) => (
          <li key={name}>
            <Link href={href} className="block h-full rounded-lg border bg-raised p-4 hover:bg-surface">
              <span className={`block text-2xl font-semibold tabular-nums ${tone}`}>{format.number(count)}</span>
              <span className="text-sm text-muted">{t(`state.${name}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <BarsCard
        title={t('byDay')}
        of={t('date')}
        none={t('noResults')}
        isStacked
        series={[
          { key: 'met', name: t('result.met'), colour: 'success' },
          { key: 'breached', name: t('result.breached'), colour: 'danger' },
        ]}
        points={everyDay(found.byDay).map(({ day, met, breached }) => ({
          name: format.dateTime(new Date(day), 'day', { timeZone: 'UTC' }),
          values: { met, breached },
          href: behind('day', day),
        }))}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <Shares
          title={t('byTarget')}
          shares={found.byMetric.map(({ metric, ...share }) => ({
            name: common(`metric.${metric}`),
            href: behind('metric', metric),
            ...share,
          }))}
        />
        <Shares
          title={t('byPriority')}
          shares={found.byPriority.map(({ priority, ...share }) => ({
            name: common(`priority.${priority}`),
            href: behind('priority', priority),
            ...share,
          }))}
        />
        <Shares title={t('byDepartment')} shares={linked('departmentId', found.byDepartment)} />
        <Shares title={t('byAgent')} shares={linked('agentId', found.byAgent)} />
        <Shares title={t('byPolicy')} shares={linked('policyId', found.byPolicy)} />
      </div>
      <Card>
        <h2 className="px-4 pt-4 text-sm font-semibold">{t('openBreaches')}</h2>
        {breaches.length === 0 ? (
          <Empty title={t('noBreaches')}>{t('noBreachesSays')}</Empty>
        ) : (
          <ul className="divide-y pt-2">
            {breaches.map(({ id, ticket, metric, assignee, department, breachedAt }) => (
              <li key={id}>
                <Link
                  href={`/agent/tickets/${ticket.id}`}
                  className="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1.5 hover:bg-surface"
                >
                  <span className="w-24 shrink-0 truncate text-sm text-muted tabular-nums">{ticket.number}</span>
                  <bdi className="min-w-0 flex-1 basis-56 truncate">{ticket.title}</bdi>
                  <span className="text-sm text-danger">
                    {common(`metric.${metric}`)} <Time at={breachedAt} timeZone={person.timeZone} />
                  </span>
                  <bdi className="w-32 truncate text-sm text-muted">{assignee?.name ?? department?.name ?? t('unassigned')}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}

/** With the days between that have nothing to count, so that the same width is always a day. */
function everyDay(found: { day: string; met: number; breached: number }[]) {
  const byDay = new Map(found.map((each) => [each.day, each]))
  const [first, last] = [found[0], found.at(-1)]
  if (!first || !last) return []
  const count = Math.round((Date.parse(last.day) - Date.parse(first.day)) / dayMs) + 1
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(first.day) + index * dayMs).toISOString().slice(0, 10)
    return byDay.get(day) ?? { day, met: 0, breached: 0 }
  })
}
