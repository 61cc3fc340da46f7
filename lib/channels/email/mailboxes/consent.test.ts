import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../../core/background'
import { withTenant } from '../../../db/scope'
import { env } from '../../../env'
import { credentials } from '../../../mail/credentials'
import { forgetRateLimits } from '../../../procedure/rate-limit'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../../../testing/factories'
import { startImapServer, type TestImapServer } from '../../../testing/imap-server'
import { type MailProvider, registerWith, startMailProvider } from '../../../testing/mail-provider'
import { destinationOf } from './consent'
import { presets } from './schema'

openTestDatabase()
const path = '/settings/mail/integrations'

let provider: MailProvider
let imap: TestImapServer
let unregister: () => void
let tenant: ResolvedTenant
let admin: TestPerson
const real = { ...presets.outlook.incoming }
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  provider = await startMailProvider()
  unregister = registerWith(provider)
  imap = await startImapServer()
  Object.assign(presets.outlook.incoming ?? {}, { host: imap.host, port: imap.port, security: 'none' })
})
afterAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
  Object.assign(presets.outlook.incoming ?? {}, real)
  unregister()
  await Promise.all([provider.close(), imap.stop()])
})
beforeEach(async () => {
  forgetRateLimits()
  provider.interfere = null
  imap.faults.admits = opens
  tenant = await makeTenant()
  admin = await makePerson(tenant, 'owner')
})

/** A mailbox opens to a token of its account, under its own address. */
const opens = (user: string, token: string) => provider.accessTokens.get(token)?.address.toLowerCase() === user

type Name = 'google' | 'microsoft'

/** Begins in the browser of a person. @returns the address at the provider, and the browser's cookies from then on */
async function begin(name: Name, query = '', person = admin) {
  const response = await person.request('GET', `${path}/${name}/oauth${query}`)
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  const own = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { address: body.address as string, cookie: `${person.cookie}; ${own}`, setCookie: response.headers.get('set-cookie') ?? '' }
}

/** The browser goes where the root host sends it on to. */
async function finish(name: Name, answer: URL, cookie: string, on: ResolvedTenant = tenant) {
  const destination = destinationOf(name, answer.searchParams, new Date())
  if (!destination) throw new Error('goes nowhere')
  const response = await send(on, 'GET', `${path}/${name}/callback${new URL(destination).search}`, undefined, { cookie })
  return { status: response.status, body: await response.json() }
}

async function connect(name: Name, address: string, query = '') {
  const { address: at, cookie } = await begin(name, query)
  const { status, body } = await finish(name, provider.allow(at, address), cookie)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

const stored = (id: string) =>
  withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } }))
const mailboxes = (of = tenant) => withTenant(of.ref, (tx) => tx.mailbox.count({ where: { tenantId: of.ref.id } }))

