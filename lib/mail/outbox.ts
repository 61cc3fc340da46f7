import { z } from 'zod'
import { newId } from '../core/id'
import { type DeliveryStatus, Prisma } from '../db/generated/tenant/client'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import { type ReportedMail, setStatus } from './delivery-report'
import { type Enclosure, newMarker } from './enclosure'
import { buildMime, type MailContent } from './mime'
import { missingOf } from './missing'

export interface OutgoingMail extends Omit<MailContent, 'enclosures'> {
  files?: Enclosure[]
  ticketId?: string
  /** Its recipient asked for it a moment ago, as for a link to sign in. */
  isAsked?: boolean
}

/**
 * Writes a message into the outbox, in the unit of work of what caused it; it is
 * sent after the commit. Queuing the same Message-ID again does nothing.
 */
export async function queueMail({ tx, tenant, emit, now }: Work, mail: OutgoingMail) {
  const tenantId = tenant.ref.id
  const id = newId()
  const recipients = [...mail.to, ...(mail.cc ?? [])]
  const enclosures = mail.files?.map((file) => ({ ...file, marker: newMarker() })) ?? []
  const raw = await buildMime({ ...mail, enclosures }, now)
  const files = JSON.stringify(enclosures.map(({ fileId, marker }) => ({ fileId, marker })))
  const count = await tx.$executeRaw`
    INSERT INTO outbound_mail (tenant_id, id, ticket_id, recipients, subject, message_id, is_asked, raw, files, created_at)
    SELECT ${plannedOnce} ${tenantId}::uuid, ${id}::uuid, ${mail.ticketId ?? null}::uuid, ${recipients}::text[], ${mail.subject}, ${mail.messageId},
      ${mail.isAsked ?? false}::boolean, ${raw}::bytea, ${files}::jsonb, ${now}::timestamptz ON CONFLICT DO NOTHING`
  if (count === 0) return
  emit('mail.queued', { to: recipients, subject: mail.subject }, { subjectId: id })
}

const missed = z.object({ missing: z.array(z.string()) })

/**
 * Sends a message once more to those whom it did not reach: with all its tries, and as another where the provider knows it by a key.
 */
export async function requeueMail(work: Work, mail: Pick<ReportedMail, 'id' | 'ticketId' | 'messageId' | 'recipients' | 'subject'>) {
  const { tx, tenant, emit } = work
  const where = { tenantId_id: { tenantId: tenant.ref.id, id: mail.id } }
  const query = tx.$queryRaw`SELECT ${missingOf(Prisma.sql`m`)} AS missing FROM outbound_mail m WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${mail.id}::uuid`
  const missing = (await rowsOf(missed, query)).flatMap((row) => row.missing)
  const has = mail.recipients.filter((email) => !missing.includes(email))
  const fresh = { lastError: null, attempts: 0, sentAt: null, providerId: null, undelivered: [], withheld: [] }
  await setStatus(work, mail, { status: 'queued', reason: null, ...fresh })
  const earlier = {
    tenantId: tenant.ref.id,
    subscriber: 'mail.send',
    status: { in: ['dead', 'pending'] satisfies DeliveryStatus[] },
    event: { subjectId: mail.id },
  }
  await tx.eventDelivery.updateMany({ where: earlier, data: { status: 'done' } })
  await tx.outboundMail.update({
    where,
    data: { resends: { increment: 1 }, reached: has },
    select: { id: true },
  })
  emit('mail.queued', { to: mail.recipients, subject: mail.subject }, { subjectId: mail.id })
}
