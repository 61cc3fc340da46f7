import { AsyncLocalStorage } from 'node:async_hooks'
import { call } from '@orpc/server'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { withPlatform } from '../db/scope'
import { readDevMailbox } from '../mail/dev-mailbox'
import { callerOf } from '../procedure/caller'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { eventsOf, hostOf, inWork, makeContact, makePerson, makeTenant, send, type TestPerson, testPassword } from '../testing/factories'
import { startBrowserSession } from './auth'

/** What is asked of the database for the request at hand, and for what follows from it in the background. */
const heard = new AsyncLocalStorage<string[]>()
/** A request is one unit of work; what comes after it was answered meanwhile, or is about to be. */
const untilCommitted = (statements: string[]) => statements.slice(0, statements.indexOf('COMMIT') + 1)

/** Keeping strangers out, and the right people in; run on both databases. */
export function describeSignIn() {
  const { query } = pg.Client.prototype
  let tenant: ResolvedTenant
  let person: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('kept-out')
    pg.Client.prototype.query = function (this: pg.Client, ...given: [{ text?: string }, ...unknown[]]) {
      const text = typeof given[0] === 'string' ? given[0] : given[0]?.text
      if (text) heard.getStore()?.push(text)
      return Reflect.apply(query, this, given)
    } as typeof query
  })
  afterAll(() => {
    pg.Client.prototype.query = query
  })
  beforeEach(async () => {
    person = await makePerson(tenant, 'agent')
  })

  const stranger = '198.51.100.7'
  /** Signs in as a browser at an address does; the account is remembered by the cookies that come back. */
  async function signIn(given: { password?: string; magicToken?: string }, address: string, cookie = '') {
    forgetRateLimits()
    const responseHeaders = new Headers()
    const caller = callerOf('page', new Headers({ host: hostOf(tenant), 'x-forwarded-for': address, cookie }), 'POST', responseHeaders)
    const { password = '', magicToken } = given
    const input = magicToken ? { magicToken } : { email: person.email, password }
    try {
      await call(startBrowserSession, input, { context: { caller } })
      return { isIn: true, device: responseHeaders.getSetCookie()[0]?.split(';')[0] ?? '' }
    } catch (error) {
      return { isIn: false, device: '', code: (error as { code: string }).code }
    }
  }
  const isIn = async (address: string, cookie?: string) => (await signIn({ password: testPassword }, address, cookie)).isIn
  const fail = async (times: number, addressOf: (n: number) => string = () => stranger, cookie = '') => {
    for (let n = 0; n < times; n++) expect((await signIn({ password: 'wrong' }, addressOf(n), cookie)).isIn).toBe(false)
  }
  const manyAddresses = (n: number) => `203.0.113.${n + 1}`
  const mailsTo = async (email: string) => {
    await drainBackground()
    return (await readDevMailbox(tenant.ref.slug)).filter(({ to }) => to.includes(email))
  }
  const linkIn = (text: string | undefined) => /magic-link#(\S+)/.exec(text ?? '')?.[1] ?? ''
  const lockEvents = async () => (await eventsOf(tenant, person.id)).filter(({ type }) => type === 'person.locked')
  const pass = (minutes: number) => {
    const back = `${minutes} minutes`
    return withPlatform(
      (tx) =>
        tx.$executeRaw`UPDATE platform.sign_in_failure SET locked_until = locked_until - ${back}::interval, last_at = last_at - ${back}::interval`,
    )
  }

  describe('ten wrong passwords from one address', () => {
    it('lock it out of the account for 15 minutes, and nobody else; the owner is told, and it is recorded', async () => {
      await fail(10)
      expect(await isIn(stranger)).toBe(false)
      expect(await isIn('192.0.2.1')).toBe(true)
      const [mail] = await mailsTo(person.email)
      expect(mail?.subject).toContain('locked')
      const { isIn: entered } = await signIn({ magicToken: linkIn(mail?.text) }, '192.0.2.2')
      expect(entered).toBe(true)
      const types = (await eventsOf(tenant, person.id)).map(({ type }) => type)
      expect(types.slice(0, 12)).toEqual([...Array(10).fill('person.sign_in_failed'), 'person.locked', 'person.sign_in_failed'])
      await pass(14)
      expect(await isIn(stranger)).toBe(false)
      await pass(2)
      expect(await isIn(stranger)).toBe(true)
    })

    it('lock the whole /64 that one IPv6 client has, and not the next', async () => {
      await fail(10, (n) => `2001:db8:1:1::${n + 1}`)
      expect(await isIn('2001:db8:1:1:ffff::1')).toBe(false)
      expect(await isIn('2001:db8:1:2::1')).toBe(true)
    })

    it('count ten when they come at once', async () => {
      await Promise.all(Array.from({ length: 10 }, () => signIn({ password: 'wrong' }, stranger)))
      expect(await isIn(stranger)).toBe(false)
      expect(await lockEvents()).toHaveLength(1)
      const rows = await withPlatform((tx) => tx.signInFailure.findMany({ where: { lastAt: { gt: new Date(Date.now() - 60_000) } } }))
      expect(rows.filter(({ failures, source }) => failures === 10 && [stranger, '*'].includes(source))).toHaveLength(2)
    })

    it('are nine and one when they are far apart, or someone got in between', async () => {
      await fail(9)
      await pass(16)
      await fail(9)
      expect(await isIn(stranger)).toBe(true)
      await fail(9)
      expect(await isIn(stranger)).toBe(true)
    })
  })

  describe('thirty wrong passwords from anywhere', () => {
    it('lock the account for unknown devices, with a link by mail that lets the owner in, on a device that is known from then on', async () => {
      await fail(30, manyAddresses)
      expect(await isIn('192.0.2.1')).toBe(false)
      expect((await lockEvents()).map(({ payload }) => (payload as { scope: string }).scope)).toEqual(['account'])
      const mails = await mailsTo(person.email)
      expect(mails.map(({ text }) => text.includes('30 times'))).toEqual([true])
      const { isIn: entered, device } = await signIn({ magicToken: linkIn(mails[0]?.text) }, '192.0.2.1')
      expect(entered).toBe(true)
      await fail(30, manyAddresses)
      expect(await isIn('192.0.2.1')).toBe(false)
      expect(await isIn('192.0.2.1', device)).toBe(true)
    })

    it('are over after a day', async () => {
      await fail(30, manyAddresses)
      await pass(23 * 60)
      expect(await isIn('192.0.2.1')).toBe(false)
      await pass(61)
      expect(await isIn('192.0.2.1')).toBe(true)
    })
  })

  describe('a known device', () => {
    it('lets its owner in from the address of a stranger who is locked out', async () => {
      const { device } = await signIn({ password: testPassword }, '192.0.2.1')
      expect(device).toContain('baraza.kept-out.device.')
      await fail(10)
      expect(await isIn(stranger)).toBe(false)
      expect(await isIn(stranger, device)).toBe(true)
    })

    it('may be mistaken ten times itself, and locks nobody else', async () => {
      const { device } = await signIn({ password: testPassword }, '192.0.2.1')
      await fail(10, manyAddresses, device)
      expect(await isIn('192.0.2.1', device)).toBe(false)
      expect(await isIn('192.0.2.1')).toBe(true)
    })

    it('is known to one account alone, by a cookie that nobody else can write, until the password changes', async () => {
      const { device } = await signIn({ password: testPassword }, '192.0.2.1')
      const [owner, value] = [person, device.split('=')[1] as string]
      await fail(30, manyAddresses)
      const forged = `${device.split('=')[0]}=${value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`
      expect(await isIn('192.0.2.1', forged)).toBe(false)
      person = await makePerson(tenant, 'agent')
      const { device: own } = await signIn({ password: testPassword }, '192.0.2.1')
      await fail(30, manyAddresses)
      expect(await isIn('192.0.2.1', `${own.split('=')[0]}=${value}`)).toBe(false)
      expect(await isIn('192.0.2.1', `${device}; ${own}`)).toBe(true)
      person = owner
      expect(await isIn('192.0.2.1', `${device}; ${own}`)).toBe(true)
      await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: owner.id }, data: { passwordHash: null } }))
      await fail(30, manyAddresses)
      expect((await lockEvents()).at(-1)?.payload).toMatchObject({ scope: 'account' })
      expect((await signIn({ password: 'wrong' }, stranger, device)).isIn).toBe(false)
      expect((await eventsOf(tenant, owner.id)).at(-1)?.payload).toMatchObject({ reason: 'locked' })
    })
  })

  it('a session alone may not try its own password for long', async () => {
    const change = (currentPassword: string) => {
      forgetRateLimits()
      return person.request('POST', '/users/profile/password', { currentPassword, password: 'a brand new password' })
    }
    for (let n = 0; n < 10; n++) expect((await change('wrong')).status).toBe(422)
    expect((await change(testPassword)).status).toBe(422)
    await pass(16)
    expect((await change(testPassword)).status).toBe(200)
  })

  describe('links by mail', () => {
    const ask = (path: string, email = person.email, address = '192.0.2.1', cookie = '') => {
      forgetRateLimits()
      return send(tenant, 'POST', `/auth/${path}`, { email }, { 'x-forwarded-for': address, cookie })
    }

    it('live several at once; a used one is dead, and no more than five are sent within an hour', async () => {
      for (let n = 0; n < 7; n++) {
        expect((await ask('magic-link')).status).toBe(200)
        await drainBackground()
      }
      const links = (await mailsTo(person.email)).map(({ text }) => linkIn(text))
      expect(links).toHaveLength(5)
      for (const magicToken of links) expect((await signIn({ magicToken }, '192.0.2.1')).isIn).toBe(true)
      for (const magicToken of links) expect((await signIn({ magicToken }, '192.0.2.1')).isIn).toBe(false)
      await ask('magic-link')
      expect(await mailsTo(person.email)).toHaveLength(6)
    })

    it.each(['magic-link', 'password-reset'])(
      '(%s) asked for by a stranger keep none from their owner, and fill no mailbox',
      async (path) => {
        const askFrom = async (address: string, times: number, cookie = '') => {
          for (let n = 0; n < times; n++) {
            const answer = await ask(path, person.email, address, cookie)
            expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
            await drainBackground()
          }
          return (await mailsTo(person.email)).length
        }
        const { device } = await signIn({ password: testPassword }, '192.0.2.77')
        expect(await askFrom(stranger, 7)).toBe(5)
        expect(await askFrom('192.0.2.1', 1)).toBe(6)
        // One client has a whole /64.
        for (let n = 0; n < 7; n++) await askFrom(`2001:db8:7:1::${n + 1}`, 1)
        expect(await mailsTo(person.email)).toHaveLength(11)
        for (let n = 0; n < 8; n++) await askFrom(manyAddresses(n), 1)
        expect(await mailsTo(person.email)).toHaveLength(15)
        expect(await askFrom('192.0.2.1', 1)).toBe(15)
        // A device that the account knows is the owner's.
        expect(await askFrom(stranger, 1, device)).toBe(16)
        expect(await askFrom(stranger, 7, device)).toBe(20)
      },
    )

    it('to a new password live several at once, until one was used', async () => {
      await ask('password-reset')
      await drainBackground()
      await ask('password-reset')
      const [second, first] = (await mailsTo(person.email)).map(({ text }) => /#(\S+)/.exec(text)?.[1])
      const use = (token?: string) => send(tenant, 'POST', '/auth/password-reset-confirm', { token, password: 'a new long password' })
      expect((await use(first)).status).toBe(200)
      expect((await use(second)).status).toBe(422)
    })

    it('ask the database the same and answer the same, whoever has the address', async () => {
      await makeContact(tenant, 'writes@example.com')
      const suspended = await makePerson(tenant, 'customer')
      await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: suspended.id }, data: { status: 'suspended' } }))
      await drainBackground()
      const observe = async (path: string, body: object) => {
        forgetRateLimits()
        const statements: string[] = []
        const response = await heard.run(statements, () => send(tenant, 'POST', `/auth/${path}`, body))
        const { date, 'x-request-id': id, ...headers } = Object.fromEntries(response.headers)
        await drainBackground()
        return { status: response.status, headers, text: await response.text(), statements: untilCommitted(statements) }
      }
      const addresses = ['nobody@example.com', person.email, 'writes@example.com', suspended.email]
      for (const path of ['magic-link', 'password-reset', 'register', 'login']) {
        const extra = path === 'register' ? { name: 'Somebody' } : path === 'login' ? { password: 'wrong' } : {}
        const seen: Awaited<ReturnType<typeof observe>>[] = []
        for (const email of addresses) seen.push(await observe(path, { email, ...extra }))
        for (const other of seen.slice(1)) expect(other, path).toEqual(seen[0])
        expect(seen[0]?.statements.length, path).toBeGreaterThan(3)
      }
    })

    it('ask the database the same when the last of ten failures locks an account, there or not', async () => {
      const lastOf = async (email: string) => {
        const fails = () => send(tenant, 'POST', '/auth/login', { email, password: 'wrong' }, { 'x-forwarded-for': '192.0.2.9' })
        const statements: string[] = []
        for (let n = 0; n < 9; n++) {
          forgetRateLimits()
          await fails()
        }
        forgetRateLimits()
        const answer = await heard.run(statements, fails)
        await drainBackground()
        return [answer.status, await answer.text(), untilCommitted(statements)]
      }
      expect(await lastOf('no-one@example.com')).toEqual(await lastOf(person.email))
    })
  })
}
