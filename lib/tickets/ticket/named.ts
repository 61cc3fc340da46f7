import { z } from 'zod'
import { type Actor, hasAnywhere } from '../../actor/actor'
import type { Permission } from '../../actor/permissions'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import type { NamedKind } from './attribute-names'

/** Whose question it is, and when. */
export type Reading = Pick<Work, 'tenant' | 'actor' | 'tx' | 'now'>

/** Who lacks it does not see what there is by a name, and so names none. */
const permissions: Record<NamedKind, Permission> = {
  person: 'person.view',
  department: 'person.view',
  category: 'ticket.view',
  organisation: 'contact.view',
  contact: 'contact.view',
}

export const mayName = (actor: Actor, kind: NamedKind, id?: string): boolean =>
  actor.kind === 'system' ||
  hasAnywhere(actor, permissions[kind]) ||
  (actor.kind === 'person' && id !== undefined && [actor.id, ...actor.departmentIds].includes(id))

/** What there is of a kind: its name, what else it goes by, and whether it was deleted. */
const rows: Record<NamedKind, (tenantId: string) => Prisma.Sql> = {
  person: (tenantId) => Prisma.sql`(SELECT id, name, email AS other, (deleted_at IS NOT NULL OR role = 'customer') AS is_gone
    FROM person WHERE tenant_id = ${tenantId}::uuid)`,
  department: (tenantId) => Prisma.sql`(SELECT id, name, slug AS other, deleted_at IS NOT NULL AS is_gone
    FROM department WHERE tenant_id = ${tenantId}::uuid)`,
  category: (tenantId) => Prisma.sql`(SELECT c.id, c.name, d.name || '/' || c.name AS other,
      (c.deleted_at IS NOT NULL OR d.deleted_at IS NOT NULL) AS is_gone
    FROM category c JOIN department d ON d.tenant_id = c.tenant_id AND d.id = c.department_id WHERE c.tenant_id = ${tenantId}::uuid)`,
  organisation: (tenantId) => Prisma.sql`(SELECT id, name, NULL AS other, deleted_at IS NOT NULL AS is_gone
    FROM organisation WHERE tenant_id = ${tenantId}::uuid)`,
  contact: (tenantId) => Prisma.sql`(SELECT id, name, NULL AS other, deleted_at IS NOT NULL AS is_gone
    FROM contact WHERE tenant_id = ${tenantId}::uuid)`,
}

const named = z.object({ id: z.string(), name: z.string(), other: z.string().nullable(), isGone: z.boolean() })
/** What an id stands for, and how many others of its kind are there by its name, and by what else it goes by. */
const known = named.extend({ sameName: z.int(), sameOther: z.int() })
export type Known = z.output<typeof known>

export async function readNamed({ tx, tenant }: Reading, kind: NamedKind, ids: readonly string[]): Promise<Map<string, Known>> {
  if (ids.length === 0) return new Map()
  const all = rows[kind](tenant.ref.id)
  const others = (name: Prisma.Sql) =>
    // A contact is not asked for by its name.
    kind === 'contact'
      ? Prisma.sql`0`
      : Prisma.sql`(SELECT count(*)::int FROM ${all} o WHERE NOT o.is_gone AND o.id <> e.id AND lower(${name}) IN (lower(o.name), lower(o.other)))`
  const query = tx.$queryRaw`
    SELECT e.id::text, e.name, e.other, e.is_gone AS "isGone", ${others(Prisma.sql`e.name`)} AS "sameName", ${others(Prisma.sql`e.other`)} AS "sameOther"
    FROM ${all} e WHERE e.id = ANY(${[...new Set(ids)]}::uuid[])`
  return new Map((await rowsOf(known, query)).map((row) => [row.id, row]))
}

const candidate = named.extend({ wanted: z.string(), rank: z.int() })
export type Candidate = z.output<typeof candidate>

/**
 * What goes by these names, whose small letters are the database's to make: by the whole name, by what else it goes by, or by its first word, in this order.
 * @param kept what was deleted is left out, but for these
 */
export async function findNamed(
  { tx, tenant }: Reading,
  kind: NamedKind,
  names: readonly string[],
  kept: readonly string[] | 'all',
): Promise<Candidate[]> {
  if (names.length === 0 || kind === 'contact') return []
  // not-words: SQL
  const begins = Prisma.sql`lower(e.name) LIKE replace(replace(lower(w), '\\', '\\\\'), '%', '\\%') || ' %'`
  const query = tx.$queryRaw`
    SELECT w AS wanted, e.id::text, e.name, e.other, e.is_gone AS "isGone",
      CASE WHEN lower(e.name) = lower(w) THEN 0 WHEN lower(e.other) = lower(w) THEN 1 ELSE 2 END AS rank
    FROM unnest(${[...names]}::text[]) AS w JOIN ${rows[kind](tenant.ref.id)} e
      ON (lower(e.name) = lower(w) OR lower(e.other) = lower(w) OR ${kind === 'organisation' ? Prisma.sql`FALSE` : begins})
    WHERE ${kept === 'all' ? Prisma.sql`TRUE` : Prisma.sql`NOT e.is_gone OR e.id = ANY(${[...kept]}::uuid[])`}
    ORDER BY rank, e.name, e.id LIMIT ${kept === 'all' ? null : 500}::bigint`
  return rowsOf(candidate, query)
}
