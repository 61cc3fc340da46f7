import { z } from 'zod'
import { readRemovedPerson } from '../accounts/personal-data'
import { forgetMailsOf } from '../channels/email/personal-data'
import { mergedContacts, readDeletedContact } from '../contacts/personal-data'
import { forbidden, isError } from '../core/errors'
import { Prisma } from '../db/generated/tenant/client'
import type { DataSubject } from '../db/personal-data'
import { identifier, type Reference, readReferences } from '../db/references'
import { rowsOf } from '../db/rows'
import { type TenantRef, withTenant } from '../db/scope'
import { tableNameOf } from '../deletion/record'
import { type DeletionKind, deletionKinds } from '../deletion/schema'
import { asSystem, workAs } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { releaseTranslations } from '../kb/articles/translations'
import { forEachIsolated } from '../log/for-each-isolated'
import { forgetCopies } from '../mail/personal-data'
import { forgetNotices } from '../notifications/personal-data'
import { stillMay } from '../procedure/authenticate'
import { findTenant, listTenants } from '../tenancy/resolve'
import { workspaceTranslator } from '../text/translator'
import { forgetField } from '../tickets/fields/fields'
import { lockDeletedTickets } from '../tickets/ticket/removal'
import { eraseInPieces, takeLongErasures } from './erasure'
import { erase, purgeTickets } from './personal-data'

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

