import { Prisma } from '../db/generated/tenant/client'
import type { TenantTx } from '../db/scope'
import { afterCommit } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { events } from './registry'
import { wakeRelay } from './wake'

/**
 * How long what an act sends out waits to be undone: the workspace's window, counted from the end of the act; until
 * the bulk change that it is part of has ended; or as long as what caused it.
 */
export type Hold = 'window' | 'bulk' | Date

/** A bulk change that never ends holds nothing back for longer than this. */
export const longestRunSeconds = 3600

interface Held {
  tx: TenantTx
  tenant: ResolvedTenant
}

const leaving = () => events().subscribers.flatMap(({ name, leaves }) => (leaves.length > 0 ? [name] : []))

/**
 * Withdraws what an act would send out and has not yet, in the unit of work that undoes it.
 * @param orderingKey of all the act did, the part about this
 * @param at of that, only what happened at this time
 */
export const withdraw = ({ tx, tenant }: Held, actId: string, orderingKey: string, at?: Date): Promise<number> => tx.$executeRaw`
  DELETE FROM event_delivery d WHERE d.tenant_id = ${tenant.ref.id}::uuid AND d.act_id = ${actId} AND d.ordering_key = ${orderingKey}
    AND d.status = 'pending' AND d.subscriber = ANY(${leaving()}::text[])
    ${at ? Prisma.sql`AND EXISTS (SELECT 1 FROM event e WHERE e.tenant_id = d.tenant_id AND e.id = d.event_id AND e.occurred_at = ${at})` : Prisma.empty}`

/** Whether anything that these events send out has gone, or is just going. */
export async function hasLeft({ tx, tenant }: Held, eventIds: string[]): Promise<boolean> {
  const ways = events().subscribers.map(({ name, leaves }) => ({ subscriber: name, event: { type: { in: [...leaves] } } }))
  return (await tx.eventDelivery.count({ where: { tenantId: tenant.ref.id, eventId: { in: eventIds }, OR: ways }, take: 1 })) > 0
}

/**
 * Says anew when the rest of an act leaves, counted from now.
 * Twice: what a consumer is just emitting is seen once its delivery, which the first waits for, is done.
 */
export async function holdFor({ tx, tenant }: Held, actId: string, seconds: number) {
  for (let turn = 0; turn < 2; turn++)
    await tx.$executeRaw`
      UPDATE event_delivery d SET leaves_at = n.at, due_at = CASE WHEN d.due_at = d.leaves_at THEN n.at ELSE d.due_at END
      FROM (SELECT clock_timestamp() + make_interval(secs => ${seconds}::float) AS at) n
      WHERE d.tenant_id = ${tenant.ref.id}::uuid AND d.act_id = ${actId} AND d.status IN ('pending', 'running') AND d.leaves_at IS NOT NULL`
  afterCommit(() => {
    wakeRelay(tenant.ref) // whoever looked meanwhile passed over what was held here, also what does not leave
    if (seconds > 0) wakeWhenDue(tenant, seconds)
  })
}

/** Should this process end before, the sweep finds what is due within a minute. */
export function wakeWhenDue({ ref }: ResolvedTenant, seconds: number) {
  if (seconds <= 0) wakeRelay(ref)
  else setTimeout(() => wakeRelay(ref), seconds * 1000 + 50).unref()
}
