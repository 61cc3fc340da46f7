import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { tidyDatabase } from '../db/connection'
import { withPlatform } from '../db/scope'
import { runJob } from '../jobs/run'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring, turnsDuring, unitsBeside } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { english } from '../text/translator'
import { readTable } from './import-file'
import { mapRows } from './import-row'
import { importJob } from './jobs'
import type { ImportOutput, PlannedRow } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('bring')
  admin = await makePerson(tenant, 'admin')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T

interface Preview {
  mapping: object
  counts: Record<string, number>
  rows: PlannedRow[]
}
const preview = (csv: string, onKnown = 'skip') => json<Preview>(admin.request('POST', '/contacts/import/preview', { csv, onKnown }))

async function runQueued() {
  const jobs = await withPlatform((tx) => tx.job.findMany({ where: { name: 'contacts.import', status: 'queued' } }))
  for (const job of jobs) await runJob(job.id)
}

async function bring(csv: string, onKnown = 'skip') {
  const { mapping } = await preview(csv)
  const { id } = await json<ImportOutput>(admin.request('POST', '/contacts/import', { csv, mapping, onKnown }))
  await runQueued()
  return json<ImportOutput>(admin.request('GET', `/contacts/import/${id}`))
}
const contacts = () =>
  inWork(tenant, ({ tx }) =>
    tx.contact.findMany({
      where: { deletedAt: null },
      select: { id: true, name: true, phones: true, addresses: { select: { email: true } } },
    }),
  )

describe('An import', () => {
  it('brings people without an address once, however often it is repeated, and says before by what it knows them', async () => {
    const csv = 'Name,Phone,Company\nAda Lane,+254 20 1234567,Acme\nBob Lane,,Acme\nCleo Lane,,\n'
    expect(await bring(csv)).toMatchObject({ created: 3, skipped: 0 })
    const before = (await contacts()).length
    const again = 'Name,Phone,Company\nAda M. Lane,+254 (0)20 1234567,\nBOB LANE,,acme\nCleo Lane,,\nCleo Lane,,Other\n'
    const { rows, counts } = await preview(again)
    expect(rows.map(({ action, contact }) => [action, contact?.by ?? null])).toEqual([
      ['skip', 'phone'],
      ['skip', 'name'],
      ['skip', 'name'],
      ['create', null],
    ])
    expect(counts).toEqual({ create: 1, update: 0, skip: 3, fail: 0 })
    const known = await preview('Name,Phone,Company\nAda M. Lane,00254-20-1234567,\n', 'update')
    expect(known.rows[0]).toMatchObject({ action: 'update', contact: { name: 'Ada Lane', by: 'phone' } })
    expect(await bring(csv)).toMatchObject({ created: 0, skipped: 3 })
    expect(await contacts()).toHaveLength(before)
  })

  it('looks people without an address up in an index, and knows whoever was written since', async () => {
    const csv = `Name,Phone\n${Array.from({ length: 10 }, (_, n) => `Looked Up ${n},`).join('\n')}\n`
    const { mapping } = await preview(csv)
    const { id } = await json<ImportOutput>(admin.request('POST', '/contacts/import', { csv, mapping, onKnown: 'skip' }))
    const data = { tenantId: tenant.ref.id, id: newId(), name: 'Looked up 7' }
    const progress = async () => void (await inWork(tenant, ({ tx }) => tx.contact.createMany({ data, skipDuplicates: true })))
    const sent = await statementsDuring(() => importJob.run({ input: { importId: id }, tenant, progress }))
    const looks = sent.filter((text) => text.includes('fold_text(c.name)'))
    expect(looks).toHaveLength(10)
    const crowd = Array.from({ length: 1000 }, (_, n) => ({
      tenantId: tenant.ref.id,
      id: newId(),
      name: `Somebody ${n}`,
      phones: [`+44 20 ${n}`],
    }))
    await inWork(tenant, ({ tx }) => tx.contact.createMany({ data: crowd }))
    await tidyDatabase()
    const plan = await inWork(tenant, async ({ tx }) => {
      const keys = ['name:of-nobody', 'phone:555']
      const lines = await tx.$queryRawUnsafe<Record<string, string>[]>(`EXPLAIN ${looks[0]}`, tenant.ref.id, tenant.ref.id, keys)
      await tx.contact.deleteMany({ where: { id: { in: crowd.map(({ id }) => id) } } })
      return lines.map((line) => line['QUERY PLAN']).join('\n')
    })
    expect(plan).toMatch(/Index (Only )?Scan using contact_key_pkey on contact_key/)
    expect(plan).toContain('Index Scan using contact_pkey on contact c')
    expect(plan).not.toMatch(/Seq Scan on contact/)
    expect(await json<ImportOutput>(admin.request('GET', `/contacts/import/${id}`))).toMatchObject({ created: 9, skipped: 1 })
  })

  it('does not take two people for one because they share a number', async () => {
    await bring('Name,Phone\nDora Switch,+1 555 7770000\n')
    expect((await preview('Name,Phone\nEmil Board,+1 555 7770000\n')).rows[0]).toMatchObject({ action: 'create', contact: null })
  })

  it('keeps all addresses of a cell, and adds those that are new to a contact that is known by one of them', async () => {
    await bring('Name,Email\nFinn,"finn@x.test; finn@bücher.test"\n')
    const find = async () =>
      (await contacts())
        .find(({ name }) => name === 'Finn')
        ?.addresses.map(({ email }) => email)
        .sort()
    expect(await find()).toEqual(['finn@x.test', 'finn@xn--bcher-kva.test'])
    expect(await bring('Name,Email\nFinn,"finn@x.test, finn@new.test"\n', 'update')).toMatchObject({ updated: 1 })
    expect(await find()).toEqual(['finn@new.test', 'finn@x.test', 'finn@xn--bcher-kva.test'])
  })

  it('says of a row whose addresses belong to two contacts that it could be either', async () => {
    await bring('Name,Email\nGus,gus@x.test\nHal,hal@x.test\n')
    expect((await preview('Name,Email\nGus,"gus@x.test, hal@x.test"\n')).rows[0]).toMatchObject({
      action: 'fail',
      problem: expect.stringContaining('More than one'),
    })
    expect(await bring('Name,Email\nGus,"gus@x.test, hal@x.test"\n', 'update')).toMatchObject({ updated: 0, problems: [{ line: 2 }] })
  })

  it('stops when whoever started it may import no more', async () => {
    const leaver = await makePerson(tenant, 'admin')
    const csv = 'Name,Email\nIvo,ivo@x.test\nJan,jan@x.test\n'
    const begun = await leaver.request('POST', '/contacts/import', { csv, mapping: { Name: 'name', Email: 'email' } })
    expect(begun.status, await begun.clone().text()).toBe(202)
    const { id } = (await begun.json()) as ImportOutput
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: leaver.id }, data: { role: 'customer' } }))
    await runQueued()
    const ended = await inWork(tenant, ({ tx }) => tx.contactImport.findFirstOrThrow({ where: { id } }))
    expect(ended).toMatchObject({
      status: 'done',
      created: 0,
      skipped: 2,
      problems: [{ line: 2, error: expect.stringContaining('stopped') }],
    })
    expect((await contacts()).filter(({ name }) => name === 'Ivo' || name === 'Jan')).toEqual([])
  })

  it('answers a stray quotation mark with its line', async () => {
    const answer = await admin.request('POST', '/contacts/import/preview', { csv: 'Name,Email\nA "b" c,x@y.test\n"x"y,z' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('on line 2')
  })
})

