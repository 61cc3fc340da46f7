import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { withoutRecipients } from './sender'

export const mailData: PersonalData = {
  tables: {
    suppressedAddress: { erase: [{ rows: ({ emails }) => ({ email: { in: emails } }), deletes: true }], stays: { personId: 'staff' } },
    outboundMail: {
      erase: [
        { by: keepForOthers, clears: ['recipients', 'raw', 'reached', 'withheld', 'undelivered'] },
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

/** A mail to several people that waits to be sent goes to the others still, and names no more who is erased. */
async function keepForOthers({ tx, tenantId }: PersonalDataWork, { ticketIds, emails }: DataSubject) {
  const waiting = await tx.outboundMail.findMany({
    where: {
      ...{ tenantId, status: 'queued', recipients: { hasSome: emails } },
      OR: [{ ticketId: null }, { ticketId: { notIn: ticketIds } }],
    },
    select: { id: true, recipients: true, reached: true, withheld: true, undelivered: true, raw: true },
  })
  const others = (list: readonly string[]) => list.filter((email) => !emails.includes(email))
  for (const { id, raw, ...lists } of waiting) {
    const recipients = others(lists.recipients)
    if (recipients.length === 0) continue
    const left = { reached: others(lists.reached), withheld: others(lists.withheld), undelivered: others(lists.undelivered) }
    const data = { recipients, ...left, raw: new Uint8Array(withoutRecipients(raw, emails)) }
    await tx.outboundMail.update({ where: { tenantId_id: { tenantId, id } }, data, select: { id: true } })
  }
}

/** What went out about tickets they wrote in: that it did stays, so that answers find their ticket, without the copy. */
export async function forgetCopies({ tx, tenantId }: PersonalDataWork, { personIds, contactIds }: DataSubject) {
  await tx.$executeRaw`
    UPDATE outbound_mail o SET raw = '', files = '[]' WHERE o.tenant_id = ${tenantId}::uuid AND o.status <> 'queued' AND EXISTS (
      SELECT 1 FROM ticket_message m WHERE m.tenant_id = o.tenant_id AND m.ticket_id = o.ticket_id
        AND (m.person_id = ANY(${personIds}::uuid[]) OR m.contact_id = ANY(${contactIds}::uuid[])))`
}
