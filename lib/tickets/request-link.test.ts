import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { sealSession, sessionCookieName } from '../identity/cookies'
import { readDevMailbox } from '../mail/dev-mailbox'
import { doorOf } from '../procedure/door'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../testing/factories'
import { openRequest, requestLink } from './request-link'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson

beforeAll(async () => {
  tenant = await makeTenant('linked')
  agent = await makePerson(tenant, 'moderator')
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
const doorAt = (desk: ResolvedTenant) => doorOf('page', new Headers({ host: hostOf(desk) }), 'POST')
const open = (key: string, desk = tenant) => call(openRequest, { key }, { context: { door: doorAt(desk) } })
const keyIn = (text: string) => /\/request#([\w.-]+)/.exec(text)?.[1] as string

/** The key in the newest mail to somebody. */
async function keyMailed(email: string): Promise<string> {
  await drainBackground()
  const mail = (await readDevMailbox('linked')).find(({ to }) => to === email)
  return keyIn(mail?.text ?? '')
}

/** What a browser does that came by the link. */
async function guest(key: string) {
  const { sessionId, personId } = await open(key)
  const cookie = `${sessionCookieName('linked', false)}=${await sealSession({ sid: sessionId, tid: tenant.ref.id })}`
  const request = (method: string, path: string, body?: unknown) => send(tenant, method, path, body, { cookie })
  return { personId, request }
}

describe('the link in a mail', () => {
  it('opens that request to its requester without an account, to read, answer and close it', async () => {
    const email = 'ada@example.com'
    const answer = await send(tenant, 'POST', '/public/tickets', { name: 'Ada', email, title: 'Lamp', description: 'Dark' })
    const { id } = await json<{ id: string }>(answer)
    const { request, personId } = await guest(await keyMailed(email))
    expect(await json<TicketOutput>(request('GET', `/ticket/${id}`))).toMatchObject({
      title: 'Lamp',
      abilities: { reply: true, note: false },
    })
    expect((await request('POST', `/ticket/${id}/comments`, { body: 'Still dark' })).status).toBe(201)
    const { items } = await json<{ items: { bodyText: string; author: { name: string } }[] }>(
      agent.request('GET', `/ticket/${id}/comments`),
    )
    expect(items.at(-1)).toMatchObject({ bodyText: 'Still dark', author: { name: 'Ada' } })
    const { version } = await json<TicketOutput>(request('GET', `/ticket/${id}`))
    expect((await request('POST', `/ticket/${id}/close`, { version })).status).toBe(200)
    // The same account, were they to come again or to sign in by mail.
    expect((await guest(await keyMailed(email))).personId).toBe(personId)
  })

  it('opens nothing else, whatever is asked', async () => {
    const email = 'two@example.com'
    const one = await makeTicket(tenant, { email })
    const two = await makeTicket(tenant, { email })
    const { request } = await guest(keyIn(await linkOf(one.id)))
    expect((await request('GET', `/ticket/${two.id}`)).status).toBe(404)
    expect((await request('POST', `/ticket/${two.id}/comments`, { body: 'x' })).status).toBe(404)
    const { items } = await json<{ items: { id: string }[] }>(request('GET', '/ticket'))
    expect(items.map(({ id }) => id)).toEqual([one.id])
    expect((await json<{ items: { id: string }[] }>(request('GET', '/ticket/mine'))).items.map(({ id }) => id)).toEqual([one.id])
    expect((await json<{ items: unknown[] }>(request('GET', '/ticket?q=work'))).items.length).toBeLessThanOrEqual(1)
    for (const [method, path, body] of [
      ['POST', '/ticket', { title: 'x', description: 'x' }],
      ['GET', '/users/me', undefined],
      ['GET', '/users/sessions', undefined],
      ['POST', '/users/change-password', { current: 'x', next: 'a long password' }],
      ['GET', '/notifications', undefined],
      ['POST', '/users/tokens', { name: 'x', scopes: ['ticket.view'] }],
    ] as const)
      expect([path, (await request(method, path, body)).status]).toEqual([
        path,
        expect.toSatisfy((status) => status === 403 || status === 404),
      ])
    expect((await request('POST', '/auth/logout')).status).toBe(200)
    expect((await request('GET', `/ticket/${one.id}`)).status).toBe(401)
  })

  it('shows nothing of colleagues, although the organisation shares', async () => {
    const organisation = await json<{ id: string }>(
      agent.request('POST', '/organisations', { name: 'Shared', domains: ['shared.example'], sharesTickets: true }),
    )
    expect(organisation.id).toBeTruthy()
    const mine = await makeTicket(tenant, { email: 'me@shared.example' })
    const theirs = await makeTicket(tenant, { email: 'colleague@shared.example' })
    const { request } = await guest(keyIn(await linkOf(mine.id)))
    expect((await request('GET', `/ticket/${mine.id}`)).status).toBe(200)
    expect((await request('GET', `/ticket/${theirs.id}`)).status).toBe(404)
  })

  it('is worth nothing when it is changed, too old, of another desk, or the request has another requester', async () => {
    const { id } = await makeTicket(tenant, { email: 'key@example.com' })
    const key = keyIn(await linkOf(id))
    const other = await makeTicket(tenant, { email: 'other@example.com' })
    const [, day = '', signature = ''] = key.split('.')
    const later = (Number.parseInt(day, 36) + 1).toString(36)
    for (const bad of [
      '',
      'x',
      `${other.id.replaceAll('-', '')}.${day}.${signature}`,
      key.replace(`.${day}.`, `.${later}.`),
      `${key}x`,
      key.slice(0, -1),
    ])
      await expect(open(bad), bad).rejects.toMatchObject({ code: 'INVALID' })
    await expect(open(key, await makeTenant())).rejects.toMatchObject({ code: 'INVALID' })
    const old = keyIn(await linkOf(id, new Date(Date.now() - 62 * 86_400_000)))
    await expect(open(old)).rejects.toMatchObject({ code: 'INVALID' })
    const { request } = await guest(key)
    await inWork(tenant, async ({ tx }) => {
      const { requesterId } = await tx.ticket.findFirstOrThrow({ where: { id: other.id } })
      await tx.ticket.updateMany({ where: { id }, data: { requesterId } })
    })
    await expect(open(key)).rejects.toMatchObject({ code: 'INVALID' })
    expect((await request('GET', `/ticket/${id}`)).status).toBe(404)
  })

  it('is no way in for the team, nor for who was shut out', async () => {
    const { id } = await makeTicket(tenant, { email: agent.email })
    await expect(open(keyIn(await linkOf(id)))).rejects.toMatchObject({ code: 'INVALID' })
    const customer = await makePerson(tenant, 'customer')
    const theirs = await makeTicket(tenant, { email: customer.email })
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: customer.id }, data: { status: 'suspended' } }))
    await expect(open(keyIn(await linkOf(theirs.id)))).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('leads to the request that theirs was merged into', async () => {
    const email = 'twice@example.com'
    const from = await makeTicket(tenant, { email })
    const into = await makeTicket(tenant, { email })
    const key = keyIn(await linkOf(from.id))
    expect((await agent.request('POST', `/ticket/${from.id}/merge`, { into: into.number })).status).toBe(200)
    const { request } = await guest(key)
    expect((await request('GET', `/ticket/${into.id}`)).status).toBe(200)
  })

  it('goes on with the new request when the old one was closed too long ago', async () => {
    const { id } = await makeTicket(tenant, { email: 'late@example.com' })
    const past = new Date(Date.now() - 30 * 86_400_000)
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data: { status: 'closed', closedAt: past } }))
    const { request } = await guest(keyIn(await linkOf(id)))
    const answer = await json<{ ticket: TicketOutput }>(request('POST', `/ticket/${id}/comments`, { body: 'Again' }))
    expect(answer.ticket.id).not.toBe(id)
    expect((await request('GET', `/ticket/${answer.ticket.id}`)).status).toBe(200)
    expect((await request('GET', `/ticket/${id}`)).status).toBe(404)
  })
})

const linkOf = (id: string, now = new Date()) =>
  inWork(tenant, async ({ tx }) => requestLink({ tenant, now }, await tx.ticket.findFirstOrThrow({ where: { id } })))
