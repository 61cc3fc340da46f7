import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'

export const mailData: PersonalData = {
  tables: {
    suppressedAddress: { erase: [{ rows: ({ emails }) => ({ email: { in: emails } }), deletes: true }], stays: { personId: 'staff' } },
    outboundMail: {
      erase: [
        {
          rows: ({ ticketIds, emails }) => ({ OR: [{ ticketId: { in: ticketIds } }, { recipients: { hasSome: emails } }] }),
          deletes: true,
        },
        // Mails to the team that told of it are not kept by ticket: what was told is told.
        {
          rows: ({ name }) => (name === '' ? { id: { in: [] } } : { messageId: { startsWith: 'notice-' }, status: { not: 'queued' } }),
          deletes: true,
        },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
  },
}

/** What went out about tickets they wrote in: that it did stays, so that answers find their ticket, without the copy. */
export async function forgetCopies({ tx, tenantId }: PersonalDataWork, { personIds, contactIds }: DataSubject) {
  await tx.$executeRaw`
    UPDATE outbound_mail o SET raw = '', files = '[]' WHERE o.tenant_id = ${tenantId}::uuid AND o.status <> 'queued' AND EXISTS (
      SELECT 1 FROM ticket_message m WHERE m.tenant_id = o.tenant_id AND m.ticket_id = o.ticket_id
        AND (m.person_id = ANY(${personIds}::uuid[]) OR m.contact_id = ANY(${contactIds}::uuid[])))`
}
