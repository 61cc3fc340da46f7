import { Prisma } from '../db/generated/tenant/client'
import { columnOf, insertAll } from '../db/insertion'
import { among } from '../db/rows'
import { withoutWaiting } from '../db/scope'
import type { Work } from '../events/work'
import { type SlaState, setSlaState } from '../tickets/ticket/record'
import type { Policy } from './targets'

/** What clocks need of a unit of work. */
export type ClockWork = Pick<Work, 'tenant' | 'tx' | 'now' | 'emit'>

/** What is to be written of some tickets: one statement for each kind, however many there are. */
export interface Changes {
  dropped: string[]
  added: Prisma.SlaClockCreateManyInput[]
  changed: (ClockData & { id: string })[]
  taken: Prisma.SlaFiringCreateManyInput[]
  tickets: SlaState[]
  /** Policies that tickets came out of. */
  left: string[]
  /** In the order in which it is told. */
  told: ((nameOf: (policyId: string | null) => string | null) => void)[]
}

/** @param made tickets of which what is said is written with their numbers */
export async function writeChanges({ tx, tenant }: ClockWork, policies: readonly Policy[], changes: Changes, made: ReadonlySet<string>) {
  const tenantId = tenant.ref.id
  const { dropped, added, changed, taken, tickets, told } = changes
  if (dropped.length > 0) await tx.slaClock.deleteMany({ where: { tenantId, id: { in: dropped } } })
  const insertion = added.length > 0 ? insertAll('sla_clock', added) : undefined
  // Steps refer to clocks; otherwise these come with what their tickets say.
  const isFirst = insertion !== undefined && taken.length > 0
  if (isFirst) withoutWaiting(tx.$executeRaw`${insertion}`)
  if (changed.length > 0) {
    const change = tx.$executeRaw`
      UPDATE sla_clock k SET policy_id = v."policyId", priority = v.priority, calendar_id = v."calendarId", target_minutes = v."targetMinutes",
        calendar_version = v."calendarVersion", pauses_on_hold = v."pausesOnHold", pauses_on_waiting = v."pausesOnWaiting",
        counts_from = v."countsFrom", started_at = v."startedAt", stopped_at = v."stoppedAt", dropped_at = v."droppedAt", due_at = v."dueAt", paused_at = v."pausedAt", next_at = v."nextAt",
        consumed_ms = v."consumedMs", breached_at = v."breachedAt",
        is_breach_recomputed = v."isBreachRecomputed", overrun_from = v."overrunFrom", overrun_until = v."overrunUntil", holder_id = v."holderId", department_id = v."departmentId"
      FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS v (id uuid, "policyId" uuid, priority "Priority", "calendarId" uuid,
        "calendarVersion" int, "pausesOnHold" boolean, "pausesOnWaiting" boolean, "countsFrom" timestamptz, "targetMinutes" int,
        "startedAt" timestamptz, "stoppedAt" timestamptz, "droppedAt" timestamptz, "dueAt" timestamptz, "pausedAt" timestamptz,
        "nextAt" timestamptz, "consumedMs" float, "breachedAt" timestamptz, "isBreachRecomputed" boolean, "overrunFrom" timestamptz, "overrunUntil" timestamptz, "holderId" uuid, "departmentId" uuid)
      WHERE k.tenant_id = ${tenantId}::uuid AND k.id = v.id`
    withoutWaiting(change)
  }
  if (taken.length > 0) await tx.slaFiring.createMany({ data: taken })
  setSlaState({ tx, tenant }, tickets, made, isFirst ? undefined : insertion)
  if (told.length === 0) return
  const names = new Map(policies.map(({ id, name }) => [id, name]))
  const gone = changes.left.filter((id) => !names.has(id))
  if (gone.length > 0)
    for (const { id, name } of await tx.slaPolicy.findMany({ where: { tenantId, id: { in: gone } }, select: { id: true, name: true } }))
      names.set(id, name)
  for (const tell of told) tell((policyId) => (policyId && names.get(policyId)) || null)
}

const withFirings = { firings: { select: { escalationId: true } } } as const

export type Clock = Prisma.SlaClockGetPayload<{ include: typeof withFirings }>

const clockColumns = Prisma.raw(
  Object.values(Prisma.SlaClockScalarFieldEnum)
    // not-words: SQL
    .map((name) => `k."${columnOf(name)}" AS "${name}"`)
    .join(', '),
)

/** The clocks of some tickets with the steps that were taken on each. */
export async function readClocks({ tx, tenant }: Pick<ClockWork, 'tx' | 'tenant'>, ticketIds: readonly string[]): Promise<Clock[]> {
  if (ticketIds.length === 0) return []
  const rows = await tx.$queryRaw<(Omit<Clock, 'firings'> & { taken: string[] })[]>`
    SELECT ${clockColumns}, ARRAY(SELECT f.escalation_id::text FROM sla_firing f WHERE f.tenant_id = k.tenant_id AND f.clock_id = k.id) AS taken
    FROM sla_clock k WHERE k.tenant_id = ${tenant.ref.id}::uuid AND k.ticket_id ${among(ticketIds)}`
  return rows.map(({ taken, ...clock }) => ({ ...clock, firings: taken.map((escalationId) => ({ escalationId })) }))
}

/** What of a clock is worked out. */
export type ClockData = Omit<Clock, 'tenantId' | 'id' | 'ticketId' | 'metric' | 'cycle' | 'firings'>
