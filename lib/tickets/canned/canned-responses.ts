import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../../core/html'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { callName } from '../../core/person-name'
import { ok, versionInput } from '../../core/schema'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { richBody } from '../conversation/schema'
import { loadTicket, type TicketRow } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { canChangeShared, refuseSharing, sharedWith } from '../views/policy'
import { fillPlaceholders, meantPlaceholder, placeholdersIn } from './placeholder'
import { cannedResponseOutput, formerVariables, responseVariables, sharing } from './schema'

/** A list is no longer than this. */
export const mostCanned = 500

export const ownerOf = (actor: Actor): string => {
  if (actor.kind !== 'person') throw forbidden('canned.personOnly')
  return actor.id
}

const knownVariables = new Set<string>([...responseVariables.map(({ name }) => name), ...Object.keys(formerVariables)])

/** @throws INVALID for a text that is empty, or asks for something that is not filled in */
export function cleanBody(bodyHtml: string): string {
  if (!isReadable(bodyHtml)) throw invalid({ bodyHtml: ['tickets.tooComplex'] })
  const clean = sanitizeRichText(bodyHtml, { keepsMentions: false })
  if (!plainTwinOf(clean)) throw invalid({ bodyHtml: ['tickets.text'] })
  const unknown = placeholdersIn(clean).find((name) => !knownVariables.has(name))
  if (unknown) {
    const meant = meantPlaceholder(
      unknown,
      responseVariables.map(({ name }) => name),
    )
    throw invalid({ bodyHtml: [meant ? msg('canned.meant', { name: unknown, meant }) : msg('canned.placeholder', { name: unknown })] })
  }
  return clean
}

export const listCannedResponses = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/canned-responses', tags: ['Answers'], summary: 'List canned responses, the most used first' })
  .output(z.object({ items: z.array(cannedResponseOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const where = { tenantId: tenant.ref.id, deletedAt: null, ...sharedWith(actor) }
    const rows = await tx.cannedResponse.findMany({ where, orderBy: [{ usedCount: 'desc' }, { name: 'asc' }], take: mostCanned })
    return { items: rows.map((row) => ({ ...row, isOwn: canChangeShared(actor, row) })) }
  })

export const createCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply', body: 'text' })
  .route({ method: 'POST', path: '/canned-responses', tags: ['Answers'], summary: 'Create a canned response', successStatus: 201 })
  .input(z.strictObject({ ...sharing, bodyHtml: richBody }))
  .output(cannedResponseOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    await refuseSharing(context, input)
    const bodyHtml = cleanBody(input.bodyHtml)
    const data = { ...input, bodyHtml, tenantId: tenant.ref.id, id: newId(), ownerId: ownerOf(actor), createdAt: now }
    const row = await tx.cannedResponse.create({ data })
    emit('canned_response.created', { name: row.name, scope: row.scope }, { subjectId: row.id })
    return { ...row, isOwn: true }
  })

export const updateCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply', body: 'text' })
  .route({ method: 'PUT', path: '/canned-responses/{id}', tags: ['Answers'], summary: 'Edit a canned response' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...sharing, bodyHtml: richBody }))
  .output(cannedResponseOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, actor, emit } = context
    const before = await loadResponse(context, id)
    await refuseSharing(context, input, before)
    const data = { ...input, bodyHtml: cleanBody(input.bodyHtml) }
    const where = { tenantId: tenant.ref.id, id, version, deletedAt: null }
    const { count } = await tx.cannedResponse.updateMany({ where, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('changedByOther', before.version)
    emit('canned_response.changed', { before: { name: before.name, bodyHtml: before.bodyHtml }, after: data }, { subjectId: id })
    const row = await tx.cannedResponse.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } })
    return { ...row, isOwn: canChangeShared(actor, row) }
  })

export const deleteCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'DELETE', path: '/canned-responses/{id}', tags: ['Answers'], summary: 'Delete a canned response' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { name } = await loadResponse(context, id)
    await markDeleted(context, 'canned_response', id)
    context.emit('canned_response.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/canned-responses/{id}/restore', tags: ['Answers'], summary: 'Restore a deleted canned response' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(cannedResponseOutput)
  .handler(async ({ context, input: { id } }) => {
    await takeBack(context, 'canned_response', id)
    const row = await loadResponse(context, id)
    context.emit('canned_response.restored', { name: row.name }, { subjectId: id })
    return { ...row, isOwn: canChangeShared(context.actor, row) }
  })

async function loadResponse({ tx, tenant, actor }: Work, id: string) {
  const row = await tx.cannedResponse.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null, ...sharedWith(actor) } })
  if (!row) throw notFound('cannedResponse')
  if (!canChangeShared(actor, row)) throw forbidden('canned.shared')
  return row
}

export const fillCannedResponse = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/canned-responses/{responseId}',
    tags: ['Answers'],
    summary: 'Read a canned response with its placeholders filled in for a ticket',
  })
  .input(z.strictObject({ ...ticketRef.shape, responseId: z.uuid() }))
  .output(z.object({ bodyHtml: z.string() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const tenantId = tenant.ref.id
    const row = await tx.cannedResponse.findFirst({ where: { tenantId, id: input.responseId, deletedAt: null, ...sharedWith(actor) } })
    if (!row) throw notFound('cannedResponse')
    await tx.cannedResponse.updateMany({ where: { tenantId, id: row.id }, data: { usedCount: { increment: 1 } } })
    return { bodyHtml: await fillIn(context, await loadTicket(context, input.id), row.bodyHtml) }
  })

/**
 * Puts what is known in place of `{{…}}`. What is filled in is text, whatever it looks like. Where there is no name to call somebody
 * by, the sentence closes over it: "Hello {{requester.firstName}}," says "Hello,".
 */
export async function fillIn(work: Work, ticket: TicketRow, bodyHtml: string): Promise<string> {
  const agent = work.actor.kind === 'person' ? work.actor.name : work.tenant.name
  return fillPlaceholders(bodyHtml, {
    'requester.name': ticket.requesterName,
    'requester.firstName': callName(ticket.requesterName),
    'requester.email': ticket.requesterEmail ?? '',
    'ticket.number': ticket.number,
    'ticket.title': ticket.title,
    'agent.name': agent,
    'agent.firstName': callName(agent),
    'workspace.name': work.tenant.name,
    'desk.name': work.tenant.name,
  })
}
