import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { audiences } from '../articles/values'
import { type IndexedArticle, indexedOf } from './postings'
import { lettersOf } from './spelling'
import { baseLanguage } from './stemming'

/** Raised when words are cut in another way, or weighed: the sweep then writes all articles anew. */
const version = 2

type Writing = Pick<Work, 'tenant' | 'tx'>

const stale = z.object({
  id: z.string(),
  locale: z.string(),
  n: z.int().nullable(),
  audience: z.enum(audiences),
  /** Found, with the words of that version: only who may find it is another. */
  isSame: z.boolean(),
  isFound: z.boolean(),
})

/** Articles that are found otherwise than they should be. One that nobody reads any more has no `n`. */
const staleArticles = ({ tx, tenant }: Writing, ids: readonly string[] | null, limit: number) =>
  rowsOf(
    stale,
    tx.$queryRaw`
      SELECT ${plannedOnce} a.id::text, a.locale, CASE WHEN a.deleted_at IS NULL THEN a.published_n END AS n,
        a.effective_audience::text AS audience, s.article_id IS NOT NULL AS "isFound",
        coalesce(a.deleted_at IS NULL AND s.n = a.published_n AND s.version = ${version}, FALSE) AS "isSame"
      FROM kb_article a LEFT JOIN kb_search_article s ON s.tenant_id = a.tenant_id AND s.article_id = a.id
      WHERE a.tenant_id = ${tenant.ref.id}::uuid AND ${ids ? Prisma.sql`a.id = ANY(${ids}::uuid[])` : Prisma.sql`TRUE`}
        AND CASE WHEN a.deleted_at IS NULL AND a.published_n IS NOT NULL
          THEN s.article_id IS NULL OR s.n <> a.published_n OR s.effective_audience <> a.effective_audience OR s.version <> ${version}
          ELSE s.article_id IS NOT NULL END
      ORDER BY a.id LIMIT ${limit}`,
  )

/** Of how many it is worked out at once that only their readers change: that is a few statements, however many they are. */
const mostAtOnce = 20_000

/**
 * Makes articles found as they are read: with the words of the version that is published, by whom it is for. It may be done twice.
 * @param ids all of the workspace where there are none
 * @param limit how many at most
 * @returns how many were found otherwise
 */
export async function indexArticles(work: Writing, ids: readonly string[] | null, limit = mostAtOnce): Promise<number> {
  const seen = await staleArticles(work, ids, 1)
  if (seen.length === 0) return 0
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  // One writer at a time, so that sums are right and nobody waits in a circle.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`kb search ${tenantId}`}, 0))`
  const changed = await staleArticles(work, ids, limit)
  const counted = changed.filter(({ isFound }) => isFound).map(({ id }) => id)
  await tally(work, counted, -1)
  const moved = changed.filter(({ isSame, isFound }) => isSame && isFound).map(({ id }) => id)
  if (moved.length > 0)
    await tx.$executeRaw`
      UPDATE kb_search_article s SET effective_audience = a.effective_audience FROM kb_article a
      WHERE s.tenant_id = ${tenantId}::uuid AND s.article_id = ANY(${moved}::uuid[]) AND a.tenant_id = s.tenant_id AND a.id = s.article_id`
  const isMoved = new Set(moved)
  const gone = counted.filter((id) => !isMoved.has(id))
  if (gone.length > 0)
    await tx.$executeRaw`DELETE FROM kb_search_article s WHERE s.tenant_id = ${tenantId}::uuid AND s.article_id = ANY(${gone}::uuid[])`
  const written = changed.filter(({ n, isSame }) => n !== null && !isSame)
  for (const article of written) await writeArticle(work, article)
  await tally(work, [...moved, ...written.map(({ id }) => id)], 1)
  return changed.length
}

async function writeArticle({ tx, tenant }: Writing, { id, n, locale, audience }: z.output<typeof stale>) {
  const tenantId = tenant.ref.id
  const language = baseLanguage(locale)
  const read = await tx.kbArticleVersion.findUniqueOrThrow({
    where: { tenantId_articleId_n: { tenantId, articleId: id, n: n as number } },
    select: { title: true, content: true, excerpt: true, tags: true, seoKeywords: true },
  })
  const { tags, seoKeywords, ...texts } = read
  const found = indexedOf({ ...texts, language, keywords: [...tags, seoKeywords].join('\n') })
  const { titleLength, documentLength, passageLength, passages, words } = found
  await tx.$executeRaw`
    INSERT INTO kb_search_article (tenant_id, article_id, n, language, effective_audience, words, title_length, document_length, passages,
      passage_length, version)
    VALUES (${tenantId}::uuid, ${id}::uuid, ${n}, ${language}, ${audience}::"KbAudience", ${words}::text[], ${titleLength}, ${documentLength},
      ${passages.length}, ${passageLength}, ${version})`
  await tx.kbPassage.createMany({
    data: passages.map(({ headings, anchor, text }, position) => ({ tenantId, articleId: id, position, headings, anchor, text })),
  })
  await writePostings({ tx, tenantId, id, language }, found)
}

/** A text as long as many: the mean of a workspace changes, this does not, and only the order matters. */
const usualLength = 250
const mostImpact = 10_000