describe('an account that is signed in to', () => {
  it.each(['google', 'microsoft'] as const)('of %s becomes a mailbox, and its tokens are never shown', async (name) => {
    const { address, cookie, setCookie } = await begin(name, '?name=Help&daysBack=7&isDefault=true')
    const { searchParams: asked } = new URL(address)
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      redirect_uri: `http://localhost:3000${path}/${name}/callback/`,
      code_challenge_method: 'S256',
    })
    expect(asked.get('scope')).toContain(name === 'google' ? 'https://mail.google.com/' : 'IMAP.AccessAsUser.All')
    expect(setCookie).toMatch(/HttpOnly; SameSite=Lax$/)
    const { status, body } = await finish(name, provider.allow(address, 'Support@acme.test'), cookie)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      ...{ name: 'Help', address: 'support@acme.test', provider: name, access: 'imap', state: 'connected', isDefault: true },
      incoming: { host: name === 'google' ? 'imap.gmail.com' : imap.host, hasPassword: false },
      folders: ['INBOX'],
    })
    const row = await stored(body.id)
    const open = (field: 'accessToken' | 'refreshToken') =>
      credentials().open({ tenantId: tenant.ref.id, id: body.id, field }, row[field] ?? '')
    expect([provider.accessTokens.get(open('accessToken')), provider.refreshTokens.get(open('refreshToken'))]).toMatchObject([
      { provider: name },
      { provider: name },
    ])
    expect(Date.now() - row.fetchSince.getTime()).toBeGreaterThan(6.9 * 86_400_000)
    const list = await (await admin.request('GET', path)).text()
    expect(JSON.parse(list).providers).toEqual({ google: true, microsoft: true })
    await drainBackground()
    for (const text of [list, JSON.stringify(body), await (await admin.request('GET', '/audit?limit=50')).text()])
      for (const secret of [open('accessToken'), open('refreshToken'), row.refreshToken]) expect(text).not.toContain(secret)
  })

  it('is named in one line to those who get its mail', async () => {
    const made = await connect('google', 'a@acme.test', `?senderName=${encodeURIComponent('Help\r\nBcc: all@acme.test')}`)
    expect(made.senderName).toBe('Help Bcc: all@acme.test')
  })

  it('is asked for no more than its way of reading needs, by a verifier that is kept encrypted', async () => {
    const { address } = await begin('google', '?access=api')
    const scope = new URL(address).searchParams.get('scope')
    expect(scope).toBe('openid email https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/gmail.send')
    const { address: other } = await begin('microsoft', '?access=api')
    expect(new URL(other).searchParams.get('scope')).toMatch(/Mail\.Read \S+Mail\.Send$/)
    const rows = await withTenant(tenant.ref, (tx) => tx.mailboxAuthorization.findMany({ where: { tenantId: tenant.ref.id } }))
    expect(rows).toHaveLength(2)
    for (const { verifier } of rows) expect(verifier).toMatch(/^v1\./)
  })

  it('is not connected when its owner says no, or allows only a part', async () => {
    const denied = await begin('google')
    const no = await finish('google', provider.deny(denied.address), denied.cookie)
    expect([no.status, no.body.detail]).toEqual([422, expect.stringContaining('Access was not allowed')])
    const partly = await begin('google')
    const part = await finish('google', provider.allow(partly.address, 'a@acme.test', { scopes: ['openid', 'email'] }), partly.cookie)
    expect([part.status, part.body.detail]).toEqual([422, expect.stringContaining('leave all boxes checked')])
    expect(await mailboxes()).toBe(0)
  })

  it('counts once: neither the answer nor the state is good a second time, or too late', async () => {
    const { address, cookie } = await begin('microsoft')
    const answer = provider.allow(address, 'a@acme.test')
    expect((await finish('microsoft', answer, cookie)).status).toBe(200)
    const again = await finish('microsoft', provider.allow(address, 'b@acme.test'), cookie)
    expect([again.status, again.body.detail]).toEqual([422, expect.stringContaining('already used')])
    expect(await mailboxes()).toBe(1)

    const late = await begin('microsoft')
    const lateAnswer = provider.allow(late.address, 'c@acme.test')
    const destination = destinationOf('microsoft', lateAnswer.searchParams, new Date()) ?? ''
    expect(destinationOf('microsoft', lateAnswer.searchParams, new Date(Date.now() + 600_000))).toBeNull()
    await withTenant(tenant.ref, (tx) =>
      tx.mailboxAuthorization.updateMany({ where: { tenantId: tenant.ref.id }, data: { expiresAt: new Date() } }),
    )
    const at = `${path}/microsoft/callback${new URL(destination).search}`
    expect((await admin.request('GET', at, undefined, { cookie: late.cookie })).status).toBe(422)
    expect(await mailboxes()).toBe(1)
  })

  it('goes to nobody but who asked: no other browser, session, person, provider or workspace', async () => {
    const { address, cookie } = await begin('google')
    const answer = provider.allow(address, 'a@acme.test')
    const other = await makePerson(tenant, 'owner')
    const theirs = await begin('google', '', other)
    // An answer that an attacker got for their own account, opened by somebody who is signed in, and the other way round.
    for (const foreign of [other.cookie, theirs.cookie, admin.cookie, `${admin.cookie}; ${theirs.cookie.split('; ')[1]}`])
      expect((await finish('google', answer, foreign)).status, foreign).toBe(403)
    expect((await send(tenant, 'GET', `${path}/google/callback${answer.search}`)).status).toBe(401)

    const elsewhere = await makeTenant()
    const stranger = await makePerson(elsewhere, 'owner')
    const strangers = await begin('google', '', stranger)
    expect((await finish('google', answer, strangers.cookie, elsewhere)).status).toBe(422)
    expect(await mailboxes(elsewhere)).toBe(0)

    // A state of one provider says nothing at the other, and one that was changed nothing at all.
    expect(destinationOf('microsoft', answer.searchParams, new Date())).toBeNull()
    const [text = '', signature = ''] = (answer.searchParams.get('state') ?? '').split('.')
    const forged = Buffer.from(
      Buffer.from(text, 'base64url')
        .toString()
        .replace(/"host":"[^"]+"/, '"host":"evil.example"'),
    )
    for (const state of [`${forged.toString('base64url')}.${signature}`, text, '', '.', `${text}.${signature}x`])
      expect(destinationOf('google', new URLSearchParams({ state, code: 'x' }), new Date())).toBeNull()
    // Who says that it answers must be who was asked.
    answer.searchParams.set('iss', 'https://evil.example')
    expect((await finish('google', answer, cookie)).status).toBe(422)
    expect(await mailboxes()).toBe(0)
  })

  it('is handed on to the host it was asked on, with nothing but the answer', async () => {
    const { address } = await begin('google')
    const answer = provider.allow(address, 'a@acme.test')
    answer.searchParams.set('next', 'https://evil.example')
    const destination = new URL(destinationOf('google', answer.searchParams, new Date()) ?? '')
    expect(`${destination.origin}${destination.pathname}`).toBe(`http://${tenant.ref.slug}.localhost:3000${path}/google/callback`)
    expect([...destination.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
  })

  it('is asked for only in a browser, and only where the operator registered this installation', async () => {
    const { token } = await (await admin.request('POST', '/users/tokens', { name: 'x', scopes: ['mail.manage'] })).json()
    const byToken = await send(tenant, 'GET', `${path}/google/oauth`, undefined, { authorization: `Bearer ${token}` })
    expect([401, 403]).toContain(byToken.status)
    unregister()
    try {
      const response = await admin.request('GET', `${path}/google/oauth`)
      expect([response.status, (await response.json()).detail]).toEqual([422, expect.stringContaining('GOOGLE_OAUTH_CLIENT_ID')])
    } finally {
      unregister = registerWith(provider)
    }
  })

  it('has one mailbox, which is connected again with no other account', async () => {
    const made = await connect('google', 'a@acme.test')
    const taken = await begin('google')
    const second = await finish('google', provider.allow(taken.address, 'a@acme.test'), taken.cookie)
    expect([second.status, second.body.detail]).toEqual([422, expect.stringContaining('already exists')])

    const again = await begin('google', `?mailboxId=${made.id}`)
    expect(new URL(again.address).searchParams.get('login_hint')).toBe('a@acme.test')
    const wrong = await finish('google', provider.allow(again.address, 'b@acme.test'), again.cookie)
    expect([wrong.status, wrong.body.detail]).toEqual([422, expect.stringMatching(/signed in as b@acme\.test.*is a@acme\.test/)])
    expect(await connect('google', 'a@acme.test', `?mailboxId=${made.id}&access=api`)).toMatchObject({ id: made.id, access: 'api' })
    const edit = { name: 'A', address: 'other@acme.test', folders: ['INBOX'], version: 2 }
    expect((await admin.request('PUT', `${path}/${made.id}`, edit)).status).toBe(422)
    expect((await admin.request('PUT', `${path}/${made.id}`, { ...edit, address: 'a@acme.test' })).status).toBe(200)
  })

  it.each([
    ['the mailbox opens under it', '', true],
    ['the mailbox opens under another address only', '', false],
    ['the profile names it', '?access=api', true],
    ['the profile names another', '?access=api', false],
  ])('of Microsoft has an address that is its own: %s', async (_, query, isOwn) => {
    const begun = await begin('microsoft', query)
    const answer = provider.allow(begun.address, 'eve@evil.test', { claimed: isOwn ? undefined : 'support@acme.test' })
    const { status, body } = await finish('microsoft', answer, begun.cookie)
    expect([status, body.address]).toEqual([200, 'eve@evil.test'])
    const row = await stored(body.id)
    expect(row).toMatchObject({ imapUser: 'eve@evil.test', accountId: expect.stringMatching(/^[\da-f-]{36}\.eve@evil\.test$/) })
  })

  it('of Microsoft is not connected where its mailbox opens under no address', async () => {
    imap.faults.admits = () => false
    const begun = await begin('microsoft')
    const { status, body } = await finish('microsoft', provider.allow(begun.address, 'a@acme.test'), begun.cookie)
    expect([status, body.detail]).toEqual([422, expect.stringMatching(/mail server refuses the account/)])
    expect(await mailboxes()).toBe(0)
  })

  it.each(['google', 'microsoft'] as const)(
    'of %s is connected again by the same account only, though another has its address',
    async (name) => {
      const made = await connect(name, 'a@acme.test')
      const again = await begin(name, `?mailboxId=${made.id}`)
      const other = await finish(name, provider.allow(again.address, 'a@acme.test', { accountId: 'somebody-else' }), again.cookie)
      expect([other.status, other.body.detail]).toEqual([422, expect.stringContaining('a different one that also uses a@acme.test')])
      expect((await connect(name, 'a@acme.test', `?mailboxId=${made.id}`)).id).toBe(made.id)
      // Of one that was connected before that was kept, the next consent says it.
      await withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: { id: made.id }, data: { accountId: null } }))
      const first = await begin(name, `?mailboxId=${made.id}`)
      expect((await finish(name, provider.allow(first.address, 'a@acme.test', { accountId: 'somebody-else' }), first.cookie)).status).toBe(
        200,
      )
      expect((await stored(made.id)).accountId).toContain('somebody-else')
    },
  )

  it('is given back: at the provider, and here', async () => {
    const made = await connect('google', 'a@acme.test')
    const row = await stored(made.id)
    const token = credentials().open({ tenantId: tenant.ref.id, id: made.id, field: 'refreshToken' }, row.refreshToken ?? '')
    const response = await admin.request('POST', `${path}/${made.id}/disconnect`)
    expect(await response.json()).toEqual({ ok: true, isRevoked: true })
    expect(provider.refreshTokens.has(token)).toBe(false)
    expect(await stored(made.id)).toMatchObject({ accessToken: null, refreshToken: null, scopes: [], state: 'revoked' })
    expect(await (await admin.request('GET', `${path}/${made.id}`)).json()).toMatchObject({
      state: 'revoked',
      lastError: expect.stringContaining('disconnected'),
    })
    // Microsoft has nothing that could be told.
    const other = await connect('microsoft', 'b@acme.test')
    expect(await (await admin.request('POST', `${path}/${other.id}/disconnect`)).json()).toEqual({ ok: true, isRevoked: false })
    expect((await connect('google', 'a@acme.test', `?mailboxId=${made.id}`)).state).toBe('connected')
  })

  it('that comes anew while the old one is given back is kept', async () => {
    const made = await connect('google', 'a@acme.test')
    const again = await begin('google', `?mailboxId=${made.id}`)
    provider.interfere = async ({ path }) => {
      if (path !== '/revoke') return null
      provider.interfere = null
      expect((await finish('google', provider.allow(again.address, 'a@acme.test'), again.cookie)).status).toBe(200)
      return null
    }
    expect((await admin.request('POST', `${path}/${made.id}/disconnect`)).status).toBe(409)
    expect(await stored(made.id)).toMatchObject({ state: 'connected', refreshToken: expect.any(String) })
  })

  it('says what is wrong with the registration, or that the provider does not answer', async () => {
    const asked = await begin('google')
    provider.interfere = ({ path }) => (path === '/token' ? { status: 401, body: { error: 'invalid_client' } } : null)
    const refusedClient = await finish('google', provider.allow(asked.address, 'a@acme.test'), asked.cookie)
    expect([refusedClient.status, refusedClient.body.detail]).toEqual([422, expect.stringContaining('GOOGLE_OAUTH_CLIENT_SECRET')])
    const more = await begin('google')
    provider.interfere = () => ({ status: 503, body: {} })
    const silent = await finish('google', provider.allow(more.address, 'a@acme.test'), more.cookie)
    expect([silent.status, silent.body.detail]).toEqual([422, expect.stringContaining('could not be reached')])
  })
})
vi.setConfig({ testTimeout: 20_000 })
