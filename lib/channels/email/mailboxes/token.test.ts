import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../../core/background'
import { newId } from '../../../core/id'
import { withTenant } from '../../../db/scope'
import { env } from '../../../env'
import { runScheduled } from '../../../jobs/run'
import { accessTokenOf, sealedTokens } from '../../../mail/access-token'
import { MailFailure } from '../../../mail/failure'
import { ConsentRevokedError } from '../../../mail/oauth'
import { routeOf } from '../../../mail/routing'
import { forgetRateLimits } from '../../../procedure/rate-limit'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { makePerson, makeTenant } from '../../../testing/factories'
import { startImapServer, type TestImapServer } from '../../../testing/imap-server'
import { type MailProvider, makeConsentedMailbox, registerWith, startMailProvider } from '../../../testing/mail-provider'
import { startSmtp } from '../../../testing/smtp'
import { fetchMailbox } from './fetch'
import { renewTokensJob } from './jobs'

openTestDatabase()

let provider: MailProvider
let imap: TestImapServer
let unregister: () => void
let tenant: ResolvedTenant
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  provider = await startMailProvider()
  unregister = registerWith(provider)
  imap = await startImapServer()
})
afterAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
  unregister()
  await Promise.all([provider.close(), imap.stop()])
})
beforeEach(async () => {
  forgetRateLimits()
  provider.requests.length = 0
  tenant = await makeTenant()
})
afterEach(() => {
  provider.interfere = null
})

const servers = () => ({ imapHost: imap.host, imapPort: imap.port, imapSecurity: 'none' as const })
const mail = (n: number) => `From: a@b.test\r\nSubject: ${n}\r\nMessage-ID: <t${n}@b.test>\r\n\r\nHi ${n}\r\n`
const stored = (id: string) =>
  withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } } }))
const asked = () => provider.requests.filter(({ path }) => path.includes('/token')).length
/** The token that the provider gave last. */
const newest = () => [...provider.accessTokens.keys()].at(-1) ?? ''

describe('the tokens of a mailbox', () => {
  it('are used as they are while they are good for five minutes, and renewed before', async () => {
    const good = await makeConsentedMailbox(tenant, provider, { name: 'microsoft', minutes: 6 })
    expect(await accessTokenOf(tenant, good.id)).toBe(good.accessToken)
    expect(asked()).toBe(0)
    const { id, accessToken, refreshToken } = await makeConsentedMailbox(tenant, provider, {
      name: 'microsoft',
      minutes: 4,
      address: 'b@acme.test',
    })
    const second = await accessTokenOf(tenant, id)
    expect([second === accessToken, provider.accessTokens.has(second), asked()]).toEqual([false, true, 1])
    // Microsoft took the first one away with its use: the next one was kept.
    expect(provider.refreshTokens.has(refreshToken)).toBe(false)
    expect(await accessTokenOf(tenant, id, { instead: second })).toBe(newest())
    expect(await stored(id)).toMatchObject({ renewingId: null, renewingUntil: null, state: 'connected' })
  })

  it('are renewed once for all who ask at the same time', async () => {
    const { id } = await makeConsentedMailbox(tenant, provider, { name: 'microsoft', minutes: 0 })
    const tokens = await Promise.all(Array.from({ length: 6 }, () => accessTokenOf(tenant, id)))
    expect([new Set(tokens).size, asked()]).toEqual([1, 1])
  })

  it('are not put back by a renewal that somebody overtook who connected it again', async () => {
    const { id } = await makeConsentedMailbox(tenant, provider, { name: 'google', minutes: 0 })
    const place = { tenantId: tenant.ref.id, id }
    const fresh = provider.grant('google', 'support@acme.test')
    const tokens = { accessToken: fresh.access_token, refreshToken: fresh.refresh_token, expiresAt: new Date(Date.now() + 3_600_000) }
    for (const answer of [null, { status: 400, body: { error: 'invalid_grant' } }]) {
      provider.interfere = async () => {
        const data = { ...sealedTokens(place, tokens), renewingId: null, renewingUntil: null }
        await withTenant(tenant.ref, (tx) => tx.mailbox.update({ where: { tenantId_id: place }, data }))
        return answer
      }
      const instead = answer ? tokens.accessToken : undefined
      await accessTokenOf(tenant, id, { instead }).catch(() => {})
      expect(await accessTokenOf(tenant, id)).toBe(tokens.accessToken)
      expect((await stored(id)).state).toBe('connected')
      await withTenant(tenant.ref, (tx) =>
        tx.mailbox.update({ where: { tenantId_id: place }, data: { accessTokenExpiresAt: new Date(0) } }),
      )
    }
  })

  it('are gone when the consent was taken back: shown, told once, and asked for no more', async () => {
    const admin = await makePerson(tenant, 'owner')
    const { id, address } = await makeConsentedMailbox(tenant, provider, { name: 'google', minutes: 0, servers: servers() })
    provider.revoke(address)
    for (let n = 0; n < 2; n++) await expect(accessTokenOf(tenant, id)).rejects.toThrow(ConsentRevokedError)
    expect(asked()).toBe(1)
    expect(await fetchMailbox(tenant, id, 'request')).toMatchObject({ isSkipped: true })
    await drainBackground()
    const mailbox = await (await admin.request('GET', `/settings/mail/integrations/${id}`)).json()
    expect(mailbox).toMatchObject({ state: 'revoked', lastError: expect.stringContaining('no longer allows') })
    const { items } = await (await admin.request('GET', '/notifications')).json()
    expect(items.filter(({ title }: { title: string }) => title === `${address} is disconnected`)).toHaveLength(1)
    expect((await stored(id)).refreshToken).toBeNull()
  })

  it('stay while the provider does not answer, or does not know us', async () => {
    const { id, accessToken } = await makeConsentedMailbox(tenant, provider, { name: 'google', minutes: 2 })
    provider.interfere = () => ({ status: 503, body: {} })
    // What is still good for a while is used.
    expect(await accessTokenOf(tenant, id)).toBe(accessToken)
    await expect(accessTokenOf(tenant, id, { instead: accessToken })).rejects.toThrow('mailboxes.providerSilent')
    provider.interfere = () => ({ status: 401, body: { error: 'invalid_client' } })
    await expect(accessTokenOf(tenant, id, { instead: accessToken })).rejects.toThrow('mailboxes.clientRefused.google')
    expect(await stored(id)).toMatchObject({ state: 'connected', renewingId: null })
    provider.interfere = null
    expect(await accessTokenOf(tenant, id)).not.toBe(accessToken)
  })

  it('that end within the hour are renewed by a job, each for itself', async () => {
    const soon = await makeConsentedMailbox(tenant, provider, { name: 'google', minutes: 50, address: 'soon@acme.test' })
    const later = await makeConsentedMailbox(tenant, provider, { name: 'google', minutes: 90, address: 'later@acme.test' })
    const gone = await makeConsentedMailbox(tenant, provider, { name: 'microsoft', minutes: 5, address: 'gone@acme.test' })
    provider.revoke(gone.address)
    provider.seconds = 7200
    await runScheduled(renewTokensJob.id)
    provider.seconds = 3600
    const own = [soon, later, gone].map(({ refreshToken }) => refreshToken)
    expect(provider.requests.filter(({ body }) => own.includes(new URLSearchParams(body).get('refresh_token') ?? ''))).toHaveLength(2)
    expect((await stored(gone.id)).state).toBe('revoked')
    expect(await accessTokenOf(tenant, later.id)).toBe(later.accessToken)
    expect((await stored(soon.id)).accessTokenExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 100 * 60_000)
  })
})

