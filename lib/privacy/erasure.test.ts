import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { storeFile } from '../files/attachments'
import { buildMime } from '../mail/mime'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { contentsOf } from '../testing/rows'
import type { TicketOutput } from '../tickets/ticket/schema'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let customer: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('erased')
  owner = await makePerson(tenant, 'owner')
  customer = await makePerson(tenant, 'customer')
})

const done = async <T>(answer: Promise<Response>): Promise<T> => {
  const given = await answer
  expect(given.status, await given.clone().text()).toBeLessThan(300)
  return (await given.json()) as T
}
const ask = (who: TestPerson, title: string) => done<TicketOutput>(who.request('POST', '/ticket', { title, description: 'Something' }))
const read = (who: TestPerson, id: string) => done<TicketOutput>(who.request('GET', `/ticket/${id}`))
const contactOf = async ({ id }: TestPerson) =>
  (await inWork(tenant, ({ tx }) => tx.contact.findFirstOrThrow({ where: { personId: id } }))).id
const exported = async (who: TestPerson) =>
  JSON.stringify(await done(owner.request('GET', `/contacts/${await contactOf(who)}/personal-data`)))
const erase = async (who: TestPerson) => done(owner.request('POST', `/contacts/${await contactOf(who)}/erase`, { confirm: who.name }))

/** A customer who may read and answer somebody else's ticket. */
async function joining(ticketId: string) {
  const person = await makePerson(tenant, 'customer')
  const given = { tenantId: tenant.ref.id, objectType: 'ticket' as const, objectId: ticketId, personId: person.id }
  const data = ['ticket.view', 'ticket.reply'].map((permission) => ({ ...given, permission, id: newId() }))
  await inWork(tenant, ({ tx }) => tx.grant.createMany({ data }))
  return person
}

it('what somebody wrote on another’s ticket is exported, and its erasure is a change of that ticket', async () => {
  const { id } = await ask(customer, 'Shared')
  const other = await joining(id)
  await done(other.request('POST', `/ticket/${id}/comments`, { body: 'My own words' }))
  expect(await exported(other)).toContain('My own words')
  expect(await exported(other)).not.toContain('Something')
  const before = await customer.request('GET', `/ticket/${id}`)
  const staff = await read(owner, id)
  expect(((await before.clone().json()) as TicketOutput).snippet).toBe('My own words')
  await erase(other)
  const after = await customer.request('GET', `/ticket/${id}`, undefined, { 'if-none-match': before.headers.get('etag') as string })
  expect(after.status).toBe(200)
  expect(((await after.json()) as TicketOutput).snippet).toBe('')
  expect(await read(owner, id)).toMatchObject({ version: staff.version + 1, title: 'Shared' })
  expect((await eventsOf(tenant, id)).at(-1)).toEqual({ type: 'ticket.redacted', payload: { isWhole: false, personIds: [other.id] } })
})

it('a mail to several people that waits to be sent goes to the others', async () => {
  const { id: ticketId } = await ask(customer, 'Copied')
  const other = await joining(ticketId)
  await done(other.request('POST', `/ticket/${ticketId}/comments`, { body: 'Me too' }))
  const queued = async (to: string[], cc: string[]) => {
    const content = {
      from: { name: 'Team', address: 'team@erased.test' },
      to,
      cc,
      subject: 'Done',
      text: 'It is done.',
      messageId: newId(),
    }
    const raw = new Uint8Array(await buildMime({ ...content, isAutomatic: false }, new Date()))
    const row = {
      tenantId: tenant.ref.id,
      id: newId(),
      ticketId,
      recipients: [...to, ...cc],
      subject: 'Done',
      messageId: content.messageId,
    }
    await inWork(tenant, ({ tx }) => tx.outboundMail.create({ data: { ...row, raw } }))
    return row.id
  }
  const [several, alone, first] = [
    await queued([customer.email], ['third@erased.test', other.email]),
    await queued([other.email], []),
    await queued([other.email], [customer.email]),
  ]
  await erase(other)
  const left = await inWork(tenant, ({ tx }) =>
    tx.outboundMail.findMany({ where: { id: { in: [several, alone, first] } }, orderBy: { id: 'asc' } }),
  )
  expect(left.map(({ recipients, status }) => ({ recipients, status }))).toEqual([
    { recipients: [customer.email, 'third@erased.test'], status: 'queued' },
    { recipients: [customer.email], status: 'queued' },
  ])
  const heads = left.map(({ raw }) =>
    Buffer.from(raw)
      .toString()
      .split('\r\n\r\n')[0]
      ?.match(/^(To|Cc): .*/gm),
  )
  expect(heads).toEqual([[`To: ${customer.email}`, 'Cc: third@erased.test'], [`Cc: ${customer.email}`]])
})

