import { ORPCError } from '@orpc/client'
import { call, type RouterClient } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { getViewer } from '../accounts/viewer'
import { callerOf } from '../procedure/caller'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { proceduresOf } from '../testing/exercised'
import { hostOf, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { clientOver } from './client'
import { handleRpc } from './rest'
import type { Router } from './router'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let api: RouterClient<Router>
beforeAll(async () => {
  tenant = await makeTenant('rpc')
  owner = await makePerson(tenant, 'owner')
  api = clientOf(owner.cookie)
})

const clientOf = (cookie: string, language = 'en'): RouterClient<Router> =>
  clientOver((path, { headers, ...init }) => {
    const own = { ...headers, host: hostOf(tenant), cookie, 'accept-language': language }
    return handleRpc(new Request(`http://${hostOf(tenant)}/api/rpc${path}`, { ...init, headers: own }))
  })

/** What a component gets to show. */
const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ORPCError)) throw new Error(`not refused as it should be: ${error}`)
  const { code, status, message, data } = error
  return { code, status, message, fields: (data as { fields?: object } | undefined)?.fields }
}

describe('the typed client', () => {
  it('gets values back as they were, dates too', async () => {
    const { id } = await makeTicket(tenant)
    expect((await api.tickets.get({ id })).createdAt).toBeInstanceOf(Date)
  })

  it('sends files', async () => {
    const file = new File(['no picture'], 'a.png', { type: 'image/png' })
    const refused = await failure(api.business.uploadPicture({ id: tenant.ref.id, name: 'logo', file }))
    expect(refused.fields).toEqual({ file: [expect.stringContaining('PNG')] })
  })

  it('learns what is wrong with which field', async () => {
    expect(await failure(api.departments.create({ name: '' }))).toEqual({
      code: 'INVALID',
      status: 422,
      message: 'Enter a name.',
      fields: { name: ['Enter a name.'] },
    })
  })

  it('learns in words why it is refused', async () => {
    const nobody = clientOf('')
    expect(await failure(nobody.tickets.counts())).toMatchObject({ code: 'UNAUTHENTICATED', message: 'Sign in to do this.' })
    expect(await failure(api.tickets.get({ id: owner.id }))).toMatchObject({ code: 'NOT_FOUND', message: 'The ticket was not found.' })
    const agent = await makePerson(tenant, 'agent')
    const refused = await failure(clientOf(agent.cookie).roles.list())
    expect(refused).toMatchObject({ code: 'FORBIDDEN', message: 'You are not allowed to do this.' })
  })

  it('learns it in its own language: the browser’s, unless the person chose one', async () => {
    const refused = failure(clientOf('', 'en-XA').tickets.counts())
    expect(await refused).toMatchObject({ message: expect.stringMatching(/^\[Šíĝñ íñ ţó ðó ţĥíš\./) })
    const agent = await makePerson(tenant, 'agent')
    const its = () => failure(clientOf(agent.cookie, 'en-XA').contacts.create({ name: 'A'.repeat(1000), emails: [] }))
    expect(await its()).toMatchObject({ fields: { name: [expect.stringMatching(/^\[Úšé áţ ɱóšţ \d+ çĥáŕáçţéŕš/)] } })
    const { version } = await clientOf(agent.cookie).account.profile()
    await clientOf(agent.cookie).account.updateProfile({ locale: 'ar-XB', version })
    expect(await its()).toMatchObject({ fields: { name: [expect.stringContaining('\u202eÚšé\u202c')] } })
  })

  it('learns who changed the ticket in between, and how', async () => {
    const { id, version } = await makeTicket(tenant)
    await api.tickets.changePriority({ id, version, priority: 'urgent' })
    expect(await failure(api.tickets.changeStatus({ id, version, status: 'resolved' }))).toMatchObject({
      code: 'CONFLICT',
      message: `${owner.name} changed its priority while you were working on the ticket.`,
    })
  })
})

describe('settings refuse what would confuse', () => {
  it('two departments or roles of one name, a role named as a built-in one, a role without permissions', async () => {
    await api.departments.create({ name: 'Billing' })
    expect(await failure(api.departments.create({ name: 'billing' }))).toMatchObject({ fields: { name: [expect.any(String)] } })
    const permissions = ['ticket.view' as const]
    expect(await failure(api.roles.create({ name: 'Agent', permissions }))).toMatchObject({ fields: { name: [expect.any(String)] } })
    expect(await failure(api.roles.create({ name: 'Empty', permissions: [] }))).toMatchObject({
      fields: { permissions: [expect.any(String)] },
    })
  })

  it('taking your own rights away', async () => {
    const person = await api.people.get({ id: owner.id })
    const refused = await failure(api.people.update({ id: owner.id, version: person.version, role: 'agent' }))
    expect(refused).toMatchObject({ code: 'INVALID', fields: { role: [expect.any(String)] } })
    expect((await api.people.update({ id: owner.id, version: person.version, role: 'owner', name: owner.name })).role).toBe('owner')
  })
})

describe('a grant on a ticket', () => {
  it('takes its number, shows it, and goes with the person', async () => {
    const { number } = await makeTicket(tenant)
    const agent = await makePerson(tenant, 'agent')
    const grant = await api.roles.addGrant({ permission: 'ticket.view', objectType: 'ticket', objectId: number, personId: agent.id })
    expect(grant.objectName).toBe(number)
    expect((await api.roles.grants()).items.map(({ id }) => id)).toContain(grant.id)
    await api.people.delete({ id: agent.id })
    expect((await api.roles.grants()).items.map(({ id }) => id)).not.toContain(grant.id)
    const unknown = api.roles.addGrant({ permission: 'ticket.view', objectType: 'ticket', objectId: 'RPC-99999', personId: owner.id })
    expect(await failure(unknown)).toMatchObject({ fields: { objectId: [expect.any(String)] } })
  })
})

describe('the audit trail', () => {
  it('names who did what to whom', async () => {
    const { id, number } = await makeTicket(tenant)
    await api.tickets.reply({ id, body: 'Hello' })
    const { items } = await api.audit.list({ subjectId: id })
    expect(items.find(({ type }) => type === 'ticket.replied')).toMatchObject({
      actor: { name: owner.name },
      subject: { id, name: number },
    })
  })
})

it('counts a page as one request, whatever it reads while it is rendered', async () => {
  forgetRateLimits()
  const { cookie } = await makePerson(tenant, 'customer')
  const page = () => callerOf('page', new Headers({ host: hostOf(tenant), cookie }), 'GET')
  const one = page()
  for (let n = 0; n < 160; n++) await call(getViewer, undefined, { context: { caller: one } })
  const many = async () => {
    for (let n = 0; n < 600; n++) await call(getViewer, undefined, { context: { caller: page() } })
  }
  await expect(many()).rejects.toMatchObject({ code: 'RATE_LIMITED' })
  forgetRateLimits()
})

describe('reading', () => {
  const request = (method: string, path: string, headers: Record<string, string> = {}) =>
    handleRpc(
      new Request(`http://${hostOf(tenant)}/api/rpc/${path}`, {
        method,
        headers: { host: hostOf(tenant), cookie: owner.cookie, ...headers },
      }),
    )

  it('is all that GET and HEAD do, whatever they ask for', async () => {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const writes = proceduresOf().filter(([, procedure]) => procedure['~orpc'].route.method !== 'GET')
    expect(writes.length).toBeGreaterThan(50)
    for (const [name] of writes)
      for (const method of ['GET', 'HEAD'])
        expect({ name, method, status: (await request(method, name.replaceAll('.', '/'), foreign)).status }).toEqual({
          name,
          method,
          status: 405,
        })
    expect((await api.account.viewer()).person?.id).toBe(owner.id)
  })

  it('by HEAD says what GET would, without a body', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await request(method, 'account/viewer')
      expect(answer.status).toBe(200)
      expect((await answer.text()).length > 0).toBe(method === 'GET')
    }
  })
})
