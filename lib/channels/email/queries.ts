import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, has } from '../../actor/actor'
import { notFound } from '../../core/errors'
import type { Reference } from '../../core/schema'
import type { InboundMail } from '../../db/generated/tenant/client'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentInPieces } from '../../procedure/builders'
import { addressed } from './inline-picture'
import { glanceAt, recoveriesOf, storedDecision } from './kept'
import { mailingListOf } from './mailing-list'
import { type ParsedMail, readMail } from './parse'
import { loadRaw } from './receive'
import { classifications, type MailOutput, mailOutput, mailReasons } from './schema'

export const mailRef = z.strictObject({ id: z.uuid() })

/**
 * What of `inbound_mail m` somebody may read: what became part of a ticket with that ticket, all else with a permission of its own.
 */
export const readableBy = (actor: Actor) => Prisma.sql`(CASE WHEN m.ticket_id IS NULL THEN ${has(actor, 'mail.view')} ELSE
  EXISTS (SELECT 1 FROM ticket t WHERE t.tenant_id = m.tenant_id AND t.id = m.ticket_id AND t.deleted_at IS NULL AND ${visibleTo(actor)}) END)`

/**
 * A stored message, held with `lock` until the unit of work ends.
 * @throws NOT_FOUND also for one that the actor may not read
 */
export async function loadMail({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string, lock?: 'lock') {
  const which = Prisma.sql`inbound_mail m WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${id}::uuid AND m.is_whole`
  // In a statement of its own: the next one sees what whoever held it before has done.
  if (lock) await tx.$executeRaw`SELECT FROM ${which} FOR UPDATE`
  const [known] = await idsOf(tx.$queryRaw`SELECT m.id::text FROM ${which} AND ${readableBy(actor)}`)
  if (!known) throw notFound('email')
  return tx.inboundMail.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, omit: { raw: true } })
}
export type MailRow = Omit<InboundMail, 'raw'>

/** A message as its raw bytes say it; of one that cannot be read, its first lines. */
export async function readRaw(tenantId: string, raw: Buffer): Promise<{ mail: ParsedMail | null; glance: ReturnType<typeof glanceAt> }> {
  const mail = await readMail(tenantId, raw).catch(() => null)
  return { mail, glance: mail ?? glanceAt(raw) }
}

export const getMail = agentInPieces
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/settings/mail/messages/{id}', tags: ['Mail'], summary: 'Read one email, and what was decided about it' })
  .input(mailRef)
  .output(mailOutput)
  .handler(async ({ context, input: { id } }) => {
    const { row, ...beside } = await context.piece(async (work) => {
      const row = await loadMail(work, id)
      return {
        row,
        mailbox: await mailboxOf(work, row),
        isTold: await isAcknowledged(work, row),
        undelivered: await undeliveredBy(work, row),
      }
    })
    const read = await readRaw(context.tenant.ref.id, await loadRaw(context.tenant, id))
    const list = read.mail && mailingListOf(read.mail)
    const isIgnored = list !== null && (await context.piece((work) => isListIgnored(work, list.id)))
    return toOutput(context.actor, row, read, { ...beside, list: list && { ...list, isIgnored } })
  })

const mailboxOf = async ({ tx, tenant }: Work, { mailboxId }: MailRow): Promise<Reference | null> =>
  mailboxId
    ? tx.mailbox.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id: mailboxId } }, select: { id: true, name: true } })
    : null

const isListIgnored = async ({ tx, tenant }: Work, listId: string) =>
  (await tx.ignoredList.count({ where: { tenantId: tenant.ref.id, listId } })) > 0

async function isAcknowledged({ tx, tenant }: Work, { ticketId }: MailRow) {
  if (!ticketId) return false
  const where = { tenantId: tenant.ref.id, ticketId, messageId: { startsWith: `ack-${ticketId}` } }
  return (await tx.outboundMail.count({ where, take: 1 })) > 0
}

const undeliveredRow = mailOutput.shape.undelivered.element

/** What a delivery report says of addresses, by the event that came of it. */
async function undeliveredBy({ tx, tenant }: Work, { id, ticketId, classification }: MailRow) {
  if (!ticketId || (classification !== 'bounce' && classification !== 'complaint')) return []
  return rowsOf(
    undeliveredRow,
    tx.$queryRaw`
      SELECT e.payload ->> 'mailId' AS "mailId", r.email, s.email IS NOT NULL AS "isSuppressed" FROM event e
      JOIN event c ON c.tenant_id = e.tenant_id AND c.id = e.causation_id AND c.subject_id = ${id}::uuid
      CROSS JOIN LATERAL jsonb_array_elements_text(e.payload -> 'recipients') AS r(email)
      LEFT JOIN suppressed_address s ON s.tenant_id = e.tenant_id AND s.email = r.email
      WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid AND e.type = 'mail.undelivered'
        AND e.payload ->> 'reason' IN ('hard_bounce', 'complaint')`,
  )
}

interface Beside {
  mailbox: Reference | null
  list: MailOutput['list']
  /** Whether its sender was told that it came in. */
  isTold: boolean
  undelivered: MailOutput['undelivered']
}

function toOutput(
  actor: Actor,
  row: MailRow,
  { mail, glance }: Awaited<ReturnType<typeof readRaw>>,
  { mailbox, list, isTold, undelivered }: Beside,
): MailOutput {
  const decision = storedDecision(row)
  const steps = decision?.steps ?? []
  const shown = (html: string | null | undefined) =>
    addressed(html, mail?.files ?? [], (_, n) => `/api/v1/settings/mail/messages/${row.id}/files/${n}`)
  const authenticity = steps.find(({ step }) => step === 'authenticate')?.reason
  return {
    id: row.id,
    status: row.status,
    from: { address: glance.from?.email ?? null, name: glance.from?.name ?? '' },
    recipient: row.recipient,
    mailbox,
    to: (mail?.to ?? []).map(({ email }) => email),
    cc: (mail?.cc ?? []).map(({ email }) => email),
    subject: glance.subject,
    messageId: mail?.messageId ?? '',
    list,
    text: glance.bodyText,
    quoted: mail?.quotedText ?? null,
    html: shown(mail?.bodyHtml),
    quotedHtml: shown(mail?.quotedHtml),
    attachments: (mail?.files ?? []).map(({ name, contentType, bytes, isInline = false }) => ({
      name,
      type: contentType,
      size: bytes.length,
      inline: isInline,
    })),
    classification: classifications.find((each) => each === row.classification) ?? null,
    authentication: authenticity === 'pass' || authenticity === 'fail' ? authenticity : 'not_checked',
    reason: mailReasons.find((each) => each === row.reason) ?? null,
    reasons: steps.map(({ reason }) => reason),
    steps,
    acknowledged: isTold && decision?.outcome.kind === 'ticket',
    ticketId: row.ticketId,
    commentId: row.messageId,
    detail: row.detail,
    receivedAt: row.receivedAt,
    undelivered,
    recoveries: recoveriesOf(actor, row),
  }
}
