import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../../core/background'
import type { Prisma } from '../../../db/generated/tenant/client'
import { withPlatform, withTenant } from '../../../db/scope'
import { env } from '../../../env'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { makeTenant } from '../../../testing/factories'
import { startImapServer, type TestImapServer } from '../../../testing/imap-server'
import { imapServers } from '../../../testing/mail-servers'
import { makeMailbox } from '../../../testing/mailbox'
import { fetchMailbox } from './fetch'
import { type IdleLimits, idleLimits, type Listener, listenToMailboxes, openListener } from './idle'
import { fetchMailboxJob } from './jobs'

openTestDatabase()
let tenant: ResolvedTenant
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  tenant = await makeTenant()
})
afterAll(() => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
})

const quick: IdleLimits = { ...idleLimits, renewMs: 120, firstWaitMs: 20, restMs: 30, countMs: 20 }
const listeners: Listener[] = []
/** One process that listens. */
const open = (limits: Partial<IdleLimits> = {}) => {
  const listener = openListener({ ...quick, ...limits })
  listeners.push(listener)
  return listener
}
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.stop()))
})

const mail = (subject: string) => `From: Asha <asha@customer.test>\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nHello\r\n`
const stored = async () => {
  const rows = await withTenant(tenant.ref, (tx) => tx.inboundMail.findMany({ where: { tenantId: tenant.ref.id } }))
  return rows.map(({ raw }) => /^Subject: (.*)$/m.exec(Buffer.from(raw).toString())?.[1]?.trim())
}
const readMailbox = (id: string) =>
  withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } }))
const change = (id: string, data: Prisma.MailboxUncheckedUpdateManyInput) =>
  withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: { tenantId: tenant.ref.id, id }, data }))
const holderOf = async (id: string) => (await readMailbox(id)).idleId
const waits = { timeout: 10_000, interval: 25 }
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(imapServers())('a mailbox on $name', ({ start }) => {
  let server: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.stop())

  it('is fetched as soon as something comes in, also what came before it was listened to and while it is fetched', async () => {
    const { id, user } = await makeMailbox(tenant, server)
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ canIdle: true, error: null })
    const prefix = server.kind === 'Dovecot' ? 'd' : 'p'
    await server.deliver(user, mail(`${prefix}-before`))
    await open({ restMs: 200 }).offer(tenant, id)
    await vi.waitFor(async () => expect(await stored()).toContain(`${prefix}-before`), waits)
    for (const n of [1, 2, 3, 4]) {
      await server.deliver(user, mail(`${prefix}-${n}`))
      await pause(40)
    }
    await vi.waitFor(async () => expect(await stored()).toEqual(expect.arrayContaining([1, 2, 3, 4].map((n) => `${prefix}-${n}`))), waits)
    const { fetches } = await withTenant(tenant.ref, (tx) =>
      tx.mailbox.findFirstOrThrow({ where: { id }, select: { fetches: { where: { cause: 'idle' } } } }),
    )
    expect(fetches.every(({ error }) => error === null)).toBe(true)
    // Not one for each of them.
    expect(fetches.length).toBeLessThan(5)
    await drainBackground()
  })
})

