import { z } from 'zod'
import { hasOnObject } from '../access/visible-tickets'
import { has } from '../actor/actor'
import { roles as builtIn, grantable, isPermission, type Permission } from '../actor/permissions'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { isId, newId } from '../core/id'
import { msg } from '../core/message'
import { nameInput, ok, reference, versionInput } from '../core/schema'
import type { Grant, Prisma } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import { markDeleted, takeBack } from '../deletion/record'
import type { FollowerWork } from '../events/follower'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { permissionName, roleOutput } from './schema'

const roleFields = {
  name: nameInput,
  description: z.string().trim().max(500).default(''),
  permissions: z.array(permissionName).min(1, msg('roles.noPermissions')),
}

const known = (names: string[]) => names.filter(isPermission)

async function loadRole({ tx, tenant }: Work, id: string) {
  const role = await tx.role.findFirst({
    where: { tenantId: tenant.ref.id, id, deletedAt: null },
    include: { _count: { select: { people: { where: { deletedAt: null } } } } },
  })
  if (!role) throw notFound('role')
  return { ...role, permissions: known(role.permissions), people: role._count.people }
}

/** Nobody hands out what they do not have. */
function refuseBeyondOwn({ actor }: Work, wanted: readonly Permission[]) {
  const beyond = wanted.filter((permission) => !has(actor, permission))
  if (beyond.length > 0) throw invalid({ permissions: [msg('permissions.missing', { names: beyond.join(', ') })] })
}

/** Nor on one object. What they do not see is not there for them. */
async function refuseBeyondOwnOn(work: Work, permission: Permission, object: { objectType: 'department' | 'ticket'; objectId: string }) {
  if (await hasOnObject(work, permission, object)) return
  const isSeen = object.objectType === 'department' || (await hasOnObject(work, 'ticket.view', object))
  if (!isSeen) throw invalid({ objectId: [msg('grants.noObject', { type: object.objectType })] })
  throw forbidden('permissions.missingOnObject')
}

async function refuseTakenName({ tx, tenant }: Work, name: string, except?: string) {
  if (builtIn.some((role) => role === name.toLowerCase())) throw invalid({ name: ['roles.builtInName'] })
  const taken = await tx.role.findFirst({
    where: {
      tenantId: tenant.ref.id,
      deletedAt: null,
      name: { equals: name, mode: 'insensitive' },
      ...(except ? { id: { not: except } } : {}),
    },
  })
  if (taken) throw invalid({ name: ['roles.nameTaken'] })
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
  .route({ method: 'POST', path: '/roles', tags: ['Roles'], summary: 'Create a custom role', successStatus: 201 })
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
  .route({ method: 'PUT', path: '/roles/{id}', tags: ['Roles'], summary: 'Edit a custom role' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...roleFields }))
  .output(roleOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    const before = await loadRole(context, id)
    refuseBeyondOwn(context, [...before.permissions, ...data.permissions])
    await refuseTakenName(context, data.name, id)
    const { count } = await context.tx.role.updateMany({
      where: { tenantId: context.tenant.ref.id, id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { name, description, permissions } = before
    context.emit('role.changed', { before: { name, description, permissions }, after: data }, { subjectId: id })
    return loadRole(context, id)
  })

export const deleteRole = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'DELETE', path: '/roles/{id}', tags: ['Roles'], summary: 'Delete a custom role that no one has' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const role = await loadRole(context, input.id)
    refuseBeyondOwn(context, role.permissions)
    if (role.people > 0) throw invalid({ id: [msg('roles.inUse', { count: role.people })] })
    const tenantId = context.tenant.ref.id
    await context.tx.grant.deleteMany({ where: { tenantId, roleId: role.id } })
    await markDeleted(context, 'role', role.id)
    context.emit('role.deleted', { name: role.name }, { subjectId: role.id })
    return { ok: true as const }
  })

export const restoreRole = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'POST', path: '/roles/{id}/restore', tags: ['Roles'], summary: 'Restore a deleted custom role; grants are given anew' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(roleOutput)
  .handler(async ({ context, input: { id } }) => {
    const gone = await context.tx.role.findFirst({ where: { tenantId: context.tenant.ref.id, id } })
    if (!gone) throw notFound('deleted')
    await refuseTakenName(context, gone.name, id)
    await takeBack(context, 'role', id)
    const role = await loadRole(context, id)
    refuseBeyondOwn(context, role.permissions)
    context.emit('role.restored', { name: role.name }, { subjectId: id })
    return role
  })

const grantOutput = z.object({
  id: z.uuid(),
  permission: z.string(),
  objectType: z.enum(['department', 'ticket', 'kb_category']),
  objectId: z.uuid(),
  /** The department's name or the ticket's number. */
  objectName: z.string(),
  person: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  role: z.object({ id: z.uuid(), name: z.string() }).nullable(),
})

const withNames = { person: { select: { id: true, name: true } }, role: { select: { id: true, name: true } } }

export const listGrants = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'GET', path: '/grants', tags: ['Roles'], summary: 'List grants: permissions on single objects' })
  .output(z.object({ items: z.array(grantOutput) }))
  .handler(async ({ context }) => {
    const { tx, tenant } = context
    const ofLiving = [{ person: { deletedAt: null } }, { role: { deletedAt: null } }]
    const where = { tenantId: tenant.ref.id, OR: ofLiving }
    const rows = await tx.grant.findMany({ where, orderBy: { id: 'desc' }, take: 500, include: withNames })
    return { items: await withObjectNames(context, rows) }
  })

