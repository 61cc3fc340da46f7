import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { type Actor, has } from '../../actor/actor'
import { notFound } from '../../core/errors'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import type { InboundMail } from '../../db/generated/tenant/client'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentInPieces, agentProcedure } from '../../procedure/builders'
import { addressed } from './inline-picture'
import { glanceAt, recoveriesOf, storedDecision } from './kept'
import { type ParsedMail, readMail } from './parse'
import { loadRaw } from './receive'
import { classifications, type MailItem, type MailOutput, mailItem, mailOutput, mailReasons, mailStatuses } from './schema'

export const mailRef = z.strictObject({ id: z.uuid() })

/**
 * What of `inbound_mail m` somebody may read: what became part of a ticket with that ticket, all else with a permission of its own.
 */
const readableBy = (actor: Actor) => Prisma.sql`(CASE WHEN m.ticket_id IS NULL THEN ${has(actor, 'mail.view')} ELSE
  EXISTS (SELECT 1 FROM ticket t WHERE t.tenant_id = m.tenant_id AND t.id = m.ticket_id AND t.deleted_at IS NULL AND ${visibleTo(actor)}) END)`

const itemRow = mailItem.omit({ from: true }).extend({ fromAddress: z.string().nullable(), fromName: z.string().nullable() })

export const listMail = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/settings/mail/messages', tags: ['Mail'], summary: 'List emails that came in, newest first' })
  .input(z.strictObject({ ...pageInput, status: z.enum(mailStatuses).optional(), classification: z.enum(classifications).optional() }))
  .output(pageOf(mailItem))
  .handler(async ({ context: { tx, tenant, actor }, input }) => {
    const { status, classification, limit, offset = 0 } = input
    const after = decodeCursor(input.cursor)
    const which = Prisma.sql`m.tenant_id = ${tenant.ref.id}::uuid AND m.is_whole
      ${status ? Prisma.sql`AND m.status = ${status}::"InboundStatus"` : Prisma.empty}
      ${classification ? Prisma.sql`AND m.classification = ${classification}` : Prisma.empty}
      AND ${readableBy(actor)}`
    const query = tx.$queryRaw`
      SELECT m.id::text, m.status::text, m.from_address AS "fromAddress", m.from_name AS "fromName", m.recipient,
        coalesce(m.subject, '') AS subject, m.classification, m.reason, m.ticket_id::text AS "ticketId", m.received_at AS "receivedAt"
      FROM inbound_mail m WHERE ${which} ${after ? Prisma.sql`AND (m.received_at, m.id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
      ORDER BY m.received_at DESC, m.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const page = toPage(await rowsOf(itemRow, query), limit, ({ receivedAt }) => receivedAt)
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM inbound_mail m WHERE ${which}`)
    return { ...page, items: page.items.map(toItem), ...(await totalOf(input, count)) }
  })

const toItem = ({ fromAddress, fromName, ...row }: z.output<typeof itemRow>): MailItem => ({
  ...row,
  from: { address: fromAddress, name: fromName ?? '' },
})

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
    const { row, acknowledged } = await context.piece(async (work) => {
      const row = await loadMail(work, id)
      return { row, acknowledged: await isAcknowledged(work, row) }
    })
    const read = await readRaw(context.tenant.ref.id, await loadRaw(context.tenant, id))
    return toOutput(context.actor, row, read, acknowledged)
  })

async function isAcknowledged({ tx, tenant }: Work, { ticketId }: MailRow) {
  if (!ticketId) return false
  const where = { tenantId: tenant.ref.id, ticketId, messageId: { startsWith: `ack-${ticketId}` } }
  return (await tx.outboundMail.count({ where, take: 1 })) > 0
}

function toOutput(actor: Actor, row: MailRow, { mail, glance }: Awaited<ReturnType<typeof readRaw>>, isTold: boolean): MailOutput {
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
    to: (mail?.to ?? []).map(({ email }) => email),
    cc: (mail?.cc ?? []).map(({ email }) => email),
    subject: glance.subject,
    messageId: mail?.messageId ?? '',
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
    recoveries: recoveriesOf(actor, row),
  }
}
