import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import type { FollowerWork } from '../../events/follower'
import { missingOf } from '../../mail/missing'
import { readHeld } from '../ticket/queries'
import { changeTicket } from '../ticket/record'

/** That nobody has it. A complaint says that its writer does, and who was silent about taking it may. */
const isMissed = Prisma.sql`CASE o.status
  WHEN 'complained' THEN FALSE
  WHEN 'failed' THEN o.reason IS DISTINCT FROM 'unconfirmed' AND o.recipients <@ ${missingOf(Prisma.sql`o`)}
  ELSE o.recipients <@ (o.undelivered || o.withheld) END`

/**
 * That the requester reads answers on the portal without a mail: they have an account that they can open by a password, or in which
 * they are signed in. A guest came by a mail, and gets no further without one.
 */
const readsOnPortal = (now: Date) => Prisma.sql`EXISTS (SELECT 1 FROM contact c
  JOIN person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id AND p.deleted_at IS NULL AND p.status = 'active'
  WHERE c.tenant_id = t.tenant_id AND c.id = t.requester_id AND (p.password_hash IS NOT NULL OR EXISTS (SELECT 1 FROM session s
    WHERE s.tenant_id = p.tenant_id AND s.person_id = p.id AND s.ticket_id IS NULL AND s.revoked_at IS NULL AND s.expires_at > ${now})))`

const answer = z.object({
  ticketId: z.string(),
  isIn: z.boolean(),
  createdAt: z.date(),
  was: z.boolean(),
  is: z.boolean(),
})

interface Told {
  mailId: string
  messageId: string | null
  /** Anybody who has seen the answer may have said so, and resets no clock. */
  isClaimed?: boolean
}

/**
 * Notes whether an answer reached anybody, when that changes. What reached nobody is no response: the clocks follow the event, and
 * the time of the first response is that of another answer.
 */
export async function noteReach(work: FollowerWork, { mailId, messageId, isClaimed }: Told) {
  if (!messageId || isClaimed) return
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  const [found] = await rowsOf(
    answer,
    tx.$queryRaw`
      SELECT ${plannedOnce} o.ticket_id::text AS "ticketId", m.ticket_id = o.ticket_id AND t.deleted_at IS NULL AS "isIn", m.created_at AS "createdAt",
        m.is_unreached AS was, ${isMissed} AND NOT ${readsOnPortal(now)} AS is
      FROM outbound_mail o
      JOIN ticket_message m ON m.tenant_id = o.tenant_id AND m.id = ${messageId}::uuid AND m.kind = 'reply' AND m.author_kind <> 'contact'
      JOIN ticket t ON t.tenant_id = o.tenant_id AND t.id = o.ticket_id
      WHERE o.tenant_id = ${tenantId}::uuid AND o.id = ${mailId}::uuid AND o.status <> 'queued' AND o.recipients <> '{}'`,
  )
  if (!found || found.was === found.is) return
  const { ticketId, is: isUnreached } = found
  const ticket = found.isIn ? await readHeld(work, ticketId, 'lock') : null
  await tx.ticketMessage.update({ where: { tenantId_id: { tenantId, id: messageId } }, data: { isUnreached }, select: { id: true } })
  if (ticket) {
    const isFirst = isUnreached ? await wasFirst(work, ticket, { ...found, messageId }) : ticket.firstResponseAt === null
    const firstResponseAt = isUnreached ? await firstAnswerAt(work, ticketId) : now
    await changeTicket(work, ticket, isFirst ? { firstResponseAt } : {})
  }
  emit(isUnreached ? 'message.unreached' : 'message.reached', { messageId }, { subjectId: ticketId })
}

/** Whether the first response was this answer: when it was written, or when it got there after it had not. */
async function wasFirst(
  { tx, tenant }: FollowerWork,
  { id, firstResponseAt }: { id: string; firstResponseAt: Date | null },
  { messageId, createdAt }: { messageId: string; createdAt: Date },
): Promise<boolean> {
  if (firstResponseAt === null || firstResponseAt.getTime() === createdAt.getTime()) return firstResponseAt !== null
  const about = { subjectId: id, type: 'message.reached', payload: { path: ['messageId'], equals: messageId } }
  return (await tx.event.count({ where: { tenantId: tenant.ref.id, ...about, occurredAt: firstResponseAt } })) > 0
}

async function firstAnswerAt({ tx, tenant }: FollowerWork, ticketId: string) {
  const where = { tenantId: tenant.ref.id, ticketId, kind: 'reply', authorKind: { not: 'contact' }, isUnreached: false } as const
  return (await tx.ticketMessage.findFirst({ where, orderBy: { createdAt: 'asc' }, select: { createdAt: true } }))?.createdAt ?? null
}