describe('listening', () => {
  let server: TestImapServer
  beforeEach(async () => {
    server = await startImapServer()
    server.faults.log = []
    return () => server.stop()
  })
  const idles = () => server.faults.log?.filter((line) => line === 'IDLE').length ?? 0
  const logins = () => server.faults.log?.filter((line) => /^(?:AUTHENTICATE|LOGIN) /.test(line)).length ?? 0
  const fetched = async (data: Parameters<typeof makeMailbox>[2] = {}) => {
    const mailbox = await makeMailbox(tenant, server, data)
    await fetchMailbox(tenant, mailbox.id, 'schedule')
    return mailbox
  }

  it('is done by one process for a mailbox, and by another when the first ends or dies', async () => {
    const { id } = await fetched()
    const [first, second] = [open(), open()]
    await Promise.all([first.offer(tenant, id), second.offer(tenant, id), first.offer(tenant, id)])
    await vi.waitFor(() => expect(idles()).toBe(1), waits)
    await pause(200)
    expect(idles()).toBe(1)
    const holder = await holderOf(id)
    await Promise.all([first.stop(), second.stop()])
    expect(server.faults.log?.filter((line) => line === 'LOGOUT')).toHaveLength(2) // of the fetch, and of the one that listened
    await vi.waitFor(() => expect(server.connections()).toBe(0), waits)
    expect(await readMailbox(id)).toMatchObject({ idleId: null, idleUntil: null })
    // One that died gave nothing back.
    await change(id, { idleId: holder, idleUntil: new Date(Date.now() + 60_000) })
    const third = open()
    await third.offer(tenant, id)
    expect(await holderOf(id)).toBe(holder)
    await change(id, { idleUntil: new Date(Date.now() - 1) })
    await third.offer(tenant, id)
    expect(await holderOf(id)).not.toBe(holder)
    await vi.waitFor(() => expect(idles()).toBe(2), waits)
    // It keeps it by saying so again and again.
    await change(id, { idleUntil: new Date(Date.now() - 1) })
    await vi.waitFor(async () => expect((await readMailbox(id)).idleUntil?.getTime()).toBeGreaterThan(Date.now()), waits)
  })

  it('ends with a mailbox that is deleted, paused or another process’s, and begins anew with one that was changed', async () => {
    const listener = open()
    const gone: Prisma.MailboxUncheckedUpdateManyInput[] = [
      { deletedAt: new Date() },
      { isIncoming: false },
      { state: 'revoked' },
      { idleId: '00000000-0000-7000-8000-000000000001' },
    ]
    for (const data of gone) {
      const { id } = await fetched()
      await listener.offer(tenant, id)
      await vi.waitFor(() => expect(server.connections()).toBe(1), waits)
      await change(id, data)
      await vi.waitFor(() => expect(server.connections(), JSON.stringify(data)).toBe(0), waits)
    }
    const { id, user } = await fetched()
    const earlier = idles()
    await listener.offer(tenant, id)
    await vi.waitFor(() => expect(idles()).toBe(earlier + 1), waits)
    const before = idles()
    await change(id, { version: { increment: 1 } })
    await vi.waitFor(() => expect(idles()).toBe(before + 1), waits)
    await server.deliver(user, mail('changed'))
    await vi.waitFor(async () => expect(await stored()).toContain('changed'), waits)
    await withPlatform((tx) => tx.tenant.updateMany({ where: { id: tenant.ref.id }, data: { status: 'suspended' } }))
    await vi.waitFor(() => expect(server.connections()).toBe(0), waits)
    await withPlatform((tx) => tx.tenant.updateMany({ where: { id: tenant.ref.id }, data: { status: 'active' } }))
  })

  it.each(['answers', 'hangs up'] as const)(
    'waits longer each time a server that %s at once is asked, and leaves it to the schedule in the end',
    async (how) => {
      const { id, user } = await fetched()
      server.faults.endsIdle = how
      const at: number[] = []
      const log = server.faults.log as string[]
      log.push = (line) => at.push(...(line === 'IDLE' ? [Date.now()] : [])) && Array.prototype.push.call(log, line)
      await open({ tries: 4, firstWaitMs: 200 }).offer(tenant, id)
      await vi.waitFor(async () => expect(await holderOf(id)).toBeNull(), waits)
      expect(idles()).toBe(4)
      // 200, 400 and 800, each a quarter less at the least.
      const gaps = at.slice(1).map((time, n) => time - (at[n] as number))
      for (const [n, least] of [150, 300, 600].entries()) expect(gaps[n]).toBeGreaterThanOrEqual(least)
      await vi.waitFor(() => expect(server.connections()).toBe(0), waits)
      await server.deliver(user, mail(`polled after it ${how}`))
      expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 1 })
    },
  )

  it('connects anew to a server that says nothing more, and fetches what comes then', async () => {
    const { id, user } = await fetched()
    await open({ refreshMs: 50, commandMs: 500 }).offer(tenant, id)
    await vi.waitFor(() => expect(idles()).toBeGreaterThan(0), waits)
    const signedIn = logins()
    server.faults.stallsAt = 'NOOP'
    await vi.waitFor(() => expect(logins()).toBeGreaterThan(signedIn), waits)
    server.faults.stallsAt = undefined
    await server.deliver(user, mail('after the stall'))
    await vi.waitFor(async () => expect(await stored()).toContain('after the stall'), waits)
    expect(await holderOf(id)).not.toBeNull()
  })

  it('asks again and again whether the server is there, on the same connection', async () => {
    const { id } = await fetched()
    await open({ refreshMs: 30 }).offer(tenant, id)
    await vi.waitFor(() => expect(idles()).toBeGreaterThan(4), waits)
    expect(logins()).toBe(2)
    expect(server.connections()).toBe(1)
  })

  it('takes no more mailboxes than it has places, and the next one when a place is free', async () => {
    const mailboxes = [await fetched(), await fetched(), await fetched()]
    const listener = open({ connections: 2 })
    await Promise.all(mailboxes.map(({ id }) => listener.offer(tenant, id)))
    await vi.waitFor(() => expect(idles()).toBe(2), waits)
    const holders = await Promise.all(mailboxes.map(({ id }) => holderOf(id)))
    expect(holders.filter(Boolean)).toHaveLength(2)
    const [held, left] = [holders.findIndex(Boolean), holders.indexOf(null)]
    await change(mailboxes[held]?.id as string, { isIncoming: false })
    await vi.waitFor(() => expect(server.connections()).toBe(1), waits)
    await vi.waitFor(async () => {
      await listener.offer(tenant, mailboxes[left]?.id as string)
      expect(await holderOf(mailboxes[left]?.id as string)).not.toBeNull()
    }, waits)
  })

  it('lets a mailbox go whose fetch fails or whose password is wrong by now, until the schedule has fetched it', async () => {
    const { id, user } = await fetched()
    const listener = open({ tries: 3 })
    await listener.offer(tenant, id)
    await vi.waitFor(() => expect(idles()).toBe(1), waits)
    await server.addUser(user, 'another')
    await change(id, { version: { increment: 1 } })
    await vi.waitFor(async () => expect(await holderOf(id)).toBeNull(), waits)
    await vi.waitFor(() => expect(server.connections()).toBe(0), waits)
  })

  it('is for servers that can, and in processes that work in the background alone', async () => {
    const { id } = await makeMailbox(tenant, server)
    const run = () => fetchMailboxJob.run({ tenant, input: { mailboxId: id, cause: 'schedule' }, progress: async () => {} })
    await run()
    expect(await holderOf(id)).toBeNull()
    const stop = listenToMailboxes(quick)
    try {
      server.faults.withoutIdle = true
      await run()
      expect(await holderOf(id)).toBeNull()
      server.faults.withoutIdle = false
      await run()
      expect(await holderOf(id)).not.toBeNull()
    } finally {
      await stop()
    }
    await run()
    expect(await holderOf(id)).toBeNull()
  })

  it('has a mailbox fetched less and less often whose server rings for nothing', async () => {
    const { id } = await fetched()
    server.faults.ringsForNothing = 20
    await open({ restMs: 100 }).offer(tenant, id)
    const fetches = () => withTenant(tenant.ref, (tx) => tx.mailboxFetch.count({ where: { mailboxId: id, cause: 'idle' } }))
    // After rests of 200, 400 and 800 ms; then of 1.6 and 3.2 seconds.
    await vi.waitFor(async () => expect(await fetches()).toBe(4), waits)
    await pause(2000)
    expect(await fetches()).toBeLessThan(7)
  })

  it('ends when a server says without end what nobody asked for', async () => {
    const { id } = await fetched()
    server.faults.floods = { command: 'IDLE', with: () => `OK ${'a'.repeat(1000)}` }
    await open({ tries: 1 }).offer(tenant, id)
    await vi.waitFor(async () => expect(await holderOf(id)).toBeNull(), waits)
    expect(server.flooded()).toBeLessThan(60_000_000)
  })
})
