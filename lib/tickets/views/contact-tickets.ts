import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { loadContact, loadOrganisation } from '../../contacts/queries'
import { pageInput } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { agentProcedure } from '../../procedure/builders'
import { isOpen } from '../ticket/attribute-question'
import { readTicketsOf } from './lists'
import { mostCounted, ticketCounts, ticketPage } from './schema'

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

/** Of whom tickets are counted. */
const whose = {
  contact: Prisma.sql`t.requester_id = given.id`,
  organisation: Prisma.sql`t.requester_id IN (SELECT m.id FROM contact m WHERE m.tenant_id = t.tenant_id AND m.organisation_id = given.id)`,
}

const table = { contact: Prisma.sql`contact`, organisation: Prisma.sql`organisation` }

const countInput = z.strictObject({ ids: z.array(z.uuid()).min(1).max(200) })

function countOf(of: keyof typeof whose) {
  const path = of === 'contact' ? '/contacts/ticket-counts' : '/organisations/ticket-counts'
  return agentProcedure
    .meta({ permission: 'contact.view' })
    .route({
      method: 'GET',
      path,
      tags: ['Contacts'],
      summary: `Count the tickets of each ${of} that one can see, up to ${mostCounted}, and tell when the last of them changed`,
    })
    .input(countInput)
    .output(z.object({ items: z.array(ticketCounts) }))
    .handler(async ({ context: { tx, tenant, actor }, input: { ids } }) => {
      const query = tx.$queryRaw`
        SELECT given.id::text, n.open, n."all", n."lastActivityAt" FROM ${table[of]} given
        CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE ${isOpen})::int AS open, count(*)::int AS "all", max(t.public_updated_at) AS "lastActivityAt"
          FROM (SELECT t.status, t.public_updated_at FROM ticket t
            WHERE t.tenant_id = ${tenant.ref.id}::uuid AND ${whose[of]} AND t.deleted_at IS NULL AND ${visibleTo(actor)}
            ORDER BY t.public_updated_at DESC LIMIT ${mostCounted}) t) n
        WHERE given.tenant_id = ${tenant.ref.id}::uuid AND given.id = ANY(${ids}::uuid[]) AND given.deleted_at IS NULL`
      return { items: await rowsOf(ticketCounts, query) }
    })
}

export const countContactTickets = countOf('contact')
export const countOrganisationTickets = countOf('organisation')
