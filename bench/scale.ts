// npm run bench:scale [-- --sizes 10000,100000,1000000 --seconds 2 --only detail]
// How lists, counts, search and writes grow with the tickets of one workspace among 200 others. The whole procedure is run as
// the REST caller runs it, in this process, on a real PostgreSQL; the baseline is the bare SQL the case cannot do without.
// The plans of the largest size go to bench/plans.txt.

import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'
import { isOpen } from '../lib/tickets/ticket/attribute-question'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
  },
})
const sizes = values.sizes.split(',').map(Number)
const seconds = Number(values.seconds)

const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
await import('../lib/wiring/wire')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { documentOf, weights } = await import('../lib/core/words')
const { stories } = await import('../lib/demo/stories')
const { newId } = await import('../lib/core/id')
const { markOf } = await import('../lib/tickets/ticket/filter')
const { makeTenant, makePerson, inWork } = await import('../lib/testing/factories')
const { drainBackground } = await import('../lib/core/background')
const { withPlatform, withTenant } = await import('../lib/db/scope')
const { runJob } = await import('../lib/jobs/run')
const { env } = await import('../lib/env')

/** What was asked of the database, for the plans. */
const heard: { text: string; values: unknown[] }[] = []
const plans: string[] = []
const query = pg.Client.prototype.query
pg.Client.prototype.query = function (this: pg.Client, ...given: [{ text?: string; values?: unknown[] }, unknown[]?]) {
  const [asked, values] = given
  if (typeof asked?.text === 'string') heard.push({ text: asked.text, values: asked.values ?? values ?? [] })
  if (heard.length > 1000) heard.length = 0
  return Reflect.apply(query, this, given)
} as typeof query
env().DATABASE_MIGRATION_URL = server.url()

await bringUpToDate()
// The tables' triggers find what they need by the path that the application sets.
const pool = new pg.Pool({ connectionString: server.url(), max: 4, options: '-c search_path=desk,public' })
const tenant = await makeTenant('scale')
const tenantId = tenant.ref.id
const agent = await makePerson(tenant, 'moderator')
const contactIds = await inWork(tenant, async ({ tx }) => {
  const rows = Array.from({ length: 2000 }, (_, n) => ({ tenantId, id: newId(), name: `Contact ${n}` }))
  await tx.contact.createMany({ data: rows })
  return rows.map(({ id }) => id)
})
const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ where: { tenantId } }))
for (let n = 0; n < 200; n++) await fill(await makeTenant(`other${n}`).then(({ ref }) => ref.id), 0, 50, null)

