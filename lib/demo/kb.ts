import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { withTenant } from '../db/scope'
import { type ImportFile, importArticles, plannedFiles } from '../kb/import/import-articles'
import type { ResolvedTenant } from '../tenancy/resolve'

export function readFolder(): ImportFile[] {
  const folder = path.resolve(/* turbopackIgnore: true */ process.cwd(), 'lib/demo/kb')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  return names.sort().map((name) => ({ path: name.split(path.sep).join('/'), text: readFileSync(path.join(folder, name), 'utf8') }))
}

/** Fills the help centre of the demo's shop by the import that everybody has, each article as old as its file says. */
export async function seedArticles(tenant: ResolvedTenant, authorId: string, now: Date) {
  const files = readFolder()
  const { failed } = await importArticles(tenant, { kind: 'system', name: 'demo' }, files, { authorId })
  if (failed.length > 0) throw new Error(failed.map(({ path: file, error }) => `${file}: ${error}`).join('\n'))
  const dated = (await plannedFiles(tenant, files)).map(({ locale, slug, updatedAt }) => {
    const at = updatedAt && updatedAt < now ? updatedAt : now
    return { locale, slug, at: at.toISOString() }
  })
  await withTenant(tenant.ref, async (tx) => {
    const rows = JSON.stringify(dated)
    await tx.$executeRaw`
      WITH d AS (SELECT a.id, x.at FROM jsonb_to_recordset(${rows}::jsonb) AS x(locale text, slug text, at timestamptz)
        JOIN kb_article a ON a.tenant_id = ${tenant.ref.id}::uuid AND a.locale = x.locale AND a.slug = x.slug),
      v AS (UPDATE kb_article_version v SET created_at = d.at FROM d WHERE v.tenant_id = ${tenant.ref.id}::uuid AND v.article_id = d.id RETURNING 1)
      UPDATE kb_article a SET created_at = d.at, updated_at = d.at, published_at = d.at, first_published_at = d.at, last_reviewed_at = d.at
      FROM d WHERE a.tenant_id = ${tenant.ref.id}::uuid AND a.id = d.id`
  })
}
