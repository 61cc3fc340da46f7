import { z } from 'zod'
import { ticketsWith, visibleTo } from '../access/visible-tickets'
import { type Actor, has } from '../actor/actor'
import { sourceOf } from '../channels/email/kept'
import { mailSource } from '../channels/email/schema'
import { longestSource, sourceRow } from '../channels/email/source'
import { conflict, forbidden, notFound } from '../core/errors'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../core/page'
import { emailInput } from '../core/schema'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import { againOf } from '../mail/missing'
import { requeueMail } from '../mail/outbox'
import { isResendable, outboundStatuses, outgoingOutput } from '../mail/schema'
import { suppress } from '../mail/suppression'
import { agentProcedure } from '../procedure/builders'

/** What of `outbound_mail m` somebody may read or have sent again: mail of a ticket with the ticket, all else with a permission of its own. */
const within = (actor: Actor, tickets: Prisma.Sql, all: 'mail.view' | 'mail.manage') =>
  Prisma.sql`(CASE WHEN m.ticket_id IS NULL THEN ${has(actor, all)} ELSE
    EXISTS (SELECT 1 FROM ticket t WHERE t.tenant_id = m.tenant_id AND t.id = m.ticket_id AND t.deleted_at IS NULL AND ${tickets}) END)`

const row = outgoingOutput.omit({ mayResend: true }).extend({ isOwn: z.boolean(), hasCopy: z.boolean() })

/** Without what it says: a mail may hold a link to sign in with. What an answer says is in its conversation. */
const select = (actor: Actor) => Prisma.sql`
  SELECT m.id::text, m.status::text, m.reason, m.last_error AS "lastError", m.withheld, m.undelivered, m.status_at AS "statusAt", m.recipients,
    m.subject, m.message_id AS "messageId", m.ticket_id::text AS "ticketId", m.provider, m.mailbox_id::text AS "mailboxId", m.department_id::text AS "departmentId", m.provider_id AS "providerId", m.attempts, m.resends,
    ${againOf(Prisma.sql`m`)} AS again, m.created_at AS "createdAt", m.sent_at AS "sentAt", length(m.raw) > 0 AS "hasCopy",
    ${within(actor, ticketsWith(actor, 'ticket.reply'), 'mail.manage')} AS "isOwn"
  FROM outbound_mail m`

const toOutput = ({ isOwn, hasCopy, ...mail }: z.output<typeof row>) => ({
  ...mail,
  mayResend: isOwn && hasCopy && isResendable(mail),
})

