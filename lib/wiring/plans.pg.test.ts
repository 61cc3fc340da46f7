import pg from 'pg'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { drainBackground } from '../core/background'
import { withOwner } from '../db/owner'
import { plannedOnce } from '../db/prepared'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Ids, idFieldsOf, modelOf, requestOf, sample, type Target, targets } from '../testing/attack'
import { makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { type DataModel, dataModels, idOfEach, tablesOfTenant } from '../testing/rows'
import { mostCounted, sorts, viewNames } from '../tickets/views/schema'

openTestPostgres()

/** Of each: what is left out of a list must cost nothing. */
const rows = 50_000
const limit = 50
/** How many rows a list may read beyond those that it shows. */
const slack = 50
const contacts = 20_000
const large = ['ticket', 'ticket_message', 'event', 'contact', 'kb_posting']
const articles = 5000
/** How much a search of articles reads of each word. */
const readOfWord = 300
const foundBy = ['kb_article', 'kb_article_version', 'kb_search_article', 'kb_passage', 'kb_posting']

let tenant: ResolvedTenant
let people: Record<'owner' | 'agent' | 'customer', TestPerson>
let ids: Ids
let models: DataModel['models']

/** The id of a copy. */
const idOf = (place: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${place}), 12, '0'))::uuid`

/** What differs between the copies of a row; `place` counts them. */
const copied: Record<string, Record<string, string>> = {
  contact: {
    id: idOf('place'),
    name: `'Contact ' || place`,
    person_id: 'NULL',
    tier: `(CASE WHEN place % 2000 = 0 THEN 'premium' ELSE 'basic' END)::"Tier"`,
  },
  ticket: {
    requester_id: idOf(`1 + place % ${contacts}`),
    id: idOf('place'),
    number: '1000 + place',
    status: `(CASE WHEN place % 20 > 0 THEN 'closed' WHEN place % 2000 = 0 THEN 'hold' WHEN place % 40 = 0 THEN 'assigned' ELSE 'created' END)::"TicketStatus"`,
    priority: `(ARRAY['low', 'medium', 'high', 'urgent'])[1 + place % 4]::"Priority"`,
    assignee_id: 'CASE WHEN place % 40 = 0 THEN $2::uuid END',
    title: `'Ticket ' || place`,
    sla_due_at: `CASE WHEN place % 20 = 0 THEN now() + (place - 25000) * interval '1 minute' END`,
    rating: `(CASE WHEN place % 1000 = 0 THEN 'bad' WHEN place % 100 = 1 THEN 'good' END)::"Rating"`,
    due_at: `CASE WHEN place % 3 = 0 THEN now() - place * interval '1 minute' END`,
    created_at: `now() - place * interval '1 minute'`,
    updated_at: `now() - place * interval '1 minute'`,
    public_updated_at: `now() - place * interval '1 minute'`,
  },
  ticket_message: {
    id: idOf('place'),
    ticket_id: idOf('place'),
    message_id: `'copy' || place`,
    created_at: `now() - place * interval '1 minute'`,
  },
  event: {
    id: idOf('place'),
    subject_id: idOf('place'),
    seq: '1000000 + place',
    occurred_at: `now() - place * interval '1 minute'`,
  },
}

beforeAll(async () => {
  tenant = await makeTenant('planned')
  people = {
    owner: await makePerson(tenant, 'owner'),
    agent: await makePerson(tenant, 'agent'),
    customer: await makePerson(tenant, 'customer'),
  }
  await makeTicket(tenant, { email: people.customer.email })
  const category = await (await people.owner.request('POST', '/kb/categories', { name: 'Birds' })).json()
  const text = { title: 'Ostrich', content: '<p>An ostrich runs.</p>', locale: 'en', categoryId: category.id }
  const article = await (await people.owner.request('POST', '/kb/articles', text)).json()
  await answered(people.owner, 'POST', `/kb/articles/${article.id}/publish`, { version: article.version })
  await drainBackground()
  ids = await idOfEach(tenant)
  const clients = await dataModels(tenant)
  models = { ...clients.tenant.models, ...clients.platform.models }
  await withOwner(async (pool) => {
    // The copies need neither checks of what they point to nor what follows from them.
    await pool.query(`SET search_path TO "${tenant.ref.schemaName}", public; SET session_replication_role = replica`)
    for (const { name, columns } of await tablesOfTenant(tenant)) {
      const differing = copied[name]
      if (!differing) continue
      const own = columns.filter((column) => column.name in differing || !(column.name === 'n'))
      const selected = own.map((column) => differing[column.name] ?? `r."${column.name}"`)
      await pool.query(
        `INSERT INTO "${name}" (${own.map((column) => `"${column.name}"`).join()})
         SELECT ${selected.join()} FROM (SELECT * FROM "${name}" WHERE tenant_id = $1 ORDER BY id LIMIT 1) r, generate_series(1, ${name === 'contact' ? contacts : rows}) AS copy (place)
         WHERE $2::uuid IS NOT NULL`,
        [tenant.ref.id, people.agent.id],
      )
    }
    // Of the article all that a search reads.
    for (const { name, columns } of await tablesOfTenant(tenant)) {
      const key = name === 'kb_article' ? 'id' : 'article_id'
      if (!foundBy.includes(name)) continue
      const selected = columns.map((column) =>
        column.name === key ? idOf('place') : column.name === 'slug' ? `'ostrich-' || place` : `r."${column.name}"`,
      )
      await pool.query(
        `INSERT INTO "${name}" (${columns.map((column) => `"${column.name}"`).join()})
         SELECT ${selected.join()} FROM "${name}" r, generate_series(1, ${articles}) AS copy (place) WHERE r.tenant_id = $1 AND r.${key} = $2`,
        [tenant.ref.id, article.id],
      )
    }
    for (const name of ['kb_term', 'kb_search_total'])
      await pool.query(`UPDATE "${name}" SET articles = articles + ${articles} WHERE tenant_id = $1 AND language = 'en'`, [tenant.ref.id])
    await pool.query('ANALYZE')
  })
}, 120_000)

interface Statement {
  text: string
  values: unknown[]
}

async function heardDuring(work: () => Promise<unknown>): Promise<Statement[]> {
  const heard: Statement[] = []
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first, values] = args as [{ text?: string; values?: unknown[] }, unknown[]?]
    if (first.text) heard.push({ text: first.text, values: first.values ?? values ?? [] })
    return query.apply(this, args)
  } as never)
  await work().finally(() => spy.mockRestore())
  return heard
}

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Node[]
}
const explained = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.custom<Node>() })) }))

const every = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(every)]

/** How PostgreSQL does a statement, as the application asks for it: for its values, and for any where it is planned once. */
async function nodesOf({ text, values }: Statement): Promise<Node[]> {
  return withTenant(tenant.ref, async (tx) => {
    const plans = [await tx.$queryRawUnsafe(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`, ...values)]
    if (text.includes(plannedOnce.sql)) {
      const literals = values.map((value) => (value === null ? 'NULL' : pg.escapeLiteral(literalOf(value))))
      await tx.$executeRawUnsafe('SET LOCAL plan_cache_mode = force_generic_plan')
      await tx.$executeRawUnsafe(`PREPARE planned AS ${text}`)
      plans.push(await tx.$queryRawUnsafe(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE planned(${literals.join()})`))
      await tx.$executeRawUnsafe('DEALLOCATE planned')
    }
    return plans.flatMap((plan) => explained.parse(plan).flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => every(Plan))))
  })
}

const literalOf = (value: unknown) =>
  Array.isArray(value)
    ? `{${value.map((each) => JSON.stringify(String(each))).join()}}`
    : value instanceof Date
      ? value.toISOString()
      : String(value)

/** What only reads: explaining the rest would do it once more. */
const readsLarge = ({ text }: Statement) =>
  /^\s*(SELECT|WITH)\b/.test(text) &&
  !/\b(INSERT|UPDATE \w|DELETE)\b/.test(text) &&
  large.some((name) => new RegExp(`\\b(FROM|JOIN)\\s+("\\w+"\\.)?"?${name}"?\\b`).test(text))

const readOf = (node: Node) =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * node['Actual Loops']

/** What of the large tables a request reads: how, and how much of it at most. */
async function scansOf(work: () => Promise<unknown>): Promise<{ type: string; relation: string; read: number; text: string }[]> {
  const heard = (await heardDuring(work)).filter(readsLarge)
  const scans: { type: string; relation: string; read: number; text: string }[] = []
  for (const statement of heard)
    for (const node of await nodesOf(statement)) {
      const relation = node['Relation Name']
      if (relation && large.includes(relation)) scans.push({ type: node['Node Type'], relation, read: readOf(node), text: statement.text })
    }
  return scans
}

async function expectBounded(work: () => Promise<unknown>, most = limit + slack) {
  const scans = await scansOf(work)
  expect(scans.filter(({ type, read }) => type === 'Seq Scan' || read > most)).toEqual([])
  return scans
}

const answered = async (as: TestPerson, ...request: Parameters<TestPerson['request']>) => {
  const answer = await as.request(...request)
  expect(answer.status, `${request[0]} ${request[1]}: ${await answer.clone().text()}`).toBeLessThan(300)
}

/** A simulation goes through what happened in its days. */
const readWhole = ['sla.simulate']
/** Lists that pass over rows which they do not show, and how many they read at most: no more than there are open tickets. */
const openOnes = rows / 20 + limit + slack
const filteredViews: readonly string[] = ['unassigned', 'hold', 'breaching', 'done']
/** How many of the copies are rated. */
const rated = rows / 100 + rows / 1000
const filtered: Record<string, number> = { '/ticket?status=in_progress': openOnes, '/ticket?q=rating:bad': rated + slack }

describe('among 50,000 tickets, messages and events', () => {
  const lists = targets.filter(
    ({ name, schema, meta }) => schema.properties?.cursor && meta.audience !== 'platform' && !readWhole.includes(name),
  )
  const idAt = (target: Target) => (at: string) => ids[modelOf(target, at, models)] as string
  /** Each list as it is, and of each thing that it can be asked for by its id. */
  const asked = lists.flatMap((target) =>
    ['', ...idFieldsOf(target).filter((field) => !target.path.includes(`{${field}}`))].map(
      (field) => [`${target.name}${field && ` by ${field}`}`, target, field] as const,
    ),
  )

  it.each(asked)('the list %s reads no more than it shows', async (_, target, field) => {
    const as = ['tickets.listOwn', 'tickets.participations'].includes(target.name) ? people.customer : people.owner
    await expectBounded(() => answered(as, ...requestOf(target, { ...sample(target, idAt(target), field), limit })))
  })

  it.each([
    '/ticket?status=resolved',
    '/ticket?status=rejected',
    '/ticket?status=closed',
    '/ticket?status=in_progress',
    '/ticket?tag=nobody',
    '/ticket?q=rating:bad',
    '/contacts?tier=premium',
    '/contacts?tier=standard',
    '/audit?type=ticket.created',
    '/audit?onlySuspicious=true',
    '/audit?kind=people',
    '/audit?object=T-1&from=2026-01-01T00:00:00Z',
  ])('%s reads no more than it shows', async (path) => {
    await expectBounded(() => answered(people.owner, 'GET', `${path}&limit=${limit}`), filtered[path])
  })

  it.each(viewNames.flatMap((view) => sorts.map((sort) => [view, sort] as const)))(
    'the view %s in the order %s reads no more than it shows',
    async (view, sort) => {
      const path = `/ticket?view=${view}&sort=${sort}&limit=${limit}`
      await expectBounded(() => answered(people.owner, 'GET', path), filteredViews.includes(view) ? openOnes : undefined)
    },
  )

  // Comparing enums is not leakproof to PostgreSQL: below row-level security a cursor by priority passes over what it has shown.
  it.each(sorts.filter((sort) => !sort.endsWith('priority')))(
    'the next page in the order %s does not read the one before',
    async (sort) => {
      const { nextCursor } = await (await people.owner.request('GET', `/ticket?sort=${sort}&limit=200`)).json()
      await expectBounded(() => answered(people.owner, 'GET', `/ticket?sort=${sort}&limit=${limit}&cursor=${nextCursor}`))
    },
  )

  it('the counts of the views stop where they are large enough', async () => {
    // Of the open ones every other is assigned to nobody.
    await expectBounded(() => answered(people.owner, 'GET', '/ticket/counts'), 2 * mostCounted + slack)
  })

  it.each([
    ['reading one', 'GET', '', undefined],
    ['its page', 'GET', '/page', undefined],
    ['its messages', 'GET', '/comments', undefined],
    ['replying', 'POST', '/comments', { body: 'Text' }],
    ['a note', 'POST', '/comments', { body: 'Text', isInternal: true }],
  ] as const)('%s reads no more than that ticket', async (_, method, path, body) => {
    const id = '00000000-0000-4000-8000-000000000028'
    await expectBounded(() => answered(people.owner, method, `/ticket/${id}${path}`, body))
  })

  it('a new one reads no more than its requester', async () => {
    const body = { title: 'New', description: 'Text', requester: { name: 'New', email: 'new@example.com' } }
    for (let turn = 0; turn < 2; turn++) await expectBounded(() => answered(people.owner, 'POST', '/ticket', body))
  })

  it('what was written last is sorted into the indexes of words at once, so that no search reads it from its beginning', async () => {
    const indexes = await withOwner((pool) =>
      pool.query(
        `SELECT c.relname AS name, 'fastupdate=off' = ANY(c.reloptions) AS "isAtOnce" FROM pg_class c JOIN pg_am a ON a.oid = c.relam
         WHERE a.amname = 'gin' AND c.relnamespace = $1::regnamespace`,
        [tenant.ref.schemaName],
      ),
    )
    expect(indexes.rows.length).toBeGreaterThan(0)
    expect(indexes.rows.filter(({ isAtOnce }) => !isAtOnce)).toEqual([])
  })

  it.each(['agent', 'customer'] as const)('what of them a person with the role %s may see is found as quickly', async (role) => {
    for (const view of ['all', 'open', 'done'] as const)
      await expectBounded(() => answered(people[role], 'GET', `/ticket?view=${view}&limit=${limit}`))
  })

  it.each(['owner', 'customer', null] as const)(
    'finding an article by a word of all of them reads a part of the index (%s)',
    async (who) => {
      const path = '/public/kb/search?query=ostrich%20run'
      const ask = async () => {
        const answer = who ? await people[who].request('GET', path) : await send(tenant, 'GET', path)
        expect((await answer.json()).items).toHaveLength(5)
      }
      const scans = await expectBounded(ask, 2 * readOfWord + slack)
      expect(scans.length).toBeGreaterThan(0)
    },
  )
})
