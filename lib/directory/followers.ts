import { leavesTeam } from '../accounts/events'
import { defineFollower, type FollowerWork } from '../events/follower'

/** Who leaves the team leads and belongs to no department any more. */
export const memberFollower = defineFollower('directory.members', {
  'person.deleted': async (work, { subjectId }) => leaveDepartments(work, subjectId),
  'person.changed': async (work, { subjectId, payload }) => {
    if (leavesTeam(payload)) await leaveDepartments(work, subjectId)
  },
})

async function leaveDepartments({ tx, tenant, emit }: FollowerWork, personId: string | null) {
  if (!personId) return
  const tenantId = tenant.ref.id
  await tx.departmentMember.deleteMany({ where: { tenantId, personId } })
  const led = await tx.department.updateManyAndReturn({
    where: { tenantId, leadId: personId },
    data: { leadId: null, version: { increment: 1 } },
    select: { id: true },
  })
  for (const { id: subjectId } of led) emit('department.changed', { before: { leadId: personId }, after: { leadId: null } }, { subjectId })
}
