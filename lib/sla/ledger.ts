import { explain, minutesOf } from '../calendar/explain'
import { minuteMs } from '../calendar/time'
import { workingTimeBetween } from '../calendar/walk'
import { agentProcedure } from '../procedure/builders'
import type { Work } from '../procedure/work'
import { loadTicket } from '../tickets/queries'
import { metrics, ticketRef } from '../tickets/schema'
import { historyOf, pausesOf, type Rest } from './clock'
import { readTimelines, timelineOf } from './keep'
import { calendarOfClock } from './promises'
import { type LedgerOutput, ledgerOutput } from './schema'

/** Stretches that a ledger tells of one clock. */
const mostStretches = 2000

export const readLedger = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/sla',
    tags: ['SLA'],
    summary: 'The clocks of a ticket, and for each every minute that counted or did not, and why',
  })
  .input(ticketRef)
  .output(ledgerOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    const tenantId = tenant.ref.id
    const ticket = await loadTicket(context, input.id)
    const rows = await tx.slaClock.findMany({
      where: { tenantId, ticketId: ticket.id },
      orderBy: [{ startedAt: 'asc' }, { metric: 'asc' }],
      include: {
        calendar: true,
        policy: { select: { name: true, evaluation: true, pausesOnHold: true, pausesOnWaiting: true } },
      },
    })
    const [moments = []] = (await readTimelines(context, [ticket.id])).values()
    const { runs, rests } = historyOf(timelineOf(ticket, moments))
    const { slaMatchedAt } = await tx.ticket.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id: ticket.id } },
      select: { slaMatchedAt: true },
    })
    const names = await namesOf(context, rests)
    const clocks: LedgerOutput['clocks'] = []
    for (const row of rows) {
      const run = runs.find((each) => each.metric === row.metric && each.cycle === row.cycle)
      if (!run) continue
      const countsFrom = row.policy.evaluation === 'conditions_met' ? slaMatchedAt : null
      const calendar = calendarOfClock(row.calendar)
      const pauses = pausesOf({ ...run, stoppedAt: row.stoppedAt }, rests, { ...row.policy, countsFrom })
      const end = row.stoppedAt ?? now
      const stretches = [...explain(calendar, run.startedAt, end, pauses)].slice(0, mostStretches)
      clocks.push({
        metric: row.metric,
        cycle: row.cycle,
        policy: row.policy.name,
        calendar: row.calendar?.name ?? null,
        priority: row.priority,
        targetMinutes: row.targetMinutes,
        startedAt: row.startedAt,
        dueAt: row.dueAt,
        pausedAt: row.pausedAt,
        stoppedAt: row.stoppedAt,
        breachedAt: row.breachedAt,
        consumedMinutes: workingTimeBetween(calendar, run.startedAt, end, pauses),
        overrunMinutes: row.breachedAt ? workingTimeBetween(calendar, row.breachedAt, end, pauses) : 0,
        stretches: stretches.map((stretch) => {
          const rest = stretch.pause === undefined ? undefined : pauses[stretch.pause]
          return {
            from: stretch.from,
            to: stretch.to,
            countedMinutes: stretch.reason === 'open' ? Math.round(minutesOf(stretch) * minuteMs) / minuteMs : 0,
            reason: rest?.reason ?? (stretch.reason as 'open' | 'closed' | 'holiday'),
            name: stretch.name ?? rest?.says ?? null,
            by: rest?.by ? (names.get(rest.by) ?? null) : null,
          }
        }),
      })
    }
    return { clocks: clocks.sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric) || a.cycle - b.cycle) }
  })

async function namesOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, rests: readonly Rest[]): Promise<Map<string, string>> {
  const ids = [...new Set(rests.flatMap(({ by }) => (by ? [by] : [])))]
  if (ids.length === 0) return new Map()
  const people = await tx.person.findMany({ where: { tenantId: tenant.ref.id, id: { in: ids } }, select: { id: true, name: true } })
  return new Map(people.map(({ id, name }) => [id, name]))
}
