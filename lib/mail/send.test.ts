import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { env } from '../env'
import { wakeRelay } from '../events/wake'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, send } from '../testing/factories'
import { startSmtp } from '../testing/smtp'
import { returnAddress } from './addresses'
import { applyReport } from './delivery-report'
import { queueMail, requeueMail } from './outbox'
import { suppress } from './suppression'

openTestDatabase()

let tenant: ResolvedTenant
let server: Awaited<ReturnType<typeof startSmtp>>
let counter = 0
beforeAll(async () => {
  tenant = await makeTenant('out')
  server = await startSmtp()
  env().SMTP_URL = server.url
})
afterEach(() => {
  server.behaviour.onMessage = undefined
  server.behaviour.onRecipient = undefined
  server.received.length = 0
})
afterAll(async () => {
  env().SMTP_URL = undefined
  await server.close()
})

async function post(to: string[] = [`ada${++counter}@example.com`], given: { isAsked?: boolean } = {}) {
  const messageId = `${++counter}@out.localhost`
  const mail = { from: { name: 'Desk', address: 'support@out.localhost' }, subject: 'Hello', text: 'Hello', isAutomatic: true }
  await inWork(tenant, (work) => queueMail(work, { ...mail, ...given, to, messageId }))
  await drainBackground()
  return messageId
}
const mailOf = (messageId: string) =>
  inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId }, omit: { raw: true } }))
const deliveryOf = async (messageId: string) => {
  const { id } = await mailOf(messageId)
  return inWork(tenant, ({ tx }) =>
    tx.eventDelivery.findFirstOrThrow({ where: { subscriber: 'mail.send', event: { subjectId: id } }, orderBy: { n: 'desc' } }),
  )
}
/** Lets the wait before the next try pass. @returns how many seconds it was */
async function passWait(messageId: string) {
  const { eventId, dueAt } = await deliveryOf(messageId)
  const seconds = Math.round((dueAt.getTime() - Date.now()) / 1000)
  await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { eventId }, data: { dueAt: new Date() } }))
  wakeRelay(tenant.ref)
  await drainBackground()
  return seconds
}
const eventsAbout = async (messageId: string) => {
  const { id } = await mailOf(messageId)
  return inWork(tenant, async ({ tx }) =>
    (await tx.event.findMany({ where: { type: 'mail.status_changed' }, orderBy: { n: 'asc' } })).filter(
      ({ payload }) => (payload as { mailId: string }).mailId === id,
    ),
  )
}

describe('a message that is handed over', () => {
  it('is sent once, as it was written, and comes back to an address of its own', async () => {
    const messageId = await post()
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'sent', reason: null, attempts: 1, provider: 'smtp', undelivered: [], withheld: [] })
    expect(mail.sentAt).not.toBeNull()
    expect(server.received).toHaveLength(1)
    expect(server.received[0]?.to).toEqual(mail.recipients)
    expect(server.received[0]?.raw).toContain(`Message-ID: <${messageId}>`)
    expect(server.received[0]?.from).toBe(returnAddress(tenant.ref, mail.id, mail.recipients[0] ?? ''))
  })

  it('is not sent again when its delivery is repeated', async () => {
    const messageId = await post()
    const { eventId } = await deliveryOf(messageId)
    await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { eventId }, data: { status: 'pending' } }))
    wakeRelay(tenant.ref)
    await drainBackground()
    expect(server.received).toHaveLength(1)
  })

  it('reaches whom the server takes, and says who was refused', async () => {
    server.behaviour.onRecipient = (address) => (address === 'gone@example.com' ? { code: 550, says: '5.1.1 No such user' } : null)
    const messageId = await post(['here@example.com', 'gone@example.com'])
    expect(server.received[0]?.to).toEqual(['here@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: ['gone@example.com'] })
  })
})