it('words of others stay the preview of their ticket', async () => {
  const { id } = await ask(customer, 'Shared')
  const other = await joining(id)
  await done(other.request('POST', `/ticket/${id}/comments`, { body: 'My own words' }))
  await done(customer.request('POST', `/ticket/${id}/comments`, { body: 'And mine' }))
  await erase(other)
  expect((await read(owner, id)).snippet).toBe('And mine')
})

it('reasons are exported; after erasure the activity tells neither these nor old titles', async () => {
  const person = await makePerson(tenant, 'customer')
  const { id } = await ask(person, 'Test for gout')
  await done(owner.request('PATCH', `/ticket/${id}`, { title: 'Test', version: (await read(owner, id)).version }))
  await done(owner.request('POST', `/ticket/${id}/close`, { version: (await read(owner, id)).version }))
  const reopened = { reason: 'My toe hurts', version: (await read(person, id)).version }
  await done(person.request('POST', `/ticket/${id}/reopen`, reopened))
  const activity = async () => {
    const page = await done<{ activity: { type: string }[] }>(owner.request('GET', `/ticket/${id}/page`))
    return { text: JSON.stringify(page.activity), count: page.activity.length }
  }
  const before = await activity()
  expect(before.text).toContain('gout')
  expect(before.text).toContain('My toe hurts')
  expect(await exported(person)).toContain('My toe hurts')
  await erase(person)
  const after = await activity()
  expect(after.text).not.toMatch(/gout|toe/)
  expect(after.count).toBe(before.count)
  // What happens from then on is told in full.
  await done(owner.request('POST', `/ticket/${id}/close`, { version: (await read(owner, id)).version }))
  await done(owner.request('POST', `/ticket/${id}/reopen`, { reason: 'A mistake', version: (await read(owner, id)).version }))
  expect((await activity()).text).toContain('A mistake')
})

it('an upload that was never sent goes, and so does every unfiled mail', async () => {
  const person = await makePerson(tenant, 'customer')
  await ask(person, 'Asked')
  const file = { name: 'passport.txt', contentType: 'text/plain', bytes: Buffer.from('x') }
  await inWork(tenant, (work) => storeFile(work, file, { personId: person.id }))
  const raw = (from: string) => Buffer.from(`From: ${from}\r\nTo: ${person.email}\r\nSubject: Out of office\r\n\r\nAway`)
  const mails = Array.from({ length: 120 }, (_, n) => ({
    tenantId: tenant.ref.id,
    id: newId(),
    provider: 'test',
    sha256: `unfiled-${n}`,
    recipient: 'support@erased.test',
    status: 'ignored' as const,
    // Mail of others that mentions them stands between theirs.
    raw: raw(n < 60 ? 'other@erased.test' : person.email),
  }))
  await inWork(tenant, ({ tx }) => tx.inboundMail.createMany({ data: mails }))
  await erase(person)
  const left = await inWork(tenant, async ({ tx }) => ({
    files: await tx.attachment.count({ where: { name: 'passport.txt' } }),
    mails: await tx.inboundMail.count({ where: { recipient: 'support@erased.test' } }),
  }))
  expect(left).toEqual({ files: 0, mails: 60 })
})

