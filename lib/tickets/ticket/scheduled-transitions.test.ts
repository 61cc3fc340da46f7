import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { withOwner } from '../../db/owner'
import { withPlatform } from '../../db/scope'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { replyAddress } from '../../mail/addresses'
import { readDevMailbox } from '../../mail/dev-mailbox'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import { sweepTransitionsJob } from './scheduled-transitions'
import type { TicketOutput } from './schema'

openTestDatabase()
beforeAll(() => withOwner(installJobRunner))

let counter = 0
let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
let ticket: { id: string }
const email = 'asker@example.com'
beforeEach(async () => {
  tenant = await makeTenant(`turn${++counter}`)
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
  ticket = await makeTicket(tenant, { email, title: 'Slow lamp' })
})

const hour = 3600_000
const inHours = (hours: number) => new Date(Date.now() + hours * hour).toISOString()
const read = async (id = ticket.id) => (await (await admin.request('GET', `/ticket/${id}`)).json()) as TicketOutput
async function move(status: string, more: object = {}) {
  const { version } = await read()
  return admin.request('PUT', `/ticket/${ticket.id}/status`, { status, version, ...more })
}
const turns = async () => {
  await drainBackground()
  return withPlatform((tx) => tx.job.findMany({ where: { tenantId: tenant.ref.id, name: 'tickets.turn' }, orderBy: { createdAt: 'asc' } }))
}
/** As if the ticket's times had begun so many hours earlier; then what waits is run. */
async function pass(hours: number) {
  await drainBackground()
  await inWork(
    tenant,
    ({ tx }) => tx.$executeRaw`
    UPDATE ticket SET held_at = held_at - make_interval(hours => ${hours}::int), hold_until = hold_until - make_interval(hours => ${hours}::int),
      reminded_at = reminded_at - make_interval(hours => ${hours}::int), resolved_at = resolved_at - make_interval(hours => ${hours}::int),
      closed_at = closed_at - make_interval(hours => ${hours}::int)`,
  )
  await inWork(tenant, ({ tx }) => tx.$executeRaw`UPDATE notification SET updated_at = updated_at - make_interval(hours => ${hours}::int)`)
  for (const { id, status } of await turns()) if (status === 'queued') await runJob(id)
  await drainBackground()
}
const answer = async (body: string) => {
  const raw = Buffer.from(`From: ${email}\r\nSubject: Re\r\nMessage-ID: <${++counter}@x>\r\n\r\n${body}`)
  await receiveMail(tenant, { recipient: replyAddress(tenant.ref, ticket.id), provider: 'test', raw }, 'test')
  await drainBackground()
}
const mails = async () => (await readDevMailbox(tenant.ref.slug)).filter(({ to }) => to.includes(email))
const events = (type: string) =>
  inWork(tenant, ({ tx }) => tx.event.findMany({ where: { type, subjectId: ticket.id }, orderBy: { n: 'asc' } }))

