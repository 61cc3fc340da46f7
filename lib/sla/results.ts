import { z } from 'zod'
import { visibleTo } from '../access/visible-tickets'
import { invalid } from '../core/errors'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, rowsOf } from '../db/rows'
import { priorities } from '../directory/schema'
import { agentProcedure } from '../procedure/builders'
import type { TenantContext } from '../procedure/context'
import { metrics } from '../tickets/ticket/schema'
import { resultOutput } from './schema'

const dayMs = 86_400_000
const longest = 400 * dayMs

const moment = z.coerce.date().min(new Date('1970-01-01')).max(new Date('2400-01-01'))
export const period = {
  /** The last 30 days unless said otherwise. */
  from: moment.optional(),
  to: moment.optional(),
}

/** @throws INVALID where it ends before it begins, or lasts longer than 400 days */
export function periodOf(given: { from?: Date; to?: Date }, now: Date): { from: Date; to: Date } {
  const to = given.to ?? now
  const from = given.from ?? new Date(to.getTime() - 30 * dayMs)
  if (from >= to || to.getTime() - from.getTime() > longest) throw invalid({ from: ['sla.period'] })
  return { from, to }
}

/**
 * The targets that were decided in a period, of the tickets that one can see: what the dashboard counts and the list shows. A day is one
 * of the workspace's time zone.
 */
export const decidedIn = ({ tenant, actor }: Pick<TenantContext, 'tenant' | 'actor'>, { from, to }: { from: Date; to: Date }) => Prisma.sql`
  SELECT k.id, k.ticket_id, k.metric::text AS metric, k.priority::text AS priority, k.policy_id, k.breached_at IS NULL AS is_kept,
    coalesce(k.department_id, t.department_id) AS department_id, coalesce(k.holder_id, t.assignee_id) AS person_id,
    coalesce(k.breached_at, k.stopped_at) AS at, to_char(coalesce(k.breached_at, k.stopped_at) AT TIME ZONE w.time_zone, 'YYYY-MM-DD') AS day,
    w.ticket_prefix || '-' || t.number AS number, t.title, k.target_minutes, k.consumed_ms
  FROM sla_clock k JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id JOIN workspace w ON w.tenant_id = k.tenant_id
  WHERE k.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL AND ${visibleTo(actor)}
    AND (k.dropped_at IS NULL OR k.breached_at IS NOT NULL)
    AND coalesce(k.breached_at, k.stopped_at) >= ${from} AND coalesce(k.breached_at, k.stopped_at) < ${to}`

const none = 'none'
const whose = z.union([z.uuid(), z.literal(none)]).optional()

export const listResults = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/sla/results',
    tags: ['SLA'],
    summary: 'List the targets that were met or breached in a period, newest first',
  })
  .input(
    z.strictObject({
      ...period,
      ...pageInput,
      result: z.enum(['met', 'breached']).optional(),
      metric: z.enum(metrics).optional(),
      priority: z.enum(priorities).optional(),
      policyId: z.uuid().optional(),
      /** Of which department, or of none. */
      departmentId: whose,
      /** Of whom, or of nobody. */
      agentId: whose,
      /** A day of the workspace's time zone. */
      day: z.iso.date().optional(),
    }),
  )
  .output(pageOf(resultOutput))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    const { limit, cursor, offset = 0, result, metric, priority, policyId, departmentId, agentId, day } = input
    const isOf = (column: Prisma.Sql, id: string) => (id === none ? Prisma.sql`${column} IS NULL` : Prisma.sql`${column} = ${id}::uuid`)
    const conditions = [Prisma.sql`TRUE`]
    if (result) conditions.push(Prisma.sql`c.is_kept = ${result === 'met'}`)
    if (metric) conditions.push(Prisma.sql`c.metric = ${metric}`)
    if (priority) conditions.push(Prisma.sql`c.priority = ${priority}`)
    if (policyId) conditions.push(isOf(Prisma.sql`c.policy_id`, policyId))
    if (departmentId) conditions.push(isOf(Prisma.sql`c.department_id`, departmentId))
    if (agentId) conditions.push(isOf(Prisma.sql`c.person_id`, agentId))
    if (day) conditions.push(Prisma.sql`c.day = ${day}`)
    const found = Prisma.sql`(${decidedIn(context, periodOf(input, now))}) c WHERE ${Prisma.join(conditions, ' AND ')}`
    const after = decodeCursor(cursor)
    const query = tx.$queryRaw`
      SELECT f.id::text, f.metric, f.priority, jsonb_build_object('id', f.ticket_id, 'number', f.number, 'title', f.title) AS ticket,
        CASE WHEN f.is_kept THEN 'met' ELSE 'breached' END AS result, f.at, f.target_minutes AS "targetMinutes",
        f.consumed_ms / 60000 AS "actualMinutes", jsonb_build_object('id', p.id, 'name', p.name) AS policy,
        CASE WHEN h.id IS NOT NULL THEN jsonb_build_object('id', h.id, 'name', h.name) END AS agent,
        CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('id', d.id, 'name', d.name) END AS department
      FROM (SELECT c.* FROM ${found} ${after ? Prisma.sql`AND (c.at, c.id) < (${after.at}, ${after.id}::uuid)` : Prisma.empty}
        ORDER BY c.at DESC, c.id DESC LIMIT ${limit + 1} OFFSET ${offset}) f
      JOIN sla_policy p ON p.tenant_id = ${tenant.ref.id}::uuid AND p.id = f.policy_id
      LEFT JOIN person h ON h.tenant_id = ${tenant.ref.id}::uuid AND h.id = f.person_id
      LEFT JOIN department d ON d.tenant_id = ${tenant.ref.id}::uuid AND d.id = f.department_id
      ORDER BY f.at DESC, f.id DESC`
    const page = toPage(await rowsOf(resultOutput, query), limit, ({ at }) => at)
    return { ...page, ...(await totalOf(input, () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM ${found}`))) }
  })
