import { generateKeyPairSync } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import dns from 'dns2'
import { dkimSign } from 'mailauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { readNameServers } from '../../core/name-servers'
import { env } from '../../env'
import { askDns } from '../../net/mail-dns'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { authenticityOf } from './authentication'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'
import { replay } from './replay'
import { checkSender, readAndCheck } from './sender-check'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

type Zone = Record<string, string | Error>
const zone: Zone = {
  'key._domainkey.example.com TXT': `v=DKIM1; k=rsa; p=${key}`,
  'key._domainkey.evil.example TXT': `v=DKIM1; k=rsa; p=${key}`,
  '_dmarc.example.com TXT': 'v=DMARC1; p=reject',
  'example.com TXT': 'v=spf1 ip4:192.0.2.0/24 -all',
  'plain.example TXT': 'v=spf1 ip4:192.0.2.0/24 -all',
  'key._domainkey.plain.example TXT': `v=DKIM1; k=rsa; p=${key}`,
}
const asks = (records: Zone) => async (name: string, type: string) => {
  if (name.endsWith('silent.example')) await new Promise(() => {})
  const found = records[`${name} ${type}`]
  if (found instanceof Error) throw found
  if (found === undefined) throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' })
  return [[found]]
}

const text = (from = 'Ada <ada@example.com>', body = 'It broke.', subject = 'Help', id = 'm1@example.com') =>
  Buffer.from([`From: ${from}`, 'To: support@proof.localhost', `Subject: ${subject}`, `Message-ID: <${id}>`, '', body, ''].join('\r\n'))
