import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../../core/background'
import { withTenant } from '../../../db/scope'
import { env } from '../../../env'
import { testImap, testSmtp } from '../../../mail/connection-test'
import { credentials } from '../../../mail/credentials'
import { postGuarded } from '../../../net/guarded'
import { forgetRateLimits } from '../../../procedure/rate-limit'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { makePerson, makeTenant, type TestPerson } from '../../../testing/factories'
import { startImapServer, type TestImapServer } from '../../../testing/imap-server'
import { startSmtp } from '../../../testing/smtp'
import { listAccounts } from './account'
import { fetchMailbox } from './fetch'
import { readFolders, saveFolder } from './folder'
import { leaseMailbox } from './lease'
import { refreshServers } from './preset'

openTestDatabase()
const path = '/settings/mail/integrations'

let imap: TestImapServer
let smtp: Awaited<ReturnType<typeof startSmtp>>
let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  imap = await startImapServer()
  await imap.addUser('support@acme.test', 'geheim')
  smtp = await startSmtp({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN'],
    onAuth: ({ username, password }, _session, callback) =>
      username === 'support@acme.test' && password === 'geheim'
        ? callback(null, { user: username })
        : callback(Object.assign(new Error('Invalid login'), { responseCode: 535 })),
  })
})
afterAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
  await imap.stop()
  await smtp.close()
})
beforeEach(async () => {
  forgetRateLimits()
  tenant = await makeTenant()
  admin = await makePerson(tenant, 'owner')
})

const given = (more: object = {}) => ({
  name: 'Support',
  address: 'Support@ACME.test',
  incoming: { host: imap.host, port: imap.port, security: 'none', password: 'geheim' },
  outgoing: { host: '127.0.0.1', port: smtp.port, security: 'none' },
  ...more,
})
const answer = async (response: Promise<Response>) => {
  const { status } = await response
  return { status, body: await (await response).json() }
}
const connect = async (more: object = {}) => {
  const { status, body } = await answer(admin.request('POST', path, given(more)))
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const stored = (id: string) =>
  withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } }))

