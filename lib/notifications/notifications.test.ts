import { createECDH, createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { call } from '@orpc/server'
import ece from 'http_ece'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBrowserSession } from '../accounts/auth'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { env } from '../env'
import { findSubscriber } from '../events/registry'
import { deliverAll } from '../events/relay'
import { installJobRunner } from '../jobs/embedded'
import { runJob } from '../jobs/run'
import { replyAddress } from '../mail/addresses'
import { readDevMailbox } from '../mail/dev-mailbox'
import { callerOf } from '../procedure/caller'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson, testPassword } from '../testing/factories'
import type { TicketOutput } from '../tickets/ticket/schema'
import { sweepNotificationsJob } from './jobs'
import type { HookOutput, NotificationOutput, PreferencesOutput } from './schema'

openTestDatabase()

interface Call {
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
}

let counter = 0
let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
let outside: Server
let calls: Call[] = []
let answer = 201
let onCall = async () => {}
const at = (path: string) => `http://127.0.0.1:${(outside.address() as AddressInfo).port}${path}`

beforeAll(async () => {
  await withOwner(installJobRunner)
  env().ALLOW_PRIVATE_HOSTS = 'on'
  outside = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', async () => {
      calls.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      await onCall()
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  outside.close()
  env().ALLOW_PRIVATE_HOSTS = 'off'
})
beforeEach(async () => {
  tenant = await makeTenant(`told${++counter}`)
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
  calls = []
  answer = 201
  onCall = async () => {}
})
afterEach(drainBackground)

type Page = { items: NotificationOutput[]; unread: number; nextCursor: string | null }
const told = async (who: TestPerson): Promise<Page> => {
  await drainBackground()
  return (await who.request('GET', '/notifications')).json() as Promise<Page>
}
const titles = async (who: TestPerson) => (await told(who)).items.map(({ title }) => title)
const sends = () => inWork(tenant, ({ tx }) => tx.notificationSend.findMany({ orderBy: { dueAt: 'asc' } }))
const prefer = async (who: TestPerson, change: object) => {
  const { version } = (await (await who.request('GET', '/notifications/preferences')).json()) as PreferencesOutput
  return who.request('PUT', '/notifications/preferences', { version, ...change })
}
const assign = async (ticket: { id: string }, version = 1, to = agent) =>
  expect((await admin.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: to.id, version })).status).toBe(200)

/** Runs what waits as if its time had come. */
async function runDue(name = 'notifications.send') {
  await drainBackground()
  await inWork(tenant, ({ tx }) =>
    tx.notificationSend.updateMany({ where: { sentAt: null }, data: { dueAt: new Date(Date.now() - 1000) } }),
  )
  const waiting = await withPlatform((tx) =>
    tx.job.findMany({ where: { name, tenantId: tenant.ref.id, status: { in: ['queued', 'failed'] } } }),
  )
  const failures: unknown[] = []
  for (const { id } of waiting) await runJob(id).catch((error) => failures.push(error))
  await drainBackground()
  return failures
}
const mailsTo = async (who: TestPerson) => {
  await drainBackground()
  return (await readDevMailbox(tenant.ref.slug)).filter(({ to, subject }) => to.includes(who.email) && subject.includes(tenant.name))
}

