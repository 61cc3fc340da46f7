import { z } from 'zod'
import { type Actor, has, isStaff, seesAll } from '../../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../../core/html'
import { newId } from '../../core/id'
import { escapeHtml } from '../../core/plain'
import { nameInput, ok, versionInput } from '../../core/schema'
import type { ViewScope } from '../../db/generated/tenant/client'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { bulkChange } from '../actions/schema'
import { richBody } from '../conversation/schema'
import { loadTicket } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { viewScopes } from '../views/schema'
import { cannedResponseOutput, macroOutput, responseVariables } from './schema'

const most = 500

const shared = {
  name: nameInput,
  scope: z.enum(viewScopes).default('personal'),
  /** Whose it is, with scope `department`. */
  departmentId: z.uuid().nullable().default(null),
}

interface Kept {
  scope: ViewScope
  ownerId: string
}

/** What somebody keeps for themselves is theirs; what is shared is of those who may share. */
const mayChange = (actor: Actor, { scope, ownerId }: Kept) =>
  scope === 'personal' ? actor.kind === 'person' && actor.id === ownerId : has(actor, 'view.share')

/** Which of what is kept somebody sees. */
export function seenBy(actor: Actor) {
  if (!isStaff(actor) || actor.kind !== 'person') return {}
  const ofDepartments = seesAll(actor) ? {} : { departmentId: { in: [...actor.departmentIds] } }
  const scopes = [
    { scope: 'desk' as const },
    { scope: 'department' as const, ...ofDepartments },
    { scope: 'personal' as const, ownerId: actor.id },
  ]
  return { OR: scopes }
}

const ownerOf = (actor: Actor): string => {
  if (actor.kind !== 'person') throw forbidden('This belongs to a person.')
  return actor.id
}

async function refuseWrongScope({ tx, tenant, actor }: Work, { scope, departmentId }: { scope: ViewScope; departmentId: string | null }) {
  if (scope !== 'personal' && !has(actor, 'view.share')) throw forbidden('You may keep these for yourself only.')
  if ((scope === 'department') !== (departmentId !== null)) throw invalid({ departmentId: ['Say whose it is.'] })
  if (!departmentId) return
  const known = await tx.department.count({ where: { tenantId: tenant.ref.id, id: departmentId, deletedAt: null } })
  if (!known) throw invalid({ departmentId: ['There is no such department.'] })
}

const variable = /\{\{\s*([\w.]+)\s*\}\}/g
const knownVariables = new Set<string>(responseVariables.map(({ name }) => name))

function cleanBody(bodyHtml: string): string {
  if (!isReadable(bodyHtml)) throw invalid({ bodyHtml: ['This text is too tangled to be read.'] })
  const clean = sanitizeRichText(bodyHtml, { keepsMentions: false })
  if (!plainTwinOf(clean)) throw invalid({ bodyHtml: ['Write something first.'] })
  const unknown = [...clean.matchAll(variable)].map(([, name]) => name as string).find((name) => !knownVariables.has(name))
  if (unknown) throw invalid({ bodyHtml: [`There is nothing to fill in for {{${unknown}}}.`] })
  return clean
}

export const listCannedResponses = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/canned-responses', tags: ['Answers'], summary: 'List texts kept for answering, the most used first' })
  .output(z.object({ items: z.array(cannedResponseOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null, ...seenBy(actor) }
    const rows = await tx.cannedResponse.findMany({ where, orderBy: [{ usedCount: 'desc' }, { name: 'asc' }], take: most })
    return { items: rows.map((row) => ({ ...row, isOwn: mayChange(actor, row) })) }
  })

export const createCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/canned-responses', tags: ['Answers'], summary: 'Make a canned response', successStatus: 201 })
  .input(z.strictObject({ ...shared, bodyHtml: richBody }))
  .output(cannedResponseOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    await refuseWrongScope(context, input)
    const bodyHtml = cleanBody(input.bodyHtml)
    const data = { ...input, bodyHtml, tenantId: tenant.ref.id, id: newId(), ownerId: ownerOf(actor), createdAt: now }
    const row = await tx.cannedResponse.create({ data })
    emit('canned_response.created', { name: row.name, scope: row.scope }, { subjectId: row.id })
    return { ...row, isOwn: true }
  })

export const updateCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'PUT', path: '/canned-responses/{id}', tags: ['Answers'], summary: 'Change a canned response' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...shared, bodyHtml: richBody }))
  .output(cannedResponseOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, actor, emit } = context
    const before = await loadResponse(context, id)
    await refuseWrongScope(context, input)
    const data = { ...input, bodyHtml: cleanBody(input.bodyHtml) }
    const where = { tenantId: tenant.ref.id, id, version }
    const { count } = await tx.cannedResponse.updateMany({ where, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('Somebody else changed this text.', before.version)
    emit('canned_response.changed', { before: { name: before.name, bodyHtml: before.bodyHtml }, after: data }, { subjectId: id })
    const row = await tx.cannedResponse.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } })
    return { ...row, isOwn: mayChange(actor, row) }
  })

