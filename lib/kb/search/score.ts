import { toSql } from 'pgvector'
import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import { withoutWaiting } from '../../db/scope'
import type { Work } from '../../events/work'
import { isFor, readableBy } from '../articles/visible'
import { columnOf } from './embeddings'
import type { Meaning } from './meaning'

type Reading = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** A stem that is looked for, in a language, for one word of the query. */
export interface AskedTerm {
  language: string
  /** Which word of the query. */
  word: number
  term: string
  weight: number
  /** What is looked for itself, or in its place: not what only means nearly the same. */
  isMeant: boolean
}

export interface Asked {
  terms: readonly AskedTerm[]
  /** The reader's, whose translation is shown where there is one. */
  language: string
  categoryId?: string
  tag?: string
  /** Articles in these languages alone. */
  languages?: readonly string[]
  limit: number
  /** What is asked, as a model says it: passages that mean nearly the same are found as well. */
  meaning?: Meaning | null
}

const list = z.string().array()

const found = z.object({
  id: z.string(),
  language: z.string(),
  locale: z.string(),
  slug: z.string(),
  title: z.string(),
  excerpt: z.string(),
  tags: list,
  category: z.object({ id: z.string(), name: z.string(), slug: z.string() }),
  changedAt: z.coerce.date(),
  /** Deviations above the mean of all articles, of the article, its best passage and .6 of its title. */
  score: z.number(),
  document: z.number(),
  passage: z.number(),
  inTitle: z.number(),
  /** How near the nearest of its passages is to what is meant, from 0 to 1; null where no model says. */
  similarity: z.number().nullable(),
  best: z.object({ text: z.string(), headings: list, anchor: z.string() }),
  /** Stems that were looked for and stand in an article that the reader may see, with the weight of each. */
  known: z.array(
    z.object({ language: z.string(), word: z.int(), term: z.string(), isOwn: z.boolean(), isMeant: z.boolean(), idf: z.number() }),
  ),
  /** The weight of a word that stands nowhere, by language. */
  unknown: z.array(z.object({ language: z.string(), idf: z.number() })),
})
export type FoundArticle = z.output<typeof found>

/** How much an article in another language than the reader's counts, beside one in theirs. */
const otherLanguage = 0.6

const k1 = 1.2
/** BM25: how much an occurrence more says, in texts of this length. */
const tf = (count: string, length: string, mean: string, b: number) =>
  Prisma.raw(`(${count} * ${float(k1 + 1)} / (${count} + ${float(k1)} * (${float(1 - b)} + ${float(b)} * ${length} / ${mean})))`) // not-words: SQL

/** A number as it is reckoned with by the processor: without saying so it is a decimal, which takes ten times as long. */
const float = (value: number) => `'${value}'::float8`

/** What one word adds to an article and to its title, and where in its passages it stands. */
const parts = Prisma.sql`p.passages, p.counts, p.lengths,
        m.worth * ${tf('p.document', 'p.document_length', 'm.document_mean', 0.75)} AS document,
        m.worth * ${tf('p.title', 'p.title_length', 'm.title_mean', 0.3)} AS title`

/**
 * How much of the index one search reads at most: of each word the articles that it says most of, and of all words those that say most
 * first. Only the best articles of these are then looked up under what was asked beyond. Where there are fewer articles than that, all is read.
 */
const most = { ofWord: Prisma.raw('300'), read: Prisma.raw('1500'), candidates: Prisma.raw('150'), lookedUp: Prisma.raw('12') }

/**
 * The articles that fit best, of those that the actor may read, in one statement. What it knows of others (how many there are, in how many a
 * word stands) is counted for the actor's audience too.
 */
