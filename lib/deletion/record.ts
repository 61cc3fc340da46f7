import { z } from 'zod'
import { notFound } from '../core/errors'
import type { Prisma } from '../db/generated/tenant/client'
import { identifier } from '../db/references'
import type { FollowerWork } from '../events/follower'
import type { DeletionKind } from './schema'

export const tableNameOf = (kind: DeletionKind) => (kind === 'field' ? 'custom_field' : kind === 'hook' ? 'notification_hook' : kind)
export const tableOf = (kind: DeletionKind): Prisma.Sql => identifier(tableNameOf(kind))

type Kept = Record<string, string | null | readonly string[]>

/**
 * Notes that something was deleted by whoever acts: it can be restored until the workspace's retention is over.
 * @param kept what goes with it from other rows and is given back with it
 */
export async function noteDeletion({ tx, tenant, actor, now }: FollowerWork, kind: DeletionKind, objectId: string, kept: Kept = {}) {
  const deletedById = actor.kind === 'person' ? actor.id : null
  await tx.deletion.create({ data: { tenantId: tenant.ref.id, kind, objectId, deletedAt: now, deletedById, kept } })
}

/**
 * Deletes something: nothing in its row changes but that it is deleted, so that it comes back as it was.
 * @throws NOT_FOUND when somebody else was quicker
 */
export async function markDeleted(work: FollowerWork, kind: Exclude<DeletionKind, 'ticket'>, id: string, kept: Kept = {}) {
  const { tx, tenant, now } = work
  const count = await tx.$executeRaw`
    UPDATE ${tableOf(kind)} SET deleted_at = ${now} WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid AND deleted_at IS NULL`
  if (count === 0) throw notFound('deleted')
  await noteDeletion(work, kind, id, kept)
}

/**
 * Ends a deletion, and says what went with it.
 * @throws NOT_FOUND for what is not deleted, or deleted for good
 */
export async function endDeletion({ tx, tenant }: FollowerWork, kind: DeletionKind, objectId: string): Promise<unknown> {
  const [row] = z.array(z.object({ kept: z.unknown() })).parse(
    await tx.$queryRaw`
      DELETE FROM deletion WHERE tenant_id = ${tenant.ref.id}::uuid AND kind = ${kind}::"DeletionKind" AND object_id = ${objectId}::uuid RETURNING kept`,
  )
  if (!row) throw notFound('deleted')
  return row.kept
}

/** Restores something. Whoever calls asks afterwards whether it may stay: what is refused takes the unit of work back. */
export async function takeBack(work: FollowerWork, kind: Exclude<DeletionKind, 'ticket'>, id: string): Promise<unknown> {
  const kept = await endDeletion(work, kind, id)
  await work.tx.$executeRaw`
    UPDATE ${tableOf(kind)} SET deleted_at = NULL WHERE tenant_id = ${work.tenant.ref.id}::uuid AND id = ${id}::uuid`
  return kept
}