it('whoever was deleted with the same address is the same person, and is erased too', async () => {
  const email = 'twice@port.test'
  const first = await done<{ id: string }>(owner.request('POST', '/contacts', { name: 'Zuri First', emails: [email] }))
  await done(owner.request('DELETE', `/contacts/${first.id}`))
  const second = await done<{ id: string }>(owner.request('POST', '/contacts', { name: 'Zuri', emails: [email] }))
  await done(owner.request('POST', `/contacts/${second.id}/erase`, { confirm: 'Zuri' }))
  const names = await inWork(tenant, ({ tx }) =>
    tx.contact.findMany({ where: { id: { in: [first.id, second.id] } }, select: { name: true } }),
  )
  expect(names).toEqual([{ name: 'Erased' }, { name: 'Erased' }])
  expect((await owner.request('POST', `/contacts/${first.id}/restore`)).status).toBe(404)
})

describe('a contact that is only under Recently deleted', () => {
  const made = (name: string, emails: string[]) =>
    done<{ id: string }>(owner.request('POST', '/contacts', { name, emails, phones: ['+254 700 123 456'] }))
  const trashed = async () =>
    (await done<{ items: { id: string }[] }>(owner.request('GET', '/deleted?kind=contact'))).items.map(({ id }) => id)
  const found = async (text: string) =>
    Object.entries(await contentsOf(tenant)).flatMap(([table, rows]) =>
      rows.includes(text) || rows.includes(Buffer.from(text).toString('hex')) ? [table] : [],
    )

  it('is erased from there: nothing of them is left but in the audit trail, and nobody can restore them', async () => {
    const { id } = await made('Wanjiku Probe', ['wanjiku@probe.test'])
    await done(owner.request('DELETE', `/contacts/${id}`))
    expect(await found('wanjiku@probe.test')).toContain('deletion')
    expect((await owner.request('POST', `/contacts/${id}/erase`, { confirm: 'Somebody' })).status).toBe(422)
    expect(await trashed()).toContain(id)
    await done(owner.request('POST', `/contacts/${id}/erase`, { confirm: 'wanjiku probe' }))
    for (const text of ['Wanjiku', 'wanjiku@probe.test', '700 123'])
      expect(
        (await found(text)).filter((table) => table !== 'event'),
        text,
      ).toEqual([])
    expect(await trashed()).not.toContain(id)
    expect((await owner.request('POST', `/contacts/${id}/restore`)).status).toBe(404)
    expect((await owner.request('POST', `/contacts/${id}/erase`, { confirm: 'Erased' })).status).toBe(404)
  })

  it('takes nothing of somebody who has the address by now', async () => {
    const email = 'shared-later@probe.test'
    const { id } = await made('First', [email])
    await done(owner.request('DELETE', `/contacts/${id}`))
    const other = await made('Second', [email])
    await done(owner.request('POST', `/contacts/${id}/erase`, { confirm: 'First' }))
    expect(await done(owner.request('GET', `/contacts/${other.id}`))).toMatchObject({ name: 'Second', emails: [email] })
  })

  it('is erased by nobody who may not', async () => {
    const { id } = await made('Kept', ['kept@probe.test'])
    await done(owner.request('DELETE', `/contacts/${id}`))
    const agent = await makePerson(tenant, 'agent')
    expect((await agent.request('POST', `/contacts/${id}/erase`, { confirm: 'Kept' })).status).toBe(403)
  })
})

it('a table whose import was given up names nobody who is erased', async () => {
  const gone = await makePerson(tenant, 'customer')
  await ask(gone, 'Before they went')
  const old = new Date(Date.now() - 2 * 86_400_000)
  const row = { tenantId: tenant.ref.id, personId: owner.id, mapping: {}, onKnown: 'skip', total: 1, createdAt: old }
  const [theirs, others] = [newId(), newId()]
  await inWork(tenant, ({ tx }) =>
    tx.contactImport.createMany({
      data: [
        { ...row, id: theirs, csv: `email\n${gone.email.toUpperCase()}` },
        { ...row, id: others, csv: 'email\nsomebody@else.test' },
      ],
    }),
  )
  await erase(gone)
  const tables = await inWork(tenant, ({ tx }) =>
    tx.contactImport.findMany({ where: { id: { in: [theirs, others] } }, orderBy: { id: 'asc' } }),
  )
  expect(tables.map(({ csv, status }) => [csv, status])).toEqual([
    ['', 'done'],
    ['email\nsomebody@else.test', 'running'],
  ])
})
