import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { mailAddress } from '../core/mail-address'
import { connection } from '../db/connection'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, send, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('address')
  admin = await makePerson(tenant, 'admin')
})

const holders = (email: string) => inWork(tenant, ({ tx }) => tx.contactAddress.findMany({ where: { email }, select: { contactId: true } }))
const status = async (answer: Promise<Response>) => (await answer).status

describe.each([
  ['Jörg@Bücher.example', 'jörg@xn--bcher-kva.example'],
  ['root@localhost', 'root@localhost'],
  ['backup@db_server.intern', 'backup@db_server.intern'],
])('%s', (typed, normal) => {
  it('is taken by mail, the portal form, the API, contacts, accounts, sign-up and departments, for one contact', async () => {
    const raw = Buffer.from(
      `From: Somebody <${typed}>\r\nTo: support@address.localhost\r\nSubject: Hi\r\nMessage-ID: <${normal}>\r\n\r\nHi`,
    )
    await receiveMail(tenant, { recipient: 'support@address.localhost', provider: 'test', raw }, 'test')
    await drainBackground()
    const [mailed] = await holders(normal)
    expect(mailed).toBeDefined()
    const request = { name: 'Somebody', email: typed.toUpperCase(), title: 'Form', description: 'Form' }
    expect(await status(send(tenant, 'POST', '/public/tickets', request))).toBe(201)
    const made = await admin.request('POST', '/ticket', { title: 'Api', description: 'Api', requester: { name: 'X', email: typed } })
    expect(made.status).toBe(201)
    expect(await holders(normal)).toEqual([mailed])
    const taken = await admin.request('POST', '/contacts', { name: 'Other', emails: [typed] })
    expect(await taken.text()).toContain('belongs to')
    const { version, name } = (await (await admin.request('GET', `/contacts/${mailed?.contactId}`)).json()) as {
      version: number
      name: string
    }
    const change = { name, version, emails: [typed, `second-${typed}`] }
    expect(await status(admin.request('PUT', `/contacts/${mailed?.contactId}`, change))).toBe(200)
    expect(await holders(`second-${normal}`)).toEqual([mailed])
    expect(await status(send(tenant, 'POST', '/auth/register', { name: 'Somebody', email: typed }))).toBe(200)
    const department = { name: `Of ${normal.slice(0, 5)}`, supportAddress: typed }
    expect(await status(admin.request('POST', '/department', department))).toBe(201)
    const found = await admin.request('GET', `/ticket?${new URLSearchParams({ q: `requester:${typed}` })}`)
    expect(((await found.json()) as { items: unknown[] }).items).toHaveLength(3)
  })
})

it('A domain of an organisation may be in any script', async () => {
  const made = await admin.request('POST', '/organisations', { name: 'Bücher', domains: ['Büro.example'] })
  const { id, domains } = (await made.json()) as { id: string; domains: string[] }
  expect(domains).toEqual(['xn--bro-hoa.example'])
  const contact = await admin.request('POST', '/contacts', { name: 'Belongs', emails: ['a@büro.example'] })
  expect(((await contact.json()) as { organisation: { id: string } }).organisation.id).toBe(id)
})

it('A domain of an organisation brings in nobody whose address only has it in quotation marks', async () => {
  const made = await admin.request('POST', '/contacts', { name: 'Stranger', emails: ['"x@firm.example@y"@elsewhere.example'] })
  const { id } = (await made.json()) as { id: string }
  const own = (await (await admin.request('POST', '/contacts', { name: 'Own', emails: ['own@firm.example'] })).json()) as { id: string }
  expect(await status(admin.request('POST', '/organisations', { name: 'Firm', domains: ['firm.example'] }))).toBe(201)
  const organisationOf = async (contactId: string) =>
    ((await (await admin.request('GET', `/contacts/${contactId}`)).json()) as { organisation: { name: string } | null }).organisation?.name
  expect([await organisationOf(id), await organisationOf(own.id)]).toEqual([undefined, 'Firm'])
})

it('Addresses that were stored as they were typed are converted by the migration', async () => {
  const typed = [
    'a@bücher.example',
    'b@faß.例え.テスト',
    'c@münchen-ost.example',
    'd@ไทย.example',
    'e@plain.example',
    'f@россия-для-всех.рф',
  ]
  const { id } = (await (await admin.request('POST', '/contacts', { name: 'Typed', emails: [] })).json()) as { id: string }
  const data = typed.map((email) => ({ tenantId: tenant.ref.id, contactId: id, email }))
  await inWork(tenant, ({ tx }) => tx.contactAddress.createMany({ data }))
  const sql = readFileSync(path.resolve('prisma/tenant/migrations/20261126061000_addresses_in_ascii/migration.sql'), 'utf8')
  await (await connection()).pool.query(sql.slice(sql.indexOf('DO $$')).replaceAll(/"(contact_address|person)"/g, 'desk."$1"'))
  const stored = await inWork(tenant, ({ tx }) => tx.contactAddress.findMany({ where: { contactId: id }, orderBy: { email: 'asc' } }))
  expect(stored.map(({ email }) => email)).toEqual(typed.map((email) => mailAddress(email)))
})
