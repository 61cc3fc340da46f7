import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { type Actor, has } from '../actor/actor'
import { forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { emailInput, nameInput as personName, tagInput } from '../core/schema'
import { cleanText, cut } from '../core/text'
import { idsOf } from '../db/rows'
import { withTenant } from '../db/scope'
import { workAs } from '../events/as-system'
import type { Work } from '../events/work'
import { defineJob } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { actorOfPerson } from '../procedure/authenticate'
import { agentProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { say } from '../text/say'
import { type Translator, workspaceTranslator } from '../text/translator'
import { maySharePeople } from './policy'
import { organisationOf } from './record'
import {
  type ImportMapping,
  type ImportOutput,
  type ImportTarget,
  importMapping,
  importOutput,
  importTargets,
  maxImportRows,
  phoneInput,
  tiers,
} from './schema'

const maxCsvLength = 1_900_000
const maxColumns = 200
const csvInput = z.string().min(1, msg('contacts.csvEmpty')).max(maxCsvLength, msg('contacts.csvTooLong'))

interface Table {
  columns: string[]
  rows: { line: number; cells: string[] }[]
}

/** Reads a table whose first row names its columns, whatever sign stands between them. */
export function readTable(csv: string): Table {
  try {
    const found = parse(csv, {
      bom: true,
      delimiter: delimiterOf(csv),
      relaxColumnCount: true,
      skipEmptyLines: true,
      info: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    const [head, ...rest] = found
    if ((head?.record.length ?? 0) > maxColumns) throw invalid({ csv: [msg('contacts.csvColumns', { maximum: maxColumns })] })
    const columns = (head?.record ?? []).map((name, n) => cut(cleanText(name), 200) || `#${n + 1}`)
    if (rest.length === 0) throw invalid({ csv: ['contacts.csvNoLines'] })
    if (rest.length > maxImportRows) throw invalid({ csv: [msg('contacts.csvLines', { maximum: maxImportRows })] })
    return { columns, rows: rest.map(({ record, info }) => ({ line: info.lines, cells: record.map(cleanText) })) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))
      throw invalid({ csv: [msg('contacts.csvUnreadable', { why: error.message })] })
    throw error
  }
}

function delimiterOf(csv: string): string {
  const head = csv.slice(0, csv.search(/[\r\n]|$/))
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: head.split(sign).length }))
  return counts.sort((a, b) => b.count - a.count)[0]?.sign ?? ','
}

const hints: Record<ImportTarget, RegExp> = {
  email: /mail/i,
  name: /^(full ?)?name$|^contact$|^customer$/i,
  phone: /phone|mobile|^tel/i,
  organisation: /organi[sz]ation|company|account|firma/i,
  tier: /tier|level|plan/i,
  tags: /tags?|labels?/i,
  notes: /notes?|comment|remark/i,
}

/** What each column most likely is; every target once. */
export function guessMapping(columns: readonly string[]): ImportMapping {
  const mapping: ImportMapping = {}
  for (const target of importTargets) {
    const column = columns.find((name) => !mapping[name] && hints[target].test(name))
    if (column) mapping[column] = target
  }
  return mapping
}

const importRow = z.object({
  name: personName,
  /** The table says the name; else it is made of the address. */
  isNamed: z.boolean(),
  email: emailInput.nullable(),
  phones: z.array(phoneInput).max(10),
  organisation: z.string().trim().max(120).nullable(),
  tier: z.enum(tiers).nullable(),
  tags: z.array(tagInput).max(20),
  notes: z.string().max(10_000),
})
type ImportRow = z.output<typeof importRow>

interface Mapped {
  line: number
  row: ImportRow | null
  problem: string | null
}

const pieces = (text: string) =>
  text
    .split(/[,;|]/)
    .map((each) => each.trim())
    .filter(Boolean)

