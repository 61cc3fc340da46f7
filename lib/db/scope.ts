import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import type { IsolationLevel } from '@prisma/driver-adapter-utils'
import { LRUCache } from 'lru-cache'
import type pg from 'pg'
import { isInBackground } from '../core/background'
import { isId } from '../core/id'
import { env } from '../env'
import { type Connection, connection } from './connection'
import { PrismaClient as PlatformClient, type Prisma as PlatformPrisma } from './generated/platform/client'
import { PrismaClient as TenantClient, type Prisma as TenantPrisma } from './generated/tenant/client'
import { lentTo, modelsOf } from './models'
import { platformRole, platformSchema, relayRole, tenantRole } from './names'
import { preparedName } from './prepared'
import { withRaw } from './raw'
import { Unit } from './unit'

declare const proven: unique symbol

/** A tenant that exists: minted only by `lib/tenancy` from a row it read. */
export interface TenantRef {
  readonly id: string
  readonly slug: string
  readonly schemaName: string
  /** The domain of its own that links lead to; null for the subdomain. */
  readonly primaryHost: string | null
  readonly [proven]: true
}

export type TenantTx = TenantPrisma.TransactionClient
export type PlatformTx = PlatformPrisma.TransactionClient

interface Scope {
  role: string
  schema: string
  tenantId: string
  tx?: unknown
  unit?: Unit
  afterCommit?: (() => void)[]
}

const scopes = new AsyncLocalStorage<Scope>()

/**
 * One unit of work bound to one tenant. Role, tenant and search path travel in
 * the message that begins the transaction; row-level security does the rest.
 * Called inside a unit of work of the same tenant, it joins it.
 */
export async function withTenant<T>(tenant: TenantRef, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  if (!isId(tenant.id)) throw new Error(`not a tenant id: ${tenant.id}`)
  return run({ role: tenantRole, schema: tenant.schemaName, tenantId: tenant.id }, tenantClients, work)
}

/** One unit of work over the platform's own tables; it can see no tenant's. */
export async function withPlatform<T>(work: (tx: PlatformTx) => Promise<T>): Promise<T> {
  return run({ role: platformRole, schema: platformSchema, tenantId: '' }, platformClients, work)
}

/**
 * Reads across the tenants of one schema with a role that may read only what is
 * to be delivered, and for whom. Each use is allow-listed in `lib/db/scope.test.ts`.
 */
export async function unsafeAllTenants<T>(reason: string, schema: string, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  if (!reason) throw new Error('say why every tenant must be read')
  return run({ role: relayRole, schema, tenantId: '' }, tenantClients, work)
}

async function run<Tx, T>(scope: Scope, clients: Clients<Tx>, work: (tx: Tx) => Promise<T>): Promise<T> {
  const outer = scopes.getStore()
  if (outer?.tx) {
    if (outer.role !== scope.role || outer.tenantId !== scope.tenantId)
      throw new Error('a unit of work cannot reach into another tenant or the platform while it is open')
    return work(outer.tx as Tx)
  }
  const open = await connection()
  open.requireRoom?.()
  const client = clients(open, scope.schema)
  for (let attempt = 1; ; attempt++) {
    const unit = new Unit(await lend(open.pool), pin(scope), isInBackground() && isPrepared())
    const models = modelsOf(client, (open) => scopes.run({ ...scope, unit }, open))
    const afterCommit: (() => void)[] = []
    let result: T
    try {
      const tx = withRaw(models.tx as object, unit, isPrepared() ? scope.schema : null) as Tx
      result = await scopes.run({ ...scope, tx, unit, afterCommit }, () => work(tx))
      await Promise.all([unit.commit(), models.close()])
    } catch (thrown) {
      const [error] = await Promise.all([unit.rollback(thrown), models.close()])
      if (attempt >= 4 || !isTransient(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 10 * Math.random()))
      continue
    }
    for (const wake of afterCommit) outsideUnitOfWork(wake)
    return result
  }
}

/** A connection of the pool. @throws when none is free for so long; nobody waits for what runs in the background, and requests go first */
async function lend(pool: pg.Pool): Promise<pg.PoolClient> {
  const lent = pool.connect()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new Error('timeout exceeded when trying to connect'))
        lent.then((connection) => connection.release()).catch(() => {})
      },
      isInBackground() ? 300_000 : 10_000,
    )
  })
  return Promise.race([lent, late]).finally(() => clearTimeout(timer))
}

/** Runs `wake` once the unit of work that is open now has committed; never if it has not. */
export function afterCommit(wake: () => void) {
  const hooks = scopes.getStore()?.afterCommit
  if (!hooks) throw new Error('there is no unit of work to wait for')
  hooks.push(wake)
}

/** Whether what runs now belongs to a unit of work. */
export const isInUnitOfWork = () => scopes.getStore()?.tx !== undefined

