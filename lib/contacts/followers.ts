import { defineFollower, type FollowerWork } from '../events/follower'

/** A contact whose owner leaves the team is their successor's, or nobody's. */
export const ownerFollower = defineFollower('contacts.owner', {
  'person.deleted': async (work, { subjectId, payload: { successorId } }) => changeOwner(work, subjectId, successorId ?? null),
  'person.changed': async (work, { subjectId, payload: { after } }) => {
    if (after.role === 'customer') await changeOwner(work, subjectId, null)
  },
})

async function changeOwner({ tx, tenant, emit }: FollowerWork, before: string | null, after: string | null) {
  if (!before) return
  const changed = await tx.contact.updateManyAndReturn({
    where: { tenantId: tenant.ref.id, ownerId: before },
    data: { ownerId: after, version: { increment: 1 } },
    select: { id: true },
  })
  for (const { id: subjectId } of changed)
    emit('contact.changed', { before: { ownerId: before }, after: { ownerId: after } }, { subjectId })
}