describe('a mailbox', () => {
  it('is connected, read, edited and listed, and its passwords never come back', async () => {
    const made = await connect({ senderName: 'Acme', isDefault: true, daysBack: 7 })
    expect(made).toMatchObject({
      address: 'support@acme.test',
      state: 'connected',
      folders: ['INBOX'],
      incoming: { host: '127.0.0.1', security: 'none', user: 'support@acme.test', hasPassword: true },
      outgoing: { port: smtp.port, hasPassword: true },
    })
    expect(Date.now() - Date.parse(made.fetchSince)).toBeGreaterThan(6.9 * 86_400_000)
    const row = await stored(made.id)
    for (const field of ['imapPassword', 'smtpPassword'] as const)
      expect(credentials().open({ tenantId: tenant.ref.id, id: made.id, field }, row[field] ?? '')).toBe('geheim')

    const edit = { ...given({ name: 'Help', folders: ['INBOX', 'Leads'] }), version: made.version, incoming: {}, outgoing: {} }
    const edited = await answer(admin.request('PUT', `${path}/${made.id}`, edit))
    expect(edited).toMatchObject({ status: 200, body: { name: 'Help', folders: ['INBOX', 'Leads'], incoming: { hasPassword: true } } })
    expect((await stored(made.id)).imapPassword).toBe(row.imapPassword)
    expect((await answer(admin.request('PUT', `${path}/${made.id}`, edit))).status).toBe(409)

    const texts = [
      await (await admin.request('GET', path)).text(),
      await (await admin.request('GET', `${path}/${made.id}`)).text(),
      await (await admin.request('GET', '/settings/smtp')).text(),
      await (await admin.request('GET', '/audit?limit=50')).text(),
      JSON.stringify([made, edited]),
    ]
    for (const text of texts) {
      expect(text).not.toContain('geheim')
      expect(text).not.toContain(row.imapPassword)
    }
    expect(texts[3]).toContain('mailbox.changed')
  })

  it('sends a stored password to no other server, port or kind of connection than it was entered for', async () => {
    const made = await connect()
    for (const elsewhere of [{ host: 'evil.example.com' }, { port: 1143 }, { security: 'tls' }, { user: 'other' }]) {
      const edit = { ...given(), version: made.version, incoming: elsewhere, outgoing: {} }
      const { status, body } = await answer(admin.request('PUT', `${path}/${made.id}`, edit))
      expect([status, Object.keys(body.data?.fields ?? body.fields ?? body)], JSON.stringify(elsewhere)).toMatchObject([
        422,
        expect.anything(),
      ])
      const test = { mailboxId: made.id, address: made.address, incoming: elsewhere }
      expect((await answer(admin.request('POST', `${path}/test`, test))).status).toBe(422)
    }
    expect((await stored(made.id)).version).toBe(1)
  })

  it('is one for an address, needs encryption and a public host, and its department must be there', async () => {
    await connect()
    expect((await answer(admin.request('POST', path, given()))).status).toBe(422)
    expect((await answer(admin.request('POST', path, given({ address: 'b@acme.test', departmentId: tenant.ref.id })))).status).toBe(404)
    env().ALLOW_PRIVATE_HOSTS = 'off'
    try {
      const inner = await answer(admin.request('POST', path, given({ address: 'c@acme.test' })))
      expect([inner.status, JSON.stringify(inner.body)]).toEqual([422, expect.stringContaining('private network')])
      const incoming = { host: 'imap.example.com', port: 143, security: 'none', password: 'x' }
      const plain = await answer(admin.request('POST', path, given({ address: 'c@acme.test', incoming, isOutgoing: false })))
      expect([plain.status, JSON.stringify(plain.body)]).toEqual([422, expect.stringContaining('Without encryption')])
    } finally {
      env().ALLOW_PRIVATE_HOSTS = 'on'
    }
  })

  it('is filled in from its preset', async () => {
    const incoming = { password: 'app password' }
    const made = await connect({ address: 'x@gmail.com', preset: 'gmail', incoming, outgoing: {}, isIncoming: true })
    expect(made).toMatchObject({
      incoming: { host: 'imap.gmail.com', port: 993, security: 'tls' },
      outgoing: { host: 'smtp.gmail.com', port: 465, security: 'tls' },
    })
  })

  it('has the servers of its provider set anew by the operator, whose trial changes nothing', async () => {
    const mine = { host: 'old.gmail.test', port: 143, security: 'none', password: 'app password' }
    const made = await connect({ address: 'x@gmail.com', preset: 'gmail', incoming: mine, outgoing: {} })
    await connect({ address: 'y@acme.test' })
    const change = [
      {
        address: 'x@gmail.com',
        before: 'old.gmail.test:143 none, smtp.gmail.com:465 tls',
        after: 'imap.gmail.com:993 tls, smtp.gmail.com:465 tls',
      },
    ]
    expect(await refreshServers(tenant, { preset: 'yahoo', isDry: false })).toEqual([])
    expect(await refreshServers(tenant, { isDry: true })).toEqual(change)
    expect(await stored(made.id)).toMatchObject({ imapHost: 'old.gmail.test', version: 1 })
    expect(await refreshServers(tenant, { preset: 'gmail', isDry: false })).toEqual(change)
    expect(await stored(made.id)).toMatchObject({ imapHost: 'imap.gmail.com', imapPort: 993, imapSecurity: 'tls', version: 2 })
    expect(await refreshServers(tenant, { isDry: false })).toEqual([])
    expect((await listAccounts(tenant)).map(({ address, state }) => [address, state])).toEqual([
      ['x@gmail.com', 'connected'],
      ['y@acme.test', 'connected'],
    ])
  })

  it('is deleted with undo; one that took its address meanwhile keeps it, and so does the default', async () => {
    const first = await connect({ isDefault: true })
    expect((await admin.request('DELETE', `${path}/${first.id}`)).status).toBe(200)
    expect(await fetchMailbox(tenant, first.id, 'request')).toMatchObject({ isSkipped: true })
    const second = await connect({ isDefault: true })
    expect((await admin.request('POST', `${path}/${first.id}/restore`)).status).toBe(422)
    expect((await admin.request('DELETE', `${path}/${second.id}`)).status).toBe(200)
    expect((await answer(admin.request('POST', `${path}/${first.id}/restore`))).body).toMatchObject({ isDefault: true })
  })

  it('that is another account than before is read anew, without its history and without what came in already', async () => {
    const elsewhere = await startImapServer()
    const user = 'support@acme.test'
    const mail = (n: number | string) => `From: a@b.test\r\nSubject: ${n}\r\nMessage-ID: <moved${n}@b.test>\r\n\r\nHi ${n}\r\n`
    const folderOf = async (id: string) => (await readFolders(tenant, id))[0]
    const where = { tenantId: tenant.ref.id, provider: 'imap' }
    const subjects = async () => {
      await drainBackground()
      const all = await withTenant(tenant.ref, (tx) => tx.inboundMail.findMany({ where, orderBy: { id: 'asc' } }))
      return all.map(({ subject }) => subject)
    }
    try {
      await imap.addUser(user, 'geheim')
      const made = await connect()
      for (const n of [1, 2, 3]) await imap.deliver(user, mail(n))
      expect(await fetchMailbox(tenant, made.id, 'schedule')).toMatchObject({ messages: 3, error: null })
      const known = await folderOf(made.id)
      expect(known).toMatchObject({ uidValidity: 1000n, lastUid: 3 })

      const change = async (version: number, more: object) =>
        (await answer(admin.request('PUT', `${path}/${made.id}`, { ...given(), version, outgoing: {}, ...more }))).body
      // A new password is for the same messages.
      const renewed = await change(1, {})
      expect(await folderOf(made.id)).toEqual(known)

      // The new server numbers from one, too: its history, what was taken along, and what came since.
      for (const name of [user, 'help@acme.test']) await elsewhere.addUser(name, 'geheim')
      await elsewhere.deliver(user, mail('history'), { cameAt: new Date(Date.now() - 10 * 86_400_000) })
      await elsewhere.deliver(user, mail(3))
      await elsewhere.deliver(user, mail('since'))
      const running = await leaseMailbox(tenant, made.id)
      const incoming = { host: elsewhere.host, port: elsewhere.port, security: 'none', password: 'geheim' }
      const moved = await change(renewed.version, { incoming })
      // A fetch of the old server, which is under way, says no more how far it is.
      if (!running || !known) throw new Error('not there')
      await expect(saveFolder(tenant, running, made.id, known)).rejects.toThrow('mailboxes.gone')
      expect(await fetchMailbox(tenant, made.id, 'schedule')).toMatchObject({ messages: 1, error: null })
      expect(await subjects()).toEqual(['1', '2', '3', 'since'])
      expect(await fetchMailbox(tenant, made.id, 'schedule')).toMatchObject({ messages: 0, error: null })

      await elsewhere.deliver('help@acme.test', mail('help'))
      await change(moved.version, { incoming, address: 'help@acme.test' })
      expect(await fetchMailbox(tenant, made.id, 'schedule')).toMatchObject({ messages: 1, error: null })
      expect(await subjects()).toEqual(['1', '2', '3', 'since', 'help'])
    } finally {
      await elsewhere.stop()
    }
  })

  it('belongs to a department, where it is listed and added', async () => {
    const { items } = (await answer(admin.request('GET', '/department'))).body
    const at = `/department/${items[0].id}/emails`
    const added = await answer(admin.request('POST', at, given()))
    expect(added).toMatchObject({ status: 201, body: { department: { id: items[0].id } } })
    expect((await answer(admin.request('GET', at))).body.items).toMatchObject([{ id: added.body.id }])
    expect((await answer(admin.request('GET', `/department/${items[1].id}/emails`))).body.items).toEqual([])
  })

  it('is nothing to agents', async () => {
    const made = await connect()
    const agent = await makePerson(tenant, 'agent')
    for (const at of [path, `${path}/${made.id}`, `${path}/${made.id}/fetches`, '/settings/smtp'])
      expect((await agent.request('GET', at)).status).toBe(403)
  })
})

