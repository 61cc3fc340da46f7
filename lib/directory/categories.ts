import { z } from 'zod'
import { type Actor, has, hasOn } from '../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { nameInput, ok, versionInput } from '../core/schema'
import { idsOf } from '../db/rows'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { adminProcedure, agentProcedure, publicProcedure } from '../procedure/builders'
import { categoryOutput, priorityInput } from './schema'

const select = {
  id: true,
  version: true,
  createdAt: true,
  updatedAt: true,
  name: true,
  description: true,
  isActive: true,
  defaultPriority: true,
  department: { select: { id: true, name: true } },
} as const

const canManage = (actor: Actor, departmentId: string) =>
  has(actor, 'department.manage') || hasOn(actor, 'department.manage', 'department', departmentId)

const fields = {
  name: nameInput,
  description: z.string().trim().max(500).default(''),
  isActive: z.boolean().default(true),
  defaultPriority: priorityInput.nullable().default(null),
}

const mostCategories = 1000

export const listCategories = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/categories', tags: ['Departments'], summary: 'List categories' })
  .input(z.strictObject({ departmentId: z.uuid().optional() }).default({}))
  .output(z.object({ items: z.array(categoryOutput) }))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null, department: { deletedAt: null }, departmentId: input.departmentId }
    return { items: await tx.category.findMany({ where, orderBy: { name: 'asc' }, take: mostCategories, select }) }
  })

/** What the portal's form offers. */
export const listPublicCategories = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/categories', tags: ['Public'], summary: 'List the categories of the portal form' })
  .output(z.object({ items: z.array(z.object({ id: z.uuid(), name: z.string(), departmentId: z.uuid() })) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.category.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null, isActive: true, department: { deletedAt: null } },
      orderBy: { name: 'asc' },
      take: mostCategories,
      select: { id: true, name: true, departmentId: true },
    }),
  }))

export const createCategory = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({ method: 'POST', path: '/categories', tags: ['Departments'], summary: 'Create a category', successStatus: 201 })
  .input(z.strictObject({ departmentId: z.uuid(), ...fields }))
  .output(categoryOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const tenantId = tenant.ref.id
    if (!canManage(actor, input.departmentId)) throw forbidden('departments.notManaged')
    const department = await tx.department.findFirst({ where: { tenantId, id: input.departmentId, deletedAt: null }, select: { id: true } })
    if (!department) throw notFound('department')
    await refuseTakenName(context, input.departmentId, input.name)
    const row = await tx.category.create({ data: { ...input, tenantId, id: newId(), createdAt: now }, select })
    emit('category.created', { name: row.name }, { subjectId: row.id })
    return row
  })

export const updateCategory = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({ method: 'PUT', path: '/categories/{id}', tags: ['Departments'], summary: 'Edit a category' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...fields }))
  .output(categoryOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await load(context, id)
    await refuseTakenName(context, before.department.id, data.name, id)
    const { count } = await tx.category.updateMany({
      where: { tenantId: tenant.ref.id, id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { name, description, isActive, defaultPriority } = before
    emit('category.changed', { before: { name, description, isActive, defaultPriority }, after: data }, { subjectId: id })
    return load(context, id)
  })

export const deleteCategory = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({
    method: 'DELETE',
    path: '/categories/{id}',
    tags: ['Departments'],
    summary: 'Delete a category; its tickets keep the name',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { id, name } = await load(context, input.id)
    await markDeleted(context, 'category', id)
    context.emit('category.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreCategory = adminProcedure
  .meta({ permission: 'department.manage' })
  .route({ method: 'POST', path: '/categories/{id}/restore', tags: ['Departments'], summary: 'Restore a deleted category' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(categoryOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const gone = await tx.category.findFirst({ where: { tenantId: tenant.ref.id, id }, select })
    if (!gone) throw notFound('deleted')
    const { department, name } = gone
    if (!canManage(context.actor, department.id)) throw forbidden('departments.notManaged')
    if (!(await tx.department.count({ where: { tenantId: tenant.ref.id, id: department.id, deletedAt: null } })))
      throw invalid({ id: [msg('categories.departmentDeleted', { name: department.name })] })
    await refuseTakenName(context, department.id, name, id)
    await takeBack(context, 'category', id)
    emit('category.restored', { name }, { subjectId: id })
    return load(context, id)
  })

async function load({ tx, tenant, actor }: Work, id: string) {
  const row = await tx.category.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, select })
  if (!row) throw notFound('category')
  if (!canManage(actor, row.department.id)) throw forbidden('departments.notManaged')
  return row
}

async function refuseTakenName({ tx, tenant }: Work, departmentId: string, name: string, except?: string) {
  const ids = await idsOf(tx.$queryRaw`
    SELECT id::text FROM category WHERE tenant_id = ${tenant.ref.id}::uuid AND department_id = ${departmentId}::uuid AND deleted_at IS NULL
      AND lower(name) = lower(${name})`)
  if (ids.some((id) => id !== except)) throw invalid({ name: ['categories.nameTaken'] })
}
