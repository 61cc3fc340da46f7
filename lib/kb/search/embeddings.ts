import { createHash } from 'node:crypto'
import { toSql } from 'pgvector'
import { z } from 'zod'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import { type TenantRef, type TenantTx, withTenant } from '../../db/scope'
import { log } from '../../log/log'
import { type EmbeddingModel, isRefusal } from '../../models/embeddings'
import { hasVectors } from './meaning'

const textsAtOnce = 64
const timeoutMs = 60_000
/** Models read so much of a text, and servers refuse more. */
const longest = 6000

export interface EmbedOptions {
  /** Also what has vectors of this model: all of it is made anew. */
  isAll?: boolean
  /** Articles in a unit of work. */
  atOnce?: number
  onProgress?: (done: number, total: number) => unknown
}

/** The column for vectors of this size. */
export const columnOf = ({ size }: Pick<EmbeddingModel, 'size'>): Prisma.Sql => Prisma.raw(`v${size}`)

const missing = (ref: TenantRef, { id }: EmbeddingModel) =>
  Prisma.sql`s.tenant_id = ${ref.id}::uuid AND s.embedded_by IS DISTINCT FROM ${id}`

/** How many articles have no vectors of this model yet. */
export const countMissing = (tx: TenantTx, ref: TenantRef, model: EmbeddingModel): Promise<number> =>
  countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM kb_search_article s WHERE ${missing(ref, model)}`)

/**
 * Has the passages of all articles embedded that have no vectors of this model, or whose text is another now; a few in a unit of work, so
 * that what is done stays done. The model is asked between them. It may be done twice, and at once.
 * @returns of how many articles
 * @throws where the database has no vectors, and what the model's server fails with
 */
export async function embedArticles(
  ref: TenantRef,
  model: EmbeddingModel,
  { isAll, atOnce = 20, onProgress }: EmbedOptions = {},
): Promise<number> {
  const since = isAll ? new Date() : null
  const total = await withTenant(ref, async (tx) => {
    if (!(await hasVectors(tx))) throw new Error('The database has no pgvector. Install it, then run "npm run baraza -- pgvector".')
    if (since) await tx.$executeRaw`UPDATE kb_search_article s SET embedded_by = NULL WHERE s.tenant_id = ${ref.id}::uuid`
    await tx.$executeRaw`
      DELETE FROM kb_embedding e WHERE e.tenant_id = ${ref.id}::uuid
        AND NOT EXISTS (SELECT FROM kb_search_article s WHERE s.tenant_id = e.tenant_id AND s.article_id = e.article_id)`
    return countMissing(tx, ref, model)
  })
  let done = 0
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const articles = await withTenant(ref, (tx) => readMissing(tx, ref, model, { after, since, atOnce }))
    if (articles.length === 0) return done
    const texts = articles.flatMap(({ passages }) => passages.filter(({ isKnown }) => !isKnown).map(textOf))
    const unique = [...new Set(texts)]
    const vectors = new Map<string, number[]>()
    for (let from = 0; from < unique.length; from += textsAtOnce) {
      const part = unique.slice(from, from + textsAtOnce)
      for (const [n, vector] of (await embedTaken(model, part)).entries()) if (vector) vectors.set(hashOf(part[n] as string), vector)
    }
    await withTenant(ref, (tx) => write(tx, ref, model, articles, vectors))
    done += articles.length
    after = articles.at(-1)?.id as string
    await onProgress?.(Math.min(done, total), total)
  }
}

/** The vectors of texts; null for one that the model refuses, so that it keeps no others from being read. @throws where it takes no text at all */
async function embedTaken(model: EmbeddingModel, texts: readonly string[]): Promise<(number[] | null)[]> {
  try {
    return await model.embed(texts, { timeoutMs, retries: 2 })
  } catch (err) {
    if (!(await isRefusal(err))) throw err
    if (texts.length > 1) {
      const half = Math.ceil(texts.length / 2)
      return [...(await embedTaken(model, texts.slice(0, half))), ...(await embedTaken(model, texts.slice(half)))]
    }
    await model.embed(['a'], { timeoutMs, retries: 2 })
    log().warn({ err, model: model.id }, 'a text that the model refuses is found by words alone')
    return [null]
  }
}

const passage = z.object({
  position: z.int(),
  title: z.string(),
  headings: z.array(z.string()),
  text: z.string(),
})
const article = z.object({ id: z.string(), n: z.int(), passages: z.array(passage), known: z.array(z.string()) })
type Passage = z.output<typeof passage> & { isKnown: boolean }
interface Missing {
  id: string
  n: number
  passages: Passage[]
}

/** A passage alone does not say what it is about. */
const textOf = ({ title, headings, text }: Pick<Passage, 'title' | 'headings' | 'text'>): string =>
  [title, ...headings.filter((heading) => heading !== title), text].join('\n').slice(0, longest)

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

async function readMissing(
  tx: TenantTx,
  ref: TenantRef,
  model: EmbeddingModel,
  { after, since, atOnce }: { after: string; since: Date | null; atOnce: number },
): Promise<Missing[]> {
  const rows = await rowsOf(
    article,
    tx.$queryRaw`
      SELECT s.article_id::text AS id, s.n,
        (SELECT coalesce(json_agg(json_build_object('position', p.position, 'title', v.title, 'headings', p.headings, 'text', p.text)
          ORDER BY p.position), '[]') FROM kb_passage p WHERE p.tenant_id = s.tenant_id AND p.article_id = s.article_id) AS passages,
        ARRAY(SELECT e.hash FROM kb_embedding e WHERE e.tenant_id = s.tenant_id AND e.article_id = s.article_id AND e.model = ${model.id}
          AND e.embedded_at >= coalesce(${since}::timestamptz, '-infinity')) AS known
      FROM kb_search_article s JOIN kb_article_version v ON v.tenant_id = s.tenant_id AND v.article_id = s.article_id AND v.n = s.n
      WHERE ${missing(ref, model)} AND s.article_id > ${after}::uuid ORDER BY s.article_id LIMIT ${atOnce}`,
  )
  return rows.map(({ id, n, passages, known }) => {
    const isKnown = new Set(known)
    return { id, n, passages: passages.map((each) => ({ ...each, isKnown: isKnown.has(hashOf(textOf(each))) })) }
  })
}

/** What was published anew meanwhile stays missing, and comes again. */
async function write(
  tx: TenantTx,
  ref: TenantRef,
  model: EmbeddingModel,
  articles: readonly Missing[],
  vectors: ReadonlyMap<string, number[]>,
) {
  const tenantId = ref.id
  const column = columnOf(model)
  const current = await rowsOf(
    z.object({ id: z.string(), n: z.int() }),
    tx.$queryRaw`SELECT s.article_id::text AS id, s.n FROM kb_search_article s WHERE s.tenant_id = ${tenantId}::uuid
      AND s.article_id = ANY(${articles.map(({ id }) => id)}::uuid[]) ORDER BY s.article_id FOR UPDATE`,
  )
  const published = new Map(current.map(({ id, n }) => [id, n]))
  const same = articles.filter(({ id, n }) => published.get(id) === n)
  const ids = same.map(({ id }) => id)
  const rows = same.flatMap(({ id, n, passages }) => {
    const places = new Map<string, number>()
    for (const each of passages) {
      const hash = hashOf(textOf(each))
      if (!places.has(hash)) places.set(hash, each.position)
    }
    return [...places].map(([hash, position]) => ({ id, n, hash, position, vector: vectors.get(hash) }))
  })
  const made = rows.filter(({ vector }) => vector !== undefined)
  // An array of vectors is one of texts: arrays of arrays would have to be as long as each other.
  await tx.$executeRaw`
    INSERT INTO kb_embedding AS e (tenant_id, article_id, hash, n, position, model, ${column})
    SELECT ${tenantId}::uuid, g.id, g.hash, g.n, g.position, ${model.id}, g.vector::vector
    FROM unnest(${made.map(({ id }) => id)}::uuid[], ${made.map(({ hash }) => hash)}::text[], ${made.map(({ n }) => n)}::int[],
      ${made.map(({ position }) => position)}::int[], ${made.map(({ vector }) => toSql(vector as number[]))}::text[]) AS g (id, hash, n, position, vector)
    ON CONFLICT (tenant_id, article_id, hash) DO UPDATE SET n = EXCLUDED.n, position = EXCLUDED.position, model = EXCLUDED.model,
      embedded_at = now(), ${Prisma.join(sizes.map((size) => Prisma.raw(`v${size} = EXCLUDED.v${size}`)))}`
  await tx.$executeRaw`
    UPDATE kb_embedding e SET n = g.n, position = g.position
    FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ hash }) => hash)}::text[], ${rows.map(({ n }) => n)}::int[],
      ${rows.map(({ position }) => position)}::int[]) AS g (id, hash, n, position)
    WHERE e.tenant_id = ${tenantId}::uuid AND e.article_id = g.id AND e.hash = g.hash AND e.model = ${model.id}`
  await tx.$executeRaw`
    DELETE FROM kb_embedding e WHERE e.tenant_id = ${tenantId}::uuid AND e.article_id = ANY(${ids}::uuid[]) AND (e.model <> ${model.id}
      OR NOT EXISTS (SELECT FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ hash }) => hash)}::text[]) AS g (id, hash)
        WHERE g.id = e.article_id AND g.hash = e.hash))`
  await tx.$executeRaw`
    UPDATE kb_search_article s SET embedded_by = ${model.id} WHERE s.tenant_id = ${tenantId}::uuid AND s.article_id = ANY(${ids}::uuid[])`
}

const sizes = [384, 768, 1024, 1536] as const
