import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../../core/background'
import { newId } from '../../../core/id'
import { withTenant } from '../../../db/scope'
import { storeFile } from '../../../files/attachments'
import { MailFailure } from '../../../mail/failure'
import { routeOf } from '../../../mail/routing'
import { forgetRateLimits } from '../../../procedure/rate-limit'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { openTestDatabase } from '../../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../../../testing/factories'
import { holdMail } from '../../../testing/mail-api'
import { type MailProvider, makeConsentedMailbox, registerWith, startMailProvider } from '../../../testing/mail-provider'
import { fetchLimits, fetchMailbox } from './fetch'
import { sweepMailboxesJob } from './jobs'

openTestDatabase()

let provider: MailProvider
let held: ReturnType<typeof holdMail>
let unregister: () => void
let tenant: ResolvedTenant
beforeAll(async () => {
  provider = await startMailProvider()
  unregister = registerWith(provider)
  held = holdMail(provider)
})
afterAll(async () => {
  unregister()
  await provider.close()
})
beforeEach(async () => {
  forgetRateLimits()
  held.clear()
  held.pageSize = 50
  held.forgottenUntil = 0
  held.sent.length = 0
  provider.requests.length = 0
  tenant = await makeTenant()
})
afterEach(() => {
  provider.interfere = null
})

const mail = (n: number | string) =>
  `From: a@b.test\r\nTo: support@acme.test\r\nSubject: ${n}\r\nMessage-ID: <d${n}@b.test>\r\n\r\nGrüezi ${n}\r\n`
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
const stored = (id: string) =>
  withTenant(tenant.ref, (tx) =>
    tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id } }, include: { folders: true } }),
  )
const subjects = async () => {
  await drainBackground()
  const rows = await withTenant(tenant.ref, (tx) => tx.inboundMail.findMany({ where: { tenantId: tenant.ref.id }, orderBy: { id: 'asc' } }))
  return rows.map(({ raw }) => /^Subject: (.*)\r$/m.exec(Buffer.from(raw).toString())?.[1])
}
const downloads = () => provider.requests.filter(({ path }) => /format=raw|\$value/.test(path)).length
const isDownload = (path: string, id: string) => path.includes(`/messages/${id}?format=raw`) || path.includes(`/messages/${id}/$value`)