/** An erasure that did not come to its end, as when the process ended before it: the rest goes, unless whoever asked may erase no more. */
export const eraseContactJob = defineJob({
  id: 'contacts.erase',
  title: 'eraseContact',
  input: z.object({ contactId: z.uuid(), byId: z.uuid().nullable() }),
  timeoutSeconds: 1800,
  async run({ tenant, input: { contactId, byId } }) {
    if (!tenant) return
    const piece = <T>(body: (work: Work) => Promise<T>) =>
      withTenant(tenant.ref, async (tx) => {
        const by = byId && (await stillMay(tx, tenant.ref.id, byId, 'contact.erase'))
        if (byId && !by) throw forbidden()
        return workAs(tx, tenant, by || { kind: 'system', name: eraseContactJob.id }, body)
      })
    try {
      await eraseInPieces({ piece, conclude: piece }, contactId)
    } catch (error) {
      if (!isError(error, 'NOT_FOUND') && !isError(error, 'FORBIDDEN')) throw error
    }
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
type Due = z.output<typeof due>[number]

async function purgeOthers({ id: tenantId }: TenantRef, before: Date): Promise<void> {
  const tenant = await findTenant({ id: tenantId })
  if (!tenant) return
  const where = { tenantId, kind: { not: 'ticket' as const }, deletedAt: { lt: before } }
  const [rows, references] = await withTenant(
    tenant.ref,
    async (tx) => [due.parse(await tx.deletion.findMany({ where, orderBy: { deletedAt: 'asc' } })), await readReferences(tx)] as const,
  )
  // What refers to others goes before them.
  const turn = ({ kind }: Due) => ['calendar', 'department', 'person', 'role'].indexOf(kind)
  await forEachIsolated(
    rows.toSorted((a, b) => turn(a) - turn(b)),
    'deletion',
    async (row) => {
      const piece = <T>(body: (work: Work) => Promise<T>) => asSystem(tenant, purgeTicketsJob.id, body)
      const who = await piece((work) => subjectOf(work, row))
      if (who) await takeLongErasures(piece, who)
      await piece((work) => purge(work, row, before, references))
    },
  )
}

type Part = readonly [table: string, column: string]

/** What belongs to a row alone and goes with it. */
const parts: Partial<Record<DeletionKind, readonly Part[]>> = {
  department: [['category', 'department_id']],
  sla_policy: [
    ['sla_target', 'policy_id'],
    ['sla_escalation', 'policy_id'],
  ],
  calendar: [['calendar_edition', 'calendar_id']],
  mailbox: [
    ['mailbox_folder', 'mailbox_id'],
    ['mailbox_fetch', 'mailbox_id'],
  ],
  person: [
    ['one_time_token', 'person_id'],
    ['api_token', 'person_id'],
    ['notification_settings', 'person_id'],
  ],
}

/**
 * It can't be restored from then on. Its row goes too, unless something that stays names it: a ticket the department that closed
 * it, a message its author. Of a person nothing stays in that row either; the trail says which it was.
 */
async function purge(work: Work, row: Due, before: Date, references: readonly Reference[]) {
  const { tx, tenant } = work
  const { kind, objectId } = row
  const tenantId = tenant.ref.id
  const who = await subjectOf(work, row)
  const { count } = await tx.deletion.deleteMany({ where: { tenantId, kind, objectId, deletedAt: { lt: before } } })
  if (count === 0) return // restored meanwhile
  if (kind === 'kb_article') await releaseTranslations(work, objectId)
  if (kind === 'field') await forgetField(tx, tenantId, objectId)
  if (kind === 'person') await tx.deletion.updateMany({ where: { tenantId, deletedById: objectId }, data: { deletedById: null } })
  if (who) {
    const erasing = { tx, tenantId, now: work.now, t: await workspaceTranslator(tenant) }
    await forgetMailsOf(erasing, who)
    await forgetCopies(erasing, who)
    await forgetNotices(erasing, who, before)
    await erase(erasing, who)
  }
  const isKept = await isNamed(work, row, references)
  if (!isKept) {
    for (const [table, column] of parts[kind] ?? []) await deleteRows(work, table, column, objectId)
    await deleteRows(work, tableNameOf(kind), 'id', objectId)
  }
  work.emit('deletion.purged', { kind, isKept }, { subjectId: objectId })
}

/** A deleted contact or person, and nothing of what they said: that is of the tickets, which stay. */
async function subjectOf({ tx, tenant, now }: Work, { kind, objectId }: Due): Promise<DataSubject | null> {
  const work = { tx, tenantId: tenant.ref.id, now }
  const nothing = { contactIds: [], personIds: [], ticketIds: [], touchedIds: [], messageIds: [] }
  const contact = kind === 'contact' ? await readDeletedContact(work, objectId) : null
  if (contact) return { ...nothing, name: contact.name, emails: contact.emails, contactIds: await mergedContacts(work, objectId) }
  const person = kind === 'person' ? await readRemovedPerson(work, objectId) : null
  return person && { ...nothing, ...person, personIds: [objectId] }
}

const deleteRows = ({ tx, tenant }: Work, table: string, column: string, id: string) =>
  tx.$executeRaw`DELETE FROM ${identifier(table)} WHERE tenant_id = ${tenant.ref.id}::uuid AND ${identifier(column)} = ${id}::uuid`

/** Whether anything but its own parts refers to it, or to one of these. */
async function isNamed({ tx, tenant }: Work, { kind, objectId }: Due, references: readonly Reference[]): Promise<boolean> {
  const own = parts[kind] ?? []
  const going: readonly Part[] = [[tableNameOf(kind), 'id'], ...own]
  const questions = going.flatMap(([table, by]) =>
    references
      .filter(({ source, column, target }) => target === table && !own.some(([part, to]) => part === source && to === column))
      .map(
        ({ source, column, targetColumn }) => Prisma.sql`EXISTS (
          SELECT 1 FROM ${identifier(source)} s JOIN ${identifier(table)} t ON t.tenant_id = s.tenant_id AND t.${identifier(targetColumn)} = s.${identifier(column)}
          WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.${identifier(by)} = ${objectId}::uuid)`,
      ),
  )
  if (questions.length === 0) return false
  const [answer] = await rowsOf(z.object({ is: z.boolean() }), tx.$queryRaw`SELECT ${Prisma.join(questions, ' OR ')} AS "is"`)
  return answer?.is ?? false
}
