import { call } from '@orpc/server'
import type { Metadata } from 'next'
import Link from 'next/link'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { sentences } from '@/components/settings/audit-sentences'
import { Button } from '@/components/ui/button'
import { Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { listEvents } from '@/lib/audit/queries'

type Told = Awaited<ReturnType<typeof read>>['items'][number]

const read = (input: { cursor?: string; onlySuspicious: boolean }) => load((context) => call(listEvents, input, { context }))

/** Somebody who signs in is nobody yet when it begins. */
function whoOf({ actor, subject, payload }: Told): string {
  const given = (payload as { email?: string }).email
  if (actor.kind === 'person') return actor.name ?? 'Somebody'
  if (actor.kind === 'anonymous') return subject?.name ?? given ?? 'A visitor'
  return actor.kind === 'platform' ? 'The operator' : 'Baraza'
}

/** What it was done to, by its name then, where whoever did it is not that. */
function subjectOf(event: Told): string | null {
  const { name } = event.payload as { name?: unknown }
  const subject = event.subject?.name ?? (typeof name === 'string' ? name : null)
  return subject === whoOf(event) ? null : subject
}

export const metadata: Metadata = { title: 'Audit trail' }

export default async function Audit({ searchParams }: { searchParams: Promise<{ cursor?: string; only?: string }> }) {
  const { person } = await signedIn()
  const { cursor, only } = await searchParams
  const onlySuspicious = only === 'suspicious'
  const { items, nextCursor } = await read({ cursor, onlySuspicious })
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
                <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                  <span className="min-w-0 wrap-anywhere">
                    <strong className="font-medium">{whoOf(event)}</strong> {sentences[event.type]}
                    {subjectOf(event) && <> {subjectOf(event)}</>}
                    {event.reason && <span className="text-muted">: {event.reason}</span>}
                  </span>
                  {event.address && <span className="text-muted">from {event.address}</span>}
                  <Time at={event.occurredAt} timeZone={person.timeZone} className="ml-auto text-muted" />
                </p>
                <details>
                  <summary className="w-fit cursor-pointer text-xs text-muted">Details</summary>
                  <pre className="mt-1 rounded bg-surface p-2 text-xs break-all whitespace-pre-wrap">{JSON.stringify(event, null, 2)}</pre>
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
