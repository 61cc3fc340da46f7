import { call } from '@orpc/server'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Days, Shares } from '@/components/sla/shares'
import { metricNames, priorityNames } from '@/components/tickets/labels'
import { Card, Empty } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listViolations, slaDashboard } from '@/lib/sla/dashboard'

export const metadata: Metadata = { title: 'SLA' }

const periods = [7, 30, 90]
const dayMs = 86_400_000

export default async function Sla({ searchParams }: { searchParams: Promise<{ days?: string }> }) {
  const { days: asked } = await searchParams
  const days = periods.find((each) => String(each) === asked) ?? 30
  const { person } = await signedIn()
  const to = new Date()
  const [found, { items: late }] = await Promise.all([
    load((context) => call(slaDashboard, { from: new Date(to.getTime() - days * dayMs), to }, { context })),
    load((context) => call(listViolations, { limit: 20, isOpen: 'true' }, { context })),
  ])
  const { now, overall } = found
  const all = overall.kept + overall.broken
  const standing = [
    { name: 'Late', count: now.breached, href: '/agent?view=all&q=status:open+sla:breached&sort=sla', tone: 'text-danger' },
    { name: 'Due within 4 hours', count: now.soon, href: '/agent?view=all&q=status:open+sla:soon&sort=sla', tone: 'text-warning' },
    { name: 'Due later', count: now.later, href: '/agent?view=open&sort=sla', tone: '' },
    { name: 'Standing still', count: now.paused, href: '/agent?view=all&q=sla:paused', tone: 'text-muted' },
  ]
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 md:p-6">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="mr-auto text-xl font-semibold">SLA</h1>
        <nav aria-label="Period" className="flex gap-1 text-sm">
          {periods.map((each) => (
            <Link
              key={each}
              href={`/agent/sla?days=${each}`}
              aria-current={each === days ? 'page' : undefined}
              className="rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {each} days
            </Link>
          ))}
        </nav>
      </header>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-5">
        <li>
          <Card className="h-full p-4">
            <p className="text-2xl font-semibold tabular-nums">{all === 0 ? '–' : `${Math.floor((overall.kept / all) * 1000) / 10} %`}</p>
            <p className="text-sm text-muted">kept of {all} promises</p>
          </Card>
        </li>
        {standing.map(({ name, count, href, tone }) => (
          <li key={name}>
            <Link href={href} className="block h-full rounded-lg border bg-raised p-4 hover:bg-surface">
              <span className={`block text-2xl font-semibold tabular-nums ${tone}`}>{count}</span>
              <span className="text-sm text-muted">{name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <Shares title="By promise" shares={found.byMetric.map(({ metric, ...share }) => ({ name: metricNames[metric], ...share }))} />
        <Shares
          title="By priority"
          shares={found.byPriority.map(({ priority, ...share }) => ({ name: priorityNames[priority], ...share }))}
        />
        <Shares title="By department" shares={found.byDepartment} />
        <Shares title="By agent" shares={found.byAgent} />
        <Shares title="By policy" shares={found.byPolicy} />
        <Days days={found.byDay} />
      </div>
      <Card>
        <h2 className="px-4 pt-4 text-sm font-semibold">Late now</h2>
        {late.length === 0 ? (
          <Empty title="Nothing is late">Every promise that is open is still kept.</Empty>
        ) : (
          <ul className="divide-y pt-2">
            {late.map(({ id, ticket, metric, holder, department, breachedAt }) => (
              <li key={id}>
                <Link
                  href={`/agent/tickets/${ticket.id}`}
                  className="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1.5 hover:bg-surface"
                >
                  <span className="w-24 shrink-0 truncate text-sm text-muted tabular-nums">{ticket.number}</span>
                  <bdi className="min-w-0 flex-1 basis-56 truncate">{ticket.title}</bdi>
                  <span className="text-sm text-danger">
                    {metricNames[metric]} <Time at={breachedAt} timeZone={person.timeZone} />
                  </span>
                  <bdi className="w-32 truncate text-sm text-muted">{holder?.name ?? department?.name ?? 'Nobody'}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  )
}
