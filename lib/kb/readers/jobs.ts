import { z } from 'zod'
import { withTenant } from '../../db/scope'
import { defineJob } from '../../jobs/define'
import { forEachIsolated } from '../../log/for-each-isolated'
import { listTenants } from '../../tenancy/resolve'

/** For how many days is kept what was looked for, what readers wrote of an article, and how often it was read. */
const kept = { searches: 180, feedback: 400, readings: 800 }

/** Forgets what readers did once it is old. */
export const forgetReadingsJob = defineJob({
  id: 'kb.readers-sweep',
  title: 'forgetReadings',
  input: z.object({}),
  schedule: '41 3 * * *',
  priority: 'low',
  async run() {
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      await withTenant(tenant, async (tx) => {
        await tx.$executeRaw`DELETE FROM kb_search_day WHERE tenant_id = ${tenant.id}::uuid AND day < current_date - ${kept.searches}::int`
        await tx.$executeRaw`DELETE FROM kb_article_day WHERE tenant_id = ${tenant.id}::uuid AND day < current_date - ${kept.readings}::int`
        await tx.$executeRaw`
          UPDATE kb_vote SET text = '' WHERE tenant_id = ${tenant.id}::uuid AND text <> '' AND updated_at < now() - ${kept.feedback}::int * interval '1 day'`
      })
    })
  },
})
