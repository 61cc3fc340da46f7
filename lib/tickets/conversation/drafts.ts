import { isDeepStrictEqual } from 'node:util'
import { call, ORPCError } from '@orpc/server'
import { z } from 'zod'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../../core/html'
import { newId } from '../../core/id'
import { maxVersion, ok } from '../../core/schema'
import { errorText } from '../../core/text'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { actorOfPerson } from '../../procedure/authenticate'
import { agentProcedure } from '../../procedure/builders'
import { internalCaller } from '../../procedure/caller'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { changeStatus } from '../ticket/commands/change-status'
import { refuseUnless } from '../ticket/lock'
import { canNote, canReply, canUpdate } from '../ticket/policy'
import { loadTicket } from '../ticket/queries'
import { statusInput, ticketRef } from '../ticket/schema'
import { chooseAddressees } from './addressee'
import { bodyOf, replyToTicket } from './commands/reply'
import { refuseUnread } from './lock'
import { draftInclude as include, toDraft } from './queries'
import { attachmentIds, type DraftKind, draftKinds, draftOutput, richBody } from './schema'

const draftRef = z.strictObject({ ...ticketRef.shape, kind: z.enum(draftKinds) })

const own = (work: Work, ticketId: string, kind: DraftKind) => {
  if (work.actor.kind !== 'person') throw forbidden('tickets.draftPerson')
  return { tenantId: work.tenant.ref.id, ticketId, personId: work.actor.id, kind }
}

async function refuseUnwritable(work: Work, ticketId: string, kind: DraftKind) {
  refuseUnless(kind === 'note' ? canNote : canReply, work, await loadTicket(work, ticketId))
}

export const saveDraft = agentProcedure
  .meta({ permission: 'ticket.view', body: 'text' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/drafts/{kind}',
    tags: ['Tickets'],
    summary: 'Save your draft; an empty draft is deleted',
  })
  .input(
    z.strictObject({
      ...draftRef.shape,
      bodyHtml: richBody,
      attachmentIds: attachmentIds.default([]),
      /** Whom a reply is to go to; the usual people unless given. */
      addressees: draftOutput.shape.addressees.default(null),
      /** The version the writer began with; a change made on another device is answered with CONFLICT. */
      version: z.number().int().min(0).max(maxVersion).optional(),
      /** The browser that writes, by a name it gave itself: what it saved before, from another tab or just before a reload, is its own. */
      device: z.string().max(60).optional(),
    }),
  )
  .output(z.object({ draft: draftOutput.nullable() }))
  .handler(async ({ context, input }) => {
    const { tx, now } = context
    const { id, kind, device = null } = input
    await refuseUnwritable(context, id, kind)
    if (!isReadable(input.bodyHtml)) throw invalid({ bodyHtml: ['tickets.tooComplex'] })
    const bodyHtml = sanitizeRichText(input.bodyHtml, { keepsMentions: kind === 'note' })
    const addressees = input.addressees ?? Prisma.DbNull
    const key = { tenantId_ticketId_personId_kind: own(context, id, kind) }
    const before = await tx.draft.findUnique({ where: key, include })
    if (before?.sendAt) throw conflict('tickets.draftSending', before.version)
    if (before && input.version !== undefined && before.version !== input.version && isOthers(before, { ...input, bodyHtml }))
      throw conflict('tickets.draftElsewhere', before.version)
    const isEmpty = input.attachmentIds.length === 0 && input.addressees === null && !plainTwinOf(bodyHtml)
    if (isEmpty) {
      if (before) await removeDraft(context, before.id)
      return { draft: null }
    }
    const draft = before
      ? await tx.draft.update({
          where: key,
          data: { bodyHtml, addressees, device, error: null, updatedAt: now, version: { increment: 1 } },
        })
      : await tx.draft.create({ data: { ...own(context, id, kind), id: newId(), bodyHtml, addressees, device, updatedAt: now } })
    await hold(context, draft.id, input.attachmentIds)
    return { draft: await toDraft(context.caller, await tx.draft.findUniqueOrThrow({ where: key, include })) }
  })

