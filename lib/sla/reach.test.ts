import { call } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { applyReport } from '../mail/delivery-report'
import { requeueMail } from '../mail/outbox'
import { suppress } from '../mail/suppression'
import { inWork, makePerson, makeTicket, type TestPerson } from '../testing/factories'
import { openSlaDesk } from '../testing/sla'
import { router } from '../wiring/router'
import { sweepDesk } from './sweep'

const desk = openSlaDesk()
const { clocks, context, makePolicy, minute, move, reply, step, taken, ticketRow, to, write } = desk
const { tenant } = desk

const email = 'asks@example.com'
const ask = (given: object = {}) => makeTicket(tenant(), { email, ...given })

/** The mails of a ticket's answers, oldest first. */
const answers = (ticketId: string) =>
  inWork(tenant(), async ({ tx }) => {
    const messages = await tx.ticketMessage.findMany({ where: { ticketId, kind: 'reply' }, orderBy: { createdAt: 'asc' } })
    const mails = await tx.outboundMail.findMany({ where: { ticketId }, omit: { raw: true } })
    return messages.flatMap(({ messageId }) => mails.filter((mail) => mail.messageId === messageId))
  })

/** The n-th answer comes back from one of its recipients. */
async function bounce(ticketId: string, { n = 0, recipient = email, isHard = true } = {}) {
  await drainBackground()
  const mail = (await answers(ticketId))[n]
  if (!mail) throw new Error('no such answer')
  await inWork(tenant(), async (work) => {
    await applyReport(work, mail, { kind: 'bounced', recipient, isHard, detail: '550 5.1.1' })
    // What is sent next goes out.
    await work.tx.suppressedAddress.deleteMany({ where: { email: recipient, reason: 'hard_bounce' } })
  })
  await drainBackground()
}
const withhold = (address: string) => inWork(tenant(), (work) => suppress(work, { email: address, reason: 'manual', detail: '' }))
const told = async (ticketId: string) =>
  (
    await inWork(tenant(), ({ tx }) =>
      tx.event.findMany({ where: { subjectId: ticketId, type: { startsWith: 'message.' } }, orderBy: { n: 'asc' } }),
    )
  ).map(({ type }) => type)

describe('an answer that comes back', () => {
  it('is no response: the clock goes on from the question, once it is known', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 20', 'resolution 1, due 480'])
    expect(minute((await ticketRow(id)).firstResponseAt)).toBe(20)
    to(25)
    await bounce(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
    expect((await ticketRow(id)).firstResponseAt).toBeNull()
    expect(minute((await ticketRow(id)).slaDueAt)).toBe(60)
    to(50)
    await reply(id)
    expect((await clocks(id))[0]).toBe('first_response 1, due 60, stopped 50')
    expect(minute((await ticketRow(id)).firstResponseAt)).toBe(50)
    expect(await told(id)).toEqual(['message.unreached'])
  })

  it('says so once, however often it is reported, and alerts nobody for the past', async () => {
    await makePolicy({ escalations: [step(-15), step(10)] })
    const { id } = await ask()
    to(20)
    await reply(id)
    await drainBackground()
    to(100)
    await bounce(id)
    await bounce(id)
    await sweepDesk(tenant())
    await drainBackground()
    expect(await told(id)).toEqual(['message.unreached'])
    expect((await clocks(id))[0]).toBe('first_response 1, due 60, breached')
    const alerts = await inWork(tenant(), ({ tx }) =>
      tx.event.findMany({ where: { subjectId: id, type: { in: ['ticket.escalated', 'ticket.sla_breached'] } } }),
    )
    expect(alerts.map(({ type, payload }) => [type, (payload as { isByRecompute?: boolean }).isByRecompute])).toEqual([
      ['ticket.sla_breached', true],
    ])
    const notices = await inWork(tenant(), ({ tx }) => tx.notification.count({ where: { type: { in: ['sla_breach', 'sla_reminder'] } } }))
    expect(notices).toBe(0)
  })

  it('still alerts of what comes after it', async () => {
    await makePolicy({ escalations: [step(-15)] })
    const { id } = await ask()
    to(20)
    await reply(id)
    to(25)
    await bounce(id)
    to(70)
    await sweepDesk(tenant())
    expect(await taken()).toEqual(['45 first_response late', 'breach first_response late'])
  })

  it('gives what was asked after it to the first response, and takes back the clock that it had begun', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    to(30)
    await write(id)
    expect((await clocks(id))[1]).toBe('next_response 1, due 90')
    await bounce(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  })

  it('is judged anew also where another answer came after it', async () => {
    await makePolicy()
    const { id } = await ask()
    for (const [at, act] of [
      [20, reply],
      [30, write],
      [100, reply],
      [120, write],
    ] as const) {
      to(at)
      await act(id)
    }
    expect(await clocks(id)).toEqual([
      'first_response 1, due 60, stopped 20',
      'next_response 1, due 90, stopped 100, breached',
      'next_response 2, due 180',
      'resolution 1, due 480',
    ])
    to(130)
    await bounce(id)
    expect(await clocks(id)).toEqual([
      'first_response 1, due 60, stopped 100, breached',
      'next_response 1, due 180',
      'resolution 1, due 480',
    ])
    to(140)
    await reply(id)
    expect((await clocks(id))[1]).toBe('next_response 1, due 180, stopped 140')
  })

  it('is no success of a ticket that it resolved', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    await move(id, 'resolved')
    to(30)
    await bounce(id)
    const where = { ticketId: id, metric: 'first_response' } as const
    expect((await inWork(tenant(), ({ tx }) => tx.slaClock.findFirst({ where })))?.droppedAt).not.toBeNull()
    expect((await call(router.sla.dashboard, {}, context())).overall).toMatchObject({ met: 1, breached: 0 })
  })

  it('is a response from when it got there, if it is sent again and does', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    to(25)
    await bounce(id)
    to(50)
    const mail = (await answers(id))[0] as Awaited<ReturnType<typeof answers>>[0]
    await inWork(tenant(), (work) => requeueMail(work, mail))
    await drainBackground()
    expect(await told(id)).toEqual(['message.unreached', 'message.reached'])
    expect((await clocks(id))[0]).toBe('first_response 1, due 60, stopped 50')
    expect(minute((await ticketRow(id)).firstResponseAt)).toBe(50)
  })

  it('is none again where it comes back once more', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    to(25)
    await bounce(id)
    to(50)
    const mail = (await answers(id))[0] as Awaited<ReturnType<typeof answers>>[0]
    await inWork(tenant(), (work) => requeueMail(work, mail))
    to(55)
    await bounce(id)
    expect(await told(id)).toEqual(['message.unreached', 'message.reached', 'message.unreached'])
    expect((await clocks(id))[0]).toBe('first_response 1, due 60')
    expect((await ticketRow(id)).firstResponseAt).toBeNull()
  })

  it('is one for the ledger too', async () => {
    await makePolicy()
    const { id } = await ask()
    to(20)
    await reply(id)
    await bounce(id)
    to(40)
    await reply(id)
    const { clocks: shown } = await call(router.sla.ledger, { id }, context())
    expect(shown.find(({ metric }) => metric === 'first_response')?.consumedMinutes).toBe(40)
  })
})