describe('who is told', () => {
  it('of a new ticket: the department it comes to, and nobody else', async () => {
    const elsewhere = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: elsewhere.id } }))
    const customer = await makePerson(tenant, 'customer')
    await makeTicket(tenant, { title: 'Broken lamp' })
    expect(await titles(agent)).toEqual([expect.stringMatching(/^New: TOLD\d+-1 Broken lamp$/)])
    expect(await titles(elsewhere)).toEqual([])
    expect(await titles(customer)).toEqual([])
  })

  it('of many things at once in as few statements as of one, and each as if it came alone', async () => {
    const jobs = env().JOBS
    env().JOBS = 'off'
    const customer = await makePerson(tenant, 'customer')
    const tickets = [await makeTicket(tenant, { title: 'First' }), await makeTicket(tenant, { title: 'Second' })]
    for (const { id } of [...tickets, tickets[0] as TicketOutput])
      await admin.request('POST', `/ticket/${id}/comments`, { body: 'A note', isInternal: true })
    await assign(tickets[1] as TicketOutput, 2)
    await drainBackground()
    const only = (name: string) => (name === 'notifications.create' ? findSubscriber(name) : undefined)
    // What waits for the undo window is due.
    await inWork(tenant, ({ tx }) => tx.eventDelivery.deleteMany({ where: { subscriber: { not: 'notifications.create' } } }))
    await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ data: { dueAt: new Date(0), leavesAt: null } }))
    const statements = await statementsDuring(() => deliverAll(tenant.ref, only, { unitMs: 60_000, slowMs: 60_000 }))
    env().JOBS = jobs
    const writing = statements.filter((text) => /INSERT INTO (notification|channel_head)\b/.test(text.replaceAll('"', '')))
    expect(writing.length).toBeLessThanOrEqual(4)
    expect(statements.filter((text) => text.includes('notification_defaults'))).toHaveLength(1)
    expect((await told(agent)).items.map(({ title, count }) => [title.replace(/TOLD\d+-/, ''), count]).toSorted()).toEqual([
      ['New: 1 First', 1],
      [`${admin.name} assigned 2 to you`, 3],
    ])
    expect(await titles(customer)).toEqual([])
  })

  it('in their own language, also of what joins an unread notification', async () => {
    const other = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: other.id }, data: { locale: 'en-XA' } }))
    const ticket = await makeTicket(tenant, { title: 'Broken lamp' })
    expect(await titles(agent)).toEqual([expect.stringMatching(/^New: .*Broken lamp$/)])
    expect(await titles(other)).toEqual([expect.stringMatching(/^\[Ñéŵ: .*Broken lamp ~/)])
    const watching = [agent, other].map(({ id: personId }) => ({ tenantId: tenant.ref.id, ticketId: ticket.id, personId }))
    await inWork(tenant, ({ tx }) => tx.watcher.createMany({ data: watching }))
    await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Hello.' })
    expect((await told(agent)).items).toMatchObject([{ title: expect.stringContaining(' replied on '), count: 2 }])
    expect((await told(other)).items).toMatchObject([{ title: expect.stringMatching(/^\[.* ŕéþļíéð óñ /), count: 2 }])
  })

  it('of an assignment: the one it is assigned to, unless they did it themselves', async () => {
    const ticket = await makeTicket(tenant)
    await told(agent)
    await agent.request('POST', '/notifications/read-all')
    await agent.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    expect((await told(agent)).unread).toBe(0)
    await agent.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: admin.id, version: 2 })
    const [first] = (await told(admin)).items
    expect(first).toMatchObject({
      type: 'ticket_assigned',
      title: expect.stringContaining(`${agent.name} assigned`),
      href: `/agent/tickets/${ticket.id}`,
    })
  })

  it('are marked as read by PUT as by POST, one and all of them', async () => {
    const ticket = await makeTicket(tenant)
    for (const assigneeId of [agent.id, null, agent.id]) {
      const { version } = (await (await admin.request('GET', `/ticket/${ticket.id}`)).json()) as { version: number }
      await admin.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId, version })
    }
    const { items, unread } = await told(agent)
    expect(unread).toBeGreaterThan(0)
    const path = `/notifications/${items[0]?.id}/read`
    expect((await admin.request('PUT', path)).status).toBe(404)
    expect((await agent.request('PUT', `${path}/`)).status).toBe(200)
    expect((await told(agent)).unread).toBe(unread - 1)
    expect((await agent.request('PUT', '/notifications/read-all/')).status).toBe(200)
    expect((await told(agent)).unread).toBe(0)
  })

  it('of an answer: the requester on the portal, of a question the assignee; a note stays among staff', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    await assign({ id })
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'Try again.' })
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'A secret.', isInternal: true })
    const [forCustomer, ...more] = (await told(customer)).items
    expect(more).toEqual([])
    expect(forCustomer).toMatchObject({ type: 'ticket_commented', body: 'Try again.', href: `/requests/${id}` })
    await agent.request('POST', '/notifications/read-all')
    await customer.request('POST', `/ticket/${id}/comments`, { body: 'Still broken.' })
    expect((await told(agent)).items[0]).toMatchObject({ type: 'ticket_commented', body: 'Still broken.', readAt: null })
    await agent.request('POST', '/notifications/read-all')
    await admin.request('POST', `/ticket/${id}/comments`, { body: 'Look at this.', isInternal: true })
    expect((await told(agent)).items[0]).toMatchObject({ title: expect.stringContaining('wrote a note'), body: 'Look at this.' })
    expect((await told(customer)).items).toHaveLength(1)
  })

  it('of a status: once when someone sets it, not when it follows from an answer; opened again is its own kind', async () => {
    const ticket = await makeTicket(tenant, { email: 'asker@example.com' })
    await assign(ticket)
    await told(agent)
    await agent.request('POST', '/notifications/read-all')
    await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Hello.' })
    await agent.request('POST', '/notifications/read-all')
    await told(agent)
    await agent.request('POST', '/notifications/read-all')
    await admin.request('PUT', `/ticket/${ticket.id}/status`, { status: 'resolved', version: 3 })
    expect((await told(agent)).items[0]).toMatchObject({ type: 'ticket_status', title: expect.stringContaining('is now resolved') })
    await agent.request('POST', '/notifications/read-all')
    expect((await admin.request('PUT', `/ticket/${ticket.id}/status`, { status: 'assigned', version: 4 })).status).toBe(200)
    expect((await told(agent)).items[0]).toMatchObject({ type: 'ticket_reopened' })
  })

  it('of what the team does among itself: no requester; of their own words: nobody', async () => {
    const customer = await makePerson(tenant, 'customer')
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    await assign({ id })
    await admin.request('PUT', `/ticket/${id}/status`, { status: 'in_progress', version: 2 })
    expect((await told(customer)).items).toMatchObject([{ title: expect.stringContaining('is now in progress') }])
    for (const reader of [customer, agent]) {
      await told(reader)
      await reader.request('POST', '/notifications/read-all')
    }
    await admin.request('PUT', `/ticket/${id}/status`, { status: 'hold', version: 3 })
    await admin.request('PUT', `/ticket/${id}/status`, { status: 'in_progress', version: 4 })
    const raw = Buffer.from(`From: ${customer.email}\r\nSubject: Re\r\nMessage-ID: <own@x>\r\n\r\nMy own words.`)
    await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw }, 'test')
    expect((await told(customer)).items.filter(({ readAt }) => readAt === null)).toEqual([])
    expect((await told(agent)).items[0]).toMatchObject({ type: 'ticket_commented', body: 'My own words.' })
  })

  it('of what is for them in person: a reply that comes soon after is added, and does not take its place', async () => {
    const customer = await makePerson(tenant, 'customer')
    const ticket = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as TicketOutput
    await assign(ticket)
    const [assigned] = (await told(agent)).items
    expect(assigned).toMatchObject({ type: 'ticket_assigned', body: 'Mine' })
    await customer.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Still broken.' })
    const more = `\n${customer.name} replied on ${ticket.number}: Still broken.`
    const { id, type, title } = assigned as NotificationOutput
    expect((await told(agent)).items[0]).toMatchObject({ id, type, title, body: `Mine${more}` })
    const mention = `<p>See <span data-type="mention" data-id="person:${agent.id}">@Agent</span></p>`
    const noted = await admin.request('POST', `/ticket/${ticket.id}/comments`, { bodyHtml: mention, isInternal: true })
    expect(noted.status, await noted.clone().text()).toBe(201)
    const [mentioned] = (await told(agent)).items
    expect(mentioned).toMatchObject({ id, type: 'ticket_mentioned', body: 'See @Agent' })
    await customer.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Still broken.' })
    expect((await told(agent)).items[0]).toMatchObject({ id, type: 'ticket_mentioned', title: mentioned?.title, body: `See @Agent${more}` })
  })

  it.each(['resolved', 'rejected'])(
    'of what customers see of a status: a hold looks like work, and what ends it is told once: %s',
    async (end) => {
      const customer = await makePerson(tenant, 'customer')
      const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
      const move = async (status: string, version: number) => {
        const answer = await admin.request('PUT', `/ticket/${id}/status`, { status, reason: 'Why', version })
        expect(answer.status, await answer.text()).toBe(200)
        const unread = (await told(customer)).items.filter(({ readAt }) => readAt === null)
        await customer.request('POST', '/notifications/read-all')
        return unread.map(({ title, count }) => `${count} ${title.replace(/^\S+ /, '')}`)
      }
      // From the portal nobody can tell the one from the other.
      expect(await move('hold', 1)).toEqual(['1 is now in progress'])
      expect(await move('in_progress', 2)).toEqual([])
      expect(await move('hold', 3)).toEqual([])
      expect(await move(end, 4)).toEqual([`1 is now ${end}`])
    },
  )

  it('by the same policy that opens tickets: with a grant yes, without a right no', async () => {
    const role = (await (
      await admin.request('POST', '/roles', { name: 'Narrow', permissions: ['person.view', 'ticket.note'] })
    ).json()) as {
      id: string
    }
    const granted = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const [open, closed] = [await makeTicket(tenant), await makeTicket(tenant)]
    const grant = { permission: 'ticket.view', objectType: 'ticket', objectId: open.id, personId: granted.id }
    expect((await admin.request('POST', '/grants', grant)).status).toBe(201)
    await assign(open, 1, granted)
    await assign(closed, 1, granted)
    expect((await told(granted)).items.map(({ href }) => href)).toEqual([`/agent/tickets/${open.id}`])
  })

  it('of notes not once they have become a customer, and not by a digest that was planned before', async () => {
    await prefer(agent, { digest: 'weekly', matrix: { ticket_commented: { mail: true } } })
    const ticket = await makeTicket(tenant, { email: 'asker@example.com' })
    await assign(ticket)
    await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Secret one.', isInternal: true })
    expect(JSON.stringify((await told(agent)).items)).toContain('Secret one.')
    expect((await admin.request('PUT', `/users/${agent.id}`, { version: 1, role: 'customer' })).status).toBe(200)
    await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Secret two.', isInternal: true })
    expect((await told(agent)).items).toEqual([])
    await runDue()
    expect(await mailsTo(agent)).toEqual([])
  })

  it('of a sign-in: the person, on a browser they did not use before', async () => {
    const enter = (userAgent: string) =>
      call(
        startBrowserSession,
        { email: agent.email, password: testPassword },
        { context: { caller: callerOf('page', new Headers({ host: hostOf(tenant), 'user-agent': userAgent }), 'POST') } },
      )
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'
    await enter(firefox)
    expect(await titles(agent)).toEqual([]) // the first of all
    await enter(firefox)
    await enter(firefox.replaceAll('130', '131'))
    await drainBackground()
    // However long ago the others were.
    await inWork(tenant, ({ tx }) => tx.session.deleteMany({ where: { personId: agent.id, id: { not: agent.sessionId } } }))
    await enter(firefox)
    expect(await titles(agent)).toEqual(['New sign-in with Firefox 130', 'New sign-in with Firefox 131'])
    expect(await titles(admin)).toEqual([])
  })

  it('of nothing they may not see, and of nothing once they are gone', async () => {
    const role = (await (await admin.request('POST', '/roles', { name: 'Blind', permissions: ['person.view'] })).json()) as { id: string }
    const blind = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const gone = await makePerson(tenant, 'agent')
    await admin.request('PUT', `/users/${gone.id}`, { version: 1, status: 'suspended' })
    await makeTicket(tenant)
    await drainBackground()
    const rows = await inWork(tenant, ({ tx }) => tx.notification.findMany({ where: { personId: { in: [blind.id, gone.id] } } }))
    expect(rows).toEqual([])
  })
})

