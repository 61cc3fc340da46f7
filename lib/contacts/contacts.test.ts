import { call } from '@orpc/server'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { csvOf } from '../core/csv'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { installJobRunner } from '../jobs/embedded'
import { runJob } from '../jobs/run'
import { replyAddress, supportAddress } from '../mail/addresses'
import { callerOf } from '../procedure/caller'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, hostOf, inWork, makeContact, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'
import { english } from '../text/translator'
import type { MessageOutput } from '../tickets/conversation/schema'
import { openRequest, requestLink } from '../tickets/ticket/request-link'
import type { TicketOutput } from '../tickets/ticket/schema'
import type { TicketMonth } from '../tickets/views/schema'
import { guessMapping } from './import-column'
import { readTable } from './import-file'
import { mapRows } from './import-row'
import type { ContactOutput, ImportOutput, OrganisationOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let moderator: TestPerson
let owner: TestPerson
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('people')
  agent = await makePerson(tenant, 'agent')
  moderator = await makePerson(tenant, 'moderator')
  owner = await makePerson(tenant, 'owner')
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
const made = (who: TestPerson, body: object) => json<ContactOutput>(who.request('POST', '/contacts', body))
const read = (id: string) => json<ContactOutput>(agent.request('GET', `/contacts/${id}`))
const ticketsOf = async (id: string) => (await json<{ items: TicketOutput[] }>(moderator.request('GET', `/contacts/${id}/tickets`))).items

it('counts the tickets of contacts and organisations that one can see, and tells when the last of them changed', async () => {
  const acme = await json<OrganisationOutput>(moderator.request('POST', '/organisations', { name: 'Counted', domains: ['counted.test'] }))
  const { requester, version, id } = await makeTicket(tenant, { email: 'one@counted.test' })
  const elsewhere = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
  await makeTicket(tenant, { email: 'one@counted.test', departmentId: elsewhere.id })
  const last = await makeTicket(tenant, { email: 'two@counted.test' })
  const quiet = await made(agent, { name: 'Quiet', emails: ['quiet@counted.test'] })
  expect((await moderator.request('PUT', `/ticket/${id}/status`, { status: 'resolved', version })).status).toBe(200)
  const counts = async (who: TestPerson, of: string, ...ids: string[]) =>
    (
      await json<{ items: { open: number; all: number; lastActivityAt: string | null }[] }>(
        who.request('GET', `/${of}/ticket-counts?${ids.map((each) => `ids[]=${each}`).join('&')}`),
      )
    ).items
  const both = await counts(moderator, 'contacts', requester.id, quiet.id)
  expect(both.toSorted((a, b) => b.all - a.all)).toMatchObject([
    { open: 1, all: 2 },
    { open: 0, all: 0, lastActivityAt: null },
  ])
  // Of another department an agent sees nothing.
  expect(await counts(agent, 'contacts', requester.id)).toMatchObject([{ open: 0, all: 1 }])
  const [whole] = await counts(moderator, 'organisations', acme.id)
  expect(whole).toMatchObject({ open: 2, all: 3 })
  expect(whole?.lastActivityAt && new Date(whole.lastActivityAt) >= new Date(last.createdAt)).toBe(true)

  // By month, those of this month last; what was created just before the first month shown is not among them.
  const old = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 11, 1) - 1)
  await inWork(tenant, ({ tx }) =>
    tx.ticket.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: last.id } }, data: { createdAt: old } }),
  )
  const months = async (who: TestPerson, of: string, whose: string) =>
    (await json<{ items: TicketMonth[] }>(who.request('GET', `/${of}/${whose}/ticket-months`))).items
  const ofAll = await months(moderator, 'organisations', acme.id)
  expect(ofAll).toHaveLength(12)
  expect(ofAll.at(-1)).toEqual({ month: new Date().toISOString().slice(0, 7), open: 1, done: 1 })
  expect(ofAll.slice(0, -1).every(({ open, done }) => open + done === 0)).toBe(true)
  expect((await months(agent, 'contacts', requester.id)).at(-1)).toMatchObject({ open: 0, done: 1 })
})