export async function scoreArticles({ tx, tenant, actor }: Reading, asked: Asked): Promise<FoundArticle[]> {
  const { terms, language, limit, meaning } = asked
  if (terms.length === 0 && !meaning) return []
  const tenantId = Prisma.sql`${tenant.ref.id}::uuid`
  const languages = [...new Set(terms.map((each) => each.language))]
  const filters = [readableBy(actor)]
  if (asked.categoryId)
    filters.push(Prisma.sql`a.category_id IN (
      WITH RECURSIVE below AS (SELECT ${asked.categoryId}::uuid AS id UNION SELECT e.id FROM kb_category e JOIN below b ON e.parent_id = b.id
        WHERE e.tenant_id = ${tenantId}) SELECT id FROM below)`)
  if (asked.tag)
    filters.push(Prisma.sql`EXISTS (SELECT 1 FROM kb_article_version v WHERE v.tenant_id = ${tenantId} AND v.article_id = a.id
      AND v.n = a.published_n AND v.tags @> ARRAY[${asked.tag}]::text[])`)
  if (asked.languages) filters.push(Prisma.sql`split_part(a.locale, '-', 1) = ANY(${asked.languages as string[]}::text[])`)
  const may = Prisma.join(filters, ' AND ')
  // Sent ahead, without a turn of its own.
  if (meaning) withoutWaiting(walkOn(tx))
  return rowsOf(
    found,
    tx.$queryRaw`
    WITH given AS (
      SELECT ${plannedOnce} * FROM unnest(${terms.map((each) => each.language)}::text[], ${terms.map(({ word }) => word)}::int[],
        ${terms.map(({ term }) => term)}::text[], ${terms.map(({ weight }) => weight)}::float8[],
        ${terms.map(({ isMeant }) => isMeant)}::bool[]) AS g (language, word, term, weight, is_meant)
    ), asked AS (
      SELECT q.language, q.word, q.term, max(q.weight) AS weight, bool_or(q.is_meant) AS is_meant FROM (
        SELECT * FROM given
        UNION ALL
        SELECT g.language, g.word, o.term, .9 * g.weight, g.is_meant FROM given g
        JOIN kb_synonym s ON s.tenant_id = ${tenantId} AND s.language = g.language AND g.term = ANY(s.terms) CROSS JOIN unnest(s.terms) AS o (term)
        WHERE g.weight >= .6
      ) q GROUP BY q.language, q.word, q.term
    ), totals AS MATERIALIZED (
      SELECT t.language, sum(t.articles)::float8 AS articles, greatest(sum(t.title_length)::float8 / sum(t.articles), 1) AS title_mean,
        greatest(sum(t.document_length)::float8 / sum(t.articles), 1) AS document_mean,
        greatest(sum(t.passage_length)::float8 / sum(t.passages), 1) AS passage_mean
      FROM kb_search_total t WHERE t.tenant_id = ${tenantId} AND t.language = ANY(${languages}::text[]) AND t.articles > 0 AND ${isFor(actor, 't')}
      GROUP BY t.language
    ), members AS MATERIALIZED (
      SELECT q.language, q.word, q.term, q.weight, q.is_meant, CASE WHEN q.language = ${language} THEN 1 ELSE ${otherLanguage}::float8 END AS share, o.title_mean, o.document_mean, o.passage_mean, f.articles,
        ln(1 + (greatest(o.articles - f.articles, 0) + .5) / (f.articles + .5)) AS idf
      FROM asked q JOIN totals o ON o.language = q.language CROSS JOIN LATERAL (
        SELECT sum(t.articles)::float8 AS articles FROM kb_term t
        WHERE t.tenant_id = ${tenantId} AND t.language = q.language AND t.term = q.term AND t.articles > 0 AND ${isFor(actor, 't')}
      ) f WHERE f.articles > 0
    ), chosen AS MATERIALIZED (
      SELECT m.*, m.read - least(m.articles, ${most.ofWord}) < ${most.read} AS is_read FROM (
        SELECT m.*, m.weight * m.idf * m.share AS worth,
          sum(least(m.articles, ${most.ofWord})) OVER (ORDER BY m.weight * m.idf * m.share DESC, m.language, m.term, m.word) AS read
        FROM members m
      ) m
    ), read AS MATERIALIZED (
      SELECT m.word, m.worth, m.passage_mean, p.article_id, ${parts} FROM chosen m CROSS JOIN LATERAL (
        SELECT p.* FROM kb_posting p CROSS JOIN LATERAL (
          -- One article after another by its key, whatever the planner expects of tables that nothing counted yet.
          SELECT a.id FROM kb_article a WHERE a.tenant_id = ${tenantId} AND a.id = p.article_id AND ${may} LIMIT 1
        ) k
        WHERE p.tenant_id = ${tenantId} AND p.language = m.language AND p.term = m.term ORDER BY p.impact DESC LIMIT ${most.ofWord}
      ) p WHERE m.is_read
    ), candidates AS MATERIALIZED (
      SELECT w.article_id FROM (
        SELECT h.article_id, max(h.document) AS document, max(h.title) AS title FROM read h GROUP BY h.article_id, h.word
      ) w GROUP BY w.article_id ORDER BY sum(w.document) + sum(w.title) DESC, w.article_id LIMIT ${most.candidates}
    ), beyond AS MATERIALIZED (
      SELECT m.* FROM chosen m WHERE m.is_meant AND (NOT m.is_read OR m.articles > ${most.ofWord})
      ORDER BY m.worth DESC, m.language, m.term, m.word LIMIT ${most.lookedUp}
    ), hits AS MATERIALIZED (
      SELECT h.* FROM read h JOIN candidates c ON c.article_id = h.article_id
      UNION ALL
      -- Between one and the same: by the key of the word in the article, and not through all words of the article.
      SELECT m.word, m.worth, m.passage_mean, p.article_id, ${parts} FROM beyond m CROSS JOIN candidates c CROSS JOIN LATERAL (
        SELECT p.* FROM kb_posting p
        WHERE p.tenant_id = ${tenantId} AND p.language = m.language AND p.term = m.term AND p.article_id BETWEEN c.article_id AND c.article_id LIMIT 1
      ) p
    ), documents AS MATERIALIZED (
      SELECT w.article_id, sum(w.document) AS document, sum(w.title) AS title FROM (
        SELECT h.article_id, h.word, max(h.document) AS document, max(h.title) AS title FROM hits h GROUP BY h.article_id, h.word
      ) w GROUP BY w.article_id
    ), passages AS MATERIALIZED (
      SELECT DISTINCT ON (s.article_id) s.article_id, s.position, s.passage FROM (
        SELECT w.article_id, w.position, sum(w.passage) AS passage FROM (
          SELECT h.article_id, u.position, h.word, max(h.worth * ${tf('u.count', 'u.length', 'h.passage_mean', 0.75)}) AS passage
          FROM hits h CROSS JOIN LATERAL unnest(h.passages, h.counts, h.lengths) AS u (position, count, length)
          GROUP BY h.article_id, u.position, h.word
        ) w GROUP BY w.article_id, w.position
      ) s ORDER BY s.article_id, s.passage DESC, s.position
    ), near AS MATERIALIZED (${meaning ? nearest(tenantId, meaning, may) : nothingNear}
    ), readable AS MATERIALIZED (
      SELECT k.*, d.document, d.title, d.passage, d.position FROM (
        SELECT u.article_id, sum(u.document) AS document, sum(u.title) AS title, sum(u.passage) AS passage, max(u.position) AS position FROM (
          SELECT d.article_id, d.document, d.title, 0::float8 AS passage, 0::smallint AS position FROM documents d
          UNION ALL SELECT p.article_id, 0, 0, p.passage, p.position FROM passages p
          UNION ALL SELECT n.article_id, 0, 0, 0, n.position FROM near n WHERE NOT EXISTS (SELECT FROM passages p WHERE p.article_id = n.article_id)
        ) u GROUP BY u.article_id
      ) d CROSS JOIN LATERAL (
        SELECT a.id, coalesce(a.source_id, a.id) AS family, a.locale,
          CASE WHEN split_part(a.locale, '-', 1) = ${language} THEN 1 ELSE ${otherLanguage}::float8 END AS share
        FROM kb_article a WHERE a.tenant_id = ${tenantId} AND a.id = d.article_id AND ${may} LIMIT 1
      ) k
    ), moments AS MATERIALIZED (
      SELECT ${moment('document')}, ${moment('passage')}, ${moment('title')}
      FROM (SELECT sum(r.document) AS document, sum(r.document ^ 2) AS document_2, sum(r.passage) AS passage, sum(r.passage ^ 2) AS passage_2,
        sum(r.title) AS title, sum(r.title ^ 2) AS title_2 FROM readable r) r,
        (SELECT sum(articles) AS articles FROM totals) o
    ), scored AS MATERIALIZED (
      SELECT r.*, ${standard('document')} + ${standard('passage')} + .6 * ${standard('title')} AS score FROM readable r, moments m
    ), fused AS (
      SELECT s.*, n.similarity, ${meaning ? fusion : Prisma.sql`s.score`} AS fused FROM scored s LEFT JOIN near n ON n.article_id = s.id
    ), ranked AS (
      SELECT a.*, max(a.fused) OVER (PARTITION BY a.family) AS best, max(a.score) OVER (PARTITION BY a.family) AS best_score,
        row_number() OVER (PARTITION BY a.family ORDER BY split_part(a.locale, '-', 1) = ${language} DESC, a.fused DESC, a.id) AS place
      FROM fused a
    ), shown AS MATERIALIZED (
      SELECT * FROM ranked r WHERE r.place = 1 ORDER BY r.best DESC, r.id LIMIT ${limit}::int
    )
    SELECT a.id::text, s.language, a.locale, a.slug, v.title, v.excerpt, v.tags, a.published_at AS "changedAt", r.best_score AS score, r.similarity,
      r.document / r.share AS document, r.passage / r.share AS passage, r.title AS "inTitle",
      json_build_object('id', c.id, 'name', coalesce(x.name, c.name), 'slug', coalesce(x.slug, c.slug)) AS category,
      json_build_object('text', t.text, 'headings', t.headings, 'anchor', t.anchor) AS best,
      (SELECT coalesce(json_agg(json_build_object('language', m.language, 'word', m.word, 'term', m.term, 'isOwn', m.weight >= 1, 'isMeant', m.is_meant, 'idf', m.idf)), '[]')
        FROM members m) AS known,
      (SELECT coalesce(json_agg(json_build_object('language', o.language, 'idf', ln(1 + (o.articles + .5) / .5))), '[]') FROM totals o) AS unknown
    FROM shown r JOIN kb_article a ON a.tenant_id = ${tenantId} AND a.id = r.id
    JOIN kb_article_version v ON v.tenant_id = a.tenant_id AND v.article_id = a.id AND v.n = a.published_n
    JOIN kb_search_article s ON s.tenant_id = a.tenant_id AND s.article_id = a.id
    JOIN kb_passage t ON t.tenant_id = a.tenant_id AND t.article_id = a.id AND t.position = r.position
    JOIN kb_category c ON c.tenant_id = a.tenant_id AND c.id = a.category_id
    LEFT JOIN kb_category_translation x ON x.tenant_id = c.tenant_id AND x.category_id = c.id AND x.locale = a.locale
    ORDER BY r.best DESC, a.id`,
  )
}