describe('the bell', () => {
  it('shows a burst about one ticket as one, counts what is unread, and marks it read', async () => {
    const ticket = await makeTicket(tenant, { email: 'asker@example.com' })
    await assign(ticket)
    for (const body of ['One.', 'Two.', 'Three.']) await admin.request('POST', `/ticket/${ticket.id}/comments`, { body })
    const { items, unread } = await told(agent)
    expect(items).toHaveLength(1)
    const added = ['One.', 'Two.', 'Three.'].map((body) => `\n${admin.name} replied on ${ticket.number}: ${body}`).join('')
    expect(items[0]).toMatchObject({ type: 'ticket_assigned', body: `${ticket.title}${added}`, count: 5 })
    expect(unread).toBe(1)
    expect((await agent.request('POST', `/notifications/${items[0]?.id}/read`)).status).toBe(200)
    await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Four.' })
    const after = await told(agent)
    expect(after.items.map(({ body, count }) => [body, count])).toEqual([
      ['Four.', 1],
      [`${ticket.title}${added}`, 5],
    ])
    expect(after.unread).toBe(1)
  })

  it('pages without missing or repeating', async () => {
    for (let n = 0; n < 5; n++) await makeTicket(tenant, { title: `T${n}` })
    await told(agent)
    const seen: string[] = []
    let cursor = ''
    do {
      const page = (await (await agent.request('GET', `/notifications?limit=2${cursor && `&cursor=${cursor}`}`)).json()) as Page
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? ''
    } while (cursor)
    expect(new Set(seen).size).toBe(5)
    expect(seen).toHaveLength(5)
  })

  it("is a person's own", async () => {
    await makeTicket(tenant)
    const [mine] = (await told(agent)).items
    expect((await admin.request('POST', `/notifications/${mine?.id}/read`)).status).toBe(404)
    expect((await told(agent)).unread).toBe(1)
  })

  it('tells the open browsers, numbered so that none is missed', async () => {
    await makeTicket(tenant)
    await told(agent)
    const heads = await inWork(tenant, ({ tx }) => tx.channelHead.findMany({ where: { channel: `private-user-${agent.id}` } }))
    expect(heads.map(({ seq }) => Number(seq))).toEqual([1])
    const asked = await agent.request('POST', '/realtime/heads', { channels: [`private-user-${agent.id}`] })
    expect(await asked.json()).toEqual({ heads: { [`private-user-${agent.id}`]: 1 } })
  })
})

