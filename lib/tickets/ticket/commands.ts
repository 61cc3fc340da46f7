import { z } from 'zod'
import { isStaff, type TenantActor } from '../../actor/actor'
import { contactOfPerson, findOrCreateContact } from '../../contacts/record'
import { forbidden, invalid } from '../../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../../core/html'
import { emailInput, nameInput as personName, reasonInput, versionInput } from '../../core/schema'
import { cut } from '../../core/text'
import { type Priority, priorityInput } from '../../directory/schema'
import type { Work } from '../../events/work'
import { filesInput, storeFiles } from '../../files/attachments'
import { agentProcedure, customerProcedure, publicProcedure } from '../../procedure/builders'
import { attachmentIds, maxBodyLength, messageBody, richBody } from '../conversation/schema'
import { valuesOfNew } from '../fields/fields'
import { fieldValues } from '../fields/schema'
import { knownDepartment, lockAtVersion, lockLiving, refuseNonStaff, refuseUnread, reload } from './locked'
import { canAssign, canClose, canNote, canReopen, canReply, canUpdate } from './policy'
import { factsOf, loadTicket, present } from './queries'
import {
  changeTicket,
  defaultDepartment,
  emitStatus,
  moveTicket,
  recordAnswer,
  recordNote,
  recordReply,
  recordTags,
  recordTicket,
  standingAfter,
} from './record'
import { goOn } from './request-link'
import { sources, statusInput, type TicketSource, tagsInput, ticketOutput, ticketRef, ticketTitle, ticketTypes } from './schema'
import { afterAssignment, allowedMoves, isDone, reopenedStatus } from './workflow'

const requesterInput = z.strictObject({ name: personName, email: emailInput })

export const createTicket = customerProcedure
  .meta({ permission: 'ticket.create' })
  .route({ method: 'POST', path: '/ticket', tags: ['Tickets'], summary: 'Open a ticket', successStatus: 201 })
  .input(
    z.strictObject({
      title: ticketTitle,
      description: messageBody.optional(),
      descriptionHtml: richBody.optional(),
      attachmentIds: attachmentIds.default([]),
      /** Files that come with the form itself, as multipart/form-data. */
      files: filesInput,
      fields: fieldValues.optional(),
      priority: priorityInput.optional(),
      departmentId: z.uuid().optional(),
      /** One of the department's; it may bring its own priority. */
      categoryId: z.uuid().optional(),
      type: z.enum(ticketTypes).optional(),
      tags: tagsInput.optional(),
      /** Staff open tickets for others; a customer's are their own. */
      requester: requesterInput.optional(),
      source: z.enum(sources).optional(),
      /** Whether the requester gets a mail with the reference; who did not open it themselves does unless told otherwise. */
      acknowledge: z.boolean().optional(),
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { actor } = context
    if (input.requester && !isStaff(actor)) throw forbidden('Only staff can open a ticket for somebody else.')
    if (!isStaff(actor) && (input.tags || input.type)) throw forbidden('Only staff sort tickets.')
    const requester = input.requester ? await findOrCreateContact(context, input.requester) : await contactOfActor(context)
    const place = await placeOf(context, input)
    // What somebody said at the counter or on the phone is in the words of who took it down.
    const isTakenDown = actor.kind === 'person' && (input.source === 'phone' || input.source === 'internal')
    const { id, messageId } = await recordTicket(context, {
      title: input.title,
      ...described(input),
      attachmentIds: input.attachmentIds,
      author: isStaff(actor) && (!input.requester || isTakenDown) ? authorOf(actor) : { kind: 'contact', id: requester.id },
      acknowledge: input.acknowledge ?? (!isStaff(actor) || input.requester !== undefined),
      isAnswer: false,
      requesterId: requester.id,
      ...place,
      fields: await valuesOfNew(context, input.fields, place.departmentId),
      type: input.type,
      tags: input.tags,
      source: isStaff(actor) ? (input.source ?? sourceOf(actor)) : 'customer_portal',
    })
    await storeFiles(context, input.files, messageId)
    await context.flush()
    return present(actor, await loadTicket(asSystem(context), id))
  })

export const createPublicTicket = publicProcedure
  .meta({ permission: 'public', perMinute: 20 })
  .route({
    method: 'POST',
    path: '/public/tickets',
    tags: ['Public'],
    summary: 'Submit a request without signing in',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      ...requesterInput.shape,
      title: ticketTitle,
      description: messageBody,
      departmentId: z.uuid().optional(),
      categoryId: z.uuid().optional(),
      files: filesInput,
      fields: fieldValues.optional(),
    }),
  )
  .output(z.object({ id: z.uuid(), number: z.string(), answerBy: ticketOutput.shape.answerBy }))
  .handler(async ({ context, input }) => {
    const requester = await findOrCreateContact(context, input)
    const place = await placeOf(context, input)
    const { id, messageId } = await recordTicket(context, {
      title: input.title,
      bodyText: input.description,
      author: { kind: 'contact', id: requester.id },
      requesterId: requester.id,
      ...place,
      fields: await valuesOfNew(context, input.fields, place.departmentId),
      source: 'web',
    })
    await storeFiles(context, input.files, messageId)
    await context.flush()
    const { number, answerBy } = present(context.actor, await loadTicket(asSystem(context), id))
    return { id, number, answerBy }
  })

