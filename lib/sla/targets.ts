import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { type Calendar, calendarOf } from '../calendar/compile'
import { aroundTheClock, calendarInput } from '../calendar/schema'
import { businessTimeBetween } from '../calendar/walk'
import type { Prisma, SlaClock, SlaTarget } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import type { TenantTx } from '../db/scope'
import type { Priority } from '../directory/schema'
import type { Metric } from '../tickets/ticket/schema'
import type { ClockTarget } from './clock'
import type { TargetUnit } from './schema'

/** One cell of a policy's table: so much business time on one calendar. */
export interface Target {
  targetMinutes: number
  calendarId: string | null
  calendarVersion: number | null
  calendar: Calendar
}

/** A policy ready to be applied. */
export interface Policy {
  id: string
  name: string
  filter: string
  countsFromMatch: boolean
  pausesOnHold: boolean
  pausesOnWaiting: boolean
  target(metric: Metric, priority: Priority): Target | undefined
  /** Steps before and after deadlines, the earliest first. */
  steps: Step[]
}

export interface Step {
  id: string
  metric: Metric
  kind: 'reminder' | 'escalation'
  /** Working minutes after the deadline; before it where negative. */
  minutes: number
  /** Since when it is so: what would have been before is left alone. */
  createdAt: Date
}

const known = new LRUCache<string, Policy[]>({ max: 1000 })
const none: Policy[] = []
/** By tenant, what was last in force there. */
const latest = new LRUCache<string, Policy[]>({ max: 1000 })

/** The policies of a workspace as `readPolicies` last found them, if it did. */
export const lastPolicies = (tenantId: string): Policy[] | undefined => latest.get(tenantId)

/** Units of work in which policies changed: until one commits, what it reads is its own, and its version may come again with other policies. */
const changing = new WeakSet<TenantTx>()

const inUse = z.object({ isEnabled: z.boolean(), version: z.int() })

/**
 * The active policies of the workspace in their order; none while the workspace has them
 * switched off. Read anew only when something about them changed: one small
 * query otherwise.
 * @param found what that query would find, where it was just read
 */
export async function readPolicies(tx: TenantTx, tenantId: string, found?: z.output<typeof inUse>): Promise<Policy[]> {
  const ask = () =>
    rowsOf(
      inUse,
      tx.$queryRaw`SELECT sla_enabled AS "isEnabled", sla_version AS version FROM workspace WHERE tenant_id = ${tenantId}::uuid`,
    )
  const workspace = found ?? (await ask())[0]
  const isOwn = changing.has(tx)
  if (!workspace?.isEnabled) {
    if (!isOwn) latest.set(tenantId, none)
    return none
  }
  if (isOwn) return inForce(await readPolicyRows(tx, tenantId))
  const key = `${tenantId} ${workspace.version}`
  let policies = known.get(key)
  if (!policies) {
    policies = inForce(await readPolicyRows(tx, tenantId))
    known.set(key, policies)
  }
  latest.set(tenantId, policies)
  return policies
}

const include = {
  targets: { include: { calendar: true } },
  escalations: {
    where: { deletedAt: null },
    orderBy: [{ minutes: 'asc' }, { id: 'asc' }],
    select: { id: true, metric: true, kind: true, minutes: true, createdAt: true },
  },
} satisfies Prisma.SlaPolicyInclude

type Stored = Parameters<typeof specOf>[0]

/** What of a stored policy says how it counts. */
export type PolicyRow = Pick<
  Prisma.SlaPolicyGetPayload<{ include: typeof include }>,
  'id' | 'name' | 'filter' | 'isActive' | 'evaluation' | 'pausesOnHold' | 'pausesOnWaiting' | 'escalations'
> & {
  targets: (Pick<SlaTarget, 'metric' | 'priority' | 'amount' | 'unit' | 'calendarId'> & {
    calendar: (Stored & { version: number }) | null
  })[]
}

/** Also inactive ones. */
export const readPolicyRows = (tx: TenantTx, tenantId: string): Promise<PolicyRow[]> =>
  tx.slaPolicy.findMany({ where: { tenantId, deletedAt: null }, orderBy: [{ position: 'asc' }, { id: 'asc' }], include })

/** The active ones, ready to be applied. */
export const inForce = (rows: readonly PolicyRow[]): Policy[] => rows.filter(({ isActive }) => isActive).map(policyOf)

