import { call } from '@orpc/server'
import { expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { sweepDesk } from '../../sla/sweep'
import { inWork, makePerson, makeTicket, type TestPerson } from '../../testing/factories'
import { openSlaDesk } from '../../testing/sla'
import { recordAnswer } from '../../tickets/conversation/record'
import { loadTicket } from '../../tickets/ticket/queries'
import type { TicketOutput } from '../../tickets/ticket/schema'
import { router } from '../../wiring/router'
import { readReceipt, receiveMail } from './receive'
import type { Verdict } from './schema'

const { clocks, context, makePolicy, tenant, ticketRow, to } = openSlaDesk()

let counter = 0
async function deliver(dmarc: Verdict['dmarc'], provider = { isSpam: null as boolean | null }, subject = 'New bank account') {
  const host = `support@${tenant().ref.slug}.localhost`
  const lines = ['From: Amina <amina@shop.example>', `To: ${host}`, 'Cc: boss@shop.example', `Subject: ${subject}`]
  const raw = Buffer.from([...lines, `Message-ID: <u${++counter}@shop.example>`, '', 'Please pay to another account.'].join('\r\n'))
  const mail = { recipient: host, provider: 'test', raw, verdict: { spf: null, dkim: null, dmarc, ...provider } }
  const { id } = await receiveMail(tenant(), mail, 'test')
  await drainBackground()
  return { id, ticketId: (await readReceipt(tenant(), id)).ticketId as string }
}

const told = async (person: TestPerson) => {
  await drainBackground()
  const rows = await inWork(tenant(), ({ tx }) => tx.notification.findMany({ where: { personId: person.id }, orderBy: { id: 'asc' } }))
  return rows.map(({ type }) => type)
}
const confirm = async (person: TestPerson, id: string, isConfirmed: boolean) => {
  const { version } = await ticketRow(id)
  return person.request('PUT', `/ticket/${id}/sender`, { isConfirmed, version })
}
const idsOf = async (person: TestPerson, q: string) =>
  ((await (await person.request('GET', `/ticket?q=${encodeURIComponent(q)}`)).json()) as { items: TicketOutput[] }).items.map(
    ({ id }) => id,
  )

it('a ticket whose sender fails authentication is flagged: nobody is told and no clock runs until somebody confirms the sender', async () => {
  await makePolicy()
  const [member, agent] = [await makePerson(tenant(), 'agent'), await makePerson(tenant(), 'agent')]
  const { ticketId } = await deliver('fail')
  const good = await deliver('pass')
  expect(await ticketRow(good.ticketId)).toMatchObject({ isUnverified: false, isPublic: true })
  expect(await ticketRow(ticketId)).toMatchObject({ isUnverified: true, isPublic: false })
  expect(await clocks(good.ticketId)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  expect(await clocks(ticketId)).toEqual([])
  expect(await told(member)).toEqual(['ticket_created'])
  expect(await idsOf(agent, 'is:unverified')).toEqual([ticketId])
  const before = (await (await agent.request('GET', `/ticket/${ticketId}`)).json()) as TicketOutput
  expect(before).toMatchObject({ isUnverified: true, clocks: [] })

  // The time that went by counts: the clocks run from when the email came.
  to(50)
  const answer = await confirm(agent, ticketId, true)
  expect(await answer.json()).toMatchObject({ isUnverified: false, clocks: [{ metric: 'first_response' }, { metric: 'resolution' }] })
  expect(await clocks(ticketId)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  to(51)
  expect(await told(member)).toEqual(['ticket_created', 'ticket_created'])
  expect(await told(agent)).toEqual(['ticket_created'])
  expect(await idsOf(agent, 'is:unverified')).toEqual([])

  expect((await confirm(agent, ticketId, false)).status).toBe(200)
  expect(await clocks(ticketId)).toEqual([])
  to(600)
  await sweepDesk(tenant())
  expect(await clocks(ticketId)).toEqual([])
  const { activity } = await call(router.tickets.page, { id: ticketId }, context())
  expect(activity.flatMap(({ type, payload }) => (type === 'ticket.sender_confirmed' ? [payload] : []))).toEqual([
    { isConfirmed: true },
    { isConfirmed: false },
  ])
})

it('its assignee alone hears of what the sender writes next', async () => {
  const [member, assignee] = [await makePerson(tenant(), 'agent'), await makePerson(tenant(), 'agent')]
  const { ticketId } = await deliver('fail')
  await call(router.tickets.assign, { id: ticketId, assigneeId: assignee.id, version: (await ticketRow(ticketId)).version }, context())
  await member.request('POST', `/ticket/${ticketId}/watch`, {})
  await drainBackground()
  to(30) // what is told within minutes of each other is one notification
  await inWork(tenant(), async (work) => {
    const ticket = await loadTicket(work, ticketId, 'lock')
    await recordAnswer(work, ticket, { bodyText: 'And?', author: { kind: 'contact', id: ticket.requesterId }, source: 'email' })
  })
  expect((await told(assignee)).sort()).toEqual(['ticket_assigned', 'ticket_commented'])
  expect(await told(member)).toEqual([])
})

it('nobody puts a sender in doubt who was not, and customers learn nothing of it', async () => {
  await makePolicy()
  const agent = await makePerson(tenant(), 'agent')
  const customer = await makePerson(tenant(), 'customer')
  const { id } = await makeTicket(tenant())
  expect((await confirm(agent, id, false)).status).toBe(422)
  expect(await clocks(id)).toHaveLength(2)
  expect((await confirm(customer, id, true)).status).toBeGreaterThanOrEqual(400)
})

it('a ticket that is made of a kept email is flagged as it would have been, unless somebody says who asks', async () => {
  const admin = await makePerson(tenant(), 'admin')
  for (const [requester, isUnverified] of [
    [undefined, true],
    [{ email: 'amina@shop.example' }, false],
  ] as const) {
    const { id } = await deliver('fail', { isSpam: true })
    const answer = await admin.request('POST', `/settings/mail/messages/${id}/recover`, { action: 'ticket', requester })
    const { ticketId } = (await answer.json()) as { ticketId: string }
    expect((await ticketRow(ticketId)).isUnverified).toBe(isUnverified)
  }
})

it('a message in doubt that is split off begins a ticket in doubt', async () => {
  await makePolicy()
  const { ticketId } = await deliver('pass')
  const { number } = await call(router.tickets.get, { id: ticketId }, context())
  const note = await deliver('fail', undefined, `Re: [${number}] account`)
  expect(note.ticketId).toBe(ticketId)
  const { items } = await call(router.tickets.messages, { id: ticketId }, context())
  const messageId = items.find(({ kind }) => kind === 'note')?.id as string
  const made = await call(router.tickets.split, { id: ticketId, messageId, title: 'Another matter' }, context())
  expect(made).toMatchObject({ isUnverified: true, isPublic: false, clocks: [] })
})
