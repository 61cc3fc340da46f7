import { idsOf } from '../db/rows'
import { defineSubscriber, forEach } from '../events/subscriber'
import type { Work } from '../events/work'
import { isOpen } from '../tickets/ticket/attribute-question'
import { recomputeAll } from './jobs'
import { recomputeClocks } from './recompute'

/** More tickets than this are worked out by a job. */
const atOnce = 200

/**
 * A customer's tier or organisation is a condition of policies, as is a
 * department: when it changes, open tickets may come under another one.
 */
export const followContacts = defineSubscriber('sla.follow', {
  ...forEach(['contact.changed', 'contact.merged'], (work, { subjectId }) => followContact(work, subjectId)),
  // The clocks of what they take with them have followed the tickets.
  'contact.unmerged': (work, { payload: { intoId } }) => followContact(work, intoId),
  ...forEach(
    ['organisation.changed', 'organisation.deleted', 'organisation.restored', 'department.deleted', 'department.restored'],
    recomputeAll,
  ),
})

async function followContact(work: Work, contactId: string | null) {
  const { tx, tenant } = work
  const ids = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.requester_id = ${contactId}::uuid
      AND t.deleted_at IS NULL AND ${isOpen}
    ORDER BY t.id LIMIT ${atOnce + 1} FOR NO KEY UPDATE`)
  if (ids.length > atOnce) return recomputeAll(work)
  if (ids.length > 0) await recomputeClocks(work, ids)
}