describe('a hold', () => {
  it('says why and until when, to staff alone, and ends by itself', async () => {
    await admin.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    expect((await move('hold', { reason: 'waiting for the supplier', holdUntil: inHours(10) })).status).toBe(200)
    expect(await read()).toMatchObject({ status: 'hold', statusReason: 'waiting for the supplier', holdUntil: expect.any(String) })
    expect((await turns()).map(({ status }) => status)).toEqual(['queued'])
    await pass(9)
    expect((await read()).status).toBe('hold')
    await pass(2)
    expect(await read()).toMatchObject({ status: 'in_progress', statusReason: null, holdUntil: null })
    expect((await events('ticket.status_changed')).at(-1)?.payload).toMatchObject({
      before: 'hold',
      after: 'in_progress',
      cause: 'hold_ended',
    })
  })

  it('of a ticket nobody has goes back to be taken', async () => {
    await move('hold', { holdUntil: inHours(1) })
    await pass(2)
    expect((await read()).status).toBe('created')
  })

  it('is recalled every three days, without touching the ticket', async () => {
    await admin.request('POST', `/ticket/${ticket.id}/assign`, { assigneeId: agent.id, version: 1 })
    await move('hold', { holdUntil: inHours(24 * 10) })
    const { version } = await read()
    await pass(73)
    await pass(1)
    expect(await events('ticket.hold_reminded')).toHaveLength(1)
    const bell = (await (await agent.request('GET', '/notifications')).json()) as { items: { title: string }[] }
    expect(bell.items[0]?.title).toMatch(/is on hold until \d{1,2} \w+ \d{4}$/)
    await pass(72)
    expect(await events('ticket.hold_reminded')).toHaveLength(2)
    expect((await read()).version).toBe(version)
    await pass(24 * 10)
    expect((await read()).status).toBe('in_progress')
  })

  it('that was ended or changed is not ended by what was planned before', async () => {
    await move('hold', { holdUntil: inHours(10) })
    await drainBackground()
    await move('in_progress')
    await move('hold', { holdUntil: inHours(100) })
    await pass(11)
    expect((await read()).status).toBe('hold')
    await answer('Any news?')
    expect((await read()).status).toBe('in_progress')
    await pass(200)
    expect((await read()).status).toBe('in_progress')
  })

  it('takes a new end as often as it is given one, is ended at that, and takes the old one back', async () => {
    await move('hold', { holdUntil: inHours(10), reason: 'Parts' })
    await pass(1)
    await move('hold', { holdUntil: inHours(100) })
    const { holdUntil } = await read()
    expect(await read()).toMatchObject({ statusReason: 'Parts' })
    expect((await move('hold', { holdUntil: inHours(30), reason: 'Sooner' })).status).toBe(200)
    await setUndoWindow(tenant, 60)
    expect((await admin.request('POST', `/ticket/${ticket.id}/undo`, { change: 'status' })).status).toBe(200)
    await setUndoWindow(tenant, 0)
    expect(await read()).toMatchObject({ status: 'hold', holdUntil, statusReason: 'Parts' })
    for (const end of [inHours(-1), inHours(24 * 400)]) expect((await move('hold', { holdUntil: end })).status).toBe(422)
    await pass(60)
    expect((await read()).status).toBe('hold')
    await pass(41)
    expect((await read()).status).toBe('created')
  })

  it('with an end that is none is refused', async () => {
    for (const holdUntil of [inHours(-1), inHours(24 * 400), 'tomorrow', '2026-13-01T00:00:00Z'])
      expect((await move('hold', { holdUntil })).status).toBe(422)
    expect((await move('resolved', { holdUntil: inHours(1) })).status).toBe(422)
  })
})

describe('a resolved ticket', () => {
  it('is announced, and closes after three days without an answer', async () => {
    await move('resolved')
    await drainBackground()
    const mail = (await mails()).find(({ text }) => text.includes('We believe that your request is resolved.'))
    expect(mail?.text).toContain('Otherwise it closes in 3 days.')
    expect(Date.parse(String((await read()).closesAt)) - Date.now()).toBeGreaterThan(71 * hour)
    await pass(71)
    const { status, resolvedAt } = await read()
    expect(status).toBe('resolved')
    await pass(2)
    // It closes, and was resolved when it was.
    const earlier = new Date(Date.parse(String(resolvedAt)) - 2 * hour).toISOString()
    expect(await read()).toMatchObject({ status: 'closed', closesAt: null, resolvedAt: earlier })
    expect((await events('ticket.status_changed')).at(-1)?.payload).toMatchObject({
      after: 'closed',
      cause: 'no_reply',
      isAutomatic: true,
    })
  })

  it('stays open when someone answers, and closes when the workspace says so, or never', async () => {
    await move('resolved')
    await answer('Not yet!')
    expect(await read()).toMatchObject({ status: 'created', reopenCount: 1, closesAt: null })
    await pass(100)
    expect((await read()).status).toBe('created')

    const set = async (closeAfterDays: number) => {
      const { version } = (await (await admin.request('GET', `/business/${tenant.ref.id}`)).json()) as { version: number }
      expect((await admin.request('PUT', `/business/${tenant.ref.id}`, { version, closeAfterDays })).status).toBe(200)
    }
    await set(10)
    await move('resolved')
    await pass(100)
    expect((await read()).status).toBe('resolved')
    await set(0)
    await pass(200)
    expect((await read()).status).toBe('resolved')
    await set(1)
    await sweepTransitionsJob.run({ input: {}, tenant: null, progress: async () => {} })
    await pass(0)
    expect((await read()).status).toBe('closed')
  })
})

