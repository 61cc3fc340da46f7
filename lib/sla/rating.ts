import { z } from 'zod'
import { visibleTo } from '../access/visible-tickets'
import { Prisma } from '../db/generated/tenant/client'
import { rowsOf } from '../db/rows'
import { agentProcedure } from '../procedure/builders'
import { ratings } from '../tickets/ticket/attribute'
import { period, periodOf } from './results'

const share = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  rated: z.int(),
  /** From 1, very bad, to 5, very good. */
  average: z.number(),
})

export const ratingReport = z.object({
  /** Requests that were resolved in the period, and how many of them were rated. */
  resolved: z.int(),
  rated: z.int(),
  average: z.number().nullable(),
  byRating: z.array(z.object({ rating: z.enum(ratings), rated: z.int() })),
  byAgent: z.array(share),
  byDepartment: z.array(share),
  /** Days of the workspace's time zone on which requests were resolved that were rated. */
  byDay: z.array(z.object({ day: z.string(), rated: z.int(), average: z.number(), good: z.int(), okay: z.int(), bad: z.int() })),
})
export type RatingReport = z.output<typeof ratingReport>

const groupRow = z.object({
  by: z.int(),
  rating: z.enum(ratings).nullable(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  day: z.string().nullable(),
  rated: z.int(),
  average: z.number(),
  good: z.int(),
  okay: z.int(),
  bad: z.int(),
})

/** How requesters rated what was resolved in a period, of the tickets that the caller can see. */
export const readRatings = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/dashboard/ratings',
    tags: ['Dashboard'],
    summary: 'Read how requesters rated what was resolved in a period',
  })
  .input(z.strictObject(period))
  .output(ratingReport)
  .handler(async ({ context: { tx, tenant, actor, now }, input }) => {
    const { from, to } = periodOf(input, now)
    const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
    const which = Prisma.sql`t.tenant_id = ${tenantId} AND t.deleted_at IS NULL AND t.resolved_at >= ${from} AND t.resolved_at < ${to} AND ${visibleTo(actor)}`
    // One pass over what was rated; which group a row is of is told by what is not grouped.
    const rated = tx.$queryRaw`
      WITH rated AS (
        SELECT t.rating, array_position(enum_range(NULL::"Rating"), t.rating) AS place, t.assignee_id, t.department_id,
          to_char(t.resolved_at AT TIME ZONE w.time_zone, 'YYYY-MM-DD') AS day
        FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id WHERE ${which} AND t.rating IS NOT NULL
      ), counted AS (
        SELECT GROUPING(rating, assignee_id, department_id, day) AS by, rating, assignee_id, department_id, day,
          count(*)::int AS rated, avg(place)::float8 AS average, count(*) FILTER (WHERE place > 3)::int AS good,
          count(*) FILTER (WHERE place = 3)::int AS okay, count(*) FILTER (WHERE place < 3)::int AS bad
        FROM rated GROUP BY GROUPING SETS ((rating), (assignee_id), (department_id), (day)))
      SELECT c.by, c.rating::text, coalesce(c.assignee_id, c.department_id)::text AS id, coalesce(h.name, d.name) AS name, c.day,
        c.rated, c.average, c.good, c.okay, c.bad
      FROM counted c
      LEFT JOIN person h ON h.tenant_id = ${tenantId} AND h.id = c.assignee_id
      LEFT JOIN department d ON d.tenant_id = ${tenantId} AND d.id = c.department_id
      ORDER BY c.rated DESC, name, c.day`
    const rows = await rowsOf(groupRow, rated)
    const counted = tx.$queryRaw`SELECT count(*)::int AS resolved FROM ticket t WHERE ${which}`
    const [{ resolved } = { resolved: 0 }] = await rowsOf(z.object({ resolved: z.int() }), counted)
    // The bit of what a row is grouped by is not set.
    const groupedBy = (place: number) => rows.filter(({ by }) => by === 0b1111 - (1 << (3 - place)))
    const byRating = groupedBy(0)
    const sum = byRating.reduce((all, row) => all + row.rated, 0)
    const shares = (place: number) => groupedBy(place).map(({ id, name, rated, average }) => ({ id, name, rated, average }))
    return {
      resolved,
      rated: sum,
      average: sum === 0 ? null : byRating.reduce((all, row) => all + row.average * row.rated, 0) / sum,
      byRating: ratings.map((rating) => ({ rating, rated: byRating.find((row) => row.rating === rating)?.rated ?? 0 })),
      byAgent: shares(1),
      byDepartment: shares(2),
      byDay: groupedBy(3)
        .map(({ day, rated, average, good, okay, bad }) => ({ day: day ?? '', rated, average, good, okay, bad }))
        .sort((a, b) => (a.day < b.day ? -1 : 1)),
    }
  })
