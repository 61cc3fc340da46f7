import { createHash } from 'node:crypto'
import { isbot } from 'isbot'
import { z } from 'zod'
import { type Actor, has } from '../../actor/actor'
import { notFound } from '../../core/errors'
import { addressKey } from '../../core/ip-address'
import { ok } from '../../core/schema'
import { cut, lineOfText } from '../../core/text'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import type { Caller } from '../../procedure/context'
import { takeToken } from '../../procedure/rate-limit'
import { localeInput } from '../articles/schema'
import { readableBy } from '../articles/visible'

// What readers do is counted by day and article, or by day and words: no row tells of a person. See
// docs/decisions/0052-what-is-counted-of-readers.md.

type Counting = Pick<Work, 'tx' | 'tenant' | 'actor'>
type Told = Pick<Work, 'tenant' | 'actor' | 'now'> & { caller: Caller }

const hourMs = 3_600_000
const halfAnHourMs = hourMs / 2
/** Longer in sight, somebody went away. */
const longestReading = 1800
const longestQuery = 100
/** Different words of one day that are kept; what more there are is noise, or somebody makes it. */
const mostQueries = 5000
/** Results that a search shows. */
const mostRanks = 10

/** What one reader can have counted in an hour; the rest is a program's. */
const mostTold = 120

/** Whether what a reader tells counts: not that of a program, nor of the team, which reads what it wrote. */
async function counts({ actor, caller, tenant, now }: Told): Promise<boolean> {
  if (actor.kind === 'system' || (actor.kind === 'person' && has(actor, 'kb.view')) || isbot(caller.userAgent)) return false
  return (await takeToken(`told:${tenant.ref.id}:${readerOf(actor, caller)}`, mostTold, now.getTime(), hourMs)).allowed
}

/** The day of the workspace's clock. */
const today = Prisma.sql`(SELECT (now() AT TIME ZONE w.time_zone)::date FROM workspace w WHERE w.tenant_id = a.tenant_id)`

type Counted = Partial<Record<'views' | 'seconds' | 'readings' | 'copies' | 'prints' | 'choices' | 'suggested' | 'sent', number>>

/** How many of these articles the actor may read. */
const countReadable = ({ tx, tenant, actor }: Counting, ids: readonly string[]): Promise<number> =>
  countOf(tx.$queryRaw`
    SELECT count(*)::int AS count FROM kb_article a
    WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = ANY(${ids}::uuid[]) AND ${readableBy(actor)}`)

/** Adds to the day of articles that the actor may read. @returns how many of them there are */
function count({ tx, tenant, actor }: Counting, ids: readonly string[], counted: Counted): Promise<number> {
  const { views = 0, seconds = 0, readings = 0, copies = 0, prints = 0, choices = 0, suggested = 0, sent = 0 } = counted
  return tx.$executeRaw`
    INSERT INTO kb_article_day AS d (tenant_id, article_id, day, views, seconds, readings, copies, prints, choices, suggested, sent)
    SELECT a.tenant_id, a.id, ${today}, ${views}::int, ${seconds}::int, ${readings}::int, ${copies}::int, ${prints}::int, ${choices}::int,
      ${suggested}::int, ${sent}::int
    FROM kb_article a WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = ANY(${ids}::uuid[]) AND ${readableBy(actor)} ORDER BY a.id
    ON CONFLICT (tenant_id, article_id, day) DO UPDATE SET views = d.views + EXCLUDED.views, seconds = d.seconds + EXCLUDED.seconds,
      readings = d.readings + EXCLUDED.readings, copies = d.copies + EXCLUDED.copies, prints = d.prints + EXCLUDED.prints,
      choices = d.choices + EXCLUDED.choices, suggested = d.suggested + EXCLUDED.suggested, sent = d.sent + EXCLUDED.sent`
}

/** Whoever reads, for half an hour, and nowhere else: a hash of where a request came from, or of the account. */
const readerOf = (actor: Actor, { address, userAgent }: Caller): string =>
  createHash('sha256')
    .update(actor.kind === 'person' ? actor.id : `${addressKey(address)} ${userAgent}`)
    .digest('base64url')

export const recordReading = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'POST',
    path: '/public/kb/articles/{id}/readings',
    tags: ['Public'],
    summary: 'Count that an article was read, once a reader in half an hour; crawlers and the team do not count',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      /** For how long it was in sight since this was told last. */
      seconds: z.number().int().min(0).max(86_400).default(0),
      copies: z.number().int().min(0).max(100).default(0),
      prints: z.number().int().min(0).max(100).default(0),
    }),
  )
  .output(ok)
  .handler(async ({ context, input: { id, seconds, copies, prints } }) => {
    const { caller, actor, tenant, now } = context
    const isCounted = await counts(context)
    const key = `view:${tenant.ref.id}:${id}:${readerOf(actor, caller)}`
    const isFirst = isCounted && (await takeToken(key, 1, now.getTime(), halfAnHourMs)).allowed
    const read = { seconds: Math.min(seconds, longestReading), readings: isFirst ? 1 : 0, copies, prints }
    const seen = isCounted ? await count(context, [id], { ...read, views: isFirst ? 1 : 0 }) : await countReadable(context, [id])
    if (seen === 0) throw notFound('article')
    return { ok: true as const }
  })

