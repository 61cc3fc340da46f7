import { z } from 'zod'
import { notFound } from '../../core/errors'
import { instant } from '../../core/page'
import { flagInput, tagInput } from '../../core/schema'
import { idsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { localeInput } from '../articles/schema'
import { isFor } from '../articles/visible'
import { isFound } from './confidence'
import { highlightsOf } from './highlights'
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
): Promise<z.output<typeof searchOutput>> {
  const { query, locale, onlyLocale, categoryId, tag, topK, minScore, isTyping } = input
  if (categoryId) await checkCategory(work, categoryId)
  const { found, corrected, isAnswered } = await findAnswers(work, {
    query: query.normalize('NFC'),
    language: baseLanguage(locale ?? onlyLocale ?? work.tenant.locale),
    languages: onlyLocale ? [baseLanguage(onlyLocale)] : undefined,
    ...{ categoryId, tag, isTyping, limit: topK },
  })
  const items = found.map(
    ({ best, confidence, terms, language, id, slug, locale: written, title, excerpt, category, tags, changedAt }) => ({
      ...{ id, slug, locale: written, title, excerpt, category, tags, changedAt },
      score: Math.min(1, confidence / fullConfidence),
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

export const searchArticles = publicProcedure
  .meta({ permission: 'public', changesNothing: true })
  .route({
    method: 'POST',
    path: '/kb/articles/search',
    tags: ['Knowledge base'],
    summary: 'Search the articles that you may read: the best first, with the passage that fits',
  })
  .input(searchInput)
  .output(searchOutput)
  .handler(({ context, input }) => searchAnswers(context, input))

export const searchPublished = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'GET',
    path: '/public/kb/search',
    tags: ['Public'],
    summary: 'Search the articles that you may read: the best first, with the passage that fits',
  })
  .input(searchInput)
  .output(searchOutput)
  .handler(({ context, input }) => searchAnswers(context, input))
