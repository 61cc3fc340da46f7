import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getFormatter, getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { PriorityIcon } from '@/components/tickets/labels'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Empty } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listResults } from '@/lib/sla/results'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('slaPages.results'))('title') })

const dayMs = 86_400_000
const keys = ['metric', 'priority', 'policyId', 'departmentId', 'agentId', 'day'] as const
type Query = Partial<Record<(typeof keys)[number] | 'days' | 'result' | 'cursor', string>>

/** The tickets behind a number of the SLA dashboard. */
export default async function SlaResults({ searchParams }: { searchParams: Promise<Query> }) {
  const t = await getTranslations('slaPages.results')
  const dashboard = await getTranslations('slaPages.dashboard')
  const common = await getTranslations('common')
  const format = await getFormatter()
  const { person } = await signedIn()
  const { days: wanted, result, cursor, ...given } = await searchParams
  const days = [7, 30, 90].find((each) => String(each) === wanted) ?? 30
  const [key] = keys.filter((name) => given[name])
  const of = key ? { [key]: given[key] } : {}
  const to = new Date()
  const asked = { from: new Date(to.getTime() - days * dayMs), to, result, ...of, limit: 50, total: true }
  // What an address says that the procedure does not know is a page that is not there.
  const { items, nextCursor, total = 0 } = await load((context) => call(listResults, { ...asked, cursor } as never, { context }))
  if (cursor && items.length === 0) notFound()
  const place = (more: Query) =>
    `/agent/sla/results?${new URLSearchParams({ days: String(days), ...of, ...more } as Record<string, string>)}`
  const [first] = items
  const names: Record<(typeof keys)[number], string | undefined> = {
    metric: first && common(`metric.${first.metric}`),
    priority: first && common(`priority.${first.priority}`),
    policyId: first?.policy.name,
    departmentId: first?.department?.name ?? dashboard('noDepartment'),
    agentId: first?.agent?.name ?? dashboard('unassigned'),
    day: given.day && format.dateTime(new Date(given.day), 'day', { timeZone: 'UTC' }),
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 md:p-6">
      <header className="flex flex-wrap items-center gap-3">
        <div className="me-auto flex flex-wrap items-baseline gap-x-2">
          <Link href={`/agent/sla?days=${days}`} className="text-xl font-semibold text-muted hover:underline">
            {dashboard('title')}
          </Link>
          <span aria-hidden className="text-xl text-muted">
            /
          </span>
          <h1 dir="auto" className="text-xl font-semibold">
            {(key && names[key]) ?? t('title')}
          </h1>
          <p className="text-sm text-muted">
            {t('count', { count: total })} · {dashboard('lastDays', { days })}
          </p>
        </div>
        <nav aria-label={t('result')} className="flex gap-1 text-sm">
          {([undefined, 'met', 'breached'] as const).map((each) => (
            <Link
              key={each ?? 'all'}
              href={place(each ? { result: each } : {})}
              aria-current={each === result ? 'page' : undefined}
              className="rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {each ? dashboard(`result.${each}`) : t('all')}
            </Link>
          ))}
        </nav>
      </header>
      {items.length === 0 ? (
        <Empty title={dashboard('noResults')} />
      ) : (
        <div className="rounded-lg border bg-raised">
          <ul className="divide-y">
            {items.map(({ id, ticket, metric, priority, result: ended, at, agent, department }) => (
              <li key={id}>
                <Link
                  href={`/agent/tickets/${ticket.id}`}
                  className="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1.5 hover:bg-surface"
                >
                  <PriorityIcon priority={priority} />
                  <span className="w-24 shrink-0 truncate text-sm text-muted tabular-nums">{ticket.number}</span>
                  <bdi className="min-w-0 flex-1 basis-56 truncate">{ticket.title}</bdi>
                  <span className="text-sm text-muted">{common(`metric.${metric}`)}</span>
                  <span className={cn('text-sm', ended === 'met' ? 'text-success' : 'text-danger')}>
                    {dashboard(`result.${ended}`)} <Time at={at} timeZone={person.timeZone} />
                  </span>
                  <bdi className="w-32 truncate text-sm text-muted">{agent?.name ?? department?.name ?? dashboard('unassigned')}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {nextCursor && (
        <div>
          <Button asChild>
            <Link href={place({ ...(result ? { result } : {}), cursor: nextCursor })}>{t('more')}</Link>
          </Button>
        </div>
      )}
    </div>
  )
}