const query = z.string().overwrite(lineOfText).trim().min(1).max(500)

export const recordChoice = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'POST',
    path: '/public/kb/articles/{id}/choices',
    tags: ['Public'],
    summary: 'Count that an article was chosen from what a search found, at which place',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      query,
      locale: localeInput,
      rank: z.number().int().min(1).max(mostRanks),
      /** Where it was found: among results, while somebody typed, or while they wrote a request. */
      place: z.enum(['results', 'typing', 'request']),
    }),
  )
  .output(ok)
  .handler(async ({ context, input: { id, query: asked, locale, rank, place } }) => {
    const isCounted = await counts(context)
    const suggested = place === 'request' ? 1 : 0
    const seen = isCounted ? await count(context, [id], { choices: 1, suggested }) : await countReadable(context, [id])
    if (seen === 0) throw notFound('article')
    // What is found while somebody types is asked for again with each letter: the search that counts is the one that was of use.
    if (isCounted) await countQuery(context, { query: asked, locale, searches: place === 'results' ? 0 : 1, missed: 0, rank })
    return { ok: true as const }
  })

interface Asked {
  query: string
  locale: string
  searches: number
  missed: number
  rank?: number
}

async function countQuery({ tx, tenant }: Counting, { query: asked, locale, searches, missed, rank }: Asked) {
  const words = withoutPersons(asked)
  if (!words) return
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const choices = Array.from({ length: mostRanks }, (_, place) => (place + 1 === rank ? 1 : 0))
  const sums = Prisma.join(choices.map((_, place) => Prisma.raw(`d.choices[${place + 1}] + EXCLUDED.choices[${place + 1}]`)))
  await tx.$executeRaw`
    INSERT INTO kb_search_day AS d (tenant_id, day, locale, query, searches, missed, choices)
    SELECT a.tenant_id, a.day, ${locale}, ${words}, ${searches}::int, ${missed}::int, ${choices}::int[]
    FROM (SELECT a.tenant_id, ${today} AS day FROM (SELECT ${tenantId} AS tenant_id) a) a
    WHERE (SELECT count(*) FROM kb_search_day o WHERE o.tenant_id = a.tenant_id AND o.day = a.day) < ${mostQueries}
      OR EXISTS (SELECT 1 FROM kb_search_day o WHERE o.tenant_id = a.tenant_id AND o.day = a.day AND o.locale = ${locale} AND o.query = ${words})
    ON CONFLICT (tenant_id, day, locale, query) DO UPDATE SET searches = d.searches + EXCLUDED.searches, missed = d.missed + EXCLUDED.missed,
      choices = ARRAY[${sums}]`
}

/** What was asked, without what may tell of a person: addresses, and numbers as those of phones and orders. */
export const withoutPersons = (asked: string): string => {
  const words = lineOfText(asked)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\S*@\S*|[+(]*\p{Nd}[\p{Nd}\s()./-]{3,}\p{Nd}/gu, '…')
    .replace(/\s+/g, ' ')
    .trim()
  return cut(words, longestQuery).replace(/^[…\s]+$/, '')
}

export const recordSearch = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'POST', path: '/public/kb/searches', tags: ['Public'], summary: 'Count what was looked for, and whether it was found' })
  .input(z.strictObject({ query, locale: localeInput, isFound: z.boolean() }))
  .output(ok)
  .handler(async ({ context, input: { query: asked, locale, isFound } }) => {
    if (await counts(context)) await countQuery(context, { query: asked, locale, searches: 1, missed: isFound ? 0 : 1 })
    return { ok: true as const }
  })

export const recordSent = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'POST',
    path: '/public/kb/sent',
    tags: ['Public'],
    summary: 'Count that a request was sent although these articles were read while it was written',
  })
  .input(z.strictObject({ articleIds: z.array(z.uuid()).min(1).max(mostRanks) }))
  .output(ok)
  .handler(async ({ context, input: { articleIds } }) => {
    const isCounted = await counts(context)
    const ids = [...new Set(articleIds)]
    if ((await (isCounted ? count(context, ids, { sent: 1 }) : countReadable(context, ids))) === 0) throw notFound('article')
    return { ok: true as const }
  })
