import { beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { withPlatform } from '../db/scope'
import { env } from '../env'
import { runJob } from '../jobs/run'
import { readDevMailbox } from '../mail/dev-mailbox'
import { forgetRateLimits } from '../procedure/rate-limit'
import { statementsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, send } from '../testing/factories'

openTestDatabase()
beforeEach(forgetRateLimits)

const given = {
  business: 'Umbrella',
  slug: 'umbrella',
  name: 'Ada',
  email: 'ada@umbrella.test',
  password: 'a long password',
  timeZone: 'Africa/Nairobi',
}
const ask = async (path: string, body: object, host = 'localhost') => {
  const response = await send(host, 'POST', `/platform/sign-up${path}`, body)
  return { status: response.status, ...((await response.json()) as { tenantId: string; secret: string }) }
}
const runSetup = async (tenantId: string) => {
  const job = await withPlatform((tx) => tx.job.findFirstOrThrow({ where: { tenantId } }))
  await runJob(job.id)
}

describe('opening a workspace', () => {
  it('leads, step by step, to an owner who can sign in once by the secret and always by the password', async () => {
    const { tenantId, secret, status } = await ask('', given)
    expect(status).toBe(201)
    expect(await ask('/progress', { tenantId, secret })).toMatchObject({
      status: 'queued',
      step: 0,
      origin: expect.stringContaining('umbrella.localhost'),
    })
    const early = await send('umbrella.localhost', 'GET', '/public/viewer')
    expect(early.status).toBe(503)
    await runSetup(tenantId)
    await drainBackground()
    expect(await ask('/progress', { tenantId, secret })).toMatchObject({ status: 'done', step: 4, name: 'Umbrella' })
    const link = async () => (await send('umbrella.localhost', 'POST', '/auth/link', { token: secret, purpose: 'magic_link' })).json()
    expect(await link()).toMatchObject({ person: { name: 'Ada', email: 'ada@umbrella.test' } })
    const login = await send('umbrella.localhost', 'POST', '/auth/login', { email: given.email, password: given.password })
    expect(login.status).toBe(200)
    expect((await readDevMailbox('umbrella')).map(({ subject }) => subject)).toEqual(['Your workspace Umbrella is ready'])
  })

  it('shows its progress only to who holds the secret, and keeps passwords out of what it shows', async () => {
    const made = await ask('', { ...given, slug: 'secretive' })
    const other = await ask('', { ...given, slug: 'other-desk' })
    expect((await ask('/progress', { tenantId: made.tenantId, secret: other.secret })).status).toBe(404)
    expect((await ask('/retry', { tenantId: made.tenantId, secret: other.secret })).status).toBe(404)
    const job = await withPlatform((tx) => tx.job.findFirstOrThrow({ where: { tenantId: made.tenantId } }))
    expect(JSON.stringify([job.input, await ask('/progress', made)])).not.toMatch(/argon|password/i)
  })

  it('goes on after it stopped for good', async () => {
    const { tenantId, secret } = await ask('', { ...given, slug: 'stopped' })
    await withPlatform((tx) => tx.job.updateMany({ where: { tenantId }, data: { status: 'dead', lastError: 'x' } }))
    expect(await ask('/progress', { tenantId, secret })).toMatchObject({ problem: expect.any(String) })
    expect((await ask('/retry', { tenantId, secret })).status).toBe(200)
    await runSetup(tenantId)
    expect(await ask('/progress', { tenantId, secret })).toMatchObject({ status: 'done', problem: null })
  })

  it.each(['acme!', 'ab', 'admin', '-x-', 'Ünï'])('refuses the address %s', async (slug) => {
    expect(await ask('', { ...given, slug })).toMatchObject({ status: 422, fields: { slug: [expect.any(String)] } })
  })

  it('refuses one that is taken, by whoever came first of two at once', async () => {
    await makeTenant('taken-desk')
    expect((await ask('', { ...given, slug: 'taken-desk' })).status).toBe(422)
    const both = await Promise.all([ask('', { ...given, slug: 'race' }), ask('', { ...given, slug: 'race' })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422])
  })

  it('is not there on a workspace, nor where the operator closed it', async () => {
    const desk = await makeTenant()
    expect((await ask('', { ...given, slug: 'nowhere' }, `${desk.ref.slug}.localhost`)).status).toBe(404)
    env().SIGN_UP = 'off'
    try {
      expect((await ask('', { ...given, slug: 'nowhere' })).status).toBe(403)
    } finally {
      env().SIGN_UP = 'on'
    }
  })
})

describe('finding a workspace', () => {
  it('mails a link from each in which an address has an account, and answers alike for every address', async () => {
    const [one, two, other] = [await makeTenant('find-one'), await makeTenant('find-two'), await makeTenant('find-other')]
    await makePerson(one, 'owner', { email: 'Lost@Example.com'.toLowerCase() })
    await makePerson(two, 'customer', { email: 'lost@example.com' })
    await makePerson(other, 'agent', { email: 'someone@example.com' })
    const find = async (email: string) => {
      const answer = await send('localhost', 'POST', '/platform/sign-in/workspaces', { email })
      const job = await withPlatform((tx) => tx.job.findFirstOrThrow({ where: { name: 'workspaces.find', status: 'queued' } }))
      await runJob(job.id)
      await drainBackground()
      return { status: answer.status, body: await answer.json() }
    }
    const answered = await find(' Lost@example.com')
    expect(answered).toEqual({ status: 200, body: { ok: true } })
    expect(await find('nobody@example.com')).toEqual(answered)
    const sent = await Promise.all([one, two, other].map(({ ref }) => readDevMailbox(ref.slug)))
    expect(sent.map((mails) => mails.map(({ to }) => to))).toEqual([['lost@example.com'], ['lost@example.com'], []])
    for (let n = 0; n < 7; n++) {
      forgetRateLimits()
      await find('lost@example.com')
    }
    // As many links as one place may have sent.
    expect((await readDevMailbox('find-one')).length).toBe(5)
  })

  it('asks all workspaces of a schema at once, however many there are', async () => {
    const statements = async (email: string) => {
      forgetRateLimits()
      await send('localhost', 'POST', '/platform/sign-in/workspaces', { email })
      const job = await withPlatform((tx) => tx.job.findFirstOrThrow({ where: { name: 'workspaces.find', status: 'queued' } }))
      return (await statementsDuring(() => runJob(job.id))).length
    }
    const few = await statements('unknown@example.com')
    for (let n = 0; n < 4; n++) await makeTenant()
    expect(await statements('unknown-too@example.com')).toBe(few)
  })
})