export const replyToTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/comments',
    tags: ['Tickets'],
    summary: 'Reply publicly, or note internally',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      /** Plain text; or rich text as `bodyHtml`. */
      body: messageBody.optional(),
      bodyHtml: richBody.optional(),
      attachmentIds: attachmentIds.default([]),
      isInternal: z.boolean().default(false),
      /** The newest message the writer had read; a newer public one of somebody else is answered with CONFLICT. */
      seenMessageId: z.uuid().optional(),
    }),
  )
  .output(z.object({ id: z.uuid(), ticket: ticketOutput }))
  .handler(async ({ context, input }) => {
    const { actor } = context
    // What was merged goes on where it went.
    const ticket = await lockLiving(context, input.id)
    const { attachmentIds: files, seenMessageId } = input
    if (seenMessageId) await refuseUnread(context, ticket, seenMessageId)
    const message = { ...bodyOf(input), attachmentIds: files, source: sourceOf(actor) }
    if (input.isInternal) {
      if (!canNote(actor, factsOf(ticket))) throw forbidden()
      const { id } = await recordNote(context, ticket, { ...message, author: authorOf(actor) })
      if (actor.kind === 'person') await dropNoteDraft(context, ticket.id, actor.id)
      return { id, ticket: present(actor, await loadTicket(context, ticket.id)) }
    }
    if (!canReply(actor, factsOf(ticket))) throw forbidden()
    if (isStaff(actor)) {
      const { id } = await recordReply(context, ticket, { ...message, author: authorOf(actor) })
      return { id, ticket: await reload(context, ticket.id) }
    }
    const author = { kind: 'contact', ...(await contactOfActor(context)) } as const
    const { messageId, ticketId } = await recordAnswer(context, ticket, { ...message, author })
    return { id: messageId, ticket: await reload(await goOn(context, ticketId), ticketId) }
  })

/** What was being written is written now. */
async function dropNoteDraft({ tx, tenant }: Work, ticketId: string, personId: string) {
  const mine = { tenantId: tenant.ref.id, ticketId, personId, kind: 'note' as const }
  await tx.attachment.updateMany({ where: { tenantId: tenant.ref.id, draft: mine }, data: { draftId: null } })
  await tx.draft.deleteMany({ where: mine })
}

/** Rich text with its plain twin; a message may also be files alone. */
export function bodyOf(given: { body?: string; bodyHtml?: string; attachmentIds?: string[]; isInternal?: boolean }) {
  if (given.bodyHtml !== undefined && !isReadable(given.bodyHtml)) throw invalid({ bodyHtml: ['This text is too tangled to be read.'] })
  const bodyHtml = given.bodyHtml === undefined ? null : sanitizeRichText(given.bodyHtml, { keepsMentions: given.isInternal ?? false })
  const bodyText = bodyHtml === null ? (given.body ?? '') : cut(plainTwinOf(bodyHtml), maxBodyLength)
  if (!bodyText && !given.attachmentIds?.length) throw invalid({ body: ['Write something first.'] })
  return { bodyText, bodyHtml: bodyText ? bodyHtml : null }
}

export const assignTicket = agentProcedure
  .meta({ permission: 'ticket.assign' })
  .route({ method: 'POST', path: '/ticket/{id}/assign', tags: ['Tickets'], summary: 'Assign, or unassign with null' })
  .input(z.strictObject({ ...ticketRef.shape, assigneeId: z.uuid().nullable(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canAssign(context.actor, factsOf(ticket))) throw forbidden()
    if (input.assigneeId) await refuseNonStaff(context, input.assigneeId)
    if (input.assigneeId === ticket.assigneeId) return present(context.actor, ticket)
    const status = afterAssignment({ status: ticket.status, isAssigned: ticket.assigneeId !== null }, input.assigneeId !== null)
    await changeTicket(context, ticket.id, { ...standingAfter(context, ticket, status), assigneeId: input.assigneeId })
    context.emit('ticket.assigned', { before: ticket.assigneeId, after: input.assigneeId }, { subjectId: ticket.id })
    emitStatus(context, ticket, status, 'assignment', true)
    return reload(context, ticket.id)
  })

export const changeStatus = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/status', tags: ['Tickets'], summary: 'Move the ticket through its workflow' })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      status: statusInput,
      reason: z.string().trim().max(1000).optional(),
      /** With `hold`: when the ticket comes back by itself. Without it, people are reminded every 3 days. */
      holdUntil: z.iso.datetime({ offset: true }).optional(),
      version: versionInput,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    if (input.status === ticket.status) return present(context.actor, ticket)
    const moves = allowedMoves({ status: ticket.status, isAssigned: ticket.assigneeId !== null })
    if (!moves.includes(input.status))
      throw invalid({ status: [`A ticket that is ${ticket.status} can become: ${moves.join(', ') || 'nothing else'}.`] })
    const holdUntil = input.holdUntil === undefined ? null : new Date(input.holdUntil)
    if (holdUntil && input.status !== 'hold') throw invalid({ holdUntil: ['Only a hold has an end.'] })
    if (holdUntil && (holdUntil <= context.now || holdUntil.getTime() > context.now.getTime() + longestHoldMs))
      throw invalid({ holdUntil: ['Choose a time within the next year.'] })
    await moveTicket(context, ticket, input.status, { reason: input.reason || null, holdUntil })
    return reload(context, ticket.id)
  })

