import { createHmac } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { env } from '../../env'
import { wakeRelay } from '../../events/wake'
import { storeFile } from '../../files/attachments'
import { findReported } from '../../mail/delivery-report'
import { queueMail } from '../../mail/outbox'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { endlessBody } from '../../testing/endless-body'
import { inWork, makePerson, makeTenant, makeTicket } from '../../testing/factories'
import { startRecorder } from '../../testing/recorder'
import { receiveMailgunEvent } from './mailgun-events'
import { readReceipt, receiveMail } from './receive'
import { receiveFromResend } from './resend'

openTestDatabase()

const key = Buffer.from('a secret of the webhook')
let tenant: ResolvedTenant
let counter = 0
let api: Awaited<ReturnType<typeof startRecorder>>
const taken = () => ({ body: { id: `there-${++counter}` } })
beforeAll(async () => {
  tenant = await makeTenant('provider')
  api = await startRecorder(taken)
})
beforeEach(() => {
  forgetRateLimits()
  api.requests.length = 0
  api.answer = taken
})
afterAll(() => api.close())

const before = { ...env() }
const viaResend = () =>
  Object.assign(env(), {
    RESEND_API_KEY: 're_test',
    RESEND_BASE_URL: api.url,
    RESEND_WEBHOOK_SECRET: `whsec_${key.toString('base64')}`,
    ALLOW_PRIVATE_HOSTS: 'on',
  })
afterEach(() => Object.assign(env(), { ...before, RESEND_API_KEY: undefined, MAILGUN_API_KEY: undefined }))

async function post(given: Partial<Parameters<typeof queueMail>[1]> = {}) {
  const messageId = `${++counter}.p@provider.localhost`
  const to = [`to${counter}@example.com`]
  const mail = { from: { name: 'Désk, Ltd', address: 'support@provider.localhost' }, subject: 'Hellö', text: 'Hello', isAutomatic: true }
  await inWork(tenant, (work) => queueMail(work, { ...mail, to, messageId, ...given }))
  await drainBackground()
  return messageId
}
const mailOf = (messageId: string) =>
  inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId }, omit: { raw: true } }))
async function passWait(messageId: string) {
  const { id } = await mailOf(messageId)
  await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { event: { subjectId: id } }, data: { dueAt: new Date() } }))
  wakeRelay(tenant.ref)
  await drainBackground()
}

/** An event as Resend signs it. */
async function tell(type: string, data: object, { id = `msg_${++counter}`, at = Date.now(), secret = key } = {}) {
  const body = JSON.stringify({ type, created_at: new Date(at).toISOString(), data })
  const timestamp = Math.floor(at / 1000)
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  const headers = { 'svix-id': id, 'svix-timestamp': String(timestamp), 'svix-signature': `v1,${signature}` }
  const response = await receiveFromResend(new Request('http://localhost/api/hooks/resend', { method: 'POST', headers, body }))
  await drainBackground()
  return { code: response.status, ...(await response.json()) }
}
/** What Resend says of a message that was handed to it. */
function about(nth = 0) {
  const { tags, to } = JSON.parse(api.requests[nth]?.body ?? '{}') as { tags: { name: string; value: string }[]; to: string[] }
  return { to, email_id: 'x', tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])) }
}

