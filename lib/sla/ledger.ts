import type { Messages } from 'use-intl/core'
import { z } from 'zod'
import { isStaff } from '../actor/actor'
import { explain, minutesOf } from '../calendar/explain'
import { minuteMs } from '../calendar/time'
import { businessTimeBetween } from '../calendar/walk'
import { csvOf } from '../core/csv'
import type { Work } from '../events/work'
import { customerProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { loadTicket } from '../tickets/ticket/queries'
import { metrics, ticketRef } from '../tickets/ticket/schema'
import { historyOf, pausesOf, type Rest } from './clock'
import { type LedgerOutput, ledgerOutput } from './schema'
import { readEditions, storedTargetOf } from './targets'
import { momentsOf, readTimelines } from './timeline'

type LedgerClock = LedgerOutput['clocks'][number]

/** Stretches that a ledger tells of one clock. */
const mostStretches = 2000

export const readLedger = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/sla',
    tags: ['SLA'],
    summary: 'Read the SLA clocks of a ticket and how they were calculated',
  })
  .input(ticketRef)
  .output(ledgerOutput)
  .handler(({ context, input }) => ledgerOf(context, input.id))

const instant = (at: Date) => at.toISOString()
type Column = (clock: LedgerClock, stretch: LedgerClock['stretches'][number]) => string | number | null
const columns: [keyof Messages['slaPages']['export'], Column][] = [
  ['clock', ({ metric }) => metric],
  ['cycle', ({ cycle }) => cycle],
  ['policy', ({ policy }) => policy],
  ['calendar', ({ calendar }) => calendar],
  ['target', ({ targetMinutes }) => targetMinutes],
  ['started', ({ startedAt }) => instant(startedAt)],
  ['due', ({ dueAt }) => dueAt && instant(dueAt)],
  ['stopped', ({ stoppedAt }) => stoppedAt && instant(stoppedAt)],
  ['breached', ({ breachedAt }) => breachedAt && instant(breachedAt)],
  ['consumed', ({ consumedMinutes }) => consumedMinutes],
  ['overrun', ({ overrunMinutes }) => overrunMinutes],
  ['from', (_, { from }) => instant(from)],
  ['to', (_, { to }) => instant(to)],
  ['counted', (_, { countedMinutes }) => countedMinutes],
  ['reason', (_, { reason }) => reason],
  ['name', (_, { name }) => name],
  ['by', (_, { by }) => by],
]

export const exportLedger = customerProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/sla/export',
    tags: ['SLA'],
    summary: 'Export the SLA calculation of a ticket as CSV, with one row for each stretch of time',
  })
  .input(ticketRef)
  .output(z.custom<File>((value) => value instanceof Blob))
  .handler(async ({ context, input }) => {
    const t = await wordsFor(context.caller)
    const { clocks } = await ledgerOf(context, input.id)
    const rows = clocks.flatMap((clock) =>
      clock.stretches.map((stretch) =>
        columns.map(([name, show]) => show(clock, stretch) ?? (name === 'calendar' ? t('sla.aroundTheClock') : null)),
      ),
    )
    context.caller.responseHeaders?.set('Content-Disposition', 'attachment; filename="sla.csv"')
    return new File([csvOf([columns.map(([name]) => t(`slaPages.export.${name}`)), ...rows])], 'sla.csv', {
      type: 'text/csv; charset=utf-8',
    })
  })

const withStep = {
  select: { plannedAt: true, isSkipped: true, escalation: { select: { kind: true } } },
  orderBy: { plannedAt: 'asc' },
} as const

async function ledgerOf(context: Work, id: string): Promise<LedgerOutput> {
  const { tx, tenant, now } = context
  const tenantId = tenant.ref.id
  const ticket = await loadTicket(context, id)
  const rows = await tx.slaClock.findMany({
    where: { tenantId, ticketId: ticket.id },
    orderBy: [{ startedAt: 'asc' }, { metric: 'asc' }],
    include: { policy: { select: { name: true } }, edition: { select: { calendar: { select: { name: true } } } }, firings: withStep },
  })
  const editions = await readEditions(tx, tenantId, rows)
  const [timeline] = (await readTimelines(context, [ticket.id])).values()
  const { runs, rests } = historyOf(momentsOf(ticket, timeline))
  // Why it was held and by whom is the team's own.
  const isInside = isStaff(context.actor)
  const names = isInside ? await namesOf(context, rests) : new Map<string, string>()
  const clocks: LedgerOutput['clocks'] = []
  for (const row of rows) {
    const run = runs.find((each) => each.metric === row.metric && each.cycle === row.cycle)
    if (!run) continue
    const clockTarget = storedTargetOf(row, editions)
    const { calendar } = clockTarget
    const pauses = pausesOf({ ...run, stoppedAt: row.stoppedAt }, rests, clockTarget)
    const end = row.stoppedAt ?? now
    const stretches: LedgerClock['stretches'] = []
    for (const stretch of explain(calendar, run.startedAt, end, pauses)) {
      if (stretches.length === mostStretches) {
        const countedMinutes = businessTimeBetween(calendar, stretch.from, end, pauses)
        stretches.push({ from: stretch.from, to: end, countedMinutes, pausedMinutes: 0, reason: 'more', name: null, by: null })
        break
      }
      const rest = stretch.pause === undefined ? undefined : pauses[stretch.pause]
      const reason = rest?.reason ?? (stretch.reason as 'open' | 'closed' | 'holiday')
      stretches.push({
        from: stretch.from,
        to: stretch.to,
        countedMinutes: stretch.reason === 'open' ? Math.round(minutesOf(stretch) * minuteMs) / minuteMs : 0,
        pausedMinutes: rest ? businessTimeBetween(calendar, stretch.from, stretch.to) : 0,
        reason: !isInside && reason === 'hold' ? 'paused' : reason,
        name: stretch.name ?? (isInside ? rest?.says : null) ?? null,
        by: rest?.by ? (names.get(rest.by) ?? null) : null,
      })
    }
    clocks.push({
      metric: row.metric,
      cycle: row.cycle,
      policy: isInside ? row.policy.name : '',
      calendar: row.edition?.calendar.name ?? null,
      priority: row.priority,
      targetMinutes: row.targetMinutes,
      startedAt: row.startedAt,
      moved: isInside ? run.moved : null,
      dueAt: row.dueAt,
      pausedAt: row.pausedAt,
      stoppedAt: row.stoppedAt,
      breachedAt: row.breachedAt,
      isDropped: row.droppedAt !== null,
      isBreachRecomputed: row.isBreachRecomputed,
      // Whom the team reminds is its own affair.
      steps: isInside ? row.firings.map(({ plannedAt, isSkipped, escalation: { kind } }) => ({ kind, plannedAt, isSkipped })) : [],
      consumedMinutes: businessTimeBetween(calendar, run.startedAt, end, pauses),
      overrunMinutes: row.breachedAt ? businessTimeBetween(calendar, row.breachedAt, end, pauses) : 0,
      stretches,
    })
  }
  return { clocks: clocks.sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric) || a.cycle - b.cycle) }
}

async function namesOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, rests: readonly Rest[]): Promise<Map<string, string>> {
  const ids = [...new Set(rests.flatMap(({ by }) => (by ? [by] : [])))]
  if (ids.length === 0) return new Map()
  const people = await tx.person.findMany({ where: { tenantId: tenant.ref.id, id: { in: ids } }, select: { id: true, name: true } })
  return new Map(people.map(({ id, name }) => [id, name]))
}
