import { z } from 'zod'
import { withTenant } from '../../db/scope'
import type { Work } from '../../events/work'
import { defineJob } from '../../jobs/define'
import { forEachIsolated } from '../../log/for-each-isolated'
import { listTenants } from '../../tenancy/resolve'
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
