import { z } from 'zod'
import { isStaff } from '../../actor/actor'
import { conflict, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { nameInput, ok, versionInput } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { columnOf } from '../../db/insertion'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import type { TenantTx } from '../../db/scope'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { adminProcedure, agentProcedure, publicProcedure } from '../../procedure/builders'
import { applyValues } from './field-rules'
import { type FieldOutput, type FieldValue, type FieldValues, fieldKinds, fieldOutput } from './schema'

const most = 200

/** The fields of a workspace, in the order they are asked. */
export async function loadFields({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, only: { isPublic?: true } = {}): Promise<FieldOutput[]> {
  return rowsOf(
    fieldOutput,
    tx.$queryRaw`
      SELECT ${plannedOnce} ${columns} FROM custom_field
      WHERE tenant_id = ${tenant.ref.id}::uuid AND deleted_at IS NULL AND (is_public OR ${!only.isPublic})
      ORDER BY position, name LIMIT ${most}`,
  )
}

const columns = Prisma.raw(
  Object.keys(fieldOutput.shape)
    // not-words: SQL
    .map((name) => (name === 'options' ? `coalesce(options, '{}') AS options` : `"${columnOf(name)}" AS "${name}"`))
    .join(', '),
)

export const listFields = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/fields', tags: ['Fields'], summary: 'List custom fields' })
  .output(z.object({ items: z.array(fieldOutput) }))
  .handler(async ({ context }) => ({ items: await loadFields(context) }))

export const listPublicFields = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/fields', tags: ['Public'], summary: 'List the custom fields of the portal form' })
  .output(z.object({ items: z.array(fieldOutput) }))
  .handler(async ({ context }) => ({ items: await loadFields(context, { isPublic: true }) }))

const option = z.string().trim().min(1).max(120)

const settings = {
  name: nameInput,
  hint: z.string().trim().max(300).default(''),
  options: z
    .array(option)
    .max(200)
    .transform((options) => [...new Set(options)])
    .default([]),
  isRequired: z.boolean().default(false),
  isPublic: z.boolean().default(false),
  departmentId: z.uuid().nullable().default(null),
  showWhen: z
    .strictObject({ key: z.string().max(60), equals: z.string().max(120) })
    .nullable()
    .default(null),
  position: z.number().int().min(0).max(10_000).default(0),
}

export const createField = adminProcedure
  .meta({ permission: 'field.manage' })
  .route({ method: 'POST', path: '/fields', tags: ['Fields'], summary: 'Create a custom field', successStatus: 201 })
  .input(
    z.strictObject({
      ...settings,
      kind: z.enum(fieldKinds),
      key: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, msg('fields.key')),
    }),
  )
  .output(fieldOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    await refuseWrong(context, input)
    // Tickets keep the values of a deleted field under its key.
    const taken = await tx.customField.findFirst({ where: { tenantId, key: input.key }, select: { deletedAt: true } })
    if (taken) throw invalid({ key: [taken.deletedAt ? 'fields.keyOfDeleted' : 'fields.keyTaken'] })
    await refuseMoreThan(context, most - 1)
    const data = { ...input, showWhen: input.showWhen ?? Prisma.JsonNull, tenantId, id: newId(), createdAt: now }
    const row = await tx.customField.create({ data })
    emit('field.created', { name: row.name, key: row.key }, { subjectId: row.id })
    return fieldOutput.parse(row)
  })