interface Written {
  bodyHtml: string
  addressees: unknown
  attachmentIds: readonly string[]
  device?: string
}

/** Whether something would be lost that this browser did not write: another text, or a file. */
function isOthers(
  before: Pick<Written, 'bodyHtml' | 'addressees'> & { device: string | null; attachments: { id: string }[] },
  given: Written,
): boolean {
  if (before.attachments.some(({ id }) => !given.attachmentIds.includes(id))) return true
  const isOther = before.bodyHtml !== given.bodyHtml || !isDeepStrictEqual(before.addressees ?? null, given.addressees ?? null)
  return isOther && (before.device === null || before.device !== given.device)
}

/** Ties the files to the draft, so that they outlive the browser; those taken off are swept away. */
async function hold({ tx, tenant, actor }: Work, draftId: string, ids: string[]) {
  const tenantId = tenant.ref.id
  await tx.attachment.updateMany({ where: { tenantId, draftId, id: { notIn: ids } }, data: { draftId: null } })
  if (ids.length === 0) return
  const personId = actor.kind === 'person' ? actor.id : null
  const where = { tenantId, id: { in: ids }, personId, messageId: null }
  const { count } = await tx.attachment.updateMany({ where, data: { draftId } })
  if (count !== new Set(ids).size) throw invalid({ attachmentIds: ['tickets.fileGone'] })
}

async function removeDraft({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string) {
  const tenantId = tenant.ref.id
  await tx.attachment.updateMany({ where: { tenantId, draftId: id }, data: { draftId: null } })
  await tx.draft.delete({ where: { tenantId_id: { tenantId, id } } })
}

export const sendDraft = agentProcedure
  .meta({ permission: 'ticket.reply', body: 'text' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/drafts/reply/send',
    tags: ['Tickets'],
    summary: 'Send your draft; sending can be undone for some seconds',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      bodyHtml: richBody,
      attachmentIds: attachmentIds.default([]),
      /** Whom it goes to; the usual people unless given. */
      addressees: draftOutput.shape.addressees.default(null),
      /** The newest message the writer had read; a newer one of someone else is answered with CONFLICT. */
      seenMessageId: z.uuid().optional(),
      /** What the ticket becomes when the reply is out. */
      thenStatus: statusInput.optional(),
    }),
  )
  .output(draftOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    const ticket = await loadTicket(context, input.id, 'lock')
    refuseUnless(canReply, context, ticket)
    if (input.seenMessageId) await refuseUnread(context, ticket, input.seenMessageId)
    // It goes out later with all its writer may do; a token of theirs that may do less asks for no more than that.
    if (input.thenStatus) refuseUnless(canUpdate, context, ticket)
    bodyOf(input) // refuses what could not be sent
    const key = { tenantId_ticketId_personId_kind: own(context, input.id, 'reply') }
    const before = await tx.draft.findUnique({ where: key })
    if (before?.sendAt) throw conflict('tickets.alreadySending', before.version)
    const bodyHtml = sanitizeRichText(input.bodyHtml, { keepsMentions: false })
    const { undoSeconds } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { undoSeconds: true } })
    const sendAt = new Date(now.getTime() + undoSeconds * 1000)
    const addressees = input.addressees ?? Prisma.DbNull
    // What is wrong with them is said now, while the writer looks at it.
    if (input.addressees) await chooseAddressees(context, ticket.id, input.addressees)
    const data = { bodyHtml, addressees, sendAt, thenStatus: input.thenStatus ?? null, error: null, updatedAt: now }
    const draft = before
      ? await tx.draft.update({ where: key, data: { ...data, version: { increment: 1 } } })
      : await tx.draft.create({ data: { ...own(context, input.id, 'reply'), id: newId(), ...data } })
    await hold(context, draft.id, input.attachmentIds)
    const uniqueKey = `${draft.id}:${sendAt.getTime()}`
    await enqueueJob({ tx, tenantId: tenant.ref.id }, sendDraftJob, { draftId: draft.id }, { dueAt: sendAt, uniqueKey })
    return toDraft(context.caller, await tx.draft.findUniqueOrThrow({ where: key, include }))
  })