describe('mail through Resend', () => {
  it('keeps the headers that make a thread, its files, and is known by its id when it comes twice', async () => {
    viaResend()
    const file = { name: 'räport.txt', bytes: Buffer.from('figures'), contentType: 'text/plain' }
    const { id: fileId } = await inWork(tenant, (work) => storeFile(work, file))
    const messageId = await post({
      replyTo: 'reply+1@provider.localhost',
      html: '<p>Hello</p>',
      inReplyTo: 'before@example.com',
      references: ['first@example.com', 'before@example.com'],
      files: [{ fileId, filename: 'räport.txt', contentType: 'text/plain' }],
    })
    const mail = await mailOf(messageId)
    const [request] = api.requests
    expect(request?.path).toBe('/emails')
    expect(request?.headers).toMatchObject({ authorization: 'Bearer re_test', 'idempotency-key': mail.id })
    const body = JSON.parse(request?.body ?? '')
    expect(body).toMatchObject({
      to: mail.recipients,
      subject: 'Hellö',
      text: expect.stringContaining('Hello'),
      html: '<p>Hello</p>',
      reply_to: ['reply+1@provider.localhost'],
      headers: {
        'Message-ID': `<${messageId}>`,
        'In-Reply-To': '<before@example.com>',
        References: `<first@example.com> <before@example.com> <${messageId}>`,
        'Auto-Submitted': 'auto-generated',
      },
    })
    expect(body.from).toMatch(/"?Désk, Ltd"? <support@provider\.localhost>/)
    expect(body.attachments).toHaveLength(1)
    expect(body.attachments[0]).toMatchObject({ filename: 'räport.txt', content: Buffer.from('figures').toString('base64') })
    expect(mail).toMatchObject({ status: 'sent', provider: 'resend', providerId: expect.stringMatching(/^there-/) })
  })

  it('names the pictures within its text by their ids, with their bytes beside it', async () => {
    viaResend()
    const bytes = Buffer.from('a picture')
    const { id: cid } = await inWork(tenant, (work) => storeFile(work, { name: 'look.png', bytes, contentType: 'image/png' }))
    await post({
      html: `<p>Look: <img src="cid:${cid}"></p>`,
      files: [{ fileId: cid, filename: 'look.png', contentType: 'image/png', cid }],
    })
    const body = JSON.parse(api.requests[0]?.body ?? '')
    expect(body.html).toBe(`<p>Look: <img src="cid:${cid}"></p>`)
    expect(body.attachments).toMatchObject([{ filename: 'look.png', content: bytes.toString('base64'), content_id: cid }])
  })

  it('is handed over again under the same key where the answer was lost, and under another when a person sends it again', async () => {
    viaResend()
    api.answer = () => ({ status: 500, body: { statusCode: 500, name: 'internal_server_error', message: 'Oops' } })
    const messageId = await post()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'unreachable' })
    api.answer = () => ({ status: 422, body: { statusCode: 422, name: 'validation_error', message: 'Not like this' } })
    await passWait(messageId)
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'failed', reason: 'message_refused', lastError: '422 validation_error: Not like this' })
    const admin = await makePerson(tenant, 'admin')
    api.answer = taken
    expect((await admin.request('POST', `/settings/mail/outgoing/${mail.id}/resend`)).status).toBe(200)
    await drainBackground()
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', resends: 1 })
    expect(api.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([mail.id, mail.id, `${mail.id}-1`])
  })

  it.each([
    [429, { 'retry-after': '900' }, 'try_later', 890],
    [403, {}, 'not_allowed', 5],
  ] as const)('that is answered %i waits', async (status, headers, reason, seconds) => {
    viaResend()
    api.answer = () => ({ status, headers, body: { statusCode: status, name: 'no', message: 'No' } })
    const messageId = await post()
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'queued', reason })
    const delivery = await inWork(tenant, ({ tx }) =>
      tx.eventDelivery.findFirstOrThrow({ where: { subscriber: 'mail.send', event: { subjectId: mail.id } } }),
    )
    expect((delivery.dueAt.getTime() - Date.now()) / 1000).toBeGreaterThan(seconds)
  })
})

