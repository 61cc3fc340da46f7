import { createHash } from 'node:crypto'
import pg from 'pg'
import { Prisma } from './generated/tenant/client'
import { preparedName } from './prepared'

interface Asked {
  name?: string
  text: string
  values: unknown[]
  types: { getTypeParser: typeof pg.types.getTypeParser }
  rowMode?: 'array'
}
export interface Found {
  rows: Record<string, unknown>[]
  rowCount: number | null
  fields: { name: string }[]
}

/** Rows as the database writes them, in the order of the columns. */
export interface Texts {
  columns: string[]
  rows: (string | null)[][]
}
/** Asks on the connection of the unit of work that is open. @throws when it is over */
interface Asks {
  ask(statement: Asked): Promise<Found>
}

/** A moment as the database writes it. */
export const momentOf = (text: string) => new Date(`${text.replace(' ', 'T')}${/[+-]\d\d$/.test(text) ? ':00' : ''}`)

/** What the driver would give otherwise than Prisma does. */
const readers = new Map<number, (text: string) => unknown>([
  [20, BigInt],
  [26, BigInt],
  [1082, (text) => new Date(text)],
  [1083, (text) => new Date(`1970-01-01T${text}Z`)],
  [1114, (text) => new Date(`${text.replace(' ', 'T')}Z`)],
  [1184, momentOf],
  [1700, (text) => new Prisma.Decimal(text)],
])
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    readers.get(oid) ?? pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

const asText = { getTypeParser: (() => (text: string) => text) as unknown as typeof pg.types.getTypeParser }

const texts = Symbol('rows as texts')

/** What a statement finds, with nothing read into dates, numbers or objects: for what goes out as text again. */
export const textsOf = (tx: object, statement: Prisma.Sql): Promise<Texts> =>
  (tx as { [texts](statement: Prisma.Sql): Promise<Texts> })[texts](statement)

/** A moment says its zone; what else a statement is given the driver writes as Prisma does. */
const written = (value: unknown): unknown =>
  value instanceof Date ? value.toISOString() : Array.isArray(value) ? value.map(written) : value

const marks = new Map<string, string>()

/** A table of the same name has types of its own in each schema: a plan made for one is refused in another. */
function preparedIn(schema: string, text: string): string | undefined {
  const name = preparedName(text)
  if (!name) return undefined
  const mark = marks.get(schema) ?? createHash('sha256').update(schema).digest('base64url').slice(0, 8)
  marks.set(schema, mark)
  return name + mark
}

/**
 * The transaction with its raw statements asked of the driver itself: what Prisma does around one costs as much again, and more with each
 * row it gives. Errors are the driver's own.
 * @param schema of the search path, for the names of prepared statements; null where none are
 */
export function withRaw<Tx extends object>(tx: Tx, unit: Asks, schema: string | null): Tx {
  const run = (text: string, values: unknown[], as: Pick<Asked, 'types' | 'rowMode'> = { types }) =>
    unit.ask({ name: schema === null ? undefined : preparedIn(schema, text), text, values: values.map(written), ...as })
  const sql = (first: TemplateStringsArray | Prisma.Sql, values: unknown[]) =>
    'raw' in first ? Prisma.sql(first as TemplateStringsArray, ...(values as Prisma.Sql[])) : first
  /** Whoever waits for it hears that it failed. One that nobody comes to wait for, since something else failed first, ends no process. */
  const heard = <T>(asked: Promise<T>): Promise<T> => {
    asked.catch(() => {})
    return asked
  }
  const byText = (text: string, ...values: unknown[]) => run(text, values)
  const byTemplate = (first: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) => {
    const { text, values: all } = sql(first, values)
    return run(text, all)
  }
  const asTexts = async ({ text, values }: Prisma.Sql): Promise<Texts> => {
    const { fields, rows } = await run(text, values, { types: asText, rowMode: 'array' })
    return { columns: fields.map(({ name }) => name), rows: rows as unknown as Texts['rows'] }
  }
  const raw: Record<string | symbol, unknown> = {
    [texts]: (statement: Prisma.Sql) => heard(asTexts(statement)),
    $queryRaw: (...given: Parameters<typeof byTemplate>) => heard(byTemplate(...given).then(({ rows }) => rows)),
    $queryRawUnsafe: (...given: Parameters<typeof byText>) => heard(byText(...given).then(({ rows }) => rows)),
    $executeRaw: (...given: Parameters<typeof byTemplate>) => heard(byTemplate(...given).then(({ rowCount }) => rowCount ?? 0)),
    $executeRawUnsafe: (...given: Parameters<typeof byText>) => heard(byText(...given).then(({ rowCount }) => rowCount ?? 0)),
  }
  return new Proxy(tx, { get: (target, name) => raw[name] ?? Reflect.get(target, name) })
}
