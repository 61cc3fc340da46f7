import { z } from 'zod'
import { isError } from '../../core/errors'
import { letLoopTurn } from '../../core/event-loop'
import type { ErrorText } from '../../core/message'
import { cleanText, cut } from '../../core/text'
import type { KbImportFile } from '../../db/generated/tenant/client'
import { withTenant } from '../../db/scope'
import { workAs } from '../../events/as-system'
import { readFileOf, removeBytes } from '../../files/attachments'
import { defineJob, type JobRun } from '../../jobs/define'
import { forEachIsolated } from '../../log/for-each-isolated'
import { stillMay } from '../../procedure/authenticate'
import { listTenants, type ResolvedTenant } from '../../tenancy/resolve'
import { say } from '../../text/say'
import type { Translator } from '../../text/translator'
import { workspaceTranslator } from '../../text/translator'
import { entriesOf, type ImportArchive, openArchive } from './import-archive'
import { type ImportResult, openImport } from './import-articles'
import { importKinds } from './values'

/** Files between two words on how far it is, and on whether it goes on at all. */
const toldEvery = 20
/** An import that nobody started is given up after so long. */
const keptDays = 7

type Row = Pick<KbImportFile, 'n' | 'path' | 'outcome' | 'leftOut' | 'field' | 'error' | 'articleId'>

/**
 * Looks at an import and says of each file what would become of it; once somebody has started it, writes the articles. Each file is
 * noted as it is done, so that after a crash it goes on behind that.
 */
export const kbImportJob = defineJob({
  id: 'kb.import',
  title: 'importArticles',
  input: z.object({ importId: z.string() }),
  timeoutSeconds: 3600,
  async run({ tenant, input: { importId }, progress }) {
    if (!tenant) return
    const run = new Run(tenant, importId, progress, await workspaceTranslator(tenant))
    await run.whole()
  },
})

class Run {
  constructor(
    private readonly tenant: ResolvedTenant,
    private readonly id: string,
    private readonly progress: JobRun<unknown>['progress'],
    private readonly t: Translator,
  ) {}

  #where = () => ({ tenantId: this.tenant.ref.id, id: this.id })

