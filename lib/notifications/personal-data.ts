import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'

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

/** What others were told of them, by their name. */
export async function forgetNotices({ tx, tenantId }: PersonalDataWork, { name }: DataSubject, before: Date) {
  await tx.notification.deleteMany({
    where: { tenantId, updatedAt: { lt: before }, OR: [{ title: { contains: name } }, { body: { contains: name } }] },
  })
}
