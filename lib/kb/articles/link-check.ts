import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { has } from '../../actor/actor'
import { newId } from '../../core/id'
import { decodeCursor, instant, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../../db/scope'
import { defineJob } from '../../jobs/define'
import { forEachIsolated } from '../../log/for-each-isolated'
import { ForbiddenAddressError, probeGuarded } from '../../net/guarded'
import { agentProcedure } from '../../procedure/builders'
import { originOf } from '../../tenancy/origin'
import { listTenants } from '../../tenancy/resolve'
import { linkProblems } from './values'
import { workingCopiesOf } from './visible'

/** Links of one article that are looked at, and how long one may be. */
const mostLinks = 500
const longestAddress = 2000
/** Articles whose links are read in a unit of work. */
const atOnce = 50
/** External addresses that are asked in one run, and days until one is asked again; one that failed is asked the next time. */
const mostAsked = 500
const askedAgainDays = 7
const timeoutMs = 10_000
const redirects = 5
/** Between two questions to one host. */
const restMs = 1000
const hostsAtOnce = 4
/** What the links of one workspace may take in one run: others wait for it. The rest comes the next time. */
const mostMs = 120_000

/** What an article links to: each address once. Its HTML is ours. */
export function linksIn(html: string): string[] {
  const found = new Set<string>()
  for (const [, given = ''] of html.matchAll(/<a\b[^<>]*?\shref="([^"]*)"/g)) {
    const address = given.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '').trim()
    if (address && address.length <= longestAddress && !/^(?:mailto|tel):/i.test(address)) found.add(address)
  }
  return [...found].slice(0, mostLinks)
}
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

export type Target =
  | { kind: 'article'; locale: string; slug: string; anchor: string }
  /** On the page itself. */
  | { kind: 'here'; anchor: string }
  | { kind: 'external'; address: string }

/** What a link leads to; null for what is not looked at, such as another page of the help centre. */
export function targetOf(address: string, origin: string): Target | null {
  if (address.startsWith('#')) return { kind: 'here', anchor: decoded(address.slice(1)) }
  if (!URL.canParse(address, origin)) return null
  const url = new URL(address, origin)
  if (url.origin !== origin) {
    const { protocol } = url
    url.hash = ''
    return protocol === 'http:' || protocol === 'https:' ? { kind: 'external', address: url.href } : null
  }
  const [, locale = '', slug = ''] = /^\/kb\/([^/]+)\/([^/]+)$/.exec(url.pathname) ?? []
  return slug ? { kind: 'article', locale, slug: decoded(slug).normalize('NFC').toLowerCase(), anchor: decoded(url.hash.slice(1)) } : null
}

function decoded(text: string): string {
  try {
    // NUL is in no text of a database, so there is nothing of that name.
    return decodeURIComponent(text).replaceAll('\0', '\ufffd')
  } catch {
    return text
  }
}

type Reading = { tx: TenantTx; ref: TenantRef }
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Reads the links of articles that were published since the last time. @returns of how many */
export async function readLinks(ref: TenantRef): Promise<number> {
  const origin = originOf(ref)
  await withTenant(
    ref,
    (tx) => tx.$executeRaw`
      DELETE FROM kb_link l USING kb_article a WHERE l.tenant_id = ${ref.id}::uuid AND a.tenant_id = l.tenant_id AND a.id = l.article_id
        AND (a.published_n IS NULL OR a.deleted_at IS NOT NULL)`,
  )
  for (let done = 0; ; ) {
    const read = await withTenant(ref, (tx) => readSome({ tx, ref }, origin))
    done += read
    if (read < atOnce) return done
  }
}

async function readSome({ tx, ref }: Reading, origin: string): Promise<number> {
  const articles = await rowsOf(
    z.object({ id: z.string(), n: z.int(), content: z.string() }),
    tx.$queryRaw`
      SELECT a.id::text, a.published_n AS n, v.content FROM kb_article a
      JOIN kb_article_version v ON v.tenant_id = a.tenant_id AND v.article_id = a.id AND v.n = a.published_n
      WHERE a.tenant_id = ${ref.id}::uuid AND a.published_n IS NOT NULL AND a.deleted_at IS NULL AND a.links_n IS DISTINCT FROM a.published_n
      ORDER BY a.id LIMIT ${atOnce} FOR UPDATE OF a`,
  )
  const links = articles.flatMap(({ id, content }) =>
    linksIn(content).flatMap((address) => {
      const target = targetOf(address, origin)
      return target
        ? [
            {
              articleId: id,
              address,
              isExternal: target.kind === 'external',
              hash: hashOf(target.kind === 'external' ? target.address : address),
            },
          ]
        : []
    }),
  )
  const ids = articles.map(({ id }) => id)
  await tx.$executeRaw`
    DELETE FROM kb_link l WHERE l.tenant_id = ${ref.id}::uuid AND l.article_id = ANY(${ids}::uuid[]) AND NOT EXISTS (
      SELECT FROM unnest(${links.map(({ articleId }) => articleId)}::uuid[], ${links.map(({ hash }) => hash)}::text[]) AS k (article_id, hash)
      WHERE k.article_id = l.article_id AND k.hash = l.hash)`
  await tx.kbLink.createMany({ data: links.map((link) => ({ ...link, tenantId: ref.id, id: newId() })), skipDuplicates: true })
  await tx.$executeRaw`UPDATE kb_article a SET links_n = a.published_n WHERE a.tenant_id = ${ref.id}::uuid AND a.id = ANY(${ids}::uuid[])`
  return articles.length
}