describe('a contact', () => {
  it('has several addresses, of which mail from any leads to them', async () => {
    const contact = await made(agent, {
      name: 'Zainab',
      emails: ['z@one.test', 'z@two.test'],
      phones: ['+254 700 000000'],
      tier: 'premium',
      tags: ['VIP'],
    })
    expect(contact).toMatchObject({ emails: ['z@one.test', 'z@two.test'], tags: ['vip'], tier: 'premium', hasAccount: false })
    const raw = Buffer.from('From: Z <z@two.test>\r\nSubject: Hi\r\nMessage-ID: <z@x>\r\n\r\nHello')
    await receiveMail(tenant, { recipient: supportAddress(tenant.ref), provider: 'test', raw }, 'test')
    await drainBackground()
    expect((await ticketsOf(contact.id)).map(({ title, requester }) => [title, requester.email])).toEqual([['Hi', 'z@one.test']])
  })

  it('is changed at the version that was read, and holds nobody else’s address', async () => {
    const contact = await made(agent, { name: 'Yusuf', emails: ['y@x.test'] })
    const change = (body: object) =>
      agent.request('PUT', `/contacts/${contact.id}`, { name: 'Yusuf', emails: ['y@x.test'], version: 1, ...body })
    const taken = await change({ emails: ['y@x.test', 'z@one.test'] })
    expect(taken.status).toBe(422)
    expect((await json<{ detail: string }>(taken)).detail).toContain('belongs to Zainab')
    expect((await change({ emails: ['new@x.test', 'y@x.test'] })).status).toBe(200)
    expect((await read(contact.id)).emails).toEqual(['new@x.test', 'y@x.test'])
    expect((await change({})).status).toBe(409)
    for (const bad of [
      { name: '' },
      { emails: ['nope'] },
      { phones: ['hello'] },
      { tier: 'gold' },
      { timeZone: 'Mars/Base' },
      { ownerId: contact.id },
    ])
      expect((await change({ version: 2, ...bad })).status, JSON.stringify(bad)).toBe(422)
  })

  it('is found by part of a name or an address, page by page', async () => {
    for (let n = 0; n < 5; n++) await made(agent, { name: `Finder ${n % 2}`, emails: [`finder${n}@pages.test`] })
    const list = (query: string) => json<{ items: ContactOutput[]; nextCursor: string | null }>(agent.request('GET', `/contacts?${query}`))
    expect((await list('q=INDER')).items).toHaveLength(5)
    expect((await list('q=finder3%40pages')).items).toHaveLength(1)
    expect((await list('q=100%25')).items).toHaveLength(0)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(`q=finder&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(5)
  })

  it('is nothing customers see', async () => {
    const customer = await makePerson(tenant, 'customer')
    for (const path of ['/contacts', '/organisations', '/contacts/export']) expect((await customer.request('GET', path)).status).toBe(403)
  })
})

describe('a contact who never asked anything', () => {
  it('is removed, and their address is free again; one who did is not', async () => {
    const silent = await made(agent, { name: 'Silent', emails: ['silent@away.test'] })
    expect((await agent.request('DELETE', `/contacts/${silent.id}`)).status).toBe(200)
    expect((await agent.request('GET', `/contacts/${silent.id}`)).status).toBe(404)
    expect((await agent.request('DELETE', `/contacts/${silent.id}`)).status).toBe(404)
    expect((await agent.request('POST', '/contacts', { name: 'Next', emails: ['silent@away.test'] })).status).toBe(201)
    expect((await eventsOf(tenant, silent.id)).map(({ type, payload }) => [type, payload])).toEqual([
      ['contact.created', { name: 'Silent' }],
      ['contact.deleted', { name: 'Silent' }],
    ])
    const { requester } = await makeTicket(tenant, { email: 'asked@away.test' })
    expect((await agent.request('DELETE', `/contacts/${requester.id}`)).status).toBe(422)
  })
})

it('all contacts come out as a table, for who may take them out, and that is in the audit trail', async () => {
  await made(agent, { name: '=cmd()', emails: ['formula@table.test'] })
  expect((await agent.request('GET', '/contacts/export')).status).toBe(403)
  const { csv, rows } = await json<{ csv: string; rows: number }>(moderator.request('GET', '/contacts/export'))
  const table = await readTable(csv)
  expect(table.columns.slice(0, 3)).toEqual(['Name', 'Email', 'Phone'])
  expect(table.rows).toHaveLength(rows)
  expect(table.rows.map(({ cells }) => cells[1])).toContain('formula@table.test')
  // What begins like a formula would run in a spreadsheet.
  expect(csv).toContain("'=cmd()")
  const exported = await inWork(tenant, ({ tx }) => tx.event.findMany({ where: { type: 'contacts.exported' } }))
  expect(exported.map(({ payload, actorId }) => [payload, actorId])).toEqual([[{ rows }, moderator.id]])
})

describe('an organisation', () => {
  it('is found by its name, read, and lists what its people asked as far as the reader sees it', async () => {
    const make = (name: string) => json<OrganisationOutput>(agent.request('POST', '/organisations', { name }))
    const [alpha, beta] = [await make('Alpha listed'), await make('Beta listed')]
    const list = async (query: string) =>
      json<{ items: OrganisationOutput[]; nextCursor: string | null }>(agent.request('GET', `/organisations?q=listed&${query}`))
    const first = await list('limit=1')
    expect(first.items.map(({ id }) => id)).toEqual([alpha.id])
    expect((await list(`limit=1&cursor=${encodeURIComponent(first.nextCursor as string)}`)).items.map(({ id }) => id)).toEqual([beta.id])
    const ticket = await makeTicket(tenant, { email: 'worker@alpha.test' })
    const change = { name: 'Worker', emails: ['worker@alpha.test'], organisationId: alpha.id, version: 1 }
    expect((await agent.request('PUT', `/contacts/${ticket.requester.id}`, change)).status).toBe(200)
    expect(await json(agent.request('GET', `/organisations/${alpha.id}`))).toMatchObject({ id: alpha.id, name: 'Alpha listed' })
    const tickets = async (who: TestPerson, id: string) =>
      (await json<{ items: TicketOutput[] }>(who.request('GET', `/organisations/${id}/tickets`))).items.map((item) => item.id)
    expect(await tickets(agent, alpha.id)).toEqual([ticket.id])
    expect(await tickets(agent, beta.id)).toEqual([])
    const outsider = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
    expect(await tickets(outsider, alpha.id)).toEqual([])
    expect((await agent.request('GET', `/organisations/${newId()}`)).status).toBe(404)
  })

  it('gathers who writes from its domains, before and after', async () => {
    await makeContact(tenant, 'early@acorp.test')
    const body = { name: 'A Corp', domains: ['acorp.test', 'ACORP.example'] }
    const corp = await json<OrganisationOutput>(agent.request('POST', '/organisations', body))
    expect(corp).toMatchObject({ domains: ['acorp.example', 'acorp.test'], contactCount: 1 })
    const late = await makeContact(tenant, 'late@acorp.example')
    expect((await read(late.id)).organisation?.name).toBe('A Corp')
    expect((await agent.request('POST', '/organisations', { name: 'B', domains: ['acorp.test'] })).status).toBe(422)
    expect((await agent.request('POST', '/organisations', { name: 'B', domains: ['gmail.com'] })).status).toBe(422)
    expect((await agent.request('POST', '/organisations', { name: 'B', domains: ['not a domain'] })).status).toBe(422)
    expect((await agent.request('DELETE', `/organisations/${corp.id}`)).status).toBe(200)
    expect((await read(late.id)).organisation).toBeNull()
  })

  it('shows its people each other’s requests only where it shares them', async () => {
    const corp = await json<OrganisationOutput>(agent.request('POST', '/organisations', { name: 'Shared', domains: ['shared.test'] }))
    const one = await makePerson(tenant, 'customer', { email: 'one@shared.test' })
    const two = await makePerson(tenant, 'customer', { email: 'two@shared.test' })
    const stranger = await makePerson(tenant, 'customer', { email: 'x@other.test' })
    const { id } = await json<TicketOutput>(one.request('POST', '/ticket', { title: 'Ours', description: 'x' }))
    await two.request('POST', '/ticket', { title: 'Also', description: 'x' })
    expect((await two.request('GET', `/ticket/${id}`)).status).toBe(404)
    const { version } = corp
    await agent.request('PUT', `/organisations/${corp.id}`, { name: 'Shared', domains: ['shared.test'], sharesTickets: true, version })
    expect((await two.request('GET', `/ticket/${id}`)).status).toBe(200)
    expect((await stranger.request('GET', `/ticket/${id}`)).status).toBe(404)
    const titles = async (who: TestPerson) =>
      (await json<{ items: TicketOutput[] }>(who.request('GET', '/ticket'))).items.map(({ title }) => title).sort()
    expect(await titles(two)).toEqual(['Also', 'Ours'])
    const own = async (query = '') =>
      (await json<{ items: TicketOutput[] }>(two.request('GET', `/ticket/mine${query}`))).items.map(({ title }) => title).sort()
    expect(await own()).toEqual(['Also'])
    expect(await own('?of=organisation&state=open')).toEqual(['Also', 'Ours'])
  })
})

describe('two contacts that are one', () => {
  it('become one with all that is theirs, and part again', async () => {
    const keep = await made(agent, { name: 'Keep', emails: ['keep@m.test'], tags: ['a'], notes: 'First' })
    const { id: ticketId } = await makeTicket(tenant, { email: 'double@m.test', name: 'Double', title: 'Of the double' })
    const [double] = (await json<{ items: ContactOutput[] }>(agent.request('GET', '/contacts?q=double@m.test'))).items as [ContactOutput]
    const merged = await agent.request('POST', `/contacts/${keep.id}/merge`, { fromId: double.id })
    expect(await json(merged)).toMatchObject({ name: 'Keep', emails: ['keep@m.test', 'double@m.test'] })
    expect((await agent.request('GET', `/contacts/${double.id}`)).status).toBe(404)
    expect((await ticketsOf(keep.id)).map(({ title }) => title)).toEqual(['Of the double'])
    const said = await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${ticketId}/comments`))
    expect(said.items[0]?.author.name).toBe('Keep')
    const { items } = await json<{ items: { id: string; name: string; canUndo: boolean }[] }>(
      agent.request('GET', `/contacts/${keep.id}/merges`),
    )
    expect(items).toMatchObject([{ name: 'Double', canUndo: true }])
    const { id: mergeId } = items[0] as { id: string }
    expect((await agent.request('POST', `/contacts/merges/${mergeId}/undo`)).status).toBe(200)
    expect((await read(keep.id)).emails).toEqual(['keep@m.test'])
    expect((await read(double.id)).emails).toEqual(['double@m.test'])
    expect((await ticketsOf(double.id)).map(({ title }) => title)).toEqual(['Of the double'])
    expect((await agent.request('POST', `/contacts/merges/${mergeId}/undo`)).status).toBe(404)
  })

  it('are put together only by who sees all that both asked, or they would read it', async () => {
    const hidden = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: hidden.id } }))
    const mine = await made(hidden, { name: 'Mine', emails: ['mine@unseen.test'] })
    await makeTicket(tenant, { email: 'theirs@unseen.test', title: 'Not for everybody' })
    const [theirs] = (await json<{ items: ContactOutput[] }>(agent.request('GET', '/contacts?q=theirs@unseen.test'))).items
    expect((await hidden.request('POST', `/contacts/${mine.id}/merge`, { fromId: theirs?.id })).status).toBe(403)
    // Nor the other way around, nor by giving them an address of one's own.
    expect((await hidden.request('POST', `/contacts/${theirs?.id}/merge`, { fromId: mine.id })).status).toBe(403)
    const address = { name: 'X', emails: ['theirs@unseen.test', 'mine.too@unseen.test'], version: theirs?.version }
    expect((await hidden.request('PUT', `/contacts/${theirs?.id}`, address)).status).toBe(403)
    expect((await agent.request('POST', `/contacts/${mine.id}/merge`, { fromId: theirs?.id })).status).toBe(200)
  })

  it('each with an account by a link alone become one account', async () => {
    const [one, two] = [await makeTicket(tenant, { email: 'one@link.test' }), await makeTicket(tenant, { email: 'two@link.test' })]
    for (const { id, requester } of [one, two]) {
      const key = requestLink({ tenant, now: new Date() }, id, requester.email as string).split('#')[1] as string
      await call(openRequest, { key }, { context: { caller: callerOf('page', new Headers({ host: hostOf(tenant) }), 'POST') } })
    }
    expect((await agent.request('POST', `/contacts/${one.requester.id}/merge`, { fromId: two.requester.id })).status).toBe(200)
    const people = await inWork(tenant, ({ tx }) => tx.person.findMany({ where: { email: { endsWith: '@link.test' } } }))
    expect(people.filter(({ deletedAt }) => deletedAt === null).map(({ email }) => email)).toEqual(['one@link.test'])
  })

  it('keep what was written since, when they part', async () => {
    const keep = await made(agent, { name: 'Stay', emails: ['stay@m.test'], tags: ['a'], phones: ['+1 555 0101'], notes: 'First' })
    const other = await made(agent, { name: 'Go', emails: ['go@m.test'], tags: ['b'], phones: ['+1 555 0102'], notes: 'Second' })
    const merged = await json<ContactOutput>(agent.request('POST', `/contacts/${keep.id}/merge`, { fromId: other.id }))
    expect(merged).toMatchObject({ tags: ['a', 'b'], phones: ['+1 555 0101', '+1 555 0102'], notes: 'First\n\nSecond' })
    const { name, emails, tags, phones, notes, version } = {
      ...merged,
      tags: ['a', 'b', 'c'],
      phones: ['+1 555 0101', '+1 555 0102', '+1 555 0103'],
    }
    const changed = await agent.request('PUT', `/contacts/${keep.id}`, { name, emails, tags, phones, notes, version })
    expect(changed.status, await changed.clone().text()).toBe(200)
    const { items } = await json<{ items: { id: string }[] }>(agent.request('GET', `/contacts/${keep.id}/merges`))
    expect((await agent.request('POST', `/contacts/merges/${items[0]?.id}/undo`)).status).toBe(200)
    expect(await read(keep.id)).toMatchObject({ tags: ['a', 'c'], phones: ['+1 555 0101', '+1 555 0103'], notes: 'First' })
    expect(await read(other.id)).toMatchObject({ tags: ['b'], phones: ['+1 555 0102'], notes: 'Second', emails: ['go@m.test'] })
  })

  it('never go in circles, never with two accounts, and not back after a month', async () => {
    const [a, b, c] = [
      await made(agent, { name: 'A', emails: [] }),
      await made(agent, { name: 'B', emails: [] }),
      await made(agent, { name: 'C', emails: [] }),
    ]
    const merge = (into: string, fromId: string) => agent.request('POST', `/contacts/${into}/merge`, { fromId })
    expect((await merge(a.id, a.id)).status).toBe(422)
    expect((await merge(b.id, a.id)).status).toBe(200)
    expect((await merge(a.id, b.id)).status).toBe(404)
    expect((await merge(c.id, b.id)).status).toBe(200)
    const [first] = await inWork(tenant, ({ tx }) => tx.contactMerge.findMany({ where: { fromId: a.id } }))
    expect((await agent.request('POST', `/contacts/merges/${first?.id}/undo`)).status).toBe(422) // B itself went on since
    await inWork(tenant, ({ tx }) =>
      tx.contactMerge.updateMany({ where: { fromId: b.id }, data: { createdAt: new Date(Date.now() - 31 * 86_400_000) } }),
    )
    const [second] = await inWork(tenant, ({ tx }) => tx.contactMerge.findMany({ where: { fromId: b.id } }))
    expect((await agent.request('POST', `/contacts/merges/${second?.id}/undo`)).status).toBe(422)
    const people = [await makePerson(tenant, 'customer'), await makePerson(tenant, 'customer')] as const
    for (const person of people) await person.request('POST', '/ticket', { title: 'x', description: 'x' })
    const contacts = await inWork(tenant, ({ tx }) => tx.contact.findMany({ where: { personId: { in: people.map(({ id }) => id) } } }))
    expect((await merge(contacts[0]?.id as string, contacts[1]?.id as string)).status).toBe(422)
  })
})