/** How much an article says of a word, from 0 to 10,000: of two the one with more of it, in its title or in fewer words. */
const impactOf = ({ title, document }: { title: number; document: number }, length: number): number =>
  Math.round(mostImpact * ((0.75 * document) / (document + 1.2 * (0.25 + (0.75 * length) / usualLength)) + (title > 0 ? 0.25 : 0)))

type Into = { tx: Work['tx']; tenantId: string; id: string; language: string }

/** The lists of a posting go as texts: arrays of arrays would have to be as long as each other. */
async function writePostings({ tx, tenantId, id, language }: Into, { titleLength, documentLength, postings }: IndexedArticle) {
  const list = (of: (posting: IndexedArticle['postings'][number]) => number[]) => postings.map((each) => `{${of(each).join(',')}}`)
  await tx.$executeRaw`
    INSERT INTO kb_posting (tenant_id, language, term, article_id, title, title_length, document, document_length, passages, counts, lengths, impact)
    SELECT ${plannedOnce} ${tenantId}::uuid, ${language}, p.term, ${id}::uuid, p.title, ${titleLength}, p.document, ${documentLength},
      p.passages::smallint[], p.counts::smallint[], p.lengths::smallint[], p.impact
    FROM unnest(${postings.map(({ term }) => term)}::text[], ${postings.map(({ title }) => title)}::smallint[],
      ${postings.map(({ document }) => document)}::smallint[], ${list(({ passages }) => passages)}::text[], ${list(({ counts }) => counts)}::text[],
      ${list(({ lengths }) => lengths)}::text[],
      ${postings.map((each) => impactOf(each, documentLength))}::smallint[]) AS p (term, title, document, passages, counts, lengths, impact)`
}

/** Counts articles in (1) or out (-1) of what is known of all: how many there are, and in how many each word stands, by who may read them. */
async function tally({ tx, tenant }: Writing, ids: readonly string[], by: 1 | -1) {
  if (ids.length === 0) return
  const tenantId = tenant.ref.id
  const counted = Prisma.sql`s.tenant_id = ${tenantId}::uuid AND s.article_id = ANY(${ids}::uuid[])`
  await tx.$executeRaw`
    INSERT INTO kb_search_total AS t (tenant_id, language, effective_audience, articles, title_length, document_length, passages, passage_length)
    SELECT ${plannedOnce} ${tenantId}::uuid, s.language, s.effective_audience, ${by}::int * count(*), ${by}::int * sum(s.title_length),
      ${by}::int * sum(s.document_length), ${by}::int * sum(s.passages), ${by}::int * sum(s.passage_length)
    FROM kb_search_article s WHERE ${counted} GROUP BY s.language, s.effective_audience
    ON CONFLICT (tenant_id, language, effective_audience) DO UPDATE SET articles = t.articles + EXCLUDED.articles,
      title_length = t.title_length + EXCLUDED.title_length, document_length = t.document_length + EXCLUDED.document_length,
      passages = t.passages + EXCLUDED.passages, passage_length = t.passage_length + EXCLUDED.passage_length`
  await tx.$executeRaw`
    INSERT INTO kb_term AS t (tenant_id, language, term, effective_audience, articles)
    SELECT ${plannedOnce} ${tenantId}::uuid, p.language, p.term, s.effective_audience, ${by}::int * count(*)
    FROM kb_search_article s JOIN kb_posting p ON p.tenant_id = s.tenant_id AND p.article_id = s.article_id
    WHERE ${counted} GROUP BY p.language, p.term, s.effective_audience
    ON CONFLICT (tenant_id, language, term, effective_audience) DO UPDATE SET articles = t.articles + EXCLUDED.articles`
  const words = await rowsOf(
    z.object({ language: z.string(), word: z.string(), audience: z.enum(audiences), articles: z.int() }),
    tx.$queryRaw`
      SELECT ${plannedOnce} s.language, w.word, s.effective_audience::text AS audience, count(*)::int AS articles
      FROM kb_search_article s CROSS JOIN unnest(s.words) AS w (word) WHERE ${counted} GROUP BY s.language, w.word, s.effective_audience`,
  )
  await tx.$executeRaw`
    INSERT INTO kb_word AS t (tenant_id, language, word, effective_audience, length, letters, articles)
    SELECT ${plannedOnce} ${tenantId}::uuid, w.language, w.word, w.audience::"KbAudience", length(w.word), w.letters, ${by}::int * w.articles
    FROM unnest(${words.map(({ language }) => language)}::text[], ${words.map(({ word }) => word)}::text[],
      ${words.map(({ audience }) => audience)}::text[], ${words.map(({ word }) => lettersOf(word))}::int[],
      ${words.map(({ articles }) => articles)}::int[]) AS w (language, word, audience, letters, articles)
    ON CONFLICT (tenant_id, language, word, effective_audience) DO UPDATE SET articles = t.articles + EXCLUDED.articles`
}

/** Takes away the words that stand in no article any more: they are found by nobody, and only cost. */
export async function forgetWords({ tx, tenant }: Writing) {
  const tenantId = tenant.ref.id
  await tx.$executeRaw`DELETE FROM kb_term t WHERE t.tenant_id = ${tenantId}::uuid AND t.articles <= 0`
  await tx.$executeRaw`DELETE FROM kb_word t WHERE t.tenant_id = ${tenantId}::uuid AND t.articles <= 0`
}
