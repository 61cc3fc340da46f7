import { beforeAll, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { hostOf, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { handleRest } from '../../wiring/rest'
import type { MessageOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let customer: TestPerson
let stranger: TestPerson
let id: string
beforeAll(async () => {
  tenant = await makeTenant('files')
  agent = await makePerson(tenant, 'agent')
  customer = await makePerson(tenant, 'customer')
  stranger = await makePerson(tenant, 'customer')
  const asked = await customer.request('POST', '/ticket', { title: 'Help', description: 'Please' })
  id = ((await asked.json()) as { id: string }).id
})

function attach(who: TestPerson, files: Record<string, string>, more: Record<string, string> = {}, slash = '') {
  const form = new FormData()
  for (const [name, text] of Object.entries(files)) form.append('files', new File([text], name, { type: 'text/plain' }))
  for (const [name, value] of Object.entries(more)) form.append(name, value)
  const host = hostOf(tenant)
  const address = `http://${host}/api/v1/ticket/${id}/attachments${slash}`
  return handleRest(new Request(address, { method: 'POST', headers: { host, cookie: who.cookie }, body: form }))
}
const names = async (who: TestPerson) =>
  ((await (await who.request('GET', `/ticket/${id}/attachments`)).json()) as { items: { name: string }[] }).items.map(({ name }) => name)
const messages = async (who: TestPerson) =>
  ((await (await who.request('GET', `/ticket/${id}/comments`)).json()) as { items: MessageOutput[] }).items

it('files are added to a ticket with one request, alone or with words, as a reply or a note', async () => {
  const one = await attach(agent, { 'one.txt': 'one' }, {}, '/')
  expect(one.status, await one.clone().text()).toBe(201)
  expect(await one.json()).toMatchObject({ items: [{ name: 'one.txt', size: 3 }], ticket: { id } })
  const two = await attach(agent, { 'two.txt': 'two', 'three.txt': 'three' }, { body: 'For us', isInternal: 'true' })
  expect(two.status, await two.clone().text()).toBe(201)
  expect(await names(agent)).toEqual(['one.txt', 'two.txt', 'three.txt'])
  expect(await names(customer)).toEqual(['one.txt'])
  expect((await messages(agent)).at(-1)).toMatchObject({ kind: 'note', bodyText: 'For us', attachments: [{}, {}] })
})

it('files that were uploaded before are added by their ids, by whoever brought them alone', async () => {
  const host = hostOf(tenant)
  const form = new FormData()
  form.append('file', new File(['before'], 'before.txt', { type: 'text/plain' }))
  const request = new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: customer.cookie }, body: form })
  const { id: fileId } = (await (await handleRest(request)).json()) as { id: string }
  expect((await agent.request('POST', `/ticket/${id}/attachments`, { attachmentIds: [fileId] })).status).toBe(422)
  expect((await customer.request('POST', `/ticket/${id}/attachments`, { attachmentIds: [fileId] })).status).toBe(201)
  expect(await names(customer)).toContain('before.txt')
})

it('nothing, a program, and a ticket of somebody else are refused, and nothing is kept of them', async () => {
  const before = await messages(agent)
  expect((await attach(agent, {})).status).toBe(422)
  expect((await attach(agent, { 'good.txt': 'good', 'run.exe': 'MZ' })).status).toBe(422)
  expect((await attach(stranger, { 'mine.txt': 'mine' })).status).toBe(404)
  expect((await attach(customer, { 'note.txt': 'note' }, { isInternal: 'true' })).status).toBe(403)
  expect(await messages(agent)).toHaveLength(before.length)
})