async function withObjectNames<T extends { objectId: string }>({ tx, tenant }: Work, rows: T[]) {
  const tenantId = tenant.ref.id
  const ids = rows.map(({ objectId }) => objectId)
  const query = tx.$queryRaw`
    SELECT d.id::text, d.name FROM department d WHERE d.tenant_id = ${tenantId}::uuid AND d.id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT t.id::text, w.ticket_prefix || '-' || t.number FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
    WHERE t.tenant_id = ${tenantId}::uuid AND t.id = ANY(${ids}::uuid[])`
  const nameOf = new Map((await rowsOf(reference, query)).map(({ id, name }) => [id, name]))
  return rows.map((row) => ({ ...row, objectName: nameOf.get(row.objectId) ?? row.objectId }))
}

/** A ticket may also be named by its number, such as ACME-1042. */
async function objectIdOf({ tx, tenant }: Work, objectType: 'department' | 'ticket', given: string): Promise<string> {
  const tenantId = tenant.ref.id
  const number = /^(?:[A-Za-z][A-Za-z0-9]*-)?(\d{1,9})$/.exec(given)?.[1]
  const byNumber = objectType === 'ticket' && number
  if (!byNumber && !isId(given)) throw invalid({ objectId: [objectType === 'ticket' ? 'grants.number' : 'grants.department'] })
  const living = { tenantId, deletedAt: null }
  const select = { id: true }
  const row =
    objectType === 'ticket'
      ? await tx.ticket.findFirst({ where: { ...living, ...(byNumber ? { number: Number(number) } : { id: given }) }, select })
      : await tx.department.findFirst({ where: { ...living, id: given }, select })
  if (!row) throw invalid({ objectId: [msg('grants.noObject', { type: objectType })] })
  return row.id
}

export const addGrant = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({
    method: 'POST',
    path: '/grants',
    tags: ['Roles'],
    summary: 'Grant a person or role a permission on one object',
    successStatus: 201,
  })
  .input(
    z
      .strictObject({
        permission: permissionName,
        objectType: z.enum(['department', 'ticket']),
        /** The object's id; a ticket's number such as ACME-1042 does too. */
        objectId: z.string().trim().max(60),
        personId: z.uuid().optional(),
        roleId: z.uuid().optional(),
      })
      .refine((grant) => (grant.personId === undefined) !== (grant.roleId === undefined), msg('grants.subject')),
  )
  .output(grantOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    if (!grantable[input.objectType].includes(input.permission))
      throw invalid({ permission: [msg('grants.notGrantable', { permission: input.permission, type: input.objectType })] })
    refuseBeyondOwn(context, [input.permission])
    const living = { tenantId, deletedAt: null }
    const objectId = await objectIdOf(context, input.objectType, input.objectId)
    await refuseBeyondOwnOn(context, input.permission, { objectType: input.objectType, objectId })
    if (input.personId && !(await tx.person.count({ where: { ...living, id: input.personId } }))) throw notFound('person')
    if (input.roleId && !(await tx.role.count({ where: { ...living, id: input.roleId } }))) throw notFound('role')
    const id = newId()
    const { permission, objectType, personId = null, roleId = null } = input
    await tx.grant.create({ data: { tenantId, id, permission, objectType, objectId, personId, roleId, createdAt: context.now } })
    context.emit('grant.added', { permission, objectType, objectId, personId, roleId }, { subjectId: id })
    const made = await tx.grant.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, include: withNames })
    const [grant] = await withObjectNames(context, [made])
    return grant as NonNullable<typeof grant>
  })

export const removeGrant = adminProcedure
  .meta({ permission: 'role.manage' })
  .route({ method: 'DELETE', path: '/grants/{id}', tags: ['Roles'], summary: 'Revoke a grant' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant, emit } = context
    const where = { tenantId_id: { tenantId: tenant.ref.id, id: input.id } }
    const grant = await tx.grant.findUnique({ where })
    if (!grant) throw notFound('grant')
    refuseBeyondOwn(context, known([grant.permission]))
    await tx.grant.delete({ where })
    emitRemoved(emit, grant)
    return { ok: true as const }
  })

/** What was given on something goes with it. */
export const removeGrantsOn = (work: FollowerWork, objectType: Grant['objectType'], objectId: string) =>
  removeGrants(work, { objectType, objectId })

/** What was given to somebody goes with them. */
export const removeGrantsOf = (work: FollowerWork, personId: string) => removeGrants(work, { personId })

async function removeGrants({ tx, tenant, emit }: FollowerWork, which: Prisma.GrantWhereInput) {
  const where = { tenantId: tenant.ref.id, AND: which }
  const grants = await tx.grant.findMany({ where })
  await tx.grant.deleteMany({ where })
  for (const grant of grants) emitRemoved(emit, grant)
}

const emitRemoved = (emit: Work['emit'], { id, permission, objectType, objectId, personId, roleId }: Grant) =>
  emit('grant.removed', { permission, objectType, objectId, personId, roleId }, { subjectId: id })
