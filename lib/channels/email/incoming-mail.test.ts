import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { receiveMail } from './receive'
import type { MailItem } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
/** Sees tickets, and of mail only what became part of them. */
let agent: TestPerson
const mailboxId = newId()

async function deliver(to: ResolvedTenant, id: string, headers: string[]) {
  const text = [`Message-ID: <${id}>`, `To: support@${to.ref.slug}.localhost`, ...headers, '', 'It broke.'].join('\r\n')
  const given = { recipient: `support@${to.ref.slug}.localhost`, provider: 'test', raw: Buffer.from(text) }
  return (await receiveMail(to, given, 'test')).id
}

beforeAll(async () => {
  tenant = await makeTenant('found')
  const other = await makeTenant('elsewhere')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
  await deliver(tenant, 'kettle.77@shop.example', ['From: Łukasz Nowak <lukasz@shop.example>', 'Subject: The kettle leaks'])
  await deliver(tenant, 'away@shop.example', ['From: lukasz@shop.example', 'Subject: Away', 'Auto-Submitted: auto-replied'])
  await deliver(tenant, 'nobody@shop.example', ['Subject: Kettles, many of them'])
  await deliver(tenant, 'tokyo@jp.example', ['From: Aiko <aiko@jp.example>', 'Subject: =?utf-8?B?44Kx44OI44Or44GM5aOK44KM44Gf?='])
  await deliver(other, 'kettle.78@shop.example', ['From: Mallory <mallory@shop.example>', 'Subject: The kettle of another'])
  await drainBackground()
  await inWork(tenant, async ({ tx }) => {
    const tenantId = tenant.ref.id
    await tx.mailbox.create({ data: { tenantId, id: mailboxId, name: 'Sales box', address: 'sales@found.example' } })
    const aiko = { fromAddress: 'aiko@jp.example' }
    await tx.inboundMail.updateMany({ where: aiko, data: { mailboxId, receivedAt: new Date('2026-11-02T12:00:00Z') } })
  })
})

interface Page {
  items: MailItem[]
  nextCursor: string | null
  total?: number
}
const ask = async (query: Record<string, string>, who = admin) =>
  (await (await who.request('GET', `/settings/mail/messages?${new URLSearchParams(query)}`)).json()) as Page
const subjects = async (query: Record<string, string>, who = admin) => (await ask(query, who)).items.map(({ subject }) => subject).sort()

describe('searching the mail that came in', () => {
  it.each([
    ['the beginning of a word of the subject', 'kettl', ['Kettles, many of them', 'The kettle leaks']],
    ['several words, in any order', 'leaks kettle', ['The kettle leaks']],
    ['a name without its accents', 'lukasz nowak', ['The kettle leaks']],
    ['an address', 'lukasz@shop.example', ['Away', 'The kettle leaks']],
    ['a domain', 'jp.example', ['ケトルが壊れた']],
    ['a Message-ID', '<kettle.77@shop.example>', ['The kettle leaks']],
    ['a script without spaces', 'ケトル', ['ケトルが壊れた']],
    ['nothing of the sort', 'teapot', []],
    ['signs alone', '<>', []],
  ])('finds by %s, in this workspace alone', async (_, q, found) => {
    expect(await subjects({ q })).toEqual(found)
  })

  it('gives to each what they may read', async () => {
    expect(await subjects({ q: 'shop.example' })).toEqual(['Away', 'Kettles, many of them', 'The kettle leaks'])
    expect(await subjects({ q: 'shop.example' }, agent)).toEqual(['The kettle leaks'])
  })

  it('goes on where the page before ended, and counts', async () => {
    const first = await ask({ q: 'kettle', limit: '1', total: 'true' })
    expect(first).toMatchObject({ total: 2, items: [{ subject: 'Kettles, many of them' }] })
    const second = await ask({ q: 'kettle', limit: '1', cursor: first.nextCursor as string })
    expect(second).toMatchObject({ nextCursor: null, items: [{ subject: 'The kettle leaks' }] })
    expect(await ask({ q: 'kettle', limit: '1', offset: '1' })).toMatchObject({ items: [{ subject: 'The kettle leaks' }] })
  })
})

describe('the list of mail that came in', () => {
  it.each([
    ['type', { classification: 'auto-reply' }, ['Away']],
    ['status', { status: 'attention' }, ['Kettles, many of them']],
    ['having a ticket', { hasTicket: 'true', q: 'kettle' }, ['The kettle leaks']],
    ['having none', { hasTicket: 'false' }, ['Away', 'Kettles, many of them']],
    ['mailbox', { mailboxId }, ['ケトルが壊れた']],
    ['the time when it came', { receivedFrom: '2026-11-02T00:00:00Z', receivedBefore: '2026-11-03T00:00:00Z' }, ['ケトルが壊れた']],
    ['several at once', { receivedFrom: '2026-11-03', hasTicket: 'true' }, ['The kettle leaks']],
  ])('is filtered by %s', async (_, query, found) => {
    expect(await subjects(query)).toEqual(found)
  })

  it('names the mailbox that a message was fetched from', async () => {
    const [item] = (await ask({ mailboxId })).items
    expect(item?.mailbox).toEqual({ id: mailboxId, name: 'Sales box' })
    const one = await (await admin.request('GET', `/settings/mail/messages/${item?.id}`)).json()
    expect(one).toMatchObject({ mailbox: item?.mailbox })
    expect((await ask({ q: 'leaks' })).items).toMatchObject([{ mailbox: null }])
  })
})
