import { simpleParser } from 'mailparser'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { storeFile } from '../../files/attachments'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let other: ResolvedTenant
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('linkedfiles')
  other = await makeTenant('otherfiles')
  agent = await makePerson(tenant, 'agent')
})
beforeEach(forgetRateLimits)
afterEach(() => void vi.useRealTimers())

const large = Buffer.alloc(16 * 1024 * 1024, 'x')
let mails: { id: string; fileId: string; text: string; key: string }
/** An answer with a file that no email carries, and the link in its mail. */
async function answered() {
  if (mails) return mails
  const { id } = await makeTicket(tenant)
  const { id: fileId } = await inWork(tenant, (work) =>
    storeFile(work, { name: 'Plan.txt', bytes: large, contentType: 'text/plain' }, { personId: agent.id }),
  )
  const sent = await agent.request('POST', `/ticket/${id}/comments`, { body: 'Here it is.', attachmentIds: [fileId] })
  expect(sent.status, await sent.clone().text()).toBe(201)
  await drainBackground()
  const mail = await inWork(tenant, ({ tx }) =>
    tx.outboundMail.findFirstOrThrow({ where: { ticketId: id }, orderBy: { createdAt: 'desc' } }),
  )
  const { text = '', attachments } = await simpleParser(Buffer.from(mail.raw))
  expect(attachments).toEqual([])
  const key = /\/file\/([\w.-]+)/.exec(text)?.[1] ?? ''
  mails = { id, fileId, text, key }
  return mails
}
const about = (key: string, at = tenant) => send(at, 'GET', `/files/linked/${key}`)
const content = (key: string, at = tenant) => send(at, 'GET', `/files/linked/${key}/content`)
const dayMs = 86_400_000
const later = (days: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * dayMs })

it('a file that an email cannot carry is a link in it, which says until when it opens', async () => {
  const { id, text, key } = await answered()
  const said = (await (await about(key)).json()) as { file: object; until: string; ticketId: string }
  expect(said).toMatchObject({ file: { name: 'Plan.txt', size: large.length }, ticketId: id })
  const days = (Date.parse(said.until) - Date.now()) / dayMs
  expect(days).toBeGreaterThan(29.9)
  expect(days).toBeLessThan(31.1)
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(said.until),
  )
  expect(text.replace(/\s+/g, ' ')).toContain(`Plan.txt (16 MB), available until ${day}: http`)
  const answer = await content(key)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="Plan.txt"/)
  expect((await answer.arrayBuffer()).byteLength).toBe(large.length)
})

it('after its last day it opens nothing, and says where the file is', async () => {
  const { id, key } = await answered()
  later(29)
  expect((await content(key)).status).toBe(200)
  vi.useRealTimers()
  later(32)
  expect(await (await about(key)).json()).toMatchObject({ file: null, ticketId: id })
  const refused = await content(key)
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('Sign in to find the file')
})

it('is no other’s key: neither changed, nor of another workspace, nor of a file that was taken away', async () => {
  const { id, fileId, key } = await answered()
  const [file, day, signature = ''] = key.split('.')
  const longer = (Number.parseInt(day ?? '', 36) + 100).toString(36)
  for (const wrong of [
    `${file}.${longer}.${signature}`,
    `${file}.${day}.${signature.slice(0, -2)}xx`,
    `${'0'.repeat(32)}.${day}.${signature}`,
    'none',
  ])
    expect((await about(wrong)).status, wrong).toBe(404)
  expect((await about(key, other)).status).toBe(404)
  const set = (data: object) => inWork(tenant, ({ tx }) => tx.attachment.updateMany({ where: { id: fileId }, data }))
  await set({ quarantinedAt: new Date() })
  expect((await content(key)).status).toBe(404)
  await set({ quarantinedAt: null })
  const remove = (deletedAt: Date | null) => inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data: { deletedAt } }))
  await remove(new Date())
  expect((await content(key)).status).toBe(404)
  await remove(null)
  expect((await content(key)).status).toBe(200)
})

it('who quotes the email does not hand the key on', async () => {
  const { key } = await answered()
  const raw = [
    'From: eve@shop.example',
    'To: support@linkedfiles.localhost',
    'Subject: Fwd',
    'Message-ID: <q1@shop.example>',
    '',
    `See http://linkedfiles.localhost/file/${key}`,
  ]
  await receiveMail(tenant, { recipient: 'support@linkedfiles.localhost', provider: 'test', raw: Buffer.from(raw.join('\r\n')) }, 'test')
  await drainBackground()
  const message = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { messageId: 'q1@shop.example' } }))
  expect(message.bodyText).toBe('See http://linkedfiles.localhost/requests')
})