export const takeBackReply = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({ method: 'POST', path: '/ticket/{id}/drafts/reply/undo', tags: ['Tickets'], summary: 'Undo sending a reply' })
  .input(ticketRef)
  .output(draftOutput)
  .handler(async ({ context, input }) => {
    const { tx, now } = context
    const where = own(context, input.id, 'reply')
    const { count } = await tx.draft.updateMany({
      where: { ...where, sendAt: { not: null } },
      data: { sendAt: null, thenStatus: null, updatedAt: now, version: { increment: 1 } },
    })
    if (count === 0) throw notFound('replyToUndo')
    return toDraft(context.caller, await tx.draft.findUniqueOrThrow({ where: { tenantId_ticketId_personId_kind: where }, include }))
  })

export const discardDraft = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'DELETE', path: '/ticket/{id}/drafts/{kind}', tags: ['Tickets'], summary: 'Delete your draft' })
  .input(draftRef)
  .output(ok)
  .handler(async ({ context, input }) => {
    await loadTicket(context, input.id)
    const where = own(context, input.id, input.kind)
    const draft = await context.tx.draft.findFirst({ where: { ...where, sendAt: null }, select: { id: true } })
    if (draft) await removeDraft(context, draft.id)
    return { ok: true as const }
  })

/** Clocks may differ by this much. */
const slackMs = 2000

/** Sends a reply whose time has come, as its writer. What they may no longer do, or what is wrong, brings the draft back. */
export const sendDraftJob = defineJob({
  id: 'tickets.send',
  title: 'sendReply',
  input: z.object({ draftId: z.string() }),
  priority: 'high',
  async run({ tenant, input: { draftId } }) {
    if (!tenant) return
    try {
      await withTenant(tenant.ref, (tx) => send({ tx, tenant }, draftId))
    } catch (error) {
      if (!(error instanceof ORPCError)) throw error
      await bringBack(tenant, draftId, errorText(error))
    }
  },
})

async function send({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, draftId: string) {
  const tenantId = tenant.ref.id
  // Held against being taken back at this very moment: one of the two comes first.
  const [due] = await idsOf(tx.$queryRaw`
    SELECT id::text FROM draft WHERE tenant_id = ${tenantId}::uuid AND id = ${draftId}::uuid AND send_at <= ${new Date(Date.now() + slackMs)} FOR UPDATE`)
  if (!due) return
  const draft = await tx.draft.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: draftId } }, include })
  const actor = await actorOfPerson(tx, tenantId, draft.personId)
  if (!actor) throw forbidden('tickets.writerGone')
  const context = { caller: internalCaller({ tenant, actor }) }
  const files = draft.attachments.map(({ id }) => id)
  await removeDraft({ tx, tenant }, draft.id)
  const chosen = draftOutput.shape.addressees.parse(draft.addressees) ?? {}
  const written = { id: draft.ticketId, bodyHtml: draft.bodyHtml, attachmentIds: files, ...chosen }
  const { ticket } = await call(replyToTicket, written, { context })
  const { thenStatus } = draft
  if (thenStatus && thenStatus !== ticket.status && ticket.abilities.moves.includes(thenStatus))
    await call(changeStatus, { id: ticket.id, status: thenStatus, version: ticket.version }, { context })
}

/** The reply is a draft again, and its writer hears why, whatever screen they are at. */
const bringBack = (tenant: ResolvedTenant, draftId: string, reason: string) =>
  asSystem(tenant, 'tickets.send', async ({ tx, now, emit }) => {
    const [draft] = await tx.draft.updateManyAndReturn({
      where: { tenantId: tenant.ref.id, id: draftId },
      data: { sendAt: null, error: reason, updatedAt: now, version: { increment: 1 } },
    })
    if (draft) emit('draft.failed', { reason, personId: draft.personId }, { subjectId: draft.ticketId })
  })