describe('whether an answer reached anybody', () => {
  const cc = 'boss@example.com'
  /** An answer to both, with what happens to it, and whether it is a response. */
  const cases: [string, boolean, (id: string) => Promise<unknown>, { before?: () => Promise<unknown>; isAlone?: boolean }?][] = [
    ['both get it', true, async () => {}],
    ['it comes back from one of two', true, (id) => bounce(id)],
    ['it comes back from both', false, (id) => bounce(id).then(() => bounce(id, { recipient: cc }))],
    ['both mailboxes are full', false, (id) => bounce(id, { isHard: false }).then(() => bounce(id, { recipient: cc, isHard: false }))],
    ['one is suppressed', true, async () => {}, { before: () => withhold(email) }],
    ['one is suppressed, and it comes back from the other', false, (id) => bounce(id, { recipient: cc }), { before: () => withhold(email) }],
    ['all are suppressed', false, async () => {}, { before: () => withhold(email).then(() => withhold(cc)) }],
    ['its only recipient is suppressed', false, async () => {}, { before: () => withhold(email), isAlone: true }],
    ['its only recipient complains of it', true, async (id) => {
      const mail = (await answers(id))[0] as Awaited<ReturnType<typeof answers>>[0]
      await inWork(tenant(), (work) => applyReport(work, mail, { kind: 'complained', recipient: email, isHard: false, detail: '' }))
    }, { isAlone: true }],
  ] // biome-ignore format: a table
  it.each(cases)('%s: %s', async (_, isResponse, happens, { before, isAlone } = {}) => {
    await makePolicy()
    const { id } = await ask()
    await before?.()
    to(10)
    await call(router.tickets.reply, { id, body: 'We look into it.', ...(isAlone ? {} : { cc: [cc] }) }, context())
    await drainBackground()
    await happens(id)
    await drainBackground()
    expect((await clocks(id))[0]).toBe(isResponse ? 'first_response 1, due 60, stopped 10' : 'first_response 1, due 60')
  })

  it.each<[string, boolean, (customer: TestPerson) => Promise<unknown>]>([
    ['with a password', true, async () => {}],
    ['signed in, without a password', true, ({ id }) => inWork(tenant(), ({ tx }) => tx.person.updateMany({ where: { id }, data: { passwordHash: null } }))],
    ['without a password or a session', false, ({ id }) => inWork(tenant(), async ({ tx }) => {
      await tx.person.updateMany({ where: { id }, data: { passwordHash: null } })
      await tx.session.updateMany({ where: { personId: id }, data: { revokedAt: new Date() } })
    })],
    ['suspended', false, ({ id }) => inWork(tenant(), ({ tx }) => tx.person.updateMany({ where: { id }, data: { status: 'suspended' } }))],
  ])('on the portal: a requester with an account %s reads it: %s', async (_, isResponse, prepare) => {
    const customer = await makePerson(tenant(), 'customer')
    await inWork(tenant(), async ({ tx }) => tx.person.updateMany({ where: { id: customer.id, passwordHash: null }, data: { passwordHash: 'x' } }))
    await makePolicy()
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Mine', description: 'x' })).json()) as { id: string }
    to(10)
    await reply(id)
    await prepare(customer)
    await bounce(id, { recipient: customer.email })
    expect((await clocks(id))[0]).toBe(isResponse ? 'first_response 1, due 60, stopped 10' : 'first_response 1, due 60')
  }) // biome-ignore format: a table
})