/** Tickets with two messages each and their words, written straight into the tables. One word in 2,000 tickets is rare. */
async function fill(id: string, from: number, to: number, people: string[] | null) {
  const mark = markOf(id)
  const documents = stories.map(({ title, turns }) =>
    documentOf(mark, [
      { weight: weights.title, text: title },
      { weight: weights.said, text: turns.join('\n') },
    ]),
  )
  const contact = people ?? [newId()]
  if (!people) await pool.query(`INSERT INTO desk.contact (tenant_id, id, name, updated_at) VALUES ($1, $2, 'X', now())`, [id, contact[0]])
  await pool.query(
    `INSERT INTO desk.ticket (tenant_id, id, number, title, status, priority, source, department_id, requester_id, assignee_id, snippet,
       message_count, tags, created_at, updated_at)
     SELECT $1, gen_random_uuid(), 1000000 + n, ($4::text[])[1 + n % $5],
       (CASE WHEN n % 20 = 0 THEN CASE WHEN n % 2000 = 0 THEN 'hold' WHEN n % 40 = 0 THEN 'assigned' ELSE 'created' END ELSE 'closed' END)::desk."TicketStatus",
       (ARRAY['low','medium','high','urgent'])[1 + n % 4]::desk."Priority", 'email', ($6::uuid[])[1 + n % greatest(1, cardinality($6::uuid[]))],
       ($7::uuid[])[1 + n % cardinality($7::uuid[])], CASE WHEN n % 40 = 0 THEN $8::uuid END, 'The first line of the last message', 2,
       CASE WHEN n % 5000 = 0 THEN ARRAY['rare'] ELSE '{}'::text[] END, now() - (n * interval '1 second'), now() - (n * interval '1 second')
     FROM generate_series($2::int, $3::int - 1) n`,
    [
      id,
      from,
      to,
      stories.map(({ title }) => title),
      stories.length,
      people ? departments.map((row) => row.id) : [],
      contact,
      people ? agent.id : null,
    ],
  )
  await pool.query(
    `INSERT INTO desk.ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source, created_at)
     SELECT t.tenant_id, gen_random_uuid(), t.id, (CASE k WHEN 1 THEN 'description' ELSE 'reply' END)::desk."MessageKind", 'contact', t.requester_id,
       ($4::text[])[1 + (t.number + k) % $5], gen_random_uuid()::text, 'email', t.created_at
     FROM desk.ticket t, generate_series(1, 2) k WHERE t.tenant_id = $1 AND t.number >= 1000000 + $2 AND t.number < 1000000 + $3`,
    [id, from, to, stories.flatMap(({ turns }) => turns).slice(0, 20), Math.min(20, stories.flatMap(({ turns }) => turns).length)],
  )
  await pool.query(
    `INSERT INTO desk.ticket_search (tenant_id, ticket_id, document, updated_at)
     SELECT t.tenant_id, t.id, (($4::text[])[1 + (t.number - 1000000) % $5])::tsvector || ($6 || 'word' || (t.number / 2000) || ''':1C')::tsvector, now()
     FROM desk.ticket t WHERE t.tenant_id = $1 AND t.number >= 1000000 + $2 AND t.number < 1000000 + $3`,
    [id, from, to, documents, stories.length, `'${mark}:`],
  )
  await pool.query(
    `INSERT INTO desk.ticket_tag (tenant_id, name, ticket_id) SELECT tenant_id, 'rare', id FROM desk.ticket
     WHERE tenant_id = $1 AND number >= 1000000 + $2 AND number < 1000000 + $3 AND tags <> '{}'`,
    [id, from, to],
  )
}

const times = async (work: () => Promise<unknown>) => {
  await work()
  const found: number[] = []
  for (const end = performance.now() + seconds * 1000; performance.now() < end && found.length < 400; ) {
    const start = performance.now()
    await work()
    found.push(performance.now() - start)
  }
  found.sort((a, b) => a - b)
  return { p50: found[Math.floor(found.length / 2)] as number, p95: found[Math.floor(found.length * 0.95)] as number }
}

