import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { loadContact, loadOrganisation } from '../../contacts/queries'
import { pageInput } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { agentProcedure } from '../../procedure/builders'
import { isOpen } from '../ticket/attribute-question'
import { readTicketsOf } from './lists'
import { monthsShown, mostCounted, ticketCounts, ticketMonth, ticketPage } from './schema'

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

/** Of whom tickets are counted: of the row `given`. */
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

const loaded = { contact: loadContact, organisation: loadOrganisation }

function monthsOf(of: keyof typeof whose) {
  return agentProcedure
    .meta({ permission: 'contact.view' })
    .route({
      method: 'GET',
      path: of === 'contact' ? '/contacts/{id}/ticket-months' : '/organisations/{id}/ticket-months',
      tags: ['Contacts'],
      summary: `Count the tickets of ${of === 'contact' ? 'a contact' : 'an organisation'} that one can see by the month of their creation, for the last ${monthsShown} months`,
    })
    .input(z.strictObject({ id: z.uuid() }))
    .output(z.object({ items: z.array(ticketMonth) }))
    .handler(async ({ context, input: { id } }) => {
      const { tx, tenant, actor, now } = context
      await loaded[of](context, id)
      const zone = actor.kind === 'person' ? actor.timeZone : 'UTC'
      const query = tx.$queryRaw`
        WITH given AS (SELECT ${id}::uuid AS id, date_trunc('month', ${now} AT TIME ZONE ${zone}) AS this_month),
        months AS (SELECT generate_series(this_month - ${monthsShown - 1} * interval '1 month', this_month, interval '1 month') AS month FROM given),
        counted AS (
          SELECT date_trunc('month', t.created_at AT TIME ZONE ${zone}) AS month, count(*)::int AS "all", count(*) FILTER (WHERE ${isOpen})::int AS open
          FROM ticket t, given
          WHERE t.tenant_id = ${tenant.ref.id}::uuid AND ${whose[of]} AND t.deleted_at IS NULL AND ${visibleTo(actor)}
            AND t.created_at >= (this_month - ${monthsShown - 1} * interval '1 month') AT TIME ZONE ${zone}
          GROUP BY 1)
        SELECT to_char(m.month, 'YYYY-MM') AS month, coalesce(c.open, 0) AS open, coalesce(c."all" - c.open, 0) AS done
        FROM months m LEFT JOIN counted c ON c.month = m.month ORDER BY m.month`
      return { items: await rowsOf(ticketMonth, query) }
    })
}

export const listContactMonths = monthsOf('contact')
export const listOrganisationMonths = monthsOf('organisation')
