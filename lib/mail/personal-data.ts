import type { PersonalData } from '../db/personal-data'

export const mailData: PersonalData = {
  tables: {
    outboundMail: {
      erase: [
        {
          rows: ({ ticketIds, emails }) => ({ OR: [{ ticketId: { in: ticketIds } }, { recipients: { hasSome: emails } }] }),
          deletes: true,
        },
        // Mails to the team that told of it are not kept by ticket: what was told is told.
        { rows: () => ({ messageId: { startsWith: 'notice-' }, status: 'sent' }), deletes: true },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
  },
}