export const deleteCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'DELETE', path: '/canned-responses/{id}', tags: ['Answers'], summary: 'Remove a text kept for answering' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, now, emit } = context
    const { name } = await loadResponse(context, id)
    await tx.cannedResponse.updateMany({ where: { tenantId: tenant.ref.id, id }, data: { deletedAt: now, version: { increment: 1 } } })
    emit('canned_response.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

async function loadResponse({ tx, tenant, actor }: Work, id: string) {
  const row = await tx.cannedResponse.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null, ...seenBy(actor) } })
  if (!row) throw notFound('cannedResponse')
  if (!mayChange(actor, row)) throw forbidden('This text is shared; you may not change it.')
  return row
}

export const fillCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/canned-responses/{responseId}',
    tags: ['Answers'],
    summary: 'Read a canned response, filled in for a ticket',
  })
  .input(z.strictObject({ ...ticketRef.shape, responseId: z.uuid() }))
  .output(z.object({ bodyHtml: z.string() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const tenantId = tenant.ref.id
    const row = await tx.cannedResponse.findFirst({ where: { tenantId, id: input.responseId, deletedAt: null, ...seenBy(actor) } })
    if (!row) throw notFound('cannedResponse')
    await tx.cannedResponse.updateMany({ where: { tenantId, id: row.id }, data: { usedCount: { increment: 1 } } })
    return { bodyHtml: await fillIn(context, input.id, row.bodyHtml) }
  })

const firstNameOf = (name: string) => name.trim().split(/\s+/)[0] ?? name

/** Puts what is known in place of `{{…}}`. What is filled in is text, whatever it looks like. */
export async function fillIn(work: Work, ticketId: string, bodyHtml: string): Promise<string> {
  const ticket = await loadTicket(work, ticketId)
  const agent = work.actor.kind === 'person' ? work.actor.name : work.tenant.name
  const values: Record<string, string> = {
    'requester.name': ticket.requesterName,
    'requester.firstName': firstNameOf(ticket.requesterName),
    'requester.email': ticket.requesterEmail ?? '',
    'ticket.number': ticket.number,
    'ticket.title': ticket.title,
    'agent.name': agent,
    'agent.firstName': firstNameOf(agent),
    'desk.name': work.tenant.name,
  }
  return bodyHtml.replace(variable, (whole, name: string) => (Object.hasOwn(values, name) ? escapeHtml(values[name] as string) : whole))
}

const macroFields = {
  ...shared,
  changes: z.array(bulkChange).max(10, 'A macro makes at most ten changes.').default([]),
  bodyHtml: richBody.nullable().default(null),
  isNote: z.boolean().default(false),
}

export const listMacros = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/macros', tags: ['Answers'], summary: 'List macros' })
  .output(z.object({ items: z.array(macroOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null, ...seenBy(actor) }
    const rows = await tx.macro.findMany({ where, orderBy: { name: 'asc' }, take: most })
    return { items: rows.map((row) => macroOutput.parse({ ...row, isOwn: mayChange(actor, row) })) }
  })

export const createMacro = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/macros',
    tags: ['Answers'],
    summary: 'Keep several changes and an answer under one name',
    successStatus: 201,
  })
  .input(z.strictObject(macroFields))
  .output(macroOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    const data = { ...(await cleanMacro(context, input)), tenantId: tenant.ref.id, id: newId(), ownerId: ownerOf(actor), createdAt: now }
    const row = await tx.macro.create({ data })
    emit('macro.created', { name: row.name, scope: row.scope }, { subjectId: row.id })
    return macroOutput.parse({ ...row, isOwn: true })
  })

export const updateMacro = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/macros/{id}', tags: ['Answers'], summary: 'Change a macro' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...macroFields }))
  .output(macroOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, actor, emit } = context
    const before = await loadMacro(context, id)
    const data = await cleanMacro(context, input)
    const { count } = await tx.macro.updateMany({
      where: { tenantId: tenant.ref.id, id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('Somebody else changed this macro.', before.version)
    emit('macro.changed', { before: { name: before.name, changes: before.changes }, after: data }, { subjectId: id })
    const row = await tx.macro.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } })
    return macroOutput.parse({ ...row, isOwn: mayChange(actor, row) })
  })

export const deleteMacro = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'DELETE', path: '/macros/{id}', tags: ['Answers'], summary: 'Remove a macro' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, now, emit } = context
    const { name } = await loadMacro(context, id)
    await tx.macro.updateMany({ where: { tenantId: tenant.ref.id, id }, data: { deletedAt: now, version: { increment: 1 } } })
    emit('macro.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

async function loadMacro({ tx, tenant, actor }: Work, id: string) {
  const row = await tx.macro.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null, ...seenBy(actor) } })
  if (!row) throw notFound('macro')
  if (!mayChange(actor, row)) throw forbidden('This macro is shared; you may not change it.')
  return row
}

async function cleanMacro<T extends z.output<z.ZodObject<typeof macroFields>>>(work: Work, input: T) {
  await refuseWrongScope(work, input)
  if (input.changes.length === 0 && !input.bodyHtml) throw invalid({ changes: ['A macro changes or says something.'] })
  if (input.changes.some(({ kind }) => kind === 'delete')) throw invalid({ changes: ['A macro removes nothing.'] })
  return { ...input, bodyHtml: input.bodyHtml ? cleanBody(input.bodyHtml) : null }
}
