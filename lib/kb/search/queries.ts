import { z } from 'zod'
import { notFound } from '../../core/errors'
import { instant } from '../../core/page'
import { flagInput, tagInput } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { agentAfter, agentProcedure, publicAfter } from '../../procedure/builders'
import type { Caller } from '../../procedure/context'
import { originOf } from '../../tenancy/origin'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { articlePath } from '../articles/article-address'
import { audiences, localeInput } from '../articles/schema'
import { readSettings } from '../articles/settings'
import { isFor, readableBy } from '../articles/visible'
import { isFound } from './confidence'
import { highlightsOf } from './highlights'
import { type Meaning, meaningOf } from './meaning'
import { findAnswers } from './question'
import { baseLanguage } from './stemming'

/** Where words stand that were looked for: from which character until before which. */
const ranges = z.array(z.tuple([z.int(), z.int()]))

const passage = z.object({
  text: z.string(),
  highlights: ranges,
  /** The headings that it stands under, the outermost first, and the anchor of the last. */
  headings: z.array(z.string()),
  anchor: z.string(),
})

const result = z.object({
  id: z.uuid(),
  slug: z.string(),
  locale: z.string(),
  title: z.string(),
  titleHighlights: ranges,
  excerpt: z.string(),
  category: z.object({ id: z.uuid(), name: z.string(), slug: z.string() }),
  tags: z.array(z.string()),
  changedAt: instant,
  /** From 0 to 1: how sure it is that this one is meant. */
  score: z.number(),
  /** The part that fits best. */
  passage,
})

export const searchInput = z.strictObject({
  query: z.string().trim().min(1).max(500),
  /** The reader's language; the workspace's own without it. */
  locale: localeInput.optional(),
  /** Articles in this language alone. */
  onlyLocale: localeInput.optional(),
  /** A category with those below it. */
  categoryId: z.uuid().optional(),
  tag: tagInput.optional(),
  topK: z.coerce.number().int().min(1).max(10).default(5),
  minScore: z.coerce.number().min(0).max(1).default(0),
  /** Whether the query is still being typed, so that its last word may go on. */
  isTyping: flagInput.optional(),
})

export const searchOutput = z.object({
  items: z.array(result),
  /** Whether the first passage answers the query, an article is likely to, or these are only the nearest. */
  certainty: z.enum(['answer', 'found', 'nearest', 'nothing']),
  /** The query that was answered, where words of it were put right. */
  corrected: z.string().nullable(),
})

/** What counts as entirely sure. */
const fullConfidence = 4

/** The search of the knowledge base, as every door asks it: portal, API, chat, suggestions. */
export async function searchAnswers(
  work: Pick<Work, 'tx' | 'tenant' | 'actor'>,
  input: z.output<typeof searchInput>,
  meaning: Meaning | null = null,
): Promise<z.output<typeof searchOutput>> {
  const { query, locale, onlyLocale, categoryId, tag, topK, minScore, isTyping } = input
  if (categoryId) await checkCategory(work, categoryId)
  const { found, corrected, isAnswered } = await findAnswers(work, {
    query: query.normalize('NFC'),
    language: baseLanguage(locale ?? onlyLocale ?? work.tenant.locale),
    languages: onlyLocale ? [baseLanguage(onlyLocale)] : undefined,
    ...{ categoryId, tag, isTyping, meaning, limit: topK },
  })
  const items = found.map(
    ({ best, confidence, similarity, terms, language, id, slug, locale: written, title, excerpt, category, tags, changedAt }) => ({
      ...{ id, slug, locale: written, title, excerpt, category, tags, changedAt },
      score: Math.min(1, Math.max(confidence / fullConfidence, similarity ?? 0)),
      titleHighlights: highlightsOf(title, terms, language),
      passage: { ...best, highlights: highlightsOf(best.text, terms, language) },
    }),
  )
  const shown = items.filter(({ score }) => score >= minScore)
  const confidence = found[0]?.confidence ?? 0
  const certainty = shown.length === 0 ? 'nothing' : isAnswered ? 'answer' : confidence >= isFound ? 'found' : 'nearest'
  return { items: shown, certainty, corrected }
}

/** @throws NOT_FOUND for one that the actor may not see */
async function checkCategory({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string) {
  const found = await idsOf(tx.$queryRaw`
    SELECT c.id::text FROM kb_category c
    WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.id = ${id}::uuid AND c.deleted_at IS NULL AND ${isFor(actor, 'c')}`)
  if (found.length === 0) throw notFound('kbCategory')
}

/** What is still being typed is found by words: nobody waits for a model at each key. */
const asksModel = z.object({ query: z.string().min(1).max(500), isTyping: z.unknown().optional() })
const askModel = async ({ ref }: ResolvedTenant, caller: Caller, input: unknown): Promise<Meaning | null> => {
  const { data } = asksModel.safeParse(input)
  const isTyping = data && flagInput.safeParse(data.isTyping).data === true
  return data && !isTyping ? meaningOf(ref, caller, data.query) : null
}

export const searchArticles = publicAfter(askModel)
  .meta({ permission: 'public', changesNothing: true })
  .route({
    method: 'POST',
    path: '/kb/articles/search',
    tags: ['Knowledge base'],
    summary: 'Search the articles that you may read: the best first, with the passage that fits',
  })
  .input(searchInput)
  .output(searchOutput)
  .handler(({ context, input }) => searchAnswers(context, input, context.before))

export const searchPublished = publicAfter(askModel)
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/search',
    tags: ['Public'],
    summary: 'Search the articles that you may read: the best first, with the passage that fits',
  })
  .input(searchInput)
  .output(searchOutput)
  .handler(({ context, input }) => searchAnswers(context, input, context.before))

