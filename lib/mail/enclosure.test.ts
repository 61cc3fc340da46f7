import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { simpleParser } from 'mailparser'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { env } from '../env'
import { wakeRelay } from '../events/wake'
import { storeFile } from '../files/attachments'
import { fileStorage } from '../files/storage'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makeTenant } from '../testing/factories'
import { startRecorder } from '../testing/recorder'
import { type ReceivedMail, startSmtp } from '../testing/smtp'
import { wholeMessage } from './enclosure'
import { queueMail } from './outbox'
import { sendingLimits } from './send'

openTestDatabase()

let tenant: ResolvedTenant
let server: Awaited<ReturnType<typeof startSmtp>>
let counter = 0
beforeAll(async () => {
  tenant = await makeTenant('carry')
  server = await startSmtp()
  env().SMTP_URL = server.url
})
afterEach(() => {
  server.behaviour.onMessage = undefined
  server.received.length = 0
})
afterAll(async () => {
  env().SMTP_URL = undefined
  await server.close()
})

interface Given {
  name: string
  bytes: Buffer
  type?: string
  cid?: string
}

const store = ({ name, bytes, type = 'application/octet-stream' }: Given) =>
  inWork(tenant, async (work) => (await storeFile(work, { name, bytes, contentType: type })).id)

async function post(given: Given[], to = ['ada@example.com']) {
  const files = await Promise.all(
    given.map(async (each) => {
      const { name: filename, type: contentType = 'application/octet-stream', cid } = each
      return { fileId: await store(each), filename, contentType, ...(cid ? { cid } : {}) }
    }),
  )
  const messageId = `${++counter}@carry.localhost`
  const from = { name: 'Desk', address: 'support@carry.localhost' }
  const html = given.map(({ cid }) => (cid ? `<img src="cid:${cid}">` : '<p>Hello</p>')).join('')
  await inWork(tenant, (work) =>
    queueMail(work, { from, to, subject: 'Files', text: 'See the files.', html, isAutomatic: false, messageId, files }),
  )
  return { messageId, fileIds: files.map(({ fileId }) => fileId) }
}
const mailOf = (messageId: string) => inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId } }))
/** Lets the wait before the next try pass. */
async function passWait(messageId: string) {
  const { id } = await mailOf(messageId)
  await inWork(tenant, ({ tx }) => tx.eventDelivery.updateMany({ where: { event: { subjectId: id } }, data: { dueAt: new Date() } }))
  wakeRelay(tenant.ref)
  await drainBackground()
}
const bytesOf = ({ raw }: ReceivedMail) => Buffer.from(raw)

