import { z } from 'zod'
import type { DataSubject, PersonalData, PersonalDataWork } from '../../db/personal-data'
import { rowsOf } from '../../db/rows'
import { senderOf } from './parse'

export const emailData: PersonalData = {
  tables: {
    inboundMailPart: { stays: 'with' },
    mailbox: { stays: 'settings' },
    mailboxFolder: { stays: 'settings' },
    mailboxFetch: { stays: 'machine' },
    blockedSender: { erase: [{ rows: ({ emails }) => ({ email: { in: emails } }), deletes: true }] },
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

const unfiled = z.object({ id: z.string(), raw: z.instanceof(Uint8Array), fromAddress: z.string().nullable() })

/** Mail of theirs that became no ticket; what is still to be read, and what others wrote, stays. What names them and cannot be read is theirs. */
async function forgetUnfiled({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails) {
    let after: string | null = null
    do {
      const query = tx.$queryRaw`
        SELECT id::text, raw, from_address AS "fromAddress" FROM inbound_mail WHERE tenant_id = ${tenantId}::uuid AND ticket_id IS NULL AND status <> 'received'
          AND (${after}::uuid IS NULL OR id > ${after}::uuid) AND position(${email} IN lower(encode(raw, 'escape'))) > 0
        ORDER BY id LIMIT ${atOnce}`
      const found: z.output<typeof unfiled>[] = await rowsOf(unfiled, query)
      for (const { id, raw, fromAddress } of found)
        if ((fromAddress ?? (await senderOf(raw).catch(() => email))) === email)
          await tx.inboundMail.deleteMany({ where: { tenantId, id } })
      after = found.length === atOnce ? (found.at(-1)?.id ?? null) : null
    } while (after)
  }
}

/** The mails, with their headers, of messages that stay. */
export async function forgetMailsOf({ tx, tenantId }: PersonalDataWork, { contactIds }: DataSubject) {
  await tx.$executeRaw`
    DELETE FROM inbound_mail i USING ticket_message m
    WHERE i.tenant_id = ${tenantId}::uuid AND m.tenant_id = i.tenant_id AND m.id = i.message_id AND m.contact_id = ANY(${contactIds}::uuid[])`
}
