import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { takeHere } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, send, type TestPerson, testPassword } from '../testing/factories'
import { invitationsOf, invitationsPerHour } from './invitation-limit'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('account')
  owner = await makePerson(tenant, 'owner')
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status
const login = (email: string, password = testPassword) => send(tenant, 'POST', '/auth/login', { email, password })
const typesOf = async (id: string) => (await eventsOf(tenant, id)).map(({ type }) => type)

interface Session {
  id: string
  isCurrent: boolean
}
const sessionsOf = async (who: TestPerson) => (await json<{ items: Session[] }>(who.request('GET', '/users/sessions'))).items

describe('a person', () => {
  const profile = async (who: TestPerson) => json<{ version: number }>(who.request('GET', '/users/profile'))
  const patch = async (who: TestPerson, body: object) =>
    who.request('PATCH', '/users/profile', { ...body, version: (await profile(who)).version })

  it('is named by one name or by a first and a last one, and answers have all three', async () => {
    const given = { email: 'jane@account.test', role: 'agent', firstName: 'Jane Mary', lastName: 'Doe' }
    const made = await json<{ id: string; version: number }>(owner.request('POST', '/users', given))
    expect(made).toMatchObject({ name: 'Jane Mary Doe', firstName: 'Jane Mary', lastName: 'Doe' })
    const change = (version: number, body: object) => owner.request('PUT', `/users/${made.id}`, { version, ...body })
    expect(await json(change(1, { lastName: 'Roe' }))).toMatchObject({ lastName: 'Roe', firstName: 'Jane Mary', name: 'Jane Mary Roe' })
    expect(await json(change(2, { name: 'Cher' }))).toMatchObject({ name: 'Cher', firstName: 'Cher', lastName: '' })
    expect(await status(change(3, { firstName: '', lastName: '' }))).toBe(422)
    expect(await status(owner.request('POST', '/users', { email: 'none@account.test', role: 'agent' }))).toBe(422)
    const agent = await makePerson(tenant, 'agent')
    expect(await json(patch(agent, { firstName: 'Ann', lastName: 'Lee' }))).toMatchObject({ name: 'Ann Lee', firstName: 'Ann' })
    expect(await profile(agent)).toMatchObject({ afterResolve: 'next' })
    expect(await json(patch(agent, { afterResolve: 'list' }))).toMatchObject({ afterResolve: 'list' })
    expect(await status(patch(agent, { afterResolve: 'home' }))).toBe(422)
  })

  it('has a username of their own, by which programs sign in, and an address of a picture', async () => {
    const [one, two] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'customer')]
    const avatarUrl = 'https://example.com/me.png'
    expect(await json(patch(one, { username: 'Amina.K', avatarUrl }))).toMatchObject({ username: 'amina.k', avatarUrl })
    expect(await status(patch(one, { username: 'amina.k' }))).toBe(200)
    expect(await status(patch(two, { username: 'AMINA.K' }))).toBe(422)
    for (const username of ['a', 'me@example.com', 'with space', '-x-', 'x'.repeat(41)])
      expect(await status(patch(two, { username })), username).toBe(422)
    expect(await status(patch(two, { avatarUrl: 'javascript:alert(1)' }))).toBe(422)
    const signIn = (username: string) => status(send(tenant, 'POST', '/auth/jwt/token', { username, password: testPassword }))
    expect(await signIn('amina.k')).toBe(200)
    expect(await signIn('nobody.k')).toBe(401)
    const other = await makeTenant()
    expect(await status(send(other, 'POST', '/auth/jwt/token', { username: 'amina.k', password: testPassword }))).toBe(401)
  })

  it('has a language of their own only while they want one', async () => {
    const agent = await makePerson(tenant, 'agent')
    const languageOf = async () => {
      const answer = await agent.request('GET', '/ticket/0', undefined, { 'accept-language': 'ar-XB' })
      return (await answer.text()).includes('This is not a ticket ID.') ? 'en' : 'ar-XB'
    }
    expect(await json(agent.request('GET', '/users/profile'))).toMatchObject({ locale: null })
    expect(await languageOf()).toBe('ar-XB')
    expect(await json(patch(agent, { locale: 'en-GB' }))).toMatchObject({ locale: 'en-GB' })
    expect(await languageOf()).toBe('en')
    expect(await json(patch(agent, { locale: null }))).toMatchObject({ locale: null })
    expect(await languageOf()).toBe('ar-XB')
  })

  it('who was removed leaves their username to others, and comes back without it', async () => {
    const [gone, next] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    await patch(gone, { username: 'shared' })
    expect(await status(owner.request('DELETE', `/users/${gone.id}`, {}))).toBe(200)
    expect(await status(patch(next, { username: 'shared' }))).toBe(200)
    expect(await json(owner.request('POST', `/users/${gone.id}/restore`))).toMatchObject({ username: null, email: gone.email })
  })
})

