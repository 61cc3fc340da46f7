import { beforeAll, describe, expect, it } from 'vitest'
import { withPlatform } from '../../db/scope'
import { readFileOf } from '../../files/attachments'
import { runJob } from '../../jobs/run'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { zipOf } from '../../testing/zip'
import { handleRest } from '../../wiring/rest'
import { kbImportJob } from './jobs'
import type { KbImportFileOutput, KbImportOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('loads')
  owner = await makePerson(tenant, 'owner')
})

async function upload(name: string, bytes: Uint8Array | string, more: Record<string, string> = {}, who = owner) {
  const form = new FormData()
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
  for (const [key, value] of Object.entries(more)) form.append(key, value)
  const host = `${tenant.ref.slug}.localhost`
  const headers = { host, cookie: who.cookie }
  return handleRest(new Request(`http://${host}/api/v1/kb/imports`, { method: 'POST', headers, body: form }))
}
async function runQueued() {
  const queued = await withPlatform((tx) => tx.job.findMany({ where: { name: 'kb.import', status: 'queued' } }))
  for (const job of queued) await runJob(job.id)
}
const read = async (id: string): Promise<KbImportOutput> => (await owner.request('GET', `/kb/imports/${id}`)).json() as never
const filesOf = async (id: string, query = ''): Promise<{ items: KbImportFileOutput[]; nextAfter: number | null }> =>
  (await owner.request('GET', `/kb/imports/${id}/files${query}`)).json() as never

async function look(name: string, bytes: Uint8Array | string, more?: Record<string, string>) {
  const answer = await upload(name, bytes, more)
  expect(answer.status).toBe(202)
  const { id } = (await answer.json()) as KbImportOutput
  await runQueued()
  return read(id)
}
async function start(id: string) {
  const answer = await owner.request('POST', `/kb/imports/${id}/start`)
  expect(answer.status).toBe(202)
  await runQueued()
  return read(id)
}
const many = (count: number, broken: readonly number[]) =>
  zipOf(
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `many/a${n}.md`,
        broken.includes(n) ? `---\nseoTitle: ${'x'.repeat(61)}\n---\ntext` : `Text ${n}`,
      ]),
    ),
  )

describe('An uploaded import', () => {
  it('says what would become of each file, names those that are broken, and then writes the rest', async () => {
    const planned = await look('help.zip', await many(40, [3, 8, 13, 18, 23, 28, 33]))
    expect(planned).toMatchObject({ status: 'planned', total: 40, done: 40, counts: { create: 33, update: 0, unchanged: 0, fail: 7 } })
    expect((await (await owner.request('GET', '/kb/articles?q=A0')).json()).items).toEqual([])
    const done = await start(planned.id)
    expect(done).toMatchObject({ status: 'done', total: 40, done: 40, counts: { create: 33, fail: 7 } })
    const { items, nextAfter } = await filesOf(planned.id, '?outcome=fail&limit=5')
    expect(items.map(({ path, field }) => [path, field])).toEqual([13, 18, 23, 28, 3].map((n) => [`many/a${n}.md`, 'seoTitle']))
    expect(items[0]?.error).toContain('60')
    expect((await filesOf(planned.id, `?outcome=fail&limit=5&after=${nextAfter}`)).items).toHaveLength(2)
    expect((await filesOf(planned.id, '?outcome=create&limit=1')).items).toMatchObject([{ article: { title: 'A0' }, isDone: true }])
    expect((await eventsOf(tenant, planned.id)).map(({ type, payload }) => [type, payload])).toEqual([
      ['kb.articles_imported', { created: 33, updated: 0, failed: 7 }],
    ])
    // A second one changes nothing.
    expect(await look('help.zip', await many(40, [3, 8, 13, 18, 23, 28, 33]))).toMatchObject({
      counts: { create: 0, update: 0, unchanged: 33, fail: 7 },
    })
  })

  it('goes on behind what it had written when it ended halfway, and makes nothing twice', async () => {
    const page = {
      articles: Array.from({ length: 23 }, (_, n) => ({ id: 500 + n, title: 'Crash', body: `<p>Text ${n}</p>`, locale: 'en' })),
    }
    const planned = await look('zendesk.json', JSON.stringify(page))
    await owner.request('POST', `/kb/imports/${planned.id}/start`)
    const crash = async (step: number) => {
      if (step === 20) throw new Error('the power went off')
    }
    await expect(kbImportJob.run({ tenant, input: { importId: planned.id }, progress: crash })).rejects.toThrow('power')
    const before = await articlesCalled('Crash')
    expect(before).toHaveLength(20)
    // The last was written, and there was no time to note it.
    await inWork(tenant, ({ tx }) => tx.kbImportFile.updateMany({ where: { importId: planned.id, n: 19 }, data: { doneAt: null } }))
    await runQueued()
    expect(await read(planned.id)).toMatchObject({ status: 'done', total: 23, done: 23 })
    const after = await articlesCalled('Crash')
    expect(after).toHaveLength(23)
    expect(after).toEqual(expect.arrayContaining(before))
    const direct = await look('zendesk.json', JSON.stringify(page), { isDirect: 'true' })
    expect(direct).toMatchObject({ status: 'done', counts: { create: 0, unchanged: 23 } })
  })

  it('of nothing that can be read says why, and keeps no file', async () => {
    const failed = await look('photo.jpg', 'no article')
    expect(failed).toMatchObject({ status: 'failed', total: 0, error: expect.stringContaining('no article') })
    expect(await look('half.zip', (await many(3, [])).subarray(0, 60))).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('ZIP'),
    })
    const [left] = await inWork(tenant, ({ tx }) => tx.kbImport.findMany({ where: { id: failed.id } }))
    expect(left?.fileId).toBeNull()
  })

  it('is given up when somebody says so, and then writes nothing', async () => {
    const planned = await look('later.zip', await zipOf({ 'later.md': 'Text' }))
    const [row] = await inWork(tenant, ({ tx }) => tx.kbImport.findMany({ where: { id: planned.id } }))
    expect(await readFileOf(tenant.ref, row?.fileId as string)).not.toBeNull()
    await owner.request('POST', `/kb/imports/${planned.id}/discard`)
    expect((await owner.request('POST', `/kb/imports/${planned.id}/start`)).status).toBe(422)
    expect(await articlesCalled('Later')).toEqual([])
  })

  it('writes with what its person may do, and nothing once they may import no more', async () => {
    const agent = await makePerson(tenant, 'agent')
    expect((await upload('a.md', 'Text', {}, agent)).status).toBe(403)
    const admin = await makePerson(tenant, 'admin')
    const answer = await upload('lost.md', 'Text', { isDirect: 'true' }, admin)
    const { id } = (await answer.json()) as KbImportOutput
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: admin.id }, data: { role: 'agent' } }))
    await runQueued()
    expect(await read(id)).toMatchObject({ status: 'failed', error: expect.stringContaining('any more') })
    expect(await articlesCalled('Lost')).toEqual([])
  })
})

const articlesCalled = async (title: string): Promise<string[]> =>
  (await (await owner.request('GET', `/kb/articles?q=${title}`)).json()).items.map(({ id }: { id: string }) => id).sort()
