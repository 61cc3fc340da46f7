import { z } from 'zod'
import { visibleTo } from '../access/visible-tickets'
import { notFound } from '../core/errors'
import { decodeCursor, type Page, pageInput, pageOf, toPage, totalOf } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, rowsOf } from '../db/rows'
import { type Priority, priorities } from '../directory/schema'
import { agentProcedure } from '../procedure/builders'
import type { TenantContext } from '../procedure/context'
import { wordsFor } from '../procedure/words'
import { isOpen } from '../tickets/ticket/attribute-question'
import { type Metric, metrics } from '../tickets/ticket/schema'
import { decidedIn, period, periodOf } from './results'
import { type DashboardOutput, dashboardOutput, violationOutput } from './schema'

type Reading = Pick<TenantContext, 'tx' | 'tenant' | 'actor' | 'now'>

const violationInput = {
  ...pageInput,
  /** Only those that last, or only those that are over. */
  isOpen: z.stringbool().optional(),
}

export const listViolations = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/sla/violations', tags: ['SLA'], summary: 'List breaches, newest first' })
  .input(z.strictObject(violationInput))
  .output(pageOf(violationOutput))
  .handler(({ context, input }) => violations(context, input))

export const listPolicyViolations = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/sla/{id}/violations',
    tags: ['SLA'],
    summary: 'List breaches of one policy, newest first',
  })
  .input(z.strictObject({ id: z.uuid(), ...violationInput }))
  .output(pageOf(violationOutput))
  .handler(async ({ context, input: { id, ...input } }) => {
    // Also of a deleted one: its breaches stay recorded.
    if (!(await context.tx.slaPolicy.count({ where: { tenantId: context.tenant.ref.id, id } }))) throw notFound('policy')
    return violations(context, input, Prisma.sql`k.policy_id = ${id}::uuid`)
  })

async function violations(
  { tx, tenant, actor }: Reading,
  { limit, cursor, offset = 0, total, isOpen }: Page & { isOpen?: boolean },
  of: Prisma.Sql = Prisma.sql`TRUE`,
) {
  const after = decodeCursor(cursor)
  const lasts = isOpen ? Prisma.sql`k.stopped_at IS NULL` : Prisma.sql`k.stopped_at IS NOT NULL`
  const which = Prisma.sql`k.tenant_id = ${tenant.ref.id}::uuid AND k.breached_at IS NOT NULL AND t.deleted_at IS NULL AND ${visibleTo(actor)} AND ${of}
    AND ${isOpen === undefined ? Prisma.sql`TRUE` : lasts}`
  const query = tx.$queryRaw`
    SELECT k.id::text, jsonb_build_object('id', t.id, 'number', w.ticket_prefix || '-' || t.number, 'title', t.title) AS ticket,
      jsonb_build_object('id', p.id, 'name', p.name) AS policy, k.metric::text, k.priority::text, k.breached_at AS "breachedAt",
      k.target_minutes AS "targetMinutes", k.consumed_ms / 60000 AS "actualMinutes", k.consumed_ms / 60000 - k.target_minutes AS "overrunMinutes",
      k.stopped_at AS "resolvedAt", CASE WHEN h.id IS NOT NULL THEN jsonb_build_object('id', h.id, 'name', h.name) END AS assignee,
      CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('id', d.id, 'name', d.name) END AS department
    FROM sla_clock k
    JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id
    JOIN workspace w ON w.tenant_id = k.tenant_id
    JOIN sla_policy p ON p.tenant_id = k.tenant_id AND p.id = k.policy_id
    LEFT JOIN person h ON h.tenant_id = k.tenant_id AND h.id = k.holder_id
    LEFT JOIN department d ON d.tenant_id = k.tenant_id AND d.id = k.department_id
    WHERE ${which}
      ${after ? Prisma.sql`AND (k.breached_at, k.id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
    ORDER BY k.breached_at DESC, k.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
  const page = toPage(await rowsOf(violationOutput, query), limit, ({ breachedAt }) => breachedAt)
  const count = () =>
    countOf(
      tx.$queryRaw`SELECT count(*)::int AS count FROM sla_clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id WHERE ${which}`,
    )
  return { ...page, ...(await totalOf({ total }, count)) }
}

export const slaDashboard = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/sla/dashboard',
    tags: ['SLA'],
    summary: 'Read how many targets were met in a period, and what is due now',
  })
  .input(z.strictObject(period))
  .output(dashboardOutput)
  .handler(({ context, input }) => dashboard(context, input))

