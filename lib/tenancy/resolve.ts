import { LRUCache } from 'lru-cache'
import { Prisma, type Tenant } from '../db/generated/platform/client'
import { pooledSchema } from '../db/names'
import { listen, notify } from '../db/notify'
import { type TenantRef, withPlatform, withTenant } from '../db/scope'
import { env } from '../env'
import { log } from '../log/log'
import { isRootHost, normalizeHost, slugOf } from './host'
import { limitsInEffect, type RateLimits } from './rate-limits'

export interface ResolvedTenant {
  ref: TenantRef
  /** As the workspace calls itself now: on its pages, and as the sender of its mail. */
  name: string
  /** `preparing`: the setup is not done yet. */
  status: 'active' | 'suspended' | 'preparing'
  /** The workspace's language, for whoever has none of their own. */
  locale: string
  limits: RateLimits
}

/** The domain that links lead to, of a tenant that chose one; not while its record is gone: somebody else may have the name. */
const withPrimary = {
  domains: { where: { isPrimary: true, status: 'verified', lastError: null }, select: { hostname: true }, take: 1 },
} satisfies Prisma.TenantInclude
type Primary = { domains: { hostname: string }[] }

type Answer = { tenant: ResolvedTenant | null }

const fiveMinutesMs = 5 * 60_000
const unknownHostMs = 30_000

// Shared by Next's bundles and the server's own modules: what one forgets, the other must not remember.
/** What a workspace chose that is asked for with every request. */
type Choices = Pick<ResolvedTenant, 'name' | 'locale' | 'limits'>

const store = globalThis as typeof globalThis & { __barazaHosts?: LRUCache<string, Answer>; __barazaChoices?: LRUCache<string, Choices> }
const cache = () => {
  store.__barazaHosts ??= new LRUCache<string, Answer>({ max: 10_000, ttl: fiveMinutesMs })
  return store.__barazaHosts
}
const choices = () => {
  store.__barazaChoices ??= new LRUCache<string, Choices>({ max: 10_000, ttl: fiveMinutesMs })
  return store.__barazaChoices
}
const clear = () => {
  cache().clear()
  choices().clear()
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

/** Whether a certificate may be issued for a name: our own hosts, and what leads to a workspace. */
export async function mayHaveCertificate(name: string): Promise<boolean> {
  const host = normalizeHost(name)
  if (!host) return false
  return isRootHost(host, env().ROOT_DOMAIN) || (await resolveHost(host)) !== null
}

const channel = 'baraza_hosts'

/** Forgets what hosts lead to and in which language, in every process. Changes are rare, so nothing is kept back. */
export function forgetAllHosts() {
  clear()
  void notify(channel, '').catch((error) => log().warn({ err: error }, 'the other processes know the old hosts for up to 5 minutes'))
}

/** Hears when another process changed what hosts lead to. */
export const followHosts = () => listen(channel, clear, clear)

async function read(host: string): Promise<ResolvedTenant | null> {
  const slug = slugOf(host, env().ROOT_DOMAIN)
  const row = await withPlatform((tx) =>
    tx.tenant.findFirst({
      where: { deletedAt: null, ...(slug ? { slug } : { domains: { some: { hostname: host, status: 'verified' } } }) },
      include: withPrimary,
    }),
  )
  return row && resolved(row)
}

async function resolved(row: Tenant & Primary): Promise<ResolvedTenant> {
  const ref = tenantRef(row)
  const { name, status } = row
  // A workspace that is still being set up may have no tables yet.
  if (row.setup !== null) return { ref, name, status: 'preparing', locale: 'en', limits: limitsInEffect({}) }
  return { ref, status, ...(await choicesOf(ref, name)) }
}

/** @param named as it was opened, for where it has no settings yet */
async function choicesOf(ref: TenantRef, named: string): Promise<Choices> {
  const known = choices().get(ref.id)
  if (known) return known
  const select = { name: true, locale: true, rateLimits: true }
  const row = await withTenant(ref, (tx) => tx.workspace.findUnique({ where: { tenantId: ref.id }, select }))
  const chosen = { name: row?.name ?? named, locale: row?.locale ?? 'en', limits: limitsInEffect(row?.rateLimits ?? {}) }
  if (row) choices().set(ref.id, chosen)
  return chosen
}

/** The only place where a tenant's row becomes the proof that it exists. */
export const tenantRef = ({
  id,
  slug,
  schemaName,
  domains,
}: { id: string; slug: string; schemaName: string } & Partial<Primary>): TenantRef =>
  ({ id, slug, schemaName, primaryHost: domains?.[0]?.hostname ?? null }) as TenantRef

/** @returns null for an id that no living tenant has */
export async function findTenant(where: { id: string } | { slug: string }): Promise<ResolvedTenant | null> {
  const row = await withPlatform((tx) => tx.tenant.findFirst({ where: { ...where, deletedAt: null }, include: withPrimary }))
  return row && resolved(row)
}

/** The same, kept as long as what hosts lead to: for what asks all the time. */
export async function keptTenant(id: string): Promise<ResolvedTenant | null> {
  const key = `tenant:${id}`
  const known = cache().get(key)
  if (known) return known.tenant
  const tenant = await findTenant({ id })
  if (tenant?.status === 'active') cache().set(key, { tenant })
  return tenant
}

const ready = { deletedAt: null, setup: { equals: Prisma.DbNull } }

/** Every living workspace that has its tables, suspended ones too. */
export const listTenants = async (): Promise<TenantRef[]> =>
  (await withPlatform((tx) => tx.tenant.findMany({ where: ready, include: withPrimary }))).map(tenantRef)

/** The database schemas that hold desks. */
export async function listSchemas(): Promise<string[]> {
  const select = { schemaName: true }
  const rows = await withPlatform((tx) => tx.tenant.findMany({ where: ready, distinct: ['schemaName'], select }))
  return [...new Set([pooledSchema, ...rows.map(({ schemaName }) => schemaName)])]
}