describe('a mail that leaves under another Message-ID', () => {
  /** What Amazon SES makes of it, and what an answer to that names: some programs keep References, others the last id alone. */
  const given = () => `0100${(++counter).toString(16).padStart(12, '0')}-000000@email.amazonses.com`
  const sentTo = (email: string) => {
    const all = api.requests.map(({ body }) => JSON.parse(body) as { to: string[]; reply_to: string[]; headers: Record<string, string> })
    const nth = all.findLastIndex(({ to }) => to.includes(email))
    return { ...(all[nth] as (typeof all)[number]), event: about(nth) }
  }
  async function receive(from: string, to: string, headers: string[]) {
    const lines = [
      `From: ${from}`,
      `To: ${to}`,
      'Subject: Another subject',
      `Message-ID: <c${++counter}@example.com>`,
      ...headers,
      '',
      `Yes ${counter}.`,
    ]
    const { id } = await receiveMail(tenant, { recipient: to, provider: 'test', raw: Buffer.from(lines.join('\r\n')) }, 'test')
    await drainBackground()
    return readReceipt(tenant, id)
  }
  async function conversation() {
    viaResend()
    const email = `ses${++counter}@example.com`
    const agent = await makePerson(tenant, 'admin')
    const { id } = await makeTicket(tenant, { email })
    const say = async (body: string) => {
      await agent.request('POST', `/ticket/${id}/comments`, { body })
      await drainBackground()
    }
    await say('Which lamp?')
    return { id, email, say }
  }

  it('is answered where its new id alone is named, as soon as Resend has told of it', async () => {
    const { id, email, say } = await conversation()
    const [ses, { event }] = [given(), sentTo(email)]
    expect((await receive(email, 'support@provider.localhost', [`In-Reply-To: <${ses}>`])).ticketId).not.toBe(id)
    expect(await tell('email.sent', { ...event, message_id: `<${ses}>` })).toEqual({ code: 200, status: 'applied' })
    const answers = [`In-Reply-To: <${ses}>`, `References: <${ses}>`]
    for (const header of answers) expect((await receive(email, 'support@provider.localhost', [header])).ticketId).toBe(id)
    // What is said next names the mail as they have it.
    await say('And which room?')
    expect(sentTo(email).headers.References).toContain(`<${ses}>`)
  })

  it('is answered where nobody has told of it: by its own id in References, or by where the answer goes', async () => {
    const { id, email } = await conversation()
    const { headers, reply_to } = sentTo(email)
    const ses = given()
    const kept = [`In-Reply-To: <${ses}>`, `References: ${headers.References?.split(' ').at(-1)} <${ses}>`]
    expect((await receive(email, 'support@provider.localhost', kept)).ticketId).toBe(id)
    expect((await receive(email, reply_to[0] as string, [`In-Reply-To: <${ses}>`])).ticketId).toBe(id)
  })

  it('is answered in its own ticket when all news of it carry the id, and in no other workspace', async () => {
    const { id, email } = await conversation()
    const [ses, { event }] = [given(), sentTo(email)]
    const other = await makeTenant()
    expect(await tell('email.sent', { ...event, message_id: ses, tags: { ...event.tags, tenant: other.ref.id } })).toMatchObject({
      status: 'ignored',
    })
    await tell('email.delivered', { ...event, message_id: ses })
    const mail = await inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { sentMessageId: ses } }))
    expect(mail).toMatchObject({ ticketId: id, status: 'delivered' })
    const about = { messageId: ses, recipient: email, addressedTo: 'support@provider.localhost' }
    expect((await inWork(tenant, (work) => findReported(work as never, about)))?.mail.id).toBe(mail.id)
  })
})

