import { z } from 'zod'
import { roles } from '../actor/permissions'
import { forbidden } from '../core/errors'
import { newId } from '../core/id'
import { nameOfAddress } from '../core/person-name'
import { emailInput, nameInput } from '../core/schema'
import { adminProcedure } from '../procedure/builders'
import { consumeInvitations } from './invitation-limit'
import { findRole, refuseUnknown } from './people'
import { canManage } from './policy'

const mostAtOnce = 200

export const inviteSeveral = adminProcedure
  .meta({ permission: 'person.manage', body: 'list' })
  .route({
    method: 'POST',
    path: '/users/invitations',
    tags: ['People'],
    summary: 'Invite several people by email, with the same role and departments',
  })
  .input(
    z.strictObject({
      people: z
        .array(z.strictObject({ email: emailInput, name: nameInput.optional() }))
        .min(1)
        .max(mostAtOnce),
      role: z.enum(roles),
      customRoleId: z.uuid().nullable().optional(),
      departmentIds: z.array(z.uuid()).max(100).default([]),
    }),
  )
  .output(
    z.object({
      items: z.array(
        z.object({
          email: z.string(),
          name: z.string(),
          /** `taken`: someone has an account with this address. */
          result: z.enum(['invited', 'taken']),
        }),
      ),
    }),
  )
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const tenantId = tenant.ref.id
    const { role, customRoleId } = input
    const departmentIds = [...new Set(input.departmentIds)]
    const customRole = await findRole(context, customRoleId)
    if (!canManage(actor, { role, customRole })) throw forbidden('permissions.tooHigh')
    await refuseUnknown(context, departmentIds)
    // The first of several with one address counts.
    const asked = input.people.filter(({ email }, at, all) => all.findIndex((each) => each.email === email) === at)
    const where = { tenantId, email: { in: asked.map(({ email }) => email) }, deletedAt: null }
    const taken = new Set((await tx.person.findMany({ where, select: { email: true } })).map(({ email }) => email))
    const items = asked.map(({ email, name }) => ({
      email,
      name: name ?? nameOfAddress(email),
      result: taken.has(email) ? ('taken' as const) : ('invited' as const),
    }))
    const added = items.filter(({ result }) => result === 'invited').map(({ email, name }) => ({ id: newId(), email, name }))
    await consumeInvitations(context, added.length)
    await tx.person.createMany({
      data: added.map((each) => ({ ...each, tenantId, role, customRoleId: customRoleId ?? null, status: 'invited', createdAt: now })),
    })
    await tx.departmentMember.createMany({
      data: added.flatMap(({ id }) => departmentIds.map((departmentId) => ({ tenantId, departmentId, personId: id }))),
    })
    for (const { id, email } of added) {
      emit('person.invited', { email, role }, { subjectId: id })
      emit('person.link_requested', { purpose: 'invitation' }, { subjectId: id })
    }
    return { items }
  })
