import { newIdAt } from '../core/id'
import type { TenantTx } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { workAs } from './as-system'
import type { EventPayload } from './event-types'

/** What dies within this time of the first is one piece of news. */
const burstMs = 10 * 60_000

const types = ['delivery.died', 'job.died'] as const
type Died = (typeof types)[number]

/**
 * Says that work of a tenant was given up, once in a burst. Of what was to tell of that itself nothing is said: it would
 * go on for ever.
 */
export async function sayDead<T extends Died>(tx: TenantTx, tenant: ResolvedTenant, type: T, payload: EventPayload<T>, eventId?: string) {
  const tenantId = tenant.ref.id
  if (eventId) {
    const where = { tenantId_id: { tenantId, id: eventId } }
    const cause = await tx.event.findUnique({ where, select: { type: true } })
    if (types.some((own) => own === cause?.type)) return
  }
  const since = newIdAt(new Date(Date.now() - burstMs))
  const said = await tx.event.findFirst({ where: { tenantId, type, id: { gt: since } }, select: { id: true } })
  if (!said) await workAs(tx, tenant, { kind: 'system', name: 'relay' }, async ({ emit }) => emit(type, payload))
}
