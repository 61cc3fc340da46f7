import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { env } from '../../env'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { endlessBody } from '../../testing/endless-body'
import { inWork, makeTenant } from '../../testing/factories'
import { receiveFromMailgun } from './mailgun'

openTestDatabase()

const key = 'signing-key'
let tenant: ResolvedTenant
beforeAll(async () => {
  tenant = await makeTenant('gun')
  env().MAILGUN_SIGNING_KEY = key
})
afterAll(() => {
  env().MAILGUN_SIGNING_KEY = undefined
})

let counter = 0
const now = () => Math.floor(Date.now() / 1000)

interface Call {
  timestamp?: string
  token?: string
  signature?: string
  recipient?: string
  mime?: string | Buffer
  sender?: string
  without?: string
}

function call({
  timestamp = String(now()),
  token = `token-${++counter}`,
  signature,
  recipient = 'support@gun.localhost',
  mime = mimeOf(),
  sender = 'a@example.com',
  without,
}: Call) {
  const fields: Record<string, string | Buffer> = {
    timestamp,
    token,
    signature:
      signature ??
      createHmac('sha256', key)
        .update(timestamp + token)
        .digest('hex'),
    recipient,
    'body-mime': mime,
    sender,
  }
  const parts = Object.entries(fields)
    .filter(([name]) => name !== without)
    .flatMap(([name, value]) => [
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ])
  return send('multipart/form-data; boundary=x', Buffer.concat([...parts, Buffer.from('--x--\r\n')]))
}

const send = (type: string, body: BodyInit) =>
  receiveFromMailgun(
    new Request('http://localhost/api/hooks/mailgun/inbound/mime', { method: 'POST', headers: { 'content-type': type }, body }),
  )
const mimeOf = (subject = `Mail ${++counter}`) => `From: a@example.com\r\nSubject: ${subject}\r\n\r\nHello`
const stored = () => inWork(tenant, ({ tx }) => tx.inboundMail.count())

beforeEach(forgetRateLimits)

describe('the hook for incoming mail', () => {
  it('answers with a receipt, and the same for the same message again', async () => {
    const once = { mime: mimeOf() }
    const [first, again] = [await call(once), await call(once)]
    expect([first.status, again.status]).toEqual([200, 200])
    const receipt = (await first.json()) as { id: string; status: string }
    expect(receipt).toEqual({ id: expect.any(String), status: 'received' })
    expect(await again.json()).toMatchObject({ id: receipt.id })
  })

  it.each([
    ['an envelope without a sender', { sender: '' }, ''],
    ["no word of the envelope's sender", { without: 'sender' }, null],
  ])('keeps %s for the decision', async (_, given, returnPath) => {
    const { id } = (await (await call(given)).json()) as { id: string }
    const { facts } = await inWork(tenant, ({ tx }) => tx.inboundMail.findFirstOrThrow({ where: { id } }))
    expect(facts).toMatchObject({ envelope: { recipient: 'support@gun.localhost', returnPath } })
  })

  it('keeps every byte, whatever the charset', async () => {
    const mime = Buffer.concat([
      Buffer.from('From: a@example.com\r\nSubject: bytes\r\n\r\n'),
      Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
    ])
    const { id } = (await (await call({ mime })).json()) as { id: string }
    const row = await inWork(tenant, ({ tx }) => tx.inboundMail.findFirstOrThrow({ where: { id } }))
    expect(Buffer.from(row.raw).equals(mime)).toBe(true)
  })

  const old = String(now() - 16 * 60)
  const ahead = String(now() + 16 * 60)
  it.each([
    ['a wrong signature', { signature: 'a'.repeat(64) }, 403],
    ['a signature of another length', { signature: 'ab' }, 400],
    ['a signature for another token', { signature: createHmac('sha256', key).update('1other').digest('hex') }, 403],
    ['an old request', { timestamp: old }, 403],
    ['a request from the future', { timestamp: ahead }, 403],
    ['a timestamp that is none', { timestamp: 'now' }, 400],
    ['no signature', { without: 'signature' }, 400],
    ['no message', { without: 'body-mime' }, 400],
    ['nobody here', { recipient: 'support@nobody.localhost' }, 406],
    ['a message over 30 MB', { mime: Buffer.alloc(31 * 1024 * 1024, 'a') }, 413],
  ])('refuses %s and stores nothing', async (_, given, status) => {
    const before = await stored()
    const answer = await call(given)
    expect([answer.status, await stored()]).toEqual([status, before])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  it('reads no more of whoever sends wrong signatures, until a while later', async () => {
    const signature = 'a'.repeat(64)
    for (let n = 0; n < 20; n++) await call({ signature })
    expect((await call({ signature })).status).toBe(429)
    expect((await call({})).status).toBe(429)
    forgetRateLimits()
    expect((await call({})).status).toBe(200)
  })

  it('stops reading where the signature is wrong', async () => {
    let pulled = 0
    const chunk = Buffer.alloc(1024 * 1024, 'a')
    const head = ['timestamp', 'token', 'signature'].map(
      (name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${name === 'signature' ? 'a'.repeat(64) : '1'}\r\n`,
    )
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled === 0) controller.enqueue(Buffer.from(`${head.join('')}--x\r\nContent-Disposition: form-data; name="body-mime"\r\n\r\n`))
        else controller.enqueue(chunk)
        if (++pulled > 25) controller.close()
      },
    })
    const address = 'http://localhost/api/hooks/mailgun/inbound/mime'
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const answer = await receiveFromMailgun(new Request(address, { method: 'POST', headers, body, duplex: 'half' } as RequestInit))
    expect(answer.status).toBe(403)
    expect(pulled).toBeLessThan(10)
  })

  it('reads no more than a message, however many fields there are', async () => {
    const timestamp = String(now())
    const signature = createHmac('sha256', key).update(`${timestamp}many`).digest('hex')
    const fields = Object.entries({ timestamp, token: 'many', signature }).map(
      ([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    const { taken, request } = endlessBody(`${fields.join('')}--x\r\nContent-Disposition: form-data; name="other"; filename="f"\r\n\r\n`)
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect((await receiveFromMailgun(request('http://localhost/api/hooks/mailgun/inbound/mime', headers))).status).toBe(413)
    expect(taken.bytes).toBeLessThan(33 * 1024 * 1024)
  })

  it('refuses a token that brought another message before', async () => {
    expect((await call({ token: 'brings-one-message' })).status).toBe(200)
    expect((await call({ token: 'brings-one-message' })).status).toBe(403)
  })

  it.each([
    ['text/plain', 'hello'],
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', '--x\r\nbroken'],
    ['application/x-www-form-urlencoded', '%%%'],
  ])('refuses %s that is no form', async (type, body) => expect((await send(type, body)).status).toBe(400))

  it('refuses everything without a key', async () => {
    env().MAILGUN_SIGNING_KEY = undefined
    expect((await call({})).status).toBe(403)
    env().MAILGUN_SIGNING_KEY = key
  })
})
