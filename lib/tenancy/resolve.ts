import { LRUCache } from 'lru-cache'
import { type TenantRef, withPlatform } from '../db/scope'
import { env } from '../env'
import { slugOf } from './host'

export interface ResolvedTenant {
  ref: TenantRef
  name: string
  status: 'active' | 'suspended'
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

/** Forgets every host of a tenant on this node; other nodes follow within 5 minutes. */
export function forgetTenant(tenantId: string) {
  for (const [host, { tenant }] of cache().entries()) if (tenant?.ref.id === tenantId) cache().delete(host)
}

export const forgetHost = (host: string) => cache().delete(host)
export const forgetAllHosts = () => cache().clear()

async function read(host: string): Promise<ResolvedTenant | null> {
  const slug = slugOf(host, env().ROOT_DOMAIN)
  const row = await withPlatform((tx) =>
    tx.tenant.findFirst({
      where: { deletedAt: null, ...(slug ? { slug } : { domains: { some: { hostname: host, status: 'verified' } } }) },
    }),
  )
  return row && { ref: tenantRef(row), name: row.name, status: row.status }
}

/** The only place where a tenant's row becomes the proof that it exists. */
export const tenantRef = (row: { id: string; slug: string; schemaName: string }): TenantRef =>
  ({ id: row.id, slug: row.slug, schemaName: row.schemaName }) as TenantRef

/** @returns null for an id that no living tenant has */
export async function findTenant(where: { id: string } | { slug: string }): Promise<ResolvedTenant | null> {
  const row = await withPlatform((tx) => tx.tenant.findFirst({ where: { ...where, deletedAt: null } }))
  return row && { ref: tenantRef(row), name: row.name, status: row.status }
}
