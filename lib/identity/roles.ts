import { z } from 'zod'
import { conflict, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { adminProcedure } from '../procedure/builders'
import type { Work } from '../procedure/work'
import { versionInput } from '../tickets/schema'
import { has } from './actor'
import { grantable, type Permission, permissions } from './permissions'
import { nameInput, ok, permissionName } from './schema'

const roleOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  description: z.string(),
  permissions: z.array(permissionName),
  people: z.number().int(),
})
export type RoleOutput = z.output<typeof roleOutput>

const roleFields = {
  name: nameInput,
  description: z.string().trim().max(500).default(''),
  permissions: z.array(permissionName),
}

const known = (names: string[]) => names.filter((name): name is Permission => name in permissions)

async function loadRole({ tx, tenant }: Work, id: string) {
  const role = await tx.role.findFirst({
    where: { tenantId: tenant.ref.id, id, deletedAt: null },
    include: { _count: { select: { people: { where: { deletedAt: null } } } } },
  })
  if (!role) throw notFound('The role')
  return { ...role, permissions: known(role.permissions), people: role._count.people }
}

/** Nobody hands out what they do not have. */
function refuseBeyondOwn({ actor }: Work, wanted: readonly Permission[]) {
  const beyond = wanted.filter((permission) => !has(actor, permission))
  if (beyond.length > 0) throw invalid({ permissions: [`You do not have ${beyond.join(', ')} yourself.`] })
}

async function refuseTakenName({ tx, tenant }: Work, name: string, except?: string) {
  const taken = await tx.role.findFirst({
    where: {
      tenantId: tenant.ref.id,
      deletedAt: null,
      name: { equals: name, mode: 'insensitive' },
      ...(except ? { id: { not: except } } : {}),
    },
  })
  if (taken) throw invalid({ name: ['There is a role of this name.'] })
}

export const listRoles = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'GET', path: '/roles', tags: ['Roles'], summary: 'List custom roles' })
  .output(z.object({ items: z.array(roleOutput) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const rows = await tx.role.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null },
      orderBy: { name: 'asc' },
      take: 200,
      include: { _count: { select: { people: { where: { deletedAt: null } } } } },
    })
    return { items: rows.map((row) => ({ ...row, permissions: known(row.permissions), people: row._count.people })) }
  })

export const createRole = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'POST', path: '/roles', tags: ['Roles'], summary: 'Define a custom role', successStatus: 201 })
  .input(z.strictObject(roleFields))
  .output(roleOutput)
  .handler(async ({ context, input }) => {
    refuseBeyondOwn(context, input.permissions)
    await refuseTakenName(context, input.name)
    const id = newId()
    await context.tx.role.create({ data: { ...input, tenantId: context.tenant.ref.id, id, createdAt: context.now } })
    context.emit('role.created', { name: input.name, permissions: input.permissions }, { subjectId: id })
    return loadRole(context, id)
  })

export const updateRole = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'PUT', path: '/roles/{id}', tags: ['Roles'], summary: 'Change a custom role' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...roleFields }))
  .output(roleOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    const before = await loadRole(context, id)
    refuseBeyondOwn(context, data.permissions)
    await refuseTakenName(context, data.name, id)
    const { count } = await context.tx.role.updateMany({
      where: { tenantId: context.tenant.ref.id, id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('Somebody else changed this role.', before.version)
    const { name, description, permissions } = before
    context.emit('role.changed', { before: { name, description, permissions }, after: data }, { subjectId: id })
    return loadRole(context, id)
  })

export const deleteRole = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'DELETE', path: '/roles/{id}', tags: ['Roles'], summary: 'Remove a custom role that nobody has' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const role = await loadRole(context, input.id)
    if (role.people > 0) throw invalid({ id: [`${role.people} people have this role. Give them another first.`] })
    const tenantId = context.tenant.ref.id
    await context.tx.grant.deleteMany({ where: { tenantId, roleId: role.id } })
    await context.tx.role.updateMany({ where: { tenantId, id: role.id }, data: { deletedAt: context.now } })
    context.emit('role.deleted', { name: role.name }, { subjectId: role.id })
    return { ok: true as const }
  })

const grantOutput = z.object({
  id: z.uuid(),
  permission: z.string(),
  objectType: z.enum(['department', 'ticket', 'kb_category']),
  objectId: z.uuid(),
  person: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  role: z.object({ id: z.uuid(), name: z.string() }).nullable(),
})

const withNames = { person: { select: { id: true, name: true } }, role: { select: { id: true, name: true } } }

export const listGrants = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'GET', path: '/grants', tags: ['Roles'], summary: 'List permissions given on single objects' })
  .output(z.object({ items: z.array(grantOutput) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.grant.findMany({ where: { tenantId: tenant.ref.id }, orderBy: { id: 'desc' }, take: 500, include: withNames }),
  }))

export const addGrant = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({
    method: 'POST',
    path: '/grants',
    tags: ['Roles'],
    summary: 'Give a person or role a permission on one object',
    successStatus: 201,
  })
  .input(
    z
      .strictObject({
        permission: permissionName,
        objectType: z.enum(['department', 'ticket']),
        objectId: z.uuid(),
        personId: z.uuid().optional(),
        roleId: z.uuid().optional(),
      })
      .refine((grant) => (grant.personId === undefined) !== (grant.roleId === undefined), 'Name a person or a role, not both.'),
  )
  .output(grantOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    if (!grantable[input.objectType].includes(input.permission))
      throw invalid({ permission: [`${input.permission} cannot be given on a ${input.objectType}.`] })
    refuseBeyondOwn(context, [input.permission])
    const living = { tenantId, deletedAt: null }
    const object = { where: { ...living, id: input.objectId } }
    const hasObject = input.objectType === 'department' ? await tx.department.count(object) : await tx.ticket.count(object)
    if (!hasObject) throw notFound(`The ${input.objectType}`)
    if (input.personId && !(await tx.person.count({ where: { ...living, id: input.personId } }))) throw notFound('The person')
    if (input.roleId && !(await tx.role.count({ where: { ...living, id: input.roleId } }))) throw notFound('The role')
    const id = newId()
    const { permission, objectType, objectId, personId = null, roleId = null } = input
    await tx.grant.create({ data: { tenantId, id, permission, objectType, objectId, personId, roleId, createdAt: context.now } })
    context.emit('grant.added', { permission, objectType, objectId, personId, roleId }, { subjectId: id })
    return tx.grant.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, include: withNames })
  })

export const removeGrant = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'DELETE', path: '/grants/{id}', tags: ['Roles'], summary: 'Take a permission on one object back' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, emit }, input }) => {
    const where = { tenantId_id: { tenantId: tenant.ref.id, id: input.id } }
    const grant = await tx.grant.findUnique({ where })
    if (!grant) throw notFound('The grant')
    await tx.grant.delete({ where })
    const { permission, objectType, objectId } = grant
    emit('grant.removed', { permission, objectType, objectId }, { subjectId: grant.id })
    return { ok: true as const }
  })