/** How many passages are compared one by one; of more, the index finds the nearest. */
const fewPassages = Prisma.raw('4000')
const mostNear = Prisma.raw('60')
/** Further apart, texts have nothing to do with each other. */
const leastSimilar = Prisma.raw('.2')

const nothingNear = Prisma.sql`SELECT NULL::uuid AS article_id, 0::smallint AS position, NULL::float8 AS similarity, 0::bigint AS place WHERE FALSE`

/**
 * The passages nearest to what is meant, of those that may be read. The index knows all workspaces and goes on until it has enough of this
 * one; where there are few, all are compared, so that nobody's are missed beside those of others.
 */
function nearest(tenantId: Prisma.Sql, { model, size, vector }: Meaning, may: Prisma.Sql): Prisma.Sql {
  const distance = Prisma.sql`(e.${columnOf({ size })} <=> ${toSql([...vector])}::vector)`
  const own = Prisma.sql`e.tenant_id = ${tenantId} AND e.model = ${model}`
  const among = (
    order: Prisma.Sql,
  ) => Prisma.sql`SELECT e.article_id, e.position, ${distance} AS distance FROM kb_embedding e CROSS JOIN LATERAL (
        SELECT a.id FROM kb_article a WHERE a.tenant_id = ${tenantId} AND a.id = e.article_id AND a.published_n = e.n AND ${may} LIMIT 1
      ) k WHERE ${own} AND e.${columnOf({ size })} IS NOT NULL AND ${order} LIMIT ${mostNear}`
  const isFew = Prisma.sql`(SELECT count(*) FROM (SELECT FROM kb_embedding e WHERE ${own} LIMIT ${fewPassages}) f) < ${fewPassages}`
  return Prisma.sql`
      SELECT n.article_id, n.position::smallint, 1 - n.distance AS similarity, rank() OVER (ORDER BY n.distance) AS place FROM (
        SELECT DISTINCT ON (e.article_id) e.article_id, e.position, e.distance FROM (
          (${among(Prisma.sql`${isFew} ORDER BY ${distance} + 0`)})
          UNION ALL (${among(Prisma.sql`NOT ${isFew} ORDER BY ${distance}`)})
        ) e WHERE e.distance <= 1 - ${leastSimilar} ORDER BY e.article_id, e.distance
      ) n`
}

/** The index goes on where what it found first is other workspaces'; set for the unit of work. */
const walkOn = (tx: Reading['tx']) => tx.$executeRaw`SELECT set_config('hnsw.iterative_scan', 'strict_order', TRUE)`

/** Reciprocal rank fusion: of the order by words and the order by meaning. */
const fusion = Prisma.raw(
  `CASE WHEN s.document > 0 THEN 1.0 / (10 + rank() OVER (ORDER BY s.score DESC)) ELSE 0 END + coalesce(1.0 / (10 + n.place), 0)`, // not-words: SQL
)

/** Mean and deviation over all articles: those that have none of the words count as nothing. */
const moment = (part: string) =>
  Prisma.raw(`r.${part} / o.articles AS ${part}_mean,
        sqrt(greatest(r.${part}_2 / o.articles - (r.${part} / o.articles) ^ 2, 0)) AS ${part}_deviation`) // not-words: SQL

const standard = (part: string) => Prisma.raw(`coalesce((r.${part} - m.${part}_mean) / nullif(m.${part}_deviation, 0), 0)`) // not-words: SQL