describe('what was left behind', () => {
  it('is found by the sweep', async () => {
    await assign(await makeTicket(tenant))
    await drainBackground()
    await inWork(tenant, ({ tx }) => tx.notificationSend.updateMany({ data: { dueAt: new Date(Date.now() - 120_000) } }))
    await withPlatform((tx) => tx.job.deleteMany({ where: { name: 'notifications.send' } }))
    await sweepNotificationsJob.run({ input: {}, tenant: null, progress: async () => {} })
    await runDue()
    expect(await mailsTo(agent)).toHaveLength(1)
  })
})

describe('by mail', () => {
  it('a burst is one mail, a minute after it began, and what was read meanwhile is not sent', async () => {
    const [one, two] = [await makeTicket(tenant, { title: 'First' }), await makeTicket(tenant, { title: 'Second' })]
    await assign(one)
    await assign(two)
    await drainBackground()
    const planned = (await sends()).filter(({ channel }) => channel === 'mail')
    expect(planned).toHaveLength(2)
    for (const { dueAt } of planned) expect(dueAt.getTime() - Date.now()).toBeGreaterThan(50_000)
    await runDue()
    const [mail, ...others] = await mailsTo(agent)
    expect(others).toEqual([])
    expect(mail?.subject).toContain('and 1 more')
    expect(mail?.text).toContain(`http://${hostOf(tenant)}`)
    expect(mail?.text).toContain('/settings/notifications')
    expect(mail?.headers).toContainEqual({ name: 'auto-submitted', value: 'auto-generated' })
    expect(mail?.headers).toContainEqual({ name: 'list-unsubscribe-post', value: 'List-Unsubscribe=One-Click' })
    expect(mail?.headers.find(({ name }) => name === 'list-unsubscribe')?.value).toContain(
      `http://${hostOf(tenant)}:3000/api/v1/notifications/unsubscribe/`,
    )
    await admin.request('POST', `/ticket/${one.id}/assign`, { assigneeId: admin.id, version: 2 })
    await assign(one, 3)
    await told(agent)
    await agent.request('POST', '/notifications/read-all')
    await runDue()
    expect(await mailsTo(agent)).toHaveLength(1)
    expect((await sends()).every(({ sentAt }) => sentAt)).toBe(true)
  })

  it('is sent once, whoever runs the job and however often', async () => {
    await assign(await makeTicket(tenant))
    await runDue()
    await inWork(tenant, ({ tx }) => tx.notificationSend.updateMany({ data: { dueAt: new Date(0) } }))
    await withPlatform((tx) => tx.job.updateMany({ where: { name: 'notifications.send' }, data: { status: 'queued' } }))
    await runDue()
    expect(await mailsTo(agent)).toHaveLength(1)
  })

  it('waits for the digest, for the end of quiet hours, and not at all while muted', async () => {
    const ticket = await makeTicket(tenant)
    await prefer(agent, { digest: 'daily' })
    await assign(ticket)
    await drainBackground()
    const [digest] = (await sends()).filter(({ channel }) => channel === 'mail')
    expect(digest?.dueAt.toISOString()).toMatch(/T08:00:00/)

    const other = await makePerson(tenant, 'agent')
    const hour = (plus: number) => `${String((new Date().getUTCHours() + plus + 24) % 24).padStart(2, '0')}:00`
    expect((await prefer(other, { quietFrom: hour(-1), quietTo: hour(3) })).status).toBe(200)
    await assign(await makeTicket(tenant), 1, other)
    await drainBackground()
    const late = (await sends()).filter(({ personId, channel }) => personId === other.id && channel === 'mail')
    expect(late[0]?.dueAt.toISOString()).toMatch(new RegExp(`T${hour(3)}:00`))

    const third = await makePerson(tenant, 'agent')
    await prefer(third, { mutedUntil: new Date(Date.now() + 3600_000).toISOString() })
    await assign(await makeTicket(tenant), 1, third)
    await drainBackground()
    expect((await sends()).filter(({ personId }) => personId === third.id)).toEqual([])
    expect((await told(third)).unread).toBeGreaterThan(0)
  })

  it('what is urgent passes quiet hours', async () => {
    const ticket = await makeTicket(tenant)
    await admin.request('PUT', `/ticket/${ticket.id}/priority`, { priority: 'urgent', version: 1 })
    await prefer(agent, { quietFrom: '00:00', quietTo: '23:59', digest: 'weekly' })
    await assign(ticket, 2)
    await drainBackground()
    for (const { dueAt } of await sends()) expect(dueAt.getTime()).toBeLessThanOrEqual(Date.now())
  })
})

