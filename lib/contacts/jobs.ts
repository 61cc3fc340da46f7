import { z } from 'zod'
import type { Actor } from '../actor/actor'
import { isError } from '../core/errors'
import { newId } from '../core/id'
import { idsOf } from '../db/rows'
import { withTenant } from '../db/scope'
import { workAs } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { stillMay } from '../procedure/authenticate'
import { say } from '../text/say'
import { workspaceTranslator } from '../text/translator'
import { readTable } from './import-file'
import { matchRows } from './import-match'
import { type ImportRow, mapRows } from './import-row'
import { maySharePeople, refuseUnseen } from './policy'
import { organisationOf } from './record'
import { importMapping } from './schema'

/** Rows of one unit of work: it is short, for the embedded database has one connection. */
const atOnce = 4
/** Rows between two words on how far it is. */
const toldEvery = 200

export const importJob = defineJob({
  id: 'contacts.import',
  title: 'importContacts',
  input: z.object({ importId: z.string() }),
  timeoutSeconds: 1800,
  async run({ tenant, input: { importId }, progress }) {
    if (!tenant) return
    const tenantId = tenant.ref.id
    const where = { tenantId_id: { tenantId, id: importId } }
    const found = await withTenant(tenant.ref, (tx) => tx.contactImport.findUnique({ where }))
    if (found?.status !== 'running') return
    const t = await workspaceTranslator(tenant)
    const mapped = await mapRows(await readTable(found.csv), importMapping.parse(found.mapping), t)
    const rows = mapped.flatMap(({ line, row }) => (row ? [{ line, row }] : []))
    // What was counted is done: after a crash it goes on behind it.
    let at = doneOf(found)
    while (at < rows.length) {
      if (at % toldEvery < atOnce) await progress(at, rows.length, 'importing')
      const next = await withTenant(tenant.ref, async (tx) => {
        await tx.$executeRaw`SELECT FROM contact_import WHERE tenant_id = ${tenantId}::uuid AND id = ${importId}::uuid FOR UPDATE`
        const counted = await tx.contactImport.findUnique({ where, select: { created: true, updated: true, skipped: true } })
        // Another run has taken it up meanwhile, as after the time that one may take: it goes on alone.
        if (!counted || doneOf(counted) !== at) return null
        const importer = found.personId ? await stillMay(tx, tenantId, found.personId, 'contact.import') : null
        // Whoever may import no more brings in no more: the rest is one refusal.
        const part = rows.slice(at, importer ? at + atOnce : undefined)
        const counts = { created: 0, updated: 0, skipped: 0 }
        const problems: { line: number; error: string }[] = []
        await workAs(tx, tenant, { kind: 'system', name: 'contacts.import' }, async (work) => {
          if (!importer) {
            counts.skipped = part.length
            problems.push(...part.slice(0, 1).map(({ line }) => ({ line, error: t('errors.contacts.importStopped') })))
            return
          }
          for (const { line, row } of part) {
            const brought = await bring(work, row, { mayUpdate: found.onKnown === 'update', importer })
            const isDone = brought === 'created' || brought === 'updated' || brought === 'skipped'
            counts[isDone ? brought : 'skipped']++
            if (!isDone) problems.push({ line, error: say(brought, t) })
          }
        })
        // What it gives back must not be the whole table.
        await tx.contactImport.update({
          where,
          data: {
            created: { increment: counts.created },
            updated: { increment: counts.updated },
            skipped: { increment: counts.skipped },
          },
          select: { id: true },
        })
        if (problems.length > 0)
          await tx.$executeRaw`UPDATE contact_import SET problems = problems || ${JSON.stringify(problems)}::jsonb
            WHERE tenant_id = ${tenantId}::uuid AND id = ${importId}::uuid`
        return at + part.length
      })
      if (next === null) return
      at = next
    }
    const done = { status: 'done', csv: '', mapping: {}, finishedAt: new Date() } as const
    await withTenant(tenant.ref, (tx) => tx.contactImport.update({ where, data: done, select: { id: true } }))
  },
})