describe('an answer to a closed ticket', () => {
  it('opens it again within the days of the workspace', async () => {
    await move('resolved')
    await move('closed')
    await pass(6 * 24)
    await answer('It is back.')
    expect(await read()).toMatchObject({ status: 'created', reopenCount: 1 })
  })

  it('after that is a new ticket that continues it, by mail and on the portal', async () => {
    const customer = await makePerson(tenant, 'customer', { email })
    await move('resolved')
    await move('closed')
    await pass(8 * 24)
    await answer('A year later.')
    const page = async (id: string) =>
      (await (await admin.request('GET', `/ticket/${id}/page`)).json()) as { ticket: TicketOutput; links: object[] }
    const { ticket: old, links } = await page(ticket.id)
    expect(old.status).toBe('closed')
    expect(links).toEqual([expect.objectContaining({ kind: 'follow_up', direction: 'from', title: 'Slow lamp', status: 'created' })])
    const followUp = await page((links[0] as { id: string }).id)
    expect(followUp.links).toEqual([expect.objectContaining({ kind: 'follow_up', direction: 'to', number: old.number })])

    await inWork(tenant, async ({ tx }) => {
      const contact = await tx.contact.findFirstOrThrow({ where: { addresses: { some: { email } } } })
      await tx.contact.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: contact.id } }, data: { personId: customer.id } })
    })
    const seen = (await (await customer.request('GET', `/ticket/${ticket.id}`)).json()) as TicketOutput
    expect(seen.abilities).toMatchObject({ close: false, reopen: false, reply: true })
    expect((await customer.request('POST', `/ticket/${ticket.id}/reopen`, { reason: 'x', version: seen.version })).status).toBe(422)
    const replied = (await (await customer.request('POST', `/ticket/${ticket.id}/comments`, { body: 'And here.' })).json()) as {
      ticket: TicketOutput
    }
    expect(replied.ticket.id).not.toBe(ticket.id)
    expect(replied.ticket.number).not.toBe(old.number)
  })
})

describe('the requester', () => {
  it('closes and opens again what is theirs, saying why, and sees nothing of holds', async () => {
    const customer = await makePerson(tenant, 'customer')
    const other = await makePerson(tenant, 'customer')
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    ticket = { id }
    await move('hold', { reason: 'they are annoying', holdUntil: inHours(5) })
    const seen = (await (await customer.request('GET', `/ticket/${id}`)).json()) as TicketOutput
    expect(seen).toMatchObject({ status: 'in_progress', statusReason: null, holdUntil: null, abilities: { close: true, reopen: false } })
    const change = (who: TestPerson, what: string, body: object) => who.request('POST', `/ticket/${id}/${what}`, body)
    expect((await change(other, 'close', { version: seen.version })).status).toBe(404)
    expect((await change(customer, 'close', { version: seen.version + 5 })).status).toBe(409)
    expect((await change(customer, 'reopen', { reason: 'x', version: seen.version })).status).toBe(422)
    const closed = (await (await change(customer, 'close', { version: seen.version })).json()) as TicketOutput
    expect(closed).toMatchObject({ status: 'closed', abilities: { close: false, reopen: true } })
    expect((await change(customer, 'reopen', { version: closed.version })).status).toBe(422)
    const reopened = await change(customer, 'reopen', { reason: 'It broke again.', version: closed.version })
    expect(await reopened.json()).toMatchObject({ status: 'created', reopenCount: 1 })
    expect((await read()).statusReason).toBe('It broke again.')
  })
})
