import { z } from 'zod'
import { Prisma } from './generated/tenant/client'
import { rowsOf } from './rows'
import type { TenantTx } from './scope'

const reference = z.object({ source: z.string(), column: z.string(), target: z.string(), targetColumn: z.string() })

/** That a column of a table names a row of a table, and that this can't go before. */
export type Reference = z.output<typeof reference>

/** What refers to what in the tenant's schema, as the database has it, so that nothing is left out. */
export const readReferences = (tx: TenantTx): Promise<Reference[]> =>
  rowsOf(
    reference,
    tx.$queryRaw`
      SELECT s.relname::text AS source, a.attname::text AS "column", t.relname::text AS target, b.attname::text AS "targetColumn"
      FROM pg_constraint k JOIN pg_class s ON s.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid,
        unnest(k.conkey, k.confkey) AS pair(source_at, target_at), pg_attribute a, pg_attribute b
      WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND k.confdeltype IN ('a', 'r')
        AND a.attrelid = s.oid AND a.attnum = pair.source_at AND b.attrelid = t.oid AND b.attnum = pair.target_at AND a.attname <> 'tenant_id'`,
  )

/** A name that the catalogue of the database or our models gave. */
export const identifier = (name: string): Prisma.Sql => Prisma.raw(`"${name}"`)
