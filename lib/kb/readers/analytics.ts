import { z } from 'zod'
import { instant } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentProcedure } from '../../procedure/builders'
import { findArticle } from '../articles/queries'
import { localeInput } from '../articles/schema'
import { workingCopiesOf } from '../articles/visible'
import { voteReasons } from './values'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

const mostListed = 20
const mostFeedback = 50

const days = z.coerce.number().int().min(1).max(400).default(30)

/** What readers did with articles. */
const done = {
  views: z.int(),
  /** How long an article was in sight, in seconds, on average. */
  seconds: z.int().nullable(),
  copies: z.int(),
  prints: z.int(),
  /** Chosen from what was found. */
  choices: z.int(),
  /** Opened while a request was being written; and those after which none was sent. */
  suggested: z.int(),
  deflected: z.int(),
}
const voted = { helpful: z.int(), notHelpful: z.int() }
const day = z.object({ day: z.string(), views: z.int(), searches: z.int(), missed: z.int() })
const askedFor = z.object({ query: z.string(), locale: z.string(), searches: z.int(), missed: z.int(), choices: z.int() })
const listed = z.object({ id: z.uuid(), title: z.string(), locale: z.string(), ...done, ...voted })

const analyticsOutput = z.object({
  totals: z.object({ ...done, ...voted, searches: z.int(), missed: z.int() }),
  /** Of the workspace's time zone, each of them. */
  byDay: z.array(day),
  /** How often the first result was chosen, the second and so on. */
  byRank: z.array(z.object({ rank: z.int(), choices: z.int() })),
  /** Those that were read most. */
  articles: z.array(listed),
  /** What was looked for most, and what of it was not found. */
  queries: z.array(askedFor),
  missing: z.array(askedFor),
})
export type Analytics = z.output<typeof analyticsOutput>

const articleAnalyticsOutput = z.object({
  ...done,
  ...voted,
  byDay: z.array(day.pick({ day: true, views: true })),
  byReason: z.array(z.object({ reason: z.enum(voteReasons), votes: z.int() })),
  /** What readers wrote, the newest first. */
  feedback: z.array(z.object({ isHelpful: z.boolean(), reason: z.enum(voteReasons).nullable(), text: z.string(), at: instant })),
})

const sums = Prisma.sql`coalesce(sum(d.views), 0)::int AS views,
  CASE WHEN sum(d.readings) > 0 THEN round(sum(d.seconds)::numeric / sum(d.readings))::int END AS seconds,
  coalesce(sum(d.copies), 0)::int AS copies, coalesce(sum(d.prints), 0)::int AS prints, coalesce(sum(d.choices), 0)::int AS choices,
  coalesce(sum(d.suggested), 0)::int AS suggested, greatest(coalesce(sum(d.suggested - d.sent), 0), 0)::int AS deflected`

/** The first day of a period, by the workspace's clock. */
const since = ({ tenant }: Pick<Reading, 'tenant'>, length: number) =>
  Prisma.sql`(SELECT (now() AT TIME ZONE w.time_zone)::date - ${length - 1}::int FROM workspace w WHERE w.tenant_id = ${tenant.ref.id}::uuid)`
const calendarOf = ({ tenant }: Pick<Reading, 'tenant'>, length: number) =>
  Prisma.sql`(SELECT ((now() AT TIME ZONE w.time_zone)::date - n)::date AS day FROM workspace w, generate_series(0, ${length - 1}::int) AS n
    WHERE w.tenant_id = ${tenant.ref.id}::uuid)`
/** Votes since then. */
const votesSince = ({ tenant }: Pick<Reading, 'tenant'>, length: number) =>
  Prisma.sql`(SELECT (((now() AT TIME ZONE w.time_zone)::date - ${length - 1}::int)::timestamp AT TIME ZONE w.time_zone)
    FROM workspace w WHERE w.tenant_id = ${tenant.ref.id}::uuid)`

export const getArticleAnalytics = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/articles/{id}/analytics',
    tags: ['Knowledge base'],
    summary: 'Read what readers did with an article over a number of days, and what they said of it',
  })
  .input(z.strictObject({ id: z.uuid(), days }))
  .output(articleAnalyticsOutput)
  .handler(async ({ context, input: { id, days: length } }) => {
    await findArticle(context, id)
    const { tx, tenant } = context
    const own = (alias: string) =>
      Prisma.sql`${Prisma.raw(alias)}.tenant_id = ${tenant.ref.id}::uuid AND ${Prisma.raw(alias)}.article_id = ${id}::uuid`
    const votes = Prisma.sql`${own('v')} AND v.updated_at >= ${votesSince(context, length)}`
    const [[totals], byDay, byReason, feedback] = await Promise.all([
      rowsOf(
        z.object({ ...done, ...voted }),
        tx.$queryRaw`
          SELECT ${sums}, (SELECT count(*)::int FROM kb_vote v WHERE ${votes} AND v.is_helpful) AS helpful,
            (SELECT count(*)::int FROM kb_vote v WHERE ${votes} AND NOT v.is_helpful) AS "notHelpful"
          FROM kb_article_day d WHERE ${own('d')} AND d.day >= ${since(context, length)}`,
      ),
      rowsOf(
        day.pick({ day: true, views: true }),
        tx.$queryRaw`
          SELECT to_char(c.day, 'YYYY-MM-DD') AS day, coalesce(d.views, 0) AS views FROM ${calendarOf(context, length)} c
          LEFT JOIN kb_article_day d ON ${own('d')} AND d.day = c.day ORDER BY c.day`,
      ),
      rowsOf(
        z.object({ reason: z.enum(voteReasons), votes: z.int() }),
        tx.$queryRaw`
          SELECT v.reason::text, count(*)::int AS votes FROM kb_vote v WHERE ${votes} AND v.reason IS NOT NULL GROUP BY v.reason ORDER BY votes DESC, v.reason`,
      ),
      rowsOf(
        articleAnalyticsOutput.shape.feedback.element,
        tx.$queryRaw`
          SELECT v.is_helpful AS "isHelpful", v.reason::text, v.text, v.updated_at AS at FROM kb_vote v WHERE ${votes} AND v.text <> ''
          ORDER BY v.updated_at DESC, v.voter LIMIT ${mostFeedback}`,
      ),
    ])
    return { ...(totals as NonNullable<typeof totals>), byDay, byReason, feedback }
  })