/** Each line as a contact, or what is wrong with it. An address that comes twice is taken once. */
export function mapRows({ columns, rows }: Table, mapping: ImportMapping, t: Translator): Mapped[] {
  const seen = new Map<string, number>()
  const places = columns.flatMap((column, n) => (Object.hasOwn(mapping, column) ? [{ n, target: mapping[column] as ImportTarget }] : []))
  return rows.map(({ line, cells }) => {
    const given: Partial<Record<ImportTarget, string>> = {}
    for (const { n, target } of places) {
      // What our own export marks as text for spreadsheets is the text.
      const cell = cells[n]?.replace(/^'(?=[=+\-@])/, '')
      if (cell) given[target] = given[target] ? `${given[target]}${target === 'name' ? ' ' : ', '}${cell}` : cell
    }
    const result = importRow.safeParse({
      name: given.name ?? given.email?.split('@')[0] ?? '',
      isNamed: given.name !== undefined,
      // Of several addresses the first.
      email: given.email ? (pieces(given.email)[0] ?? null) : null,
      phones: pieces(given.phone ?? ''),
      organisation: given.organisation ?? null,
      tier: given.tier?.toLowerCase() ?? null,
      tags: pieces(given.tags ?? ''),
      notes: given.notes ?? '',
    })
    if (!result.success)
      return {
        line,
        row: null,
        problem: result.error.issues.map(({ path, message }) => `${String(path[0])}: ${say(message, t)}`).join(' '),
      }
    const { email } = result.data
    const before = email ? seen.get(email) : undefined
    if (before !== undefined)
      return { line, row: null, problem: t('errors.contacts.duplicateLine', { email: String(email), line: before }) }
    if (email) seen.set(email, line)
    return { line, row: result.data, problem: null }
  })
}

const firstOf = 20

export const previewImport = agentProcedure
  .meta({ permission: 'contact.import' })
  .route({
    method: 'POST',
    path: '/contacts/import/preview',
    tags: ['Contacts'],
    summary: 'Preview an import and its problems',
  })
  .input(z.strictObject({ csv: csvInput, mapping: importMapping.optional() }))
  .output(
    z.object({
      columns: z.array(z.string()),
      mapping: importMapping,
      total: z.number().int(),
      known: z.number().int(),
      rows: z.array(z.object({ line: z.number().int(), cells: z.array(z.string()), problem: z.string().nullable() })),
      problems: z.array(z.object({ line: z.number().int(), error: z.string() })),
    }),
  )
  .handler(async ({ context, input }) => {
    const table = readTable(input.csv)
    const mapping = input.mapping ?? guessMapping(table.columns)
    const mapped = mapRows(table, mapping, await wordsFor(context.caller))
    const emails = mapped.flatMap(({ row }) => row?.email ?? [])
    const known = await context.tx.contactAddress.count({ where: { tenantId: context.tenant.ref.id, email: { in: emails } } })
    return {
      columns: table.columns,
      mapping,
      total: mapped.length,
      known,
      rows: table.rows.slice(0, firstOf).map(({ line, cells }, n) => ({ line, cells, problem: mapped[n]?.problem ?? null })),
      problems: mapped.flatMap(({ line, problem }) => (problem ? [{ line, error: problem }] : [])).slice(0, 1000),
    }
  })

export const startImport = agentProcedure
  .meta({ permission: 'contact.import' })
  .route({ method: 'POST', path: '/contacts/import', tags: ['Contacts'], summary: 'Import contacts from CSV', successStatus: 202 })
  .input(
    z.strictObject({
      csv: csvInput,
      mapping: importMapping,
      /** What to do with addresses that are known. */
      onKnown: z.enum(['skip', 'update']).default('skip'),
    }),
  )
  .output(importOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, now, emit } = context
    if (actor.kind !== 'person') throw forbidden('contacts.personOnly')
    if (!Object.values(input.mapping).some((target) => target === 'name' || target === 'email'))
      throw invalid({ mapping: ['contacts.noNameColumn'] })
    // It is done later with all that the person may do; a token of theirs that may do less asks for no more than that.
    const mayJoinPeople = input.onKnown === 'update' || Object.values(input.mapping).includes('organisation')
    if (mayJoinPeople && !has(actor, 'ticket.view')) throw forbidden('contacts.organisationUnseen')
    const mapped = mapRows(readTable(input.csv), input.mapping, await wordsFor(context.caller))
    const problems = mapped.flatMap(({ line, problem }) => (problem ? [{ line, error: problem }] : []))
    const rows = mapped.flatMap(({ line, row }) => (row ? [{ line, row }] : []))
    const id = newId()
    const tenantId = tenant.ref.id
    const { onKnown } = input
    await tx.contactImport.create({
      data: { tenantId, id, personId: actor.id, rows, onKnown, total: mapped.length, problems, createdAt: now },
    })
    await enqueueJob({ tx, tenantId }, importJob, { importId: id }, { uniqueKey: id })
    emit('contacts.imported', { total: mapped.length }, { subjectId: id })
    return readImport(context, id)
  })