describe('A large file', () => {
  const people = (count: number) => ['name,email', ...Array.from({ length: count }, (_, n) => `Person ${n},p${n}@large.test`)].join('\n')
  const mapping = { name: 'name', email: 'email' } as const

  it('is read and understood in pieces between which the process does other things', async () => {
    expect(await turnsDuring(() => readTable(people(20_000)))).toBeGreaterThan(2)
    const table = await readTable(people(20_000))
    expect(await turnsDuring(() => mapRows(table, mapping, english))).toBeGreaterThan(5)
  })

  it('leaves the database to others while it is looked through, begun and brought', async () => {
    const other = await makeTenant('beside')
    const csv = people(5000)
    const pieces = 5000 / 250
    expect(await unitsBeside(other, () => preview(csv))).toBeGreaterThan(pieces)
    expect(await unitsBeside(other, () => admin.request('POST', '/contacts/import', { csv, mapping }))).toBeGreaterThan(5)
    await withPlatform((tx) => tx.job.deleteMany({ where: { name: 'contacts.import' } }))
    expect(await unitsBeside(other, () => bring(people(80)))).toBeGreaterThan(80 / 4)
  })

  it('is read from the database once, however many pieces it is brought in', async () => {
    const { id } = await json<ImportOutput>(admin.request('POST', '/contacts/import', { csv: people(120), mapping }))
    const [job] = await withPlatform((tx) => tx.job.findMany({ where: { name: 'contacts.import', status: 'queued' } }))
    const sent = await statementsDuring(() => runJob(job?.id as string))
    expect(sent.filter((text) => /INSERT INTO .*"contact"/.test(text)).length).toBeGreaterThan(30)
    expect(sent.filter((text) => /contact_import/.test(text) && /csv/.test(text))).toHaveLength(2) // read, and taken away at the end
    expect(await json<ImportOutput>(admin.request('GET', `/contacts/import/${id}`))).toMatchObject({ status: 'done', total: 120 })
  })

  it('is brought once for an Idempotency-Key', async () => {
    const body = { csv: people(3), mapping }
    const begin = () => admin.request('POST', '/contacts/import', body, { 'idempotency-key': 'once' })
    const [first, second] = [await json<ImportOutput>(begin()), await begin()]
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await json<ImportOutput>(Promise.resolve(second))).toEqual(first)
    expect(await inWork(tenant, ({ tx }) => tx.contactImport.count({ where: { id: first.id } }))).toBe(1)
    expect(await withPlatform((tx) => tx.job.count({ where: { name: 'contacts.import', status: 'queued' } }))).toBe(1)
  })

  it('is brought once by two runs at once', async () => {
    const csv = ['name', ...Array.from({ length: 30 }, (_, n) => `Twin ${n}`)].join('\n')
    const { id } = await json<ImportOutput>(admin.request('POST', '/contacts/import', { csv, mapping: { name: 'name' } }))
    await withPlatform((tx) => tx.job.deleteMany({ where: { name: 'contacts.import' } }))
    const run = () => importJob.run({ input: { importId: id }, tenant, progress: async () => {} })
    await Promise.all([run(), run()])
    expect((await contacts()).filter(({ name }) => name.startsWith('Twin '))).toHaveLength(30)
    expect(await json<ImportOutput>(admin.request('GET', `/contacts/import/${id}`))).toMatchObject({
      status: 'done',
      created: 30,
      skipped: 0,
    })
  })
})
