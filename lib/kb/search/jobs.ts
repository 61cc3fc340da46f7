import { z } from 'zod'
import { type TenantTx, withTenant } from '../../db/scope'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { enqueueJob } from '../../jobs/enqueue'
import { forEachIsolated } from '../../log/for-each-isolated'
import { embeddingModel } from '../../models/embeddings'
import { listTenants } from '../../tenancy/resolve'
import { countMissing, embedArticles } from './embeddings'
import { hasVectors } from './meaning'
import { forgetWords, indexArticles } from './search-index'

const atOnce = 200

/** Writes what articles are found by where it is missing or of an older way: after an update, or for those that were loaded in bulk. */
export const indexArticlesJob = defineJob({
  id: 'kb.search-sweep',
  title: 'indexArticles',
  input: z.object({}),
  schedule: '23 * * * *',
  priority: 'low',
  timeoutSeconds: 3600,
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (ref) => {
      await indexAll(ref)
    })
  },
})

/** All articles of one workspace, 200 in a unit of work. @returns how many were written */
export async function indexAll(ref: Parameters<typeof withTenant>[0], onProgress: (done: number) => void = () => {}): Promise<number> {
  for (let done = 0; ; ) {
    const written = await withTenant(ref, async (tx) => {
      const work = { tx, tenant: { ref } as Work['tenant'] }
      const count = await indexArticles(work, null, atOnce)
      if (count < atOnce) await forgetWords(work)
      return count
    })
    done += written
    onProgress(done)
    if (written < atOnce) return done
  }
}

/** Has a model read what articles of one workspace say, where it has not yet. */
export const embedArticlesJob = defineJob({
  id: 'kb.embeddings',
  title: 'embedArticles',
  input: z.object({}),
  priority: 'low',
  timeoutSeconds: 3600,
  async run({ tenant, progress }) {
    const model = embeddingModel()
    if (!tenant || !model || !(await withTenant(tenant.ref, hasVectors))) return
    await embedArticles(tenant.ref, model, { onProgress: (done, total) => progress(done, total, 'reading') })
  },
})

/** One at a time for a workspace: what is published while it runs, the sweep finds. */
export const planEmbedding = (tx: Pick<TenantTx, '$queryRaw'>, tenantId: string) =>
  enqueueJob({ tx, tenantId }, embedArticlesJob, {}, { uniqueKey: 'embeddings' })

/** Finds workspaces with articles that no model has read: after an import, or when the model is another. */
export const sweepEmbeddingsJob = defineJob({
  id: 'kb.embeddings-sweep',
  title: 'findUnread',
  input: z.object({}),
  schedule: '*/10 * * * *',
  priority: 'low',
  async run() {
    const model = embeddingModel()
    if (!model) return
    await forEachIsolated(await listTenants(), 'tenant', async (ref) => {
      await withTenant(ref, async (tx) => {
        if ((await hasVectors(tx)) && (await countMissing(tx, ref, model)) > 0) await planEmbedding(tx, ref.id)
      })
    })
  },
})
