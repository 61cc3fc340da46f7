import { z } from 'zod'
import { notFound } from '../../core/errors'
import { decodeCursor, encodeCursor, instantInput, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { flagInput } from '../../core/schema'
import { queryOf, wordsOf } from '../../core/words'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { markOf } from '../../tickets/ticket/filter'
import type { ParsedMail } from './parse'
import { readableBy } from './queries'
import { classifications, type MailItem, mailItem, mailStatuses } from './schema'

const mostWords = 200

/** What a message is found by. */
export function searchWordsOf(tenantId: string, { from, senders, subject, messageId }: ParsedMail): string[] {
  const named = [from, ...senders.from].flatMap((person) => (person ? [person.name, person.email] : []))
  const words = wordsOf([...named, subject, messageId].join('\n'))
  return [...new Set(words)].slice(0, mostWords).map((word) => `${markOf(tenantId)}:${word}`)
}

const listInput = z.strictObject({
  ...pageInput,
  q: z.string().trim().max(200).optional().describe('Words, or their beginnings, of the sender, the subject and the Message-ID.'),
  status: z.enum(mailStatuses).optional(),
  classification: z.enum(classifications).optional(),
  mailboxId: z.uuid().optional().describe('The mailbox that it was fetched from.'),
  hasTicket: flagInput.optional(),
  receivedFrom: instantInput.optional(),
  receivedBefore: instantInput.optional(),
})
type ListInput = z.output<typeof listInput>

const itemRow = mailItem.omit({ from: true, mailbox: true }).extend({
  fromAddress: z.string().nullable(),
  fromName: z.string().nullable(),
  mailboxId: z.string().nullable(),
  mailboxName: z.string().nullable(),
})

export const listMail = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/settings/mail/messages', tags: ['Mail'], summary: 'List emails that came in, newest first' })
  .input(listInput)
  .output(pageOf(mailItem))
  .handler(async ({ context, input }) => {
    const { limit, offset = 0, mailboxId } = input
    const { tx, tenant } = context
    if (mailboxId && (await tx.mailbox.count({ where: { tenantId: tenant.ref.id, id: mailboxId } })) === 0) throw notFound('mailbox')
    const which = conditionsOf(context, input)
    const asked = input.q === undefined ? null : queryOf(markOf(tenant.ref.id), { text: input.q, within: '' })
    // Nobody is called by signs alone.
    if (asked === null && input.q) return { items: [], nextCursor: null, ...(await totalOf(input, async () => 0)) }
    // The words of a message have no places.
    const query = asked?.replaceAll(' <-> ', ' & ') ?? null
    const { rows, rest = null } =
      query === null
        ? { rows: await read(context, Prisma.sql`${which} ${afterOf(input)}`, limit + 1, offset) }
        : await search(context, which, query, { ...input, offset })
    const { items, nextCursor } = toPage(rows, limit, ({ receivedAt }) => receivedAt)
    return {
      items: items.map(toItem),
      nextCursor: nextCursor ?? (rest && encodeCursor(rest.at, rest.id)),
      ...(await totalOf(input, () => count(context, which, query))),
    }
  })

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

function conditionsOf({ tenant, actor }: Reading, input: ListInput): Prisma.Sql {
  const { status, classification, mailboxId, hasTicket, receivedFrom, receivedBefore } = input
  return Prisma.sql`m.tenant_id = ${tenant.ref.id}::uuid AND m.is_whole
    ${status ? Prisma.sql`AND m.status = ${status}::"InboundStatus"` : Prisma.empty}
    ${classification ? Prisma.sql`AND m.classification = ${classification}` : Prisma.empty}
    ${mailboxId ? Prisma.sql`AND m.mailbox_id = ${mailboxId}::uuid` : Prisma.empty}
    ${hasTicket === undefined ? Prisma.empty : hasTicket ? Prisma.sql`AND m.ticket_id IS NOT NULL` : Prisma.sql`AND m.ticket_id IS NULL`}
    ${receivedFrom ? Prisma.sql`AND m.received_at >= ${receivedFrom}` : Prisma.empty}
    ${receivedBefore ? Prisma.sql`AND m.received_at < ${receivedBefore}` : Prisma.empty}
    AND ${readableBy(actor)}`
}

const afterOf = ({ cursor }: Pick<ListInput, 'cursor'>): Prisma.Sql => {
  const after = decodeCursor(cursor)
  return after ? Prisma.sql`AND (m.received_at, m.id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty
}

const read = ({ tx }: Reading, which: Prisma.Sql, limit: number, offset: number) =>
  rowsOf(
    itemRow,
    tx.$queryRaw`
      SELECT m.id::text, m.status::text, m.from_address AS "fromAddress", m.from_name AS "fromName", m.recipient,
        coalesce(m.subject, '') AS subject, m.classification, m.reason, m.ticket_id::text AS "ticketId", m.received_at AS "receivedAt",
        b.id::text AS "mailboxId", b.name AS "mailboxName"
      FROM inbound_mail m LEFT JOIN mailbox b ON b.tenant_id = m.tenant_id AND b.id = m.mailbox_id WHERE ${which}
      ORDER BY m.received_at DESC, m.id DESC LIMIT ${limit} OFFSET ${offset}`,
  )

/** So many of the list are looked through before the index is asked: they fill the page for words that are everywhere. */
const firstLooked = 1000
/** The index gives so many at a time, and is asked so often: what is beyond comes with the next page. */
const atOnce = 5000
const mostTimes = 20

const placeRow = z.object({ id: z.string(), at: z.date() })
type Place = z.output<typeof placeRow>

interface Found {
  rows: z.output<typeof itemRow>[]
  /** How far the list was looked through, where there may be more. */
  rest: Place | null
}

async function search(
  context: Reading,
  which: Prisma.Sql,
  query: string,
  { limit, offset, cursor }: ListInput & { offset: number },
): Promise<Found> {
  const wanted = offset + limit + 1
  const first = await read(
    context,
    Prisma.sql`m.tenant_id = ${context.tenant.ref.id}::uuid AND array_to_tsvector(m.search_words) @@ ${query}::tsquery AND m.id IN (
      SELECT m.id FROM inbound_mail m WHERE ${which} ${afterOf({ cursor })} ORDER BY m.received_at DESC, m.id DESC LIMIT ${firstLooked})`,
    wanted,
    0,
  )
  if (first.length === wanted) return { rows: first.slice(offset), rest: null }
  const rows: Found['rows'] = []
  let rest: Place | null = decodeCursor(cursor)
  // Among what the index gives is what the asker may not see.
  for (let times = 0; times < mostTimes; times++) {
    const places: Place[] = await rowsOf(
      placeRow,
      context.tx.$queryRaw`SELECT id::text, received_at AS at
        FROM search_mail(${query}::tsquery, ${atOnce}::int, ${rest?.at ?? null}::timestamptz, ${rest?.id ?? null}::uuid)`,
    )
    const ids = places.map(({ id }) => id)
    rows.push(...(await read(context, Prisma.sql`${which} AND m.id = ANY(${ids}::uuid[])`, wanted - rows.length, 0)))
    rest = places.length === atOnce ? (places.at(-1) ?? null) : null
    if (rows.length === wanted || rest === null) break
  }
  return { rows: rows.slice(offset), rest }
}

/** Of a search not more than this is counted. */
const mostCounted = 10_000

const count = ({ tx }: Reading, which: Prisma.Sql, query: string | null) =>
  countOf(
    query === null
      ? tx.$queryRaw`SELECT count(*)::int AS count FROM inbound_mail m WHERE ${which}`
      : tx.$queryRaw`SELECT count(*)::int AS count FROM inbound_mail m
          WHERE ${which} AND m.id IN (SELECT f.id FROM search_mail(${query}::tsquery, ${mostCounted}::int) f)`,
  )

const toItem = ({ fromAddress, fromName, mailboxId, mailboxName, ...row }: z.output<typeof itemRow>): MailItem => ({
  ...row,
  from: { address: fromAddress, name: fromName ?? '' },
  mailbox: mailboxId && mailboxName !== null ? { id: mailboxId, name: mailboxName } : null,
})