describe('an import', () => {
  const csv = [
    'Full Name;E-Mail;Company;Mobile',
    'Ana;ana@i.test;Import Ltd;+1 555 0100',
    'Ben;ben@i.test;;',
    ';not-an-address;;',
    'Ana again;ANA@i.test;;',
  ].join('\n')

  it('guesses the columns, shows what would come and what is wrong', async () => {
    const preview = await json<{ mapping: object; total: number; problems: { line: number; error: string }[] }>(
      moderator.request('POST', '/contacts/import/preview', { csv }),
    )
    expect(preview.mapping).toEqual({ 'E-Mail': 'email', 'Full Name': 'name', Mobile: 'phone', Company: 'organisation' })
    expect(preview.total).toBe(4)
    expect(preview.problems.map(({ line }) => line)).toEqual([4, 5])
    expect((await agent.request('POST', '/contacts/import/preview', { csv })).status).toBe(403)
  })

  it('brings each line once, skips or changes who is known, and reports the rest', async () => {
    const mapping = guessMapping((await readTable(csv)).columns)
    const run = async (onKnown: string, table = csv) => {
      const { id } = await json<ImportOutput>(moderator.request('POST', '/contacts/import', { csv: table, mapping, onKnown }))
      await runImports()
      return json<ImportOutput>(moderator.request('GET', `/contacts/import/${id}`))
    }
    expect(await run('skip')).toMatchObject({
      status: 'done',
      total: 4,
      created: 2,
      updated: 0,
      skipped: 0,
      problems: [{ line: 4 }, { line: 5 }],
    })
    expect(await run('skip')).toMatchObject({ created: 0, skipped: 2 })
    expect(await run('update', csv.replace('Ana;', 'Anna;'))).toMatchObject({ updated: 2 })
    const { items } = await json<{ items: ContactOutput[] }>(agent.request('GET', '/contacts?q=ana@i.test'))
    expect(items).toMatchObject([{ name: 'Anna', phones: ['+1 555 0100'], organisation: { name: 'Import Ltd' } }])
  })

  it('of what is no table, of nothing or of too much is refused', async () => {
    const mapping = { Name: 'name' }
    for (const bad of ['', 'Name', 'Name\n"open', `Name\n${'x\n'.repeat(20_001)}`])
      expect((await moderator.request('POST', '/contacts/import', { csv: bad, mapping })).status).toBe(422)
    expect((await moderator.request('POST', '/contacts/import', { csv: 'Phone\n123', mapping: { Phone: 'phone' } })).status).toBe(422)
  })

  it('reads back what was exported, whatever is in it; formulas do not run', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\0\r\n]/g, ' ').trim())
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), async (rows) => {
        const kept = rows.filter(([a, b]) => a !== '' || b !== '')
        fc.pre(kept.length > 0)
        const text = csvOf([['Name', 'Notes'], ...kept])
        const shown = (value: string) => value.replace(/^'(?=[=+\-@\t＝＋－＠])/, '')
        const table = await readTable(text)
        expect(table.rows.map(({ cells }) => cells.map(shown))).toEqual(kept.map((row) => row.map((value) => shown(value))))
        for (const { cells } of table.rows) for (const value of cells) expect(/^[=@\t＝＠]/.test(value)).toBe(false)
      }),
    )
    expect(csvOf([['=1+1', '-5', '+SUM(A1)', '@x', 'a"b', 'a;b']])).toBe(`\ufeff'=1+1,-5,'+SUM(A1),'@x,"a""b","a;b"\r\n`)
    expect((await mapRows(await readTable('Name,Email\nX,x@y.test'), { Name: 'name', Email: 'email' }, english))[0]?.row).toMatchObject({
      name: 'X',
      emails: ['x@y.test'],
    })
  })
})

