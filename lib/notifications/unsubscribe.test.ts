import { beforeAll, expect, it } from 'vitest'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../testing/factories'
import { unsubscribeLink } from './unsubscribe'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('stop')
  agent = await makePerson(tenant, 'agent')
})

const pathOf = (link: string) => new URL(link).pathname.replace('/api/v1', '')
/** As a mail program does it: no cookie, a form. */
const click = (on: ResolvedTenant, path: string) =>
  send(on, 'POST', path, 'List-Unsubscribe=One-Click', { 'content-type': 'application/x-www-form-urlencoded' })
const mailOf = async (type: string) => {
  const { types } = (await (await agent.request('GET', '/notifications/preferences')).json()) as {
    types: { type: string; mail: boolean }[]
  }
  return types.find((each) => each.type === type)
}

it('one click turns off the mails of one kind, for one person, and leaves all else', async () => {
  const other = await makePerson(tenant, 'agent')
  const link = unsubscribeLink({ tenant }, agent.id, ['ticket_assigned', 'ticket_assigned'])
  expect((await click(tenant, pathOf(link))).status).toBe(200)
  const read = async (who: TestPerson) => (await (await who.request('GET', '/notifications/preferences')).json()).types as unknown[]
  const before = await read(other)
  const after = await read(agent)
  const changed = after.filter((entry, n) => JSON.stringify(entry) !== JSON.stringify(before[n]))
  expect(changed).toHaveLength(1)
  expect(changed).toMatchObject([{ type: 'ticket_assigned', mail: false, in_app: true }])
  expect((await click(tenant, pathOf(link))).status).toBe(200)
})

it.each([
  ['with another signature', (path: string) => path.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A'))],
  [
    'for somebody else',
    (path: string) => path.replace(/unsubscribe\/[^.]+/, `unsubscribe/${Buffer.from('["x",[]]').toString('base64url')}`),
  ],
  ['that is none', () => '/notifications/unsubscribe/x'],
])('a link %s does nothing', async (_, change) => {
  expect((await click(tenant, change(pathOf(unsubscribeLink({ tenant }, agent.id, ['ticket_mentioned']))))).status).toBe(422)
})

it('a link of one workspace does nothing in another, and only a POST does anything', async () => {
  const path = pathOf(unsubscribeLink({ tenant }, agent.id, ['ticket_mentioned']))
  expect((await click(await makeTenant(), path)).status).toBe(422)
  expect((await send(tenant, 'GET', path)).status).toBe(404)
  expect(await mailOf('ticket_mentioned')).toMatchObject({ mail: true })
})
