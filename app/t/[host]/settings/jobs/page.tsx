import { call } from '@orpc/server'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { sentences } from '@/components/settings/audit-sentences'
import { JobsList, RetryDelivery } from '@/components/settings/jobs-list'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listDeliveries } from '@/lib/audit/deliveries'
import { listJobs } from '@/lib/audit/job-runs'

export const metadata: Metadata = { title: 'Background work' }

export default async function Jobs({ searchParams }: { searchParams: Promise<{ cursor?: string; deliveries?: string }> }) {
  const { person } = await signedIn()
  const { cursor, deliveries } = await searchParams
  const jobs = await load((context) => call(listJobs, { cursor, limit: 30 }, { context }))
  const dead = await load((context) => call(listDeliveries, { cursor: deliveries, limit: 30 }, { context }))
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title="Background work" says="What this desk does by itself, and what it could not do." />
        <Card>
          {jobs.items.length === 0 ? (
            <Empty title="Nothing to do">Work appears here while it waits, while it runs and when it fails.</Empty>
          ) : (
            <JobsList jobs={jobs.items} timeZone={person.timeZone} />
          )}
        </Card>
        {jobs.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ cursor: jobs.nextCursor })}`}>Older</Link>
          </Button>
        )}
      </section>
      <section>
        <h2 className="text-lg font-semibold">Undelivered</h2>
        <p className="mb-3 text-sm text-muted">What happened, but did not reach one of those it concerns after four tries.</p>
        <Card>
          {dead.items.length === 0 ? (
            <Empty title="Everything was delivered" />
          ) : (
            <ul className="divide-y">
              {dead.items.map((delivery) => (
                <li key={delivery.eventId + delivery.subscriber} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-64">
                    <p>
                      <strong className="font-medium">{delivery.subscriber}</strong>: somebody {sentences[delivery.type as never]}
                    </p>
                    <p className="text-sm wrap-anywhere text-danger">{delivery.lastError}</p>
                    <p className="text-sm text-muted">
                      {delivery.attempts} tries · <Time at={delivery.occurredAt} timeZone={person.timeZone} />
                    </p>
                  </div>
                  <RetryDelivery eventId={delivery.eventId} subscriber={delivery.subscriber} />
                </li>
              ))}
            </ul>
          )}
        </Card>
        {dead.nextCursor && (
          <Button asChild className="mt-4">
            <Link href={`/settings/jobs?${new URLSearchParams({ deliveries: dead.nextCursor })}`}>Older</Link>
          </Button>
        )}
      </section>
    </div>
  )
}
