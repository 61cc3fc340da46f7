import { Prisma } from '../../db/generated/tenant/client'
import { type DataSubject, erasedText, type PersonalData, type PersonalDataWork } from '../../db/personal-data'
import { idsOf } from '../../db/rows'

export const conversationData: PersonalData = {
  tables: {
    messageEdit: { erase: [{ rows: ({ messageIds }) => ({ messageId: { in: messageIds } }), deletes: true }] },
    ticketMessage: {
      erase: [
        {
          rows: ({ messageIds }) => ({ id: { in: messageIds } }),
          set: { bodyText: erasedText, bodyHtml: null, quotedText: null, quotedHtml: null },
        },
        { by: (work, who) => forgetAddressees(work, Prisma.sql`ticket_message`, who), clears: ['addressees'] },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
      stays: {
        ticketId: 'number',
        contactId: 'subject',
        personId: 'subject',
        messageId: 'machine',
      },
    },
    ticketParticipant: {
      erase: [{ rows: ({ contactIds }) => ({ contactId: { in: contactIds } }), deletes: true }],
      stays: { ticketId: 'number', addedById: 'staff', sinceMessageId: 'number' },
    },
    messageLike: { stays: { messageId: 'number', personId: 'staff' } },
    unreadMention: { stays: { messageId: 'number', personId: 'staff' } },
    draft: {
      erase: [
        { rows: ({ ticketIds }) => ({ ticketId: { in: ticketIds } }), set: { bodyHtml: '' } },
        { by: (work, who) => forgetAddressees(work, Prisma.sql`draft`, who), clears: ['addressees'] },
      ],
      stays: { ticketId: 'number', personId: 'staff', error: 'machine', device: 'machine' },
    },
  },
  /** What they wrote in other people's tickets; the rest of these is not theirs. */
  async exportContact({ tx, tenantId }, { ticketIds, contactIds }) {
    const rows = await tx.ticketMessage.findMany({
      where: { tenantId, contactId: { in: contactIds }, ticketId: { notIn: ticketIds }, kind: { not: 'note' } },
      orderBy: { createdAt: 'asc' },
      include: { attachments: { select: { name: true, size: true, contentType: true } } },
    })
    const parts = await tx.ticketParticipant.findMany({
      where: { tenantId, contactId: { in: contactIds } },
      orderBy: [{ addedAt: 'asc' }, { ticketId: 'asc' }],
      select: { ticketId: true, sinceAt: true, removedAt: true },
    })
    return {
      participations: parts.map(({ ticketId, sinceAt, removedAt }) => ({
        ticketId,
        since: sinceAt.toISOString(),
        until: removedAt?.toISOString() ?? null,
      })),
      messagesElsewhere: rows.map(({ createdAt, ticketId, bodyText, attachments }) => ({
        at: createdAt.toISOString(),
        ticketId,
        text: bodyText,
        files: attachments,
      })),
    }
  },
  /** Notes that staff wrote about a request are not theirs. */
  async exportTickets({ tx, tenantId }, { ticketIds, contactIds }) {
    const messages = await tx.ticketMessage.findMany({
      where: { tenantId, ticketId: { in: ticketIds }, kind: { not: 'note' } },
      orderBy: { createdAt: 'asc' },
      include: { attachments: { select: { name: true, size: true, contentType: true } } },
    })
    const byTicket = Map.groupBy(messages, ({ ticketId }) => ticketId)
    return new Map(
      ticketIds.map((id) => [
        id,
        {
          messages: (byTicket.get(id) ?? []).map(({ createdAt, contactId, bodyText, attachments }) => ({
            at: createdAt.toISOString(),
            isTheirs: contactId !== null && contactIds.includes(contactId),
            text: bodyText,
            files: attachments,
          })),
        },
      ]),
    )
  },
}

/** Whom answers went to, or are to go to: without who is erased. */
async function forgetAddressees({ tx, tenantId }: PersonalDataWork, table: Prisma.Sql, { emails }: DataSubject) {
  const email = Prisma.sql`lower(coalesce(e->>'email', (regexp_match(e #>> '{}', '<([^<>]*)>'))[1], e #>> '{}'))`
  const all = (list: Prisma.Sql) => Prisma.sql`jsonb_array_elements(${list}) AS e WHERE ${email} = ANY(${emails}::text[])`
  const without = (field: string) => Prisma.sql`coalesce((SELECT jsonb_agg(e) FROM jsonb_array_elements(addressees->${field}) AS e
    WHERE ${email} <> ALL(${emails}::text[])), '[]')`
  await tx.$executeRaw`UPDATE ${table} SET addressees = jsonb_build_object('to', ${without('to')}, 'cc', ${without('cc')})
    WHERE tenant_id = ${tenantId}::uuid AND addressees IS NOT NULL
      AND EXISTS (SELECT 1 FROM ${all(Prisma.sql`(addressees->'to') || (addressees->'cc')`)})`
}

/** The tickets that some contacts asked or wrote in, in the order in which they came. */
export async function tracesOf({ tx, tenantId }: PersonalDataWork, contactIds: string[]) {
  const asked = await tx.ticket.findMany({
    where: { tenantId, requesterId: { in: contactIds } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  const ticketIds = asked.map(({ id }) => id)
  const written = await idsOf(tx.$queryRaw`SELECT DISTINCT ticket_id::text AS id FROM ticket_message
    WHERE tenant_id = ${tenantId}::uuid AND contact_id = ANY(${contactIds}::uuid[])`)
  return { ticketIds, touchedIds: [...new Set([...ticketIds, ...written])] }
}

/** `messageIds`: what they wrote though it is by another contact. */
type Traces = Pick<DataSubject, 'contactIds' | 'ticketIds' | 'touchedIds' | 'messageIds'>

/** What they wrote in those tickets, with all that was written on the ones they asked. */
export const messagesOn = (
  { tx, tenantId }: PersonalDataWork,
  { contactIds, ticketIds, touchedIds, messageIds }: Traces,
): Promise<string[]> =>
  idsOf(tx.$queryRaw`SELECT id::text FROM ticket_message WHERE tenant_id = ${tenantId}::uuid AND ticket_id = ANY(${touchedIds}::uuid[])
    AND (contact_id = ANY(${contactIds}::uuid[]) OR ticket_id = ANY(${ticketIds}::uuid[]) OR id = ANY(${messageIds}::uuid[]))`)

/** The tickets in which something of that still stands, such as what was written or moved there meanwhile. */
export const notErased = (
  { tx, tenantId }: PersonalDataWork,
  { contactIds, ticketIds, messageIds }: Omit<Traces, 'touchedIds'>,
): Promise<string[]> =>
  idsOf(tx.$queryRaw`SELECT DISTINCT ticket_id::text AS id FROM ticket_message WHERE tenant_id = ${tenantId}::uuid AND body_text <> ${erasedText}
    AND (contact_id = ANY(${contactIds}::uuid[]) OR ticket_id = ANY(${ticketIds}::uuid[]) OR id = ANY(${messageIds}::uuid[]))`)