const internal = z.object({ id: z.string(), address: z.string() })
type Problem = (typeof linkProblems)[number]

/** Whether links within the help centre lead to something that whoever may read the article may read as well. */
export async function checkInternalLinks(ref: TenantRef): Promise<void> {
  const origin = originOf(ref)
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const last = await withTenant(ref, async (tx) => {
      const links = await rowsOf(
        internal,
        tx.$queryRaw`SELECT l.id::text, l.address FROM kb_link l WHERE l.tenant_id = ${ref.id}::uuid AND NOT l.is_external AND l.id > ${after}::uuid
          ORDER BY l.id LIMIT 500`,
      )
      const targets = links.map(({ id, address }) => ({ id, ...wantedBy(address, origin) }))
      const found = await rowsOf(
        z.object({ id: z.string(), problem: z.enum(linkProblems).nullable() }),
        tx.$queryRaw`
          SELECT k.id::text, CASE
            WHEN k.slug = '' THEN CASE WHEN k.anchor <> '' AND strpos(own.content, 'id="' || k.anchor || '"') = 0 THEN 'noSection' END
            WHEN t.published_n IS NULL OR t.deleted_at IS NOT NULL THEN 'notFound'
            WHEN t.effective_audience > a.effective_audience THEN 'hidden'
            WHEN k.anchor <> '' AND strpos(there.content, 'id="' || k.anchor || '"') = 0 THEN 'noSection' END AS problem
          FROM unnest(${targets.map(({ id }) => id)}::uuid[], ${targets.map(({ locale }) => locale)}::text[], ${targets.map(({ slug }) => slug)}::text[],
            ${targets.map(({ anchor }) => anchor)}::text[]) AS k (id, locale, slug, anchor)
          JOIN kb_link l ON l.tenant_id = ${ref.id}::uuid AND l.id = k.id
          JOIN kb_article a ON a.tenant_id = l.tenant_id AND a.id = l.article_id
          JOIN kb_article_version own ON own.tenant_id = a.tenant_id AND own.article_id = a.id AND own.n = a.published_n
          LEFT JOIN LATERAL (SELECT s.article_id FROM kb_slug s WHERE s.tenant_id = l.tenant_id AND s.kind = 'article' AND s.slug = k.slug
            ORDER BY s.locale = k.locale DESC, s.locale LIMIT 1) s ON k.slug <> ''
          LEFT JOIN kb_article t ON t.tenant_id = l.tenant_id AND t.id = s.article_id
          LEFT JOIN kb_article_version there ON there.tenant_id = t.tenant_id AND there.article_id = t.id AND there.n = t.published_n`,
      )
      await note(
        { tx, ref },
        found.map(({ id, problem }) => ({ id, problem, statusCode: null, isSure: true })),
        'id',
      )
      return links.at(-1)?.id
    })
    if (!last) return
    after = last
  }
}

function wantedBy(address: string, origin: string): { locale: string; slug: string; anchor: string } {
  const target = targetOf(address, origin)
  if (target?.kind === 'article') return target
  return { locale: '', slug: '', anchor: target?.kind === 'here' ? target.anchor : '' }
}

interface Outcome {
  problem: Problem | null
  statusCode: number | null
  /** Whether once is enough: what only did not answer may answer tomorrow. */
  isSure: boolean
}

/** Notes what links of these ids, or of these hashes, lead to. */
const note = ({ tx, ref }: Reading, outcomes: readonly (Outcome & { id: string })[], by: 'id' | 'hash') => tx.$executeRaw`
  UPDATE kb_link l SET problem = o.problem, status_code = o.status_code, checked_at = now(),
    failures = CASE WHEN o.problem IS NULL THEN 0 ELSE least(l.failures + 1, 1000) END,
    broken_since = CASE WHEN o.problem IS NOT NULL AND (o.is_sure OR l.failures >= 1) THEN coalesce(l.broken_since, now()) END
  FROM unnest(${outcomes.map(({ id }) => id)}::text[], ${outcomes.map(({ problem }) => problem)}::text[],
    ${outcomes.map(({ statusCode }) => statusCode)}::int[], ${outcomes.map(({ isSure }) => isSure)}::bool[]) AS o (key, problem, status_code, is_sure)
  WHERE l.tenant_id = ${ref.id}::uuid AND ${by === 'id' ? Prisma.sql`l.id = o.key::uuid` : Prisma.sql`l.hash = o.key`}`