/**
 * A part of the open unit of work that fails alone: what it did in the database is taken back, and the rest goes on. One after
 * the other, and none within another.
 * @throws what `work` threw
 */
export async function isolated<T>(work: () => Promise<T>): Promise<T> {
  const { unit, afterCommit: hooks = [] } = scopes.getStore() ?? {}
  if (!unit) throw new Error('there is no unit of work of which this could be a part')
  const before = hooks.length
  return unit.apart(work).catch((error) => {
    hooks.splice(before)
    throw error
  })
}

/**
 * The open unit of work goes on without waiting for a statement of which nobody needs the result. Should it fail, the unit of work
 * does, at its end at the latest. What is made of a result, or refused because of it, is so once it is `settled`: `COMMIT` waits for statements alone.
 */
export function withoutWaiting(asked: Promise<unknown>) {
  const { unit } = scopes.getStore() ?? {}
  if (!unit) throw new Error('there is no unit of work that would wait at its end')
  unit.leave(asked)
}

/** Waits for what the open unit of work did not wait for. @throws what the first of it failed with */
export const settled = async (): Promise<void> => scopes.getStore()?.unit?.settle()

/** Leaves the unit of work's context, for what must start on its own after it. */
export const outsideUnitOfWork = <T>(work: () => T): T => scopes.exit(work)

/** Serialization failure and deadlock: the database asks for the whole to be tried again. */
export function isTransient(error: unknown): boolean {
  const e = error as { code?: string; meta?: { driverAdapterError?: { cause?: { originalCode?: string; kind?: string } } } }
  const cause = e?.meta?.driverAdapterError?.cause
  return ['P2034', '40001', '40P01'].includes(e?.code ?? '') || cause?.originalCode === '40001' || cause?.originalCode === '40P01'
}

type Clients<Tx> = (connection: Connection, schema: string) => Parameters<typeof modelsOf<Tx & object>>[0]

/** One client per schema over the one pool; a client costs about 8 MB, so they are few. */
const cached = <C extends object>(make: (adapter: ScopedAdapter) => C & { $disconnect(): Promise<void> }) => {
  const byPool = new WeakMap<pg.Pool, LRUCache<string, C & { $disconnect(): Promise<void> }>>()
  return ({ pool }: Connection, schema: string): C => {
    let clients = byPool.get(pool)
    if (!clients) {
      clients = new LRUCache({ max: 50 })
      byPool.set(pool, clients)
    }
    let client = clients.get(schema)
    if (!client) {
      client = make(new ScopedAdapter(pool, schema))
      clients.set(schema, client)
    }
    return client
  }
}
/** Any other has Prisma take down the stack at every call, to show the lines around it in case it fails. */
const errorFormat = 'minimal'
const tenantClients = cached((adapter) => new TenantClient({ adapter, errorFormat })) as Clients<TenantTx>
const platformClients = cached((adapter) => new PlatformClient({ adapter, errorFormat })) as Clients<PlatformTx>

const isPrepared = () => env().DATABASE_PREPARED_STATEMENTS === 'on'

class ScopedAdapter extends PrismaPg {
  constructor(pool: pg.Pool, schema: string) {
    super({}, { schema, ...(isPrepared() ? { statementNameGenerator: ({ sql }) => preparedName(sql) as string } : {}) })
    // The factory tells a pool by its class; Vercel's and ours have their own.
    Object.assign(this, { externalPool: pool })
  }

  override async connect() {
    const adapter = await super.connect()
    const refuse = () => Promise.reject(new Error('a query outside a unit of work: use withTenant or withPlatform'))
    const begin = Object.getPrototypeOf(adapter).startTransaction
    const scoped = Object.create(adapter)
    scoped.client = { connect: async () => lentToOpen() }
    return Object.assign(adapter, {
      queryRaw: refuse,
      executeRaw: refuse,
      startTransaction: (isolation?: IsolationLevel) => begin.call(scoped, isolation),
    })
  }
}

/** The connection of the unit of work that is open. */
function lentToOpen(): pg.PoolClient {
  const { unit } = scopes.getStore() ?? {}
  if (!unit) throw new Error('a transaction outside a unit of work: use withTenant or withPlatform')
  return lentTo(unit)
}

// Every value here is ours or was checked: ids are UUIDs, schema names come from rows we wrote.
const pin = ({ role, schema, tenantId }: Scope) =>
  `SET LOCAL ROLE ${role}; SET LOCAL app.tenant_id = '${tenantId}'; ` +
  `SET LOCAL search_path = "${schema.replace(/[^a-z0-9_]/g, '')}", public; ` +
  // A server has a zone and a style of its own: moments are written with and without their offset, and read as they are written here.
  `SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; ` +
  // What is read often is in memory, or on a disk without heads: an index costs little more than reading on.
  `SET LOCAL random_page_cost = 1.1; ` +
  `SET LOCAL statement_timeout = ${env().DATABASE_STATEMENT_TIMEOUT_MS}`
