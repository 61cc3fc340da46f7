import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { newId } from '../../../core/id'
import { msg } from '../../../core/message'
import { ok } from '../../../core/schema'
import { idsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { loadTicket } from '../../ticket/queries'
import { ticketRef } from '../../ticket/schema'
import { loadForUpdate, loadNamed, otherTicket } from '../lock'
import { linkKinds } from '../schema'

/** Links that people make; follow-ups make themselves. */
const madeKinds = linkKinds.filter((kind) => kind !== 'follow_up')

export const linkTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'POST', path: '/ticket/{id}/links', tags: ['Tickets'], summary: 'Link a ticket to another', successStatus: 201 })
  .input(z.strictObject({ ...ticketRef.shape, other: otherTicket, kind: z.enum(madeKinds) }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const ticket = await loadForUpdate(context, input.id)
    const target = await loadNamed(context, input.other)
    if (target.id === ticket.id) throw invalid({ other: ['tickets.otherTicket'] })
    const tenantId = tenant.ref.id
    const { kind } = input
    if (kind === 'blocks' && (await reaches(context, target.id, ticket.id)))
      throw invalid({ other: [msg('tickets.blocksBack', { number: target.number })] })
    const { count } = await tx.ticketLink.createMany({
      data: [{ tenantId, id: newId(), kind, fromId: ticket.id, toId: target.id, createdAt: now }],
      skipDuplicates: true,
    })
    if (count > 0) emit('ticket.linked', { kind, otherId: target.id, isLinked: true, number: target.number }, { subjectId: ticket.id })
    return { ok: true as const }
  })

/** Whether one blocks the other, at whatever distance. */
export async function reaches({ tx, tenant }: Work, fromId: string, toId: string): Promise<boolean> {
  const [found] = await idsOf(tx.$queryRaw`
    WITH RECURSIVE chain AS (
      SELECT to_id FROM ticket_link WHERE tenant_id = ${tenant.ref.id}::uuid AND kind = 'blocks' AND from_id = ${fromId}::uuid
      UNION SELECT k.to_id FROM ticket_link k JOIN chain c ON k.tenant_id = ${tenant.ref.id}::uuid AND k.kind = 'blocks' AND k.from_id = c.to_id
    ) SELECT to_id::text AS id FROM chain WHERE to_id = ${toId}::uuid LIMIT 1`)
  return found !== undefined
}

export const unlinkTickets = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'DELETE', path: '/ticket/{id}/links/{otherId}/{kind}', tags: ['Tickets'], summary: 'Remove a link' })
  .input(z.strictObject({ ...ticketRef.shape, otherId: z.uuid(), kind: z.enum(madeKinds) }))
  .output(ok)
  .handler(async ({ context, input: { id, otherId, kind } }) => {
    const { tx, tenant, emit } = context
    await loadForUpdate(context, id)
    const target = await loadTicket(context, otherId)
    const ends = [
      { fromId: id, toId: otherId },
      { fromId: otherId, toId: id },
    ]
    const { count } = await tx.ticketLink.deleteMany({ where: { tenantId: tenant.ref.id, kind, OR: ends } })
    if (count > 0) emit('ticket.linked', { kind, otherId, isLinked: false, number: target.number }, { subjectId: id })
    return { ok: true as const }
  })
