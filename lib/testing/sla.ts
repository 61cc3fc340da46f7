import { call } from '@orpc/server'
import { afterAll, beforeAll, beforeEach, vi } from 'vitest'
import { drainBackground } from '../core/background'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import type { Priority } from '../directory/schema'
import { installJobRunner } from '../jobs/embedded'
import { runJob } from '../jobs/run'
import { internalCaller } from '../procedure/caller'
import type { PolicyOutput } from '../sla/schema'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { EscalationAction } from '../tickets/actions/schema'
import { recordAnswer } from '../tickets/conversation/record'
import { loadTicket } from '../tickets/ticket/queries'
import type { Metric } from '../tickets/ticket/schema'
import type { TicketStatus } from '../tickets/ticket/workflow'
import { router } from '../wiring/router'
import { openTestDatabase } from './database'
import { inWork, makeTenant, system } from './factories'

// A Monday; only the date is another, timers run as ever.
const monday = Date.UTC(2026, 2, 2, 9)
const nine = [['09:00', '17:00']] as [string, string][]
const office = { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }
let count = 0

interface PolicyGiven {
  name?: string
  filter?: string
  /** Of a response; eight times as much for a resolution. */
  minutes?: number
  urgent?: number
  only?: Priority[]
  evaluation?: 'ticket_creation' | 'conditions_met'
  isActive?: boolean
  pausesOnWaiting?: boolean
  escalations?: object[]
}

/** A new workspace for each test, at nine on a Monday, with hours from nine to five; and what moves its clocks. */
export function openSlaDesk() {
  openTestDatabase()
  let tenant: ResolvedTenant
  let calendarId: string
  beforeAll(() => withOwner(installJobRunner))
  afterAll(() => void vi.useRealTimers())
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: monday })
    tenant = await makeTenant(`clock${++count}`)
    calendarId = (await call(router.calendars.create, { name: 'Office', timezone: 'UTC', schedule: office, holidays: [] }, context())).id
  })
  const context = () => ({ context: { caller: internalCaller({ tenant, actor: system }) } })
  const minute = (date: Date | null) => (date ? (date.getTime() - monday) / 60_000 : null)
  const ticketRow = (id: string) =>
    inWork(tenant, ({ tx }) => tx.ticket.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } }))
  const tells = { assignee: false, lead: false, members: false, roles: ['admin' as const], personIds: [] as string[] }
  return {
    monday,
    office,
    tenant: () => tenant,
    calendarId: () => calendarId,
    context,
    /** Sets the clock so many minutes after nine. */
    to: (minutes: number) => void vi.setSystemTime(monday + minutes * 60_000),
    minute,
    ticketRow,
    makePolicy({ name = 'Standard', minutes = 60, urgent = 30, only, escalations, ...given }: PolicyGiven = {}) {
      const priorities = only ?? (['low', 'medium', 'high', 'urgent'] as const)
      const targets = (['first_response', 'next_response', 'resolution'] as const).flatMap((metric) =>
        priorities.map((priority) => ({
          metric,
          priority,
          amount: (priority === 'urgent' ? urgent : minutes) * (metric === 'resolution' ? 8 : 1),
          unit: 'minutes' as const,
          calendarId,
        })),
      )
      return call(router.sla.create, { name, targets, escalations: escalations as never, ...given }, context())
    },
    async clocks(ticketId: string): Promise<string[]> {
      const where = { tenantId: tenant.ref.id, ticketId }
      const rows = await inWork(tenant, ({ tx }) => tx.slaClock.findMany({ where, orderBy: [{ metric: 'asc' }, { cycle: 'asc' }] }))
      return rows.map(({ metric, cycle, dueAt, pausedAt, stoppedAt, breachedAt }) =>
        [
          `${metric} ${cycle}`,
          `due ${minute(dueAt)}`,
          pausedAt && 'paused',
          stoppedAt && `stopped ${minute(stoppedAt)}`,
          breachedAt && 'breached',
        ]
          .filter(Boolean)
          .join(', '),
      )
    },
    reply: (id: string) => call(router.tickets.reply, { id, body: 'We look into it.' }, context()),
    /** The requester writes. */
    write: (id: string) =>
      inWork(tenant, async (work) => {
        const ticket = await loadTicket(work, id, 'lock')
        await recordAnswer(work, ticket, { bodyText: 'And now?', author: { kind: 'contact', id: ticket.requesterId }, source: 'email' })
      }),
    move: async (id: string, status: TicketStatus, reason = 'because') =>
      call(router.tickets.changeStatus, { id, status: status as never, reason, version: (await ticketRow(id)).version }, context()),
    change: async (id: string, priority: Priority) =>
      call(router.tickets.changePriority, { id, priority, version: (await ticketRow(id)).version }, context()),
    /** What the job does after policies or hours changed. */
    async recompute() {
      await drainBackground()
      const where = { tenantId: tenant.ref.id, name: 'sla.recompute', status: 'queued' as const }
      for (const { id } of await withPlatform((tx) => tx.job.findMany({ where, orderBy: { createdAt: 'asc' } }))) await runJob(id)
    },
    tells,
    step: (minutes: number, actions: EscalationAction[] = [{ kind: 'notify', to: tells }], metric: Metric = 'first_response') => ({
      metric,
      kind: minutes < 0 ? ('reminder' as const) : ('escalation' as const),
      minutes,
      actions,
    }),
    /** Steps by the minute they were planned at, and breaches, in the order in which they were told. */
    async taken(): Promise<string[]> {
      const where = { tenantId: tenant.ref.id, type: { in: ['ticket.escalated', 'ticket.sla_breached'] } }
      const events = await inWork(tenant, ({ tx }) => tx.event.findMany({ where, orderBy: { n: 'asc' } }))
      return events.map(({ type, payload }) => {
        const { plannedAt, metric, isLate } = payload as { plannedAt?: string; metric: string; isLate: boolean }
        const what = type === 'ticket.escalated' ? minute(new Date(plannedAt as string)) : 'breach'
        return [what, metric, ...(isLate ? ['late'] : [])].join(' ')
      })
    },
  }
}

/** What a policy is saved with, of what is read of it. */
export const policyInput = ({
  position: _,
  filterById: _1,
  names: _2,
  gone: _3,
  findsNothing: _4,
  goneTargets: _5,
  neverApplies: _6,
  shadowedBy: _7,
  moveHelps: _10,
  createdAt: _8,
  updatedAt: _9,
  ...policy
}: PolicyOutput) => policy