/** Makes a stored policy ready to be applied. */
function policyOf(row: PolicyRow): Policy {
  const targets = new Map(
    row.targets.map(({ metric, priority, amount, unit, calendarId, calendar: stored }) => {
      const calendar = calendarOfClock(stored)
      return [
        `${metric} ${priority}`,
        { targetMinutes: minutesIn(amount, unit, calendar), calendarId, calendarVersion: stored?.version ?? null, calendar },
      ]
    }),
  )
  return {
    id: row.id,
    name: row.name,
    filter: row.filter,
    countsFromMatch: row.evaluation === 'conditions_met',
    pausesOnHold: row.pausesOnHold,
    pausesOnWaiting: row.pausesOnWaiting,
    target: (metric, priority) => targets.get(`${metric} ${priority}`),
    steps: row.escalations,
  }
}

/** A stored calendar, or the clock around where there is none. */
export const calendarOfClock = (stored: Parameters<typeof specOf>[0] | null): Calendar =>
  calendarOf(stored ? specOf(stored) : aroundTheClock)

/** Around the clock. */
export const always = calendarOf(aroundTheClock)

/** Which hours a stored clock runs on. */
type OnHours = Pick<SlaClock, 'calendarId' | 'calendarVersion'>
const editionKey = ({ calendarId, calendarVersion }: OnHours) => `${calendarId} ${calendarVersion}`

/** The hours of some clocks, as they stood when each was last worked out. */
export async function readEditions(tx: TenantTx, tenantId: string, clocks: readonly OnHours[]): Promise<Map<string, Calendar>> {
  const wanted = new Map(clocks.filter(({ calendarId }) => calendarId).map((clock) => [editionKey(clock), clock]))
  if (wanted.size === 0) return new Map()
  const rows = await tx.calendarEdition.findMany({
    where: {
      tenantId,
      OR: [...wanted.values()].map(({ calendarId, calendarVersion }) => ({
        calendarId: calendarId as string,
        version: calendarVersion as number,
      })),
    },
  })
  return new Map(rows.map((row) => [editionKey({ calendarId: row.calendarId, calendarVersion: row.version }), calendarOf(specOf(row))]))
}

/** The target that a clock is stored with. */
export const storedTargetOf = (clock: SlaClock, editions: Map<string, Calendar>): ClockTarget => ({
  calendar: editions.get(editionKey(clock)) ?? always,
  targetMinutes: clock.targetMinutes,
  pausesOnHold: clock.pausesOnHold,
  pausesOnWaiting: clock.pausesOnWaiting,
  countsFrom: clock.countsFrom,
})

/** Whoever changes a policy or a calendar says so with this, in the same unit of work. */
export async function policiesChanged(tx: TenantTx, tenantId: string) {
  changing.add(tx)
  await tx.workspace.update({ where: { tenantId }, data: { slaVersion: { increment: 1 } }, select: { tenantId: true } })
}

/** A stored calendar as `lib/calendar` reads it. */
export const specOf = ({ timeZone, schedule, holidays }: { timeZone: string; schedule: unknown; holidays: unknown }) =>
  calendarInput.parse({ timezone: timeZone, schedule, holidays })

/** Any week without holidays; the length of a day and of a week is that of a common one. */
const someMonday = Date.UTC(2026, 0, 5)
const dayMs = 86_400_000

/**
 * A target in business minutes. A day is as long as most days of the calendar
 * that have hours, of two lengths equally common the longer; a week is all
 * seven of its days.
 */
export function minutesIn(amount: number, unit: TargetUnit, calendar: Calendar): number {
  if (unit === 'minutes') return amount
  if (unit === 'hours') return amount * 60
  if (!Object.values(calendar.spec.schedule).some((windows) => windows.length > 0)) return 0 // open on some dates only
  const plain = calendarOf({ ...calendar.spec, timezone: 'UTC', holidays: [] })
  const lengths = Array.from({ length: 7 }, (_, day) =>
    businessTimeBetween(plain, new Date(someMonday + (day + 7) * dayMs), new Date(someMonday + (day + 8) * dayMs)),
  )
  if (unit === 'weeks') return amount * lengths.reduce((sum, length) => sum + length, 0)
  const open = lengths.filter((length) => length > 0)
  const times = (length: number) => open.filter((other) => other === length).length
  return amount * (open.sort((a, b) => times(b) - times(a) || b - a)[0] ?? 0)
}
