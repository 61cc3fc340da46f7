import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '../core/id'
import { env } from '../env'
import { RetryLaterError } from '../events/subscriber'
import { startRecorder } from '../testing/recorder'
import { type MailFailure, retryOf } from './failure'
import { mailgun } from './mailgun'
import { resend } from './resend'
import { serverSmtp, smtpLimits, smtpTimeouts } from './smtp'
import type { MailToSend } from './transport'

const before = { ...env() }
afterAll(() => {
  Object.assign(env(), { ...before, RESEND_API_KEY: undefined, RESEND_BASE_URL: undefined, MAILGUN_API_KEY: undefined })
})

const mail = (): MailToSend => ({
  id: newId(),
  key: newId(),
  tenant: { id: newId(), slug: 'hostile', schemaName: 'desk' } as MailToSend['tenant'],
  recipients: ['ada@example.com'],
  raw: Buffer.from('From: desk@example.com\r\nTo: ada@example.com\r\nSubject: Hello\r\nMessage-ID: <a@example.com>\r\n\r\nHello\r\n'),
  files: [],
  over: AbortSignal.timeout(60_000),
})
const failureOf = (sending: Promise<unknown>): Promise<MailFailure> =>
  sending.then(
    (result) => expect.fail(`it was sent: ${JSON.stringify(result)}`),
    (error: MailFailure) => error,
  )

