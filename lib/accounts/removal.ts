import { notFound } from '../core/errors'
import { markDeleted } from '../deletion/record'
import type { FollowerWork } from '../events/follower'
import { removeGrantsOf } from './roles'
import { endSessions } from './sign-in'

/**
 * Takes an account away: they are signed out everywhere at once, and what was theirs follows from the event. Every account
 * that goes, goes here, but for those that are erased.
 */
export async function removePerson(
  work: FollowerWork,
  id: string,
  { reason, successorId = null }: { reason: 'removed' | 'merged'; successorId?: string | null },
) {
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  const person = await tx.person.findFirst({
    where: { tenantId, id, deletedAt: null },
    select: { email: true, contact: { select: { id: true } }, departments: { select: { departmentId: true } } },
  })
  if (!person) throw notFound('person')
  const departmentIds = person.departments.map(({ departmentId }) => departmentId)
  // An account that gave way to another in a merge comes back when that is undone.
  if (reason === 'removed') await markDeleted(work, 'person', id, { departmentIds, contactId: person.contact?.id ?? null })
  else await tx.person.update({ where: { tenantId_id: { tenantId, id } }, data: { deletedAt: now, version: { increment: 1 } } })
  await tx.apiToken.updateMany({ where: { tenantId, personId: id, revokedAt: null }, data: { revokedAt: now } })
  // Links that are in somebody's mailbox; one who comes back asks for another.
  await tx.oneTimeToken.updateMany({ where: { tenantId, personId: id, usedAt: null }, data: { usedAt: now } })
  await tx.pushSubscription.deleteMany({ where: { tenantId, personId: id } })
  await removeGrantsOf(work, id)
  // What they asked stays with their address; whoever proves to hold it later may see it.
  await tx.contact.updateMany({ where: { tenantId, personId: id }, data: { personId: null } })
  await endSessions(work, { personId: id }, reason)
  emit('person.deleted', { email: person.email, successorId }, { subjectId: id })
}
