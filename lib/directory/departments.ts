import { z } from 'zod'
import { maySetMembers } from '../access/visible-tickets'
import { removeGrantsOn } from '../accounts/roles'
import { type Actor, has, hasOn } from '../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { emailInput, nameInput, ok, versionInput } from '../core/schema'
import type { Prisma } from '../db/generated/tenant/client'
import { idsOf } from '../db/rows'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { adminProcedure, agentProcedure, publicProcedure } from '../procedure/builders'
import type { DepartmentOutput } from './schema'
import { departmentOutput, routings } from './schema'

const ref = z.object({ id: z.uuid(), name: z.string() })

const fields = {
  name: nameInput,
  supportAddress: emailInput.nullable().default(null),
  leadId: z.uuid().nullable().default(null),
  memberIds: z.array(z.uuid()).max(1000).default([]),
  /** How new tickets find someone among the members. */
  routing: z.enum(routings).default('manual'),
  /** Open tickets at which a member gets no more. */
  routingCap: z.number().int().min(1).max(10_000).nullable().default(null),
}

const include = {
  lead: { select: { id: true, name: true } },
  members: { where: { person: { deletedAt: null } }, include: { person: { select: { id: true, name: true } } } },
} as const

/** Whoever manages departments manages each; a grant is for one, with its members. */
const canManage = (actor: Actor, id: string) => has(actor, 'department.manage') || hasOn(actor, 'department.manage', 'department', id)

function refuseUnlessManaging({ actor }: Work, id: string) {
  if (!canManage(actor, id)) throw forbidden('departments.notManaged')
}

export const slugOfName = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60) || 'department'

type DepartmentRow = Prisma.DepartmentGetPayload<{ include: typeof include }>

function toDepartmentOutput(actor: Actor, row: DepartmentRow): DepartmentOutput {
  const update = canManage(actor, row.id)
  return {
    ...row,
    members: row.members.map(({ person }) => person),
    abilities: { update, makeDefault: !row.isDefault && has(actor, 'department.manage'), delete: update && !row.isDefault },
  }
}

async function loadDepartment({ tx, tenant, actor }: Work, id: string): Promise<DepartmentOutput> {
  const row = await tx.department.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, include })
  if (!row) throw notFound('department')
  return toDepartmentOutput(actor, row)
}

export const listDepartments = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/department', tags: ['Departments'], summary: 'List departments' })
  .output(z.object({ items: z.array(departmentOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const rows = await tx.department.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null },
      orderBy: { name: 'asc' },
      take: 500,
      include,
    })
    return { items: rows.map((row) => toDepartmentOutput(actor, row)) }
  })

/** What the portal's form offers. */
export const listPublicDepartments = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/departments', tags: ['Public'], summary: 'List the departments of the portal form' })
  .output(z.object({ items: z.array(ref) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.department.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null },
      orderBy: [{ isDefault: 'desc' }, { name: 'asc' }],
      take: 500,
      select: { id: true, name: true },
    }),
  }))

export const getDepartment = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/department/{id}', tags: ['Departments'], summary: 'Read one department' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(departmentOutput)
  .handler(({ context, input }) => loadDepartment(context, input.id))

export const listDepartmentMembers = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/department/{id}/members', tags: ['Departments'], summary: "List a department's members" })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(ref) }))
  .handler(async ({ context, input }) => ({ items: (await loadDepartment(context, input.id)).members }))

export const createDepartment = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({ method: 'POST', path: '/department', tags: ['Departments'], summary: 'Create a department', successStatus: 201 })
  .input(z.strictObject(fields))
  .output(departmentOutput)
  .handler(async ({ context, input }) => {
    const { memberIds, ...data } = input
    const { tx, tenant, actor, now } = context
    if (!has(actor, 'department.manage')) throw forbidden('departments.onlySingle')
    const tenantId = tenant.ref.id
    await refuseNonStaff(context, [...memberIds, ...(data.leadId ? [data.leadId] : [])])
    await refuseTakenName(context, data.name)
    const isFirst = (await tx.department.count({ where: { tenantId, deletedAt: null } })) === 0
    const id = newId()
    await tx.department.create({
      data: { ...data, tenantId, id, slug: await freeSlug(context, data.name), isDefault: isFirst, createdAt: now },
    })
    await setMembers(context, id, memberIds)
    context.emit('department.created', { name: data.name }, { subjectId: id })
    return loadDepartment(context, id)
  })

