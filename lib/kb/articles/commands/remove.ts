import { z } from 'zod'
import { invalid, notFound } from '../../../core/errors'
import { ok } from '../../../core/schema'
import { markDeleted, takeBack } from '../../../deletion/record'
import { adminProcedure } from '../../../procedure/builders'
import { findArticle, loadArticle, refuseTranslated } from '../queries'
import { writeArticle } from '../record'
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
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const gone = await tx.kbArticle.findFirst({
      where: { tenantId, id, deletedAt: { not: null } },
      select: { slug: true, title: true, locale: true, sourceId: true, categoryId: true, status: true, scheduledAt: true },
    })
    if (!gone) throw notFound('deleted')
    const { categoryId } = gone
    // Nobody deletes it meanwhile.
    await tx.$queryRaw`SELECT id FROM kb_category WHERE tenant_id = ${tenantId}::uuid AND id = ${categoryId}::uuid FOR SHARE`
    if (await tx.kbCategory.count({ where: { tenantId, id: categoryId, deletedAt: { not: null } } }))
      throw invalid({ id: ['kb.categoryDeleted'] })
    await refuseTranslated(context, gone.sourceId ?? id, gone.locale, 'id')
    await takeBack(context, 'kb_article', id)
    const slug = await takeSlug(context, { kind: 'article', id, locale: gone.locale }, gone.slug)
    await tx.$executeRaw`UPDATE kb_article SET slug = ${slug} WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`
    // Its time came while it was deleted: whoever restores it says anew when it is published.
    if (gone.status === 'scheduled' && gone.scheduledAt && gone.scheduledAt <= now)
      await writeArticle(context, id, { status: 'approved', scheduledAt: null, scheduledZone: null })
    // Hidden from whoever restores it, it stays deleted: what is thrown takes everything back.
    const article = await loadArticle(context, id)
    emit('kb.article_restored', { name: gone.title }, { subjectId: id })
    return article
  })
