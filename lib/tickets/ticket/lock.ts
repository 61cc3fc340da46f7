import { type Actor, isStaff } from '../../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../../core/errors'
import { type ErrorText, msg } from '../../core/message'
import { idsOf } from '../../db/rows'
import type { EventType } from '../../events/event-types'
import type { Work } from '../../events/work'
import { factsOf, findTicket, loadTicket, type TicketRow, toView, versionFor } from './queries'
import { livingTicket } from './record'

/**
 * Holds the ticket's row until the unit of work ends, at the version its caller read.
 * @throws CONFLICT with what came in between
 */
export async function lockAtVersion(work: Work, { id, version }: { id: string; version: number }): Promise<TicketRow> {
  const ticket = await loadTicket(work, id, 'lock')
  const current = versionFor(work.actor, ticket)
  if (current !== version) throw conflict(await sayChange(work, id), current)
  return ticket
}

/** What came in between, in words; a customer is not told who did what. */
async function sayChange({ tx, tenant, actor }: Work, ticketId: string): Promise<ErrorText | undefined> {
  if (!isStaff(actor)) return undefined
  const rows = await tx.$queryRaw<{ type: EventType; name: string | null }[]>`
    SELECT e.type, p.name FROM event e LEFT JOIN person p ON p.tenant_id = e.tenant_id AND p.id = e.actor_id
    WHERE e.tenant_id = ${tenant.ref.id}::uuid AND e.subject_id = ${ticketId}::uuid ORDER BY e.id DESC LIMIT 1`
  const last = rows[0]
  return last?.name ? msg('tickets.changedBy', { change: last.type.replace('ticket.', ''), name: last.name }) : 'tickets.changed'
}

/** The ticket as its caller sees it after the change. */
export async function reload(work: Work, id: string) {
  await work.flush()
  return toView(work.actor, await loadTicket(work, id))
}

/**
 * A department that is there, and is not deleted before the unit of work ends.
 * @throws NOT_FOUND for one that is not there
 */
export async function knownDepartment({ tx, tenant }: Work, id: string | undefined): Promise<string | undefined> {
  if (!id) return undefined
  const [known] = await idsOf(tx.$queryRaw`
    SELECT id::text FROM department WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid AND deleted_at IS NULL FOR SHARE`)
  if (!known) throw notFound('department')
  return known
}

/**
 * @throws INVALID for a ticket that was merged, saying where it went
 * @throws FORBIDDEN for what the actor may not do
 */
export function refuseUnless(
  may: (actor: Actor, facts: ReturnType<typeof factsOf>) => boolean,
  { actor }: Pick<Work, 'actor'>,
  ticket: TicketRow,
): void {
  const facts = factsOf(ticket)
  if (may(actor, facts)) return
  const { number, mergedInto } = ticket
  if (mergedInto !== null && may(actor, { ...facts, isMerged: false }))
    throw invalid({ id: [msg('tickets.isMerged', { number, into: mergedInto })] })
  throw forbidden()
}

export async function refuseNonStaff({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, personId: string, field = 'assigneeId') {
  const person = await tx.person.findFirst({
    where: { tenantId: tenant.ref.id, id: personId, deletedAt: null, status: 'active', role: { not: 'customer' } },
    select: { id: true },
  })
  if (!person) throw invalid({ [field]: ['tickets.staffOnly'] })
}

/** Holds the ticket that one with this id goes on as, also when it is merged at this very moment. */
export async function lockLiving(work: Pick<Work, 'tenant' | 'actor' | 'tx'>, id: string): Promise<TicketRow> {
  for (let at = id; ; ) {
    const ticket = await findTicket(work, at, 'lock')
    // As long as it is held it goes nowhere.
    if (ticket && ticket.mergedInto === null) return ticket
    const living = await livingTicket(work, at)
    if (ticket && (living ?? at) === at) return ticket
    if (living === null || living === at) throw notFound('ticket')
    at = living
  }
}