  async whole() {
    const found = await withTenant(this.tenant.ref, (tx) => tx.kbImport.findFirst({ where: this.#where() }))
    if (found?.status !== 'reading' && found?.status !== 'running') return
    const importer = await this.#importer(found.personId)
    if (!importer) return this.#end('failed', 'kb.import.stopped')
    const bytes = found.fileId && (await readFileOf(this.tenant.ref, found.fileId))
    if (!bytes) return this.#end('failed', 'kb.import.gone')
    let archive: ImportArchive
    try {
      archive = await openArchive(
        await entriesOf(found.fileName, bytes),
        importKinds.find((kind) => kind === found.kind),
      )
    } catch (error) {
      if (!isError(error, 'INVALID')) throw error
      return this.#end(
        'failed',
        Object.values((error as { data: { fields: Record<string, ErrorText[]> } }).data.fields)[0]?.[0] ?? 'kb.import.zip',
      )
    }
    const opened = await openImport({ tenant: this.tenant, actor: importer }, archive)
    const broken = opened.failed.map(({ path, error }, n) => ({
      n,
      ...this.#noted(path, { outcome: 'fail', articleId: null, leftOut: [], failure: { field: null, error } }),
    }))
    const total = broken.length + opened.planned.length
    const isWriting = found.status === 'running'
    const where = { tenantId: this.tenant.ref.id, importId: this.id }
    const known = await withTenant(this.tenant.ref, async (tx) => {
      await tx.kbImport.updateMany({ where: this.#where(), data: { total } })
      const rows = broken.map((row) => ({ ...where, ...row, doneAt: isWriting ? new Date() : null }))
      await tx.kbImportFile.createMany({ data: rows, skipDuplicates: true })
      if (isWriting && broken.length > 0)
        await tx.kbImportFile.updateMany({ where: { ...where, n: { lt: broken.length }, doneAt: null }, data: { doneAt: new Date() } })
      const done = await tx.kbImportFile.findMany({
        where: { ...where, ...(isWriting ? { doneAt: { not: null } } : {}) },
        select: { n: true },
      })
      return new Set(done.map(({ n }) => n))
    })
    for (const [index, article] of opened.planned.entries()) {
      const n = broken.length + index
      if (n % toldEvery === 0) {
        await this.progress(n, total, isWriting ? 'importingArticles' : 'readingArticles')
        if (!(await this.#goesOn(found.personId, found.status))) return
      }
      if (known.has(n)) continue
      const result = await (isWriting ? opened.write(article) : opened.foresee(article))
      const row = { ...where, n, ...this.#noted(article.path, result), doneAt: isWriting ? new Date() : null }
      await withTenant(this.tenant.ref, (tx) =>
        tx.kbImportFile.upsert({ where: { tenantId_importId_n: { ...where, n } }, create: row, update: row, select: { n: true } }),
      )
      await letLoopTurn()
    }
    if (!isWriting) return this.#planned(found.isDirect)
    const failed = await withTenant(this.tenant.ref, (tx) =>
      tx.kbImportFile.findMany({ where: { ...where, outcome: 'fail' }, select: { n: true } }),
    )
    const lost = new Set(failed.map(({ n }) => n - broken.length))
    await opened.relate(opened.planned.filter((_, index) => !lost.has(index)))
    await this.#end('done')
    const counts = await withTenant(this.tenant.ref, (tx) => tx.kbImportFile.groupBy({ by: ['outcome'], where, _count: { n: true } }))
    const by = Object.fromEntries(counts.map(({ outcome, _count }) => [outcome, _count.n]))
    await withTenant(this.tenant.ref, (tx) =>
      workAs(tx, this.tenant, importer, async ({ emit }) =>
        emit('kb.articles_imported', { created: by.create ?? 0, updated: by.update ?? 0, failed: by.fail ?? 0 }, { subjectId: this.id }),
      ),
    )
  }

  #importer = async (personId: string) => withTenant(this.tenant.ref, (tx) => stillMay(tx, this.tenant.ref.id, personId, 'kb.manage'))

  /** Whoever may import no more brings in no more; and somebody may have given it up. */
  async #goesOn(personId: string, status: string) {
    const now = await withTenant(this.tenant.ref, (tx) => tx.kbImport.findFirst({ where: this.#where(), select: { status: true } }))
    if (now?.status !== status) {
      if (now?.status === 'discarded') await this.#end('discarded')
      return false
    }
    if (await this.#importer(personId)) return true
    await this.#end('failed', 'kb.import.stopped')
    return false
  }

  #noted(path: string, { outcome, articleId, leftOut, failure }: ImportResult): Omit<Row, 'n'> {
    return {
      path: cut(cleanText(path), 500),
      outcome,
      articleId,
      leftOut: leftOut.slice(0, 50).map((each) => cut(cleanText(each), 300)),
      field: failure?.field ? cut(cleanText(failure.field), 100) : null,
      error: failure ? cut(say(failure.error, this.t), 500) : null,
    }
  }

  async #planned(isDirect: boolean) {
    const { count } = await withTenant(this.tenant.ref, (tx) =>
      tx.kbImport.updateMany({ where: { ...this.#where(), status: 'reading' }, data: { status: isDirect ? 'running' : 'planned' } }),
    )
    if (isDirect && count > 0) await this.whole()
  }

  async #end(status: 'done' | 'failed' | 'discarded', error?: ErrorText) {
    const data = { status, finishedAt: new Date(), error: error ? say(error, this.t) : null, fileId: null }
    const gone = await withTenant(this.tenant.ref, async (tx) => {
      const before = await tx.kbImport.findFirst({ where: this.#where(), select: { fileId: true } })
      await tx.kbImport.updateMany({ where: this.#where(), data })
      return before?.fileId
    })
    if (gone) await removeBytes(this.tenant.ref, [gone])
  }
}

/** Gives up imports that nobody started, and removes the files of those that ended. */
export const sweepImportsJob = defineJob({
  id: 'kb.sweep-imports',
  title: 'sweepImports',
  input: z.object({}),
  schedule: '23 4 * * *',
  priority: 'low',
  async run() {
    const before = new Date(Date.now() - keptDays * 86_400_000)
    await forEachIsolated(await listTenants(), 'tenant', async (tenant) => {
      const tenantId = tenant.id
      const left = await withTenant(tenant, async (tx) => {
        await tx.kbImport.updateMany({
          where: { tenantId, status: { in: ['reading', 'planned', 'running'] }, createdAt: { lt: before } },
          data: { status: 'discarded', finishedAt: new Date() },
        })
        const ended = { tenantId, status: { in: ['done' as const, 'failed' as const, 'discarded' as const] }, fileId: { not: null } }
        const rows = await tx.kbImport.findMany({ where: ended, select: { fileId: true }, take: 200 })
        await tx.kbImport.updateMany({
          where: { ...ended, fileId: { in: rows.flatMap(({ fileId }) => fileId ?? []) } },
          data: { fileId: null },
        })
        return rows.flatMap(({ fileId }) => fileId ?? [])
      })
      await removeBytes(tenant, left)
    })
  },
})