export const getImport = agentProcedure
  .meta({ permission: 'contact.import' })
  .route({
    method: 'GET',
    path: '/contacts/import/{id}',
    tags: ['Contacts'],
    summary: 'Read the progress and the problems of an import',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(importOutput)
  .handler(({ context, input }) => readImport(context, input.id))

async function readImport({ tx, tenant, actor }: Pick<Work, 'tx' | 'tenant' | 'actor'>, id: string): Promise<ImportOutput> {
  const personId = actor.kind === 'person' ? actor.id : undefined
  const row = await tx.contactImport.findFirst({ where: { tenantId: tenant.ref.id, id, personId }, omit: { rows: true } })
  if (!row) throw notFound('import')
  return importOutput.parse(row)
}

const storedRows = z.array(z.object({ line: z.number(), row: importRow }))
/** Rows of one unit of work: it is short, for the embedded database has one connection. */
const atOnce = 10
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
    const rows = storedRows.parse(found.rows)
    const t = await workspaceTranslator(tenant)
    // What was counted is done: after a crash it goes on behind it.
    let at = found.created + found.updated + found.skipped
    while (at < rows.length) {
      if (at % toldEvery < atOnce) await progress(at, rows.length, 'importing')
      const part = rows.slice(at, at + atOnce)
      await withTenant(tenant.ref, async (tx) => {
        const importer = found.personId ? await actorOfPerson(tx, tenantId, found.personId) : null
        const counts = { created: 0, updated: 0, skipped: 0 }
        const problems: { line: number; error: string }[] = []
        await workAs(tx, tenant, { kind: 'system', name: 'contacts.import' }, async (work) => {
          for (const { line, row } of part) {
            const brought = await bring(work, row, { mayUpdate: found.onKnown === 'update', importer: importer ?? { kind: 'anonymous' } })
            counts[brought === 'refused' ? 'skipped' : brought]++
            if (brought === 'refused') problems.push({ line, error: say('contacts.organisationUnseen', t) })
          }
        })
        await tx.contactImport.update({
          where,
          data: {
            created: { increment: counts.created },
            updated: { increment: counts.updated },
            skipped: { increment: counts.skipped },
          },
        })
        if (problems.length > 0)
          await tx.$executeRaw`UPDATE contact_import SET problems = problems || ${JSON.stringify(problems)}::jsonb
            WHERE tenant_id = ${tenantId}::uuid AND id = ${importId}::uuid`
      })
      at += part.length
    }
    await withTenant(tenant.ref, (tx) => tx.contactImport.update({ where, data: { status: 'done', rows: [], finishedAt: new Date() } }))
  },
})

/** @returns `refused` where people would see requests through their organisation that whoever imports does not see */
async function bring(
  work: Work,
  row: ImportRow,
  { mayUpdate, importer }: { mayUpdate: boolean; importer: Actor },
): Promise<'created' | 'updated' | 'skipped' | 'refused'> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const { email, organisation, isNamed, ...data } = row
  const known = email ? await tx.contactAddress.findUnique({ where: { tenantId_email: { tenantId, email } } }) : null
  if (known && !mayUpdate) return 'skipped'
  const organisationId = organisation ? await namedOrganisation(work, organisation) : email ? await organisationOf(work, email) : null
  if (known) {
    const before = await tx.contact.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: known.contactId } } })
    const isMoved = organisationId !== null && organisationId !== before.organisationId
    if (isMoved && !(await maySharePeople({ ...work, actor: importer }, organisationId, known.contactId))) return 'refused'
    await tx.contact.update({
      where: { tenantId_id: { tenantId, id: known.contactId } },
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
    if (isMoved)
      work.emit(
        'contact.changed',
        { before: { organisationId: before.organisationId }, after: { organisationId } },
        { subjectId: known.contactId },
      )
    return 'updated'
  }
  if (organisation && organisationId && !(await maySharePeople({ ...work, actor: importer }, organisationId))) return 'refused'
  const id = newId()
  await tx.contact.create({ data: { ...data, organisationId, tenantId, id, createdAt: now } })
  if (email) await tx.contactAddress.create({ data: { tenantId, contactId: id, email, isPrimary: true } })
  return 'created'
}

async function namedOrganisation({ tx, tenant, now }: Work, name: string): Promise<string> {
  const tenantId = tenant.ref.id
  const [known] = await idsOf(tx.$queryRaw`
    SELECT id::text FROM organisation WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL AND lower(name) = lower(${name}) ORDER BY id LIMIT 1`)
  if (known) return known
  const id = newId()
  await tx.organisation.create({ data: { tenantId, id, name, createdAt: now } })
  return id
}