describe('your sessions', () => {
  it('are listed, the one you use marked, and each can be ended', async () => {
    const agent = await makePerson(tenant, 'agent')
    const { accessToken } = await json<{ accessToken: string }>(login(agent.email))
    const before = await sessionsOf(agent)
    expect(before.map(({ id, isCurrent }) => [id === agent.sessionId, isCurrent]).sort()).toEqual([
      [false, false],
      [true, true],
    ])
    const other = before.find(({ isCurrent }) => !isCurrent) as Session
    expect(await status(agent.request('DELETE', `/users/sessions/${other.id}`))).toBe(200)
    expect(await status(send(tenant, 'GET', '/users/profile', undefined, { authorization: `Bearer ${accessToken}` }))).toBe(401)
    expect((await sessionsOf(agent)).map(({ id }) => id)).toEqual([agent.sessionId])
    expect((await eventsOf(tenant, agent.id)).at(-1)).toEqual({ type: 'person.session_revoked', payload: { sessionId: other.id } })
  })

  it("are not someone else's to see or end", async () => {
    const agent = await makePerson(tenant, 'agent')
    expect(await status(owner.request('DELETE', `/users/sessions/${agent.sessionId}`))).toBe(404)
    expect(await sessionsOf(agent)).toHaveLength(1)
  })
})

describe('your password', () => {
  it('is changed by who knows it; every other session ends, and it is in the audit trail', async () => {
    const agent = await makePerson(tenant, 'agent')
    const { accessToken } = await json<{ accessToken: string }>(login(agent.email))
    const change = (currentPassword: string, password: string) =>
      status(agent.request('POST', '/users/profile/password', { currentPassword, password }))
    expect(await change('wrong', 'another long password')).toBe(422)
    expect(await change(testPassword, testPassword)).toBe(422)
    expect(await change(testPassword, 'another long password')).toBe(200)
    expect((await sessionsOf(agent)).map(({ id }) => id)).toEqual([agent.sessionId])
    expect(await status(send(tenant, 'GET', '/users/profile', undefined, { authorization: `Bearer ${accessToken}` }))).toBe(401)
    expect((await eventsOf(tenant, agent.id)).at(-1)).toEqual({ type: 'person.password_changed', payload: { how: 'self' } })
    expect(await status(login(agent.email))).toBe(401)
    expect(await status(login(agent.email, 'another long password'))).toBe(200)
  })
})

describe('your API tokens', () => {
  it('are listed without their secret until they are revoked, and are nobody else’s to revoke', async () => {
    const agent = await makePerson(tenant, 'agent')
    const made = await json<{ id: string; token: string }>(
      agent.request('POST', '/users/tokens', { name: 'Script', scopes: ['ticket.view'], expiresInDays: 30 }),
    )
    const list = async () => (await json<{ items: { id: string }[] }>(agent.request('GET', '/users/tokens'))).items
    expect(await list()).toEqual([expect.objectContaining({ id: made.id, name: 'Script', scopes: ['ticket.view'], lastUsedAt: null })])
    expect(JSON.stringify(await list())).not.toContain(made.token)
    expect(await status(owner.request('DELETE', `/users/tokens/${made.id}`))).toBe(404)
    expect(await status(agent.request('DELETE', `/users/tokens/${made.id}`))).toBe(200)
    expect(await list()).toEqual([])
    expect(await eventsOf(tenant, made.id)).toEqual([
      { type: 'api_token.created', payload: { name: 'Script', scopes: ['ticket.view'] } },
      { type: 'api_token.revoked', payload: { name: 'Script' } },
    ])
  })
})

describe('who is looking', () => {
  it('is told with the look of the workspace, also to nobody in particular', async () => {
    const stranger = await json<object>(send(tenant, 'GET', '/public/viewer'))
    expect(stranger).toMatchObject({ desk: { id: tenant.ref.id, name: 'Desk account', timeZone: 'UTC' }, person: null })
    const { desk, person } = await json<{ desk: object; person: object }>(owner.request('GET', '/public/viewer'))
    expect(desk).toEqual((stranger as { desk: object }).desk)
    expect(person).toMatchObject({ id: owner.id, role: 'owner', departmentCount: 1, onlyTicketId: null, sharesRequests: false })
    // What an actor is made of is not all for the page.
    expect(Object.keys(person).sort()).toEqual(
      ['departmentCount', 'email', 'id', 'locale', 'name', 'onlyTicketId', 'permissions', 'role', 'sharesRequests', 'timeZone'].sort(),
    )
  })
})