describe('the outgoing server of the default mailbox', () => {
  it('is read and edited as settings of SMTP', async () => {
    expect((await admin.request('GET', '/settings/smtp')).status).toBe(404)
    const made = await connect({ isDefault: true })
    const { body } = await answer(admin.request('GET', '/settings/smtp'))
    expect(body).toMatchObject({ mailboxId: made.id, host: '127.0.0.1', port: smtp.port, hasPassword: true, isActive: true })
    const change = { version: body.version, host: 'smtp.acme.test', port: 587, security: 'starttls', fromName: 'Acme' }
    expect((await admin.request('POST', '/settings/smtp', change)).status).toBe(422)
    const changed = await answer(admin.request('POST', '/settings/smtp', { ...change, password: 'new' }))
    expect(changed).toMatchObject({ status: 200, body: { host: 'smtp.acme.test', fromName: 'Acme', security: 'starttls' } })
  })
})

describe('the test of a connection', () => {
  const test = async (more: object) => (await answer(admin.request('POST', `${path}/test`, { ...given(more), name: undefined }))).body
  const both = (password: string) => ({
    incoming: { host: imap.host, port: imap.port, security: 'none', password },
    outgoing: { host: '127.0.0.1', port: smtp.port, security: 'none', password },
  })

  it('says of each server whether it works, and which folders there are', async () => {
    await imap.deliver('support@acme.test', 'Subject: x\r\n\r\n', { folder: 'Leads' })
    expect(await test({ ...both('geheim') })).toEqual({
      incoming: { ok: true, error: null },
      outgoing: { ok: true, error: null },
      folders: expect.arrayContaining(['INBOX', 'Leads']),
    })
    const made = await connect()
    const ofStored = await test({ mailboxId: made.id, incoming: {}, outgoing: {} })
    expect(ofStored).toMatchObject({ incoming: { ok: true }, outgoing: { ok: true } })
  })

  it('says in plain words what is wrong and what to do', async () => {
    const wrong = await test(both('wrong'))
    for (const { ok, error } of [wrong.incoming, wrong.outgoing]) {
      expect(ok).toBe(false)
      expect(error).toMatch(/^The server refused the user name or the password\. Check both/)
    }
    const closed = { host: '127.0.0.1', port: 1, security: 'none', password: 'x' }
    const unknown = { host: 'no-such-host.invalid', port: 993, security: 'tls', password: 'x' }
    const crossed = { ...both('geheim').incoming, security: 'tls' }
    const shut = await test({ incoming: closed, outgoing: closed })
    for (const { error } of [shut.incoming, shut.outgoing]) expect(error).toMatch(/^Nothing answers on this port/)
    const lost = await test({ incoming: unknown, outgoing: unknown })
    for (const { error } of [lost.incoming, lost.outgoing])
      expect(error).toMatch(/^No server that can be reached from here has this host name|could not be looked up/)
    const mixed = await test({ incoming: crossed, outgoing: { ...both('geheim').outgoing, security: 'tls' } })
    for (const { error } of [mixed.incoming, mixed.outgoing]) expect(error).toMatch(/^The server does not speak TLS on this port/)
    const plain = await test({
      incoming: { ...crossed, security: 'starttls' },
      outgoing: { ...both('geheim').outgoing, security: 'starttls' },
    })
    for (const { error } of [plain.incoming, plain.outgoing]) expect(error).toMatch(/does not offer STARTTLS/)
    expect(JSON.stringify([wrong, shut, lost, mixed, plain])).not.toContain('geheim')
  })
})

