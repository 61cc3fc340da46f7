import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { sealSession, sessionCookieName } from '../../actor/cookies'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { replyAddress } from '../../mail/addresses'
import { readDevMailbox } from '../../mail/dev-mailbox'
import { callerOf } from '../../procedure/caller'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../../testing/factories'
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
const callerAt = (desk: ResolvedTenant) => callerOf('page', new Headers({ host: hostOf(desk) }), 'POST')
const open = (key: string, desk = tenant) => call(openRequest, { key }, { context: { caller: callerAt(desk) } })
const keyIn = (text: string) => /\/request#([\w.-]+)/.exec(text)?.[1] as string

/** The key in the newest mail to someone. */
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
  it('still opens what somebody asked whose request went into that of somebody else, and shows nothing of that', async () => {
    const [from, into] = [await makeTicket(tenant, { email: 'one@example.com' }), await makeTicket(tenant, { email: 'two@example.com' })]
    const key = (id: string, email: string) => inWork(tenant, async (work) => keyIn(requestLink(work, id, email)))
    const keys = [await key(from.id, 'one@example.com'), await key(into.id, 'two@example.com')] as const
    expect((await agent.request('POST', `/ticket/${from.id}/merge`, { into: into.id, requester: 'into' })).status).toBe(200)
    const [one, two] = [await guest(keys[0]), await guest(keys[1])]
    const sees = async ({ request }: typeof one) => [
      (await request('GET', `/ticket/${from.id}`)).status,
      (await request('GET', `/ticket/${into.id}`)).status,
    ]
    expect([await sees(one), await sees(two)]).toEqual([
      [200, 404],
      [404, 200],
    ])
  })

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
    await drainBackground()
    expect((await json<{ items: { id: string }[] }>(request('GET', '/ticket?q=work'))).items.map(({ id }) => id)).toEqual([one.id])
    for (const [method, path, body] of [
      ['POST', '/ticket', { title: 'x', description: 'x' }],
      ['GET', '/users/profile', undefined],
      ['GET', '/users/sessions', undefined],
      ['GET', '/notifications', undefined],
    ] as const)
      expect([path, (await request(method, path, body)).status]).toEqual([path, 403])
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
    // Signed in for good they see it.
    const person = await inWork(tenant, ({ tx }) => tx.person.findFirstOrThrow({ where: { email: 'me@shared.example' } }))
    const sessionId = newId()
    await inWork(tenant, ({ tx }) =>
      tx.session.create({
        data: { tenantId: tenant.ref.id, id: sessionId, personId: person.id, kind: 'browser', expiresAt: new Date(Date.now() + 60_000) },
      }),
    )
    const cookie = `${sessionCookieName('linked', false)}=${await sealSession({ sid: sessionId, tid: tenant.ref.id })}`
    expect((await send(tenant, 'GET', `/ticket/${theirs.id}`, undefined, { cookie })).status).toBe(200)
  })

  it('is worth nothing when it is changed, too old, of another workspace, or the request has another requester', async () => {
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

  it('ends when its address is no longer the requester’s, and never outlives its day', async () => {
    const { id, requester } = await makeTicket(tenant, { email: 'wrong@example.com' })
    const key = keyIn(await linkOf(id))
    const { personId, request } = await guest(key)
    const session = await inWork(tenant, ({ tx }) => tx.session.findFirstOrThrow({ where: { personId } }))
    expect(session.expiresAt.getTime()).toBeLessThan(Date.now() + 15 * 86_400_000)
    const late = keyIn(await linkOf(id, new Date(Date.now() - 58 * 86_400_000)))
    const { sessionId } = await open(late)
    const short = await inWork(tenant, ({ tx }) => tx.session.findFirstOrThrow({ where: { id: sessionId } }))
    expect(short.expiresAt.getTime()).toBeLessThan(Date.now() + 4 * 86_400_000)
    const contact = await json<{ version: number; name: string; hasAccount: boolean }>(agent.request('GET', `/contacts/${requester.id}`))
    expect(contact.hasAccount).toBe(false) // a link proves no account
    const body = { name: contact.name, emails: ['right@example.com'], version: contact.version }
    const corrected = await agent.request('PUT', `/contacts/${requester.id}`, body)
    expect(corrected.status, await corrected.clone().text()).toBe(200)
    await expect(open(key)).rejects.toMatchObject({ code: 'INVALID' })
    expect((await request('GET', `/ticket/${id}`)).status).toBe(200) // until someone ends the session
  })

  it('is a customer’s: with a role on the team, or grants, it opens nothing more', async () => {
    const { id } = await makeTicket(tenant, { email: 'joins@example.com' })
    const other = await makeTicket(tenant)
    const { request, personId } = await guest(keyIn(await linkOf(id)))
    const grant = { personId, permission: 'ticket.view', objectType: 'ticket' as const, objectId: other.id }
    await inWork(tenant, ({ tx }) => tx.grant.create({ data: { tenantId: tenant.ref.id, id: newId(), ...grant } }))
    expect((await request('GET', `/ticket/${other.id}`)).status).toBe(404)
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: personId }, data: { role: 'moderator' } }))
    expect((await request('GET', `/ticket/${id}`)).status).toBe(401)
  })

  it('forgives no wrong passwords and rings no alarm', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = await makeTicket(tenant, { email: customer.email })
    await send(tenant, 'POST', '/auth/login', { email: customer.email, password: 'wrong' })
    const failures = () =>
      inWork(tenant, ({ tx }) => tx.$queryRaw`SELECT account, source, failures FROM platform.sign_in_failure ORDER BY 1, 2`)
    const before = await failures()
    await open(keyIn(await linkOf(id)))
    await drainBackground()
    const person = await inWork(tenant, ({ tx }) => tx.person.findFirstOrThrow({ where: { id: customer.id } }))
    expect(person).toMatchObject({ lastSignInAt: null })
    expect(before).not.toEqual([])
    expect(await failures()).toEqual(before)
    expect(await inWork(tenant, ({ tx }) => tx.notification.count({ where: { personId: customer.id, type: 'login_alert' } }))).toBe(0)
  })

  it('is not handed on by who quotes the mail', async () => {
    const email = 'quotes@example.com'
    const { id } = await makeTicket(tenant, { email })
    const link = await linkOf(id)
    const raw = `From: ${email}\r\nSubject: Re\r\nMessage-ID: <quotes@x>\r\nContent-Type: text/html\r\n\r\n<p>Thanks</p><blockquote>See <a href="${link}">${link}</a></blockquote>`
    await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw: Buffer.from(raw) }, 'test')
    await drainBackground()
    const said = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: id } }))
    expect(said).toHaveLength(2)
    expect(JSON.stringify(said)).not.toContain(keyIn(link))
    expect(JSON.stringify(said)).toContain(`/requests/${id}`)
  })

  it('opened twice at once is one account', async () => {
    const { id } = await makeTicket(tenant, { email: 'atonce@example.com' })
    const key = keyIn(await linkOf(id))
    const [one, two] = await Promise.all([open(key), open(key)])
    expect(one.personId).toBe(two.personId)
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

/** As it stands in a mail to the requester. */
const linkOf = (id: string, now = new Date()) =>
  inWork(tenant, async ({ tx }) => {
    const include = { requester: { include: { addresses: true } } }
    const { requester } = await tx.ticket.findFirstOrThrow({ where: { id }, include })
    return requestLink({ tenant, now }, id, requester.addresses[0]?.email as string)
  })

describe('a link that is asked for on the page of a request', () => {
  const ask = (id: string, email: string) => send(tenant, 'POST', '/requests/link', { ticketId: id, email })
  const mailsTo = async (email: string) => {
    await drainBackground()
    return (await readDevMailbox('linked')).filter(({ to, text }) => to === email && text.includes('Here is your link'))
  }

  it('goes to its requester and to who takes part, each with a key of their own; everybody hears the same', async () => {
    const [requester, inCc, stranger, gone] = ['asks@link.example', 'cc@link.example', 'stranger@link.example', 'left@link.example']
    const ticket = await makeTicket(tenant, { email: requester })
    await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Hello.', to: [requester], cc: [inCc, gone] })
    const { items: people } = await json<{ items: { id: string; email: string }[] }>(
      agent.request('GET', `/ticket/${ticket.id}/participants`),
    )
    const left = people.find(({ email }) => email === gone)
    expect((await agent.request('DELETE', `/ticket/${ticket.id}/participants/${left?.id}`)).status).toBe(200)
    await makeTicket(tenant, { email: stranger })
    const asked = await Promise.all(
      [requester, inCc, stranger, gone, 'nobody@link.example', agent.email].map((email) => ask(ticket.id, email)),
    )
    const nowhere = await ask(newId(), requester)
    const said = await Promise.all([...asked, nowhere].map(async (answer) => [answer.status, await answer.text()]))
    expect(new Set(said.map(String)).size).toBe(1)
    expect(said[0]?.[0]).toBe(200)
    for (const email of [stranger, gone, 'nobody@link.example', agent.email]) expect([email, await mailsTo(email)]).toEqual([email, []])
    const [own] = await mailsTo(requester)
    const { request } = await guest(keyIn(own?.text ?? ''))
    expect(await json<TicketOutput>(request('GET', `/ticket/${ticket.id}`))).toMatchObject({ abilities: { reply: true } })
    const [theirs] = await mailsTo(inCc)
    const other = await guest(keyIn(theirs?.text ?? ''))
    expect((await other.request('GET', `/ticket/${ticket.id}`)).status).toBe(404)
    expect((await other.request('GET', `/participation/${ticket.id}`)).status).toBe(200)
  })

  it('is mailed five times an hour at most, and not to who was shut out', async () => {
    forgetRateLimits()
    const email = 'again@link.example'
    const ticket = await makeTicket(tenant, { email })
    for (let n = 0; n < 7; n++) await ask(ticket.id, email)
    expect(await mailsTo(email)).toHaveLength(5)
    const customer = await makePerson(tenant, 'customer')
    const { id } = await json<{ id: string }>(customer.request('POST', '/ticket', { title: 'Mine', description: 'x' }))
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: customer.id }, data: { status: 'suspended' } }))
    await ask(id, customer.email)
    expect(await mailsTo(customer.email)).toEqual([])
  })

  it('is limited as other links to sign in are', async () => {
    forgetRateLimits()
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) statuses.push((await ask(newId(), `n${n}@link.example`)).status)
    expect(statuses).toContain(429)
    forgetRateLimits()
  })
})
