import { z } from 'zod'
import { versionInput } from '../../../core/schema'
import type { Work } from '../../../events/work'
import { agentProcedure } from '../../../procedure/builders'
import { lockAtVersion, refuseUnless, reload } from '../lock'
import { canUpdate } from '../policy'
import { type TicketRow, toStaffView } from '../queries'
import { changeTicket, recordTags } from '../record'
import { tagsInput, ticketOutput, ticketRef } from '../schema'

export const changeTags = agentProcedure
  .meta({ permission: 'ticket.update' })
  .route({ method: 'PUT', path: '/ticket/{id}/tags', tags: ['Tickets'], summary: 'Change the tags' })
  .input(z.strictObject({ ...ticketRef.shape, tags: tagsInput, version: versionInput }))
  .output(ticketOutput)
  .handler(async ({ context, input: { tags, ...input } }) => {
    const ticket = await lockAtVersion(context, input)
    refuseUnless(canUpdate, context, ticket)
    const isChanged = await setTags(context, ticket, tags)
    return isChanged ? reload(context, ticket.id) : toStaffView(context.actor, ticket)
  })

export async function setTags(work: Work, ticket: TicketRow, tags: string[]): Promise<boolean> {
  const { tx, tenant, emit } = work
  const added = tags.filter((tag) => !ticket.tags.includes(tag))
  const removed = ticket.tags.filter((tag) => !tags.includes(tag))
  if (added.length === 0 && removed.length === 0) return false
  await changeTicket(work, ticket, { tags })
  await tx.ticketTag.deleteMany({ where: { tenantId: tenant.ref.id, ticketId: ticket.id, name: { in: removed } } })
  await recordTags(work, ticket.id, added)
  emit('ticket.tagged', { added, removed }, { subjectId: ticket.id })
  return true
}
