import { z } from 'zod'
import { keepMoved, readMoved } from '../../contacts/merge'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf } from '../../db/rows'
import type { FollowerWork } from '../../events/follower'
import { handOver, livingSuccessor } from './hand-over'
import { changeTickets, livingDepartment } from './record'

/** Tickets that one unit of work passes on: it is short, for the embedded database has one connection. */
const atOnce = 10
/** Messages of a contact that change hands with them. */
const messagesAtOnce = 100

/** What goes, and who or what has its tickets from then on. */
export const passingOn = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), personId: z.string(), successorId: z.string().nullable() }),
  z.object({ kind: z.literal('department'), departmentId: z.string(), heirId: z.string().nullable() }),
  z.object({ kind: z.literal('merge'), mergeId: z.string(), fromId: z.string(), intoId: z.string() }),
  z.object({ kind: z.literal('merge-undo'), mergeId: z.string(), fromId: z.string(), intoId: z.string() }),
])
export type PassingOn = z.output<typeof passingOn>

/**
 * Passes the first of the tickets on: each says so itself, as if it had been changed by hand.
 * @returns whether there may be more of them
 */
export async function passSomeOn(work: FollowerWork, what: PassingOn): Promise<boolean> {
  switch (what.kind) {
    case 'person':
      return (await handOver(work, what.personId, what.successorId, atOnce)) === atOnce
    case 'department': {
      const { departmentId: before, heirId: after } = what
      // Finished tickets stay where they were; a category is its department's own and stays with it.
      const which = Prisma.sql`t.department_id = ${before}::uuid AND t.status NOT IN ('closed', 'rejected')`
      const ids = await changeTickets(work, which, Prisma.sql`department_id = ${after}::uuid, category_id = NULL`, atOnce)
      for (const subjectId of ids) work.emit('ticket.department_changed', { before, after }, { subjectId })
      return ids.length === atOnce
    }
    case 'merge': {
      const ticketIds = await changeRequester(work, what.fromId, what.intoId)
      const messageIds = await changeAuthor(work, what.fromId, what.intoId)
      await keepMoved(work, what.mergeId, { ticketIds, messageIds })
      return ticketIds.length === atOnce || messageIds.length === messagesAtOnce
    }
    case 'merge-undo': {
      // What came since stays.
      const { ticketIds, messageIds } = await readMoved(work, what.mergeId)
      const moved = await changeRequester(work, what.intoId, what.fromId, ticketIds)
      const written = await changeAuthor(work, what.intoId, what.fromId, messageIds)
      return moved.length === atOnce || written.length === messagesAtOnce
    }
  }
}

/** @param only the tickets that are meant, of those that `before` asked; all of them unless given */
async function changeRequester(work: FollowerWork, before: string, after: string, only?: readonly string[]): Promise<string[]> {
  const which = only
    ? Prisma.sql`t.requester_id = ${before}::uuid AND t.id = ANY(${only}::uuid[])`
    : Prisma.sql`t.requester_id = ${before}::uuid`
  const ids = await changeTickets(work, which, Prisma.sql`requester_id = ${after}::uuid`, atOnce)
  for (const subjectId of ids) work.emit('ticket.requester_changed', { before, after }, { subjectId })
  return ids
}

/** What two contacts wrote who turned out to be one is by one, and by two again when they part. */
async function changeAuthor({ tx, tenant }: FollowerWork, before: string, after: string, only?: readonly string[]): Promise<string[]> {
  const tenantId = tenant.ref.id
  return idsOf(tx.$queryRaw`
    WITH held AS MATERIALIZED (
      SELECT m.id FROM ticket_message m WHERE m.tenant_id = ${tenantId}::uuid AND m.contact_id = ${before}::uuid
        ${only ? Prisma.sql`AND m.id = ANY(${only}::uuid[])` : Prisma.empty}
      ORDER BY m.id LIMIT ${messagesAtOnce} FOR NO KEY UPDATE)
    UPDATE ticket_message SET contact_id = ${after}::uuid WHERE tenant_id = ${tenantId}::uuid AND id IN (SELECT h.id FROM held h)
    RETURNING id::text`)
}

/**
 * What is still to be passed on, as things are by now, held until the unit of work ends; null when it came back meanwhile.
 */
export async function stillPassedOn(work: FollowerWork, what: PassingOn): Promise<PassingOn | null> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  switch (what.kind) {
    case 'person': {
      const gone = await idsOf(tx.$queryRaw`SELECT id::text FROM person WHERE tenant_id = ${tenantId}::uuid AND id = ${what.personId}::uuid
        AND (deleted_at IS NOT NULL OR role = 'customer') FOR SHARE`)
      return gone.length > 0 ? { ...what, successorId: await livingSuccessor(work, what.successorId) } : null
    }
    case 'department': {
      const gone = await idsOf(tx.$queryRaw`SELECT id::text FROM department WHERE tenant_id = ${tenantId}::uuid
        AND id = ${what.departmentId}::uuid AND deleted_at IS NOT NULL FOR SHARE`)
      return gone.length > 0 ? { ...what, heirId: await livingDepartment(work, what.heirId) } : null
    }
    case 'merge': {
      const merged = await idsOf(tx.$queryRaw`SELECT id::text FROM contact_merge WHERE tenant_id = ${tenantId}::uuid
        AND id = ${what.mergeId}::uuid AND undone_at IS NULL FOR UPDATE`)
      return merged.length > 0 ? what : null
    }
    case 'merge-undo': {
      const parted = await idsOf(tx.$queryRaw`SELECT id::text FROM contact WHERE tenant_id = ${tenantId}::uuid
        AND id = ${what.fromId}::uuid AND deleted_at IS NULL FOR SHARE`)
      return parted.length > 0 ? what : null
    }
  }
}
