// npm run bench:kb -- --speed [--sizes 200,10000,100000 --rates 1,30 --seconds 20 --embedded]: how fast articles are found in one workspace among
// 200, asked as everybody asks the API, at a steady pace whatever is answered. On PostgreSQL, or with --embedded on the database that the product brings.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../lib/testing/postgres-server'
import { openLoop } from '../load'
import { centres } from './centres'
import type { Article } from './plain'
import { ndcgOf, questionsOf } from './quality'

export async function measureSpeed({
  sizes,
  rates,
  seconds,
  isEmbedded,
}: Record<'sizes' | 'rates', number[]> & { seconds: number; isEmbedded: boolean }) {
  const server = isEmbedded ? undefined : await startPostgres({ isDurable: true })
  if (server) process.env.DATABASE_URL = server.url()
  else {
    delete process.env.DATABASE_URL
    process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-bench-'))
  }
  process.env.LOG_LEVEL = 'error'
  process.env.JOBS = 'off'
  process.env.RATE_LIMIT_CEILING = '1000000'
  await import('../../lib/wiring/wire')
  const { env } = await import('../../lib/env')
  if (server) env().DATABASE_MIGRATION_URL = server.url()
  await (await import('../../lib/wiring/up-to-date')).bringUpToDate()
  const { makePerson, makeTenant } = await import('../../lib/testing/factories')
  const { publishAll } = await import('./product')
  const pool = server && new pg.Pool({ connectionString: server.url(), max: 1, options: '-c search_path=desk,public' })
  // Neither checks of what rows point to nor what follows from them: all of it is copied.
  await pool?.query('SET session_replication_role = replica')

  const small = await makeTenant('small')
  await publishAll(small, mixed(20))
  if (pool) for (let n = 0; n < 198; n++) await copyInto(pool, small.ref.id, (await makeTenant(`other${n}`)).ref.id)

  const table: Record<string, object> = {}
  for (const size of sizes) {
    const tenant = await makeTenant(`size${size}`)
    const distinct = Math.min(size, 1000)
    let start = performance.now()
    await publishAll(tenant, [...real, ...mixed(distinct - real.length)])
    if (pool) {
      await multiply(pool, tenant.ref.id, Math.ceil(size / distinct))
      await pool.query('VACUUM ANALYZE')
    }
    console.log(`${size} articles after ${Math.round((performance.now() - start) / 1000)} s`)
    // Each as often as a person may.
    const people = await Promise.all(Array.from({ length: 40 }, () => makePerson(tenant, 'customer')))
    let turn = 0
    const ask = async (query: string, isTyping: boolean) => {
      const answer = await (people[turn % people.length] as (typeof people)[number]).request(
        'GET',
        `/public/kb/search?${new URLSearchParams({ query, topK: '10', ...(isTyping && { isTyping: 'true' }) })}`,
      )
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
      return (await answer.json()) as { items: { slug: string }[] }
    }
    const next = () => asked[turn++ % asked.length] as (typeof asked)[number]
    const typed = () => {
      const { text } = next()
      return text.slice(0, 3 + (turn % Math.max(1, text.length - 3)))
    }
    for (let n = 0; n < 20; n++) await ask(next().text, n % 2 === 0)
    const figures: Record<string, number> = {}
    for (const rate of rates)
      for (const [what, isTyping] of [
        ['', false],
        ['typing ', true],
      ] as const) {
        start = performance.now()
        const { p50, p95 } = await openLoop(() => ask(isTyping ? typed() : next().text, isTyping), rate, seconds)
        figures[`${what}${rate}/s p50`] = Math.round(p50)
        figures[`${what}${rate}/s p95`] = Math.round(p95)
      }
    // Those that are copied many times are as good as themselves.
    let ndcg = 0
    for (const question of asked)
      ndcg +=
        ndcgOf(
          question,
          (await ask(question.text, false)).items.map(({ slug }) => slug.replace(/~\d+$/, '')),
        ) / asked.length
    table[size] = { ...figures, ndcg: Number(ndcg.toFixed(3)) }
    console.table(table)
  }
  await pool?.end()
  const { closeConnection } = await import('../../lib/db/connection')
  await closeConnection()
  await server?.stop()
}

const english = centres.flatMap(({ articles }) => articles.filter(({ language }) => language === 'en'))
const real = centres[0]?.articles.filter(({ language }) => language === 'en') ?? []
const asked = questionsOf('demo-questions.txt').filter(({ kind }) => kind !== 'language' && kind !== 'unrelated')

