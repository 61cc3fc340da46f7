import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import type { Actor } from '../../actor/actor'
import { invalid, notFound } from '../../core/errors'
import { msg } from '../../core/message'
import { idsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { refuseUnless } from '../ticket/lock'
import { canUpdate, type TicketFacts } from '../ticket/policy'
import { findTicket, loadTicket, type TicketRow } from '../ticket/queries'

/** Another ticket, by its number, with the prefix or without, or by its id: as people write it. */
export const otherTicket = z.string().trim().min(1, msg('tickets.enterNumber')).max(60)

export async function loadForUpdate(work: Work, id: string, lock?: 'lock'): Promise<TicketRow> {
  const ticket = await loadTicket(work, id, lock)
  refuseUnless(canUpdate, work, ticket)
  return ticket
}

/** Whoever could change a ticket before it was merged takes the merge back. */
export const canPart = (actor: Actor, ticket: TicketFacts) => canUpdate(actor, { ...ticket, isMerged: false })

/** The same statements run for one that is hidden as for one that is not there. */
async function idOf({ tx, tenant, actor }: Work, text: string): Promise<string | null> {
  if (z.uuid().safeParse(text).success) return text
  const number = /^(?:[A-Za-z][A-Za-z0-9]*-)?#?(\d{1,9})$/.exec(text)?.[1]
  if (!number) throw invalid({ other: ['tickets.enterNumber'] })
  const [id] = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.number = ${Number(number)}::int AND t.deleted_at IS NULL
      AND ${visibleTo(actor)}`)
  return id ?? null
}

/**
 * The other ticket as people write it.
 * @throws NOT_FOUND in the same words for one that is not there and for one the actor may not see
 */
export async function loadNamed(work: Work, text: string): Promise<TicketRow> {
  const id = await idOf(work, text)
  const ticket = id && (await findTicket(work, id))
  if (!ticket) throw notFound(msg('notFound.ticketNumber', { number: text }))
  return ticket
}

/** Holds two tickets in one order, whoever comes first, so that two merges at once make no circle and do not wait for each other. */
export async function lockBoth(work: Work, fromId: string, intoId: string): Promise<{ from: TicketRow; into: TicketRow }> {
  const held = new Map<string, TicketRow>()
  for (const id of [fromId, intoId].sort()) held.set(id, await loadTicket(work, id, 'lock'))
  return { from: held.get(fromId) as TicketRow, into: held.get(intoId) as TicketRow }
}
