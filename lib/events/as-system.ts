import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { eventBuffer } from './emit'
import type { Work } from './work'

/** One unit of work of a tenant, done by the product itself under a name that the audit trail shows. */
export const asSystem = <T>(
  tenant: ResolvedTenant,
  name: string,
  body: (work: Work) => Promise<T>,
  requestId: string = newId(),
): Promise<T> =>
  withTenant(tenant.ref, async (tx) => {
    const now = new Date()
    const actor = { kind: 'system', name } as const
    const events = eventBuffer({ tx, tenant, actor, now, requestId, address: null })
    const result = await body({ tenant, actor, tx, now, emit: events.emit, flush: events.flush })
    await events.write()
    return result
  })
