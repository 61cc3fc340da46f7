import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import type { DataSubject, PersonalData, PersonalDataWork } from '../../db/personal-data'
import { rowsOf } from '../../db/rows'
import { sendersOf } from './parse'

export const emailData: PersonalData = {
  tables: {
    inboundMailPart: { stays: 'with' },
    mailbox: { stays: 'settings' },
    mailboxFolder: { stays: 'settings' },
    mailboxFetch: { stays: 'machine' },
    mailboxAuthorization: { stays: 'machine' },
    ignoredList: { stays: 'settings' },
    blockedSender: { erase: [{ rows: ({ emails }) => ({ email: { in: emails } }), deletes: true }] },
    inboundMail: {
      erase: [
        {
          rows: ({ ticketIds, messageIds, emails }) => ({
            OR: [
              { ticketId: { in: ticketIds } },
              { messageId: { in: messageIds } },
              { ticketId: { not: null }, fromAddress: { in: emails } },
            ],
          }),
          deletes: true,
        },
        { step: forgetUnfiled, clears: 'rows', through: [] },
      ],
      purge: [{ rows: (ticketIds) => ({ ticketId: { in: ticketIds } }) }],
    },
  },
}

/** The beginnings of so many mails are searched by one statement. */
const atOnce = 20

const unfiled = z.object({ id: z.string(), raw: z.instanceof(Uint8Array).nullable(), fromAddress: z.string().nullable() })

/** Mail of theirs that became no ticket; what is still to be read, and what others wrote, stays. What names them and cannot be read is theirs. */
async function forgetUnfiled({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject, after: string | null): Promise<string | null> {
  if (emails.length === 0) return null
  const named = Prisma.sql`EXISTS (SELECT 1 FROM unnest(${emails}::text[]) AS e(email) WHERE position(e.email IN lower(encode(raw, 'escape'))) > 0)`
  const query = tx.$queryRaw`
    SELECT id::text, CASE WHEN ${named} THEN raw END AS raw, from_address AS "fromAddress" FROM inbound_mail
    WHERE tenant_id = ${tenantId}::uuid AND ticket_id IS NULL AND status <> 'received' AND (${after}::uuid IS NULL OR id > ${after}::uuid)
    ORDER BY id LIMIT ${atOnce}`
  const found = await rowsOf(unfiled, query)
  for (const { id, raw, fromAddress } of found) {
    if (raw === null) continue
    const isTheirs = (sender: string | null) => sender !== null && emails.includes(sender)
    if (
      isTheirs(fromAddress) ||
      (await sendersOf(raw).then(
        (senders) => senders.some(isTheirs),
        () => fromAddress === null,
      ))
    )
      await tx.inboundMail.deleteMany({ where: { tenantId, id } })
  }
  return found.length === atOnce ? (found.at(-1)?.id ?? null) : null
}

const filed = z.object({ ticketId: z.string(), messageId: z.string() })

/** What they mailed that became somebody else's message, as when it was recovered in another's name. */
export const filedMails = ({ tx, tenantId }: PersonalDataWork, emails: readonly string[]) =>
  rowsOf(
    filed,
    tx.$queryRaw`SELECT ticket_id::text AS "ticketId", message_id::text AS "messageId" FROM inbound_mail
      WHERE tenant_id = ${tenantId}::uuid AND from_address = ANY(${[...emails]}::text[]) AND ticket_id IS NOT NULL AND message_id IS NOT NULL`,
  )

/** The mails, with their headers, of messages that stay. */
export async function forgetMailsOf({ tx, tenantId }: PersonalDataWork, { contactIds }: DataSubject) {
  await tx.$executeRaw`
    DELETE FROM inbound_mail i USING ticket_message m
    WHERE i.tenant_id = ${tenantId}::uuid AND m.tenant_id = i.tenant_id AND m.id = i.message_id AND m.contact_id = ANY(${contactIds}::uuid[])`
}
