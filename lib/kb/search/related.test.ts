import { beforeAll, expect, it } from 'vitest'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let categoryId: string
const ids: Record<string, string> = {}

const done = async <T = { id: string; version: number }>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const versionOf = async (id: string) => (await done<{ version: number }>(owner.request('GET', `/kb/articles/${id}`))).version
const publish = async (title: string, content: string, more: object = {}) => {
  const { id, version } = await done(owner.request('POST', '/kb/articles', { title, content: `<p>${content}</p>`, categoryId, ...more }))
  await done(owner.request('POST', `/kb/articles/${id}/publish`, { version }))
  ids[title] = id
  return id
}
const related = async (title: string) => {
  const { items } = await done<{ items: { title: string }[] }>(send(tenant, 'GET', `/public/kb/articles/${ids[title]}/related`))
  return items.map((each) => each.title)
}
const choose = async (title: string, titles: string[]) => {
  const id = ids[title] as string
  return owner.request('PUT', `/kb/articles/${id}`, { version: await versionOf(id), relatedIds: titles.map((each) => ids[each]) })
}

beforeAll(async () => {
  tenant = await makeTenant('related')
  owner = await makePerson(tenant, 'owner')
  categoryId = (await done(owner.request('POST', '/kb/categories', { name: 'All' }))).id
  await publish('Return an item', 'Send the parcel back with the label and wait for the refund.')
  await publish('Return label', 'Print the label and put it on the parcel that you return.')
  await publish('Refund times', 'A refund for a parcel that you return takes three days.')
  await publish('Sign in', 'Use your password and a code from your phone.')
  await publish('Two-step sign-in', 'A code from your phone protects your password.')
  await publish('Kennwort', 'Ein Kennwort und ein Code vom Telefon.', { locale: 'de', sourceId: ids['Sign in'] })
  await publish('Zwei Schritte', 'Ein Code vom Telefon schützt das Kennwort.', { locale: 'de', sourceId: ids['Two-step sign-in'] })
})

it('without a choice, what is like an article in its language follows it', async () => {
  expect((await related('Return an item')).sort()).toEqual(['Refund times', 'Return label'])
  expect(await related('Sign in')).toEqual(['Two-step sign-in'])
  expect(await related('Kennwort')).toEqual(['Zwei Schritte'])
})

it('what was chosen follows in its order; a translation has what was chosen for its source, in its own language', async () => {
  const answer = await done<{ related: { title: string }[] }>(choose('Return an item', ['Sign in', 'Refund times']))
  expect(answer.related.map(({ title }) => title)).toEqual(['Sign in', 'Refund times'])
  expect(await related('Return an item')).toEqual(['Sign in', 'Refund times'])
  await done(choose('Sign in', ['Two-step sign-in', 'Return label']))
  expect(await related('Kennwort')).toEqual(['Zwei Schritte', 'Return label'])
  await done(choose('Sign in', []))
  expect(await related('Sign in')).toEqual(['Two-step sign-in'])
})

it('takes effect at once, so who may not publish may not choose for what is published', async () => {
  const agent = await makePerson(tenant, 'agent')
  const id = ids['Return label'] as string
  const given = { version: await versionOf(id), relatedIds: [ids['Sign in']] }
  expect((await agent.request('PUT', `/kb/articles/${id}`, given)).status).toBe(403)
})

it.each([
  ['itself', () => [ids['Return label']]],
  ['one that is not there', () => ['01a00000-0000-7000-8000-000000000000']],
  ['more than there is room for', () => Array.from({ length: 7 }, (_, n) => `01a00000-0000-7000-8000-00000000000${n}`)],
])('refuses %s', async (_, of) => {
  const id = ids['Return label'] as string
  const answer = await owner.request('PUT', `/kb/articles/${id}`, { version: await versionOf(id), relatedIds: of() })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toHaveProperty('fields.relatedIds')
})