describe('people', () => {
  it('are listed newest first, by kind, role and words, page after page', async () => {
    const ids: string[] = []
    for (const role of ['customer', 'agent', 'moderator'] as const) {
      const { id } = await makePerson(tenant, role, { email: `listed-${role}@people.test` })
      ids.unshift(id)
    }
    const list = async (query: string) =>
      (await json<{ items: { id: string }[]; nextCursor: string | null }>(owner.request('GET', `/users?q=listed-&${query}`))) ?? {}
    const idsOf = async (query: string) => (await list(query)).items.map(({ id }) => id)
    expect(await idsOf('')).toEqual(ids)
    expect(await idsOf('kind=staff')).toEqual(ids.slice(0, 2))
    expect(await idsOf('kind=customers')).toEqual(ids.slice(2))
    expect(await idsOf('role=agent')).toEqual([ids[1]])
    const first = await list('limit=2')
    expect(first.items).toHaveLength(2)
    expect(await idsOf(`limit=2&cursor=${first.nextCursor}`)).toEqual(ids.slice(2))
  })

  it('are found by plain letters and with accents, as everything is', async () => {
    const names = ['Łukasz Żółć', 'Müller 100%', 'Mueller'] as const
    const [lukasz, muller, mueller] = await Promise.all(
      names.map((name, n) => json<{ id: string }>(owner.request('POST', '/users', { name, email: `fold${n}@people.test`, role: 'agent' }))),
    )
    const found = async (q: string) =>
      (await json<{ items: { id: string }[] }>(owner.request('GET', `/users?q=${encodeURIComponent(q)}`))).items.map(({ id }) => id)
    expect(await found('lukasz zolc')).toEqual([lukasz?.id])
    expect(await found('MULLER')).toEqual([muller?.id])
    expect(await found('Müeller')).toEqual([mueller?.id])
    expect(await found('100%')).toEqual([muller?.id])
    expect(await found('%')).toEqual([muller?.id])
  })

  it('are invited several at once, and of each is said how it went', async () => {
    const people = [
      { email: 'first.one@account.test' },
      { email: 'second@account.test', name: 'Second' },
      { email: owner.email },
      { email: 'First.One@account.test', name: 'Again' },
    ]
    const asked = (body: object) => owner.request('POST', '/users/invitations', { people, role: 'agent', ...body })
    const { items: departments } = await json<{ items: { id: string }[] }>(owner.request('GET', '/department'))
    const departmentIds = departments.map(({ id }) => id)
    expect((await json<{ items: object[] }>(asked({ departmentIds }))).items).toEqual([
      { email: 'first.one@account.test', name: 'First One', result: 'invited' },
      { email: 'second@account.test', name: 'Second', result: 'invited' },
      { email: owner.email, name: expect.any(String), result: 'taken' },
    ])
    const { items } = await json<{ items: { id: string; status: string; departments: { id: string }[] }[] }>(
      owner.request('GET', '/users?q=first.one'),
    )
    expect(items.map((each) => [each.status, each.departments.length])).toEqual([['invited', departmentIds.length]])
    expect(await typesOf(items[0]?.id ?? '')).toEqual(expect.arrayContaining(['person.invited', 'person.link_requested']))
    const admin = await makePerson(tenant, 'admin')
    expect(await status(admin.request('POST', '/users/invitations', { people, role: 'owner' }))).toBe(403)
    expect(await status(asked({ departmentIds: [newId()] }))).toBe(404)
  })

  it('are not invited, one by one or together, once the workspace has sent too many invitations in an hour', async () => {
    const busy = await makeTenant('many-invitations')
    const admin = await makePerson(busy, 'admin')
    const several = (count: number, of: string) => {
      const people = Array.from({ length: count }, (_, n) => ({ email: `${of}${n}@account.test` }))
      return status(admin.request('POST', '/users/invitations', { people, role: 'agent' }))
    }
    for (let n = 3; n < invitationsPerHour; n++) takeHere(invitationsOf(busy.ref.id), invitationsPerHour, Date.now(), 3_600_000)
    expect(await several(2, 'few')).toBe(200)
    expect(await several(3, 'queued')).toBe(429)
    expect(await status(admin.request('POST', '/users', { name: 'One', email: 'one@account.test', role: 'agent' }))).toBe(429)
    const { items } = await json<{ items: object[] }>(admin.request('GET', '/users?q=queued'))
    expect(items).toEqual([])
    expect(await several(1, 'elsewhere')).toBe(429)
    expect(await status(owner.request('POST', '/users', { name: 'One', email: 'one@account.test', role: 'agent' }))).toBe(201)
  })

  it('are sent their invitation again until they have joined', async () => {
    const { id } = await json<{ id: string }>(owner.request('POST', '/users', { name: 'Late', email: 'late@people.test', role: 'agent' }))
    expect(await status(owner.request('POST', `/users/${id}/invitation`))).toBe(200)
    expect((await typesOf(id)).filter((type) => type === 'person.link_requested')).toHaveLength(2)
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id }, data: { status: 'active' } }))
    expect(await status(owner.request('POST', `/users/${id}/invitation`))).toBe(422)
    expect(await status(owner.request('POST', `/users/${newId()}/invitation`))).toBe(404)
  })
})
