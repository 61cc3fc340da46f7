import { z } from 'zod'
import { invalid, notFound } from '../../../core/errors'
import { ok } from '../../../core/schema'
import { markDeleted, takeBack } from '../../../deletion/record'
import { adminProcedure } from '../../../procedure/builders'
import { findArticle, loadArticle } from '../queries'
import { articleOutput } from '../schema'
import { takeSlug } from '../slug'

export const deleteArticle = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'DELETE', path: '/kb/articles/{id}', tags: ['Knowledge base'], summary: 'Delete an article; it can be restored' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { title } = await findArticle(context, id, 'lock')
    await markDeleted(context, 'kb_article', id)
    context.emit('kb.article_deleted', { name: title }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreArticle = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/restore',
    tags: ['Knowledge base'],
    summary: 'Restore a deleted article, with its address if it is still free',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(articleOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const gone = await tx.kbArticle.findFirst({
      where: { tenantId, id, deletedAt: { not: null } },
      select: { slug: true, title: true, locale: true, sourceId: true, category: { select: { deletedAt: true } } },
    })
    if (!gone) throw notFound('deleted')
    if (gone.category.deletedAt) throw invalid({ id: ['kb.categoryDeleted'] })
    const group = gone.sourceId ?? id
    const inLanguage = { locale: gone.locale, deletedAt: null, id: { not: id }, OR: [{ id: group }, { sourceId: group }] }
    if (await tx.kbArticle.count({ where: { tenantId, ...inLanguage } })) throw invalid({ id: ['kb.translated'] })
    await takeBack(context, 'kb_article', id)
    const slug = await takeSlug(context, { kind: 'article', id, locale: gone.locale }, gone.slug)
    await tx.$executeRaw`UPDATE kb_article SET slug = ${slug} WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`
    // Hidden from whoever restores it, it stays deleted: what is thrown takes everything back.
    const article = await loadArticle(context, id)
    emit('kb.article_restored', { name: gone.title }, { subjectId: id })
    return article
  })
