import { z } from 'zod'
import { idsOf } from '../../db/rows'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import { defineSubscriber } from '../../events/subscriber'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { forEachIsolated } from '../../log/for-each-isolated'
import { listTenants } from '../../tenancy/resolve'
import { findTicket, type TicketRow } from './queries'
import { moveTicket } from './record'
import { afterHold, nextScheduledTransition } from './workflow'

/** Clocks may differ by this much. */
const slackMs = 2000

/** What time does to tickets: wakes them from their hold, reminds of it, closes what is resolved. */
export const scheduledTransitionJob = defineJob({
  id: 'tickets.turn',
  title: 'moveTicket',
  input: z.object({ ticketId: z.string() }),
  async run({ tenant, input }) {
    if (tenant) await asSystem(tenant, 'tickets.turns', (work) => makeTransition(work, input.ticketId))
  },
})

/** Plans what is next whenever a ticket's status changes. */
export const planTransition = defineSubscriber('tickets.turns', {
  'ticket.status_changed': (work, event) => planNext(work, event.subjectId as string),
  'ticket.hold_changed': (work, event) => planNext(work, event.subjectId as string),
})

async function planNext(work: Work, ticketId: string) {
  const ticket = await findTicket(work, ticketId)
  if (ticket) await plan(work, ticket)
}

/** The row decides, not the job: what was planned for another time or is done already does nothing. */
async function makeTransition(work: Work, ticketId: string) {
  const ticket = await findTicket(work, ticketId, 'lock')
  const transition = ticket && nextScheduledTransition(ticket, ticket.rules)
  if (!transition) return
  if (transition.at.getTime() > work.now.getTime() + slackMs) return plan(work, ticket)
  if (transition.what === 'close') return moveTicket(work, ticket, 'closed', { cause: 'no_reply' })
  // After a long standstill the end counts, not the reminders before it.
  const isOver = ticket.status === 'hold' && ticket.holdUntil !== null && ticket.holdUntil <= work.now
  if (isOver || transition.what === 'wake') return moveTicket(work, ticket, afterHold(ticket.assigneeId !== null), { cause: 'hold_ended' })
  const where = { tenantId_id: { tenantId: work.tenant.ref.id, id: ticket.id } }
  // Nobody changed the ticket: it keeps its version and its place in the lists.
  await work.tx.ticket.update({ where, data: { remindedAt: work.now }, select: { id: true } })
  const { heldAt, holdUntil } = ticket
  work.emit(
    'ticket.hold_reminded',
    { heldAt: (heldAt as Date).toISOString(), holdUntil: holdUntil?.toISOString() ?? null },
    { subjectId: ticket.id },
  )
  await plan(work, { ...ticket, remindedAt: work.now })
}

async function plan({ tx, tenant }: Work, ticket: TicketRow) {
  const transition = nextScheduledTransition(ticket, ticket.rules)
  if (!transition) return
  const uniqueKey = `${ticket.id}:${transition.at.toISOString()}`
  await enqueueJob({ tx, tenantId: tenant.ref.id }, scheduledTransitionJob, { ticketId: ticket.id }, { dueAt: transition.at, uniqueKey })
}

const atOnce = 500

/** Finds transitions that no job is coming for: one that died, a rule of the workspace that changed. */
export const sweepTransitionsJob = defineJob({
  id: 'tickets.sweep',
  title: 'findTickets',
  input: z.object({}),
  schedule: '17 * * * *',
  priority: 'low',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      await withTenant(tenant, async (tx) => {
        const overdue = await idsOf(tx.$queryRaw`
          SELECT t.id::text FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
          WHERE t.tenant_id = ${tenant.id}::uuid AND t.deleted_at IS NULL AND (
            (t.status = 'hold' AND least(t.hold_until, coalesce(t.reminded_at, t.held_at) + interval '3 days') < now() - interval '10 minutes')
            OR (t.status = 'resolved' AND w.close_after_days > 0
              AND t.resolved_at + w.close_after_days * interval '1 day' < now() - interval '10 minutes'))
          LIMIT ${atOnce}`)
        for (const id of overdue)
          await enqueueJob({ tx, tenantId: tenant.id }, scheduledTransitionJob, { ticketId: id }, { uniqueKey: `${id}:overdue` })
      })
    })
  },
})
