import { z } from 'zod'
import { isSeenByParticipant } from '../../access/visible-messages'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { idsOf, rowsOf } from '../../db/rows'
import type { FollowerWork } from '../../events/follower'
import type { Work } from '../../events/work'
import { type ParticipantOutput, participantOutput } from './schema'

/** How many people beside the requester take part in one ticket. */
export const maxParticipants = 50

/** A place in a conversation: that message and all after it, or all from then on. */
export interface Since {
  at: Date
  messageId: string | null
}

interface Joining {
  /** Who joins, the requester left out. */
  contactIds: readonly string[]
  since: Since
  /** Who of the staff adds them; null for whom a mail names. */
  addedById: string | null
}

/**
 * Makes contacts take part from a message on, as far as there is room. Whom staff removed a mail does not bring back: answers to
 * all name them for ever.
 * @param ticketId of a ticket whose row this unit of work holds
 * @returns who takes part from now on, and who found no room
 */
export async function joinTicket(work: FollowerWork, ticketId: string, { contactIds, since, addedById }: Joining) {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const wanted = [...new Set(contactIds)]
  if (wanted.length === 0) return { joined: [], leftOut: [] }
  const there = await tx.ticketParticipant.findMany({ where: { tenantId, ticketId }, select: { contactId: true, removedAt: true } })
  const { requesterId } = await tx.ticket.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: ticketId } },
    select: { requesterId: true },
  })
  const isThere = new Set(there.flatMap(({ contactId, removedAt }) => (removedAt === null || addedById === null ? [contactId] : [])))
  const newcomers = wanted.filter((id) => id !== requesterId && !isThere.has(id))
  const room = Math.max(0, maxParticipants - there.filter(({ removedAt }) => removedAt === null).length)
  const joining = newcomers.slice(0, room)
  if (joining.length > 0) {
    await tx.$executeRaw`
      INSERT INTO ticket_participant (tenant_id, ticket_id, contact_id, since_at, since_message_id, added_by_id, added_at)
      SELECT ${tenantId}::uuid, ${ticketId}::uuid, c, ${since.at}, ${since.messageId}::uuid, ${addedById}::uuid, ${now}
      FROM unnest(${joining}::uuid[]) AS c
      ON CONFLICT (tenant_id, ticket_id, contact_id) DO UPDATE SET
        since_at = CASE WHEN ${saidSince} THEN EXCLUDED.since_at ELSE ticket_participant.since_at END,
        since_message_id = CASE WHEN ${saidSince} THEN EXCLUDED.since_message_id ELSE ticket_participant.since_message_id END,
        added_by_id = EXCLUDED.added_by_id, added_at = EXCLUDED.added_at, removed_at = NULL`
    work.emit('ticket.participants_changed', { added: joining, removed: [] }, { subjectId: ticketId })
  }
  return { joined: joining, leftOut: newcomers.slice(room) }
}

/** Whoever comes back before anything was said without them never left. */
const saidSince = Prisma.sql`EXISTS (SELECT 1 FROM ticket_message m WHERE m.tenant_id = ticket_participant.tenant_id
  AND m.ticket_id = ticket_participant.ticket_id AND m.kind <> 'note' AND m.created_at >= ticket_participant.removed_at)`

/** Ends that contacts take part: they get no more answers, and see nothing of it any more. */
export async function leaveTicket(work: FollowerWork, ticketId: string, contactIds: readonly string[]): Promise<string[]> {
  const { tx, tenant, now } = work
  const where = { tenantId: tenant.ref.id, ticketId, contactId: { in: [...contactIds] }, removedAt: null }
  const rows = await tx.ticketParticipant.updateManyAndReturn({ where, data: { removedAt: now }, select: { contactId: true } })
  const removed = rows.map(({ contactId }) => contactId)
  if (removed.length > 0) work.emit('ticket.participants_changed', { added: [], removed }, { subjectId: ticketId })
  return removed
}

type Reading = Pick<Work, 'tx' | 'tenant'>

/** Whether a contact takes part in a ticket that somebody else asked. */
export async function takesPart({ tx, tenant }: Reading, ticketId: string, contactId: string | null | undefined): Promise<boolean> {
  if (!contactId) return false
  return (await tx.ticketParticipant.count({ where: { tenantId: tenant.ref.id, ticketId, contactId, removedAt: null } })) > 0
}

/** Who takes part, beside the requester, by name. */
export const readParticipants = (work: Reading, ticketId: string): Promise<ParticipantOutput[]> =>
  rowsOf(participantOutput, work.tx.$queryRaw(selectParticipants(work, ticketId)))