describe('the test of a connection, where nobody may reach into the own network,', () => {
  const resolve = dns.lookup
  const names: Record<string, () => [NodeJS.ErrnoException | null, string]> = {
    'inner.example.com': () => [null, '10.1.2.3'],
    'nowhere.example.com': () => [Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), ''],
    'silent.example.com': () => [Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }), ''],
  }
  beforeAll(() => {
    dns.lookup = ((name: string, { all }: { all?: boolean }, callback: (...found: unknown[]) => void) => {
      const [error, address] = (names[name] as () => [Error | null, string])()
      callback(error, all ? [{ address, family: 4 }] : address, 4)
    }) as typeof resolve
    syncBuiltinESMExports()
    env().ALLOW_PRIVATE_HOSTS = 'off'
  })
  afterAll(() => {
    dns.lookup = resolve
    syncBuiltinESMExports()
    env().ALLOW_PRIVATE_HOSTS = 'on'
  })

  it('says the same of a name that leads there as of one that is none, and takes as long', async () => {
    const answers = await Promise.all(
      Object.keys(names).map(async (host) => {
        const server = { host, port: 993, security: 'tls', password: 'x' }
        const { incoming, outgoing } = (
          await answer(admin.request('POST', `${path}/test`, { address: 'support@acme.test', incoming: server, outgoing: server }))
        ).body
        return { incoming, outgoing }
      }),
    )
    const unknown = { ok: false, error: expect.stringMatching(/^No server that can be reached from here/) }
    expect(answers).toEqual(Array(3).fill({ incoming: unknown, outgoing: unknown }))
    const begunAt = Date.now()
    const tested = { host: 'inner.example.com', port: 993, security: 'tls' as const, auth: null }
    await Promise.all([testSmtp(tested), testImap({ ...tested, auth: { user: 'x', password: 'x' } })])
    expect(Date.now() - begunAt).toBeGreaterThanOrEqual(990)
    const others = Object.keys(names).map((host) =>
      postGuarded(`https://${host}/`, { headers: {}, body: '' }).catch((error: Error) => error.message.replace(host, 'it')),
    )
    expect(new Set(await Promise.all(others)).size).toBe(1)
  })
})