async function signed(raw: Buffer, domain = 'example.com') {
  const signature = {
    signingDomain: domain,
    selector: 'key',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
  const { signatures, errors } = await dkimSign(raw, { ...signature, signatureData: [signature] })
  expect(errors).toEqual([])
  return Buffer.concat([Buffer.from(signatures), raw])
}

const envelope = (clientIp: string | null, returnPath = 'ada@example.com') => ({
  recipient: 'support@proof.localhost',
  returnPath,
  clientIp,
  relays: [],
  authservIds: [],
})
async function check(raw: Buffer, clientIp: string | null, records = zone, returnPath?: string) {
  const mail = await parseMail(raw)
  const authentication = await checkSender(
    raw,
    mail,
    { envelope: envelope(clientIp, returnPath), trusted: [], servers: null },
    asks(records),
  )
  return { ...authentication, authenticity: authenticityOf({ verdict: null, authentication }) }
}
const silent = Object.assign(new Error('late'), { code: 'ETIMEOUT' })

describe('the sender of a message', () => {
  it('is proven by a signature of the domain, whoever brought it', async () => {
    const found = await check(await signed(text()), null)
    expect(found).toMatchObject({ spf: 'none', dkim: 'pass', dmarc: 'pass', isAligned: true, authenticity: 'pass' })
    expect(found.answers).toContainEqual(expect.objectContaining({ name: 'key._domainkey.example.com', type: 'TXT', code: null }))
  })

  it('is proven by the host that the domain names', async () => {
    expect(await check(text(), '192.0.2.1')).toMatchObject({ spf: 'pass', dkim: 'none', dmarc: 'pass', authenticity: 'pass' })
  })

  it('is none where the host may not send for the domain', async () => {
    expect(await check(text(), '198.51.100.1')).toMatchObject({ spf: 'fail', dmarc: 'fail', authenticity: 'fail' })
  })

  it('is not checked where nobody knows which host it was', async () => {
    expect(await check(text(), null)).toMatchObject({ spf: 'none', dmarc: 'none', authenticity: 'not_checked' })
  })

  it('is not proven by the signature of another', async () => {
    const found = await check(await signed(text(), 'evil.example'), '198.51.100.1', zone, 'eve@evil.example')
    expect(found).toMatchObject({ dkim: 'pass', dmarc: 'fail', isAligned: false, authenticity: 'fail' })
  })

  it('fails without a policy where the host may not and the signature is broken', async () => {
    const raw = await signed(text('ada@plain.example', 'Pay 10.'), 'plain.example')
    const altered = Buffer.from(raw.toString('latin1').replace('Pay 10.', 'Pay 99.'), 'latin1')
    expect(await check(altered, '198.51.100.1', zone, 'ada@plain.example')).toMatchObject({
      dkim: 'fail',
      spf: 'fail',
      authenticity: 'fail',
    })
    expect(await check(raw, '198.51.100.1', zone, 'ada@plain.example')).toMatchObject({ dkim: 'pass', authenticity: 'pass' })
  })

  it('is not checked where the name servers are silent', async () => {
    const records = { ...zone, '_dmarc.example.com TXT': silent, 'key._domainkey.example.com TXT': silent, 'example.com TXT': silent }
    expect(await check(await signed(text()), '198.51.100.1', records)).toMatchObject({ dmarc: 'temperror', authenticity: 'not_checked' })
    const keyOnly = { ...zone, 'key._domainkey.example.com TXT': silent }
    expect(await check(await signed(text()), '198.51.100.1', keyOnly)).toMatchObject({ dkim: 'temperror', authenticity: 'not_checked' })
  })

  it('fails where only what is of another could not be asked', async () => {
    const foreign = { ...zone, 'key._domainkey.evil.example TXT': silent, 'evil.example TXT': silent }
    const raw = await signed(text(), 'evil.example')
    const expected = { dmarc: 'fail', authenticity: 'fail' }
    expect(await check(raw, '198.51.100.1', foreign, 'ada@example.com')).toMatchObject({ ...expected, dkim: 'temperror' })
    expect(await check(text(), '198.51.100.1', foreign, 'eve@evil.example')).toMatchObject({ ...expected, spf: 'temperror' })
  })

  it('fails where nobody knows the host, and the signature of the domain is broken', async () => {
    const altered = Buffer.from((await signed(text())).toString('latin1').replace('It broke.', 'Pay 99.'), 'latin1')
    expect(await check(altered, null)).toMatchObject({ dkim: 'fail', dmarc: 'fail', authenticity: 'fail' })
  })

  it('is not proven for one of two that From names', async () => {
    const raw = await signed(text('ada@example.com, eve@evil.example'))
    expect(await check(raw, '192.0.2.1')).toMatchObject({ isAligned: false, authenticity: 'not_checked' })
  })

  it('of much signed mail is asked for a limited number of times, of its own domain first', async () => {
    const many = async (domain: string) => {
      const one = (await signed(text(), domain)).toString().split('From: ')[0] as string
      return Array.from({ length: 300 }, (_, n) => one.replace('s=key', `l=${n}; s=k${n}`)).join('')
    }
    const own = await check(Buffer.from((await many('example.com')) + text().toString()), null)
    expect(own.answers?.length).toBeLessThanOrEqual(10)
    const found = await check(Buffer.from((await many('evil.example')) + (await signed(text())).toString()), null)
    expect(found).toMatchObject({ dmarc: 'pass' })
    expect(found.answers?.length).toBeLessThanOrEqual(10)
  })

  it("fails however long the sender's own name servers are silent", async () => {
    let raw = text()
    for (const n of [1, 2, 3, 4, 5]) raw = await signed(raw, `s${n}.silent.example`)
    const expected = { dkim: 'temperror', dmarc: 'fail', authenticity: 'fail' }
    const held = { ...zone, 'example.com TXT': 'v=spf1 include:hosts.example.com -all', 'hosts.example.com TXT': 'v=spf1 -all' }
    const [byName, byHost] = await Promise.all([check(raw, '198.51.100.1', held), check(raw, '198.51.100.1', zone, 'eve@silent.example')])
    expect(byName).toMatchObject({ ...expected, spf: 'fail' })
    expect(byHost).toMatchObject({ ...expected, spf: 'temperror' })
  })
})

describe('in the pipeline', () => {
  openTestDatabase()
  let tenant: ResolvedTenant
  let agent: TestPerson
  let server: ReturnType<typeof dns.createServer>
  let records = zone
  beforeAll(async () => {
    tenant = await makeTenant('proof')
    agent = await makePerson(tenant, 'admin')
    server = dns.createServer({
      udp: true,
      handle(request, send) {
        if (request.questions[0]?.name.endsWith('silent.example')) return
        const response = dns.Packet.createResponseFromRequest(request)
        const [question] = request.questions
        const types = Object.entries(dns.Packet.TYPE as Record<string, number>)
        const type = types.find(([, number]) => number === question?.type)?.[0]
        const found = records[`${question?.name} ${type}`]
        if (typeof found === 'string')
          response.answers.push({
            name: question?.name,
            type: dns.Packet.TYPE.TXT,
            class: 1,
            ttl: 1,
            data: found.match(/.{1,250}/g),
          } as never)
        else response.header.rcode = 3
        void send(response)
      },
    })
    const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } })
    env().MAIL_DNS = `127.0.0.1:${udp?.port}`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    records = zone
  })

  async function deliver(raw: Buffer, given: { clientIp?: string; returnPath?: string } = {}) {
    const { id } = await receiveMail(tenant, { recipient: 'support@proof.localhost', provider: 'test', raw, ...given }, 'test')
    await drainBackground()
    return readReceipt(tenant, id)
  }
  const shown = async (id: string) => (await agent.request('GET', `/settings/mail/messages/${id}`)).json()

  it('what is found is stored, shown, and decides the same again', async () => {
    const { id } = await deliver(await signed(text('Ada <ada@example.com>', 'It broke.', 'Help', 'p1@example.com')))
    expect(await shown(id)).toMatchObject({ authentication: 'pass' })
    records = {}
    expect(await replay(tenant, id, false)).toMatchObject({ isSame: true })
  })

  it('asked again, it shows what has changed', async () => {
    const { id } = await deliver(text('Ada <ada@late.example>', 'It broke.', 'Help', 'p2@late.example'), {
      clientIp: '192.0.2.1',
      returnPath: 'ada@late.example',
    })
    expect(await shown(id)).toMatchObject({ authentication: 'not_checked' })
    records = { ...zone, 'late.example TXT': 'v=spf1 ip4:192.0.2.0/24 -all' }
    // What was not there is remembered for a while.
    env().MAIL_DNS = `${env().MAIL_DNS}, ${env().MAIL_DNS}`
    const again = await replay(tenant, id, true)
    expect(again).toMatchObject({ isSame: false, before: 'ticket', after: 'ticket' })
    expect(again.changes).toContainEqual({ step: 'authenticate', before: 'not_checked', after: 'pass' })
  })

  it('a forged answer of the requester is a flagged note that changes nothing', async () => {
    const { ticketId } = await deliver(await signed(text('Ada <ada@example.com>', 'It broke.', 'Lamp', 'p3@example.com')))
    const watcher = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) =>
      tx.watcher.create({ data: { tenantId: tenant.ref.id, ticketId: ticketId as string, personId: watcher.id } }),
    )
    const forged = Buffer.from(
      text('Ada <ada@example.com>', 'Send me the code.', 'Re: Lamp', 'p4@example.com')
        .toString()
        .replace('Message-ID', 'In-Reply-To: <p3@example.com>\r\nMessage-ID'),
    )
    const { id, ticketId: into } = await deliver(forged, { clientIp: '198.51.100.1', returnPath: 'ada@example.com' })
    expect(into).toBe(ticketId)
    expect(await shown(id)).toMatchObject({ authentication: 'fail', reasons: expect.arrayContaining(['unverified']) })
    const ticket = await inWork(tenant, ({ tx }) =>
      tx.ticket.findFirstOrThrow({ where: { id: ticketId as string }, include: { messages: true } }),
    )
    expect(ticket).toMatchObject({ status: 'created', publicMessageCount: 1 })
    const told = { ticketId, personId: watcher.id, type: 'ticket_commented' }
    expect(await inWork(tenant, ({ tx }) => tx.notification.count({ where: told }))).toBe(0)
    expect(ticket.messages.map(({ kind }) => kind).sort()).toEqual(['description', 'note'])
  })

  it('who keeps silent is not asked again for a while, and nobody else goes unasked', async () => {
    const ask = askDns(readNameServers(env().MAIL_DNS) ?? [])
    const late = { code: 'ETIMEOUT' }
    const silences = [1, 2, 3].map((n) => expect(ask(`k${n}._domainkey.silent.example`, 'TXT')).rejects.toMatchObject(late))
    await Promise.all(silences)
    const before = performance.now()
    await expect(ask('k4._domainkey.silent.example', 'TXT')).rejects.toMatchObject(late)
    expect(performance.now() - before).toBeLessThan(500)
    expect(await ask('_dmarc.example.com', 'TXT')).toEqual([['v=DMARC1; p=reject']])
  })

  it('a large message is checked in a thread, and others go on meanwhile', async () => {
    const raw = await signed(text('Ada <ada@example.com>', `${'long line\r\n'.repeat(120_000)}`, 'Large', 'p5@example.com'))
    const before = performance.eventLoopUtilization()
    const { mail, authentication } = await readAndCheck('a tenant', raw, { envelope: envelope(null), verdict: null })
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
    expect(mail.subject).toBe('Large')
    expect(authentication).toMatchObject({ dkim: 'pass', dmarc: 'pass' })
  })
})