async function runImports() {
  await drainBackground()
  for (const job of await withPlatform((tx) => tx.job.findMany({ where: { name: 'contacts.import', status: 'queued' } })))
    await runJob(job.id)
}

/** In how many rows of each table of the workspace a word stands, as text or in bytes. */
async function whereStands(word: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  await withOwner(async (pool) => {
    const { rows: tables } = await pool.query(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'desk' AND column_name = 'tenant_id'`,
    )
    const hex = Buffer.from(word).toString('hex')
    for (const { name } of tables) {
      const { rows } = await pool.query(
        `SELECT count(*)::int AS n FROM desk."${name}" t WHERE t.tenant_id = $1 AND (to_jsonb(t)::text ILIKE '%' || $2 || '%'
          OR to_jsonb(t)::text LIKE '%' || $3 || '%' OR to_jsonb(t)::text LIKE '%' || $4 || '%')`,
        [tenant.ref.id, word, hex, Buffer.from(word[0]?.toUpperCase() + word.slice(1)).toString('hex')],
      )
      if (rows[0].n > 0) found[name] = rows[0].n
    }
  })
  return found
}

describe('personal data', () => {
  it('is handed out whole, and forgotten for good', async () => {
    const { id: ticketId } = await makeTicket(tenant, { email: 'secret.person@gdpr.test', name: 'Secret Person', title: 'Secret matter' })
    await agent.request('POST', `/ticket/${ticketId}/comments`, { body: 'Our words to Secret Person' })
    await agent.request('POST', `/ticket/${ticketId}/comments`, { body: 'About Secret Person', isInternal: true })
    await drainBackground()
    const [contact] = (await json<{ items: ContactOutput[] }>(agent.request('GET', '/contacts?q=secret.person@gdpr.test'))).items as [
      ContactOutput,
    ]
    expect((await moderator.request('GET', `/contacts/${contact.id}/personal-data`)).status).toBe(403)
    const data = await (await owner.request('GET', `/contacts/${contact.id}/personal-data`)).text()
    expect(data).toContain('Secret matter')
    expect(data).toContain('Our words')
    expect(data).not.toContain('About Secret Person')

    const erase = (who: TestPerson, confirm: string) => who.request('POST', `/contacts/${contact.id}/erase`, { confirm })
    expect((await erase(moderator, 'Secret Person')).status).toBe(403)
    expect((await erase(owner, 'Someone')).status).toBe(422)
    expect((await erase(owner, 'secret person')).status).toBe(200)
    await drainBackground()
    expect((await agent.request('GET', `/contacts/${contact.id}`)).status).toBe(404)
    const left = await inWork(tenant, async ({ tx }) => ({
      ticket: await tx.ticket.findFirstOrThrow({
        where: { id: ticketId },
        include: { messages: true, requester: { include: { addresses: true } } },
      }),
      mails: await tx.outboundMail.count({ where: { recipients: { has: 'secret.person@gdpr.test' } } }),
      found: await tx.notification.findMany({ where: { ticketId } }),
    }))
    expect(JSON.stringify(left)).not.toMatch(/secret/i)
    expect(left.mails).toBe(0)
    expect((await json<{ items: TicketOutput[] }>(moderator.request('GET', '/ticket?q=secret.person@gdpr.test'))).items).toEqual([])
  })

  it('is in no table any more but the sealed trail, wherever it got to', async () => {
    const email = 'zzquark@gdpr.test'
    const mail = (n: number, text: string, file?: string) =>
      receiveMail(
        tenant,
        {
          recipient: supportAddress(tenant.ref),
          provider: 'test',
          raw: Buffer.from(
            `From: Zzquark <${email}>\r\nSubject: Zzquark ${n}\r\nMessage-ID: <zz${n}@x>\r\n${file ? withFile(text, file) : `\r\n${text}`}`,
          ),
        },
        'test',
      )
    const withFile = (text: string, name: string) =>
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${text}\r\n--b\r\nContent-Type: text/plain\r\n` +
      `Content-Disposition: attachment; filename=${name}\r\n\r\nx\r\n--b--`
    const mailTo = (ticketId: string, text: string) =>
      receiveMail(
        tenant,
        {
          recipient: replyAddress(tenant.ref, ticketId),
          provider: 'test',
          raw: Buffer.from(`From: Zzquark <${email}>\r\nSubject: Re\r\nMessage-ID: <zz-${ticketId}@x>\r\n\r\n${text}`),
        },
        'test',
      )
    await mail(1, 'I am Zzquark.')
    await mail(2, 'Zzquark again.', 'Zzquarkscan.txt')
    await drainBackground()
    const tickets = (await json<{ items: TicketOutput[] }>(moderator.request('GET', '/ticket?q=zzquark'))).items
    expect(tickets).toHaveLength(2)
    const [one, two] = tickets.map(({ id }) => id) as [string, string]
    await moderator.request('POST', `/ticket/${one}/comments`, { body: 'Dear Zzquark' }, { 'idempotency-key': 'zz-1' })
    const { version } = tickets.find(({ id }) => id === one) as TicketOutput
    await owner.request('POST', '/fields', { name: 'Said', key: 'said_so', kind: 'text' })
    await moderator.request('PUT', `/ticket/${one}/fields`, { fields: { said_so: 'Zzquark said' }, version: version + 1 })
    await moderator.request('POST', `/ticket/${one}/assign`, { assigneeId: agent.id, version: version + 2 })
    const elsewhere = await makeTicket(tenant, { email: 'hannibal@other.test', title: 'Of another' })
    await mailTo(elsewhere.id, 'Zzquark joins in, it does work.')
    await moderator.request('PUT', `/ticket/${one}/drafts/note`, { bodyHtml: '<p>Zzquark half said</p>' })
    await moderator.request('POST', `/ticket/${two}/merge`, { into: one })
    const imported = { csv: `Name,Email\nZzquark,${email}\nZzquark,${email}`, mapping: { Name: 'name', Email: 'email' }, onKnown: 'skip' }
    await moderator.request('POST', '/contacts/import', imported)
    await send(tenant, 'POST', '/auth/magic-link', { email })
    await drainBackground()
    await runImports()
    expect(Object.keys(await whereStands('zzquark'))).toEqual(
      expect.arrayContaining(['ticket', 'ticket_message', 'contact', 'inbound_mail', 'attachment', 'search_word']),
    )

    const [contact] = (await json<{ items: ContactOutput[] }>(agent.request('GET', `/contacts?q=${email}`))).items as [ContactOutput]
    expect((await owner.request('POST', `/contacts/${contact.id}/erase`, { confirm: 'Zzquark' })).status).toBe(200)
    await drainBackground()
    expect(await whereStands('zzquark')).toEqual({ event: expect.any(Number) })
    // What others wrote stays, and their words are still known.
    const others = await json<{ items: MessageOutput[] }>(moderator.request('GET', `/ticket/${elsewhere.id}/comments`))
    expect(others.items.map(({ bodyText }) => bodyText)).toEqual(['It does not work.', '[erased]'])
    expect(await inWork(tenant, ({ tx }) => tx.searchWord.count({ where: { word: 'work' } }))).toBe(1)
  })
})
