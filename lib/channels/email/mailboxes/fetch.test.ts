import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../../core/background'
import { newId } from '../../../core/id'
import type { Prisma } from '../../../db/generated/tenant/client'
import { withTenant } from '../../../db/scope'
import { env } from '../../../env'
import { testImap } from '../../../mail/connection-test'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { makePerson, makeTenant } from '../../../testing/factories'
import { type Faults, startImapServer, type TestImapServer } from '../../../testing/imap-server'
import { imapServers } from '../../../testing/mail-servers'
import { makeMailbox } from '../../../testing/mailbox'
import { receiveMail } from '../receive'
import { type FetchLimits, fetchLimits, fetchMailbox } from './fetch'
import { readFolders, saveFolder } from './folder'
import { leaseMailbox } from './lease'
import { presets } from './schema'

openTestDatabase()
beforeAll(() => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
})
afterAll(() => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
})

const mail = (n: number | string, body = 'Hello') =>
  [
    `From: Asha <asha@customer.test>`,
    `To: support@acme.test`,
    `Subject: Question ${n}`,
    `Message-ID: <m${n}@customer.test>`,
    '',
    body,
    '',
  ].join('\r\n')
/** For servers that stall: whatever else is late by it stalls as well. */
const quick: FetchLimits = { ...fetchLimits, connectMs: 400, commandMs: 400 }

let tenant: ResolvedTenant
beforeEach(async () => {
  tenant = await makeTenant()
})

type Given = Parameters<typeof makeMailbox>[2] & { of?: ResolvedTenant }
const connectMailbox = (server: Parameters<typeof makeMailbox>[1], { of = tenant, ...given }: Given = {}) => makeMailbox(of, server, given)

const readMailbox = (id: string) =>
  withTenant(tenant.ref, (tx) =>
    tx.mailbox.findUniqueOrThrow({
      where: { tenantId_id: { tenantId: tenant.ref.id, id } },
      include: { folders: true, fetches: { orderBy: { id: 'asc' } } },
    }),
  )
const subjects = async () => {
  await drainBackground()
  const rows = await withTenant(tenant.ref, (tx) => tx.inboundMail.findMany({ where: { tenantId: tenant.ref.id }, orderBy: { id: 'asc' } }))
  return rows.map(({ subject }) => subject?.replace('Question ', ''))
}