describe('messages that are handed over at the same moment', () => {
  it('are each marked by what became of themselves', async () => {
    server.behaviour.onRecipient = (address) => (address.startsWith('gone') ? { code: 550, says: '5.1.1 No such user' } : null)
    const ends = ['here1', 'gone1', 'here2', 'gone2', 'here3']
    const mail = { from: { name: 'Desk', address: 'support@out.localhost' }, subject: 'Hello', text: 'Hello', isAutomatic: true }
    await inWork(tenant, async (work) => {
      for (const end of ends) await queueMail(work, { ...mail, to: [`${end}@example.com`], messageId: `${end}@out.localhost` })
    })
    await drainBackground()
    const mails = await Promise.all(ends.map((end) => mailOf(`${end}@out.localhost`)))
    expect(mails.map(({ status, attempts }) => [status, attempts])).toEqual(
      ends.map((end) => [end.startsWith('gone') ? 'failed' : 'sent', 1]),
    )
    expect(server.received.flatMap(({ to }) => to).sort()).toEqual(['here1@example.com', 'here2@example.com', 'here3@example.com'])
  })
})

describe('a message to several', () => {
  const takenBy = () => server.received.flatMap(({ to }) => to)

  it('is handed over to each for itself, the same message with another address to come back to', async () => {
    const messageId = await post(['s1@example.com', 's2@example.com'])
    const { id, reached } = await mailOf(messageId)
    const byRecipient = server.received.sort((a, b) => (a.to.join() < b.to.join() ? -1 : 1))
    expect(byRecipient.map(({ from, to }) => [from, to])).toEqual(
      ['s1@example.com', 's2@example.com'].map((email) => [returnAddress(tenant.ref, id, email), [email]]),
    )
    expect(new Set(server.received.map(({ raw }) => raw)).size).toBe(1)
    expect(reached.sort()).toEqual(['s1@example.com', 's2@example.com'])
  })

  it('waits for one that is not taken yet, and goes to nobody twice', async () => {
    server.behaviour.onRecipient = (address) => (address === 'grey@example.com' ? { code: 451, says: '4.7.1 Greylisted' } : null)
    const messageId = await post(['quick@example.com', 'grey@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'try_later', reached: ['quick@example.com'] })
    server.behaviour.onRecipient = undefined
    await passWait(messageId)
    expect(takenBy()).toEqual(['quick@example.com', 'grey@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', reason: null, undelivered: [], attempts: 2 })
  })

  it('goes on to the others where it came back from one meanwhile', async () => {
    server.behaviour.onRecipient = (address) => (address === 'slow@example.com' ? { code: 451, says: '4.7.1 Greylisted' } : null)
    const messageId = await post(['early@example.com', 'slow@example.com'])
    const came = { kind: 'bounced', recipient: 'early@example.com', isHard: false, detail: '552 Full' } as const
    const mail = await mailOf(messageId)
    await inWork(tenant, (work) => applyReport(work, mail, came))
    server.behaviour.onRecipient = undefined
    await passWait(messageId)
    expect(takenBy()).toEqual(['early@example.com', 'slow@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: ['early@example.com'], lastError: '552 Full' })
  })

  it('has failed for whom it never reached, and is sent again to them alone', async () => {
    server.behaviour.onRecipient = (address) => (address === 'never@example.com' ? { code: 450, says: 'Busy' } : null)
    const messageId = await post(['took@example.com', 'never@example.com'])
    for (let n = 0; n < 3; n++) await passWait(messageId)
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'failed', reason: 'try_later', attempts: 4, undelivered: ['never@example.com'] })
    server.behaviour.onRecipient = undefined
    await inWork(tenant, (work) => requeueMail(work, mail))
    await drainBackground()
    expect(takenBy()).toEqual(['took@example.com', 'never@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', undelivered: [] })
  })

  it('is marked as handed over to each at once: a process that ends then sends it to nobody twice', async () => {
    const messageId = await post(['before@example.com', 'after@example.com'])
    // As if it had ended when the first had it.
    const { eventId } = await deliveryOf(messageId)
    server.received.length = 0
    await inWork(tenant, async ({ tx }) => {
      await tx.outboundMail.updateMany({ where: { messageId }, data: { status: 'queued', reached: ['before@example.com'] } })
      await tx.eventDelivery.updateMany({ where: { eventId, subscriber: 'mail.send' }, data: { status: 'pending', dueAt: new Date() } })
    })
    wakeRelay(tenant.ref)
    await drainBackground()
    expect(takenBy()).toEqual(['after@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
  })
})

describe('a message that is sent again', () => {
  const again = async (messageId: string) => {
    const mail = await mailOf(messageId)
    server.received.length = 0
    await inWork(tenant, (work) => requeueMail(work, mail))
    await drainBackground()
    return server.received.flatMap(({ to }) => to).sort()
  }

  it('goes to those who do not have it alone, however often', async () => {
    await inWork(tenant, (work) => suppress(work, { email: 'held@example.com', reason: 'manual', detail: '' }))
    server.behaviour.onRecipient = (address) => (address === 'full@example.com' ? { code: 552, says: '5.2.2 Mailbox full' } : null)
    const messageId = await post(['has@example.com', 'full@example.com', 'held@example.com'])
    const mail = await mailOf(messageId)
    await inWork(tenant, (work) => applyReport(work, mail, { kind: 'bounced', recipient: 'full@example.com', isHard: false, detail: '' }))
    await inWork(tenant, ({ tx }) => tx.suppressedAddress.deleteMany({ where: { email: 'held@example.com' } }))
    // Nobody takes it: it has failed, and still one has it.
    server.behaviour.onMessage = () => ({ code: 554, says: '5.7.1 Spam' })
    expect(await again(messageId)).toEqual([])
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed' })
    server.behaviour.onMessage = undefined
    server.behaviour.onRecipient = undefined
    expect(await again(messageId)).toEqual(['full@example.com', 'held@example.com'])
    const all = ['has@example.com', 'full@example.com', 'held@example.com']
    const { reached, ...sent } = await mailOf(messageId)
    expect([sent, reached.sort()]).toMatchObject([{ status: 'sent', undelivered: [], withheld: [] }, all.sort()])
  })

  it('goes to all where it failed for all', async () => {
    server.behaviour.onMessage = () => ({ code: 554, says: '5.7.1 Spam' })
    const messageId = await post(['a1@example.com', 'a2@example.com'])
    server.behaviour.onMessage = undefined
    expect(await again(messageId)).toEqual(['a1@example.com', 'a2@example.com'])
  })
})

describe('a message that is not taken', () => {
  it('is tried three times more, each after a longer wait, where the server says later; then it has failed and its delivery is dead', async () => {
    server.behaviour.onMessage = () => ({ code: 451, says: '4.7.1 Greylisted' })
    const messageId = await post()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'try_later', attempts: 1, lastError: '451 4.7.1 Greylisted' })
    expect(await passWait(messageId)).toBeGreaterThan(50)
    expect(await passWait(messageId)).toBeGreaterThan(290)
    expect(await passWait(messageId)).toBeGreaterThan(1790)
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed', reason: 'try_later', attempts: 4 })
    expect((await deliveryOf(messageId)).status).toBe('dead')
    expect(await eventsAbout(messageId)).toMatchObject([{ payload: { status: 'failed', reason: 'try_later' } }])
  })

  it('begins anew, with all its tries, when its dead delivery is retried', async () => {
    server.behaviour.onMessage = () => ({ code: 421, says: 'Busy' })
    const messageId = await post()
    for (let n = 0; n < 3; n++) await passWait(messageId)
    const { eventId } = await deliveryOf(messageId)
    const admin = await makePerson(tenant, 'admin')
    const retry = async () => {
      expect((await admin.request('POST', `/deliveries/${eventId}/retry`, { subscriber: 'mail.send' })).status).toBe(200)
      await drainBackground()
    }
    await retry()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', attempts: 1 })
    server.behaviour.onMessage = undefined
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', attempts: 2, reason: null, lastError: null })
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['that never will take it', { code: 554, says: '5.7.1 Spam' }, 'message_refused'],
    ['for which it is too large', { code: 552, says: '5.3.4 Too big' }, 'too_large'],
  ] as const)('has failed at once with a server %s', async (_, answer, reason) => {
    server.behaviour.onMessage = () => answer
    const messageId = await post()
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed', reason, attempts: 1, lastError: `${answer.code} ${answer.says}` })
    expect((await deliveryOf(messageId)).status).toBe('done')
  })

  it('suppresses the address that the server does not know', async () => {
    server.behaviour.onRecipient = () => ({ code: 550, says: '5.1.1 No such user' })
    const messageId = await post(['nobody@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed', reason: 'recipient_refused' })
    const again = await post(['nobody@example.com'])
    expect(await mailOf(again)).toMatchObject({ status: 'failed', reason: 'suppressed', attempts: 0, withheld: ['nobody@example.com'] })
  })

  it('does not suppress an address for what the server thinks of us', async () => {
    server.behaviour.onRecipient = () => ({ code: 550, says: '5.7.1 Blocked for reputation' })
    await post(['somebody@example.com'])
    server.behaviour.onRecipient = undefined
    expect(await mailOf(await post(['somebody@example.com']))).toMatchObject({ status: 'sent' })
  })

  it('is tried again soon where the connection is cut after the whole message: it may or may not have arrived', async () => {
    server.behaviour.onMessage = () => 'cut'
    const messageId = await post()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'unconfirmed', attempts: 1 })
    server.behaviour.onMessage = undefined
    expect(await passWait(messageId)).toBeLessThanOrEqual(10)
    // Whoever reads of it hears that it may have arrived twice.
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', reason: 'unconfirmed', attempts: 2 })
    // By its Message-ID the other side knows it again.
    expect(server.received.map(({ raw }) => /Message-ID: <(.*)>/.exec(raw)?.[1])).toEqual([messageId, messageId])
  })

  it('has failed where that happens twice: there may be two of it already', async () => {
    server.behaviour.onMessage = () => 'cut'
    const messageId = await post()
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed', reason: 'unconfirmed', attempts: 2 })
    expect(server.received).toHaveLength(2)
    expect((await deliveryOf(messageId)).status).toBe('dead')
  })

  it('waits while nobody listens there', async () => {
    env().SMTP_URL = 'smtp://127.0.0.1:9'
    const messageId = await post()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'unreachable' })
    env().SMTP_URL = server.url
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
  })
})

