import type { PersonalData } from '../db/personal-data'

export const notificationData: PersonalData = {
  tables: {
    notification: {
      erase: [
        {
          rows: ({ touchedIds, personIds }) => ({ OR: [{ ticketId: { in: touchedIds } }, { personId: { in: personIds } }] }),
          deletes: true,
        },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
    notificationSend: { stays: 'with' },
    notificationSettings: { stays: 'settings' },
    pushSubscription: { erase: [{ rows: ({ personIds }) => ({ personId: { in: personIds } }), deletes: true }] },
    notificationHook: { stays: 'settings' },
  },
}
