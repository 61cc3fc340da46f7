import { call } from '@orpc/server'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { JobsList } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { listAllJobs, readWork } from '@/lib/audit/job-runs'
import { jobStatuses } from '@/lib/jobs/schema'

export const metadata: Metadata = { title: 'Jobs' }

const shown = [
  { status: undefined, name: 'All' },
  { status: 'running', name: 'Running' },
  { status: 'failed', name: 'Failed' },
  { status: 'dead', name: 'Failed for good' },
] as const

export default async function Jobs({ searchParams }: { searchParams: Promise<{ cursor?: string; status?: string }> }) {
  const { cursor, status: given } = await searchParams
  const status = jobStatuses.find((name) => name === given)
  const work = await load((context) => call(readWork, undefined, { context }))
  const { items, nextCursor } = await load((context) => call(listAllJobs, { cursor, status, limit: 50 }, { context }))
  return (
    <>
      <PageHeader title="Jobs" says={`The work of all desks, run by ${work.runner}.`} />
      <div className="mb-6 overflow-x-auto rounded-lg border bg-raised">
        <table className="w-full text-left text-sm">
          <thead className="text-muted">
            <tr>
              <th className="px-4 py-2 font-medium">Queue</th>
              {jobStatuses.map((name) => (
                <th key={name} className="px-3 py-2 text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {work.queues.map(({ priority, counts }) => (
              <tr key={priority} className="border-t">
                <td className="px-4 py-2">{priority}</td>
                {jobStatuses.map((name) => (
                  <td key={name} className="px-3 py-2 text-right tabular-nums">
                    {counts[name]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <nav aria-label="Status" className="mb-3 flex flex-wrap gap-2">
        {shown.map((choice) => (
          <Button key={choice.name} asChild size="small" variant={choice.status === status ? 'primary' : 'secondary'}>
            <Link href={choice.status ? `/console/jobs?status=${choice.status}` : '/console/jobs'}>{choice.name}</Link>
          </Button>
        ))}
      </nav>
      <Card>{items.length === 0 ? <Empty title="No jobs here" /> : <JobsList jobs={items} timeZone="UTC" isPlatform />}</Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/console/jobs?${new URLSearchParams({ ...(status ? { status } : {}), cursor: nextCursor })}`}>Older</Link>
        </Button>
      )}
      <h2 className="mt-8 mb-3 text-lg font-semibold">Schedules</h2>
      <Card>
        <ul className="divide-y">
          {work.schedules.map(({ name, title, cron }) => (
            <li key={name} className="flex flex-wrap gap-3 px-4 py-2.5 text-sm">
              <span className="min-w-0 flex-1">{title}</span>
              <code className="text-muted">{cron}</code>
            </li>
          ))}
        </ul>
      </Card>
    </>
  )
}
