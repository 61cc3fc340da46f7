import { z } from 'zod'
import { conflict, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { stamps } from '../../core/page'
import { ok, versionInput } from '../../core/schema'
import { lineOfText } from '../../core/text'
import type { Work } from '../../events/work'
import { adminProcedure } from '../../procedure/builders'
import { localeInput } from '../articles/schema'
import { baseLanguage } from './stemming'
import { tokensOf } from './tokens'

/** A list is no longer than this. */
const mostSynonyms = 500
const mostWords = 20

const fields = {
  /** The language of the words; of "pt-BR" the language alone counts. */
  locale: localeInput,
  /** Words or expressions that are taken for each other. */
  words: z
    .array(z.string().overwrite(lineOfText).trim().min(1).max(60))
    .min(2, msg('kb.synonyms'))
    .max(mostWords)
    .transform((words) => [...new Set(words)]),
}

const synonymOutput = z.object({ id: z.uuid(), ...stamps, locale: z.string(), words: z.array(z.string()) })
type Row = { id: string; version: number; createdAt: Date; updatedAt: Date; language: string; words: string[] }
const shown = ({ language, ...row }: Row) => ({ ...row, locale: language })

/** @throws INVALID for words by which nothing is found */
function termsOf({ locale, words }: { locale: string; words: string[] }): { language: string; words: string[]; terms: string[] } {
  const language = baseLanguage(locale)
  const found = words.map((word) => tokensOf(word, language).map(({ term }) => term))
  const empty = found.findIndex((terms) => terms.length === 0)
  if (empty >= 0) throw invalid({ [`words.${empty}`]: [msg('kb.synonymSaysNothing', { word: words[empty] as string })] })
  return { language, words, terms: [...new Set(found.flat())] }
}

const select = { id: true, version: true, createdAt: true, updatedAt: true, language: true, words: true } as const

export const listSynonyms = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'GET', path: '/kb/synonyms', tags: ['Knowledge base'], summary: 'List the words that the search takes for each other' })
  .output(z.object({ items: z.array(synonymOutput) }))
  .handler(async ({ context: { tx, tenant } }) => {
    const orderBy = [{ language: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }] as const
    const rows = await tx.kbSynonym.findMany({ where: { tenantId: tenant.ref.id }, select, orderBy: [...orderBy], take: mostSynonyms })
    return { items: rows.map(shown) }
  })

export const createSynonym = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'POST', path: '/kb/synonyms', tags: ['Knowledge base'], summary: 'Have words taken for each other', successStatus: 201 })
  .input(z.strictObject(fields))
  .output(synonymOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    if ((await tx.kbSynonym.count({ where: { tenantId } })) >= mostSynonyms)
      throw invalid({ words: [msg('kb.tooManySynonyms', { maximum: mostSynonyms })] })
    const data = { ...termsOf(input), tenantId, id: newId(), createdAt: now }
    const row = await tx.kbSynonym.create({ data, select })
    emit('kb.synonym_created', { words: row.words }, { subjectId: row.id })
    return shown(row)
  })

export const updateSynonym = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'PUT', path: '/kb/synonyms/{id}', tags: ['Knowledge base'], summary: 'Change words that are taken for each other' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...fields }))
  .output(synonymOutput)
  .handler(async ({ context, input: { id, version, ...input } }) => {
    const { tx, tenant, emit } = context
    const before = await loadSynonym(context, id)
    if (before.version !== version) throw conflict('changedByOther', before.version)
    const where = { tenantId_id: { tenantId: tenant.ref.id, id }, version }
    const row = await tx.kbSynonym.update({ where, data: { ...termsOf(input), version: { increment: 1 } }, select })
    emit('kb.synonym_changed', { before: { words: before.words }, after: { words: row.words } }, { subjectId: id })
    return shown(row)
  })

export const deleteSynonym = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'DELETE', path: '/kb/synonyms/{id}', tags: ['Knowledge base'], summary: 'No longer take words for each other' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const { words } = await loadSynonym(context, id)
    await tx.kbSynonym.deleteMany({ where: { tenantId: tenant.ref.id, id } })
    emit('kb.synonym_deleted', { words }, { subjectId: id })
    return { ok: true as const }
  })

async function loadSynonym({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<Row> {
  const row = await tx.kbSynonym.findUnique({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, select })
  if (!row) throw notFound('synonym')
  return row
}