describe('choices', () => {
  it("are the person's over the workspace's over the product's, and follow what they do not contradict", async () => {
    const workspace = (await (await admin.request('GET', '/notifications/defaults')).json()) as { version: number }
    const off = { ticket_assigned: { in_app: false, mail: false, push: false } }
    expect((await admin.request('PUT', '/notifications/defaults', { version: workspace.version, matrix: off })).status).toBe(200)
    const choice = async (who: TestPerson) =>
      ((await (await who.request('GET', '/notifications/preferences')).json()) as PreferencesOutput).types.find(
        (row) => row.type === 'ticket_assigned',
      )
    expect(await choice(agent)).toMatchObject({ in_app: false, mail: false, push: false })
    expect((await prefer(agent, { matrix: { ticket_assigned: { mail: true, push: false } } })).status).toBe(200)
    expect(await choice(agent)).toMatchObject({ in_app: false, mail: true, push: false })
    const row = await inWork(tenant, ({ tx }) => tx.notificationSettings.findFirstOrThrow())
    expect(row.matrix).toEqual({ ticket_assigned: { mail: true } })
    await prefer(agent, { matrix: { ticket_created: { in_app: false } } })
    await assign(await makeTicket(tenant))
    expect((await told(agent)).items).toEqual([])
    expect((await sends()).map(({ channel }) => channel)).toEqual(['mail'])
    await runDue()
    expect(await mailsTo(agent)).toHaveLength(1)
  })

  it('refuse what is none, and do not overwrite each other', async () => {
    for (const bad of [
      { quietFrom: '25:00', quietTo: '07:00' },
      { quietFrom: '22:00' },
      { quietFrom: '22:00', quietTo: null },
      { digest: 'hourly' },
      { matrix: { nonsense: { mail: true } } },
      { matrix: { ticket_created: { fax: true } } },
      { mutedUntil: 'tomorrow' },
    ])
      expect((await prefer(agent, bad)).status, JSON.stringify(bad)).toBe(422)
    expect((await agent.request('PUT', '/notifications/preferences', { version: 1, digest: 'daily' })).status).toBe(200)
    expect((await agent.request('PUT', '/notifications/preferences', { version: 1, digest: 'weekly' })).status).toBe(409)
    const customer = await makePerson(tenant, 'customer')
    const { types } = (await (await customer.request('GET', '/notifications/preferences')).json()) as PreferencesOutput
    expect(types.map(({ type }) => type)).toEqual(['ticket_commented', 'ticket_status', 'login_alert'])
  })
})