const doneOf = ({ created, updated, skipped }: Record<'created' | 'updated' | 'skipped', number>) => created + updated + skipped

type Refusal = 'contacts.organisationUnseen' | 'contacts.unseen' | 'contacts.severalMeant'

/** @returns why it was refused, where somebody would read requests that whoever imports does not see */
async function bring(
  work: Work,
  row: ImportRow,
  { mayUpdate, importer }: { mayUpdate: boolean; importer: Actor },
): Promise<'created' | 'updated' | 'skipped' | Refusal> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const { emails, organisation, isNamed, ...data } = row
  const [known = null] = await matchRows(work, [row])
  if (known === 'several') return 'contacts.severalMeant'
  if (known && !mayUpdate) return 'skipped'
  const organisationId = organisation
    ? await namedOrganisation(work, organisation)
    : emails[0]
      ? await organisationOf(work, emails[0])
      : null
  if (known) return update(work, row, { contactId: known.id, organisationId, importer })
  if (organisation && organisationId && !(await maySharePeople({ ...work, actor: importer }, organisationId)))
    return 'contacts.organisationUnseen'
  const id = newId()
  await tx.contact.create({ data: { ...data, organisationId, tenantId, id, createdAt: now } })
  await addAddresses(work, id, emails, true)
  return 'created'
}

async function update(
  work: Work,
  { emails, isNamed, ...data }: ImportRow,
  { contactId, organisationId, importer }: { contactId: string; organisationId: string | null; importer: Actor },
): Promise<'updated' | Refusal> {
  const { tx, tenant } = work
  const where = { tenantId_id: { tenantId: tenant.ref.id, id: contactId } }
  const before = await tx.contact.findUniqueOrThrow({ where, include: { addresses: { select: { email: true } } } })
  const isMoved = organisationId !== null && organisationId !== before.organisationId
  if (isMoved && !(await maySharePeople({ ...work, actor: importer }, organisationId, contactId))) return 'contacts.organisationUnseen'
  // Another address opens what the contact asked to whoever has it.
  const added = emails.filter((email) => !before.addresses.some((address) => address.email === email))
  if (added.length > 0 && !(await seesAllOf({ ...work, actor: importer }, contactId))) return 'contacts.unseen'
  await tx.contact.update({
    where,
    data: {
      ...(isNamed ? { name: data.name } : {}),
      phones: [...new Set([...before.phones, ...data.phones])].slice(0, 10),
      tags: [...new Set([...before.tags, ...data.tags])].slice(0, 20),
      ...(data.tier ? { tier: data.tier } : {}),
      ...(data.notes ? { notes: data.notes } : {}),
      ...(organisationId ? { organisationId } : {}),
      version: { increment: 1 },
    },
  })
  await addAddresses(work, contactId, added, before.addresses.length === 0)
  if (isMoved)
    work.emit('contact.changed', { before: { organisationId: before.organisationId }, after: { organisationId } }, { subjectId: contactId })
  return 'updated'
}

async function seesAllOf(work: Pick<Work, 'tx' | 'tenant' | 'actor'>, contactId: string): Promise<boolean> {
  try {
    await refuseUnseen(work, contactId)
    return true
  } catch (error) {
    if (isError(error, 'FORBIDDEN')) return false
    throw error
  }
}

const addAddresses = ({ tx, tenant }: Work, contactId: string, emails: readonly string[], isFirst: boolean) =>
  tx.contactAddress.createMany({
    data: emails.map((email, n) => ({ tenantId: tenant.ref.id, contactId, email, isPrimary: isFirst && n === 0 })),
    skipDuplicates: true,
  })

async function namedOrganisation({ tx, tenant, now }: Work, name: string): Promise<string> {
  const tenantId = tenant.ref.id
  const [known] = await idsOf(tx.$queryRaw`
    SELECT id::text FROM organisation WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL AND lower(name) = lower(${name}) ORDER BY id LIMIT 1`)
  if (known) return known
  const id = newId()
  await tx.organisation.create({ data: { tenantId, id, name, createdAt: now } })
  return id
}