describe('what Resend tells', () => {
  it('marks the mail: delivered, then bounced; what comes late or twice takes nothing back', async () => {
    viaResend()
    const messageId = await post()
    const data = about()
    expect(await tell('email.delivered', data)).toEqual({ code: 200, status: 'applied' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'delivered' })
    const bounce = { message: '550 5.1.1 No such user', type: 'Permanent', subType: 'General' }
    await tell('email.bounced', { ...data, bounce }, { id: 'msg_b' })
    expect(await tell('email.bounced', { ...data, bounce }, { id: 'msg_b' })).toEqual({ code: 200, status: 'duplicate' })
    await tell('email.delivered', data)
    await tell('email.sent', data)
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', reason: 'hard_bounce', lastError: '550 5.1.1 No such user' })
    await tell('email.complained', data)
    expect(await mailOf(messageId)).toMatchObject({ status: 'complained' })
  })

  it('of an earlier time that the mail was sent says nothing of this one, nor of a workspace that is not its own', async () => {
    viaResend()
    const messageId = await post()
    const data = about()
    const mail = await mailOf(messageId)
    await inWork(tenant, ({ tx }) => tx.outboundMail.updateMany({ where: { messageId }, data: { resends: 1 } }))
    expect(await tell('email.delivered', data)).toMatchObject({ status: 'ignored' })
    const other = await makeTenant()
    expect(await tell('email.delivered', { ...data, tags: { ...data.tags, tenant: other.ref.id, key: `${mail.id}-1` } })).toMatchObject({
      status: 'ignored',
    })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
  })

  it('does not suppress where it may mean any of several recipients, or where the bounce passes', async () => {
    viaResend()
    const messageId = await post({ to: ['one@several.example', 'two@several.example'] })
    await tell('email.bounced', { ...about(), bounce: { message: 'No', type: 'Permanent', subType: 'General' } })
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', undelivered: [] })
    const soft = await post({ to: ['soft@several.example'] })
    await tell('email.bounced', { ...about(1), bounce: { message: 'Full', type: 'Transient', subType: 'MailboxFull' } })
    expect(await mailOf(soft)).toMatchObject({ status: 'bounced', reason: 'soft_bounce', undelivered: ['soft@several.example'] })
    expect(await inWork(tenant, ({ tx }) => tx.suppressedAddress.count({ where: { email: { contains: 'several' } } }))).toBe(0)
  })

  it('is refused with another signature, when it is old, and without a secret here', async () => {
    viaResend()
    const messageId = await post()
    const data = about()
    expect((await tell('email.delivered', data, { secret: Buffer.from('another') })).code).toBe(403)
    expect((await tell('email.delivered', data, { at: Date.now() - 16 * 60_000 })).code).toBe(403)
    expect((await tell('email.delivered', data, { at: Date.now() + 16 * 60_000 })).code).toBe(403)
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
    env().RESEND_WEBHOOK_SECRET = undefined
    expect((await tell('email.delivered', data)).code).toBe(403)
  })

  it('is not read where it can not be signed, and not beyond what an event takes', async () => {
    viaResend()
    const now = String(Math.floor(Date.now() / 1000))
    const signed = { 'svix-id': 'a', 'svix-timestamp': now, 'svix-signature': 'v1,a' }
    const old = String(Math.floor(Date.now() / 1000) - 6 * 60)
    const unsigned = [{ 'svix-id': '' }, { 'svix-timestamp': old }, { 'svix-timestamp': 'now' }, { 'svix-signature': '' }]
    for (const wrong of unsigned) {
      const { taken, request } = endlessBody()
      expect((await receiveFromResend(request('http://localhost/api/hooks/resend', { ...signed, ...wrong }))).status).toBe(403)
      // A stream has its first piece ready before anybody asks.
      expect(taken.bytes).toBeLessThanOrEqual(64 * 1024)
    }
    const { taken, request } = endlessBody()
    expect((await receiveFromResend(request('http://localhost/api/hooks/resend', signed))).status).toBe(413)
    expect(taken.bytes).toBeLessThan(1.5 * 1024 * 1024)
  })

  it('of mail that came in brings the message as it was written, once for the workspace it is for', async () => {
    viaResend()
    const raw = Buffer.from(
      'From: Ada <ada@in.example>\r\nTo: support@provider.localhost\r\nSubject: =?utf-8?q?H=C3=B6re?=\r\nMessage-ID: <in@in.example>\r\n\r\nIt broke.',
    )
    api.answer = ({ path }) =>
      path.startsWith('/emails/receiving/') ? { body: { id: 'in', raw: { download_url: `${api.url}/raw` } } } : { body: raw }
    const data = {
      email_id: 'in',
      from: 'ada@in.example',
      to: ['support@provider.localhost'],
      received_for: ['support@provider.localhost'],
    }
    const first = await tell('email.received', data)
    expect(first).toMatchObject({ code: 200, id: expect.any(String) })
    expect((await tell('email.received', data)).id).toBe(first.id)
    const mails = await inWork(tenant, ({ tx }) => tx.inboundMail.findMany({ where: { fromAddress: 'ada@in.example' } }))
    expect(mails).toMatchObject([{ provider: 'resend', status: 'delivered', subject: 'Höre' }])
    expect(Buffer.from(mails[0]?.raw ?? []).equals(raw)).toBe(true)
    api.answer = () => ({ status: 404, body: { statusCode: 404, name: 'not_found', message: 'No' } })
    expect((await tell('email.received', data)).code).toBe(503)
    expect(await tell('email.received', { ...data, received_for: ['support@nobody.example'] })).toMatchObject({
      code: 200,
      status: 'ignored',
    })
  })
})

