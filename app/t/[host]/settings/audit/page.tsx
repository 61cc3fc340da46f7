import { call } from '@orpc/server'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Button } from '@/components/ui/button'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listEvents } from '@/lib/audit/queries'

export const metadata: Metadata = { title: 'Audit trail' }

export default async function Audit({ searchParams }: { searchParams: Promise<{ cursor?: string; only?: string }> }) {
  const { person } = await signedIn()
  const { cursor, only } = await searchParams
  const onlySuspicious = only === 'suspicious'
  const { items, nextCursor } = await load((context) => call(listEvents, { cursor, onlySuspicious }, { context }))
  return (
    <>
      <PageHeader title="Audit trail" says="What happened, who did it and from where. Nothing here can be changed or removed." />
      <nav aria-label="Kind" className="mb-3 flex gap-2">
        <Button asChild size="small" variant={onlySuspicious ? 'secondary' : 'primary'}>
          <Link href="/settings/audit">Everything</Link>
        </Button>
        <Button asChild size="small" variant={onlySuspicious ? 'primary' : 'secondary'}>
          <Link href="/settings/audit?only=suspicious">Suspicious</Link>
        </Button>
      </nav>
      <Card>
        {items.length === 0 ? (
          <Empty title={onlySuspicious ? 'Nothing suspicious' : 'Nothing has happened yet'}>
            {onlySuspicious ? 'Failed sign-ins, lockouts and reused tokens appear here.' : null}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((event) => (
              <li key={event.id} className="grid grid-cols-[minmax(0,1fr)] gap-1 px-4 py-2.5 text-sm">
                <p className="flex flex-wrap items-center gap-2">
                  <Badge>{event.type}</Badge>
                  <span className="text-muted">
                    by {event.actor.kind}
                    {event.address && ` from ${event.address}`}
                  </span>
                  <Time at={event.occurredAt} timeZone={person.timeZone} className="ml-auto text-muted" />
                </p>
                <details>
                  <summary className="cursor-pointer truncate font-mono text-xs text-muted">{JSON.stringify(event.payload)}</summary>
                  <pre className="mt-1 rounded bg-surface p-2 text-xs break-all whitespace-pre-wrap">
                    {JSON.stringify({ ...event, payload: event.payload }, null, 2)}
                  </pre>
                </details>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {nextCursor && (
        <Button asChild className="mt-4">
          <Link href={`/settings/audit?${new URLSearchParams({ ...(only ? { only } : {}), cursor: nextCursor })}`}>Older</Link>
        </Button>
      )}
    </>
  )
}
