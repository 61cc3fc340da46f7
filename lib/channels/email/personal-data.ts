import { z } from 'zod'
import type { DataSubject, PersonalData, PersonalDataWork } from '../../db/personal-data'
import { rowsOf } from '../../db/rows'
import { senderOf } from './parse'

export const emailData: PersonalData = {
  tables: {
    inboundMailPart: { stays: 'with' },
    inboundMail: {
      erase: [
        {
          rows: ({ ticketIds, messageIds }) => ({ OR: [{ ticketId: { in: ticketIds } }, { messageId: { in: messageIds } }] }),
          deletes: true,
        },
        { by: forgetUnfiled, clears: 'rows', through: [] },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
  },
}

/** Whole mails are held in memory. */
const atOnce = 50

const unfiled = z.object({ id: z.string(), raw: z.instanceof(Uint8Array) })

/** Mail of theirs that became no ticket; what is still to be read, and what others wrote, stays. */
async function forgetUnfiled({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails) {
    let after: string | null = null
    do {
      const query = tx.$queryRaw`
        SELECT id::text, raw FROM inbound_mail WHERE tenant_id = ${tenantId}::uuid AND ticket_id IS NULL AND status IN ('ignored', 'failed')
          AND (${after}::uuid IS NULL OR id > ${after}::uuid) AND position(${email} IN lower(encode(raw, 'escape'))) > 0
        ORDER BY id LIMIT ${atOnce}`
      const found: z.output<typeof unfiled>[] = await rowsOf(unfiled, query)
      for (const { id, raw } of found) if ((await senderOf(raw)) === email) await tx.inboundMail.deleteMany({ where: { tenantId, id } })
      after = found.length === atOnce ? (found.at(-1)?.id ?? null) : null
    } while (after)
  }
}