describe('in the browser', () => {
  it('nothing comes any more once it was turned off there, and nobody turns it off for another', async () => {
    const { subscription } = browser()
    const { endpoint, keys } = subscription('/push/off')
    expect((await agent.request('POST', '/notifications/push', { endpoint, keys })).status).toBe(201)
    const known = async () => (await (await agent.request('POST', '/notifications/push/known', { endpoint })).json()) as object
    expect(await known()).toEqual({ isKnown: true })
    const other = await makePerson(tenant, 'agent')
    expect((await other.request('DELETE', '/notifications/push', { endpoint })).status).toBe(200)
    expect(await known()).toEqual({ isKnown: true })
    expect((await agent.request('DELETE', '/notifications/push', { endpoint })).status).toBe(200)
    expect(await known()).toEqual({ isKnown: false })
    await assign(await makeTicket(tenant))
    await runDue()
    expect(calls.map(({ path }) => path)).not.toContain('/push/off')
  })

  const browser = () => {
    const keys = createECDH('prime256v1')
    const publicKey = keys.generateKeys('base64url')
    const auth = randomBytes(16).toString('base64url')
    const read = (body: Buffer) => JSON.parse(ece.decrypt(body, { version: 'aes128gcm', privateKey: keys, authSecret: auth }).toString())
    return { subscription: (path: string) => ({ endpoint: at(path), keys: { p256dh: publicKey, auth } }), read }
  }

  it('of whom none is known, nothing is planned, and the mail goes all the same', async () => {
    await assign(await makeTicket(tenant))
    await drainBackground()
    expect((await sends()).map(({ channel }) => channel)).toEqual(['mail'])
  })

  it('a message arrives encrypted for it alone, signed for its push service', async () => {
    const { subscription, read } = browser()
    expect((await agent.request('POST', '/notifications/push', subscription('/push/1'))).status).toBe(201)
    const ticket = await makeTicket(tenant, { title: 'To be seen' })
    await assign(ticket)
    await runDue()
    expect(calls.map(({ path }) => path)).toEqual(['/push/1'])
    const [sent] = calls as [Call]
    expect(read(sent.body)).toMatchObject({
      title: expect.stringContaining('assigned'),
      body: 'To be seen',
      href: `/agent/tickets/${ticket.id}`,
    })
    const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(sent.headers.authorization ?? '') ?? []
    const { key: published } = (await (await agent.request('GET', '/notifications/push-key')).json()) as { key: string }
    expect(key).toBe(published)
    expect(JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())).toMatchObject({ aud: new URL(at('/')).origin })
    expect(sent.headers).toMatchObject({ urgency: 'normal', ttl: '86400', topic: expect.stringMatching(/^[0-9a-f]{32}$/) })
  })

  it.each([404, 410, 403, 400])('that its service has given up (%s) is forgotten', async (status) => {
    await agent.request('POST', '/notifications/push', browser().subscription('/push/gone'))
    answer = status
    await assign(await makeTicket(tenant))
    expect(await runDue()).toEqual([])
    expect(await inWork(tenant, ({ tx }) => tx.pushSubscription.count())).toBe(0)
  })

  it('that fails for a while gets further tries of its own, and the job is no worse for it', async () => {
    await agent.request('POST', '/notifications/push', browser().subscription('/push/shaky'))
    answer = 503
    await assign(await makeTicket(tenant))
    expect(await runDue()).toEqual([])
    answer = 201
    calls = []
    await runDue()
    expect(calls.map(({ path }) => path)).toEqual(['/push/shaky'])
    await runDue()
    expect(calls).toHaveLength(1)
  })

  it('that always fails is left alone after four tries, and given up in the end', async () => {
    await agent.request('POST', '/notifications/push', browser().subscription('/push/broken'))
    answer = 500
    await assign(await makeTicket(tenant))
    for (let n = 0; n < 6; n++) await runDue()
    expect(calls).toHaveLength(4)
    await inWork(tenant, ({ tx }) => tx.pushSubscription.updateMany({ data: { failures: 19 } }))
    await assign(await makeTicket(tenant))
    await runDue()
    expect(await inWork(tenant, ({ tx }) => tx.pushSubscription.count())).toBe(0)
  })

  it('shows what came while the first was on its way', async () => {
    await agent.request('POST', '/notifications/push', browser().subscription('/push/slow'))
    const ticket = await makeTicket(tenant)
    await assign(ticket)
    await drainBackground()
    await inWork(tenant, ({ tx }) => tx.notificationSend.deleteMany({ where: { channel: 'mail' } }))
    onCall = async () => {
      onCall = async () => {}
      await admin.request('PUT', `/ticket/${ticket.id}/priority`, { priority: 'urgent', version: 2 })
      await admin.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Now!', isInternal: true })
      await drainBackground()
    }
    await runDue()
    await runDue()
    expect(calls.map(({ path }) => path)).toEqual(['/push/slow', '/push/slow'])
  })

  it('is woken no more once its session is over, however it ended', async () => {
    const subscribe = () => agent.request('POST', '/notifications/push', browser().subscription('/push/lost'))
    const known = async () =>
      ((await (await agent.request('POST', '/notifications/push/known', { endpoint: at('/push/lost') })).json()) as { isKnown: boolean })
        .isKnown
    expect((await subscribe()).status).toBe(201)
    expect(await known()).toBe(true)
    await inWork(tenant, ({ tx }) =>
      tx.session.updateMany({ where: { id: agent.sessionId }, data: { expiresAt: new Date(Date.now() - 1) } }),
    )
    await assign(await makeTicket(tenant))
    await runDue()
    expect(calls).toEqual([])
    await inWork(tenant, ({ tx }) =>
      tx.session.updateMany({ where: { id: agent.sessionId }, data: { expiresAt: new Date(Date.now() + 60_000) } }),
    )
    await agent.request('POST', '/users/sessions/revoke-all')
    expect(await inWork(tenant, ({ tx }) => tx.pushSubscription.count())).toBe(0)
  })

  it('with a key that is none is refused', async () => {
    const { endpoint, keys } = browser().subscription('/x')
    for (const p256dh of ['', 'A'.repeat(87), keys.p256dh.slice(0, 60), 'not a key'])
      expect((await agent.request('POST', '/notifications/push', { endpoint, keys: { ...keys, p256dh } })).status).toBe(422)
  })

  it('is refused when it would lead into the own network', async () => {
    env().ALLOW_PRIVATE_HOSTS = 'off'
    const { subscription } = browser()
    expect((await agent.request('POST', '/notifications/push', subscription('/x'))).status).toBe(422)
    expect(
      (await agent.request('POST', '/notifications/push', { ...subscription('/x'), endpoint: 'https://169.254.169.254/' })).status,
    ).toBe(422)
    env().ALLOW_PRIVATE_HOSTS = 'on'
  })
})