export const getAnalytics = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/analytics',
    tags: ['Knowledge base'],
    summary: 'Read what readers of the help centre read, looked for and did not find over a number of days',
  })
  .input(z.strictObject({ days, locale: localeInput.optional() }))
  .output(analyticsOutput)
  .handler(async ({ context, input: { days: length, locale } }) => {
    const { tx, tenant, actor } = context
    const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
    const first = since(context, length)
    const articles = Prisma.sql`a.tenant_id = ${tenantId} AND ${workingCopiesOf(actor)} AND ${locale ? Prisma.sql`a.locale = ${locale}` : Prisma.sql`TRUE`}`
    const searches = Prisma.sql`s.tenant_id = ${tenantId} AND s.day >= ${first} AND ${locale ? Prisma.sql`s.locale = ${locale}` : Prisma.sql`TRUE`}`
    const read = Prisma.sql`kb_article a JOIN kb_article_day d ON d.tenant_id = a.tenant_id AND d.article_id = a.id AND d.day >= ${first}`
    const votes = (
      isHelpful: boolean,
    ) => Prisma.sql`SELECT count(*)::int FROM kb_vote v JOIN kb_article a ON a.tenant_id = v.tenant_id AND a.id = v.article_id
      WHERE v.updated_at >= ${votesSince(context, length)} AND v.is_helpful = ${isHelpful} AND ${articles}`
    const queries = (where: Prisma.Sql, order: Prisma.Sql) =>
      rowsOf(
        askedFor,
        tx.$queryRaw`
          SELECT q.query, q.locale, q.searches, q.missed, q.choices FROM (
            SELECT s.query, s.locale, sum(s.searches)::int AS searches, sum(s.missed)::int AS missed,
              sum((SELECT sum(x) FROM unnest(s.choices) x))::int AS choices
            FROM kb_search_day s WHERE ${searches} GROUP BY s.query, s.locale) q
          WHERE ${where} ORDER BY ${order}, q.query, q.locale LIMIT ${mostListed}`,
      )
    const [[totals], byDay, byRank, most, asked, missing] = await Promise.all([
      rowsOf(
        analyticsOutput.shape.totals,
        tx.$queryRaw`
          SELECT ${sums}, (${votes(true)}) AS helpful, (${votes(false)}) AS "notHelpful",
            (SELECT coalesce(sum(s.searches), 0)::int FROM kb_search_day s WHERE ${searches}) AS searches,
            (SELECT coalesce(sum(s.missed), 0)::int FROM kb_search_day s WHERE ${searches}) AS missed
          FROM ${read} WHERE ${articles}`,
      ),
      rowsOf(
        day,
        tx.$queryRaw`
          SELECT to_char(c.day, 'YYYY-MM-DD') AS day, coalesce(r.views, 0)::int AS views, coalesce(q.searches, 0)::int AS searches,
            coalesce(q.missed, 0)::int AS missed
          FROM ${calendarOf(context, length)} c
          LEFT JOIN (SELECT d.day, sum(d.views) AS views FROM ${read} WHERE ${articles} GROUP BY d.day) r ON r.day = c.day
          LEFT JOIN (SELECT s.day, sum(s.searches) AS searches, sum(s.missed) AS missed FROM kb_search_day s WHERE ${searches} GROUP BY s.day) q
            ON q.day = c.day ORDER BY c.day`,
      ),
      rowsOf(
        analyticsOutput.shape.byRank.element,
        tx.$queryRaw`
          SELECT r.rank::int AS rank, coalesce(sum(r.choices), 0)::int AS choices FROM kb_search_day s
          CROSS JOIN LATERAL unnest(s.choices) WITH ORDINALITY AS r(choices, rank) WHERE ${searches} GROUP BY r.rank ORDER BY r.rank`,
      ),
      rowsOf(
        listed,
        tx.$queryRaw`
          SELECT a.id::text, a.title, a.locale, ${sums},
            (SELECT count(*)::int FROM kb_vote v WHERE v.tenant_id = a.tenant_id AND v.article_id = a.id AND v.is_helpful
              AND v.updated_at >= ${votesSince(context, length)}) AS helpful,
            (SELECT count(*)::int FROM kb_vote v WHERE v.tenant_id = a.tenant_id AND v.article_id = a.id AND NOT v.is_helpful
              AND v.updated_at >= ${votesSince(context, length)}) AS "notHelpful"
          FROM ${read} WHERE ${articles} GROUP BY a.tenant_id, a.id, a.title, a.locale ORDER BY views DESC, a.id LIMIT ${mostListed}`,
      ),
      queries(Prisma.sql`q.searches > 0`, Prisma.sql`q.searches DESC`),
      queries(Prisma.sql`q.missed > 0`, Prisma.sql`q.missed DESC`),
    ])
    return { totals: totals as NonNullable<typeof totals>, byDay, byRank, articles: most, queries: asked, missing }
  })
