import { notFound } from '../core/errors'
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
  const [person] = await tx.person.updateManyAndReturn({
    where: { tenantId, id, deletedAt: null },
    data: { deletedAt: now, version: { increment: 1 } },
    select: { email: true },
  })
  if (!person) throw notFound('person')
  await tx.apiToken.updateMany({ where: { tenantId, personId: id, revokedAt: null }, data: { revokedAt: now } })
  await tx.pushSubscription.deleteMany({ where: { tenantId, personId: id } })
  await removeGrantsOf(work, id)
  // What they asked stays with their address; whoever proves to hold it later may see it.
  await tx.contact.updateMany({ where: { tenantId, personId: id }, data: { personId: null } })
  await endSessions(work, { personId: id }, reason)
  emit('person.deleted', { email: person.email, successorId }, { subjectId: id })
}