export const slaPerformance = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/dashboard/sla/performance', tags: ['Dashboard'], summary: 'Read the SLA dashboard' })
  .input(z.strictObject(period))
  .output(dashboardOutput)
  .handler(({ context, input }) => dashboard(context, input))

const groupRow = z.object({
  by: z.int(),
  metric: z.enum(metrics).nullable(),
  priority: z.enum(priorities).nullable(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  day: z.string().nullable(),
  met: z.int(),
  breached: z.int(),
})

async function dashboard(context: TenantContext, given: { from?: Date; to?: Date }): Promise<DashboardOutput> {
  const { tx, tenant, actor, now, caller } = context
  const { from, to } = periodOf(given, now)
  const t = await wordsFor(caller)
  const tenantId = tenant.ref.id
  // One pass over what was decided; which group a row is of is told by what is not grouped.
  const decided = tx.$queryRaw`
    WITH decided AS (${decidedIn(context, { from, to })}
    ), counted AS (
      SELECT GROUPING(metric, priority, policy_id, department_id, person_id, day) AS by, metric, priority, policy_id, department_id, person_id, day,
        count(*) FILTER (WHERE is_kept)::int AS met, count(*) FILTER (WHERE NOT is_kept)::int AS breached
      FROM decided GROUP BY GROUPING SETS ((metric), (priority), (policy_id), (department_id), (person_id), (day))
    )
    SELECT c.by, c.metric, c.priority, coalesce(c.policy_id, c.department_id, c.person_id)::text AS id, coalesce(p.name, d.name, h.name) AS name, c.day, c.met, c.breached
    FROM counted c
    LEFT JOIN sla_policy p ON p.tenant_id = ${tenantId}::uuid AND p.id = c.policy_id
    LEFT JOIN department d ON d.tenant_id = ${tenantId}::uuid AND d.id = c.department_id
    LEFT JOIN person h ON h.tenant_id = ${tenantId}::uuid AND h.id = c.person_id
    ORDER BY c.met + c.breached DESC, name, c.day`
  const rows = await rowsOf(groupRow, decided)
  // The bit of what a row is grouped by is not set.
  const groupedBy = (place: number) => rows.filter(({ by }) => by === 0b111111 - (1 << (5 - place)))
  const shares = (place: number, none: string) =>
    groupedBy(place).map(({ id, name, met, breached }) => ({ id, name: name ?? none, met, breached }))
  const byMetric = groupedBy(0).map(({ metric, met, breached }) => ({ metric: metric as Metric, met, breached }))
  const open = tx.$queryRaw`
    SELECT count(*) FILTER (WHERE t.sla_due_at < ${now})::int AS breached,
      count(*) FILTER (WHERE t.sla_due_at >= ${now} AND t.sla_due_at < ${new Date(now.getTime() + 4 * 3600_000)})::int AS soon,
      count(*) FILTER (WHERE t.sla_due_at >= ${new Date(now.getTime() + 4 * 3600_000)})::int AS later,
      count(*) FILTER (WHERE t.sla_due_at IS NULL AND EXISTS (SELECT 1 FROM sla_clock k WHERE k.tenant_id = t.tenant_id AND k.ticket_id = t.id
        AND k.stopped_at IS NULL AND k.paused_at IS NOT NULL))::int AS paused
    FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND t.deleted_at IS NULL AND t.archived_at IS NULL
      AND ${isOpen} AND ${visibleTo(actor)}`
  const [counts] = await rowsOf(dashboardOutput.shape.now, open)
  return {
    from,
    to,
    overall: { met: byMetric.reduce((sum, { met }) => sum + met, 0), breached: byMetric.reduce((sum, { breached }) => sum + breached, 0) },
    byMetric,
    byPriority: groupedBy(1).map(({ priority, met, breached }) => ({ priority: priority as Priority, met, breached })),
    byPolicy: shares(2, ''),
    byDepartment: shares(3, t('slaPages.dashboard.noDepartment')),
    byAgent: shares(4, t('slaPages.dashboard.unassigned')),
    byDay: groupedBy(5)
      .map(({ day, met, breached }) => ({ day: day as string, met, breached }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    now: counts as DashboardOutput['now'],
  }
}