const longestHoldMs = 366 * 86_400_000

export const closeTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/ticket/{id}/close', tags: ['Tickets'], summary: 'Say that a request is settled' })
  .input(z.strictObject({ ...ticketRef.shape, reason: z.string().trim().max(1000).optional(), version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canClose(context.actor, factsOf(ticket))) throw forbidden()
    await moveTicket(context, ticket, 'closed', { reason: input.reason || null })
    return reload(context, ticket.id)
  })

export const reopenTicket = customerProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/ticket/{id}/reopen', tags: ['Tickets'], summary: 'Say that a request is not settled after all' })
  .input(z.strictObject({ ...ticketRef.shape, reason: reasonInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    const facts = factsOf(ticket)
    if (!isDone(ticket.status)) throw invalid({ id: ['This request is open.'] })
    if (!isStaff(context.actor) && facts.isTooLate)
      throw invalid({ id: ['It was closed too long ago. Write, and a new request continues it.'] })
    if (!canReopen(context.actor, facts)) throw forbidden()
    await moveTicket(context, ticket, reopenedStatus(ticket.assigneeId !== null), { reason: input.reason })
    return reload(context, ticket.id)
  })

export const changePriority = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/priority', tags: ['Tickets'], summary: 'Change the priority' })
  .input(z.strictObject({ ...ticketRef.shape, priority: priorityInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    if (input.priority === ticket.priority) return present(context.actor, ticket)
    await changeTicket(context, ticket.id, { priority: input.priority })
    context.emit('ticket.priority_changed', { before: ticket.priority, after: input.priority }, { subjectId: ticket.id })
    return reload(context, ticket.id)
  })

export const changeDepartment = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/department', tags: ['Tickets'], summary: 'Hand the ticket to another department' })
  .input(z.strictObject({ ...ticketRef.shape, departmentId: z.uuid(), version: versionInput }))
  .output(z.object({ ticket: ticketOutput.nullable() }))
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    await knownDepartment(context, input.departmentId)
    if (input.departmentId !== ticket.departmentId) {
      // A category is its department's own.
      await changeTicket(context, ticket.id, { departmentId: input.departmentId, categoryId: null })
      context.emit('ticket.department_changed', { before: ticket.departmentId, after: input.departmentId }, { subjectId: ticket.id })
    }
    await context.flush()
    // The caller may have handed it out of their own sight.
    const after = await loadTicket(context, ticket.id).catch(() => null)
    return { ticket: after && present(context.actor, after) }
  })

export const changeTags = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/tags', tags: ['Tickets'], summary: 'Set the tags' })
  .input(z.strictObject({ ...ticketRef.shape, tags: tagsInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input: { tags, ...input } }) => {
    const { tx, tenant, emit } = context
    const ticket = await lockAtVersion(context, input)
    if (!canUpdate(context.actor, factsOf(ticket))) throw forbidden()
    const added = tags.filter((tag) => !ticket.tags.includes(tag))
    const removed = ticket.tags.filter((tag) => !tags.includes(tag))
    if (added.length === 0 && removed.length === 0) return present(context.actor, ticket)
    await changeTicket(context, ticket.id, { tags })
    await tx.ticketTag.deleteMany({ where: { tenantId: tenant.ref.id, ticketId: ticket.id, name: { in: removed } } })
    await recordTags(context, ticket.id, added)
    emit('ticket.tagged', { added, removed }, { subjectId: ticket.id })
    return reload(context, ticket.id)
  })

const watcherRef = z.strictObject({ ...ticketRef.shape, personId: z.uuid() })
const named = z.array(z.object({ id: z.uuid(), name: z.string() }))

