import { simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { env } from '../env'
import { wakeRelay } from '../events/wake'
import type { ResolvedTenant } from '../tenancy/resolve'
import { ownCertificate } from '../testing/certificate'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { startSmtp } from '../testing/smtp'
import { credentials } from './credentials'
import { buildMime } from './mime'
import { queueMail } from './outbox'
import { mailboxFor, serverTransport } from './routing'
import { fromMailbox, withoutRecipients } from './sender'
import { smtpTimeouts } from './smtp'

const before = { ...env() }
afterEach(() => {
  const { RESEND_API_KEY, MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL, ALLOW_PRIVATE_HOSTS } = before
  Object.assign(env(), { RESEND_API_KEY, MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL, ALLOW_PRIVATE_HOSTS })
})

describe('the way out of the server', () => {
  const RESEND_API_KEY = 're_1'
  const MAILGUN_API_KEY = 'mg'
  const MAILGUN_DOMAIN = 'mg.example.com'
  const SMTP_URL = 'smtp://mx.example.com'
  it.each([
    [{ RESEND_API_KEY, MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL }, 'resend'],
    [{ MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL }, 'mailgun'],
    [{ MAILGUN_API_KEY, SMTP_URL }, 'smtp'],
    [{ SMTP_URL }, 'smtp'],
    [{}, 'spool'],
  ])('with %o is %s', (given, name) => {
    Object.assign(env(), {
      RESEND_API_KEY: undefined,
      MAILGUN_API_KEY: undefined,
      MAILGUN_DOMAIN: undefined,
      SMTP_URL: undefined,
      ...given,
    })
    expect(serverTransport().name).toBe(name)
  })
})

describe('the mailbox that a message goes out through', () => {
  const box = (id: string, departmentId: string | null, given = {}) => ({
    ...{ id, departmentId, isDefault: false, isOutgoing: true, state: 'connected' as const, smtpHost: 'mx.example.com', deletedAt: null },
    ...given,
  })
  const sales = box('sales', 's')
  const own = box('own', null, { isDefault: true })
  it.each([
    ['that of its department', [own, sales], 's', 'sales'],
    ['the default one of two of its department', [box('first', 's'), box('second', 's', { isDefault: true })], 's', 'second'],
    ['the workspace’s own, where its department has none', [own, sales], 'other', 'own'],
    ['the workspace’s own, where it is of no department', [sales, own], null, 'own'],
    ['the workspace’s own, where that of its department only takes mail in', [own, box('sales', 's', { isOutgoing: false })], 's', 'own'],
    ['the workspace’s own, where consent was taken back', [own, box('sales', 's', { state: 'revoked' })], 's', 'own'],
    ['one that failed lately all the same', [box('sales', 's', { state: 'failing' })], 's', 'sales'],
    ['none of another department', [sales], 'other', null],
    ['none that is deleted or has no server', [box('a', 's', { deletedAt: new Date() }), box('b', 's', { smtpHost: null })], 's', null],
  ] as const)('is %s', (_, mailboxes, departmentId, id) => {
    expect(mailboxFor(mailboxes, departmentId)?.id ?? null).toBe(id)
  })
})

it('a message that goes out through a mailbox is from its address and otherwise as it was written', async () => {
  const written = {
    from: {
      name: 'Wanjirũ "W" Otieno of a department with a very long name, so that the line is folded (Acme)',
      address: 'support@acme.localhost',
    },
    ...{
      replyTo: 'reply+1@acme.localhost',
      to: ['ada@example.com'],
      subject: 'Hellö',
      text: 'From: nobody\r\nReply-To: you\r\n',
      isAutomatic: false,
    },
    ...{ messageId: '1@acme.localhost', inReplyTo: '0@example.com', references: ['0@example.com'] },
  }
  const raw = await buildMime(written, new Date())
  const [as, through] = await Promise.all([
    simpleParser(raw),
    simpleParser(fromMailbox(raw, { address: 'help@acme.example', isIncoming: true })),
  ])
  expect(through.from?.value).toEqual([{ name: written.from.name, address: 'help@acme.example' }])
  expect(through.replyTo).toBeUndefined()
  for (const field of ['messageId', 'inReplyTo', 'references', 'subject', 'text'] as const) expect(through[field]).toEqual(as[field])
  const kept = await simpleParser(fromMailbox(raw, { address: 'help@acme.example', isIncoming: false }))
  expect(kept.replyTo?.text).toBe('reply+1@acme.localhost')
  const staff = fromMailbox(await buildMime({ ...written, replyTo: 'answer+1@acme.localhost' }, new Date()), {
    address: 'help@acme.example',
    isIncoming: true,
  })
  expect((await simpleParser(staff)).replyTo?.text).toBe('answer+1@acme.localhost')
})

it('a message that leaves somebody out names them no more, however a header writes them', async () => {
  const some = ['josé@x.example', 'bad..dots@x.example', 'ann@xn--mller-kva.example', '"a b"@x.example']
  const written = { from: { name: 'Acme', address: 'a@acme.localhost' }, to: [...some, 'ada@x.example'], cc: some, subject: 'S', text: 'T' }
  const raw = await buildMime({ ...written, messageId: '1@acme.localhost', isAutomatic: false }, new Date())
  const head = withoutRecipients(raw, some).toString().split('\r\n\r\n')[0]
  expect(head?.match(/^(To|Cc):.*(\r\n .*)*/gm)).toEqual(['To: ada@x.example'])
})

describe('a mailbox of a department', () => {
  openTestDatabase()

  let tenant: ResolvedTenant
  let agent: TestPerson
  let departmentId: string
  let server: Awaited<ReturnType<typeof startSmtp>>
  const mailboxId = newId()
  const logins: string[] = []
  beforeAll(async () => {
    tenant = await makeTenant('boxes')
    agent = await makePerson(tenant, 'agent')
    server = await startSmtp({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, callback) {
        logins.push(`${username}/${password}`)
        callback(password === 'right' ? null : new Error('Wrong password'), { user: username })
      },
    })
    departmentId = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id
    const at = { tenantId: tenant.ref.id, id: mailboxId, field: 'smtpPassword' }
    await inWork(tenant, ({ tx }) =>
      tx.mailbox.create({
        data: {
          ...{ tenantId: tenant.ref.id, id: mailboxId, name: 'Help', address: 'help@boxes.example', departmentId },
          ...{
            smtpHost: '127.0.0.1',
            smtpPort: server.port,
            smtpSecurity: 'none',
            smtpUser: 'help',
            smtpPassword: credentials().seal(at, 'right'),
          },
        },
      }),
    )
  })
  beforeEach(() => {
    env().ALLOW_PRIVATE_HOSTS = 'on'
    server.received.length = 0
  })
  afterAll(() => server.close())

  const change = (data: Prisma.MailboxUncheckedUpdateManyInput) =>
    inWork(tenant, ({ tx }) => tx.mailbox.updateMany({ where: { id: mailboxId }, data }))
  const lastSendError = async () =>
    (await inWork(tenant, ({ tx }) => tx.mailbox.findFirstOrThrow({ where: { id: mailboxId } }))).lastSendError
  let counter = 0
  /** @returns what became of the acknowledgement of a ticket, and of the answer, which waits for it */
  async function answer() {
    const email = `customer${++counter}@example.com`
    const { id } = await makeTicket(tenant, { email, departmentId })
    await drainBackground()
    await agent.request('POST', `/ticket/${id}/comments`, { body: 'Done.' })
    await drainBackground()
    const where = { ticketId: id, recipients: { has: email } }
    return inWork(tenant, ({ tx }) => tx.outboundMail.findMany({ where, orderBy: { createdAt: 'asc' }, omit: { raw: true } }))
  }

  it('sends the answers of its department, from its address, signed in', async () => {
    expect((await answer())[1]).toMatchObject({ status: 'sent', provider: 'mailbox', mailboxId, departmentId })
    expect(logins.at(-1)).toBe('help/right')
    const sent = server.received.at(-1)
    expect(sent?.from).toBe('help@boxes.example')
    const mail = await simpleParser(sent?.raw ?? '')
    expect(mail.from?.value[0]).toMatchObject({ address: 'help@boxes.example', name: expect.stringContaining(agent.name) })
    expect(mail.messageId).toMatch(/@boxes\./)
    expect(mail.replyTo).toBeUndefined()
  })

  it('signs in with its address where no user was given, as it is tested', async () => {
    await change({ smtpUser: null })
    expect((await answer())[1]).toMatchObject({ status: 'sent' })
    expect(logins.at(-1)).toBe('help@boxes.example/right')
    await change({ smtpUser: 'help' })
  })

  it('that refuses its password says so, and the mail waits', async () => {
    const at = { tenantId: tenant.ref.id, id: mailboxId, field: 'smtpPassword' }
    await change({ smtpPassword: credentials().seal(at, 'wrong') })
    expect((await answer())[0]).toMatchObject({ status: 'queued', reason: 'not_allowed' })
    expect(await lastSendError()).toMatch(/^535/)
    await change({ smtpPassword: credentials().seal(at, 'right') })
    expect((await answer())[1]).toMatchObject({ status: 'sent' })
    expect(await lastSendError()).toBeNull()
  })

  it('sends nothing where the password can’t be opened', async () => {
    await change({ smtpPassword: credentials().seal({ tenantId: tenant.ref.id, id: newId(), field: 'smtpPassword' }, 'right') })
    expect((await answer())[0]).toMatchObject({ status: 'queued', reason: 'not_allowed' })
    await change({ smtpPassword: credentials().seal({ tenantId: tenant.ref.id, id: mailboxId, field: 'smtpPassword' }, 'right') })
  })

  it.each(['127.0.0.1', 'localhost', '::1', '169.254.169.254'])('never reaches into the server’s own network at %s', async (smtpHost) => {
    env().ALLOW_PRIVATE_HOSTS = 'off'
    await change({ smtpHost })
    expect((await answer())[0]).toMatchObject({
      status: 'queued',
      reason: 'unreachable',
      lastError: expect.stringContaining('private network'),
    })
    expect(server.received).toEqual([])
    await change({ smtpHost: '127.0.0.1' })
  })

  it('sends nothing without TLS where it is to be used, nor to a server that proves no name', async () => {
    await change({ smtpSecurity: 'starttls' })
    expect((await answer())[0]).toMatchObject({ status: 'queued', reason: 'unreachable' })
    const secured = await startSmtp({ disabledCommands: ['AUTH'], ...ownCertificate })
    await change({ smtpPort: secured.port })
    expect((await answer())[0]).toMatchObject({ status: 'queued', reason: 'unreachable' })
    expect((await answer())[0]?.lastError).toMatch(/certificate/)
    expect(secured.received).toEqual([])
    await secured.close()
    await change({ smtpSecurity: 'none', smtpPort: server.port })
  })

  it('hands over once more to whom its server does not take yet, and to nobody twice', async () => {
    const { id: ticketId } = await makeTicket(tenant, { email: 'waits@example.com', departmentId })
    await drainBackground()
    server.received.length = 0
    const messageId = `waits-${++counter}@boxes.localhost`
    const from = { name: 'Help', address: 'help@boxes.example' }
    const to = ['now@example.com', 'later@example.com', 'never@example.com']
    server.behaviour.onRecipient = (address) => {
      if (address === 'later@example.com') return { code: 451, says: '4.7.1 Greylisted' }
      return address === 'never@example.com' ? { code: 550, says: '5.7.1 Blocked' } : null
    }
    await inWork(tenant, (work) => queueMail(work, { ticketId, from, to, subject: 'Hello', text: 'Hello', isAutomatic: true, messageId }))
    await drainBackground()
    const mail = () => inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId }, omit: { raw: true } }))
    expect(await mail()).toMatchObject({
      ...{ status: 'queued', provider: 'mailbox', reason: 'try_later' },
      ...{ reached: ['now@example.com'], undelivered: ['never@example.com'] },
    })
    server.behaviour.onRecipient = undefined
    const { id } = await mail()
    await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { event: { subjectId: id } }, data: { dueAt: new Date() } }))
    wakeRelay(tenant.ref)
    await drainBackground()
    expect(server.received.map(({ to: taken }) => taken)).toEqual([['now@example.com'], ['later@example.com']])
    expect(await mail()).toMatchObject({
      status: 'sent',
      undelivered: ['never@example.com'],
      reached: ['now@example.com', 'later@example.com'],
    })
  })

  it('whose server says nothing more is given up', async () => {
    smtpTimeouts.socketTimeout = 400
    await change({ smtpHost: '127.0.0.2' }) // a connection of its own
    server.behaviour.onMessage = () => 'stall'
    const began = Date.now()
    expect((await answer())[0]).toMatchObject({ status: 'queued', reason: 'unconfirmed' })
    expect(Date.now() - began).toBeLessThan(10_000)
    server.behaviour.onMessage = undefined
    smtpTimeouts.socketTimeout = 20_000
    await change({ smtpHost: '127.0.0.1' })
  })
})
