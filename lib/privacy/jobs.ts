import { z } from 'zod'
import { type TenantRef, type TenantTx, withTenant } from '../db/scope'
import { tableNameOf } from '../deletion/record'
import { type DeletionKind, deletionKinds } from '../deletion/schema'
import { defineJob } from '../jobs/define'
import { forEachIsolated } from '../log/for-each-isolated'
import { listTenants } from '../tenancy/resolve'
import { forgetField } from '../tickets/fields/fields'
import { lockDeletedTickets } from '../tickets/ticket/removal'
import { purgeTickets } from './personal-data'

/** Deletes for good what was deleted longer ago than the workspace keeps it; what happened stays in the audit trail. */
export const purgeTicketsJob = defineJob({
  id: 'tickets.purge',
  title: 'purgeTickets',
  input: z.object({}),
  schedule: '23 4 * * *',
  priority: 'low',
  timeoutSeconds: 1800,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', (tenant) => purgeDeleted(tenant, new Date()))
  },
})

/** Nothing in a workspace that keeps what was deleted. */
export async function purgeDeleted(tenant: TenantRef, now: Date): Promise<void> {
  const { deletedDays } = await withTenant(tenant, (tx) =>
    tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.id }, select: { deletedDays: true } }),
  )
  if (deletedDays === null) return
  const before = new Date(now.getTime() - deletedDays * 86_400_000)
  await purgeRemoved(tenant, before)
  await purgeOthers(tenant, before)
}

const atOnce = 100

export async function purgeRemoved(tenant: TenantRef, before: Date): Promise<void> {
  for (let purged = atOnce; purged === atOnce; )
    purged = await withTenant(tenant, async (tx) => {
      const ids = await lockDeletedTickets(tx, tenant.id, before, atOnce)
      if (ids.length > 0) await purgeTickets({ tx, tenantId: tenant.id, now: new Date() }, ids)
      return ids.length
    })
}

const due = z.array(z.object({ kind: z.enum(deletionKinds), objectId: z.uuid() }))

async function purgeOthers(tenant: TenantRef, before: Date): Promise<void> {
  const where = { tenantId: tenant.id, kind: { not: 'ticket' as const }, deletedAt: { lt: before } }
  const rows = due.parse(await withTenant(tenant, (tx) => tx.deletion.findMany({ where, orderBy: { deletedAt: 'asc' } })))
  // What refers to others goes before them.
  const turn = ({ kind }: { kind: DeletionKind }) => ['calendar', 'department', 'person', 'role'].indexOf(kind)
  await forEachIsolated(
    rows.toSorted((a, b) => turn(a) - turn(b)),
    'deletion',
    (row) => withTenant(tenant, (tx) => purge(tx, tenant.id, row, before)),
  )
}

/** What belongs to a row alone and goes with it. */
const parts: Partial<Record<DeletionKind, readonly (readonly [table: string, column: string])[]>> = {
  contact: [
    ['contact_merge', 'from_id'],
    ['contact_merge', 'into_id'],
  ],
  department: [['category', 'department_id']],
  sla_policy: [
    ['sla_target', 'policy_id'],
    ['sla_escalation', 'policy_id'],
  ],
  calendar: [['calendar_edition', 'calendar_id']],
  person: [
    ['one_time_token', 'person_id'],
    ['api_token', 'person_id'],
    ['notification_settings', 'person_id'],
  ],
}

/**
 * It can't be restored from then on. Its row goes too, unless something that stays refers to it: a ticket names the
 * department that closed it, a message its author.
 */
async function purge(tx: TenantTx, tenantId: string, { kind, objectId }: z.output<typeof due>[number], before: Date) {
  const { count } = await tx.deletion.deleteMany({ where: { tenantId, kind, objectId, deletedAt: { lt: before } } })
  if (count === 0) return // restored meanwhile
  if (kind === 'field') await forgetField(tx, tenantId, objectId)
  const of = (table: string, column: string) => `"${table}" WHERE tenant_id = '${tenantId}' AND ${column} = '${objectId}'`
  const unsign =
    kind === 'person' ? `UPDATE deletion SET deleted_by_id = NULL WHERE tenant_id = '${tenantId}' AND deleted_by_id = '${objectId}';` : ''
  const ofParts = (parts[kind] ?? []).map(([table, column]) => /* not-words: SQL */ `DELETE FROM ${of(table, column)};`)
  await tx.$executeRawUnsafe(`DO $$ BEGIN
    ${ofParts.join(' ')} ${unsign}
    DELETE FROM ${of(tableNameOf(kind), 'id')} AND deleted_at IS NOT NULL;
    EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN NULL; END $$`)
}