export const selectParticipants = ({ tenant }: Pick<Reading, 'tenant'>, ticketId: string) => Prisma.sql`
      SELECT ${plannedOnce} c.id::text, c.name, p.since_at AS since, a.email,
        EXISTS (SELECT 1 FROM person s WHERE s.tenant_id = p.tenant_id AND s.email = a.email AND s.deleted_at IS NULL AND s.role <> 'customer') AS "isStaff",
        EXISTS (SELECT 1 FROM inbound_mail i WHERE i.tenant_id = p.tenant_id AND i.message_id = p.since_message_id
          AND i.decision @? '$.steps[*] ? (@.step == "authenticate" && @.reason != "pass")') AS "isNamedByUnproven"
      FROM ticket_participant p JOIN contact c ON c.tenant_id = p.tenant_id AND c.id = p.contact_id AND c.deleted_at IS NULL
      JOIN ticket t ON t.tenant_id = p.tenant_id AND t.id = p.ticket_id AND t.requester_id <> c.id
      LEFT JOIN LATERAL (SELECT x.email FROM contact_address x WHERE x.tenant_id = c.tenant_id AND x.contact_id = c.id
        ORDER BY x.is_primary DESC, x.email LIMIT 1) a ON TRUE
      WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.ticket_id = ${ticketId}::uuid AND p.removed_at IS NULL ORDER BY c.name, c.id`

/** Who sees a message of one ticket takes part in the one that is made of it. */
export async function copyParticipants(work: FollowerWork, messageId: string, into: { ticketId: string; messageId: string }) {
  const contactIds = await idsOf(work.tx.$queryRaw`
    SELECT p.contact_id::text AS id FROM ticket_message m
    JOIN ticket_participant p ON p.tenant_id = m.tenant_id AND p.ticket_id = m.ticket_id AND p.removed_at IS NULL
    WHERE m.tenant_id = ${work.tenant.ref.id}::uuid AND m.id = ${messageId}::uuid AND ${isSeenByParticipant}`)
  const addedById = work.actor.kind === 'person' ? work.actor.id : null
  await joinTicket(work, into.ticketId, { contactIds, since: { at: work.now, messageId: into.messageId }, addedById })
}

const placed = z.object({
  contactId: z.string(),
  /** Where they saw it from before; null for who did not take part. */
  was: z.object({ at: z.coerce.date(), messageId: z.string().nullable() }).nullable(),
})
/** What a merge of tickets did to those who take part, for its undo. */
export const movedParticipants = z.array(placed).default([])
type Placed = { contactId: string; was: { at: string; messageId: string | null } | null }

const dayOne = Prisma.sql`'-infinity'::timestamptz`
/** The instant after the last public message of a ticket. */
const endOf = (ticketId: string) => Prisma.sql`coalesce((SELECT max(m.created_at) + interval '1 millisecond' FROM ticket_message m
  WHERE m.ticket_id = ${ticketId}::uuid AND m.kind <> 'note'), ${dayOne})`

/**
 * Who takes part in a ticket takes part in the one it goes into. Of what was said in the other before, neither side's
 * people see anything. To be asked before the messages move.
 */
export async function mergeParticipants({ tx, tenant, now }: Work, fromId: string, intoId: string): Promise<Placed[]> {
  const tenantId = tenant.ref.id
  const row = z.object({ contactId: z.string(), at: z.coerce.date().nullable(), messageId: z.string().nullable() })
  // The earlier place of those who take part in both is behind the end of both.
  const raised = await rowsOf(
    row,
    tx.$queryRaw`
      UPDATE ticket_participant p SET since_at = e.at, since_message_id = NULL
      FROM (SELECT ${endOf(fromId)} AS at) e,
        (SELECT tenant_id, contact_id, since_at, since_message_id FROM ticket_participant WHERE ticket_id = ${intoId}::uuid) b
      WHERE p.tenant_id = ${tenantId}::uuid AND p.ticket_id = ${intoId}::uuid AND p.since_at < e.at
        AND b.tenant_id = p.tenant_id AND b.contact_id = p.contact_id
      RETURNING p.contact_id::text AS "contactId", b.since_at AS at, b.since_message_id::text AS "messageId"`,
  )
  const added = await idsOf(tx.$queryRaw`
    INSERT INTO ticket_participant (tenant_id, ticket_id, contact_id, since_at, since_message_id, added_by_id, added_at)
    SELECT p.tenant_id, ${intoId}::uuid, p.contact_id, greatest(p.since_at, e.at),
      CASE WHEN p.since_at >= e.at THEN p.since_message_id END, p.added_by_id, ${now}
    FROM ticket_participant p, (SELECT ${endOf(intoId)} AS at) e
    WHERE p.tenant_id = ${tenantId}::uuid AND p.ticket_id = ${fromId}::uuid AND p.removed_at IS NULL
    ON CONFLICT DO NOTHING RETURNING contact_id::text AS id`)
  return [
    ...raised.map(({ contactId, at, messageId }) => ({ contactId, was: at && { at: at.toISOString(), messageId } })),
    ...added.map((contactId) => ({ contactId, was: null })),
  ]
}

