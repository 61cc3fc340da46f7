import { defineFollower } from '../../events/follower'

/**
 * What a department shared goes where its tickets go, so that whoever takes them over has it too; without an heir it is its
 * maker's own again.
 */
export const sharedFollower = defineFollower('tickets.shared', {
  'department.deleted': async ({ tx, tenant, emit }, { subjectId: departmentId, payload: { heirId } }) => {
    // What is deleted goes along: it may be restored.
    const where = { tenantId: tenant.ref.id, departmentId }
    const before = { scope: 'department' as const, departmentId }
    const after = heirId ? { ...before, departmentId: heirId } : { scope: 'personal' as const, departmentId: null }
    const data = { ...after, version: { increment: 1 } }
    const select = { id: true }
    const moved = {
      'view.changed': await tx.view.updateManyAndReturn({ where, data, select }),
      'canned_response.changed': await tx.cannedResponse.updateManyAndReturn({ where, data, select }),
      'macro.changed': await tx.macro.updateManyAndReturn({ where, data, select }),
    } as const
    for (const type of Object.keys(moved) as (keyof typeof moved)[])
      for (const { id: subjectId } of moved[type]) emit(type, { before, after }, { subjectId })
  },
})
