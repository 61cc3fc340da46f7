import { z } from 'zod'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { ok, versionInput } from '../../core/schema'
import type { Macro } from '../../db/generated/tenant/client'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { runActions } from '../actions/action-registry'
import { readGone, refuseUnknownTargets } from '../actions/action-targets'
import { type MacroChange, macroChange } from '../actions/schema'
import { richBody } from '../conversation/schema'
import { canView } from '../ticket/policy'
import { factsOf, loadTicket, readHeld, toStaffView } from '../ticket/queries'
import { ticketOutput, ticketRef } from '../ticket/schema'
import { canChangeShared, refuseSharing, sharedWith } from '../views/policy'
import { cleanBody, fillIn, mostCanned, ownerOf } from './canned-responses'
import { type MacroOutput, macroOutput, sharing } from './schema'

const macroFields = {
  ...sharing,
  changes: z
    .array(macroChange)
    .max(10, msg('canned.tooManyChanges', { maximum: 10 }))
    .default([]),
  bodyHtml: richBody.nullable().default(null),
  isNote: z.boolean().default(false),
}

export const listMacros = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/macros', tags: ['Answers'], summary: 'List macros' })
  .output(z.object({ items: z.array(macroOutput) }))
  .handler(async ({ context }) => {
    const { tx, tenant, actor } = context
    const where = { tenantId: tenant.ref.id, deletedAt: null, ...sharedWith(actor) }
    const rows = await tx.macro.findMany({ where, orderBy: { name: 'asc' }, take: mostCanned })
    return { items: await toMacroOutputs(context, rows) }
  })

export const createMacro = agentProcedure
  .meta({ permission: 'ticket.update', body: 'text' })
  .route({
    method: 'POST',
    path: '/macros',
    tags: ['Answers'],
    summary: 'Create a macro',
    successStatus: 201,
  })
  .input(z.strictObject(macroFields))
  .output(macroOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const data = {
      ...(await cleanMacro(context, input, [])),
      tenantId: tenant.ref.id,
      id: newId(),
      ownerId: ownerOf(actor),
      createdAt: now,
    }
    const row = await tx.macro.create({ data })
    emit('macro.created', { name: row.name, scope: row.scope }, { subjectId: row.id })
    return toMacroOutput(context, row)
  })

export const updateMacro = agentProcedure
  .meta({ permission: 'ticket.update', body: 'text' })
  .route({ method: 'PUT', path: '/macros/{id}', tags: ['Answers'], summary: 'Edit a macro' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...macroFields }))
  .output(macroOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, emit } = context
    const before = await loadMacro(context, id)
    const data = await cleanMacro(context, input, changesIn(before), before)
    const { count } = await tx.macro.updateMany({
      where: { tenantId: tenant.ref.id, id, version, deletedAt: null },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    emit('macro.changed', { before: { name: before.name, changes: before.changes }, after: data }, { subjectId: id })
    const row = await tx.macro.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } })
    return toMacroOutput(context, row)
  })

export const deleteMacro = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'DELETE', path: '/macros/{id}', tags: ['Answers'], summary: 'Delete a macro' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { name } = await loadMacro(context, id)
    await markDeleted(context, 'macro', id)
    context.emit('macro.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreMacro = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'POST', path: '/macros/{id}/restore', tags: ['Answers'], summary: 'Restore a deleted macro' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(macroOutput)
  .handler(async ({ context, input: { id } }) => {
    await takeBack(context, 'macro', id)
    const row = await loadMacro(context, id)
    context.emit('macro.restored', { name: row.name }, { subjectId: id })
    return toMacroOutput(context, row)
  })

async function toMacroOutputs(work: Work, rows: readonly Macro[]): Promise<MacroOutput[]> {
  const gone = await readGone(work, rows.map(changesIn))
  return rows.map((row, n) => macroOutput.parse({ ...row, gone: gone[n], isOwn: canChangeShared(work.actor, row) }))
}

const toMacroOutput = async (work: Work, row: Macro) => (await toMacroOutputs(work, [row]))[0] as MacroOutput

async function loadMacro({ tx, tenant, actor }: Work, id: string) {
  const row = await tx.macro.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null, ...sharedWith(actor) } })
  if (!row) throw notFound('macro')
  if (!canChangeShared(actor, row)) throw forbidden('canned.macroShared')
  return row
}

/** The actions of a stored macro. */
export const changesIn = ({ changes }: { changes: unknown }) => z.array(macroChange).parse(changes)

async function cleanMacro<T extends z.output<z.ZodObject<typeof macroFields>>>(
  work: Work,
  input: T,
  before: MacroChange[],
  shared?: Parameters<typeof refuseSharing>[2],
) {
  await refuseSharing(work, input, shared)
  await refuseUnknownTargets(
    work,
    input.changes.map((change, at) => [`changes.${at}`, change]),
    before,
  )
  if (input.changes.length === 0 && !input.bodyHtml) throw invalid({ changes: ['canned.macroEmpty'] })
  return { ...input, bodyHtml: input.bodyHtml ? cleanBody(input.bodyHtml) : null }
}

/**
 * The changes are made to the one locked row in one unit of work: all of them, or none. What the caller may do is asked of the
 * ticket as it was before the first.
 */
export const applyMacro = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/macros/{macroId}',
    tags: ['Answers'],
    summary: 'Apply a macro, all of its actions or none, and read its reply',
  })
  .input(z.strictObject({ ...ticketRef.shape, macroId: z.uuid() }))
  .output(z.object({ ticket: ticketOutput.nullable(), bodyHtml: z.string().nullable(), isNote: z.boolean() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const ticket = await loadTicket(context, input.id, 'lock')
    const macro = await tx.macro.findFirst({
      where: { tenantId: tenant.ref.id, id: input.macroId, deletedAt: null, ...sharedWith(actor) },
    })
    if (!macro) throw notFound('macro')
    const bodyHtml = macro.bodyHtml && (await fillIn(context, ticket, macro.bodyHtml))
    await runActions(context, ticket, changesIn(macro))
    await context.flush()
    const after = await readHeld(context, ticket.id)
    // It may have gone out of the caller's sight.
    return { ticket: canView(actor, factsOf(after)) ? toStaffView(actor, after) : null, bodyHtml, isNote: macro.isNote }
  })
