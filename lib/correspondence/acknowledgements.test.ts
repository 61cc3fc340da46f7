import { simpleParser } from 'mailparser'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { readSpool } from '../mail/transport'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, makePerson, makeTenant } from '../testing/factories'
import { handleRest } from '../wiring/rest'

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  tenant = await makeTenant('form')
})
beforeEach(forgetRateLimits)

const submit = (given: object) =>
  handleRest(
    new Request(`http://${hostOf(tenant)}/api/v1/public/tickets`, {
      method: 'POST',
      headers: { host: hostOf(tenant), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Ada', title: 'Lamp', description: 'It flickers.', ...given }),
    }),
  )
const mailsTo = async (address: string) =>
  (await readSpool('form', 1000))
    .map(({ raw }) => raw.toString().replace(/\r\n[ \t]+/g, ' '))
    .filter((mail) => mail.includes(`To: ${address}`))

it('the form has ten acknowledgements an hour sent to an address, and takes what comes after', async () => {
  for (let n = 0; n < 11; n++) expect((await submit({ email: 'victim@example.com', title: `Lamp ${n}` })).status).toBe(201)
  await drainBackground()
  expect(await mailsTo('victim@example.com')).toHaveLength(10)
  expect((await submit({ email: 'other@example.com' })).status).toBe(201)
  await drainBackground()
  expect(await mailsTo('other@example.com')).toHaveLength(1)
})

it('what a stranger typed reaches an address that nobody proved shortened and without links', async () => {
  const title = `Win at https://evil.example/now or www.evil.example ${'today '.repeat(20)}`
  const given = { email: 'stranger@example.com', name: 'Go to evil.example/prize', title: title.trim() }
  expect((await submit(given)).status).toBe(201)
  await drainBackground()
  const [mail] = await mailsTo('stranger@example.com')
  expect(mail).toBeDefined()
  expect(mail).not.toContain('evil.example')
  const { subject = '' } = await simpleParser(mail ?? '')
  expect(subject.length).toBeLessThan(80)
  expect(subject).toMatch(/^\[FORM-\d+\] Win at … or … today/)
})

it('comes from the workspace by the name that it has now', async () => {
  const owner = await makePerson(tenant, 'owner')
  const [workspace] = (await (await owner.request('GET', '/business')).json()).items
  const renamed = { version: workspace.version, name: 'Fine Lamps' }
  expect((await owner.request('PUT', `/business/${tenant.ref.id}`, renamed)).status).toBe(200)
  expect((await submit({ email: 'later@example.com' })).status).toBe(201)
  await drainBackground()
  const [mail] = await mailsTo('later@example.com')
  expect((await simpleParser(mail ?? '')).from?.value[0]?.name).toBe('Fine Lamps')
})