export const listOutgoingMail = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/settings/mail/outgoing',
    tags: ['Mail'],
    summary: 'List emails that were sent or are to be sent, newest first',
  })
  .input(
    z.strictObject({
      ...pageInput,
      status: z.enum(outboundStatuses).optional(),
      recipient: z.string().trim().toLowerCase().max(320).optional(),
      ticketId: z.uuid().optional(),
    }),
  )
  .output(pageOf(outgoingOutput))
  .handler(async ({ context: { tx, tenant, actor }, input }) => {
    const { status, recipient, ticketId, limit, offset = 0 } = input
    const after = decodeCursor(input.cursor)
    const which = Prisma.sql`m.tenant_id = ${tenant.ref.id}::uuid
      ${status ? Prisma.sql`AND m.status = ${status}::"OutboundStatus"` : Prisma.empty}
      ${recipient ? Prisma.sql`AND ${recipient} = ANY(m.recipients)` : Prisma.empty}
      ${ticketId ? Prisma.sql`AND m.ticket_id = ${ticketId}::uuid` : Prisma.empty}
      AND ${within(actor, visibleTo(actor), 'mail.view')}`
    const query = tx.$queryRaw`${select(actor)} WHERE ${which}
      ${after ? Prisma.sql`AND (m.created_at, m.id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
      ORDER BY m.created_at DESC, m.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const page = toPage(await rowsOf(row, query), limit, ({ createdAt }) => createdAt)
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM outbound_mail m WHERE ${which}`)
    return { ...page, items: page.items.map(toOutput), ...(await totalOf(input, count)) }
  })

/** @throws NOT_FOUND also for one that the actor may not read */
async function loadOutgoing({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string) {
  const query = tx.$queryRaw`${select(actor)} WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${id}::uuid
    AND ${within(actor, visibleTo(actor), 'mail.view')}`
  const [mail] = await rowsOf(row, query)
  if (!mail) throw notFound('email')
  return mail
}

const mailRef = z.strictObject({ id: z.uuid() })

export const getOutgoingMail = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/settings/mail/outgoing/{id}', tags: ['Mail'], summary: 'Read what became of an email that was sent' })
  .input(mailRef)
  .output(outgoingOutput)
  .handler(async ({ context, input: { id } }) => toOutput(await loadOutgoing(context, id)))

/**
 * Of the mail that carried a message, which its readers see anyway. What signs somebody in is in no such mail, and the keys by which a
 * recipient opens the request are left out. A message of a contact carries the Message-ID that its sender gave it, which may be that of
 * any mail: such a message was carried by none of ours.
 */
export const readSentSource = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/settings/mail/outgoing/{id}/text',
    tags: ['Mail'],
    summary: 'Read the headers and the source of an email that carried a message of a ticket, without its keys',
  })
  .input(mailRef)
  .output(mailSource)
  .handler(async ({ context: { tx, tenant, actor }, input: { id } }) => {
    const [found] = await rowsOf(
      sourceRow,
      tx.$queryRaw`
        SELECT substring(m.raw FOR ${longestSource}) AS raw, length(m.raw) AS size FROM outbound_mail m
        JOIN ticket_message w ON w.tenant_id = m.tenant_id AND w.message_id = m.message_id AND w.kind <> 'note' AND w.contact_id IS NULL
        JOIN ticket t ON t.tenant_id = w.tenant_id AND t.id = w.ticket_id AND t.deleted_at IS NULL AND ${visibleTo(actor)}
        WHERE m.tenant_id = ${tenant.ref.id}::uuid AND m.id = ${id}::uuid AND m.ticket_id IS NOT NULL AND length(m.raw) > 0`,
    )
    if (!found) throw notFound('email')
    return { ...sourceOf(Buffer.from(found.raw)), size: found.size, isCut: found.size > found.raw.length }
  })

export const resendMail = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/settings/mail/outgoing/{id}/resend',
    tags: ['Mail'],
    summary: 'Send an email again that did not arrive',
  })
  .input(mailRef)
  .output(outgoingOutput)
  .handler(async ({ context, input: { id } }) => {
    // In a statement of its own: the next one sees what whoever held it before has done.
    await context.tx.$executeRaw`SELECT FROM outbound_mail WHERE tenant_id = ${context.tenant.ref.id}::uuid AND id = ${id}::uuid FOR UPDATE`
    const mail = toOutput(await loadOutgoing(context, id))
    if (!mail.mayResend) throw conflict('mails.notResendable')
    await requeueMail(context, mail)
    return toOutput(await loadOutgoing(context, id))
  })

/** Whoever answers the ticket says that an address does not work, where the report that says so may be anybody's. */
export const suppressUndelivered = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'POST',
    path: '/settings/mail/outgoing/{id}/suppress',
    tags: ['Mail'],
    summary: 'Send no more email to an address from which this one came back, or which reported it as spam',
  })
  .input(mailRef.extend({ email: emailInput }))
  .output(outgoingOutput)
  .handler(async ({ context, input: { id, email } }) => {
    const mail = await loadOutgoing(context, id)
    if (!mail.isOwn) throw forbidden()
    const isBad = mail.reason === 'hard_bounce' || mail.reason === 'complaint'
    if (!isBad || !mail.undelivered.includes(email)) throw conflict('mails.notUndelivered')
    const personId = context.actor.kind === 'person' ? context.actor.id : undefined
    await suppress(context, {
      email,
      reason: mail.reason as 'hard_bounce' | 'complaint',
      detail: mail.lastError ?? '',
      mailId: id,
      personId,
    })
    return toOutput(await loadOutgoing(context, id))
  })