/** Who may read an article: everybody, customers who are signed in, or the team alone. */
const readers = z.enum(audiences)

const replyAnswer = z.object({
  id: z.uuid(),
  title: z.string(),
  /** Where its readers find it, as a link in an email says it. */
  address: z.string(),
  readers,
  passage: passage.pick({ text: true, anchor: true }),
})

/** Looked through for a reply, and offered of those that customers may read and of those for the team. */
const forReply = { found: 12, customers: 3, agents: 1 }
const mostLinks = 100

export const suggestAnswers = agentAfter(askModel)
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'GET',
    path: '/kb/answers',
    tags: ['Knowledge base'],
    summary: 'Search articles for a reply: those that customers may read come first',
  })
  .input(searchInput.pick({ query: true, locale: true, isTyping: true }))
  .output(z.object({ items: z.array(replyAnswer) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const { items } = await searchAnswers(context, { ...input, topK: forReply.found, minScore: 0 }, context.before)
    const ids = items.map(({ id }) => id)
    const { isPublic } = await readSettings(context)
    const rows = await tx.kbArticle.findMany({
      where: { tenantId: tenant.ref.id, id: { in: ids } },
      select: { id: true, effectiveAudience: true },
    })
    const audienceOf = new Map(rows.map((row) => [row.id, row.effectiveAudience]))
    const origin = originOf(tenant.ref)
    const found = items.map(({ id, title, locale, slug, passage: { text, anchor } }) => {
      const audience = audienceOf.get(id) ?? 'agents'
      const seen = audience === 'public' && !isPublic ? 'customers' : audience
      return { id, title, address: origin + articlePath({ locale, slug }), readers: seen, passage: { text, anchor } }
    })
    const { customers = [], agents = [] } = Object.groupBy(found, ({ readers }) => (readers === 'agents' ? 'agents' : 'customers'))
    return { items: [...customers.slice(0, forReply.customers), ...agents.slice(0, forReply.agents)] }
  })

const hiddenLink = z.object({
  address: z.string(),
  /** Null where it leads to nothing that you may read. */
  title: z.string().nullable(),
})

export const checkLinks = agentProcedure
  .meta({ permission: 'ticket.reply', changesNothing: true })
  .route({
    method: 'POST',
    path: '/kb/links/check',
    tags: ['Knowledge base'],
    summary: 'Say which of some links lead to articles of yours that customers can’t read',
  })
  .input(z.strictObject({ addresses: z.array(z.string().max(2000)).max(mostLinks) }))
  .output(z.object({ items: z.array(hiddenLink) }))
  .handler(async ({ context, input: { addresses } }) => {
    const links = addresses.flatMap((address) => targetOf(context, address) ?? [])
    if (links.length === 0) return { items: [] }
    const { tx, tenant, actor } = context
    const customer = Prisma.sql`a.published_n IS NOT NULL AND a.deleted_at IS NULL AND a.effective_audience <> 'agents'`
    const rows = await rowsOf(
      hiddenLink.extend({ isShown: z.boolean() }),
      tx.$queryRaw`
        SELECT l.address, t.title, coalesce(t.is_shown, FALSE) AS "isShown"
        FROM unnest(${links.map(({ address }) => address)}::text[], ${links.map(({ slug }) => slug)}::text[], ${links.map(({ locale }) => locale)}::text[])
          AS l(address, slug, locale)
        LEFT JOIN LATERAL (
          SELECT CASE WHEN ${readableBy(actor)} THEN a.title END AS title, ${customer} AS is_shown
          FROM kb_slug s JOIN kb_article a ON a.tenant_id = s.tenant_id AND a.id = s.article_id
          WHERE s.tenant_id = ${tenant.ref.id}::uuid AND s.kind = 'article' AND s.slug = l.slug
          -- As the page chooses: of those that its reader may read the one in its language, else in the workspace's.
          ORDER BY ${customer} DESC, ${readableBy(actor)} DESC, s.locale = l.locale DESC, s.locale = ${tenant.locale} DESC, s.locale LIMIT 1
        ) t ON TRUE`,
    )
    return { items: rows.filter(({ isShown }) => !isShown).map(({ address, title }) => ({ address, title })) }
  })

/** What a link into the help centre of this workspace names; null for any other. */
function targetOf({ tenant, caller }: { tenant: ResolvedTenant; caller: { host?: string | null } }, address: string) {
  const own = originOf(tenant.ref)
  if (!URL.canParse(address, own)) return null
  const { host, pathname } = new URL(address, own)
  if (host !== new URL(own).host && host !== caller.host) return null
  const [, locale = '', slug = ''] = /^\/kb\/([^/]+)\/([^/]+)\/?$/.exec(pathname) ?? []
  try {
    const named = decodeURIComponent(slug).normalize('NFC').toLowerCase()
    // No text in a database has NUL.
    return named && !named.includes('\0') ? { address, locale, slug: named } : null
  } catch {
    return null
  }
}