const ask = async (path: string, method = 'GET', body?: object) => {
  const answer = await agent.request(method, path, body)
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

let filled = 0
let twenty: string | undefined
for (const size of sizes) {
  const start = performance.now()
  await pool.query('DROP INDEX IF EXISTS desk.ticket_search_document_idx')
  for (; filled < size; filled += 100_000) await fill(tenantId, filled, Math.min(size, filled + 100_000), contactIds)
  filled = size
  await pool.query('CREATE INDEX ticket_search_document_idx ON desk.ticket_search USING GIN (document)')
  await pool.query(
    `INSERT INTO desk.search_word (tenant_id, word, ending) SELECT $1, w, reverse(w) FROM (VALUES ('invoice'), ('printer'), ('delivery'), ('export')) v(w) ON CONFLICT DO NOTHING`,
    [tenantId],
  )
  await pool.query(`UPDATE desk.workspace SET last_ticket_number = greatest(last_ticket_number, 3000000) WHERE tenant_id = $1`, [tenantId])
  await pool.query('VACUUM ANALYZE')
  const { rows } = await pool.query(`SELECT id FROM desk.ticket WHERE tenant_id = $1 ORDER BY updated_at DESC LIMIT 500`, [tenantId])
  const ids = rows.map((row) => row.id as string)
  const long = ids[0] as string
  await pool.query(
    `INSERT INTO desk.ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source)
     SELECT $1, gen_random_uuid(), $2, 'reply', 'contact', $3, repeat('Some words of a message. ', 12), gen_random_uuid()::text, 'email'
     FROM generate_series(1, 500 - (SELECT count(*)::int FROM desk.ticket_message WHERE tenant_id = $1 AND ticket_id = $2))`,
    [tenantId, long, contactIds[0]],
  )
  let turn = 0
  const next = () => ids[++turn % ids.length] as string
  const bareList = `SELECT t.*, c.name, d.name, p.name FROM desk.ticket t JOIN desk.contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    LEFT JOIN desk.department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id LEFT JOIN desk.person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
    WHERE t.tenant_id = $1 AND t.deleted_at IS NULL`
  const open = isOpen.text
  const words = (text: string) =>
    text
      .split(' ')
      .map((word) => `'${markOf(tenantId)}:${word}':*`)
      .join(' & ')
  const find = (text: string) =>
    pool.query(
      `${bareList} AND t.id IN (SELECT s.ticket_id FROM desk.ticket_search s WHERE s.tenant_id = $1 AND s.document @@ $2::tsquery)
       ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`,
      [tenantId, words(text)],
    )
  const insertMessage = (kind: string) =>
    `INSERT INTO desk.ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source)
     VALUES ($1, $2, $3, '${kind}', 'contact', $4, 'Text', gen_random_uuid()::text, 'email')`
  const cases: [string, () => Promise<unknown>, (() => Promise<unknown>)?][] = [
    ['list 50', () => ask('/ticket'), () => pool.query(`${bareList} ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`, [tenantId])],
    [
      'list open by priority',
      () => ask('/ticket?view=open&sort=-priority'),
      () => pool.query(`${bareList} AND ${open} ORDER BY t.priority DESC, t.id DESC LIMIT 51`, [tenantId]),
    ],
    [
      'list mine',
      () => ask('/ticket?view=mine'),
      () =>
        pool.query(`${bareList} AND ${open} AND t.assignee_id = $2 ORDER BY t.updated_at DESC, t.id DESC LIMIT 51`, [tenantId, agent.id]),
    ],
    ['page 20 by cursor', pageTwenty],
    [
      'counts of the views',
      () => ask('/ticket/counts'),
      () =>
        pool.query(
          `SELECT count(*) FILTER (WHERE t.assignee_id = $2), count(*) FILTER (WHERE t.assignee_id IS NULL), count(*),
             count(*) FILTER (WHERE t.status = 'hold') FROM desk.ticket t WHERE t.tenant_id = $1 AND t.deleted_at IS NULL AND ${open}`,
          [tenantId, agent.id],
        ),
    ],
    ['filter by a rare tag', () => ask('/ticket?q=tag:rare')],
    ['filter status:hold', () => ask('/ticket?view=hold')],
    ['search a rare word', () => ask(`/ticket?q=word${500 + (turn++ % 5)}`), () => find(`word${500 + (turn++ % 5)}`)],
    ['search a common word', () => ask('/ticket?q=invoice'), () => find('invoice')],
    ['search two common words', () => ask('/ticket?q=card%20invoice'), () => find('card invoice')],
    ['common word on hold', () => ask('/ticket?q=invoice%20status:hold')],
    ['search with a slip', () => ask('/ticket?q=invoce')],
    ['search what is nowhere', () => ask('/ticket?q=xyzzyplugh')],
    ['detail', () => ask(`/ticket/${next()}`), () => pool.query(`${bareList} AND t.id = $2`, [tenantId, next()])],
    [
      'page of 500 messages',
      () => ask(`/ticket/${long}/page`),
      () =>
        pool.query('SELECT * FROM desk.ticket_message WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY created_at, id', [tenantId, long]),
    ],
    [
      'create',
      () => ask('/ticket', 'POST', { title: 'Bench', description: 'Text', requester: { name: 'B', email: 'bench@example.com' } }),
      () =>
        inTransaction(async (client) => {
          const { rows } = await client.query(
            `UPDATE desk.workspace SET last_ticket_number = last_ticket_number + 1 WHERE tenant_id = $1 RETURNING last_ticket_number AS n`,
            [tenantId],
          )
          const id = newId()
          await client.query(
            `INSERT INTO desk.ticket (tenant_id, id, number, title, status, priority, source, requester_id, snippet, updated_at)
             VALUES ($1, $2, $3, 'Bench', 'created', 'medium', 'web', $4, 'Text', now())`,
            [tenantId, id, rows[0].n, contactIds[0]],
          )
          await client.query(insertMessage('description'), [tenantId, newId(), id, contactIds[0]])
        }),
    ],
    [
      'reply',
      () => ask(`/ticket/${next()}/comments`, 'POST', { body: 'Text' }),
      () =>
        inTransaction(async (client) => {
          const id = next()
          await client.query(`SELECT id FROM desk.ticket WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, [tenantId, id])
          await client.query(insertMessage('reply'), [tenantId, newId(), id, contactIds[0]])
          await client.query(
            `UPDATE desk.ticket SET message_count = message_count + 1, version = version + 1, updated_at = now() WHERE tenant_id = $1 AND id = $2`,
            [tenantId, id],
          )
        }),
    ],
    [
      'bulk change of 500',
      () => bulk(ids, turn++ % 2 ? 'high' : 'low'),
      () =>
        pool.query(
          `UPDATE desk.ticket SET priority = $3::text::desk."Priority", version = version + 1 WHERE tenant_id = $1 AND id = ANY($2::uuid[])`,
          [tenantId, ids, turn++ % 2 ? 'high' : 'low'],
        ),
    ],
  ]
  console.log(
    `\n${size} tickets (loaded in ${((performance.now() - start) / 1000).toFixed(0)} s)\n\n| case | p50 ms | p95 ms | ratio to bare SQL |\n|---|---|---|---|`,
  )
  for (const [name, work, bare] of cases.filter(([name]) => name.includes(values.only))) {
    if (size === Math.max(...sizes)) await recordPlan(name, work)
    const figures = await times(work)
    const base = bare && (await times(bare))
    console.log(`| ${name} | ${figures.p50.toFixed(1)} | ${figures.p95.toFixed(1)} | ${base ? (figures.p50 / base.p50).toFixed(1) : ''} |`)
  }
}

async function inTransaction(work: (client: pg.PoolClient) => Promise<void>) {
  const client = await pool.connect()
  await client.query('BEGIN')
  await work(client)
  await client.query('COMMIT')
  client.release()
}

/** Starts a bulk action and does its job at once, as the worker would. */
async function bulk(ids: string[], priority: string) {
  await ask('/ticket/bulk', 'POST', { ids, change: { kind: 'priority', priority } })
  await drainBackground()
  const waiting = await withPlatform((tx) => tx.job.findMany({ where: { name: 'tickets.bulk', status: 'queued' } }))
  for (const { id } of waiting) await runJob(id)
}

/** How PostgreSQL does the longest statement of a case, under row-level security as the application. */
async function recordPlan(name: string, work: () => Promise<unknown>) {
  heard.length = 0
  await work()
  const longest = heard
    .filter(({ text }) => /\bticket(_message)? [tm]\b/.test(text) && !/FOR UPDATE/.test(text))
    .sort((a, b) => b.text.length - a.text.length)[0]
  if (!longest) return
  const rows = await withTenant(tenant.ref, (tx) =>
    tx.$queryRawUnsafe<Record<string, string>[]>(
      `EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, SUMMARY OFF) ${longest.text}`,
      ...longest.values,
    ),
  ).catch((error: Error) => [{ plan: error.message }])
  plans.push(`## ${name}\n\n${rows.map((row) => Object.values(row)[0]?.slice(0, 160)).join('\n')}\n`)
}

async function pageTwenty() {
  twenty ??= await (async () => {
    let cursor = ''
    for (let n = 0; n < 19; n++)
      cursor = ((await ask(`/ticket?limit=50${cursor ? `&cursor=${cursor}` : ''}`)) as { nextCursor: string }).nextCursor
    return cursor
  })()
  return ask(`/ticket?limit=50&cursor=${twenty}`)
}

writeFileSync(new URL('plans.txt', import.meta.url), plans.join('\n'))
const { closeConnection } = await import('../lib/db/connection')
await pool.end()
await closeConnection()
await server.stop()
process.exit(0)
