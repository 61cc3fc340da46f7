import type pg from 'pg'
import { z } from 'zod'
import { newId } from '../core/id'
import { platformSchema } from '../db/names'
import { withOwner } from '../db/owner'
import { withPlatform, withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'

/** The tables that Prisma knows, with what the database says of their columns. */
interface Table {
  model: string
  schema: string
  name: string
  columns: z.output<typeof column>[]
  references: z.output<typeof reference>[]
}
type Row = Record<string, unknown>

const dataModel = z.object({
  models: z.record(
    z.string(),
    z.object({ dbName: z.string().nullable(), fields: z.array(z.object({ name: z.string(), type: z.string() })) }),
  ),
})
export type DataModel = z.output<typeof dataModel>

const column = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  isNullable: z.boolean(),
  hasDefault: z.boolean(),
  firstLabel: z.string().nullable(),
})
const reference = z.object({ table: z.string(), to: z.string(), columns: z.array(z.string()), targets: z.array(z.string()) })

/** What the generated clients know of their models, as they hold it at run time. */
export async function dataModels(tenant: ResolvedTenant): Promise<{ tenant: DataModel; platform: DataModel }> {
  const of = async (tx: object) => dataModel.parse((tx as { _runtimeDataModel: unknown })._runtimeDataModel)
  return { tenant: await withTenant(tenant.ref, of), platform: await withPlatform(of) }
}

async function tablesOf(schema: string, { models }: DataModel): Promise<Table[]> {
  const read = async (sql: string) => (await withOwner((pool) => pool.query(sql, [schema]))).rows as unknown[]
  const columns = z.array(column).parse(
    await read(`SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS "isNullable",
      a.atthasdef OR a.attidentity <> '' AS "hasDefault",
      (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = a.atttypid ORDER BY e.enumsortorder LIMIT 1) AS "firstLabel"
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum`),
  )
  const names = (of: string, keys: string) =>
    `(SELECT array_agg(a.attname::text ORDER BY k.at) FROM unnest(${keys}) WITH ORDINALITY k(num, at)
      JOIN pg_attribute a ON a.attrelid = ${of} AND a.attnum = k.num)`
  const references = z.array(reference).parse(
    await read(`SELECT f.relname AS "table", t.relname AS "to", ${names('conrelid', 'conkey')} AS columns, ${names('confrelid', 'confkey')} AS targets
    FROM pg_constraint JOIN pg_class f ON f.oid = conrelid JOIN pg_class t ON t.oid = confrelid
    WHERE contype = 'f' AND connamespace = $1::regnamespace`),
  )
  return Object.entries(models).map(([model, { dbName }]) => {
    const name = dbName ?? model
    const own = <T extends { table: string }>(all: T[]) => all.filter(({ table }) => table === name)
    return { model, schema, name, columns: own(columns), references: own(references) }
  })
}

/**
 * The tables of both schemas that hold something of a tenant's, a table before those that point to it. A new model is in
 * here without anyone adding it.
 */
export async function tablesOfTenant(tenant: ResolvedTenant): Promise<Table[]> {
  const models = await dataModels(tenant)
  const all = [...(await tablesOf(tenant.ref.schemaName, models.tenant)), ...(await tablesOf(platformSchema, models.platform))]
  let waiting = all.filter(({ columns }) => columns.some(({ name }) => name === 'tenant_id'))
  const ordered: Table[] = []
  while (waiting.length > 0) {
    const isFree = (table: Table, references: Table['references']) =>
      references.every(({ to }) => to === table.name || !waiting.some((other) => other.name === to))
    // What it may point to comes first as well, as far as that is possible.
    const whole = waiting.filter((table) => isFree(table, table.references))
    const free = whole.length > 0 ? whole : waiting.filter((table) => isFree(table, requiredReferences(table))).slice(0, 1)
    if (free.length === 0) throw new Error(`tables that need each other: ${waiting.map(({ name }) => name).join(', ')}`)
    ordered.push(...free)
    waiting = waiting.filter((table) => !free.includes(table))
  }
  return ordered
}

const requiredReferences = ({ columns, references }: Table) =>
  references.filter((each) => each.columns.every((name) => columns.some((given) => given.name === name && !given.isNullable)))

