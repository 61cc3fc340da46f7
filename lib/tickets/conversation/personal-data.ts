import { erasedText, type PersonalData, type PersonalDataWork } from '../../db/personal-data'

export const conversationData: PersonalData = {
  tables: {
    messageEdit: { erase: [{ rows: ({ messageIds }) => ({ messageId: { in: messageIds } }), deletes: true }] },
    ticketMessage: {
      erase: [
        {
          rows: ({ messageIds }) => ({ id: { in: messageIds } }),
          set: { bodyText: erasedText, bodyHtml: null, quotedText: null, quotedHtml: null },
        },
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
    draft: {
      erase: [{ rows: ({ ticketIds }) => ({ ticketId: { in: ticketIds } }), set: { bodyHtml: '' } }],
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

/** The tickets that some contacts asked or wrote in, and what they wrote with all that was written on those they asked. */
export async function tracesOf({ tx, tenantId }: PersonalDataWork, contactIds: string[]) {
  const asked = await tx.ticket.findMany({
    where: { tenantId, requesterId: { in: contactIds } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  const ticketIds = asked.map(({ id }) => id)
  const where = { tenantId, OR: [{ contactId: { in: contactIds } }, { ticketId: { in: ticketIds } }] }
  const messages = await tx.ticketMessage.findMany({ where, select: { id: true, ticketId: true } })
  return {
    ticketIds,
    touchedIds: [...new Set([...ticketIds, ...messages.map(({ ticketId }) => ticketId)])],
    messageIds: messages.map(({ id }) => id),
  }
}
