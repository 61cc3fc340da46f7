import { LRUCache } from 'lru-cache'
import { Prisma, type Tenant } from '../db/generated/platform/client'
import { pooledSchema } from '../db/names'
import { listen, notify } from '../db/notify'
import { type TenantRef, withPlatform } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import { slugOf } from './host'

export interface ResolvedTenant {
  ref: TenantRef
  name: string
  /** `preparing`: the setup is not done yet. */
  status: 'active' | 'suspended' | 'preparing'
}

type Answer = { tenant: ResolvedTenant | null }

const fiveMinutesMs = 5 * 60_000
const unknownHostMs = 30_000

// Shared by Next's bundles and the server's own modules: what one forgets, the other must not remember.
const store = globalThis as typeof globalThis & { __barazaHosts?: LRUCache<string, Answer> }
const cache = () => {
  store.__barazaHosts ??= new LRUCache<string, Answer>({ max: 10_000, ttl: fiveMinutesMs })
  return store.__barazaHosts
}

/**
 * The tenant behind a host: a subdomain of ROOT_DOMAIN or a verified custom
 * domain. Answers are kept 5 minutes, "unknown" half a minute.
 * @param host as `normalizeHost` gives it
 */
export async function resolveHost(host: string): Promise<ResolvedTenant | null> {
  const known = cache().get(host)
  if (known) return known.tenant
  const tenant = await read(host)
  cache().set(host, { tenant }, { ttl: tenant ? fiveMinutesMs : unknownHostMs })
  return tenant
}

const channel = 'baraza_hosts'

/** Forgets what hosts lead to, in every process. Changes are rare, so nothing is kept back. */
export function forgetAllHosts() {
  cache().clear()
  void notify(channel, '').catch((error) => log().warn({ err: error }, 'the other processes know the old hosts for up to 5 minutes'))
}

/** Hears when another process changed what hosts lead to. */
export const followHosts = () =>
  listen(
    channel,
    () => cache().clear(),
    () => cache().clear(),
  )

async function read(host: string): Promise<ResolvedTenant | null> {
  const slug = slugOf(host, env().ROOT_DOMAIN)
  const row = await withPlatform((tx) =>
    tx.tenant.findFirst({
      where: { deletedAt: null, ...(slug ? { slug } : { domains: { some: { hostname: host, status: 'verified' } } }) },
    }),
  )
  return row && resolved(row)
}

const resolved = (row: Tenant): ResolvedTenant => ({
  ref: tenantRef(row),
  name: row.name,
  status: row.setup === null ? row.status : 'preparing',
})

/** The only place where a tenant's row becomes the proof that it exists. */
export const tenantRef = (row: { id: string; slug: string; schemaName: string }): TenantRef =>
  ({ id: row.id, slug: row.slug, schemaName: row.schemaName }) as TenantRef

/** @returns null for an id that no living tenant has */
export async function findTenant(where: { id: string } | { slug: string }): Promise<ResolvedTenant | null> {
  const row = await withPlatform((tx) => tx.tenant.findFirst({ where: { ...where, deletedAt: null } }))
  return row && resolved(row)
}

// A desk that is still being set up may have no tables yet.
const settled = { deletedAt: null, setup: { equals: Prisma.DbNull } }

/** Every living desk that has its tables, suspended ones too. */
export const listTenants = async (): Promise<TenantRef[]> =>
  (await withPlatform((tx) => tx.tenant.findMany({ where: settled }))).map(tenantRef)

/** The database schemas that hold desks. */
export async function listSchemas(): Promise<string[]> {
  const select = { schemaName: true }
  const rows = await withPlatform((tx) => tx.tenant.findMany({ where: settled, distinct: ['schemaName'], select }))
  return [...new Set([pooledSchema, ...rows.map(({ schemaName }) => schemaName)])]
}
