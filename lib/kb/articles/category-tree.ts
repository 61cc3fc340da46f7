import { z } from 'zod'
import { conflict, invalid, notFound } from '../../core/errors'
import { msg } from '../../core/message'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { type Audience, audiences, deepestLevel } from './values'
import { isFor } from './visible'

const node = z.object({ id: z.string(), parentId: z.string().nullable(), version: z.int(), sortOrder: z.int(), name: z.string() })
export type CategoryNode = z.output<typeof node>

/**
 * Holds all categories until the unit of work ends, so that of two who move some at once the second sees what the first did.
 * @returns those that are not deleted, in the order in which siblings stand
 */
export async function lockTree({ tx, tenant }: Work): Promise<Map<string, CategoryNode>> {
  await tx.$queryRaw`SELECT id FROM kb_category WHERE tenant_id = ${tenant.ref.id}::uuid ORDER BY id FOR UPDATE`
  // Asked anew: one that was made while this waited is there now.
  const rows = await rowsOf(
    node,
    tx.$queryRaw`SELECT id::text, parent_id::text AS "parentId", version, sort_order AS "sortOrder", name FROM kb_category
      WHERE tenant_id = ${tenant.ref.id}::uuid AND deleted_at IS NULL ORDER BY sort_order, lower(name), id`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

const held = z.object({ id: z.string(), level: z.int(), effectiveAudience: z.enum(audiences) })

/**
 * A category that the actor sees, which stays where it is until the unit of work ends.
 * @param field of the input that names it
 */
export async function holdCategory({ tx, tenant, actor }: Work, id: string) {
  const [row] = await rowsOf(
    held,
    tx.$queryRaw`SELECT c.id::text, c.level, c.effective_audience::text AS "effectiveAudience" FROM kb_category c
      WHERE c.tenant_id = ${tenant.ref.id}::uuid AND c.id = ${id}::uuid AND c.deleted_at IS NULL AND ${isFor(actor, 'c')} FOR SHARE OF c`,
  )
  if (!row) throw notFound('kbCategory')
  return row as { id: string; level: number; effectiveAudience: Audience }
}

/** Levels below a category, its own included. */
function heightOf(tree: ReadonlyMap<string, CategoryNode>, id: string): number {
  const below = [...tree.values()].filter(({ parentId }) => parentId === id)
  return 1 + Math.max(0, ...below.map((child) => heightOf(tree, child.id)))
}

/**
 * @throws INVALID for a move into itself or something below it, or one that makes the tree too deep
 * @throws NOT_FOUND for a parent that is not there
 */
export function refuseMove(tree: ReadonlyMap<string, CategoryNode>, id: string, parentId: string | null) {
  let level = 0
  for (let at = parentId; at !== null; level++) {
    if (at === id) throw invalid({ parentId: ['kb.ownChild'] })
    const parent = tree.get(at)
    if (!parent) throw notFound('kbCategory')
    at = parent.parentId
  }
  if (level + heightOf(tree, id) > deepestLevel) throw invalid({ parentId: [msg('kb.tooDeep', { maximum: deepestLevel })] })
}

export function refuseOldVersion(tree: ReadonlyMap<string, CategoryNode>, id: string, version: number): CategoryNode {
  const row = tree.get(id)
  if (!row) throw notFound('kbCategory')
  if (row.version !== version) throw conflict('changedByOther', row.version)
  return row
}

/** Works out levels and effective audiences anew, of articles too, after the tree or an audience in it changed. The tree is locked. */
export async function refreshTree({ tx, tenant }: Work) {
  const tenantId = tenant.ref.id
  await tx.$executeRaw`
    WITH RECURSIVE tree AS (
      SELECT id, audience AS narrowest, 1 AS level FROM kb_category WHERE tenant_id = ${tenantId}::uuid AND parent_id IS NULL AND deleted_at IS NULL
      UNION ALL
      SELECT c.id, greatest(c.audience, t.narrowest), t.level + 1 FROM kb_category c JOIN tree t ON c.parent_id = t.id
      WHERE c.tenant_id = ${tenantId}::uuid AND c.deleted_at IS NULL)
    UPDATE kb_category c SET effective_audience = t.narrowest, level = t.level FROM tree t
    WHERE c.tenant_id = ${tenantId}::uuid AND c.id = t.id AND (c.effective_audience, c.level) IS DISTINCT FROM (t.narrowest, t.level)`
  await tx.$executeRaw`
    UPDATE kb_article a SET effective_audience = greatest(a.audience, c.effective_audience) FROM kb_category c
    WHERE a.tenant_id = ${tenantId}::uuid AND c.tenant_id = a.tenant_id AND c.id = a.category_id
      AND a.effective_audience IS DISTINCT FROM greatest(a.audience, c.effective_audience)`
}
