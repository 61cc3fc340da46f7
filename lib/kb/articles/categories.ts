import { z } from 'zod'
import { invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { ok, versionInput } from '../../core/schema'
import { countOf, rowsOf } from '../../db/rows'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { adminProcedure, agentProcedure } from '../../procedure/builders'
import { holdCategory, lockTree, refreshTree, refuseMove, refuseOldVersion } from './category-tree'
import { difference } from './difference'
import { loadCategory, readCategories } from './queries'
import { audience, type CategoryFields, categoryFields, categoryOutput, mostCategories } from './schema'
import { takeSlug } from './slug'

export const listKbCategories = agentProcedure
  .meta({ permission: 'kb.view' })
  .route({
    method: 'GET',
    path: '/kb/categories',
    tags: ['Knowledge base'],
    summary: 'List the categories of the knowledge base, parents before children',
  })
  .output(z.object({ items: z.array(categoryOutput) }))
  .handler(async ({ context }) => ({ items: await readCategories(context) }))

export const getKbCategory = agentProcedure
  .meta({ permission: 'kb.view' })
  .route({ method: 'GET', path: '/kb/categories/{id}', tags: ['Knowledge base'], summary: 'Read a category of the knowledge base' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(categoryOutput)
  .handler(({ context, input }) => loadCategory(context, input.id))

export const createKbCategory = adminProcedure
  .meta({ permission: 'kb.manage', body: 'text' })
  .route({
    method: 'POST',
    path: '/kb/categories',
    tags: ['Knowledge base'],
    summary: 'Create a category of the knowledge base',
    successStatus: 201,
  })
  .input(z.strictObject(categoryFields))
  .output(categoryOutput)
  .handler(async ({ context, input: { translations, slug: wanted, ...input } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const count = await countOf(tx.$queryRaw`
      SELECT count(*)::int AS count FROM kb_category WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL`)
    if (count >= mostCategories) throw invalid({ '': [msg('kb.tooManyCategories', { maximum: mostCategories })] })
    const tree = await lockTree(context)
    refuseMove(tree, '', input.parentId)
    if (input.parentId) await holdCategory(context, input.parentId)
    const id = newId()
    const locale = tenant.locale
    const data = {
      ...input,
      metadata: input.metadata as object,
      tenantId,
      id,
      locale,
      createdAt: now,
      slug: '',
      effectiveAudience: input.audience,
    }
    await tx.kbCategory.create({ data, select: { id: true } })
    await setTexts(context, { id, locale, name: input.name, wanted }, translations)
    await refreshTree(context)
    emit('kb.category_created', { name: input.name }, { subjectId: id })
    return loadCategory(context, id)
  })

export const updateKbCategory = adminProcedure
  .meta({ permission: 'kb.manage', body: 'text' })
  .route({ method: 'PUT', path: '/kb/categories/{id}', tags: ['Knowledge base'], summary: 'Edit a category of the knowledge base' })
  .input(
    z.strictObject({
      ...{ id: z.uuid(), version: versionInput, ...categoryFields },
      /** Stays as it is when it is left out: nobody opens a category by not naming who reads it. */
      audience: audience.optional(),
    }),
  )
  .output(categoryOutput)
  .handler(async ({ context, input: { id, version, translations, slug: wanted, ...input } }) => {
    const { tx, tenant, emit } = context
    const before = await loadCategory(context, id)
    const tree = await lockTree(context)
    refuseOldVersion(tree, id, version)
    refuseMove(tree, id, input.parentId)
    if (input.parentId) await holdCategory(context, input.parentId)
    // Until the tree is worked out anew, its effective audience is no wider than its own.
    const data = { ...input, metadata: input.metadata as object, effectiveAudience: 'agents' as const, version: { increment: 1 } }
    await tx.kbCategory.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data, select: { id: true } })
    await setTexts(context, { id, locale: before.locale, name: input.name, wanted: wanted ?? before.slug }, translations)
    await refreshTree(context)
    const after = await loadCategory(context, id)
    emit('kb.category_changed', difference(before, after), { subjectId: id })
    return after
  })

export const moveKbCategory = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'PUT',
    path: '/kb/categories/{id}/place',
    tags: ['Knowledge base'],
    summary: 'Move a category to another place among its siblings or elsewhere',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      parentId: z.uuid().nullable(),
      position: z.number().int().min(0).max(mostCategories),
    }),
  )
  .output(categoryOutput)
  .handler(async ({ context, input: { id, version, parentId, position } }) => {
    const { tx, tenant, emit } = context
    const before = await loadCategory(context, id)
    const tree = await lockTree(context)
    refuseOldVersion(tree, id, version)
    refuseMove(tree, id, parentId)
    if (parentId) await holdCategory(context, parentId)
    const siblings = [...tree.values()].filter((each) => each.parentId === parentId && each.id !== id).map((each) => each.id)
    siblings.splice(position, 0, id)
    const tenantId = tenant.ref.id
    await tx.$executeRaw`
      UPDATE kb_category c SET sort_order = o.at - 1 FROM unnest(${siblings}::uuid[]) WITH ORDINALITY o(id, at)
      WHERE c.tenant_id = ${tenantId}::uuid AND c.id = o.id AND c.sort_order <> o.at - 1`
    await tx.kbCategory.update({
      where: { tenantId_id: { tenantId, id } },
      data: { parentId, version: { increment: 1 } },
      select: { id: true },
    })
    await refreshTree(context)
    emit('kb.category_moved', { name: before.name, before: before.parentId, after: parentId }, { subjectId: id })
    return loadCategory(context, id)
  })