describe('the files of a mail', () => {
  it('arrive byte for byte, in lines that mail carries, and are not kept a second time', async () => {
    const message = Buffer.from('From: a@example.com\r\nSubject: Inner\r\n\r\nGrüße von innen\r\n')
    const given: Given[] = [
      ...[1, 56, 57, 58, 114, 70_001, 400_000].map((size) => ({ name: `${size}.bin`, bytes: randomBytes(size) })),
      { name: 'look.png', bytes: randomBytes(3000), type: 'image/png', cid: 'look' },
      { name: 'notes.txt', bytes: Buffer.from('Grüße\nvon\r\nallen'), type: 'text/plain' },
      { name: 'inner.eml', bytes: message, type: 'message/rfc822' },
    ]
    const { messageId } = await post(given)
    await drainBackground()
    const [sent] = server.received
    const mail = await mailOf(messageId)
    expect(mail).toMatchObject({ status: 'sent', undelivered: [] })
    expect(mail.raw.length).toBeLessThan(10_000)
    const bytes = bytesOf(sent as ReceivedMail)
    expect(
      Math.max(
        ...bytes
          .toString()
          .split('\r\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(78)
    const read = await simpleParser(bytes)
    const found = new Map(read.attachments.map((file) => [file.filename, file]))
    for (const { name, bytes: expected } of given) expect(found.get(name)?.content.equals(expected), name).toBe(true)
    expect(found.size).toBe(given.length)
    expect(found.get('look.png')?.cid).toBe('look')
    for (const { marker } of mail.files as { marker: string }[]) {
      expect(bytes.includes(marker)).toBe(false)
      expect(bytes.includes(Buffer.from(marker).toString('base64'))).toBe(false)
    }
  })

  it('are the same at each try and for each recipient', async () => {
    let tries = 0
    server.behaviour.onMessage = () => (++tries < 3 ? { code: 451, says: '4.3.0 Later' } : null)
    const bytes = randomBytes(200_000)
    const { messageId } = await post([{ name: 'a.bin', bytes }], ['ada@example.com', 'bo@example.com'])
    await drainBackground()
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent' })
    expect(server.received.map(({ to }) => to).sort()).toEqual([['ada@example.com'], ['bo@example.com']])
    const [one, other] = server.received.map(({ raw }) => raw)
    expect(one).toBe(other)
    expect((await simpleParser(one ?? '')).attachments[0]?.content.equals(bytes)).toBe(true)
  })

  it.each([
    ['its row', (id: string) => inWork(tenant, ({ tx }) => tx.attachment.deleteMany({ where: { id } }))],
    ['its bytes', (id: string) => fileStorage().remove(`${tenant.ref.id}/${id.slice(-2)}/${id}`)],
  ])('keep a mail from going out without one of them: %s is gone, nobody gets it, and it says why', async (_, remove) => {
    const later = await inWork(tenant, async ({ tx }) => tx.eventDelivery.count({ where: { status: 'dead' } }))
    server.behaviour.onMessage = () => ({ code: 451, says: '4.3.0 Later' })
    const { messageId, fileIds } = await post([
      { name: 'first.bin', bytes: randomBytes(300_000) },
      { name: 'second.bin', bytes: randomBytes(10) },
    ])
    await drainBackground()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'try_later' })
    server.behaviour.onMessage = undefined
    await remove(fileIds[1] ?? '')
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'failed', reason: 'file_gone' })
    expect(server.received).toEqual([])
    expect(await inWork(tenant, async ({ tx }) => tx.eventDelivery.count({ where: { status: 'dead' } }))).toBe(later)
  })

  it('that come so slowly that another takes the mail up meanwhile keep it from going out a second time', async () => {
    const api = await startRecorder(() => ({ body: { id: '<there@provider.test>' } }))
    const storage = fileStorage()
    const { open } = storage
    const { longestMs } = sendingLimits
    const { MAILGUN_API_KEY, MAILGUN_DOMAIN, MAILGUN_API_URL } = env()
    Object.assign(env(), { MAILGUN_API_KEY: 'k', MAILGUN_DOMAIN: 'provider.test', MAILGUN_API_URL: api.url })
    try {
      sendingLimits.longestMs = 200
      storage.open = async (key) => {
        await pause(600)
        return open(key)
      }
      const { messageId } = await post([{ name: 'slow.bin', bytes: randomBytes(100) }])
      await drainBackground()
      expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'unreachable' })
      expect(api.requests).toEqual([])
    } finally {
      storage.open = open
      sendingLimits.longestMs = longestMs
      Object.assign(env(), { MAILGUN_API_KEY, MAILGUN_DOMAIN, MAILGUN_API_URL })
      await api.close()
    }
  })

  it('go out once and whole after a connection that broke in the middle of one', async () => {
    let connections = 0
    const parts: Buffer[] = []
    const breaking = await startSmtp({
      onData(stream, _session, callback) {
        const isFirst = ++connections === 1
        stream.on('data', (chunk: Buffer) => {
          if (isFirst) return void breaking.cut()
          parts.push(chunk)
        })
        stream.on('end', () => callback())
      },
    })
    env().SMTP_URL = breaking.url
    const bytes = randomBytes(3_000_000)
    const { messageId } = await post([{ name: 'large.bin', bytes }])
    await drainBackground()
    expect(await mailOf(messageId)).toMatchObject({ status: 'queued', reason: 'unreachable' })
    await passWait(messageId)
    expect(await mailOf(messageId)).toMatchObject({ status: 'sent', reason: null, attempts: 2 })
    env().SMTP_URL = server.url
    await breaking.close()
    expect(connections).toBe(2)
    expect((await simpleParser(Buffer.concat(parts))).attachments[0]?.content.equals(bytes)).toBe(true)
  })

  it('are read a piece at a time', async () => {
    const { messageId, fileIds } = await post([{ name: 'large.bin', bytes: randomBytes(5_000_000) }])
    const { raw, files } = await mailOf(messageId)
    const [{ marker } = { marker: '' }] = files as { marker: string }[]
    let most = 0
    let whole = 0
    const file = { id: fileIds[0] ?? '', storedAs: null }
    for await (const { length } of wholeMessage({ tenant: tenant.ref, raw, files: [{ marker, file }] })) {
      most = Math.max(most, length)
      whole += length
    }
    expect(whole).toBeGreaterThan(6_800_000)
    expect(most).toBeLessThan(100_000)
  })
})
