import { z } from 'zod'
import { newId } from '../core/id'
import type { Prisma as Platform, Tenant } from '../db/generated/platform/client'
import { Prisma } from '../db/generated/tenant/client'
import { dropTenantSchema } from '../db/migrate'
import { pooledSchema } from '../db/names'
import { withOwner } from '../db/owner'
import { identifier, type Reference, readReferences } from '../db/references'
import { rowsOf } from '../db/rows'
import { type PlatformTx, type TenantRef, type TenantTx, withPlatform, withTenant } from '../db/scope'
import { removeAllBytes } from '../files/attachments'
import { clearSpool } from '../mail/transport'
import { forgetAllHosts, tenantRef } from '../tenancy/resolve'

/** A deleted workspace can be restored this long. */
export const graceDays = 30

const graceMs = graceDays * 86_400_000
const graceBegan = (now: Date) => new Date(now.getTime() - graceMs)

export const restorable = (now: Date): Platform.TenantWhereInput => ({ deletedAt: { gt: graceBegan(now) }, purgingAt: null })

export function restorableUntil({ deletedAt, purgingAt }: Pick<Tenant, 'deletedAt' | 'purgingAt'>, now: Date): Date | null {
  return deletedAt && !purgingAt && deletedAt > graceBegan(now) ? new Date(deletedAt.getTime() + graceMs) : null
}

const overdue = (now: Date): Platform.TenantWhereInput => ({ OR: [{ deletedAt: { lte: graceBegan(now) } }, { purgingAt: { not: null } }] })

export const overdueTenants = () =>
  withPlatform(async (tx) => tx.tenant.findMany({ where: overdue(await clockOf(tx)), orderBy: { deletedAt: 'asc' } }))

const instantOf = z.object({ at: z.date() })

/** The database's clock, which all processes share: by it a workspace is deleted, restored and purged. */
export async function clockOf(tx: PlatformTx): Promise<Date> {
  const [clock] = await rowsOf(instantOf, tx.$queryRaw`SELECT clock_timestamp() AS at`)
  if (!clock) throw new Error('the database has no clock') // not-words: nobody sees it
  return clock.at
}

/**
 * Deletes a workspace and all of it for good, in pieces that each commit alone: after a crash it is done again from the
 * beginning, where less is left. Its row goes last, so that nothing is forgotten.
 */
export async function purgeTenant({ id, slug, name, schemaName, deletedAt }: Tenant) {
  const isBegun = await withPlatform(async (tx) => {
    // Restored meanwhile, it stays; from here on it can't be.
    const now = await clockOf(tx)
    const { count } = await tx.tenant.updateMany({ where: { id, AND: overdue(now) }, data: { purgingAt: now } })
    if (count > 0) await tx.domain.deleteMany({ where: { tenantId: id } })
    return count > 0
  })
  if (!isBegun) return
  const tenant = tenantRef({ id, slug, schemaName })
  await removeAllBytes(tenant)
  await clearSpool(slug)
  if (schemaName === pooledSchema) await purgeRows(tenant)
  else await withOwner((pool) => dropTenantSchema(pool, schemaName, id))
  await inPieces(() =>
    withPlatform(
      (tx) => tx.$executeRaw`DELETE FROM job WHERE id = ANY (ARRAY(SELECT id FROM job WHERE tenant_id = ${id}::uuid LIMIT ${atOnce}))`,
    ),
  )
  await withPlatform(async (tx) => {
    await tx.signInFailure.deleteMany({ where: { tenantId: id } })
    const { count } = await tx.tenant.deleteMany({ where: { id } })
    if (count === 0) return // another process was quicker
    const payload = { slug, name, deletedAt: deletedAt?.toISOString() ?? null }
    await tx.platformEvent.create({ data: { id: newId(), type: 'tenant.purged', tenantId: id, payload, requestId: newId() } })
  })
  forgetAllHosts()
}

const atOnce = 500

/** Each piece is a unit of work of its own and says how many rows it did. */
async function inPieces(piece: () => Promise<number>) {
  while ((await piece()) > 0) {}
}

async function purgeRows(tenant: TenantRef) {
  const [tables, references] = await withTenant(tenant, async (tx) => [await readTables(tx), await readReferences(tx)] as const)
  for (const table of inTurn(tables, references)) {
    for (const { source, target, column } of references)
      if (source === table && target === table) await inPieces(() => withTenant(tenant, (tx) => unlinkPiece(tx, tenant.id, table, column)))
    await inPieces(() => withTenant(tenant, (tx) => purgePiece(tx, tenant.id, table)))
  }
}

const pieceOf = (tenantId: string, table: string, where = Prisma.sql`TRUE`) =>
  Prisma.sql`ctid = ANY (ARRAY(SELECT ctid FROM ${identifier(table)} WHERE tenant_id = ${tenantId}::uuid AND ${where} LIMIT ${atOnce}))`

async function purgePiece(tx: TenantTx, tenantId: string, table: string): Promise<number> {
  if (table !== 'event') return tx.$executeRaw`DELETE FROM ${identifier(table)} WHERE ${pieceOf(tenantId, table)}`
  const [purged] = await rowsOf(z.object({ count: z.number() }), tx.$queryRaw`SELECT purge_trail(${atOnce}) AS count`)
  return purged?.count ?? 0
}

/** Rows that refer to others of their table stop doing so: in whatever piece those go, they are free. */
const unlinkPiece = (tx: TenantTx, tenantId: string, table: string, column: string): Promise<number> =>
  tx.$executeRaw`UPDATE ${identifier(table)} SET ${identifier(column)} = NULL
    WHERE ${pieceOf(tenantId, table, Prisma.sql`${identifier(column)} IS NOT NULL`)}`

const named = z.object({ name: z.string() })

/** The tables in which the workspace may have rows. The head of the trail goes with its last event. */
async function readTables(tx: TenantTx): Promise<string[]> {
  const query = tx.$queryRaw`
    SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'event_head' ORDER BY 1`
  return (await rowsOf(named, query)).map(({ name }) => name)
}

/** What refers to others goes before them. */
function inTurn(tables: readonly string[], references: readonly Reference[]): string[] {
  const left = new Set(tables)
  const turn: string[] = []
  while (left.size > 0) {
    const isNeeded = (table: string) => references.some(({ source, target }) => target === table && source !== table && left.has(source))
    const free = [...left].filter((table) => !isNeeded(table))
    if (free.length === 0) throw new Error(`these tables refer to each other in a circle: ${[...left].join(', ')}`) // not-words: nobody sees it
    for (const table of free) left.delete(table)
    turn.push(...free)
  }
  return turn
}
