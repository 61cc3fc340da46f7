import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { instant } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { agentProcedure } from '../../procedure/builders'
import { loadTicket, type Reading, type TicketRow } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { loadForUpdate, loadNamed, otherTicket } from './lock'
import { mergePreview, undoDays } from './schema'

/** The tickets that are linked with one, as far as the caller may see them. */
export const selectLinks = ({ tenant, actor }: Pick<Reading, 'tenant' | 'actor'>, ticketId: string) => Prisma.sql`
  SELECT k.kind::text, k.direction, t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.status::text
  FROM (
    SELECT kind, 'to' AS direction, to_id AS id FROM ticket_link WHERE tenant_id = ${tenant.ref.id}::uuid AND from_id = ${ticketId}::uuid
    UNION ALL
    SELECT kind, 'from', from_id FROM ticket_link WHERE tenant_id = ${tenant.ref.id}::uuid AND to_id = ${ticketId}::uuid
  ) k JOIN ticket t ON t.tenant_id = ${tenant.ref.id}::uuid AND t.id = k.id JOIN workspace w ON w.tenant_id = t.tenant_id
  WHERE t.deleted_at IS NULL AND ${visibleTo(actor)} ORDER BY t.created_at LIMIT 50`

export const isUndoable = (at: Date, now: Date) => at.getTime() > now.getTime() - undoDays * 86_400_000

const mergeRow = z.object({ id: z.uuid(), number: z.string(), at: instant })

export const listTicketMerges = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/merges', tags: ['Tickets'], summary: 'List merged tickets' })
  .input(ticketRef)
  .output(z.object({ items: z.array(mergeRow.extend({ canUndo: z.boolean() })) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    await loadTicket(context, input.id)
    const query = tx.$queryRaw`
      SELECT g.id::text, w.ticket_prefix || '-' || t.number AS number, g.created_at AS at FROM ticket_merge g
      JOIN ticket t ON t.tenant_id = g.tenant_id AND t.id = g.from_id JOIN workspace w ON w.tenant_id = g.tenant_id
      WHERE g.tenant_id = ${tenant.ref.id}::uuid AND g.into_id = ${input.id}::uuid AND g.undone_at IS NULL ORDER BY g.created_at DESC LIMIT 50`
    return { items: (await rowsOf(mergeRow, query)).map((row) => ({ ...row, canUndo: isUndoable(row.at, now) })) }
  })

export const previewTicketMerge = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/merge',
    tags: ['Tickets'],
    summary: 'Read whose ticket a merge would make it, before merging tickets of two requesters',
  })
  .input(z.strictObject({ ...ticketRef.shape, into: otherTicket }))
  .output(mergePreview)
  .handler(async ({ context, input }) => {
    const from = await loadForUpdate(context, input.id)
    const into = await loadForUpdate(context, (await loadNamed(context, input.into)).id)
    const isShared = into.isPublic
    const [one, other] = [await requesterOf(context, from, isShared), await requesterOf(context, into, isShared)]
    const isOfTwo = from.requesterId !== into.requesterId
    return {
      number: into.number,
      title: into.title,
      isOfTwo,
      department: into.departmentName,
      requesters: { from: one, into: other },
    }
  })

/** Who a ticket is for, and the organisation whose people would see what it becomes part of. */
async function requesterOf({ tx, tenant }: Reading, { requesterId }: TicketRow, isOpenToThem: boolean) {
  const { name, organisation } = await tx.contact.findUniqueOrThrow({
    where: { tenantId_id: { tenantId: tenant.ref.id, id: requesterId } },
    select: { name: true, organisation: { select: { id: true, name: true, sharesTickets: true, deletedAt: true } } },
  })
  const isShared = isOpenToThem && organisation?.sharesTickets && !organisation.deletedAt
  return { name, organisation: isShared ? { id: organisation.id, name: organisation.name } : null }
}