describe.each(['google', 'microsoft'] as const)('by the interface of %s', (name) => {
  const make = (more = {}) => makeConsentedMailbox(tenant, provider, { name, usesApi: true, servers: more })
  const fetch = (id: string) => fetchMailbox(tenant, id, 'schedule')

  it('each message comes once, from when the mailbox was connected on, and becomes a ticket', async () => {
    held.deliver(mail('old'), { cameAt: hoursAgo(2) })
    held.deliver(mail(1))
    held.deliver(mail('elsewhere'), { folder: 'Leads' })
    const { id } = await make()
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null, problems: [] })
    expect(await fetch(id)).toMatchObject({ messages: 0, error: null })
    held.deliver(mail(2))
    held.deliver(mail(3))
    expect(await fetch(id)).toMatchObject({ messages: 2, error: null })
    expect([await subjects(), downloads()]).toEqual([['1', '2', '3'], 3])
    const agent = await makePerson(tenant, 'owner')
    const { items } = await (await agent.request('GET', '/ticket')).json()
    expect(items).toHaveLength(3)
    expect(await stored(id)).toMatchObject({ state: 'connected', lastError: null, leaseId: null })
  })

  it('goes on in the middle of a page, and in the middle of many', async () => {
    held.pageSize = 3
    for (let n = 1; n <= 8; n++) held.deliver(mail(n))
    const { id } = await make()
    await fetch(id)
    for (let n = 9; n <= 16; n++) held.deliver(mail(n))
    // The fourth of them takes all the time there is; then the provider fails.
    let count = 0
    const late = Date.now() + fetchLimits.wholeMs + 60_000
    provider.interfere = ({ path }) => {
      if (/format=raw|\$value/.test(path) && ++count === 4) vi.spyOn(Date, 'now').mockReturnValue(late)
      return null
    }
    const first = await fetch(id)
    vi.restoreAllMocks()
    expect(first).toMatchObject({ messages: 4, hasMore: true, error: null })
    provider.interfere = ({ path }) => (/history|delta/.test(path) && ++count > 5 ? { status: 500, body: {} } : null)
    expect((await fetch(id)).error).not.toBeNull()
    provider.interfere = null
    expect(await fetch(id)).toMatchObject({ error: null, hasMore: false })
    const all = (await subjects()).map(Number)
    expect([all.toSorted((a, b) => a - b), downloads()]).toEqual([Array.from({ length: 16 }, (_, n) => n + 1), 16])
  })

  it('begins anew when the provider forgot how far it was, and brings nothing old back', async () => {
    held.deliver(mail('ancient'), { cameAt: hoursAgo(24 * 9) })
    held.deliver(mail('first'), { cameAt: hoursAgo(24 * 5) })
    const { id } = await make({ fetchSince: hoursAgo(24 * 6) })
    held.deliver(mail(1))
    expect(await fetch(id)).toMatchObject({ messages: 2 })
    // What was erased since does not come back.
    await withTenant(tenant.ref, (tx) => tx.inboundMail.deleteMany({ where: { tenantId: tenant.ref.id, raw: Buffer.from(mail('first')) } }))
    held.forget()
    held.deliver(mail(2))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await subjects()).toEqual(['1', '2'])
    held.deliver(mail(3))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
  })

  it('waits as long as it is asked to, which is no failure', async () => {
    const { id } = await make()
    held.deliver(mail(1))
    let refusals = 1
    provider.interfere = ({ path }) =>
      /history|profile|delta/.test(path) && refusals-- > 0 ? { status: 429, headers: { 'retry-after': '1' }, body: { error: {} } } : null
    const began = Date.now()
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(Date.now() - began).toBeGreaterThan(950)

    held.deliver(mail(2))
    provider.interfere = () => ({ status: 429, headers: { 'retry-after': '300' }, body: { error: {} } })
    expect((await fetch(id)).error).toMatch(/^mailboxes\.providerBusy/)
    const { waitUntil, failures, state } = await stored(id)
    expect([Math.round(((waitUntil?.getTime() ?? 0) - Date.now()) / 10_000), failures, state]).toEqual([30, 0, 'connected'])
    provider.requests.length = 0
    await sweepMailboxesJob.run({ tenant: null, input: {} } as never)
    await drainBackground()
    expect((await fetchMailbox(tenant, id, 'request')).error).toMatch(/^mailboxes\.providerBusy/)
    expect(provider.requests).toHaveLength(0)
    provider.interfere = null
    await withTenant(tenant.ref, (tx) =>
      tx.mailbox.updateMany({ where: { tenantId: tenant.ref.id, id }, data: { waitUntil: new Date(0) } }),
    )
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    expect(await stored(id)).toMatchObject({ waitUntil: null, lastError: null })
  })

  it('goes on after a message that is not given, and asks for it again', async () => {
    const { id } = await make()
    await fetch(id)
    const bad = held.deliver(mail('bad'))
    const gone = held.deliver(mail('gone'))
    held.deliver(mail('good'))
    provider.interfere = ({ path }) => {
      if (isDownload(path, gone)) held.remove(gone)
      return isDownload(path, bad) ? { status: 500, body: { error: { message: 'no' } } } : null
    }
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    for (let n = 0; n < 2; n++) expect(await fetch(id)).toMatchObject({ messages: 0, error: null, problems: [] })
    expect((await fetch(id)).problems).toMatchObject([{ folder: 'INBOX', uid: bad, error: expect.stringContaining('500') }])
    provider.requests.length = 0
    await fetch(id)
    expect(downloads()).toBe(0)
    provider.interfere = null
    expect(await fetchMailbox(tenant, id, 'request')).toMatchObject({ messages: 1 })
    expect(await subjects()).toEqual(['good', 'bad'])
    // Where it gives none at all, it is the provider that fails, and nothing is given up.
    for (let n = 0; n < 4; n++) held.deliver(mail(`late ${n}`))
    provider.interfere = ({ path }) => (/format=raw|\$value/.test(path) ? { status: 502, body: {} } : null)
    for (let n = 0; n < 5; n++) expect((await fetch(id)).error).not.toBeNull()
    provider.interfere = null
    expect(await fetch(id)).toMatchObject({ messages: 4, problems: [] })
  })

  it('reads other folders, says which is gone, and lists them in the test of the connection', async () => {
    const { id, address } = await make()
    const add = (path: string) =>
      withTenant(tenant.ref, (tx) => tx.mailboxFolder.create({ data: { tenantId: tenant.ref.id, mailboxId: id, path } }))
    await add('Leads')
    held.deliver(mail('lead'), { folder: 'Leads' })
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    await add('Nowhere')
    held.deliver(mail('lead 2'), { folder: 'Leads' })
    expect(await fetch(id)).toMatchObject({ messages: 1, error: expect.stringContaining('folderGone') })
    const admin = await makePerson(tenant, 'owner')
    const test = (expected: object) =>
      admin
        .request('POST', '/settings/mail/integrations/test', { mailboxId: id, address, incoming: {}, outgoing: {} })
        .then(async (response) => expect(await response.json()).toMatchObject(expected))
    await test({ incoming: { ok: true }, outgoing: { ok: true }, folders: ['INBOX', 'Leads'] })
    provider.interfere = () => ({ status: 403, body: { error: { message: 'Access is denied.' } } })
    await test({ incoming: { ok: false, error: expect.stringContaining('Access is denied.') } })
  })

  it('renews a token that is refused, once', async () => {
    const { id, accessToken } = await make()
    provider.accessTokens.delete(accessToken)
    held.deliver(mail(1))
    expect(await fetch(id)).toMatchObject({ messages: 1, error: null })
    provider.interfere = ({ path }) => (/history|delta/.test(path) ? { status: 401, body: {} } : null)
    const before = provider.requests.length
    expect((await fetch(id)).error).not.toBeNull()
    expect(provider.requests.slice(before).filter(({ path }) => path.includes('/token'))).toHaveLength(1)
  })

  it('mail goes out to whom it is for, and to nobody else', async () => {
    const { id } = await make({ isDefault: true, smtpHost: 'unused.example' })
    const raw = Buffer.from(
      'From: a@acme.test\r\nTo: "Ada, L." <Ada@example.com>,\r\n Bo <bo@example.com>\r\nCc: cy@example.com\r\nMessage-ID: <x@y>\r\n\r\nHi, To: all',
    )
    const send = async (recipients: string[]) => {
      const { transport } = await withTenant(tenant.ref, (tx) => routeOf({ tx, tenant }, { ticketId: null }))
      return transport.send({ id: newId(), key: 'k', tenant: tenant.ref, recipients, raw, files: [], over: AbortSignal.timeout(60_000) })
    }
    await send(['ada@example.com', 'bo@example.com', 'cy@example.com'])
    await send(['ada@example.com', 'dan@example.com'])
    const [first = '', second = ''] = held.sent.map((each) => each.raw)
    expect(first).toMatch(
      /^From: a@acme\.test\r\nTo: "Ada, L\." <Ada@example\.com>,\r\n Bo <bo@example\.com>\r\nCc: cy@example\.com\r\nMessage-ID: <x@y>\r\n\r\n/,
    )
    expect(second).toBe(
      'From: a@acme.test\r\nTo: "Ada, L." <Ada@example.com>\r\nMessage-ID: <x@y>\r\nBcc: dan@example.com\r\n\r\nHi, To: all',
    )
    const kinds = [
      [
        { status: 429, headers: { 'retry-after': '77' }, body: {} },
        { reason: 'try_later', retry: 'later', afterSeconds: 77 },
      ],
      [{ status: 403, body: { error: { message: 'quota', errors: [{ reason: 'userRateLimitExceeded' }] } } }, { reason: 'try_later' }],
      [
        { status: 403, body: { error: { code: 'ErrorAccessDenied', message: 'no' } } },
        { reason: 'not_allowed', retry: 'soon' },
      ],
      [
        { status: 400, body: { error: { code: 'ErrorInvalidRecipients', message: 'no' } } },
        { reason: 'recipient_refused', retry: 'never' },
      ],
      [
        { status: 400, body: { error: { message: 'Invalid' } } },
        { reason: 'message_refused', retry: 'never' },
      ],
      [
        { status: 413, body: {} },
        { reason: 'too_large', retry: 'never' },
      ],
      [
        { status: 502, body: 'x' },
        { reason: 'unreachable', retry: 'soon' },
      ],
    ] as const
    for (const [answer, failure] of kinds) {
      provider.interfere = ({ path }) => (/send/i.test(path) ? answer : null)
      const error = await send(['ada@example.com']).catch((thrown) => thrown)
      expect(error, JSON.stringify(answer)).toBeInstanceOf(MailFailure)
      expect(error, JSON.stringify(answer)).toMatchObject(failure)
    }
    provider.interfere = ({ path }) => (/send/i.test(path) ? { status: 200, body: '<html>' } : null)
    // Google says which message it made of it, Microsoft nothing.
    const said = await send(['ada@example.com']).catch((thrown) => thrown)
    expect(said).toMatchObject(name === 'google' ? { reason: 'unconfirmed', retry: 'soon' } : { providerId: null })
    provider.interfere = null
    provider.revoke('support@acme.test')
    expect(await send(['ada@example.com']).catch((thrown) => thrown)).toMatchObject({ reason: 'not_allowed' })
    expect((await stored(id)).state).toBe('revoked')
  })
})

