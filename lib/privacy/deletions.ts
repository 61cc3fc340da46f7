import { z } from 'zod'
import { visibleTo } from '../access/visible-tickets'
import { type Actor, has } from '../actor/actor'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../core/page'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, rowsOf } from '../db/rows'
import { tableOf } from '../deletion/record'
import { type DeletionKind, deletable, deletionKinds } from '../deletion/schema'
import { isFor } from '../kb/articles/visible'
import { agentProcedure } from '../procedure/builders'
import { changeableShared } from '../tickets/views/policy'
import { deletionOutput } from './schema'

/** What of a kind somebody may restore, beside having its permission: what they could have deleted. */
const within: Partial<Record<DeletionKind, (actor: Actor) => Prisma.Sql>> = {
  ticket: visibleTo,
  view: changeableShared,
  canned_response: changeableShared,
  macro: changeableShared,
  kb_category: (actor) => isFor(actor, 't'),
  kb_article: (actor) => isFor(actor, 't'),
}

const nameOf: Partial<Record<DeletionKind, Prisma.Sql>> = {
  ticket: Prisma.sql`(SELECT w.ticket_prefix FROM workspace w WHERE w.tenant_id = t.tenant_id) || '-' || t.number || ' ' || t.title`,
  kb_article: Prisma.sql`t.title`,
}

/** The deleted rows of one kind that the actor may restore. */
const ofKind = (actor: Actor, kind: DeletionKind) => Prisma.sql`
  SELECT ${nameOf[kind] ?? Prisma.sql`t.name`} AS name FROM ${tableOf(kind)} t
  WHERE d.kind = ${kind}::"DeletionKind" AND t.tenant_id = d.tenant_id AND t.id = d.object_id AND ${within[kind]?.(actor) ?? Prisma.sql`TRUE`}`

export const listDeletions = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({
    method: 'GET',
    path: '/deleted',
    tags: ['Workspace'],
    summary: 'List what was deleted and can be restored by you, the last deleted first',
  })
  .input(z.strictObject({ ...pageInput, kind: z.enum(deletionKinds).optional() }))
  .output(pageOf(deletionOutput))
  .handler(async ({ context: { tx, tenant, actor }, input: { limit, cursor, offset = 0, total, kind } }) => {
    const kinds = deletionKinds.filter((each) => has(actor, deletable[each]) && (kind === undefined || each === kind))
    if (kinds.length === 0) return { items: [], nextCursor: null, ...(await totalOf({ total }, async () => 0)) }
    const after = decodeCursor(cursor)
    const named = Prisma.sql`JOIN LATERAL (${Prisma.join(
      kinds.map((each) => ofKind(actor, each)),
      ' UNION ALL ',
    )}) n ON TRUE`
    const query = tx.$queryRaw`
      SELECT d.kind, d.object_id::text AS id, n.name, d.deleted_at AS "deletedAt", p.name AS "deletedBy",
        d.deleted_at + make_interval(days => w.deleted_days) AS "goneAt"
      FROM deletion d
      JOIN workspace w ON w.tenant_id = d.tenant_id
      ${named}
      LEFT JOIN person p ON p.tenant_id = d.tenant_id AND p.id = d.deleted_by_id
      WHERE d.tenant_id = ${tenant.ref.id}::uuid
        AND ${after ? Prisma.sql`(d.deleted_at, d.object_id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
      ORDER BY d.deleted_at DESC, d.object_id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const count = () =>
      countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM deletion d ${named} WHERE d.tenant_id = ${tenant.ref.id}::uuid`)
    return { ...toPage(await rowsOf(deletionOutput, query), limit, ({ deletedAt }) => deletedAt), ...(await totalOf({ total }, count)) }
  })