describe('mail through Mailgun', () => {
  const signing = 'mailgun-key'
  const viaMailgun = () =>
    Object.assign(env(), {
      MAILGUN_API_KEY: 'mg',
      MAILGUN_DOMAIN: 'mg.example.com',
      MAILGUN_API_URL: api.url,
      MAILGUN_SIGNING_KEY: signing,
    })
  async function event(
    data: object,
    { timestamp = String(Math.floor(Date.now() / 1000)), token = `t${++counter}`, secret = signing } = {},
  ) {
    const signature = createHmac('sha256', secret)
      .update(timestamp + token)
      .digest('hex')
    const body = JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data })
    const headers = { 'content-type': 'application/json' }
    const response = await receiveMailgunEvent(new Request('http://localhost/api/hooks/mailgun/events', { method: 'POST', headers, body }))
    return { code: response.status, ...(await response.json()) }
  }

  it('is told by events that are not read beyond what one takes, nor where they are no JSON', async () => {
    viaMailgun()
    const tell = async (type: string) => {
      const { taken, request } = endlessBody('{"signature":{},')
      const headers = { 'content-type': type }
      return [(await receiveMailgunEvent(request('http://localhost/api/hooks/mailgun/events', headers))).status, taken.bytes] as const
    }
    const [[refused, most], [unread, ahead]] = [await tell('application/json'), await tell('text/plain')]
    expect([refused, unread, most < 1.5 * 1024 * 1024, ahead <= 64 * 1024]).toEqual([413, 400, true, true])
  })

  it('is handed over as it was written, and its events mark it', async () => {
    viaMailgun()
    api.answer = () => ({ body: { id: '<20261126@mg.example.com>', message: 'Queued. Thank you.' } })
    const messageId = await post({ to: ['gone@mg.example'] })
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'sent', provider: 'mailgun', providerId: '20261126@mg.example.com' })
    const [request] = api.requests
    expect(request?.path).toBe('/v3/mg.example.com/messages.mime')
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('api:mg').toString('base64')}`)
    expect(request?.body).toContain(`Message-ID: <${messageId}>`)
    const failed = {
      event: 'failed',
      severity: 'permanent',
      recipient: 'gone@mg.example',
      'delivery-status': { code: 550, message: '5.1.1 No such user' },
      'user-variables': { tenant: tenant.ref.id, mail: mail.id, key: mail.id },
    }
    expect((await event(failed, { secret: 'other' })).code).toBe(403)
    expect((await event(failed, { timestamp: String(Math.floor(Date.now() / 1000) - 16 * 60) })).code).toBe(403)
    expect(await event({ ...failed, severity: 'temporary' })).toMatchObject({ status: 'ignored' })
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
    expect(await event(failed, { token: 'once' })).toEqual({ code: 200, status: 'applied' })
    // Their signature covers no body: what else comes under it is no event of theirs.
    expect((await event({ ...failed, event: 'complained' }, { token: 'once' })).code).toBe(403)
    expect(await mailOf(messageId)).toMatchObject({ status: 'bounced', reason: 'hard_bounce', undelivered: ['gone@mg.example'] })
  })

  it.each([
    [400, 'message_refused', 'failed'],
    [401, 'not_allowed', 'queued'],
    [503, 'unreachable', 'queued'],
  ] as const)('that is answered %i is %s', async (status, reason, now) => {
    viaMailgun()
    api.answer = () => ({ status, body: { message: 'No' } })
    expect(await mailOf(await post())).toMatchObject({ status: now, reason, lastError: `${status} No` })
  })
})

it('an answer to a customer goes out through Resend with the reply address and the number of its ticket', async () => {
  viaResend()
  const agent = await makePerson(tenant, 'agent')
  const { id } = await makeTicket(tenant, { email: 'cust@example.com' })
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'Done.' })
  await drainBackground()
  const body = JSON.parse(api.requests.at(-1)?.body ?? '{}')
  expect(body).toMatchObject({ to: ['cust@example.com'], subject: expect.stringMatching(/^Re: \[PROVIDER-\d+\]/) })
  expect(body.reply_to[0]).toMatch(/^reply\+[0-9a-f]{52}@provider\.localhost$/)
})
