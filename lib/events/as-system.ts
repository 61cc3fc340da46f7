import type { Actor } from '../actor/actor'
import { newId } from '../core/id'
import { type TenantTx, withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { eventBuffer, type Origin } from './emit'
import type { Work } from './work'

/** One unit of work of a tenant, done by the product itself under a name that the audit trail shows. */
export const asSystem = <T>(
  tenant: ResolvedTenant,
  name: string,
  body: (work: Work) => Promise<T>,
  requestId: string = newId(),
): Promise<T> => withTenant(tenant.ref, (tx) => workAs(tx, tenant, { kind: 'system', name }, body, requestId))

/** Work of an actor within a unit of work that is open; what it emits is written with it. */
export async function workAs<A extends Actor, T>(
  tx: TenantTx,
  tenant: ResolvedTenant,
  actor: A,
  body: (work: Work<A>) => Promise<T>,
  requestId: string = newId(),
  undoing: Pick<Origin, 'hold' | 'isUndo'> = {},
): Promise<T> {
  const now = new Date()
  const events = eventBuffer({ tx, tenant, actor, now, requestId, address: null, ...undoing })
  const result = await body({ tenant, actor, tx, now, emit: events.emit, flush: events.flush })
  await events.write()
  return result
}
