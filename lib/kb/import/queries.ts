import { z } from 'zod'
import { notFound } from '../../core/errors'
import { decodeCursor, pageInput, pageOf, toPage, totalOf } from '../../core/page'
import { Prisma } from '../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { adminProcedure } from '../../procedure/builders'
import { workingCopiesOf } from '../articles/visible'
import { importOutcome, type KbImportOutput, kbImportFileOutput, kbImportOutput } from './schema'

type Reading = Pick<Work, 'tx' | 'tenant'>

const count = (outcome: string) => Prisma.sql`count(*) FILTER (WHERE f.outcome = ${outcome}::"KbImportOutcome")::int`

const listed = Prisma.sql`i.id::text, i.file_name AS "fileName", i.kind, i.status::text, json_build_object('id', p.id, 'name', p.name) AS by, i.total,
  CASE WHEN i.status IN ('reading', 'planned') THEN c.looked ELSE c.done END AS done, c.counts, i.error, i.created_at AS "createdAt",
  i.finished_at AS "finishedAt"`

const joined = Prisma.sql`kb_import i JOIN person p ON p.tenant_id = i.tenant_id AND p.id = i.person_id
  CROSS JOIN LATERAL (SELECT count(*)::int AS looked, count(f.done_at)::int AS done, json_build_object('create', ${count('create')},
    'update', ${count('update')}, 'unchanged', ${count('unchanged')}, 'fail', ${count('fail')}) AS counts
    FROM kb_import_file f WHERE f.tenant_id = i.tenant_id AND f.import_id = i.id) c`

export const listImports = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'GET', path: '/kb/imports', tags: ['Knowledge base'], summary: 'List imports of articles, the newest first' })
  .input(z.strictObject(pageInput))
  .output(pageOf(kbImportOutput))
  .handler(async ({ context: { tx, tenant }, input: { limit, cursor, offset = 0, total } }) => {
    const after = decodeCursor(cursor)
    const own = Prisma.sql`i.tenant_id = ${tenant.ref.id}::uuid`
    const query = tx.$queryRaw`
      SELECT ${listed} FROM ${joined} WHERE ${own}
        AND ${after ? Prisma.sql`(i.created_at, i.id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
      ORDER BY i.created_at DESC, i.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const all = () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM kb_import i WHERE ${own}`)
    return { ...toPage(await rowsOf(kbImportOutput, query), limit, ({ createdAt }) => createdAt), ...(await totalOf({ total }, all)) }
  })

export const getImport = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'GET', path: '/kb/imports/{id}', tags: ['Knowledge base'], summary: 'Read how far an import of articles is' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(kbImportOutput)
  .handler(({ context, input }) => loadImport(context, input.id))

/** @throws NOT_FOUND */
export async function loadImport({ tx, tenant }: Reading, id: string): Promise<KbImportOutput> {
  const [row] = await rowsOf(
    kbImportOutput,
    tx.$queryRaw`SELECT ${listed} FROM ${joined} WHERE i.tenant_id = ${tenant.ref.id}::uuid AND i.id = ${id}::uuid`,
  )
  if (!row) throw notFound('import')
  return row
}

export const listImportFiles = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({
    method: 'GET',
    path: '/kb/imports/{id}/files',
    tags: ['Knowledge base'],
    summary: 'List what would become, or became, of the files of an import',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      outcome: importOutcome.optional(),
      limit: pageInput.limit,
      /** The place of the last file that is known already. */
      after: z.coerce.number().int().min(-1).max(1_000_000).default(-1),
    }),
  )
  .output(z.object({ items: z.array(kbImportFileOutput), nextAfter: z.int().nullable() }))
  .handler(async ({ context, input: { id, outcome, limit, after } }) => {
    const { tx, tenant, actor } = context
    await loadImport(context, id)
    const items = await rowsOf(
      kbImportFileOutput,
      tx.$queryRaw`
        SELECT f.n, f.path, f.outcome::text, f.left_out AS "leftOut", f.field, f.error, f.done_at IS NOT NULL AS "isDone",
          CASE WHEN a.id IS NOT NULL THEN json_build_object('id', a.id, 'title', a.title) END AS article
        FROM kb_import_file f LEFT JOIN kb_article a ON a.tenant_id = f.tenant_id AND a.id = f.article_id AND ${workingCopiesOf(actor)}
        WHERE f.tenant_id = ${tenant.ref.id}::uuid AND f.import_id = ${id}::uuid AND f.n > ${after}::int
          AND ${outcome ? Prisma.sql`f.outcome = ${outcome}::"KbImportOutcome"` : Prisma.sql`TRUE`}
        ORDER BY f.n LIMIT ${limit + 1}`,
    )
    const shown = items.slice(0, limit)
    return { items: shown, nextAfter: items.length > limit ? (shown.at(-1)?.n ?? null) : null }
  })
