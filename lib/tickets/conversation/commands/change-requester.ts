import { z } from 'zod'
import { has } from '../../../actor/actor'
import { loadContact } from '../../../contacts/queries'
import { findOrCreateContact } from '../../../contacts/record'
import { forbidden, invalid } from '../../../core/errors'
import { emailInput, nameInput, versionInput } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from '../../ticket/lock'
import { isOwnAddress } from '../../ticket/own-address'
import { canUpdate } from '../../ticket/policy'
import { toStaffView } from '../../ticket/queries'
import { changeTicket } from '../../ticket/record'
import { ticketOutput, ticketRef } from '../../ticket/schema'
import { joinTicket, leaveTicket } from '../participant'

export const changeRequester = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'PUT',
    path: '/ticket/{id}/requester',
    tags: ['Tickets'],
    summary: 'Change the requester: they see the whole conversation and get what is written to the requester from then on',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      contactId: z.uuid().optional(),
      /** In place of `contactId`: someone whose contact is made if nobody has the address. */
      requester: z.strictObject({ name: nameInput, email: emailInput }).optional(),
      /** Whether the requester until now takes part, so that they go on seeing the conversation and getting the answers. */
      keepsPrevious: z.boolean().default(false),
      version: versionInput,
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const { id: after } = await chosen(context, input)
    const before = ticket.requesterId
    if (after === before) return toStaffView(context.actor, ticket)
    await leaveTicket(context, ticket.id, [after])
    // Whom it was shared with was the requester's organisation, and how it was rated was what they said.
    const theirs = { rating: null, ratingComment: null, ...(ticket.isPublic ? { isPublic: false } : {}) }
    await changeTicket(context, ticket, { requesterId: after, ...theirs })
    context.emit('ticket.requester_changed', { before, after }, { subjectId: ticket.id })
    if (ticket.isPublic)
      context.emit('ticket.details_changed', { before: { isPublic: true }, after: { isPublic: false } }, { subjectId: ticket.id })
    const addedById = context.actor.kind === 'person' ? context.actor.id : null
    if (input.keepsPrevious)
      await joinTicket(context, ticket.id, { contactIds: [before], since: { at: ticket.createdAt, messageId: null }, addedById })
    return reload(context, ticket.id)
  })

type Context = Parameters<typeof loadContact>[0] & Parameters<typeof findOrCreateContact>[0]

async function chosen(context: Context, { contactId, requester }: { contactId?: string; requester?: { name: string; email: string } }) {
  if (contactId && requester) throw invalid({ contactId: ['tickets.oneRequester'] })
  if (requester) {
    if (await isOwnAddress(context, requester.email)) throw invalid({ 'requester.email': ['tickets.ownRequester'] })
    return findOrCreateContact(context, requester)
  }
  if (!contactId) throw invalid({ requester: ['tickets.enterRequester'] })
  if (!has(context.actor, 'contact.view')) throw forbidden()
  return loadContact(context, contactId)
}
