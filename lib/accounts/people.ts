import { z } from 'zod'
import { seesAll } from '../actor/actor'
import { roles } from '../actor/permissions'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { emailInput, ok, versionInput } from '../core/schema'
import { idsOf } from '../db/rows'
import { takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { refuseTakenUsername } from './account'
import { forgetAvatar, lockAvatar } from './avatar-file'
import { consumeInvitations } from './invitation-limit'
import { canManage } from './policy'
import { loadPerson, personInclude, toPersonOutput } from './queries'
import { removePerson } from './removal'
import { removeGrantsOf } from './roles'
import { avatarUrlInput, nameFields, nameIn, personOutput, usernameInput } from './schema'
import { endSessions } from './sign-in'

export const invitePerson = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({ method: 'POST', path: '/users', tags: ['People'], summary: 'Invite a person by email', successStatus: 201 })
  .input(
    z.strictObject({
      email: emailInput,
      ...nameFields,
      username: usernameInput.nullable().optional(),
      role: z.enum(roles),
      customRoleId: z.uuid().nullable().optional(),
      departmentIds: z.array(z.uuid()).max(100).default([]),
    }),
  )
  .output(personOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const tenantId = tenant.ref.id
    const { departmentIds, firstName, lastName, ...data } = input
    const { name, lastName: last = null } = nameIn(input)
    if (name === undefined) throw invalid({ name: ['input.name'] })
    const customRole = await findRole(context, input.customRoleId)
    if (!canManage(actor, { role: input.role, customRole })) throw forbidden('permissions.tooHigh')
    await refuseUnknown(context, departmentIds)
    const taken = await tx.person.findFirst({ where: { tenantId, email: input.email, deletedAt: null } })
    if (taken) throw invalid({ email: ['people.emailTaken'] })
    if (input.username) await refuseTakenUsername(context, input.username)
    await consumeInvitations(context, 1)
    const id = newId()
    await tx.person.create({ data: { ...data, name, lastName: last, tenantId, id, status: 'invited', createdAt: now } })
    await setDepartments(context, id, departmentIds)
    emit('person.invited', { email: input.email, role: input.role }, { subjectId: id })
    emit('person.link_requested', { purpose: 'invitation' }, { subjectId: id })
    return toPersonOutput(actor, await loadPerson(context, id))
  })

export const resendInvitation = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({ method: 'POST', path: '/users/{id}/invitation', tags: ['People'], summary: 'Send the invitation again' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const person = await loadPerson(context, input.id)
    if (person.status !== 'invited') throw invalid({ id: ['people.joined'] })
    await consumeInvitations(context, 1)
    context.emit('person.link_requested', { purpose: 'invitation' }, { subjectId: person.id })
    return { ok: true as const }
  })