describe('the log of a mailbox', () => {
  it('says what each fetch brought, the last one first, and what could not be fetched', async () => {
    const made = await connect({ address: 'support@acme.test', isOutgoing: false })
    const raw = (id: string, more = '') =>
      `From: a@b.test\r\nTo: support@acme.test\r\nSubject: Logged\r\nMessage-ID: <${id}@b.test>\r\n${more}\r\nHi\r\n`
    await imap.deliver('support@acme.test', raw('log1'))
    await fetchMailbox(tenant, made.id, 'request')
    await drainBackground()
    await imap.deliver('support@acme.test', raw('log2', 'In-Reply-To: <log1@b.test>\r\n'))
    await fetchMailbox(tenant, made.id, 'request')
    await drainBackground()
    imap.faults.refuses = '[UNAVAILABLE] Too many connections'
    await fetchMailbox(tenant, made.id, 'schedule')
    imap.faults.refuses = undefined
    const { items, nextCursor, total } = (await answer(admin.request('GET', `${path}/${made.id}/fetches?limit=2&total=true`))).body
    expect(items).toMatchObject([
      { cause: 'schedule', messages: 0, error: expect.stringContaining('Too many connections') },
      { cause: 'request', messages: 1, newTickets: 0, newReplies: 1, error: null, problems: [] },
    ])
    expect(total).toBe(3)
    const rest = (await answer(admin.request('GET', `${path}/${made.id}/fetches?cursor=${nextCursor}`))).body
    expect(rest.items).toMatchObject([{ messages: 1, newTickets: 1, newReplies: 0 }])
  })

  it('begins when somebody asks for a fetch', async () => {
    const made = await connect({ isOutgoing: false })
    expect((await admin.request('POST', `${path}/${made.id}/sync`)).status).toBe(202)
  })
})
