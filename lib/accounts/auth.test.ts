import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { sealSession, sessionCookieName } from '../actor/cookies'
import { drainBackground } from '../core/background'
import { withTenant } from '../db/scope'
import { readDevMailbox } from '../mail/dev-mailbox'
import { callerOf } from '../procedure/caller'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makeContact, makePerson, makeTenant, makeTicket, send, testPassword } from '../testing/factories'
import { handleRest } from '../wiring/rest'
import { startBrowserSession } from './auth'

openTestDatabase()

let tenant: ResolvedTenant
beforeAll(async () => {
  tenant = await makeTenant('auth')
})

interface Pair {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

async function login(email: string, password = testPassword) {
  const response = await send(tenant, 'POST', '/auth/login', { email, password })
  return { status: response.status, ...((await response.json()) as Pair & { code?: string }) }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const profile = (token: string) => send(tenant, 'GET', '/users/profile', undefined, bearer(token))

/** The secret of the newest link in the workspace's mail to an address. */
async function linkTo(email: string): Promise<string> {
  await drainBackground()
  const mails = await readDevMailbox(tenant.ref.slug)
  const mail = mails.find(({ to, text }) => to.includes(email) && text.includes('#'))
  return /#(\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
}

describe('signing in for the API', () => {
  it('gives a pair of tokens that work on this workspace', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const pair = await login(email)
    expect(pair).toMatchObject({ status: 200, expiresIn: 900 })
    expect(await (await profile(pair.accessToken)).json()).toMatchObject({ email, role: 'agent' })
  })

  it('gives a pair by the names and at the addresses of Simple JWT, under the same limits', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const host = hostOf(tenant)
    const post = (path: string, body: object) => {
      const headers = { host, 'content-type': 'application/json' }
      return handleRest(new Request(`http://${host}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
    }
    const made = await post('/api/auth/jwt/token/', { email, password: testPassword })
    const pair = (await made.json()) as { access: string; refresh: string }
    expect(Object.keys(pair).sort()).toEqual(['access', 'refresh'])
    expect((await profile(pair.access)).status).toBe(200)
    const next = await post('/api/auth/jwt/refresh/', { refresh: pair.refresh })
    expect((await profile(((await next.json()) as { access: string }).access)).status).toBe(200)
    expect((await post('/api/auth/jwt/refresh', { refresh: pair.refresh })).status).toBe(401)
    expect((await post('/api/v1/auth/jwt/token', { username: email, password: 'wrong' })).status).toBe(401)
    forgetRateLimits()
    const { email: other } = await makePerson(tenant, 'agent')
    for (let n = 0; n < 5; n++) await send(tenant, 'POST', '/auth/login', { email: other, password: testPassword })
    const limited = []
    for (let n = 0; n < 6; n++) limited.push((await post('/api/auth/jwt/token', { email, password: testPassword })).status)
    expect(limited).toEqual([200, 200, 200, 200, 200, 429])
    forgetRateLimits()
  })

  it('says the same for a wrong password, an unknown address and a suspended account', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const suspended = await makePerson(tenant, 'agent')
    await withTenant(tenant.ref, (tx) => tx.person.updateMany({ where: { id: suspended.id }, data: { status: 'suspended' } }))
    const answers = [await login(email, 'wrong'), await login('nobody@auth.test'), await login(suspended.email)]
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  it('takes 10 tries a minute on an account and from an address, and says when to come back', async () => {
    forgetRateLimits()
    const { email } = await makePerson(tenant, 'agent')
    for (let n = 0; n < 10; n++) await login(email)
    const limited = await send(tenant, 'POST', '/auth/login', { email, password: testPassword })
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    forgetRateLimits()
  })
})

describe('tokens', () => {
  it('are refused when tampered with, expired, or of another kind', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const { accessToken, refreshToken } = await login(email)
    const [head, body, signature] = accessToken.split('.')
    const claims = JSON.parse(Buffer.from(body as string, 'base64url').toString())
    const raised = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9999 })).toString('base64url')
    for (const token of [`${head}.${raised}.${signature}`, `${accessToken}x`, refreshToken, 'x.y.z', 'baraza_nothing'])
      expect((await profile(token)).status, token).toBe(401)
    expect((await send(tenant, 'GET', '/users/profile', undefined, { authorization: 'Basic eDp5' })).status).toBe(401)
  })

  it('end with the session, at once', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const { accessToken } = await login(email)
    expect((await send(tenant, 'POST', '/auth/logout', {}, bearer(accessToken))).status).toBe(200)
    expect((await profile(accessToken)).status).toBe(401)
  })

  it('rotate; using an old refresh token ends the whole family and is recorded', async () => {
    const { id, email } = await makePerson(tenant, 'agent')
    const first = await login(email)
    const second = (await (await send(tenant, 'POST', '/auth/refresh', { refreshToken: first.refreshToken })).json()) as Pair
    expect((await profile(second.accessToken)).status).toBe(200)
    expect((await send(tenant, 'POST', '/auth/refresh', { refreshToken: first.refreshToken })).status).toBe(401)
    expect((await profile(second.accessToken)).status).toBe(401)
    expect((await send(tenant, 'POST', '/auth/refresh', { refreshToken: second.refreshToken })).status).toBe(401)
    const reused = await withTenant(tenant.ref, (tx) => tx.event.count({ where: { subjectId: id, type: 'person.refresh_token_reused' } }))
    expect(reused).toBe(1)
  })

  it('made by a person may do what the person may and the scopes allow, no more', async () => {
    const agent = await makePerson(tenant, 'agent')
    expect((await agent.request('POST', '/users/tokens', { name: 'x', scopes: ['person.manage'] })).status).toBe(422)
    const made = (await (await agent.request('POST', '/users/tokens', { name: 'x', scopes: ['ticket.view'] })).json()) as {
      token: string
      id: string
    }
    const { id } = await makeTicket(tenant)
    expect((await send(tenant, 'GET', `/ticket/${id}`, undefined, bearer(made.token))).status).toBe(200)
    expect((await send(tenant, 'POST', `/ticket/${id}/comments`, { body: 'x' }, bearer(made.token))).status).toBe(403)
    expect((await send(tenant, 'POST', '/users/tokens', { name: 'y', scopes: ['ticket.view'] }, bearer(made.token))).status).toBe(403)
    await agent.request('DELETE', `/users/tokens/${made.id}`)
    expect((await send(tenant, 'GET', `/ticket/${id}`, undefined, bearer(made.token))).status).toBe(401)
    const stored = await withTenant(tenant.ref, (tx) => tx.apiToken.findMany())
    expect(JSON.stringify(stored)).not.toContain(made.token)
  })
})

describe('links by mail', () => {
  const caller = () => callerOf('page', new Headers({ host: hostOf(tenant) }), 'POST')
  const enter = (magicToken: string) => call(startBrowserSession, { magicToken }, { context: { caller: caller() } })

  it('let a contact who only wrote mail claim the account and see what they wrote', async () => {
    const email = 'writer@example.com'
    await makeTicket(tenant, { email, title: 'By mail' })
    await send(tenant, 'POST', '/auth/magic-link', { email })
    const secret = await linkTo(email)
    const { personId } = await enter(secret)
    await expect(enter(secret)).rejects.toThrow('already used')
    const linked = await inWork(tenant, ({ tx }) => tx.contact.findFirst({ where: { personId }, include: { tickets: true } }))
    expect(linked?.tickets.map(({ title }) => title)).toEqual(['By mail'])
  })

  it('reveal nothing about who has an account', async () => {
    const answer = await send(tenant, 'POST', '/auth/magic-link', { email: 'stranger@example.com' })
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
    await drainBackground()
    expect((await readDevMailbox('auth')).some(({ to }) => to.includes('stranger@'))).toBe(false)
  })

  it.each(['password', 'invitation'] as const)('that prove the mailbox by %s show what was written from it', async (how) => {
    const owner = await makePerson(tenant, 'owner')
    const email = `${how}-writer@example.com`
    await makeTicket(tenant, { email, title: 'Earlier' })
    const password = 'a long password'
    if (how === 'invitation') {
      await owner.request('POST', '/users', { email, name: 'Writer', role: 'customer' })
      await send(tenant, 'POST', '/auth/invitation', { token: await linkTo(email), name: 'Writer', password })
    } else {
      await send(tenant, 'POST', '/auth/register', { email, name: 'Writer' })
      await send(tenant, 'POST', '/auth/password-reset', { email })
      await send(tenant, 'POST', '/auth/password-reset-confirm', { token: await linkTo(email), password })
    }
    const { accessToken } = await login(email, password)
    const { items } = (await (await send(tenant, 'GET', '/ticket', undefined, bearer(accessToken))).json()) as {
      items: { title: string }[]
    }
    expect(items.map(({ title }) => title)).toEqual(['Earlier'])
  })

  it('show what was written to whoever holds the address now, after someone else was removed', async () => {
    const owner = await makePerson(tenant, 'owner')
    const email = 'handed-on@example.com'
    await makeTicket(tenant, { email, title: 'Handed on' })
    for (const name of ['First', 'Second']) {
      await send(tenant, 'POST', '/auth/magic-link', { email })
      const { personId } = await enter(await linkTo(email))
      const linked = await inWork(tenant, ({ tx }) => tx.contact.findFirst({ where: { personId } }))
      expect(linked, name).not.toBeNull()
      await owner.request('DELETE', `/users/${personId}`)
    }
  })

  it('are the only way to a first password', async () => {
    const email = 'passwordless@example.com'
    await send(tenant, 'POST', '/auth/register', { email, name: 'Free' })
    const { personId, sessionId } = await enter(await linkTo(email))
    const cookie = `${sessionCookieName('auth', false)}=${await sealSession({ sid: sessionId, tid: tenant.ref.id })}`
    const change = { currentPassword: '', password: 'a brand new password' }
    expect((await send(tenant, 'POST', '/users/profile/password', change, { cookie })).status).toBe(422)
    const person = await inWork(tenant, ({ tx }) => tx.person.findFirst({ where: { id: personId } }))
    expect(person?.passwordHash).toBeNull()
  })

  it('set a new password once and end all sessions', async () => {
    const person = await makePerson(tenant, 'agent')
    await send(tenant, 'POST', '/auth/password-reset', { email: person.email })
    const token = await linkTo(person.email)
    expect((await send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'short' })).status).toBe(422)
    expect((await send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'a new long password' })).status).toBe(200)
    expect((await send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'another long password' })).status).toBe(422)
    expect((await person.request('GET', '/users/profile')).status).toBe(401)
    expect((await login(person.email, 'a new long password')).status).toBe(200)
  })

  it('do not work for another purpose, nor after an hour', async () => {
    const { id, email } = await makePerson(tenant, 'customer')
    await send(tenant, 'POST', '/auth/password-reset', { email })
    const token = await linkTo(email)
    await expect(enter(token)).rejects.toThrow('expired')
    await withTenant(tenant.ref, (tx) =>
      tx.oneTimeToken.updateMany({ where: { personId: id }, data: { expiresAt: new Date(Date.now() - 1) } }),
    )
    expect((await send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'a new long password' })).status).toBe(422)
  })

  it('bring an invited person in', async () => {
    const admin = await makePerson(tenant, 'admin')
    const invited = await admin.request('POST', '/users', { email: 'new@auth.test', name: 'New', role: 'agent' })
    expect(invited.status).toBe(201)
    expect((await login('new@auth.test')).status).toBe(401)
    const token = await linkTo('new@auth.test')
    expect((await send(tenant, 'POST', '/auth/invitation', { token, name: 'Newcomer', password: 'a long password' })).status).toBe(200)
    expect((await login('new@auth.test', 'a long password')).status).toBe(200)
  })
})

describe('signing up', () => {
  it('makes a customer who gets in by mail, unless the workspace takes none', async () => {
    const email = 'fresh@example.com'
    expect((await send(tenant, 'POST', '/auth/register', { email, name: 'Fresh' })).status).toBe(200)
    expect(await linkTo(email)).not.toBe('')
    await withTenant(tenant.ref, (tx) => tx.workspace.updateMany({ data: { allowSignUp: false } }))
    expect((await send(tenant, 'POST', '/auth/register', { email: 'late@example.com', name: 'Late' })).status).toBe(403)
    await withTenant(tenant.ref, (tx) => tx.workspace.updateMany({ data: { allowSignUp: true } }))
  })

  it('does not hand out what someone else wrote before the mailbox is proven', async () => {
    const email = 'victim@example.com'
    await makeContact(tenant, email)
    await send(tenant, 'POST', '/auth/register', { email, name: 'Somebody else' })
    const contact = await inWork(tenant, ({ tx }) => tx.contact.findFirst({ where: { addresses: { some: { email } } } }))
    expect(contact?.personId).toBeNull()
  })
})

describe('roles', () => {
  it('keep people from raising themselves or touching who is above them', async () => {
    const owner = await makePerson(tenant, 'owner')
    const admin = await makePerson(tenant, 'admin')
    const put = (who: typeof admin, id: string, change: object) => who.request('PUT', `/users/${id}`, { version: 1, ...change })
    expect((await put(admin, admin.id, { role: 'owner' })).status).toBe(403)
    expect((await put(admin, owner.id, { role: 'agent' })).status).toBe(403)
    expect((await admin.request('DELETE', `/users/${owner.id}`)).status).toBe(403)
    expect((await put(owner, owner.id, { role: 'agent' })).status).toBe(422)
    expect((await owner.request('DELETE', `/users/${owner.id}`)).status).toBe(422)
  })

  it('of a tenant replace what the built-in one allows', async () => {
    const owner = await makePerson(tenant, 'owner')
    const role = (await (
      await owner.request('POST', '/roles', { name: 'Auditor', permissions: ['audit.view', 'person.view'] })
    ).json()) as { id: string }
    const auditor = await makePerson(tenant, 'agent', { customRoleId: role.id })
    expect((await auditor.request('GET', '/audit')).status).toBe(200)
    expect((await auditor.request('GET', '/ticket')).status).toBe(403)
    expect((await owner.request('DELETE', `/roles/${role.id}`)).status).toBe(422)
  })

  it('cannot be used to hand out more than one has', async () => {
    const owner = await makePerson(tenant, 'owner')
    const role = (await (
      await owner.request('POST', '/roles', { name: 'HR', permissions: ['person.view', 'person.manage', 'role.manage'] })
    ).json()) as { id: string }
    const hr = await makePerson(tenant, 'agent', { customRoleId: role.id })
    expect((await hr.request('POST', '/users', { email: 'boss@auth.test', name: 'Boss', role: 'admin' })).status).toBe(403)
    expect((await hr.request('POST', '/roles', { name: 'More', permissions: ['domain.manage'] })).status).toBe(422)
  })

  it('cannot be used to touch who may do more, nor to shed a role that says less', async () => {
    const owner = await makePerson(tenant, 'owner')
    const few = ['person.view', 'person.manage', 'role.manage'] as const
    const roleOf = async (name: string, permissions: readonly string[]) =>
      ((await (await owner.request('POST', '/roles', { name, permissions })).json()) as { id: string }).id
    const clerk = await makePerson(tenant, 'admin', { customRoleId: await roleOf('Clerk', few) })
    const admin = await makePerson(tenant, 'admin')
    const agent = await makePerson(tenant, 'agent')
    const peer = await makePerson(tenant, 'agent', { customRoleId: await roleOf('Peer', ['person.view']) })
    const powerful = await roleOf('Powerful', ['audit.view', 'person.view'])
    const put = async (id: string, change: object) => (await clerk.request('PUT', `/users/${id}`, { version: 1, ...change })).status
    expect(await put(clerk.id, { customRoleId: null })).toBe(403)
    expect(await put(clerk.id, { name: 'Still a clerk' })).toBe(200)
    expect(await put(admin.id, { status: 'suspended' })).toBe(403)
    expect(await put(agent.id, { status: 'suspended' })).toBe(403)
    expect((await clerk.request('DELETE', `/users/${agent.id}`)).status).toBe(403)
    expect(await put(peer.id, { customRoleId: null })).toBe(403)
    expect(await put(peer.id, { customRoleId: powerful })).toBe(403)
    expect(await put(peer.id, { role: 'admin' })).toBe(200)
    const strip = { version: 1, name: 'Powerful', permissions: ['person.view'] }
    expect((await clerk.request('PUT', `/roles/${powerful}`, strip)).status).toBe(422)
    expect((await clerk.request('DELETE', `/roles/${powerful}`)).status).toBe(422)
    const seen = (await (await clerk.request('GET', `/users/${agent.id}`)).json()) as { abilities: unknown }
    expect(seen.abilities).toEqual({ update: false, delete: false })
  })

  it('do not let someone put themselves, or others, where they are not', async () => {
    const owner = await makePerson(tenant, 'owner')
    const permissions = ['ticket.view', 'ticket.reply', 'person.view', 'person.manage']
    const role = (await (await owner.request('POST', '/roles', { name: 'Lead', permissions })).json()) as { id: string }
    const lead = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ orderBy: { isDefault: 'desc' } }))
    const [mine, other] = departments.map(({ id }) => id) as [string, string]
    const put = async (id: string, change: object, version = 1) =>
      (await lead.request('PUT', `/users/${id}`, { version, ...change })).status
    expect(await put(lead.id, { departmentIds: [mine, other] })).toBe(422)
    const narrow = (await (await owner.request('POST', '/roles', { name: 'Narrow lead', permissions: ['person.view'] })).json()) as {
      id: string
    }
    const invite = (change: object) =>
      lead.request('POST', '/users', { email: `i${Math.random()}@auth.test`, name: 'I', role: 'agent', customRoleId: narrow.id, ...change })
    expect((await invite({ departmentIds: [other] })).status).toBe(403)
    expect((await invite({ departmentIds: [mine] })).status).toBe(201)
    const grant = { permission: 'department.manage', objectType: 'department', objectId: other, roleId: narrow.id }
    expect((await owner.request('POST', '/grants', grant)).status).toBe(201)
    expect((await invite({ departmentIds: [mine] })).status).toBe(403)
    expect((await owner.request('PUT', `/users/${lead.id}`, { version: 1, departmentIds: [mine, other] })).status).toBe(200)
  })

  it('hold for a token within its scopes', async () => {
    const owner = await makePerson(tenant, 'owner')
    const { token } = (await (
      await owner.request('POST', '/users/tokens', { name: 'x', scopes: ['person.manage', 'person.view'] })
    ).json()) as {
      token: string
    }
    const as = (method: string, path: string, body?: unknown) => send(tenant, method, path, body, bearer(token))
    expect((await as('POST', '/users', { email: 'mine@auth.test', name: 'Mine', role: 'owner' })).status).toBe(403)
    expect((await as('PATCH', '/users/profile', { name: 'Taken', version: 1 })).status).toBe(403)
    expect((await as('POST', '/users/profile/password', { currentPassword: testPassword, password: 'another long one' })).status).toBe(403)
    expect((await as('POST', '/users/sessions/revoke-all')).status).toBe(403)
    expect((await as('GET', '/users/sessions')).status).toBe(403)
    expect((await as('GET', '/users/profile')).status).toBe(200)
  })

  it('on one department are for that department', async () => {
    const owner = await makePerson(tenant, 'owner')
    const agent = await makePerson(tenant, 'agent')
    const make = async (name: string) =>
      (await (await owner.request('POST', '/department', { name })).json()) as { id: string; version: number }
    const [mine, other] = [await make('Mine'), await make('Other')]
    const grant = { permission: 'department.manage', objectType: 'department', objectId: mine.id, personId: agent.id }
    expect((await owner.request('POST', '/grants', grant)).status).toBe(201)
    const put = async (id: string, more = {}) =>
      (await agent.request('PUT', `/department/${id}`, { version: 1, name: `Changed ${id}`, memberIds: [agent.id], ...more })).status
    expect(await put(other.id)).toBe(403)
    expect(await put(mine.id, { isDefault: true })).toBe(403)
    expect(await put(mine.id)).toBe(200)
    expect((await agent.request('POST', '/department', { name: 'New' })).status).toBe(403)
    expect((await agent.request('DELETE', `/department/${other.id}`)).status).toBe(403)
    const { items } = (await (await agent.request('GET', '/department')).json()) as { items: { id: string; abilities: unknown }[] }
    expect(items.filter(({ id }) => id === mine.id || id === other.id).map(({ id, abilities }) => [id === mine.id, abilities])).toEqual(
      expect.arrayContaining([
        [true, { update: true, makeDefault: false, delete: true }],
        [false, { update: false, makeDefault: false, delete: false }],
      ]),
    )
    expect((await agent.request('DELETE', `/department/${mine.id}`)).status).toBe(200)
  })

  it('suspend a person at once', async () => {
    const owner = await makePerson(tenant, 'owner')
    const agent = await makePerson(tenant, 'agent')
    expect((await owner.request('PUT', `/users/${agent.id}`, { version: 1, status: 'suspended' })).status).toBe(200)
    expect((await agent.request('GET', '/ticket')).status).toBe(401)
  })
})

describe('cookies', () => {
  it('change nothing when another site sends them', async () => {
    const agent = await makePerson(tenant, 'agent')
    const { id } = await makeTicket(tenant)
    const post = (headers: Record<string, string>) => agent.request('POST', `/ticket/${id}/comments`, { body: 'x' }, headers)
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ origin: 'null' })).status).toBe(403)
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await post({ 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect((await post({ origin: `http://${hostOf(tenant)}` })).status).toBe(201)
  })
})

describe('a link from a mail', () => {
  const check = async (token: string, purpose: string) =>
    (await (await send(tenant, 'POST', '/auth/link', { token, purpose })).json()) as { person: { email: string } | null }

  it('says whether it still works, and is not used up by that', async () => {
    const { email } = await makePerson(tenant, 'customer')
    await send(tenant, 'POST', '/auth/password-reset', { email })
    const token = await linkTo(email)
    expect(await check(token, 'password_reset')).toMatchObject({ person: { email } })
    expect(await check(token, 'invitation')).toEqual({ person: null })
    expect((await send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'another long one' })).status).toBe(200)
    expect(await check(token, 'password_reset')).toEqual({ person: null })
  })

  it.each([
    ['/requests/1', '/requests/1'],
    ['https://evil.example', '/requests'],
    ['//evil.example', '/requests'],
  ])('that was asked for on the way to %s leads to %s', async (next, expected) => {
    const { email } = await makePerson(tenant, 'customer')
    await send(tenant, 'POST', '/auth/magic-link', { email, next })
    await drainBackground()
    const mail = (await readDevMailbox(tenant.ref.slug)).find(({ to }) => to.includes(email))
    expect(mail?.text).toContain(`/magic-link?next=${encodeURIComponent(expected)}#`)
  })
})
