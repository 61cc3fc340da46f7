import { ORPCError } from '@orpc/server'
import type { EventPayload } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import type { Work } from '../events/work'
import { log } from '../log/log'
import type { Translator } from '../text/translator'
import { runAction } from '../tickets/actions/action-registry'
import type { EscalationAction } from '../tickets/actions/schema'
import { findTicket } from '../tickets/ticket/queries'
import { isDone } from '../tickets/ticket/workflow'
import { escalationActions } from './schema'

/** Does what a step says, once and in that order; those it tells hear of it by the notifications. */
export const escalateTicket = defineSubscriber('sla.escalate', {
  'ticket.escalated': async (work, event) => {
    const ticketId = event.subjectId as string
    for (const [place, action] of (await actionsOf(work, event.payload.escalationId)).entries()) {
      // Each sees what the one before it did; a ticket that is gone or done is left alone.
      const ticket = await findTicket(work, ticketId, 'lock')
      if (!ticket || isDone(ticket.status)) return
      // Nobody is there to be refused: someone who left, say, stops none of the others.
      await runAction(work, ticket, action, { event, place }).catch((error: unknown) => {
        if (!(error instanceof ORPCError)) throw error
        log().warn({ err: error, tenantId: work.tenant.ref.id, ticketId, kind: action.kind }, 'an action of an escalation was refused')
      })
    }
  },
})

async function actionsOf({ tx, tenant }: Work, escalationId: string): Promise<EscalationAction[]> {
  const row = await tx.slaEscalation.findFirst({ where: { tenantId: tenant.ref.id, id: escalationId }, select: { actions: true } })
  return row ? escalationActions.parse(row.actions) : []
}

/** What a step says, for people and for machines. */
export function stepOf({ number, title }: { number: string; title: string }, step: EventPayload<'ticket.escalated'>) {
  const { metric, policy, isLate } = step
  const isReminder = step.kind === 'reminder'
  return {
    type: isReminder ? ('sla_reminder' as const) : ('ticket_escalated' as const),
    messageId: `${step.clockId}-${step.escalationId}`,
    wording: (t: Translator) => ({
      title: t(isReminder ? 'notices.reminder' : 'notices.escalated', { metric, number }),
      body: t(isLate ? 'notices.slaBodyLate' : 'notices.slaBody', { title, policy }),
    }),
  }
}
