import { z } from 'zod'
import { isStaff } from '../../../actor/actor'
import { findOrCreateContact } from '../../../contacts/record'
import { readAddressees } from '../../../core/addressee'
import { invalid, notFound } from '../../../core/errors'
import { msg } from '../../../core/message'
import type { Work } from '../../../events/work'
import { agentProcedure, customerProcedure } from '../../../procedure/builders'
import { refuseUnless } from '../../ticket/lock'
import { isOwnAddress } from '../../ticket/own-address'
import { canUpdate } from '../../ticket/policy'
import { loadTicket } from '../../ticket/queries'
import { ticketRef } from '../../ticket/schema'
import { joinTicket, leaveTicket, maxParticipants, readParticipants } from '../participant'
import { participantOutput } from '../schema'

const participants = z.object({ items: z.array(participantOutput) })

export const listParticipants = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/participants', tags: ['Tickets'], summary: 'List who takes part beside the requester' })
  .input(ticketRef)
  .output(participants)
  .handler(async ({ context, input }) => {
    await loadTicket(context, input.id)
    const items = await readParticipants(context, input.id)
    // Customers know each other by name, as from the mails between them; whatever else is kept of them is not for each other.
    return {
      items: isStaff(context.actor) ? items : items.map((each) => ({ ...each, email: null, isNamedByUnproven: false, isStaff: false })),
    }
  })

export const addParticipant = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'POST',
    path: '/ticket/{id}/participants',
    tags: ['Tickets'],
    summary: 'Add a participant: answers go to them too, and they see the public conversation from then on',
  })
  .input(
    z.strictObject({
      ...ticketRef.shape,
      /** `ann@shop.example` or `Ann <ann@shop.example>`; or a contact. */
      address: z.string().trim().min(1).max(500).optional(),
      contactId: z.uuid().optional(),
    }),
  )
  .output(participants)
  .handler(async ({ context, input }) => {
    const ticket = await loadTicket(context, input.id, 'lock')
    refuseUnless(canUpdate, context, ticket)
    const contactId = input.contactId ? await knownContact(context, input.contactId) : await contactAt(context, input.address)
    if (contactId === ticket.requesterId) throw invalid({ address: ['tickets.isRequester'] })
    const addedById = context.actor.kind === 'person' ? context.actor.id : null
    const since = { at: context.now, messageId: null }
    const { leftOut } = await joinTicket(context, ticket.id, { contactIds: [contactId], since, addedById })
    if (leftOut.length > 0) throw invalid({ address: [msg('tickets.tooManyParticipants', { maximum: maxParticipants })] })
    return { items: await readParticipants(context, ticket.id) }
  })

async function knownContact({ tx, tenant }: Work, id: string): Promise<string> {
  const known = await tx.contact.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, select: { id: true } })
  if (!known) throw notFound('contact')
  return known.id
}

async function contactAt(work: Work, address: string | undefined): Promise<string> {
  if (!address) throw invalid({ address: ['input.required'] })
  const [given, ...more] = readAddressees(address)
  if (!given?.email || more.length > 0) throw invalid({ address: [msg('tickets.notAnAddress', { address: address.slice(0, 100) })] })
  if (await isOwnAddress(work, given.email)) throw invalid({ address: [msg('tickets.ownAddress', { address: given.email })] })
  return (await findOrCreateContact(work, { email: given.email, name: given.name || given.email })).id
}

export const removeParticipant = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'DELETE',
    path: '/ticket/{id}/participants/{contactId}',
    tags: ['Tickets'],
    summary: 'Remove a participant: they get no more answers and see nothing of the ticket any more',
  })
  .input(z.strictObject({ ...ticketRef.shape, contactId: z.uuid() }))
  .output(participants)
  .handler(async ({ context, input }) => {
    const ticket = await loadTicket(context, input.id, 'lock')
    refuseUnless(canUpdate, context, ticket)
    await leaveTicket(context, ticket.id, [await knownContact(context, input.contactId)])
    return { items: await readParticipants(context, ticket.id) }
  })