describe('a suppressed address', () => {
  const suppressed = (email: string, reason: 'hard_bounce' | 'complaint' | 'manual') =>
    inWork(tenant, (work) => suppress(work, { email, reason, detail: 'said so' }))

  it('gets nothing, while the other recipients of the mail get it', async () => {
    await suppressed('no@example.com', 'manual')
    const messageId = await post(['yes@example.com', 'no@example.com'])
    expect(server.received[0]?.to).toEqual(['yes@example.com'])
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', withheld: ['no@example.com'] })
  })

  it('from which mail came back gets what its owner asks for, once a day', async () => {
    await suppressed('back@example.com', 'hard_bounce')
    expect(await mailOf(await post(['back@example.com']))).toMatchObject({ reason: 'suppressed' })
    expect(await mailOf(await post(['back@example.com'], { isAsked: true }))).toMatchObject({ status: 'sent' })
    expect(await mailOf(await post(['back@example.com'], { isAsked: true }))).toMatchObject({ reason: 'suppressed' })
    expect(server.received).toHaveLength(1)
  })

  it('of which somebody complained gets that once a day as well', async () => {
    await suppressed('complaint@example.com', 'complaint')
    expect(await mailOf(await post(['complaint@example.com'], { isAsked: true }))).toMatchObject({ status: 'sent' })
    expect(await mailOf(await post(['complaint@example.com'], { isAsked: true }))).toMatchObject({ reason: 'suppressed' })
  })

  it('that staff added gets not even that', async () => {
    await suppressed('manual@example.com', 'manual')
    expect(await mailOf(await post(['manual@example.com'], { isAsked: true }))).toMatchObject({ reason: 'suppressed' })
  })

  it('gets a link to set a new password where somebody asks for one', async () => {
    const person = await makePerson(tenant, 'agent', { email: 'locked.out@example.com' })
    await suppressed(person.email, 'hard_bounce')
    expect((await send(tenant, 'POST', '/auth/password-reset', { email: person.email })).status).toBe(200)
    await drainBackground()
    expect(server.received.map(({ to }) => to)).toEqual([[person.email]])
  })
})