/** Who watches a ticket sees it and is told of it. One may do so oneself; who may change it may ask others. */
export const watchTicket = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'PUT', path: '/ticket/{id}/watchers/{personId}', tags: ['Tickets'], summary: 'Let somebody watch the ticket' })
  .input(watcherRef)
  .output(z.object({ watchers: named }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const tenantId = tenant.ref.id
    const ticket = await loadTicket(context, input.id)
    const isSelf = actor.kind === 'person' && actor.id === input.personId
    if (!isSelf && !canUpdate(actor, factsOf(ticket))) throw forbidden()
    await refuseNonStaff(context, input.personId, 'personId')
    const { count } = await tx.watcher.createMany({
      data: [{ tenantId, ticketId: ticket.id, personId: input.personId }],
      skipDuplicates: true,
    })
    if (count > 0) emit('ticket.watched', { personId: input.personId, isWatching: true }, { subjectId: ticket.id })
    return { watchers: await watchersOf(context, ticket.id) }
  })

export const unwatchTicket = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'DELETE',
    path: '/ticket/{id}/watchers/{personId}',
    tags: ['Tickets'],
    summary: 'Let somebody watch the ticket no more',
  })
  .input(watcherRef)
  .output(z.object({ watchers: named }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, emit } = context
    const ticket = await loadTicket(context, input.id)
    const isSelf = actor.kind === 'person' && actor.id === input.personId
    if (!isSelf && !canUpdate(actor, factsOf(ticket))) throw forbidden()
    const { count } = await tx.watcher.deleteMany({ where: { tenantId: tenant.ref.id, ticketId: ticket.id, personId: input.personId } })
    if (count > 0) emit('ticket.watched', { personId: input.personId, isWatching: false }, { subjectId: ticket.id })
    return { watchers: await watchersOf(context, ticket.id) }
  })

async function watchersOf({ tx, tenant }: Work, ticketId: string) {
  const where = { tenantId: tenant.ref.id, ticketId, person: { deletedAt: null } }
  const rows = await tx.watcher.findMany({ where, select: { person: { select: { id: true, name: true } } }, take: 100 })
  return rows.map(({ person }) => person)
}

/** Opening a ticket tells the list that its new reply was seen. */
export const markTicketRead = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'POST', path: '/ticket/{id}/read', tags: ['Tickets'], summary: 'Mark the newest reply as seen' })
  .input(ticketRef)
  .output(z.object({ ok: z.literal(true) }))
  .handler(async ({ context, input }) => {
    const ticket = await loadTicket(context, input.id)
    const tenantId = context.tenant.ref.id
    await context.tx.ticket.updateMany({ where: { tenantId, id: ticket.id, hasNewReply: true }, data: { hasNewReply: false } })
    return { ok: true as const }
  })

/** Who opens a ticket gets to see that it was opened, also where they may not look further. */
const asSystem = (work: Work): Work => ({ ...work, actor: { kind: 'system', name: 'created' } })

const authorOf = (actor: TenantActor) =>
  actor.kind === 'person' ? ({ kind: 'person', id: actor.id } as const) : ({ kind: 'system', id: null } as const)

function sourceOf(actor: TenantActor): TicketSource {
  if (actor.kind === 'system') return 'internal'
  if (actor.via !== 'cookie') return 'api'
  return actor.role === 'customer' ? 'customer_portal' : 'internal'
}

async function contactOfActor(work: Work<TenantActor>): Promise<{ id: string }> {
  if (work.actor.kind !== 'person') throw invalid({ requester: ['Say who asks.'] })
  return contactOfPerson(work, work.actor)
}

/** A ticket's first message, whose field has another name. */
function described(given: { description?: string; descriptionHtml?: string; attachmentIds: string[] }) {
  if (!given.description && !given.descriptionHtml) throw invalid({ description: ['Write something first.'] })
  return bodyOf({ body: given.description, bodyHtml: given.descriptionHtml, attachmentIds: given.attachmentIds })
}

/** Where a new ticket goes: its category says its department and its priority, unless they are given. */
async function placeOf(work: Work, given: { departmentId?: string; categoryId?: string; priority?: Priority }) {
  const departmentId = await knownDepartment(work, given.departmentId)
  if (!given.categoryId) return { departmentId: departmentId ?? (await defaultDepartment(work)), priority: given.priority }
  const where = { tenantId: work.tenant.ref.id, id: given.categoryId, deletedAt: null, department: { deletedAt: null } }
  const category = await work.tx.category.findFirst({ where, select: { departmentId: true, defaultPriority: true } })
  if (!category) throw invalid({ categoryId: ['There is no such category.'] })
  if (departmentId && departmentId !== category.departmentId)
    throw invalid({ categoryId: ['This category belongs to another department.'] })
  const priority = given.priority ?? category.defaultPriority ?? undefined
  return { departmentId: category.departmentId, categoryId: given.categoryId, priority }
}
