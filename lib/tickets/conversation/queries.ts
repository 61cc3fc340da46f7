import { z } from 'zod'
import { isStaff } from '../../actor/actor'
import { decodeCursor, type Page, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf } from '../../db/rows'
import { againOf } from '../../mail/missing'
import { customerProcedure } from '../../procedure/builders'
import type { Caller } from '../../procedure/context'
import { wordsFor } from '../../procedure/words'
import { say } from '../../text/say'
import { actorId, loadTicket, type Reading } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { withOurAddresses } from './picture-address'
import { mayEditNote } from './policy'
import { type DraftOutput, draftOutput, type MessageOutput, mailCarries, messageOutput } from './schema'

const messageRow = messageOutput.omit({ author: true, mayEdit: true, mail: true }).extend({
  authorKind: messageOutput.shape.author.shape.kind,
  personId: z.string().nullable(),
  contactId: z.string().nullable(),
  name: z.string().nullable(),
  mail: z
    .object({ id: z.string(), carries: mailCarries.nullable().catch(null), authentication: z.string().nullable() })
    .transform(({ id, carries, authentication }) => ({
      id,
      authentication: authentications.find((each) => each === authentication) ?? null,
      ...(carries ?? { events: [], protection: null, limits: [] }),
    }))
    .nullable(),
})
const authentications = ['pass', 'fail', 'not_checked'] as const

/**
 * A page of a conversation, oldest first, with its files and marks, in one statement.
 * @param seen which of it, as a condition on `ticket_message m`; all that is for the caller's side unless given
 * @param order of the pages, and in them
 */
export async function readMessages(
  work: Reading,
  ticketId: string,
  { limit, cursor, offset = 0, total }: Page,
  seen: Prisma.Sql = Prisma.sql`TRUE`,
  order: 'oldest' | 'newest' = 'oldest',
) {
  const { tx, tenant, actor, now } = work
  const after = decodeCursor(cursor)
  const forStaff = isStaff(actor)
  const [direction, isBeyond] = order === 'oldest' ? [Prisma.sql`ASC`, Prisma.sql`>`] : [Prisma.sql`DESC`, Prisma.sql`<`]
  const which = Prisma.sql`m.tenant_id = ${tenant.ref.id}::uuid AND m.ticket_id = ${ticketId}::uuid AND ${seen}
    ${forStaff ? Prisma.empty : Prisma.sql`AND m.kind <> 'note'`}`
  const rows = await tx.$queryRaw`
    SELECT m.id::text, m.kind::text, m.author_kind::text AS "authorKind", m.person_id::text AS "personId", m.contact_id::text AS "contactId",
      coalesce(p.name, c.name) AS name, m.body_text AS "bodyText", m.body_html AS "bodyHtml", m.quoted_text AS "quotedText", m.quoted_html AS "quotedHtml",
      m.is_stranger AS "isStranger", m.is_automatic AS "isAutomatic", m.is_solution AS "isSolution", m.is_flagged AS "isFlagged", m.edited_at AS "editedAt",
      m.source::text, m.addressees, m.created_at AS "createdAt",
      CASE WHEN m.source = 'email' THEN (SELECT json_build_object('id', i.id, 'carries', i.carries, 'authentication',
          jsonb_path_query_first(i.decision, '$.steps[*] ? (@.step == "authenticate").reason') #>> '{}')
        FROM inbound_mail i WHERE i.tenant_id = m.tenant_id AND i.message_id = m.id ORDER BY i.received_at, i.id LIMIT 1) END AS mail,
      coalesce((SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'contentType', a.content_type, 'size', a.size,
          'hasThumbnail', a.has_thumbnail, 'isInline', a.is_inline, 'quarantinedAt', a.quarantined_at) ORDER BY a.created_at, a.id)
        FROM attachment a WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id), '[]') AS attachments,
      (SELECT count(*)::int FROM message_like l WHERE l.tenant_id = m.tenant_id AND l.message_id = m.id) AS likes,
      EXISTS (SELECT 1 FROM message_like l WHERE l.tenant_id = m.tenant_id AND l.message_id = m.id AND l.person_id = ${actorId(actor)}::uuid) AS "isLiked"
      ${forStaff ? deliveryOf : Prisma.sql`, NULL AS delivery`}
    FROM ticket_message m
    LEFT JOIN person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
    LEFT JOIN contact c ON c.tenant_id = m.tenant_id AND c.id = m.contact_id
    WHERE ${which}
      ${after ? Prisma.sql`AND (m.created_at, m.id) ${isBeyond} (${after.at}, ${after.id}::uuid)` : Prisma.empty}
    ORDER BY m.created_at ${direction}, m.id ${direction} LIMIT ${limit + 1} OFFSET ${offset}`
  const page = toPage(z.array(messageRow).parse(rows), limit, (row) => row.createdAt)
  const items = page.items.map(({ authorKind, personId, contactId, name, ...row }): MessageOutput => {
    const author = { kind: authorKind, id: personId ?? contactId, name: name ?? tenant.name }
    const bodyHtml = withOurAddresses(row.bodyHtml, row.id, 'body')
    const quotedHtml = withOurAddresses(row.quotedHtml, row.id, 'quoted')
    const said = { ...row, bodyHtml, quotedHtml, author, mayEdit: mayEditNote(actor, { ...row, personId }, now) }
    const mail = row.mail && { ...row.mail, id: null, authentication: null, limits: [] }
    return forStaff ? said : { ...said, mail, isFlagged: false, likes: 0, isLiked: false, editedAt: null, addressees: null }
  })
  const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM ticket_message m WHERE ${which}`)
  return { items, nextCursor: page.nextCursor, ...(await totalOf({ total }, count)) }
}

/** A mail goes out under the Message-ID of what it carries; that of what a contact wrote is its sender's choice. */
const deliveryOf = Prisma.sql`, (SELECT json_build_object('mailId', o.id, 'status', o.status, 'reason', o.reason, 'lastError', o.last_error,
    'withheld', o.withheld, 'undelivered', o.undelivered, 'statusAt', o.status_at, 'again', ${againOf(Prisma.sql`o`)})
  FROM outbound_mail o WHERE o.tenant_id = m.tenant_id AND o.message_id = m.message_id AND m.contact_id IS NULL) AS delivery`

export const listMessages = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/{id}/comments', tags: ['Tickets'], summary: 'List the messages of a ticket, oldest first' })
  .input(z.strictObject({ ...ticketRef.shape, ...pageInput, limit: pageInput.limit.default(200) }))
  .output(pageOf(messageOutput))
  .handler(async ({ context, input }) => {
    await loadTicket(context, input.id)
    return readMessages(context, input.id, input)
  })

export const draftInclude = { attachments: { orderBy: { createdAt: 'asc' } } } as const

/** What someone is writing on a ticket, both kinds. */
export async function readDrafts({ tx, tenant, actor, caller }: Reading & { caller: Caller }, ticketId: string): Promise<DraftOutput[]> {
  if (actor.kind !== 'person') return []
  const rows = await tx.draft.findMany({ where: { tenantId: tenant.ref.id, ticketId, personId: actor.id }, include: draftInclude })
  return Promise.all(rows.map((row) => toDraft(caller, row)))
}

/** Why it could not be sent is kept as a code; its writer reads it in their language. */
export async function toDraft(caller: Caller, row: { error: string | null; addressees: unknown }): Promise<DraftOutput> {
  const error = row.error === null ? null : say(row.error, await wordsFor(caller))
  return draftOutput.parse({ ...row, error })
}
