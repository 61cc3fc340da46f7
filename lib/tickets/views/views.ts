import { z } from 'zod'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { maxFilterLength } from '../../core/filter'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { nameInput, ok, versionInput } from '../../core/schema'
import type { View } from '../../db/generated/tenant/client'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { resolveFilter, showFilters } from '../ticket/stored-filter'
import { canChangeShared, refuseSharing, sharedWith } from './policy'
import { columnNames, defaultColumns, sorts, type ViewOutput, viewOutput, viewScopes } from './schema'

const mostViews = 100

const fields = {
  name: nameInput,
  scope: z.enum(viewScopes).default('personal'),
  /** Whose view it is, with scope `department`. */
  departmentId: z.uuid().nullable().default(null),
  filter: z.string().trim().max(maxFilterLength).default(''),
  sort: z.enum(sorts).default('-updated'),
  columns: z
    .array(z.enum(columnNames))
    .max(columnNames.length)
    .transform((names) => [...new Set(names)])
    .default(defaultColumns),
  position: z.number().int().min(0).max(10_000).default(0),
}

/** Views as they are shown: with names in their filters. */
async function toViewOutputs(work: Work, views: readonly View[]): Promise<ViewOutput[]> {
  const shown = await showFilters(
    work,
    views.map(({ filter }) => filter),
  )
  return views.map((view, n) => viewOutput.parse({ ...view, ...shown[n], isOwn: canChangeShared(work.actor, view) }))
}

const toViewOutput = async (work: Work, view: View) => (await toViewOutputs(work, [view]))[0] as ViewOutput

export const listViews = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/views', tags: ['Views'], summary: 'List saved views' })
  .output(z.object({ items: z.array(viewOutput) }))
  .handler(async ({ context }) => {
    const { tx, tenant, actor } = context
    const where = { tenantId: tenant.ref.id, deletedAt: null, ...sharedWith(actor) }
    const rows = await tx.view.findMany({ where, orderBy: [{ position: 'asc' }, { name: 'asc' }], take: mostViews })
    return { items: await toViewOutputs(context, rows) }
  })

export const createView = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'POST', path: '/views', tags: ['Views'], summary: 'Create a saved view', successStatus: 201 })
  .input(z.strictObject(fields))
  .output(viewOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    if (actor.kind !== 'person') throw forbidden('views.personOnly')
    const tenantId = tenant.ref.id
    await refuseSharing(context, input)
    const filter = await resolveFilter(context, input.filter)
    await refuseMoreThan(context, mostViews - 1, actor.id)
    const row = await tx.view.create({ data: { ...input, filter, tenantId, id: newId(), ownerId: actor.id, createdAt: now } })
    emit('view.created', { name: row.name, scope: row.scope, filter: input.filter }, { subjectId: row.id })
    return toViewOutput(context, row)
  })

export const updateView = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'PUT', path: '/views/{id}', tags: ['Views'], summary: 'Edit a saved view' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...fields }))
  .output(viewOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await loadOwn(context, id)
    await refuseSharing(context, data, before)
    const filter = await resolveFilter(context, data.filter, before.filter)
    const { count } = await tx.view.updateMany({
      where: { tenantId: tenant.ref.id, id, version, deletedAt: null },
      data: { ...data, filter, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { name, scope, departmentId, sort, columns, position } = before
    const [was, is] = await showFilters(context, [before.filter, filter])
    const told = { name, scope, departmentId, filter: was?.filter, sort, columns, position }
    emit('view.changed', { before: told, after: { ...data, filter: is?.filter } }, { subjectId: id })
    return toViewOutput(context, await loadOwn(context, id))
  })

export const deleteView = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'DELETE', path: '/views/{id}', tags: ['Views'], summary: 'Delete a saved view' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const view = await loadOwn(context, input.id)
    await markDeleted(context, 'view', view.id)
    context.emit('view.deleted', { name: view.name }, { subjectId: view.id })
    return { ok: true as const }
  })

export const restoreView = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'POST', path: '/views/{id}/restore', tags: ['Views'], summary: 'Restore a deleted view' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(viewOutput)
  .handler(async ({ context, input: { id } }) => {
    await takeBack(context, 'view', id)
    const view = await loadOwn(context, id)
    await refuseMoreThan(context, mostViews, view.ownerId)
    context.emit('view.restored', { name: view.name }, { subjectId: id })
    return toViewOutput(context, view)
  })

async function refuseMoreThan({ tx, tenant }: Work, most: number, ownerId: string) {
  if ((await tx.view.count({ where: { tenantId: tenant.ref.id, ownerId, deletedAt: null } })) > most)
    throw invalid({ name: [msg('views.tooMany', { maximum: mostViews })] })
}

async function loadOwn({ tx, tenant, actor }: Work, id: string): Promise<View> {
  const row = await tx.view.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null, ...sharedWith(actor) } })
  if (!row) throw notFound('view')
  if (!canChangeShared(actor, row)) throw forbidden('views.shared')
  return row
}
