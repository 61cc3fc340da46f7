import type { PersonalData } from '../db/personal-data'

export const deletionData: PersonalData = {
  tables: {
    deletion: {
      // Nobody who was erased can be restored.
      erase: [
        {
          rows: ({ contactIds, personIds }) => ({
            OR: [
              { kind: 'contact', objectId: { in: contactIds } },
              { kind: 'person', objectId: { in: personIds } },
            ],
          }),
          deletes: true,
        },
      ],
      purge: [{ rows: (ticketIds) => ({ kind: 'ticket', objectId: { in: ticketIds } }) }],
      stays: { deletedById: 'staff', kept: 'company' },
    },
  },
}
