import { z } from 'zod'
import type { DataSubject, PersonalData, PersonalDataWork } from '../../db/personal-data'
import { rowsOf } from '../../db/rows'
import { senderOf } from './parse'

export const emailData: PersonalData = {
  tables: {
    inboundMail: {
      erase: [
        {
          rows: ({ ticketIds, messageIds }) => ({ OR: [{ ticketId: { in: ticketIds } }, { messageId: { in: messageIds } }] }),
          deletes: true,
        },
        { by: forgetUnfiled, clears: 'rows' },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
  },
}

const unfiled = z.object({ id: z.string(), raw: z.instanceof(Uint8Array) })

/** Mail of theirs that became no ticket; what is still to be read, and what others wrote, stays. */
async function forgetUnfiled({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails) {
    const query = tx.$queryRaw`
      SELECT id::text, raw FROM inbound_mail WHERE tenant_id = ${tenantId}::uuid AND ticket_id IS NULL AND status IN ('ignored', 'failed')
        AND position(${email} IN lower(encode(raw, 'escape'))) > 0 LIMIT 200`
    for (const { id, raw } of await rowsOf(unfiled, query))
      if ((await senderOf(raw)) === email) await tx.inboundMail.deleteMany({ where: { tenantId, id } })
  }
}