/** A row of the tenant in every table, by model: the first there is, or one made from what the columns ask for. */
async function oneRowOfEach(tenant: ResolvedTenant): Promise<Map<string, Row>> {
  const tables = await tablesOfTenant(tenant)
  const rows = new Map<string, Row>()
  await withOwner(async (pool) => {
    for (const table of tables) {
      const at = `"${table.schema}"."${table.name}"`
      const { rows: present } = await pool.query(
        `SELECT * FROM ${at} WHERE tenant_id = $1 ORDER BY ${table.columns.some(({ name }) => name === 'id') ? 'id' : '1'} LIMIT 1`,
        [tenant.ref.id],
      )
      const found = present[0] as Row | undefined
      rows.set(table.name, found ?? (await insert(pool, table, at, rows, tenant)))
    }
  })
  return new Map(tables.map(({ model, name }) => [model, rows.get(name) as Row]))
}

/** Their ids by model, the tenant's own among them. */
export async function idOfEach(tenant: ResolvedTenant): Promise<Record<string, string>> {
  const rows = [...(await oneRowOfEach(tenant))].map(([model, { id }]) => [model, id as string])
  return { ...Object.fromEntries(rows), Tenant: tenant.ref.id }
}

async function insert(pool: pg.Pool, table: Table, at: string, rows: Map<string, Row>, tenant: ResolvedTenant): Promise<Row> {
  const required = requiredReferences(table)
  // A check may ask for one of several parents, so each is tried where none is refused.
  for (const optional of [null, ...table.references.filter((each) => !required.includes(each))]) {
    const parents: Row = {}
    for (const { to, columns, targets } of optional ? [...required, optional] : required)
      for (const [i, name] of columns.entries()) parents[name] = rows.get(to)?.[targets[i] as string]
    const row: Row = { ...valuesOf(table), ...parents, tenant_id: tenant.ref.id }
    const names = Object.keys(row)
    const sql = `INSERT INTO ${at} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')}) RETURNING *`
    try {
      return (await pool.query(sql, Object.values(row))).rows[0] as Row
    } catch (error) {
      if ((error as { code?: string }).code !== checkViolation) throw new Error(`no row for ${table.name}`, { cause: error })
    }
  }
  throw new Error(`no row for ${table.name} passes its checks`)
}
const checkViolation = '23514'

/** What the code that reads a column takes for granted. */
const typical: Row = {
  time_zone: 'UTC',
  schedule: JSON.stringify({ mon: [['09:00', '17:00']], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }),
  filter: '',
  change: JSON.stringify({ kind: 'archive', isArchived: true }),
  changes: '[]',
  actions: JSON.stringify([{ kind: 'assign', assigneeId: null }]),
  moved: JSON.stringify({ messageIds: [], watcherIds: [], status: 'created', snippet: '', fromSnippet: '' }),
  sort: 'updated',
  rows: '[]',
}

const valuesOf = ({ columns }: Table): Row =>
  Object.fromEntries(columns.filter((each) => !each.isNullable && !each.hasDefault).map((each) => [each.name, valueFor(each)]))

function valueFor({ name, type, firstLabel }: z.output<typeof column>): unknown {
  if (name in typical) return typical[name]
  if (firstLabel) return firstLabel
  if (type.endsWith('[]')) return []
  if (type === 'uuid') return newId()
  if (/^json/.test(type)) return '{}'
  if (/^timestamp|^date/.test(type)) return new Date(Date.now() + 24 * 3600_000)
  if (/int|numeric|double|real/.test(type)) return 1
  if (type === 'boolean') return false
  if (type === 'bytea') return Buffer.from('')
  if (/^text|^character|^citext/.test(type)) return `${name} ${newId().slice(-8)}`
  throw new Error(`a value of type ${type} for ${name}`)
}

/** Everything a tenant has, as one text per table, to see whether anything has changed. */
export async function contentsOf(tenant: ResolvedTenant): Promise<Record<string, string>> {
  const tables = await tablesOfTenant(tenant)
  const contents: Record<string, string> = {}
  await withOwner(async (pool) => {
    for (const { schema, name } of tables) {
      const sql = `SELECT coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '') AS all FROM "${schema}"."${name}" r WHERE tenant_id = $1`
      contents[name] = (await pool.query(sql, [tenant.ref.id])).rows[0].all
    }
  })
  return contents
}
