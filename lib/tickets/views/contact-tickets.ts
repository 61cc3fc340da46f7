import { z } from 'zod'
import { loadContact, loadOrganisation } from '../../contacts/queries'
import { pageInput } from '../../core/page'
import { agentProcedure } from '../../procedure/builders'
import { readTicketsOf } from './lists'
import { ticketPage } from './schema'

export const listContactTickets = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({
    method: 'GET',
    path: '/contacts/{id}/tickets',
    tags: ['Contacts'],
    summary: 'List the tickets that a contact asked for, or takes part in',
  })
  .input(z.strictObject({ id: z.uuid(), as: z.enum(['requester', 'participant']).default('requester'), ...pageInput }))
  .output(ticketPage)
  .handler(async ({ context, input: { id, as, ...page } }) => {
    await loadContact(context, id)
    return readTicketsOf(context, as === 'requester' ? { contactId: id } : { participantId: id }, page)
  })

export const listOrganisationTickets = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({
    method: 'GET',
    path: '/organisations/{id}/tickets',
    tags: ['Contacts'],
    summary: 'List the tickets of an organisation',
  })
  .input(z.strictObject({ id: z.uuid(), ...pageInput }))
  .output(ticketPage)
  .handler(async ({ context, input: { id, ...page } }) => {
    await loadOrganisation(context, id)
    return readTicketsOf(context, { organisationId: id }, page)
  })
