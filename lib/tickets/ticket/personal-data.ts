import type { PersonalData } from '../../db/personal-data'

export const ticketData: PersonalData = {
  tables: {
    watcher: {
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
      stays: { ticketId: 'number', personId: 'staff' },
    },
    ticketTag: { stays: { ticketId: 'number', name: 'staff' } },
    tag: { stays: 'staff' },
    ticket: {
      erase: [
        {
          rows: ({ ticketIds }) => ({ id: { in: ticketIds } }),
          set: { title: 'Erased request', fields: {}, statusReason: null, version: { increment: 1 }, publicVersion: { increment: 1 } },
        },
        { rows: ({ touchedIds }) => ({ id: { in: touchedIds } }), set: { snippet: '' } },
      ],
      purge: [
        { rows: (ticketIds) => ({ mergedIntoId: { in: ticketIds } }), set: { mergedIntoId: null } },
        { rows: (ticketIds) => ({ id: { in: ticketIds } }) },
      ],
      stays: {
        requesterId: 'subject',
        assigneeId: 'staff',
        mergedIntoId: 'number',
        tags: 'staff',
      },
    },
  },
  async exportTickets({ tx, tenantId }, { ticketIds }) {
    const rows = await tx.ticket.findMany({
      where: { tenantId, id: { in: ticketIds } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, number: true, title: true, status: true, createdAt: true },
    })
    return new Map(rows.map(({ id, createdAt, ...named }) => [id, { ...named, createdAt: createdAt.toISOString() }]))
  },
}