/** Articles of paragraphs that stand in others, about things with names of their own. The same each time. */
function mixed(count: number): Article[] {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const any = <T>(list: readonly T[]) => list[random(list.length)] as T
  const syllables = ['ka', 'mo', 'ri', 'tel', 'van', 'su', 'por', 'lin', 'dek', 'ha', 'zu', 'bro', 'fi', 'nam', 'gos']
  const name = () => Array.from({ length: 3 }, () => any(syllables)).join('')
  const paragraphs = english.flatMap(({ text }) => text.split('\n\n').filter((each) => each.length > 80))
  return Array.from({ length: Math.max(0, count) }, (_, n) => {
    const [thing, other] = [name(), name()]
    const parts = Array.from({ length: 2 + random(5) }, () =>
      any(paragraphs).replace(/\b(?:order|product|item|jacket|account)\b/, () => any([thing, other])),
    )
    return {
      slug: `mixed-${n}`,
      language: 'en',
      title: `${any(english).title.split(' ').slice(0, 3).join(' ')} ${thing}`,
      text: parts.join('\n\n'),
      keywords: '',
      excerpt: '',
    }
  })
}

const tables = {
  kb_settings: '',
  kb_category: 'id',
  kb_article: 'id',
  kb_article_version: 'article_id',
  kb_search_article: 'article_id',
  kb_passage: 'article_id',
  kb_posting: 'article_id',
}

async function columnsOf(pool: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'desk' AND table_name = $1`,
    [table],
  )
  return rows.map(({ name }) => name as string)
}

/** The whole help centre of one workspace for another. */
async function copyInto(pool: pg.Pool, from: string, to: string) {
  for (const table of [...Object.keys(tables), 'kb_term', 'kb_word', 'kb_search_total']) {
    const columns = await columnsOf(pool, table)
    const selected = columns.map((column) => (column === 'tenant_id' ? '$2::uuid' : column))
    await pool.query(
      `INSERT INTO ${table} (${columns.join()}) SELECT ${selected.join()} FROM ${table} WHERE tenant_id = $1 ON CONFLICT DO NOTHING`,
      [from, to],
    )
  }
}

/** Each article so many times, with what is counted of all. */
async function multiply(pool: pg.Pool, tenantId: string, times: number) {
  if (times <= 1) return
  for (const [table, key] of Object.entries(tables)) {
    if (table === 'kb_settings' || table === 'kb_category') continue
    const columns = await columnsOf(pool, table)
    const selected = columns.map((column) =>
      column === key
        ? `overlay(overlay(md5(${key}::text || k) placing '4' from 13) placing '8' from 17)::uuid`
        : column === 'slug'
          ? `slug || '~' || k`
          : column === 'impact'
            ? 'greatest(0, impact - k % 7)'
            : column,
    )
    await pool.query(`CREATE TEMP TABLE copied AS SELECT * FROM ${table} WHERE tenant_id = $1`, [tenantId])
    for (let k = 2; k <= times; k += 10)
      await pool.query(
        `INSERT INTO ${table} (${columns.join()}) SELECT ${selected.join()} FROM copied, generate_series(${k}, ${Math.min(times, k + 9)}) k`,
      )
    await pool.query('DROP TABLE copied')
  }
  for (const table of ['kb_term', 'kb_word', 'kb_search_total']) {
    const counted = (await columnsOf(pool, table)).filter((column) =>
      ['articles', 'title_length', 'document_length', 'passages', 'passage_length'].includes(column),
    )
    await pool.query(`UPDATE ${table} SET ${counted.map((column) => `${column} = ${column} * ${times}`).join()} WHERE tenant_id = $1`, [
      tenantId,
    ])
  }
  // As many words as so many articles have: nearly all of them stand in one.
  await pool.query(
    `INSERT INTO kb_word (tenant_id, language, word, effective_audience, length, letters, articles)
     SELECT DISTINCT ON (w) $1::uuid, 'en', w, 'public'::"KbAudience", length(w), ('x' || left(md5(w), 8))::bit(32)::int & 2097151, 1
     FROM (SELECT left(translate(md5(n::text), '0123456789', 'ghijklmnop'), 4 + n % 9) AS w FROM generate_series(1, $2::int) n) r ON CONFLICT DO NOTHING`,
    [tenantId, Math.min(60_000, 1000 * times)],
  )
}