export const updatePerson = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({ method: 'PUT', path: '/users/{id}', tags: ['People'], summary: 'Edit a person: role, departments or status' })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      ...nameFields,
      username: usernameInput.nullable().optional(),
      avatarUrl: avatarUrlInput,
      role: z.enum(roles).optional(),
      customRoleId: z.uuid().nullable().optional(),
      status: z.enum(['active', 'suspended']).optional(),
      departmentIds: z.array(z.uuid()).max(100).optional(),
    }),
  )
  .output(personOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const { id, version, departmentIds, firstName, lastName, ...given } = input
    const avatarBefore = given.avatarUrl === undefined ? null : await lockAvatar(context, id)
    const before = await loadPerson(context, id)
    const data = { ...given, ...nameIn(input, before) }
    if (input.username) await refuseTakenUsername(context, input.username, id)
    if (!canManage(actor, before)) throw forbidden('people.outranked')
    const customRole = input.customRoleId === undefined ? before.customRole : await findRole(context, input.customRoleId)
    const after = { role: input.role ?? before.role, customRole }
    if (!canManage(actor, after)) throw forbidden('permissions.tooHigh')
    const isSelf = actor.kind === 'person' && actor.id === id
    const isOtherRole = after.role !== before.role || (customRole?.id ?? null) !== before.customRoleId
    if (isSelf && departmentIds && !seesAll(actor)) throw invalid({ departmentIds: ['people.ownDepartments'] })
    if (isSelf && (isOtherRole || input.status === 'suspended')) throw invalid({ role: ['people.ownRole'] })
    const losesOwner = before.role === 'owner' && ((input.role && input.role !== 'owner') || input.status === 'suspended')
    if (losesOwner) await refuseLastOwner(context, id)
    const ownDepartments = before.departments.map(({ departmentId }) => departmentId)
    if (departmentIds) await refuseUnknown(context, departmentIds, ownDepartments)
    const { count } = await tx.person.updateMany({ where: { tenantId, id, version }, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('changedByOther', before.version)
    if (given.avatarUrl !== undefined) forgetAvatar(tenant.ref, id, avatarBefore, given.avatarUrl)
    if (departmentIds) await setDepartments(context, id, departmentIds)
    if (before.role !== 'customer' && after.role === 'customer') await removeGrantsOf(context, id)
    if (input.status === 'suspended') await endSessions(context, { personId: id }, 'suspended')
    const old = { ...before, departmentIds: before.departments.map((m) => m.departmentId) } as Record<string, unknown>
    const changes = { ...data, ...(departmentIds ? { departmentIds } : {}) }
    emit(
      'person.changed',
      { before: Object.fromEntries(Object.keys(changes).map((key) => [key, old[key]])), after: changes },
      { subjectId: id },
    )
    return toPersonOutput(actor, await loadPerson(context, id))
  })

export const deletePerson = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({ method: 'DELETE', path: '/users/{id}', tags: ['People'], summary: 'Remove a person; a successor takes over their open tickets' })
  .input(
    z.strictObject({
      id: z.uuid(),
      /** Who takes over their open tickets; without one these are unassigned. */
      successorId: z.uuid().nullable().default(null),
    }),
  )
  .output(ok)
  .handler(async ({ context, input: { successorId, ...input } }) => {
    const { actor } = context
    const person = await loadPerson(context, input.id)
    if (successorId) await refuseNonStaff(context, successorId)
    if (!canManage(actor, person)) throw forbidden('people.outranked')
    if (actor.kind === 'person' && actor.id === person.id) throw invalid({ id: ['people.self'] })
    if (person.role === 'owner') await refuseLastOwner(context, person.id)
    await removePerson(context, person.id, { reason: 'removed', successorId })
    // Followers may refuse the successor.
    await context.flush()
    return { ok: true as const }
  })

const keptOfPerson = z.object({ departmentIds: z.array(z.uuid()).default([]), contactId: z.uuid().nullable().default(null) })

export const restorePerson = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({
    method: 'POST',
    path: '/users/{id}/restore',
    tags: ['People'],
    summary: 'Restore a removed person; what they handed over stays where it is, and tokens and grants are given anew',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(personOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const gone = await tx.person.findFirst({ where: { tenantId, id }, include: { customRole: true } })
    if (!gone) throw notFound('deleted')
    const taken = await tx.person.count({ where: { tenantId, email: gone.email, deletedAt: null, id: { not: id } } })
    if (taken) throw invalid({ id: [msg('people.emailTakenSince', { email: gone.email })] })
    // The name to sign in by may be somebody else's since.
    const { username } = gone
    const isNamed = username && (await tx.person.count({ where: { tenantId, username, deletedAt: null, id: { not: id } } })) > 0
    if (isNamed) await tx.person.updateMany({ where: { tenantId, id }, data: { username: null } })
    const kept = keptOfPerson.parse(await takeBack(context, 'person', id))
    // Without it they would have what their role allows, which may be more.
    if (gone.customRole?.deletedAt) throw invalid({ id: [msg('people.roleDeleted', { name: gone.customRole.name })] })
    if (!canManage(actor, await loadPerson(context, id))) throw forbidden('people.outranked')
    const where = { tenantId, id: { in: kept.departmentIds }, deletedAt: null }
    const departmentIds = (await tx.department.findMany({ where, select: { id: true } })).map((department) => department.id)
    await refuseUnknown(context, departmentIds)
    await setDepartments(context, id, departmentIds)
    // Only while it is reached at the address that the account proves.
    const own = { tenantId, personId: null, deletedAt: null, addresses: { some: { email: gone.email } } }
    if (kept.contactId) await tx.contact.updateMany({ where: { ...own, id: kept.contactId }, data: { personId: id } })
    emit('person.restored', { email: gone.email }, { subjectId: id })
    return toPersonOutput(actor, await loadPerson(context, id))
  })

async function refuseNonStaff({ tx, tenant }: Work, successorId: string) {
  const where = { tenantId: tenant.ref.id, id: successorId, deletedAt: null, status: 'active', role: { not: 'customer' } } as const
  if (!(await tx.person.count({ where }))) throw invalid({ successorId: ['tickets.staffOnly'] })
}

async function refuseLastOwner({ tx, tenant }: Work, id: string) {
  const owners = await idsOf(tx.$queryRaw`
    SELECT id::text FROM person WHERE tenant_id = ${tenant.ref.id}::uuid AND role = 'owner' AND status = 'active' AND deleted_at IS NULL
    ORDER BY id FOR UPDATE`)
  if (!owners.some((owner) => owner !== id)) throw invalid({ id: ['people.lastOwner'] })
}

export async function findRole({ tx, tenant }: Work, id: string | null | undefined) {
  if (!id) return null
  const role = await tx.role.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, select: personInclude.customRole.select })
  if (!role) throw notFound('role')
  return role
}

/** @param before the departments the person has now */
export async function refuseUnknown({ tx, tenant, actor }: Work, departmentIds: string[], before: string[] = []) {
  const tenantId = tenant.ref.id
  const isOurs = (id: string) => seesAll(actor) || (actor.kind === 'person' && actor.departmentIds.includes(id))
  const changed = [...departmentIds.filter((id) => !before.includes(id)), ...before.filter((id) => !departmentIds.includes(id))]
  if (!changed.every(isOurs)) throw forbidden('people.departmentScope')
  const ids = [...new Set(departmentIds)]
  const known = ids.length ? await tx.department.count({ where: { tenantId, id: { in: ids }, deletedAt: null } }) : 0
  if (known !== ids.length) throw notFound('department')
}

async function setDepartments({ tx, tenant }: Work, personId: string, departmentIds: string[]) {
  const tenantId = tenant.ref.id
  await tx.departmentMember.deleteMany({ where: { tenantId, personId, departmentId: { notIn: departmentIds } } })
  await tx.departmentMember.createMany({
    data: [...new Set(departmentIds)].map((departmentId) => ({ tenantId, departmentId, personId })),
    skipDuplicates: true,
  })
}
