import { z } from 'zod'
import { isSeenByParticipant, participationOf } from '../../access/visible-messages'
import { has } from '../../actor/actor'
import { forbidden, notFound } from '../../core/errors'
import { decodeCursor, instant, type Page, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { reference } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { fileAddress } from '../../files/schema'
import { customerProcedure } from '../../procedure/builders'
import { lockLiving } from '../ticket/lock'
import type { Reading } from '../ticket/queries'
import { goOn } from '../ticket/request-link'
import { ticketRef } from '../ticket/schema'
import { shownToCustomers, ticketStatuses } from '../ticket/workflow'
import { bodyOf, contactOfActor, sourceOf } from './commands/reply'
import { readMessages } from './queries'
import { recordAnswer } from './record'
import { attachmentIds, messageBody, messageOutput } from './schema'

/** A ticket as somebody sees it who takes part in it: what it is called, how it stands, and who asked. */
const participationOutput = z.object({
  id: z.uuid(),
  number: z.string(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  requester: z.string(),
  /** From when on they see what is said. */
  since: instant,
  /** When the newest was said that they see. */
  updatedAt: instant.nullable(),
})
export type Participation = z.output<typeof participationOutput>

const newestSeen = Prisma.sql`(SELECT max(m.created_at) FROM ticket_message m
  WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND ${isSeenByParticipant})`

const counted = z.object({ n: z.number() })
const participationRow = participationOutput.extend({ place: instant })

/**
 * The last that something was said in first; where nothing was since they take part, that.
 * @param which a condition on `ticket t` and `ticket_participant p`
 */
const readParticipations = async ({ tx, tenant, actor }: Reading, which: Prisma.Sql, page: Page) => {
  const { limit, cursor, offset = 0 } = page
  const from = decodeCursor(cursor)
  const of = Prisma.sql`
    FROM ticket_participant p JOIN ticket t ON t.tenant_id = p.tenant_id AND t.id = p.ticket_id
    JOIN workspace w ON w.tenant_id = t.tenant_id
    JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    WHERE p.tenant_id = ${tenant.ref.id}::uuid AND ${participationOf(actor)} AND t.requester_id <> p.contact_id
      AND t.deleted_at IS NULL AND t.merged_into_id IS NULL AND t.status <> 'draft' AND ${which}`
  const rows = await rowsOf(
    participationRow,
    tx.$queryRaw`
      SELECT * FROM (
        SELECT t.id, coalesce(${newestSeen}, p.since_at) AS place, w.ticket_prefix || '-' || t.number AS number, t.title,
          t.status::text, c.name AS requester, p.since_at AS since, ${newestSeen} AS "updatedAt" ${of}) part
      ${from ? Prisma.sql`WHERE (place, id) < (${from.at}, ${from.id}::uuid)` : Prisma.empty}
      ORDER BY place DESC, id DESC LIMIT ${limit + 1} OFFSET ${offset}`,
  )
  const { items, nextCursor } = toPage(rows, limit, ({ place }) => place)
  return {
    items: items.map(({ place: _, ...row }): Participation => ({ ...row, status: shownToCustomers(row.status) })),
    nextCursor,
    ...(await totalOf(page, async () => (await rowsOf(counted, tx.$queryRaw`SELECT count(*)::int AS n ${of}`))[0]?.n ?? 0)),
  }
}

/** @throws NOT_FOUND for a ticket in which the caller takes no part, and for what they asked themselves */
async function loadParticipation(work: Reading, id: string): Promise<Participation> {
  const {
    items: [found],
  } = await readParticipations(work, Prisma.sql`t.id = ${id}::uuid`, { limit: 1 })
  if (!found) throw notFound('ticket')
  return found
}

export const listParticipations = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/participation', tags: ['Tickets'], summary: 'List requests of others in which you take part' })
  .input(z.strictObject(pageInput))
  .output(pageOf(participationOutput))
  .handler(({ context, input }) => readParticipations(context, Prisma.sql`TRUE`, input))

/** Of a long conversation the newest. */
const mostShown = 500

export const readParticipation = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/participation/{id}',
    tags: ['Tickets'],
    summary: 'Read a request of somebody else in which you take part, from the message on that named you',
  })
  .input(ticketRef)
  .output(participationOutput.extend({ messages: z.array(messageOutput), people: z.array(reference), mayReply: z.boolean() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const participation = await loadParticipation(context, input.id)
    const seen = Prisma.sql`EXISTS (SELECT 1 FROM ticket_participant p WHERE p.tenant_id = m.tenant_id AND p.ticket_id = m.ticket_id
      AND ${participationOf(actor)} AND ${isSeenByParticipant})`
    const { items } = await readMessages(context, input.id, { limit: mostShown }, seen, 'newest')
    const people = await rowsOf(
      reference,
      tx.$queryRaw`
        SELECT c.id::text, c.name FROM ticket_participant p
        JOIN contact c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id AND c.deleted_at IS NULL
        WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.ticket_id = ${input.id}::uuid AND p.removed_at IS NULL ORDER BY c.name, c.id`,
    )
    // What was quoted may be older than what they may see.
    const messages = items.reverse().map((message) => ({
      ...message,
      quotedText: null,
      quotedHtml: null,
      attachments: message.attachments.filter(({ id, isInline }) => !isInline || message.bodyHtml?.includes(fileAddress(id))),
    }))
    return { ...participation, messages, people, mayReply: has(actor, 'ticket.reply') }
  })

export const replyAsParticipant = customerProcedure
  .meta({ permission: 'ticket.reply', body: 'text' })
  .route({
    method: 'POST',
    path: '/participation/{id}/comments',
    tags: ['Tickets'],
    summary: 'Reply to a request in which you take part; to one that was closed long ago, as a request of your own',
    successStatus: 201,
  })
  .input(z.strictObject({ ...ticketRef.shape, body: messageBody.optional(), attachmentIds: attachmentIds.default([]) }))
  .output(z.object({ id: z.uuid(), ticketId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const { actor } = context
    if (!has(actor, 'ticket.reply')) throw forbidden()
    await loadParticipation(context, input.id)
    const ticket = await lockLiving({ ...context, actor: { kind: 'system', name: 'participation' } }, input.id)
    // It may have been merged or they may have been removed until the row was held.
    await loadParticipation(context, ticket.id)
    const author = { kind: 'contact', ...(await contactOfActor(context)) } as const
    const message = { ...bodyOf(input), attachmentIds: input.attachmentIds, source: sourceOf(actor), author }
    const { messageId, ticketId } = await recordAnswer(context, ticket, message)
    await goOn(context, ticketId)
    return { id: messageId, ticketId }
  })

/** Whether the caller sees a file as somebody who takes part: with its message, but for a picture that only stands in what was quoted. */
export async function seesAsParticipant(
  { tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>,
  { id, isInline, messageId }: { id: string; isInline: boolean; messageId: string },
): Promise<boolean> {
  const found = await idsOf(tx.$queryRaw`
    SELECT m.id::text FROM ticket_message m
    JOIN ticket t ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id AND t.deleted_at IS NULL
    JOIN ticket_participant p ON p.tenant_id = m.tenant_id AND p.ticket_id = m.ticket_id
    WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${messageId}::uuid AND ${participationOf(actor)} AND ${isSeenByParticipant}
      AND (NOT ${isInline} OR position(${fileAddress(id)} IN coalesce(m.body_html, '')) > 0)`)
  return found.length > 0
}