describe.each(imapServers())('mail is fetched from $name', ({ start }) => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())
  const fetch = (id: string) => fetchMailbox(tenant, id, 'schedule')

  it('from when it was connected on, each message once, and becomes a ticket of its department', async () => {
    const department = await withTenant(tenant.ref, (tx) =>
      tx.department.create({ data: { tenantId: tenant.ref.id, id: newId(), name: 'Cloves', slug: 'cloves' } }),
    )
    const { id, user } = await connectMailbox(server, { departmentId: department.id, fetchSince: new Date(Date.now() - 60_000) })
    await server.deliver(user, mail('old'), { cameAt: new Date(Date.now() - 3_600_000) })
    await server.deliver(user, mail(1))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null, problems: [], isSkipped: false })
    expect(await subjects()).toEqual(['1'])
    // The server names the last message again when it is asked for what is new.
    expect(await fetch(id)).toMatchObject({ messages: 0, error: null })
    await server.deliver(user, mail(2))
    // Moved into the folder: it is new there, whatever its date.
    await server.deliver(user, mail('moved'), { cameAt: new Date(Date.now() - 86_400_000) })
    expect(await fetch(id)).toMatchObject({ messages: 2, error: null })
    expect(await subjects()).toEqual(['1', '2', 'moved'])

    const agent = await makePerson(tenant, 'owner')
    const { items } = await (await agent.request('GET', '/ticket')).json()
    expect(items.map(({ title, department: at }: { title: string; department: { name: string } }) => [title, at.name]).sort()).toEqual([
      ['Question 1', 'Cloves'],
      ['Question 2', 'Cloves'],
      ['Question moved', 'Cloves'],
    ])
    const mailbox = await readMailbox(id)
    expect(mailbox).toMatchObject({ state: 'connected', failures: 0, lastError: null, leaseId: null })
    expect(mailbox.lastFetchedAt).not.toBeNull()
    expect(mailbox.fetches.map(({ messages, error, cause, endedAt }) => [messages, error, cause, endedAt !== null])).toEqual([
      [1, null, 'schedule', true],
      [0, null, 'schedule', true],
      [2, null, 'schedule', true],
    ])
  })

  it('again under other numbers without filing anything twice, and what came meanwhile is not missed', async () => {
    const { id, user } = await connectMailbox(server, { fetchSince: new Date(Date.now() - 60_000) })
    await server.deliver(user, mail('before'), { cameAt: new Date(Date.now() - 86_400_000) })
    await server.deliver(user, mail(1))
    await server.deliver(user, mail(2))
    await fetch(id)
    const { folders } = await readMailbox(id)
    await server.deliver(user, mail(3))
    await server.renumber(user)
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await subjects()).toEqual(['1', '2', '3'])
    const after = await readMailbox(id)
    expect(after.folders[0]?.uidValidity).not.toBe(folders[0]?.uidValidity)
    expect(await fetch(id)).toMatchObject({ messages: 0, error: null })
  })

  it('with the last days before, in all folders that were chosen, and of one that is gone it says so', async () => {
    const days = (n: number) => new Date(Date.now() - n * 86_400_000)
    const { id, user } = await connectMailbox(server, { folders: ['INBOX', 'Sales/Leads', 'Gone'], fetchSince: days(7) })
    await server.deliver(user, mail('9 days'), { cameAt: days(9) })
    await server.deliver(user, mail('3 days'), { cameAt: days(3) })
    await server.deliver(user, mail('lead'), { folder: 'Sales/Leads' })
    await server.deliver(user, mail('elsewhere'), { folder: 'Other' })
    const report = await fetch(id)
    expect((await subjects()).sort()).toEqual(['3 days', 'lead'])
    expect(report).toMatchObject({ messages: 2, error: 'mailboxes.folderGone{"folder":"Gone"}' })
  })

  it('whole, byte for byte, when it is large', async () => {
    const { id, user } = await connectMailbox(server)
    const raw = mail('large', `${'x'.repeat(76)}\r\n`.repeat(40_000))
    await server.deliver(user, raw)
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    const tenantId = tenant.ref.id
    const { raw: begin, parts } = await withTenant(tenant.ref, (tx) =>
      tx.inboundMail.findFirstOrThrow({ where: { tenantId }, include: { parts: { orderBy: { position: 'asc' } } } }),
    )
    expect(Buffer.concat([begin, ...parts.map(({ bytes }) => bytes)]).equals(Buffer.from(raw))).toBe(true)
  })

  it('not with a wrong password: it says so, and after three times the mailbox is failing until it works again', async () => {
    const { id, user } = await connectMailbox(server)
    const owner = await makePerson(tenant, 'owner')
    await server.addUser(user, 'another')
    for (let n = 1; n <= 4; n++) {
      const { error } = await fetch(id)
      expect(error).toMatch(/^mailboxes\.wrongPassword\{"answer":".*Authentication failed/)
      expect(await readMailbox(id)).toMatchObject({ failures: n, state: n < 3 ? 'connected' : 'failing', lastError: error })
    }
    await drainBackground()
    const told = async () => {
      const { items } = await (await owner.request('GET', '/notifications')).json()
      return items.map(({ type, count }: { type: string; count: number }) => [type, count])
    }
    expect(await told()).toEqual([['mailbox_failing', 1]])
    await server.addUser(user, 'geheim')
    await server.deliver(user, mail('late'))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await readMailbox(id)).toMatchObject({ failures: 0, state: 'connected', lastError: null })
    const trail = await (await owner.request('GET', '/audit?limit=50')).json()
    expect(trail.items.map(({ type }: { type: string }) => type)).toEqual(expect.arrayContaining(['mailbox.failed', 'mailbox.recovered']))
    // Beside it stands that a ticket came.
    expect((await told()).filter(([type]: [string]) => type === 'mailbox_failing')).toEqual([['mailbox_failing', 1]])
  })

  it('marked as read where that is wanted, else as it was', async () => {
    if (!('messagesOf' in server)) return
    const [marked, unmarked] = [await connectMailbox(server, { marksSeen: true }), await connectMailbox(server)]
    for (const { id, user } of [marked, unmarked]) {
      await server.deliver(user, mail(user))
      await fetch(id)
    }
    expect([...(server.messagesOf(marked.user)[0]?.flags ?? [])]).toEqual(['\\Seen'])
    expect([...(server.messagesOf(unmarked.user)[0]?.flags ?? [])]).toEqual([])
  })
})