it.each([
  ['google', true],
  ['microsoft', false],
] as const)('a file of 3 MB goes along by the interface of %s: %s; where it takes none so large, a link does', async (name, isAttached) => {
  await makeConsentedMailbox(tenant, provider, { name, usesApi: true, servers: { isDefault: true, smtpHost: 'unused.example' } })
  const agent = await makePerson(tenant, 'agent')
  const { id } = await makeTicket(tenant)
  const answer = async (files: number[]) => {
    const attachmentIds: string[] = []
    for (const size of files) {
      const bytes = Buffer.alloc(size, 'x')
      const given = { name: `${size}.txt`, bytes, contentType: 'text/plain' }
      attachmentIds.push((await inWork(tenant, (work) => storeFile(work, given, { personId: agent.id }))).id)
    }
    expect((await agent.request('POST', `/ticket/${id}/comments`, { body: 'Here.', attachmentIds })).status).toBe(201)
    await drainBackground()
    const { raw = '' } = held.sent.at(-1) ?? {}
    return [/filename="?3000000\.txt/.test(raw), /filename="?1000\.txt/.test(raw), raw.includes('/file/'), raw.length < 3 * 1024 * 1024]
  }
  expect(await answer([3_000_000, 1000])).toEqual([isAttached, true, !isAttached, !isAttached])
  expect(await answer([1000])).toEqual([false, true, false, true])
})