describe('a mail server that means harm', () => {
  let server: Server
  let sent = 0
  const open = new Set<Socket>()
  /** What it says to a command; nothing for "answers as it should". */
  let says: (command: string, socket: Socket) => string | undefined
  const limits = { ...smtpTimeouts, ...smtpLimits }
  beforeAll(async () => {
    server = createServer((socket) => {
      open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}))
      let isMessage = false
      const answer = (command: string, usual: string) => {
        const said = says(command, socket) ?? usual
        if (said) socket.write(`${said}\r\n`)
      }
      answer('', '220 hello')
      socket.on('data', (chunk) => {
        const text = String(chunk)
        if (isMessage && !text.endsWith('\r\n.\r\n')) return
        const command = isMessage ? '.' : text.slice(0, 4).toUpperCase()
        isMessage = command === 'DATA'
        answer(command, { EHLO: '250 hello', DATA: '354 go on', QUIT: '221 bye' }[command] ?? '250 ok')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    Object.assign(smtpTimeouts, { greetingTimeout: 400, socketTimeout: 400 })
    smtpLimits.longestMs = 1500
  })
  afterEach(() => {
    for (const socket of open) socket.destroy()
    sent = 0
  })
  afterAll(async () => {
    const { longestMs, ...timeouts } = limits
    Object.assign(smtpTimeouts, timeouts)
    smtpLimits.longestMs = longestMs
    await new Promise((resolve) => server.close(resolve))
  })
  /** Each by a pool of its own. */
  const url = () => `smtp://127.0.0.1:${(server.address() as AddressInfo).port}/?name=n${newId().slice(-6)}`
  const send = () => serverSmtp(url()).send(mail())

  /** As fast as it is taken, up to 50 MB. */
  const flood = (line: string) => (_: string, socket: Socket) => {
    const more = () => {
      while (socket.writable && sent < 50_000_000) {
        sent += line.length
        if (!socket.write(line)) return void socket.once('drain', more)
      }
    }
    more()
    return ''
  }
  /** A little at a time, so that it never counts as silent. */
  const drip = (line: string) => (_: string, socket: Socket) => {
    const timer = setInterval(() => (socket.writable ? socket.write(line) : clearInterval(timer)), 50)
    return ''
  }
  const hangUp = (_: string, socket: Socket) => {
    socket.destroy()
    return ''
  }
  const at = (command: string, what: (command: string, socket: Socket) => string | undefined) => (given: string, socket: Socket) =>
    given === command ? what(given, socket) : undefined

  it.each([
    ['greets without an end', at('', flood(`220-${'a'.repeat(1000)}\r\n`)), 'unreachable'],
    ['greets in a line without an end', at('', flood('a'.repeat(1000))), 'unreachable'],
    ['drips its greeting', at('', drip('2')), 'unreachable'],
    ['drips lines without an end', at('EHLO', drip('250-more\r\n')), 'unreachable'],
    ['answers without an end', at('MAIL', flood(`250-${'a'.repeat(1000)}\r\n`)), 'unreachable'],
    ['says what is no SMTP', at('', () => 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>'), 'unreachable'],
    ['hangs up at once', at('', hangUp), 'unreachable'],
    ['hangs up before the message', at('DATA', hangUp), 'unreachable'],
    ['hangs up after the message', at('.', hangUp), 'unconfirmed'],
    ['says nothing to the message', at('.', () => ''), 'unconfirmed'],
    ['drips its answer to the message', at('.', drip('250-more\r\n')), 'unconfirmed'],
  ] as const)('and %s is given up within its time, and disconnected', async (_, what, reason) => {
    says = what
    const begunAt = Date.now()
    const failure = await failureOf(send())
    expect([failure.reason, failure.retry, failure.answer.length <= 1000], failure.answer).toEqual([reason, 'soon', true])
    expect(Date.now() - begunAt).toBeLessThan(8000)
    expect(sent).toBeLessThan(50_000_000)
    await vi.waitFor(() => expect(open.size).toBe(0), 5000)
  })

  it('and answers with a book is quoted in short, without what no database holds', async () => {
    says = at('RCPT', () => `550 5.1.1 No such \0user ${'x'.repeat(200_000)}`)
    const failure = await failureOf(send())
    expect(failure).toMatchObject({
      reason: 'recipient_refused',
      retry: 'never',
      answer: expect.stringMatching(/^550 5\.1\.1 No such user x+$/),
    })
    expect(failure.answer).toHaveLength(1000)
  })
})

describe('a provider that answers with nonsense', () => {
  let api: Awaited<ReturnType<typeof startRecorder>>
  beforeAll(async () => {
    api = await startRecorder(() => ({ body: {} }))
    Object.assign(env(), { RESEND_API_KEY: 're', RESEND_BASE_URL: api.url })
    Object.assign(env(), { MAILGUN_API_KEY: 'mg', MAILGUN_DOMAIN: 'mg.example.com', MAILGUN_API_URL: api.url })
  })
  afterAll(() => api.close())

  const page = (status: number) => ({ status, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>Please sign in</html>') })
  const long = 'x'.repeat(10_000_000)
  const answers: [string, object, { resend: string; mailgun: string }][] = [
    ['200 with a page', page(200), { resend: 'unreachable', mailgun: 'unconfirmed' }],
    ['200 with something else', { body: { ok: true } }, { resend: 'unreachable', mailgun: 'unconfirmed' }],
    ['200 with 10 MB', { body: { message: long } }, { resend: 'unreachable', mailgun: 'unconfirmed' }],
    ['502 with a page', page(502), { resend: 'unreachable', mailgun: 'unreachable' }],
    ['502 with the words of a proxy', { status: 502, body: { error: 'bad gateway' } }, { resend: 'unreachable', mailgun: 'unreachable' }],
    [
      '500 with 10 MB',
      { status: 500, body: { statusCode: 500, name: 'x', message: long } },
      { resend: 'unreachable', mailgun: 'unreachable' },
    ],
  ]
  it.each(answers)('%s is no mail that was sent, and tried again', async (_, answer, reasons) => {
    api.answer = () => answer as never
    for (const transport of [resend, mailgun]) {
      const failure = await failureOf(transport.send(mail()))
      expect([transport.name, failure.reason, failure.retry, failure.answer.length <= 1000], failure.answer).toEqual([
        transport.name,
        reasons[transport.name as 'resend' | 'mailgun'],
        'soon',
        true,
      ])
    }
  })

  it('that hangs up may have taken the mail, unless nobody was there', async () => {
    const hangsUp = createHttpServer((request) => request.on('data', () => {}).on('end', () => request.socket.destroy()))
    await new Promise<void>((resolve) => hangsUp.listen(0, '127.0.0.1', resolve))
    env().MAILGUN_API_URL = `http://127.0.0.1:${(hangsUp.address() as AddressInfo).port}`
    expect(await failureOf(mailgun.send(mail()))).toMatchObject({ reason: 'unconfirmed', retry: 'soon' })
    await new Promise((resolve) => hangsUp.close(resolve))
    expect(await failureOf(mailgun.send(mail()))).toMatchObject({ reason: 'unreachable', retry: 'soon' })
    env().MAILGUN_API_URL = api.url
  })

  it.each([
    ['a year', String(365 * 86_400), 3600],
    ['for ever', 'Infinity', 3600],
    ['before now', '-5', 10],
    ['on a day', 'Wed, 21 Oct 2099 07:28:00 GMT', 10],
  ])('429 and “come back in %s” waits an hour at most', async (_, after, seconds) => {
    const body = { statusCode: 429, name: 'rate_limit_exceeded', message: 'Slow down' }
    api.answer = () => ({ status: 429, headers: { 'retry-after': after }, body })
    for (const transport of [resend, mailgun]) {
      const failure = await failureOf(transport.send(mail()))
      expect([failure.reason, retryOf(failure, 1)]).toEqual(['try_later', expect.any(RetryLaterError)])
      expect(retryOf(failure, 1).afterSeconds).toBe(seconds)
    }
  })
})