describe('an address outside', () => {
  const add = async (kind: string, path: string, types = ['ticket_created']) => {
    const answered = await admin.request('POST', '/notifications/hooks', { name: 'Ops room', kind, url: at(path), types })
    expect(answered.status).toBe(201)
    return (await answered.json()) as { hook: HookOutput; secret: string }
  }
  const list = async () => ((await (await admin.request('GET', '/notifications/hooks')).json()) as { items: HookOutput[] }).items

  it('is told once in its own words, signed; others are not held up by one that fails', async () => {
    const { secret } = await add('json', '/json')
    await add('slack', '/slack')
    await add('json', '/other', ['ticket_status'])
    const ticket = await makeTicket(tenant, { title: 'A <b>bold</b> & "quoted" title' })
    await runDue('notifications.hook')
    expect(calls.map(({ path }) => path).sort()).toEqual(['/json', '/slack'])
    const json = calls.find(({ path }) => path === '/json') as Call
    expect(JSON.parse(json.body.toString())).toMatchObject({
      type: 'ticket_created',
      title: expect.stringContaining('A <b>bold</b>'),
      url: `http://${hostOf(tenant)}${env().PORT === 80 ? '' : `:${env().PORT}`}/agent/tickets/${ticket.id}`,
    })
    const [, time, signature] = /^t=(\d+),v1=(\w+)$/.exec(json.headers['x-baraza-signature'] as string) ?? []
    expect(signature).toBe(createHmac('sha256', secret).update(`${time}.${json.body}`).digest('hex'))
    const slack = JSON.parse((calls.find(({ path }) => path === '/slack') as Call).body.toString())
    expect(slack.text).toContain('A &lt;b&gt;bold&lt;/b&gt; &amp; "quoted" title')
  })

  it('that fails says why, is tried again, and then forgets the failure', async () => {
    await add('json', '/json')
    await makeTicket(tenant)
    answer = 500
    expect(await runDue('notifications.hook')).toHaveLength(1)
    expect((await list())[0]).toMatchObject({ lastError: 'it answered 500', lastAt: expect.any(String) })
    answer = 200
    expect(await runDue('notifications.hook')).toEqual([])
    expect((await list())[0]).toMatchObject({ lastError: null })
    expect(calls).toHaveLength(2)
    const [one, two] = calls.map(({ body }) => JSON.parse(body.toString()))
    expect(one.id).toBe(two.id)
  })

  it('that keeps failing is set aside: its messages wait, one of them is tried after a pause, and then all leave', async () => {
    const { hook } = await add('json', '/json')
    answer = 500
    for (let n = 0; n < 5; n++) await makeTicket(tenant)
    expect(await runDue('notifications.hook')).toHaveLength(3)
    const waiting = () =>
      withPlatform((tx) =>
        tx.job.findMany({ where: { name: 'notifications.hook', tenantId: tenant.ref.id, status: 'queued' }, orderBy: { id: 'asc' } }),
      )
    const [paused] = await list()
    expect(paused).toMatchObject({ failures: 3, lastError: 'it answered 500', setAsideUntil: expect.any(String) })
    // Postponed is not tried.
    const until = new Date(paused?.setAsideUntil ?? 0)
    expect((await waiting()).map(({ attempts, dueAt }) => [attempts, dueAt])).toEqual([
      [0, until],
      [0, until],
    ])
    expect(await runDue('notifications.hook')).toEqual([])
    expect(calls).toHaveLength(3)
    const pauseIsOver = () =>
      inWork(tenant, ({ tx }) => tx.notificationHook.updateMany({ where: { id: hook.id }, data: { setAsideUntil: new Date(0) } }))
    await pauseIsOver()
    expect(await runDue('notifications.hook')).toHaveLength(1)
    expect(calls).toHaveLength(4)
    answer = 200
    await pauseIsOver()
    for (const { id } of (await waiting()).slice(0, 2)) await runJob(id)
    expect((await list())[0]).toMatchObject({ failures: 0, setAsideUntil: null, lastError: null })
    await runDue('notifications.hook')
    expect(await waiting()).toEqual([])
    expect(new Set(calls.slice(3).map(({ body }) => JSON.parse(body.toString()).id)).size).toBe(5)
  })

  it('that is set aside lets one of several messages try it after its pause', async () => {
    const { hook } = await add('json', '/json')
    for (let n = 0; n < 4; n++) await makeTicket(tenant)
    await drainBackground()
    await inWork(tenant, ({ tx }) =>
      tx.notificationHook.updateMany({ where: { id: hook.id }, data: { failures: 3, setAsideUntil: new Date(0) } }),
    )
    answer = 500
    const jobs = await withPlatform((tx) => tx.job.findMany({ where: { name: 'notifications.hook', status: 'queued' } }))
    await Promise.all(jobs.map(({ id }) => runJob(id).catch(() => {})))
    expect([jobs.length, calls.length]).toEqual([4, 1])
  })

  it('that is set aside gives up messages of yesterday, and is tried at once by a test, a new address or being turned on', async () => {
    const { hook } = await add('json', '/json')
    const setAside = () =>
      inWork(tenant, ({ tx }) =>
        tx.notificationHook.updateMany({
          where: { id: hook.id },
          data: { failures: 9, lastError: 'it hung up', setAsideUntil: new Date(Date.now() + 900_000) },
        }),
      )
    await setAside()
    await makeTicket(tenant)
    await drainBackground()
    const old = JSON.stringify(new Date(Date.now() - 2 * 86_400_000))
    await withPlatform(
      (tx) => tx.$executeRaw`UPDATE platform.job SET input = jsonb_set(input, '{message,occurredAt}', ${old}::jsonb)
        WHERE name = 'notifications.hook' AND status = 'queued'`,
    )
    expect(await runDue('notifications.hook')).toMatchObject([{ message: 'it hung up' }])
    expect(calls).toEqual([])
    await admin.request('POST', `/notifications/hooks/${hook.id}/test`)
    await runDue('notifications.hook')
    expect(calls).toHaveLength(1)
    expect((await list())[0]).toMatchObject({ failures: 0, setAsideUntil: null })
    await setAside()
    const change = { name: 'Elsewhere', kind: 'json', types: ['ticket_created'], isActive: true, url: at('/new') }
    const changed = await admin.request('PUT', `/notifications/hooks/${hook.id}`, { ...change, version: hook.version })
    expect(await changed.json()).toMatchObject({ failures: 0, setAsideUntil: null })
  })

  it('can be tried, changed, turned off and removed; its address and secret are shown no more', async () => {
    const { hook, secret } = await add('json', '/secret-path')
    expect((await admin.request('POST', `/notifications/hooks/${hook.id}/test`)).status).toBe(202)
    await runDue('notifications.hook')
    expect(calls.map(({ path }) => path)).toEqual(['/secret-path'])
    const listed = JSON.stringify(await list())
    expect(listed).not.toContain(secret)
    expect(listed).not.toContain('secret-path')
    const change = { version: hook.version, name: 'Renamed', kind: 'json', types: ['ticket_created'], isActive: false }
    expect((await admin.request('PUT', `/notifications/hooks/${hook.id}`, change)).status).toBe(200)
    await makeTicket(tenant)
    await runDue('notifications.hook')
    expect(calls).toHaveLength(1)
    expect((await admin.request('POST', `/notifications/hooks/${hook.id}/test`)).status).toBe(422)
    expect((await admin.request('DELETE', `/notifications/hooks/${hook.id}`)).status).toBe(200)
    expect(await list()).toEqual([])
    const events = await inWork(tenant, ({ tx }) => tx.event.findMany({ where: { type: { startsWith: 'hook.' } }, orderBy: { n: 'asc' } }))
    expect(events.map(({ type }) => type)).toEqual(['hook.added', 'hook.changed', 'hook.deleted'])
    expect(JSON.stringify(events.map(({ payload }) => payload))).not.toContain('secret-path')
  })

  it('in the own network, of a private kind or of no kind is refused', async () => {
    const post = async (change: object) =>
      (
        await admin.request('POST', '/notifications/hooks', {
          name: 'x',
          kind: 'json',
          url: at('/x'),
          types: ['ticket_created'],
          ...change,
        })
      ).status
    expect(await post({ types: ['login_alert'] })).toBe(422)
    expect(await post({ types: [] })).toBe(422)
    expect(await post({ kind: 'fax' })).toBe(422)
    env().ALLOW_PRIVATE_HOSTS = 'off'
    for (const url of [at('/x'), 'http://example.com', 'https://localhost/x', 'https://10.0.0.1/', 'nonsense'])
      expect(await post({ url }), url).toBe(422)
    env().ALLOW_PRIVATE_HOSTS = 'on'
  })
})

