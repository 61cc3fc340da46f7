import { z } from 'zod'
import { has } from '../actor/actor'
import { forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import type { Work } from '../events/work'
import { enqueueJob } from '../jobs/enqueue'
import { agentInPieces, agentProcedure } from '../procedure/builders'
import type { PiecesContext } from '../procedure/context'
import { wordsFor } from '../procedure/words'
import type { Translator } from '../text/translator'
import { guessMapping } from './import-column'
import { readTable } from './import-file'
import { type Match, matchRows } from './import-match'
import { type MappedRow, mapRows } from './import-row'
import { importJob } from './jobs'
import { type ImportMapping, type ImportOutput, importMapping, importOutput, onKnownInput, type PlannedRow, plannedRow } from './schema'

const maxCsvLength = 1_900_000
const csvInput = z.string().min(1, msg('contacts.csvEmpty')).max(maxCsvLength, msg('contacts.csvTooLong'))

/** Rows that one statement looks up. */
const matchedAtOnce = 250
const mostShown = 200
const mostProblems = 1000

export const previewImport = agentInPieces
  .meta({ permission: 'contact.import', body: 'table' })
  .route({
    method: 'POST',
    path: '/contacts/import/preview',
    tags: ['Contacts'],
    summary: 'Preview an import: what will become of each row, and what is wrong',
  })
  .input(z.strictObject({ csv: csvInput, mapping: importMapping.optional(), onKnown: onKnownInput }))
  .output(
    z.object({
      columns: z.array(z.string()),
      mapping: importMapping,
      total: z.number().int(),
      known: z.number().int(),
      counts: z.object({ create: z.number().int(), update: z.number().int(), skip: z.number().int(), fail: z.number().int() }),
      /** The first of them. */
      rows: z.array(plannedRow.extend({ cells: z.array(z.string()) })),
      problems: z.array(z.object({ line: z.number().int(), error: z.string() })),
    }),
  )
  .handler(async ({ context, input }) => {
    const table = await readTable(input.csv)
    const mapping = input.mapping ?? guessMapping(table.columns)
    const t = await wordsFor(context.caller)
    const planned = await plan(context, await mapRows(table, mapping, t), input.onKnown, t)
    const count = (action: PlannedRow['action']) => planned.filter((row) => row.action === action).length
    return {
      columns: table.columns,
      mapping,
      total: planned.length,
      known: planned.filter(({ contact }) => contact).length,
      counts: { create: count('create'), update: count('update'), skip: count('skip'), fail: count('fail') },
      rows: planned.slice(0, mostShown).map((row, n) => ({ ...row, cells: table.rows[n]?.cells ?? [] })),
      problems: planned.flatMap(({ line, problem }) => (problem ? [{ line, error: problem }] : [])).slice(0, mostProblems),
    }
  })

/** What will become of the rows as contacts are now. */
async function plan(
  { piece }: Pick<PiecesContext, 'piece'>,
  mapped: readonly MappedRow[],
  onKnown: 'skip' | 'update',
  t: Translator,
): Promise<PlannedRow[]> {
  const rows = mapped.flatMap(({ row }) => row ?? [])
  const matches: Match[] = []
  while (matches.length < rows.length) {
    const some = rows.slice(matches.length, matches.length + matchedAtOnce)
    matches.push(...(await piece((work) => matchRows(work, some))))
  }
  let at = 0
  return mapped.map(({ line, row, problem }): PlannedRow => {
    const match = row ? (matches[at++] ?? null) : null
    if (match === 'several') return { line, action: 'fail', contact: null, problem: t('errors.contacts.severalMeant') }
    if (!row) return { line, action: 'fail', contact: null, problem }
    return { line, action: match ? onKnown : 'create', contact: match, problem: null }
  })
}

export const startImport = agentInPieces
  .meta({ permission: 'contact.import', body: 'table' })
  .route({ method: 'POST', path: '/contacts/import', tags: ['Contacts'], summary: 'Import contacts from CSV', successStatus: 202 })
  .input(
    z.strictObject({
      csv: csvInput,
      mapping: importMapping,
      onKnown: onKnownInput,
    }),
  )
  .output(importOutput)
  .handler(async ({ context, input }) => {
    const { tenant, actor, now } = context
    const { csv, mapping, onKnown } = input
    if (actor.kind !== 'person') throw forbidden('contacts.personOnly')
    if (!namesSomebody(mapping)) throw invalid({ mapping: ['contacts.noNameColumn'] })
    // It is done later with all that the person may do; a token of theirs that may do less asks for no more than that.
    const mayJoinPeople = onKnown === 'update' || Object.values(mapping).includes('organisation')
    if (mayJoinPeople && !has(actor, 'ticket.view')) throw forbidden('contacts.organisationUnseen')
    const mapped = await mapRows(await readTable(csv), mapping, await wordsFor(context.caller))
    const problems = mapped.flatMap(({ line, problem }) => (problem ? [{ line, error: problem }] : []))
    return context.conclude(async ({ tx, emit }) => {
      const id = newId()
      const tenantId = tenant.ref.id
      const total = mapped.length
      await tx.contactImport.createMany({
        data: [{ tenantId, id, personId: actor.id, csv, mapping, onKnown, total, problems, createdAt: now }],
      })
      await enqueueJob({ tx, tenantId }, importJob, { importId: id }, { uniqueKey: id })
      emit('contacts.imported', { total }, { subjectId: id })
      return readImport({ tx, tenant, actor }, id)
    })
  })

const naming: readonly ImportMapping[string][] = ['name', 'firstName', 'lastName', 'email']
const namesSomebody = (mapping: ImportMapping) => Object.values(mapping).some((target) => naming.includes(target))

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
  const row = await tx.contactImport.findFirst({ where: { tenantId: tenant.ref.id, id, personId }, omit: { csv: true, mapping: true } })
  if (!row) throw notFound('import')
  return importOutput.parse(row)
}
