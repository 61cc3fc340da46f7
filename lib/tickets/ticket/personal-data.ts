import type { PersonalData } from '../../db/personal-data'
import type { Attribute } from './attribute'
import { fieldName } from './attribute-names'
import { attributeEntries } from './attributes'

const isKept = ({ personal }: Attribute) => personal !== 'erased' && personal !== 'both'

/** Attributes that are a requester's own, by the fields of the row. A title must say something, and a preview is part of a message. */
const exported = Object.fromEntries(
  attributeEntries.flatMap(([key, { personal }]) => (personal === 'exported' || personal === 'both' ? [[fieldName(key), true]] : [])),
)
const erased = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) => (isKept(attribute) ? [] : [[fieldName(key), attribute.kind === 'fields' ? {} : null]])),
)
/** Colleagues that a ticket names, and texts that are the team's. */
const stays = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) => {
    const isStaffs = attribute.kind === 'person' || (attribute.kind === 'text' && !('isRequired' in attribute))
    return isStaffs && isKept(attribute) ? [[fieldName(key), 'staff' as const]] : []
  }),
)

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
          set: ({ t }) => ({ title: t('stored.erasedRequest'), ...erased, version: { increment: 1 }, publicVersion: { increment: 1 } }),
        },
        { rows: ({ touchedIds }) => ({ id: { in: touchedIds } }), set: { snippet: '' } },
      ],
      purge: [
        { rows: (ticketIds) => ({ mergedIntoId: { in: ticketIds } }), set: { mergedIntoId: null } },
        { rows: (ticketIds) => ({ id: { in: ticketIds } }) },
      ],
      stays: {
        requesterId: 'subject',
        mergedIntoId: 'number',
        tags: 'staff',
        ...stays,
      },
    },
  },
  async exportTickets({ tx, tenantId }, { ticketIds }) {
    const rows = await tx.ticket.findMany({
      where: { tenantId, id: { in: ticketIds } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      select: { id: true, ...exported },
    })
    return new Map(rows.map(({ id, ...values }) => [id, JSON.parse(JSON.stringify(values))]))
  },
}