describe('an article', () => {
  it('is brought to its reviewers when they are asked, and what they decided to its author', async () => {
    const reviewer = await makePerson(tenant, 'moderator')
    const send = async (who: TestPerson, method: string, path: string, body: object) => {
      const answer = await who.request(method, path, body)
      expect(answer.status, await answer.clone().text()).toBeLessThan(300)
      return (await answer.json()) as { id: string; version: number }
    }
    const { id: categoryId } = await send(admin, 'POST', '/kb/categories', { name: 'Guides' })
    const given = { title: 'Wool', categoryId, content: '<p>Cold.</p>', audience: 'agents', reviewerIds: [reviewer.id, agent.id] }
    let article = await send(agent, 'POST', '/kb/articles', given)
    const act = async (who: TestPerson, action: string, more = {}) => {
      article = await send(who, 'POST', `/kb/articles/${article.id}/${action}`, { version: article.version, ...more })
    }
    await act(agent, 'submit')
    const [asked] = (await told(reviewer)).items
    expect(asked).toMatchObject({ title: '“Wool” is waiting for your review', href: `/agent/kb/${article.id}`, type: 'article_review' })
    expect(asked?.body).toContain(agent.name)
    expect([await titles(agent), await titles(admin)]).toEqual([[], []])
    await act(reviewer, 'reject', { reason: 'Say how warm.' })
    expect((await told(agent)).items).toMatchObject([{ title: '“Wool” was sent back to you', body: 'Say how warm.' }])
    // Who may not see it any more hears nothing of it.
    const customRoleId = newId()
    const role = { tenantId: tenant.ref.id, id: customRoleId, name: 'Outside', permissions: ['kb.write', 'kb.publish'] }
    await inWork(tenant, async ({ tx }) => {
      await tx.role.create({ data: role })
      await tx.notification.deleteMany({})
      await tx.person.updateMany({ where: { id: reviewer.id }, data: { customRoleId } })
    })
    await act(agent, 'submit')
    expect(await titles(reviewer)).toEqual([])
  })
})
