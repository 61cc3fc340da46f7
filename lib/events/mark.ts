import { errorText } from '../core/text'
import { plannedOnce } from '../db/prepared'
import type { TenantTx } from '../db/scope'
import { log } from '../log/log'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { Claim } from './claim'
import { sayDead } from './dead'
import { RetryLaterError } from './subscriber'
import { wakeRelay } from './wake'

/** Seconds until the next try; after the last the delivery is dead and kept. */
const backoffSeconds = [10, 60, 300]
/** How long a delivery that went outside is left alone before another process may take it up. */
const leaseSeconds = 120

/** A delivery to a consumer this version does not have; kept, to be replayed under its new name. */
export class UnknownSubscriberError extends Error {
  constructor(name: string) {
    super(`this version has no subscriber called ${name}`) // not-words: for the operator, kept with the delivery
  }
}

/** What became of deliveries: done, gone outside, or given back untouched. */
interface Marks {
  done?: readonly Claim[]
  leased?: readonly Claim[]
  given?: readonly Claim[]
}

/** By the database's clock, which all share. */
export async function mark(tx: TenantTx, tenantId: string, marks: Marks) {
  const rows = (Object.keys(marks) as (keyof Marks)[]).flatMap((what) =>
    (marks[what] ?? []).map(({ eventId, subscriber, attempts }) => ({ eventId, subscriber, attempts, what })),
  )
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE event_delivery d SET ${plannedOnce}
      status = CASE v.what WHEN 'done' THEN 'done' WHEN 'leased' THEN 'running' ELSE 'pending' END::"DeliveryStatus",
      done_at = CASE WHEN v.what = 'done' THEN clock_timestamp() END,
      attempts = CASE WHEN v.what = 'done' THEN v.attempts + 1 ELSE d.attempts END,
      last_error = CASE WHEN v.what <> 'done' THEN d.last_error END,
      due_at = CASE v.what WHEN 'done' THEN d.due_at WHEN 'leased' THEN clock_timestamp() + make_interval(secs => ${leaseSeconds}::float)
        ELSE clock_timestamp() END
    FROM (SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS v ("eventId" uuid, subscriber text, attempts int, what text)
      LIMIT ${rows.length}) v
    WHERE d.tenant_id = ${tenantId}::uuid AND d.event_id = v."eventId" AND d.subscriber = v.subscriber`
}

/** Seconds until the next try; undefined when there is none. */
function waitAfter(error: Error, attempts: number): number | undefined {
  if (error instanceof UnknownSubscriberError || attempts >= backoffSeconds.length) return undefined
  return error instanceof RetryLaterError ? error.afterSeconds : backoffSeconds[attempts]
}

/** Counted in the unit of work that holds the delivery, so that no other process takes it up in between. */
export async function recordFailure(tx: TenantTx, tenant: ResolvedTenant, claim: Claim, error: Error) {
  const wait = waitAfter(error, claim.attempts)
  log().error({ err: error, tenantId: tenant.ref.id, ...claim, dead: wait === undefined }, 'a subscriber failed')
  await tx.$executeRaw`
    UPDATE event_delivery SET attempts = attempts + 1, last_error = ${errorText(error)},
      status = ${wait === undefined ? 'dead' : 'pending'}::"DeliveryStatus",
      due_at = clock_timestamp() + make_interval(secs => ${wait ?? 0}::float)
    WHERE tenant_id = ${tenant.ref.id}::uuid AND event_id = ${claim.eventId}::uuid AND subscriber = ${claim.subscriber}
      AND status <> 'done' AND attempts = ${claim.attempts}`
  if (wait === undefined) await sayDead(tx, tenant, 'delivery.died', { subscriber: claim.subscriber }, claim.eventId)
  else setTimeout(() => wakeRelay(tenant.ref), wait * 1000 + 50).unref()
}
