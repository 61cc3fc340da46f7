import { z } from 'zod'
import { invalid } from '../../../core/errors'
import { versionInput } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'
import { findArticle, loadArticle } from '../queries'
import { lockArticle, writeArticle } from '../record'
import { articleOutput } from '../schema'
import { currentN } from '../translations'

export const markTranslated = agentProcedure
  .meta({ permission: 'kb.write' })
  .route({
    method: 'POST',
    path: '/kb/articles/{id}/translated',
    tags: ['Knowledge base'],
    summary: 'Say that a translation has what the article that it translates says now',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      /** The version of that article which was looked at; the newest without it. */
      n: z.int().min(1).max(1_000_000).optional(),
    }),
  )
  .output(articleOutput)
  .handler(async ({ context, input: { n: seen, ...input } }) => {
    const { sourceId } = await findArticle(context, input.id)
    if (!sourceId) throw invalid({ id: ['kb.noTranslation'] })
    // The source first, as whoever publishes it: what it says stays so until this is noted.
    await findArticle(context, sourceId, 'lock')
    const { id, title } = await lockArticle(context, input)
    const newest = await currentN(context, sourceId)
    if (seen && seen > (newest ?? 0)) throw invalid({ n: ['kb.noVersion'] })
    const n = newest && (seen ?? newest)
    await writeArticle(context, id, { sourceN: n })
    context.emit('kb.article_translated', { name: title, n }, { subjectId: id })
    return loadArticle(context, id)
  })