describe('a mailbox on a server that fails', () => {
  let server: TestImapServer
  beforeEach(async () => {
    server = await startImapServer()
    return () => server.stop()
  })
  const fetch = (id: string, cause: 'schedule' | 'request' = 'schedule') => fetchMailbox(tenant, id, cause)

  const failures: Record<string, [Faults, RegExp, FetchLimits?]> = {
    'says nothing': [{ greeting: '' }, /noGreeting/, quick],
    'says what is no IMAP': [{ greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n<html>' }, /garbage|noGreeting|hungUp/, quick],
    'stalls when somebody signs in': [{ stallsAt: 'AUTHENTICATE' }, /stalled/, quick],
    'stalls when a folder is opened': [{ stallsAt: 'EXAMINE' }, /stalled/, quick],
    'stalls when it is searched': [{ stallsAt: 'SEARCH' }, /stalled/, quick],
    'answers a search with garbage': [{ answers: { command: 'SEARCH', with: '* SEARCH ((((' } }, /garbage|stalled/, quick],
    'answers a search without an end': [{ answers: { command: 'SEARCH', with: '* SEARCH 1 2' } }, /stalled/, quick],
    'wants an app password': [{ refuses: '[ALERT] Application-specific password required' }, /appPassword/],
    'has IMAP turned off': [{ refuses: 'IMAP access is disabled for your account' }, /accessDisabled/],
  }
  it('ends in the log within bounded time, however it fails, and misses nothing when the server is well again', async () => {
    const broken = await Promise.all(
      Object.entries(failures).map(async ([what, [faults, expected, limits]]) => {
        const server = await startImapServer()
        const mailbox = await connectMailbox(server)
        await server.deliver(mailbox.user, mail(what))
        Object.assign(server.faults, faults)
        return { what, server, expected, limits, ...mailbox }
      }),
    )
    await Promise.all(
      broken.map(async ({ what, server, expected, limits, id }) => {
        const report = await fetchMailbox(tenant, id, 'schedule', limits)
        expect(report.error, what).toMatch(expected)
        const { fetches, leaseId, lastError } = await readMailbox(id)
        expect({ error: fetches[0]?.error, leaseId, lastError }).toEqual({ error: report.error, leaseId: null, lastError: report.error })
        for (const fault of Object.keys(server.faults)) delete server.faults[fault as keyof Faults]
        expect(await fetch(id), what).toMatchObject({ messages: 1, error: null })
        await server.stop()
      }),
    )
  })

  it('does not stop the others for one message that it can’t give, asks for it again, and then says which it was', async () => {
    const withhold = async (how: 'no' | 'empty' | 'hangs up' | 'stalls') => {
      const server = await startImapServer()
      const { id, user } = await connectMailbox(server)
      const limits = how === 'stalls' ? { ...fetchLimits, readMs: 300 } : fetchLimits
      for (const n of [1, 2, 3]) await server.deliver(user, mail(`${how} ${n}`))
      server.faults.withholds = new Map([[2, how]])
      const reports = [await fetchMailbox(tenant, id, 'schedule', limits), await fetchMailbox(tenant, id, 'schedule', limits)]
      expect((await subjects()).filter((subject) => subject?.startsWith(how)).sort()).toEqual([`${how} 1`, `${how} 3`])
      expect(reports.flatMap(({ problems }) => problems)).toEqual([])
      // A stall takes its time; what follows is the same for all.
      server.faults.withholds.set(2, how === 'stalls' ? 'no' : how)
      for (let n = 0; n < 3; n++) reports.push(await fetch(id))
      const { fetches, folders } = await readMailbox(id)
      expect(fetches.flatMap(({ problems }) => problems)).toMatchObject([{ folder: 'INBOX', uid: 2 }])
      expect(folders[0]?.missing).toMatchObject([{ uid: 2, tries: 4 }])
      // Given up: it costs nothing more, until somebody asks.
      expect(reports.at(-1)).toMatchObject({ error: null, problems: [] })
      server.faults.withholds.clear()
      expect(await fetch(id)).toMatchObject({ messages: 0 })
      expect(await fetch(id, 'request')).toMatchObject({ messages: 1 })
      expect((await readMailbox(id)).folders[0]?.missing).toEqual([])
      await server.stop()
    }
    await Promise.all([withhold('no'), withhold('empty'), withhold('hangs up'), withhold('stalls')])
  })

  it('is closed when it sends far more than it was asked for, and says so', async () => {
    const message = `FETCH (UID 99 BODY[] {3000000}\r\n${'a'.repeat(3_000_000)})`
    const floods: [string, string, (n: number) => string][] = [
      ['other messages with their bodies', 'FETCH', (n) => `${n} ${message.replace('99', String(n + 10))}`],
      ['other messages without end', 'FETCH', (n) => `${n} FETCH (UID ${n + 10} RFC822.SIZE 1)`],
      ['what nobody asked for', 'SEARCH', () => `OK ${'a'.repeat(1000)}`],
    ]
    await Promise.all(
      floods.map(async ([what, command, line]) => {
        const server = await startImapServer()
        const { id, user } = await connectMailbox(server)
        await server.deliver(user, mail(what))
        server.faults.floods = { command, with: line }
        expect(await fetch(id), what).toMatchObject({ error: 'mailboxes.tooMuch', messages: 0 })
        // A part of it is what waits in the sockets.
        expect(server.flooded(), what).toBeLessThan(60_000_000)
        expect((await readMailbox(id)).fetches, what).toMatchObject([{ error: 'mailboxes.tooMuch' }])
        delete server.faults.floods
        expect(await fetch(id), what).toMatchObject({ error: null, messages: 1 })
        await server.stop()
      }),
    )
  })

  it('is closed when it lists folders without end', async () => {
    await server.addUser('many', 'geheim')
    server.faults.floods = { command: 'LIST', with: (n) => `LIST () "/" "folder-${n}"` }
    const { host, port } = server
    const tested = await testImap({ host, port, security: 'none', auth: { user: 'many', password: 'geheim' } })
    expect(tested).toEqual({ error: 'mailboxes.tooMuch', folders: [] })
    expect(server.flooded()).toBeLessThan(20_000_000)
  })

  it('keeps no other mailbox waiting, of this workspace or another', async () => {
    const stalling = await connectMailbox(server)
    const well = await startImapServer()
    try {
      const other = await makeTenant()
      const [own, theirs] = [await connectMailbox(well), await connectMailbox(well, { of: other })]
      await well.deliver(own.user, mail(1))
      await well.deliver(theirs.user, mail(2))
      server.faults.stallsAt = 'EXAMINE'
      let isOver = false
      const slow = fetchMailbox(tenant, stalling.id, 'schedule').finally(() => {
        isOver = true
      })
      expect(await fetchMailbox(tenant, own.id, 'schedule')).toMatchObject({ messages: 1 })
      expect(await fetchMailbox(other, theirs.id, 'schedule')).toMatchObject({ messages: 1 })
      expect(isOver).toBe(false)
      await server.stop()
      expect((await slow).error).toBe('mailboxes.hungUp')
    } finally {
      await well.stop()
    }
  })

  it('is fetched by one process at a time, and by the next when the first died', async () => {
    const { id, user } = await connectMailbox(server)
    for (const n of [1, 2, 3, 4]) await server.deliver(user, mail(n))
    const reports = await Promise.all([fetch(id), fetch(id), fetch(id)])
    expect(reports.filter(({ isSkipped }) => isSkipped)).toHaveLength(2)
    expect(reports.reduce((sum, { messages }) => sum + messages, 0)).toBe(4)
    expect((await readMailbox(id)).fetches).toHaveLength(1)
    // One that died says nothing more.
    expect(await leaseMailbox(tenant, id)).not.toBeNull()
    await server.deliver(user, mail(5))
    expect(await fetch(id)).toMatchObject({ isSkipped: true })
    const tenantId = tenant.ref.id
    await withTenant(tenant.ref, (tx) =>
      tx.mailbox.updateMany({ where: { tenantId, id }, data: { leasedUntil: new Date(Date.now() - 1) } }),
    )
    expect(await fetch(id)).toMatchObject({ messages: 1 })
  })

  it('stays with the process that fetches it, however long a message takes, and one that lost it stops and changes nothing', async () => {
    const { id, user } = await connectMailbox(server)
    await server.deliver(user, mail(1))
    server.faults.withholds = new Map([[1, 'stalls']])
    server.faults.log = []
    const tenantId = tenant.ref.id
    const change = (data: Prisma.MailboxUncheckedUpdateManyInput) =>
      withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: { tenantId, id }, data }))
    const slow = fetchMailbox(tenant, id, 'schedule', { ...fetchLimits, renewMs: 50 })
    const waits = { timeout: 10_000, interval: 20 }
    await vi.waitFor(() => expect(server.faults.log?.join()).toContain('BODY'), waits)
    await change({ leasedUntil: new Date(Date.now() - 1) })
    await vi.waitFor(async () => expect((await readMailbox(id)).leasedUntil?.getTime()).toBeGreaterThan(Date.now()), waits)
    expect(await fetch(id)).toMatchObject({ isSkipped: true })
    // Another process took it, and is further.
    await change({ leaseId: newId() })
    await withTenant(tenant.ref, (tx) => tx.mailboxFolder.updateMany({ where: { tenantId, mailboxId: id }, data: { lastUid: 9 } }))
    expect(await slow).toMatchObject({ error: 'mailboxes.gone', messages: 0 })
    expect((await readMailbox(id)).folders).toMatchObject([{ lastUid: 9n, missing: [] }])
  })

  it('writes down nothing of a folder for a process that lost it', async () => {
    const { id } = await connectMailbox(server)
    const tenantId = tenant.ref.id
    const lease = await leaseMailbox(tenant, id)
    const [folder] = await readFolders(tenant, id)
    if (!lease || !folder) throw new Error('not there')
    await saveFolder(tenant, lease, id, { ...folder, lastUid: 5 })
    await withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: { tenantId, id }, data: { leaseId: newId() } }))
    await expect(saveFolder(tenant, lease, id, { ...folder, lastUid: 3 })).rejects.toThrow('mailboxes.gone')
    expect((await readMailbox(id)).folders).toMatchObject([{ lastUid: 5n }])
  })

  it('ends with its time, also within a large message, and begins with that message the next time', async () => {
    const { id, user } = await connectMailbox(server)
    await server.deliver(user, mail(1))
    await server.deliver(user, mail(2, 'x'.repeat(2_000_000)))
    server.faults.withholds = new Map([[2, 'stalls']])
    const limits = { ...fetchLimits, readMs: 500, wholeMs: 1000 }
    const begunAt = Date.now()
    expect(await fetchMailbox(tenant, id, 'schedule', limits)).toMatchObject({ messages: 1, hasMore: true, error: null })
    expect((await readMailbox(id)).folders).toMatchObject([{ lastUid: 1n, missing: [] }])
    // With all the time for itself it is a message that can't be had.
    expect(await fetchMailbox(tenant, id, 'schedule', limits)).toMatchObject({ messages: 0, error: 'mailboxes.stalled' })
    expect((await readMailbox(id)).folders).toMatchObject([{ lastUid: 2n, missing: [{ uid: 2, tries: 1 }] }])
    expect(Date.now() - begunAt).toBeLessThan(20_000)
  })

  it('that numbers its messages anew brings nothing back from before the last day', async () => {
    const hours = (n: number) => new Date(Date.now() - n * 3_600_000)
    const { id, user } = await connectMailbox(server, { fetchSince: hours(7 * 24) })
    await server.deliver(user, mail('new'))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    // What was fetched and erased is, to us, mail that was never there.
    await server.deliver(user, mail('erased'), { cameAt: hours(3 * 24) })
    await server.deliver(user, mail('late'), { cameAt: hours(12) })
    await server.renumber(user)
    // A fetch whose time ends there leaves it so for the next.
    expect(await fetchMailbox(tenant, id, 'schedule', { ...fetchLimits, wholeMs: -1 })).toMatchObject({ messages: 0, hasMore: true })
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await subjects()).toEqual(['new', 'late'])
  })

  it('loses and doubles nothing when the process ends between storing a message and noting it', async () => {
    const { id, user } = await connectMailbox(server)
    for (const n of [1, 2]) await server.deliver(user, mail(n))
    const { address } = await readMailbox(id)
    // What a fetch had done when it ended: the first message is stored, and nothing says so.
    await receiveMail(tenant, { recipient: address, provider: 'imap', raw: Buffer.from(mail(1)) }, newId())
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await subjects()).toEqual(['1', '2'])
  })

  it('goes on where its time ended', async () => {
    const { id, user } = await connectMailbox(server)
    for (const n of [1, 2, 3]) await server.deliver(user, mail(n))
    expect(await fetchMailbox(tenant, id, 'schedule', { ...fetchLimits, wholeMs: -1 })).toMatchObject({
      messages: 0,
      hasMore: true,
      error: null,
    })
    // What is left over came before the mailbox was fetched.
    expect((await readMailbox(id)).lastFetchedAt).toBeNull()
    expect(await fetch(id)).toMatchObject({ messages: 3, hasMore: false })
    expect((await readMailbox(id)).lastFetchedAt).not.toBeNull()
  })

  it('is believed what its own provider says of senders, and not where it was set up for another server', async () => {
    const factsOf = async (preset: 'gmail' | 'hostinger') => {
      const { id, user } = await connectMailbox(server, { preset })
      await server.deliver(user, mail(user))
      expect(await fetch(id)).toMatchObject({ messages: 1 })
      const fetched = { tenantId: tenant.ref.id, mailboxId: id }
      const { facts } = await withTenant(tenant.ref, (tx) => tx.inboundMail.findFirstOrThrow({ where: fetched }))
      return (facts as { envelope: unknown }).envelope
    }
    const before = { gmail: presets.gmail.incoming, hostinger: presets.hostinger.incoming }
    expect(await factsOf('gmail')).toMatchObject({ authservIds: [], relays: [] })
    for (const preset of ['gmail', 'hostinger'] as const) presets[preset].incoming = { host: server.host, port: 993, security: 'tls' }
    try {
      expect(await factsOf('gmail')).toMatchObject({ authservIds: ['mx.google.com'], relays: [] })
      expect(await factsOf('hostinger')).toMatchObject({ authservIds: [], relays: ['hostinger.com', 'hostinger.io'] })
    } finally {
      for (const preset of ['gmail', 'hostinger'] as const) presets[preset].incoming = before[preset]
    }
  })

  it('is refused where it leads into a private network', async () => {
    const { id } = await connectMailbox(server)
    env().ALLOW_PRIVATE_HOSTS = 'off'
    try {
      expect(await fetch(id)).toMatchObject({ error: 'mailboxes.privateNetwork' })
      const named = await connectMailbox({ ...server, host: 'localtest.baraza.invalid' })
      expect((await fetch(named.id)).error).toMatch(/hostUnknown|dnsSilent/)
    } finally {
      env().ALLOW_PRIVATE_HOSTS = 'on'
    }
    expect(server.connections()).toBe(0)
  })

  it('says so when the password was stored with another key', async () => {
    const { id } = await connectMailbox(server, { imapPassword: 'v1.000000000000.AAAA' })
    expect(await fetch(id)).toMatchObject({ error: 'mailboxes.unreadable' })
  })
})