describe('a mailbox that was signed in to', () => {
  it('is fetched with its token, which is renewed once where the server refuses it', async () => {
    const user = 'support@acme.test'
    await imap.addUser(user, '')
    const { id, accessToken } = await makeConsentedMailbox(tenant, provider, { name: 'google', servers: servers() })
    imap.setPassword(user, accessToken)
    await imap.deliver(user, mail(1))
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 1, error: null })
    expect(asked()).toBe(0)

    await imap.deliver(user, mail(2))
    provider.interfere = ({ path }) => {
      // The next token that is given is the one that the mail server takes.
      const next = `access-${Number(/\d+/.exec(newest())?.[0]) + 1}`
      if (path === '/token') imap.setPassword(user, next)
      return null
    }
    imap.setPassword(user, 'another')
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 1, error: null })
    expect(asked()).toBe(1)

    provider.interfere = null
    imap.setPassword(user, 'another')
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 0, error: 'mailboxes.tokenRefused' })
    expect([asked(), (await stored(id)).state]).toEqual([2, 'connected'])
  })

  it('sends with its token, which is renewed once where the server refuses it', async () => {
    const logins: string[] = []
    let good = ''
    const smtp = await startSmtp({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      authMethods: ['XOAUTH2'],
      onAuth({ username, accessToken = '' }, _session, callback) {
        logins.push(`${username} ${accessToken}`)
        // Where there is none, the first that is not refused yet.
        const isGood = good ? accessToken === good : logins.length > 1
        callback(null, isGood ? { user: username } : { data: { status: '401', schemes: 'bearer', scope: 'mail' } })
      },
    })
    try {
      const outgoing = { smtpHost: '127.0.0.1', smtpPort: smtp.port, smtpSecurity: 'none' as const, isDefault: true }
      const { id, accessToken } = await makeConsentedMailbox(tenant, provider, { name: 'microsoft', servers: outgoing })
      const { transport } = await withTenant(tenant.ref, (tx) => routeOf({ tx, tenant }, { ticketId: null }))
      const message = {
        id: newId(),
        key: 'k',
        tenant: tenant.ref,
        recipients: ['ada@example.com'],
        raw: Buffer.from('Subject: Hi\r\n\r\nHi'),
        files: [],
        over: AbortSignal.timeout(60_000),
      }
      good = accessToken
      await transport.send(message)
      expect([logins, smtp.received.length]).toEqual([[`support@acme.test ${accessToken}`], 1])

      good = ''
      logins.length = 0
      await withTenant(tenant.ref, (tx) =>
        tx.mailbox.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, data: { smtpUser: 'again' } }),
      )
      const again = await withTenant(tenant.ref, (tx) => routeOf({ tx, tenant }, { ticketId: null }))
      await again.transport.send(message)
      expect([logins, smtp.received.length]).toEqual([[`again ${accessToken}`, `again ${newest()}`], 2])

      const last = newest()
      provider.revoke('support@acme.test')
      const refused = await accessTokenOf(tenant, id, { instead: last }).catch((error) => error)
      expect(refused).toBeInstanceOf(ConsentRevokedError)
      const failure = await again.transport.send(message).catch((error) => error)
      expect(failure).toBeInstanceOf(MailFailure)
      expect(failure).toMatchObject({ reason: 'not_allowed', answer: expect.stringContaining('Connect it again') })
    } finally {
      await smtp.close()
    }
  })
})
