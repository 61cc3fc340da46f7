import { z } from 'zod'
import { type Actor, isStaff, type TenantActor } from '../../../actor/actor'
import { contactOfPerson } from '../../../contacts/record'
import { invalid } from '../../../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../../../core/html'
import { cut } from '../../../core/text'
import type { Work } from '../../../events/work'
import { customerProcedure } from '../../../procedure/builders'
import type { TicketSource } from '../../ticket/attribute'
import { lockLiving, refuseUnless, reload } from '../../ticket/lock'
import { canNote, canReply } from '../../ticket/policy'
import { loadTicket, toView } from '../../ticket/queries'
import { goOn } from '../../ticket/request-link'
import { ticketOutput, ticketRef } from '../../ticket/schema'
import { chooseAddressees, joinAddressees, usualAddressees } from '../addressee'
import { refuseUnread } from '../lock'
import { recordAnswer, recordNote, recordReply } from '../record'
import { addressList, attachmentIds, maxBodyLength, messageBody, richBody } from '../schema'

export const replyToTicket = customerProcedure
  .meta({ permission: 'ticket.reply', body: 'text' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/comments',
    tags: ['Tickets'],
    summary: 'Add a public reply or an internal note',
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
      /** Whom a reply goes to, and in copy; the requester, and who takes part, unless given. Who is new takes part from then on. */
      to: addressList.optional(),
      cc: addressList.optional(),
      /** The newest message the writer had read; a newer public one of someone else is answered with CONFLICT. */
      seenMessageId: z.uuid().optional(),
    }),
  )
  .output(z.object({ id: z.uuid(), ticket: ticketOutput }))
  .handler(({ context, input }) => addMessage(context, input))

interface Given {
  id: string
  body?: string
  bodyHtml?: string
  attachmentIds: string[]
  isInternal: boolean
  to?: string[]
  cc?: string[]
  seenMessageId?: string
  /** Where it was written, if not at a screen or by a program. */
  source?: TicketSource
}

/** A reply or a note by whoever calls, as the side that they are on. */
export async function addMessage(context: Work<TenantActor>, input: Given) {
  const { actor } = context
  const isAddressed = input.to !== undefined || input.cc !== undefined
  const [ticket, usual] = await Promise.all([
    // What was merged goes on where it went.
    lockLiving(context, input.id),
    isStaff(actor) && !input.isInternal && !isAddressed ? usualAddressees(context, input.id) : undefined,
  ])
  const { attachmentIds: files, seenMessageId } = input
  if (seenMessageId) await refuseUnread(context, ticket, seenMessageId)
  const message = { ...bodyOf(input), attachmentIds: files, source: input.source ?? sourceOf(actor) }
  if (isAddressed && (input.isInternal || !isStaff(actor))) throw invalid({ to: ['tickets.addresseesOfReply'] })
  if (input.isInternal) {
    refuseUnless(canNote, context, ticket)
    const { id } = await recordNote(context, ticket, { ...message, author: authorOf(actor) })
    if (actor.kind === 'person') await dropNoteDraft(context, ticket.id, actor.id)
    return { id, ticket: toView(actor, await loadTicket(context, ticket.id)) }
  }
  refuseUnless(canReply, context, ticket)
  if (isStaff(actor)) {
    const chosen = isAddressed ? await chooseAddressees(context, ticket.id, input) : undefined
    const addressees = ticket.id === input.id ? (chosen ?? usual) : chosen
    const { id } = await recordReply(context, ticket, { ...message, addressees, author: authorOf(actor) })
    if (chosen) await joinAddressees(context, ticket.id, id, chosen)
    return { id, ticket: await reload(context, ticket.id) }
  }
  const author = { kind: 'contact', ...(await contactOfActor(context)) } as const
  const { messageId, ticketId } = await recordAnswer(context, ticket, { ...message, author })
  return { id: messageId, ticket: await reload(await goOn(context, ticketId), ticketId) }
}

/** What was being written is written now. */
async function dropNoteDraft({ tx, tenant }: Work, ticketId: string, personId: string) {
  const mine = { tenantId: tenant.ref.id, ticketId, personId, kind: 'note' as const }
  await tx.attachment.updateMany({ where: { tenantId: tenant.ref.id, draft: mine }, data: { draftId: null } })
  await tx.draft.deleteMany({ where: mine })
}

/** Rich text with its plain twin; a message may also be files alone. */
export function bodyOf(given: { body?: string; bodyHtml?: string; attachmentIds?: string[]; isInternal?: boolean }) {
  if (given.bodyHtml !== undefined && !isReadable(given.bodyHtml)) throw invalid({ bodyHtml: ['tickets.tooComplex'] })
  const bodyHtml = given.bodyHtml === undefined ? null : sanitizeRichText(given.bodyHtml, { keepsMentions: given.isInternal ?? false })
  const bodyText = bodyHtml === null ? (given.body ?? '') : cut(plainTwinOf(bodyHtml), maxBodyLength)
  if (!bodyText && !given.attachmentIds?.length) throw invalid({ body: ['tickets.text'] })
  return { bodyText, bodyHtml: bodyText ? bodyHtml : null }
}

export const authorOf = (actor: Actor) =>
  actor.kind === 'person' ? ({ kind: 'person', id: actor.id } as const) : ({ kind: 'system', id: null } as const)

export function sourceOf(actor: Actor): TicketSource {
  if (actor.kind !== 'person') return 'internal'
  if (actor.via !== 'cookie') return 'api'
  return actor.role === 'customer' ? 'customer_portal' : 'internal'
}

export async function contactOfActor(work: Work<TenantActor>): Promise<{ id: string }> {
  if (work.actor.kind !== 'person') throw invalid({ requester: ['tickets.enterRequester'] })
  return contactOfPerson(work, work.actor)
}