/** Two tickets again: each has its own people, and whom staff removed meanwhile takes part in neither. */
export async function partParticipants({ tx, tenant }: Work, fromId: string, intoId: string, moved: z.output<typeof movedParticipants>) {
  const tenantId = tenant.ref.id
  const newIds = moved.flatMap(({ contactId, was }) => (was ? [] : [contactId]))
  await tx.$executeRaw`
    UPDATE ticket_participant f SET removed_at = p.removed_at FROM ticket_participant p
    WHERE f.tenant_id = ${tenantId}::uuid AND f.ticket_id = ${fromId}::uuid AND f.removed_at IS NULL AND p.removed_at IS NOT NULL
      AND p.tenant_id = f.tenant_id AND p.ticket_id = ${intoId}::uuid AND p.contact_id = f.contact_id AND p.contact_id = ANY(${newIds}::uuid[])`
  await tx.ticketParticipant.deleteMany({ where: { tenantId, ticketId: intoId, contactId: { in: newIds } } })
  for (const { contactId, was } of moved)
    if (was)
      await tx.ticketParticipant.updateMany({
        where: { tenantId, ticketId: intoId, contactId },
        data: { sinceAt: was.at, sinceMessageId: was.messageId },
      })
}

const row = z.object({
  ticketId: z.string(),
  /** How it was for the contact that took the other in; null where they did not take part. */
  was: z.object({ at: z.coerce.date(), messageId: z.string().nullable(), removedAt: z.coerce.date().nullable() }).nullable(),
})
/** What a merge of contacts did, for its undo. */
export const mergedParticipations = z.array(row)

/** Two contacts that are one take part wherever one of them did, from the earlier place on. The rows of the other stay as they were. */
export async function mergeParticipations({ tx, tenant }: FollowerWork, fromId: string, intoId: string): Promise<z.input<typeof row>[]> {
  const tenantId = tenant.ref.id
  const rows = await rowsOf(
    z.object({ ticketId: z.string(), was: z.unknown() }),
    tx.$queryRaw`
      SELECT f.ticket_id::text AS "ticketId", CASE WHEN i.contact_id IS NOT NULL
        THEN json_build_object('at', i.since_at, 'messageId', i.since_message_id, 'removedAt', i.removed_at) END AS was
      FROM ticket_participant f
      LEFT JOIN ticket_participant i ON i.tenant_id = f.tenant_id AND i.ticket_id = f.ticket_id AND i.contact_id = ${intoId}::uuid
      WHERE f.tenant_id = ${tenantId}::uuid AND f.contact_id = ${fromId}::uuid AND f.removed_at IS NULL`,
  )
  const isEarlier = Prisma.sql`(ticket_participant.removed_at IS NOT NULL OR EXCLUDED.since_at < ticket_participant.since_at)`
  await tx.$executeRaw`
    INSERT INTO ticket_participant (tenant_id, ticket_id, contact_id, since_at, since_message_id, added_by_id, added_at)
    SELECT tenant_id, ticket_id, ${intoId}::uuid, since_at, since_message_id, added_by_id, added_at
    FROM ticket_participant WHERE tenant_id = ${tenantId}::uuid AND contact_id = ${fromId}::uuid AND removed_at IS NULL
    ON CONFLICT (tenant_id, ticket_id, contact_id) DO UPDATE SET
      since_at = CASE WHEN ${isEarlier} THEN EXCLUDED.since_at ELSE ticket_participant.since_at END,
      since_message_id = CASE WHEN ${isEarlier} THEN EXCLUDED.since_message_id ELSE ticket_participant.since_message_id END,
      removed_at = NULL`
  return rows as z.input<typeof row>[]
}

/** Two contacts again, each where they took part before. Whom staff removed meanwhile is out as both. */
export async function partParticipations({ tx, tenant }: FollowerWork, fromId: string, intoId: string, merged: unknown) {
  const tenantId = tenant.ref.id
  for (const { ticketId, was } of mergedParticipations.parse(merged)) {
    const key = (contactId: string) => ({ tenantId_ticketId_contactId: { tenantId, ticketId, contactId } })
    const now = await tx.ticketParticipant.findUnique({ where: key(intoId) })
    if (!now) continue
    const removedAt = now.removedAt ?? undefined
    if (removedAt) await tx.ticketParticipant.updateMany({ where: { tenantId, ticketId, contactId: fromId }, data: { removedAt } })
    if (!was) await tx.ticketParticipant.delete({ where: key(intoId) })
    else
      await tx.ticketParticipant.update({
        where: key(intoId),
        data: { sinceAt: was.at, sinceMessageId: was.messageId, removedAt: removedAt ?? was.removedAt },
      })
  }
}