it('reads more than a delta of Microsoft tells of from before, the earliest first, and goes on with what comes then', async () => {
  held.pageSize = 3
  held.deltaMost = 4
  try {
    for (let n = 1; n <= 8; n++) held.deliver(mail(n), { cameAt: hoursAgo(48 - n) })
    const { id } = await makeConsentedMailbox(tenant, provider, {
      name: 'microsoft',
      usesApi: true,
      servers: { fetchSince: hoursAgo(72) },
    })
    // What the provider says there is decides, not what a test can deliver.
    let pages = 0
    provider.interfere = ({ path }) => {
      if (path.includes('count=true')) return { body: { value: [], '@odata.count': 5001 } }
      // It stops in the middle once.
      return path.includes('orderby') && ++pages === 2 ? { status: 500, body: {} } : null
    }
    expect((await fetchMailbox(tenant, id, 'schedule')).error).not.toBeNull()
    held.deliver(mail(9))
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 6, error: null })
    provider.interfere = null
    expect(await subjects()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    held.deliver(mail(10))
    provider.requests.length = 0
    expect(await fetchMailbox(tenant, id, 'schedule')).toMatchObject({ messages: 1, error: null })
    expect([downloads(), provider.requests.filter(({ path }) => path.includes('count=true')).length]).toEqual([1, 0])
  } finally {
    held.deltaMost = 5000
  }
})