/** Asks for what articles link to elsewhere: one host after another, politely. @returns how many addresses were asked */
export async function checkExternalLinks(ref: TenantRef, rest = restMs, most = mostMs): Promise<number> {
  const until = Date.now() + most
  const due = await withTenant(ref, (tx) =>
    rowsOf(
      z.object({ hash: z.string(), address: z.string() }),
      tx.$queryRaw`
        SELECT d.hash, d.address FROM (
          SELECT DISTINCT ON (l.hash) l.hash, l.address, l.checked_at FROM kb_link l WHERE l.tenant_id = ${ref.id}::uuid AND l.is_external
            AND (l.checked_at IS NULL OR l.failures > 0 OR l.checked_at < now() - make_interval(days => ${askedAgainDays}::int))
          ORDER BY l.hash, l.checked_at NULLS FIRST) d
        ORDER BY d.checked_at NULLS FIRST, d.hash LIMIT ${mostAsked}`,
    ),
  )
  const hosts = [...Map.groupBy(due, ({ address }) => new URL(address).host).values()]
  const agent = { 'user-agent': `BarazaLinkChecker/1.0 (+${originOf(ref)})` }
  const work = async () => {
    for (let links = hosts.shift(); links; links = hosts.shift())
      for (const [n, { hash, address }] of links.entries()) {
        if (Date.now() >= until) return
        if (n > 0) await pause(rest)
        const outcome = await askFor(address, agent)
        await withTenant(ref, (tx) => note({ tx, ref }, [{ id: hash, ...outcome }], 'hash'))
      }
  }
  await Promise.all(Array.from({ length: hostsAtOnce }, work))
  return due.length
}

/** Of some servers HEAD gets no answer, or another one than GET. */
async function askFor(address: string, headers: Record<string, string>): Promise<Outcome> {
  const fine = { problem: null, statusCode: null, isSure: true }
  try {
    let status = await probeGuarded(address, { method: 'HEAD', headers, timeoutMs, redirects }).catch((error) => {
      if (error instanceof ForbiddenAddressError) throw error
      return 0
    })
    if (status === 0 || status >= 400) status = await probeGuarded(address, { method: 'GET', headers, timeoutMs, redirects })
    if (status === 404 || status === 410) return { problem: 'notFound', statusCode: status, isSure: true }
    if (status >= 500 && status < 600) return { problem: 'failing', statusCode: status, isSure: false }
    // Whoever wants a password, or no programs, is there.
    return { ...fine, statusCode: status }
  } catch (error) {
    // What the guard doesn't let us ask, such as http:// or a private network, nobody can say anything about.
    if (error instanceof ForbiddenAddressError && !('code' in error)) return fine
    return { problem: 'unreachable', statusCode: null, isSure: false }
  }
}

export const checkLinksJob = defineJob({
  id: 'kb.links',
  title: 'checkLinks',
  input: z.object({}),
  schedule: '35 2 * * *',
  priority: 'low',
  timeoutSeconds: 3600,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (ref) => {
      await readLinks(ref)
      await checkInternalLinks(ref)
      await checkExternalLinks(ref)
    })
  },
})

/** Whoever may not see articles for the team does not learn of one that it is there. */
const unseen = Prisma.sql`CASE WHEN l.problem = 'hidden' THEN 'notFound' ELSE l.problem END`

const brokenLink = z.object({
  id: z.uuid(),
  address: z.string(),
  isExternal: z.boolean(),
  article: z.object({ id: z.uuid(), title: z.string() }),
  problem: z.enum(linkProblems),
  /** What the other server answered. */
  statusCode: z.int().nullable(),
  brokenSince: instant,
  checkedAt: instant,
})

export const listBrokenLinks = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'GET',
    path: '/kb/links/broken',
    tags: ['Knowledge base'],
    summary: 'List links of published articles that lead nowhere, those that were found last first',
  })
  .input(z.strictObject(pageInput))
  .output(pageOf(brokenLink))
  .handler(async ({ context: { tx, tenant, actor }, input: { limit, cursor, offset = 0, total } }) => {
    const from = Prisma.sql`kb_link l JOIN kb_article a ON a.tenant_id = l.tenant_id AND a.id = l.article_id`
    const where = Prisma.sql`l.tenant_id = ${tenant.ref.id}::uuid AND l.broken_since IS NOT NULL AND a.published_n = a.links_n AND ${workingCopiesOf(actor)}`
    const after = decodeCursor(cursor)
    const rows = await rowsOf(
      brokenLink,
      tx.$queryRaw`
        SELECT l.id::text, l.address, l.is_external AS "isExternal", json_build_object('id', a.id, 'title', a.title) AS article,
          ${has(actor, 'kb.view') ? Prisma.sql`l.problem` : unseen} AS problem,
          l.status_code AS "statusCode", l.broken_since AS "brokenSince", l.checked_at AS "checkedAt"
        FROM ${from} WHERE ${where} AND ${after ? Prisma.sql`(l.broken_since, l.id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
        ORDER BY l.broken_since DESC, l.id DESC LIMIT ${limit + 1} OFFSET ${offset}`,
    )
    const count = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM ${from} WHERE ${where}`)
    return { ...toPage(rows, limit, ({ brokenSince }) => brokenSince), ...(await totalOf({ total }, count)) }
  })