export const updateField = adminProcedure
  .meta({ permission: 'field.manage' })
  .route({ method: 'PUT', path: '/fields/{id}', tags: ['Fields'], summary: 'Edit a custom field; its key and type can’t be changed' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...settings }))
  .output(fieldOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, emit } = context
    const before = await load(context, id)
    await refuseWrong(context, { ...input, kind: before.kind, key: before.key })
    const { count } = await tx.customField.updateMany({
      where: { tenantId: tenant.ref.id, id, version, deletedAt: null },
      data: { ...input, showWhen: input.showWhen ?? Prisma.JsonNull, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { name, options, isRequired, isPublic } = before
    emit('field.changed', { before: { name, options, isRequired, isPublic }, after: input }, { subjectId: id })
    return load(context, id)
  })

export const deleteField = adminProcedure
  .meta({ permission: 'field.manage' })
  .route({ method: 'DELETE', path: '/fields/{id}', tags: ['Fields'], summary: 'Delete a custom field; tickets keep their values' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { name } = await load(context, id)
    await markDeleted(context, 'field', id)
    context.emit('field.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreField = adminProcedure
  .meta({ permission: 'field.manage' })
  .route({
    method: 'POST',
    path: '/fields/{id}/restore',
    tags: ['Fields'],
    summary: 'Restore a deleted custom field, with the values on tickets',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(fieldOutput)
  .handler(async ({ context, input: { id } }) => {
    await takeBack(context, 'field', id)
    await refuseMoreThan(context, most)
    const field = await load(context, id)
    context.emit('field.restored', { name: field.name }, { subjectId: id })
    return field
  })

async function refuseMoreThan({ tx, tenant }: Work, count: number) {
  if ((await tx.customField.count({ where: { tenantId: tenant.ref.id, deletedAt: null } })) > count)
    throw invalid({ name: [msg('fields.tooMany', { maximum: most })] })
}

async function load({ tx, tenant }: Work, id: string): Promise<FieldOutput> {
  const row = await tx.customField.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null } })
  if (!row) throw notFound('field')
  return fieldOutput.parse(row)
}

async function refuseWrong(work: Work, input: Pick<FieldOutput, 'kind' | 'key' | 'options' | 'departmentId' | 'showWhen'>) {
  const isChoice = input.kind === 'select' || input.kind === 'multi_select'
  if (isChoice && input.options.length === 0) throw invalid({ options: ['fields.noOptions'] })
  if (!isChoice && input.options.length > 0) throw invalid({ options: ['fields.notChoice'] })
  const { tx, tenant } = work
  if (input.departmentId && !(await tx.department.count({ where: { tenantId: tenant.ref.id, id: input.departmentId, deletedAt: null } })))
    throw invalid({ departmentId: ['notFound.department'] })
  if (!input.showWhen) return
  const fields = await loadFields(work)
  // A field that waits for one that waits for it would never be asked.
  for (let key: string | undefined = input.showWhen.key; key !== undefined; ) {
    if (key === input.key) throw invalid({ showWhen: ['fields.circle'] })
    const other = fields.find((field) => field.key === key)
    if (!other) throw invalid({ showWhen: [msg('fields.unknownKey', { key })] })
    key = other.showWhen?.key
  }
}

/** Takes the values of a field that is gone for good off all tickets, so that its key is free. */
export async function forgetField(tx: TenantTx, tenantId: string, id: string) {
  const field = await tx.customField.findFirst({ where: { tenantId, id, deletedAt: { not: null } }, select: { key: true } })
  if (field)
    await tx.$executeRaw`UPDATE ticket SET fields = fields - ${field.key}::text WHERE tenant_id = ${tenantId}::uuid AND fields ? ${field.key}::text`
}

/** The fields that whoever opens a ticket may fill in. */
export const fieldsOfNew = (work: Work): Promise<FieldOutput[]> => loadFields(work, isStaff(work.actor) ? {} : { isPublic: true })

/**
 * The values a new ticket begins with.
 * @param fields as `fieldsOfNew` gives them
 * @throws INVALID on `fields.KEY` for what is wrong or missing
 */
export function valuesOfNew(
  { actor }: Pick<Work, 'actor'>,
  fields: readonly FieldOutput[],
  given: FieldValues | undefined,
  departmentId: string | null,
): Record<string, FieldValue> {
  const forStaff = isStaff(actor)
  if (fields.length === 0 && !given) return {}
  // Staff and machines open tickets in a hurry: what is required is asked of who fills in the form.
  const result = applyValues(fields, { before: {}, given: given ?? {}, departmentId, isWhole: !forStaff })
  if ('errors' in result) throw invalid(result.errors)
  return result.values
}