export const deleteKbCategory = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'DELETE',
    path: '/kb/categories/{id}',
    tags: ['Knowledge base'],
    summary: 'Delete a category that holds no articles and no other categories',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const { name } = await loadCategory(context, id)
    // Nobody puts anything into it meanwhile: that takes a lock on it.
    const tree = await lockTree(context)
    const children = [...tree.values()].filter(({ parentId }) => parentId === id).length
    if (children > 0) throw invalid({ id: [msg('kb.categoryHasChildren', { count: children })] })
    const articles = await countOf(tx.$queryRaw`
      SELECT count(*)::int AS count FROM kb_article WHERE tenant_id = ${tenant.ref.id}::uuid AND category_id = ${id}::uuid AND deleted_at IS NULL`)
    if (articles > 0) throw invalid({ id: [msg('kb.categoryHasArticles', { count: articles })] })
    await markDeleted(context, 'kb_category', id)
    emit('kb.category_deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreKbCategory = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'POST',
    path: '/kb/categories/{id}/restore',
    tags: ['Knowledge base'],
    summary: 'Restore a deleted category of the knowledge base',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(categoryOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    await takeBack(context, 'kb_category', id)
    const row = await tx.kbCategory.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, include: { translations: true } })
    const tree = await lockTree(context)
    if (row.parentId && !tree.has(row.parentId)) throw invalid({ id: ['kb.parentDeleted'] })
    refuseMove(tree, id, row.parentId)
    const translations = row.translations.map(({ tenantId: _, categoryId: __, ...texts }) => texts)
    await setTexts(context, { id, locale: row.locale, name: row.name, kept: row.slug }, translations)
    await refreshTree(context)
    emit('kb.category_restored', { name: row.name }, { subjectId: id })
    return loadCategory(context, id)
  })

type Translation = Omit<CategoryFields['translations'][number], 'slug'> & { slug?: string }

interface OwnTexts {
  id: string
  locale: string
  name: string
  wanted?: string
  /** A slug that it has again if nobody took it. */
  kept?: string
}

const slugRow = z.object({ locale: z.string(), slug: z.string() })

/** Its slug in each language, and its translations as they are from now on. */
async function setTexts(work: Work, { id, locale, name, wanted, kept }: OwnTexts, translations: Translation[]) {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const languages = translations.map((each) => each.locale)
  if (new Set([locale, ...languages]).size <= languages.length) throw invalid({ translations: ['kb.languageTwice'] })
  const slug = await takeSlug(work, { kind: 'category', id, locale }, kept ?? name, wanted)
  await tx.$executeRaw`UPDATE kb_category SET slug = ${slug} WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`
  const known = tx.$queryRaw`
    SELECT locale, slug FROM kb_category_translation WHERE tenant_id = ${tenantId}::uuid AND category_id = ${id}::uuid`
  const before = new Map((await rowsOf(slugRow, known)).map((row) => [row.locale, row.slug]))
  await tx.kbCategoryTranslation.deleteMany({ where: { tenantId, categoryId: id } })
  const data = []
  for (const { slug: given, ...texts } of translations) {
    const owner = { kind: 'category' as const, id, locale: texts.locale }
    const own = given ?? before.get(texts.locale)
    const taken = kept === undefined ? await takeSlug(work, owner, texts.name, own) : await takeSlug(work, owner, own ?? texts.name)
    data.push({ ...texts, tenantId, categoryId: id, slug: taken })
  }
  if (data.length > 0) await tx.kbCategoryTranslation.createMany({ data })
}
