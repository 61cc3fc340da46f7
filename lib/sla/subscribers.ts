import type { Subscriber } from '../events/relay'
import { recomputeClocks } from './recompute'
import { recomputeAll } from './recompute-all'

/** More tickets than this are worked out by a job. */
const atOnce = 200

/**
 * A customer's tier or organisation is a condition of policies, as is a
 * department: when it changes, open tickets may come under another one.
 */
export const followContacts: Subscriber = {
  async handle(work, event) {
    const { tx, tenant } = work
    if (!event.type.startsWith('contact.')) return recomputeAll(work)
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.requester_id = ${event.subjectId}::uuid
        AND t.deleted_at IS NULL AND t.status IN ('created', 'assigned', 'in_progress', 'hold')
      ORDER BY t.id LIMIT ${atOnce + 1} FOR NO KEY UPDATE`
    if (rows.length > atOnce) return recomputeAll(work)
    if (rows.length > 0)
      await recomputeClocks(
        work,
        rows.map(({ id }) => id),
      )
  },
}