export const updateDepartment = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({ method: 'PUT', path: '/department/{id}', tags: ['Departments'], summary: 'Edit a department and its members' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...fields, isDefault: z.literal(true).optional() }))
  .output(departmentOutput)
  .handler(async ({ context, input: { id, version, memberIds, ...data } }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    const before = await loadDepartment(context, id)
    refuseUnlessManaging(context, id)
    if (data.isDefault && !has(context.actor, 'department.manage')) throw forbidden('departments.defaultBySome')
    await refuseNonStaff(context, [...memberIds, ...(data.leadId ? [data.leadId] : [])])
    await refuseTakenName(context, data.name, id)
    if (data.isDefault) await tx.department.updateMany({ where: { tenantId, isDefault: true }, data: { isDefault: false } })
    const { count } = await tx.department.updateMany({
      where: { tenantId, id, version, deletedAt: null },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    await setMembers(context, id, memberIds)
    const { name, supportAddress, lead, members, routing, routingCap } = before
    const isWider = memberIds.some((memberId) => !members.some((member) => member.id === memberId))
    if (isWider && !maySetMembers(context.actor, id)) throw forbidden('departments.unseen')
    context.emit(
      'department.changed',
      {
        before: { name, supportAddress, routing, routingCap, leadId: lead?.id ?? null, memberIds: members.map((m) => m.id) },
        after: { ...data, memberIds },
      },
      { subjectId: id },
    )
    return loadDepartment(context, id)
  })

export const deleteDepartment = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({
    method: 'DELETE',
    path: '/department/{id}',
    tags: ['Departments'],
    summary: 'Delete a department; its open tickets move to the default department',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    const { id, name } = await loadDepartment(context, input.id)
    refuseUnlessManaging(context, id)
    // Its open tickets become the default department's to see.
    if (!maySetMembers(context.actor, id)) throw forbidden('departments.unseen')
    // One that became the default meanwhile stays, and of two who delete it the second finds nothing.
    const free = await idsOf(tx.$queryRaw`
      SELECT id::text FROM department WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid AND deleted_at IS NULL AND NOT is_default FOR UPDATE`)
    if (free.length === 0) {
      await loadDepartment(context, id)
      throw invalid({ id: ['departments.isDefault'] })
    }
    const heir = await tx.department.findFirst({ where: { tenantId, isDefault: true, deletedAt: null }, select: { id: true } })
    const members = await tx.departmentMember.findMany({ where: { tenantId, departmentId: id }, select: { personId: true } })
    await tx.departmentMember.deleteMany({ where: { tenantId, departmentId: id } })
    await removeGrantsOn(context, 'department', id)
    const memberIds = members.map(({ personId }) => personId)
    await markDeleted(context, 'department', id, { memberIds })
    context.emit('department.deleted', { name, heirId: heir?.id ?? null, memberIds }, { subjectId: id })
    return { ok: true as const }
  })

const keptOfDepartment = z.object({ memberIds: z.array(z.string()).default([]) })

export const restoreDepartment = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({
    method: 'POST',
    path: '/department/{id}/restore',
    tags: ['Departments'],
    summary: 'Restore a deleted department with its members and categories; its tickets stay where they went',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(departmentOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    refuseUnlessManaging(context, id)
    const gone = await tx.department.findFirst({ where: { tenantId, id } })
    if (!gone) throw notFound('deleted')
    await refuseTakenName(context, gone.name, id)
    const slug = await freeSlug(context, gone.name)
    // The slug belongs to who has it now.
    if (await tx.department.count({ where: { tenantId, slug: gone.slug, deletedAt: null, id: { not: id } } }))
      await tx.$executeRaw`UPDATE department SET slug = ${slug} WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`
    const { memberIds } = keptOfDepartment.parse(await takeBack(context, 'department', id))
    const living = await tx.person.findMany({
      where: { tenantId, id: { in: memberIds }, deletedAt: null, role: { not: 'customer' } },
      select: { id: true },
    })
    const members = living.map((person) => person.id)
    await setMembers(context, id, members)
    if (members.length > 0 && !maySetMembers(context.actor, id)) throw forbidden('departments.unseen')
    emit('department.restored', { name: gone.name }, { subjectId: id })
    return loadDepartment(context, id)
  })

async function refuseTakenName({ tx, tenant }: Work, name: string, except?: string) {
  const sameName = { equals: name, mode: 'insensitive' } as const
  const where = { tenantId: tenant.ref.id, deletedAt: null, name: sameName, ...(except ? { id: { not: except } } : {}) }
  if (await tx.department.count({ where })) throw invalid({ name: ['departments.nameTaken'] })
}

async function freeSlug({ tx, tenant }: Work, name: string): Promise<string> {
  const slug = slugOfName(name)
  const taken = await tx.department.findMany({
    where: { tenantId: tenant.ref.id, deletedAt: null, slug: { startsWith: slug } },
    select: { slug: true },
  })
  const slugs = new Set(taken.map((row) => row.slug))
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? slug : `${slug}-${n}`
    if (!slugs.has(candidate)) return candidate
  }
}

async function refuseNonStaff({ tx, tenant }: Work, ids: string[]) {
  const wanted = [...new Set(ids)]
  const found = wanted.length
    ? await tx.person.count({ where: { tenantId: tenant.ref.id, id: { in: wanted }, deletedAt: null, role: { not: 'customer' } } })
    : 0
  if (found !== wanted.length) throw invalid({ memberIds: ['departments.staffOnly'] })
}

async function setMembers({ tx, tenant }: Work, departmentId: string, personIds: string[]) {
  const tenantId = tenant.ref.id
  await tx.departmentMember.deleteMany({ where: { tenantId, departmentId, personId: { notIn: personIds } } })
  await tx.departmentMember.createMany({
    data: [...new Set(personIds)].map((personId) => ({ tenantId, departmentId, personId })),
    skipDuplicates: true,
  })
}
