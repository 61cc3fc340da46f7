import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { withOwner } from '../../db/owner'
import { withPlatform } from '../../db/scope'
import { readFileOf, storePicture } from '../../files/attachments'
import { fileAddress } from '../../files/schema'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { readSpool } from '../../mail/transport'
import { purgeRemoved } from '../../privacy/jobs'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, passUndoWindow, type TestPerson } from '../../testing/factories'
import { base64, html, mail, multipart, part, plain } from '../../testing/mails/build'
import { recordReply } from '../../tickets/conversation/record'
import type { MessageOutput } from '../../tickets/conversation/schema'
import { loadTicket } from '../../tickets/ticket/queries'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const png = Buffer.from(pixel, 'base64').toString('latin1')
const picture = (id: string, bytes = png, type = 'image/png', ...more: string[]) =>
  part(type, base64(bytes), `Content-ID: <${id}>`, 'Content-Transfer-Encoding: base64', ...more)
const related = (text: string, ...parts: string[]) => multipart('related', [html(text), ...parts])
const parsed = (raw: string) => parseMail(Buffer.from(raw, 'latin1'))

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('pictures')
  owner = await makePerson(tenant, 'owner')
})

describe('a picture within the text', () => {
  it.each([
    ['Content-ID', related('<p>See <img src="cid:crack@shop" width="40" style="x"> here</p>', picture('crack@shop'))],
    ['encoded Content-ID', related('<img src="cid:cr%C3%A4ck%40shop">', picture('cräck@shop'.normalize()))],
    ['Content-Location', related('<img src="http://a/p.png">', part('image/png', base64(png), 'Content-Location: http://a/p.png', 'Content-Transfer-Encoding: base64'))],
    ['data', mail(['Content-Type: text/html'], `<p>Look</p><img src="data:image/png;base64,${pixel}"><img src='data:image/png;base64,${pixel}'>`)],
    ['a picture of another type than it says', related('<img src="cid:x@y">', picture('x@y', png, 'application/octet-stream'))],
    ['a picture between two texts', multipart('mixed', [html('<p>See</p>'), part('image/png', base64(png), 'Content-Disposition: inline; filename=a.png', 'Content-Transfer-Encoding: base64'), html('<p>and</p>')])],
  ])('%s', async (_, raw) => {
    const { bodyHtml, files } = await parsed(raw)
    expect(bodyHtml).toMatch(/<img src="cid:[^"]+"/)
    expect(files.map(({ isInline }) => isInline)).toEqual([true])
    expect(Buffer.from(files[0]?.bytes ?? []).toString('latin1')).toBe(png)
  }) // biome-ignore format: a list reads better than a column

  it.each([
    ['one too small to be seen', '<img src="https://track.example/p.gif" width="1" height="1">', picture('x@y')],
    ['one under a name of ours', '<img data-remote="https://track.example/p.gif">', picture('x@y')],
    ['SVG', '<img src="cid:x@y">', picture('x@y', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml')],
    ['no picture, whatever it says', '<img src="cid:x@y">', picture('x@y', '<script>alert(1)</script>', 'image/png')],
    ['one that is not there', '<img src="cid:z@y">', picture('x@y')],
    ['SVG as data', '<img src="data:image/svg+xml;base64,PHN2Zy8+">', picture('x@y')],
    ['two addresses', '<img srcset="https://a.example/x.png 2x" src="//a.example/x.png">', picture('x@y')],
  ])('%s is not shown, and what came is a file', async (_, text, file) => {
    const { bodyHtml, files } = await parsed(related(text, file))
    expect(bodyHtml).not.toContain('<img')
    expect(files.some(({ isInline }) => isInline)).toBe(false)
    expect(files.length).toBeGreaterThan(0)
  })

  it.each([
    ['<img src="https://track.example/p.gif?a=1&b=2" alt="Shop" width="20">', '<img data-remote="https://track.example/p.gif?a=1&amp;b=2" alt="Shop" width="20" />'],
    ['<img src=" HTTP://track.example/p.gif">', '<img data-remote="HTTP://track.example/p.gif" alt="" />'],
    ['<img src="https://a.example/x.png" srcset="https://a.example/y.png 2x" style="background:url(https://a.example/z)">', '<img data-remote="https://a.example/x.png" alt="" />'],
  ])('that lies elsewhere is not loaded, and its address is kept: %s', async (text, kept) => {
    const { bodyHtml } = await parsed(related(text, picture('x@y')))
    expect(bodyHtml).toBe(kept)
    expect(bodyHtml).not.toMatch(/\ssrc/)
  }) // biome-ignore format: shorter

  it('that lies elsewhere gives way where its address makes a mail too long', async () => {
    const long = Array.from({ length: 140 }, (_, n) => `<img src="https://a.example/${'x'.repeat(1500)}${n}">`).join('')
    const { bodyHtml } = await parsed(related(`<p>Words</p>${long}`, picture('x@y')))
    expect(bodyHtml).toBe('<p>Words</p>')
  })

  it('of a mail without formatted text is a file, and its text stays', async () => {
    const { bodyText, bodyHtml, files } = await parsed(multipart('mixed', [plain('See'), picture('a@b', png, 'image/png', 'Content-Disposition: inline'), plain('and.')]))
    expect({ bodyText, bodyHtml }).toEqual({ bodyText: 'See\n\nand.', bodyHtml: null })
    expect(files.map(({ isInline }) => isInline)).toEqual([undefined])
  }) // biome-ignore format: shorter

  it('is one of 500: as many as a message can have are shown, and the rest is named', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `p${n}@shop`)
    const { bodyHtml, files, filesLeftOut } = await parsed(related(ids.map((id) => `<img src="cid:${id}">`).join(''), ...ids.map((id) => picture(id))))
    expect(bodyHtml?.match(/<img /g)).toHaveLength(200)
    expect([files.length, filesLeftOut.length]).toEqual([200, 300])
  }) // biome-ignore format: shorter
})

async function deliver(raw: string) {
  const { id } = await receiveMail(tenant, { recipient: 'support@pictures.localhost', provider: 'test', raw: Buffer.from(raw, 'latin1') }, 'test')
  await drainBackground()
  const { ticketId } = await readReceipt(tenant, id)
  return { id, ticketId: ticketId as string }
} // biome-ignore format: shorter

const from = (address: string, logo = png) =>
  multipart(
    'related',
    [html(`<p>${newId()} <img src="cid:logo@x"></p>`), picture('logo@x', logo)],
    [`From: ${address}`, `Message-ID: <${newId()}@x>`],
  )
const rowsOn = (ticketId: string) =>
  inWork(tenant, ({ tx }) => tx.attachment.findMany({ where: { message: { ticketId } }, orderBy: { createdAt: 'asc' } }))
const messagesOf = async (ticketId: string, who = owner) =>
  ((await (await who.request('GET', `/ticket/${ticketId}/comments`)).json()) as { items: MessageOutput[] }).items
const pictureOf = async (ticketId: string) => {
  const [row] = await rowsOn(ticketId)
  return (await owner.request('GET', `/files/${row?.id}`)).status
}
async function runJobs() {
  await drainBackground()
  const where = { tenantId: tenant.ref.id, name: 'files.remove', status: 'queued' as const }
  for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
}
async function purge(ticketId: string) {
  const { version } = (await (await owner.request('GET', `/ticket/${ticketId}`)).json()) as { version: number }
  expect((await owner.request('DELETE', `/ticket/${ticketId}`, { version })).status).toBe(200)
  await drainBackground()
  await purgeRemoved(tenant.ref, new Date(Date.now() + 1000))
  await runJobs()
}

describe('a picture that is stored', () => {
  it('is shown where it stands to whoever may see the message, and to nobody else', async () => {
    const { ticketId } = await deliver(from('a@one.example'))
    const [message] = await messagesOf(ticketId)
    const [file] = message?.attachments ?? []
    expect(file).toMatchObject({ isInline: true, hasThumbnail: false })
    expect(message?.bodyHtml).toContain(`<img src="/api/v1/files/${file?.id}" loading="lazy"`)
    const shown = await owner.request('GET', `/files/${file?.id}`)
    expect([shown.status, shown.headers.get('content-type'), shown.headers.get('content-disposition')]).toEqual([200, 'image/png', expect.stringMatching(/^inline/)])
    const stranger = await makePerson(tenant, 'customer')
    expect((await stranger.request('GET', `/files/${file?.id}`)).status).toBe(404)
  }) // biome-ignore format: shorter

  it('of a signature is stored once for each contact, and stays until the last message with it goes', async () => {
    const first = await deliver(from('b@one.example'))
    const second = await deliver(from('b@one.example'))
    const third = await deliver(from('b@one.example'))
    const other = await deliver(from('c@two.example'))
    const rows = await Promise.all([first, second, third, other].map(({ ticketId }) => rowsOn(ticketId)))
    const [a, b, c, d] = rows.map(([row]) => row)
    expect([a, b, c, d].map((row) => row?.storedAs)).toEqual([null, a?.id, a?.id, null])
    expect(await readFileOf(tenant.ref, b?.id as string)).toBeNull()

    await purge(first.ticketId)
    expect(await Promise.all([second, third, other].map(({ ticketId }) => pictureOf(ticketId)))).toEqual([200, 200, 200])
    const fourth = await deliver(from('b@one.example'))
    expect((await rowsOn(fourth.ticketId))[0]?.storedAs).toBe(a?.id)

    await purge(other.ticketId)
    expect(await readFileOf(tenant.ref, d?.id as string)).toBeNull()
    const rest = await deliver(from('c@two.example'))
    const ticket = (await (await owner.request('GET', `/ticket/${fourth.ticketId}`)).json()) as { requester: { id: string; name: string } }
    const { id, name } = ticket.requester
    expect((await owner.request('POST', `/contacts/${id}/erase`, { confirm: name })).status).toBe(200)
    await runJobs()
    expect(await readFileOf(tenant.ref, a?.id as string)).toBeNull()
    expect(await pictureOf(rest.ticketId)).toBe(200)
  })

  it('is copied with the message that becomes a ticket of its own', async () => {
    const { ticketId } = await deliver(mail(['From: d@one.example', 'Subject: Two things']))
    const [begun] = await messagesOf(ticketId)
    const stored = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { id: begun?.id as string } }))
    await deliver(
      multipart('related', [html('<p>Also <img src="cid:logo@x"></p>'), picture('logo@x')], ['From: d@one.example', `In-Reply-To: <${stored.messageId}>`]),
    )
    const [, answer] = await messagesOf(ticketId)
    const split = await owner.request('POST', `/ticket/${ticketId}/comments/${answer?.id}/split`, { title: 'The other' })
    expect(split.status).toBe(201)
    const { id } = (await split.json()) as { id: string }
    const [copy] = await messagesOf(id)
    expect(copy?.attachments[0]?.id).not.toBe(answer?.attachments[0]?.id)
    expect(copy?.bodyHtml).toContain(`src="/api/v1/files/${copy?.attachments[0]?.id}"`)
    await purge(ticketId)
    expect(await pictureOf(id)).toBe(200)
  }) // biome-ignore format: shorter

  it('in an answer of the team is sent within the mail', async () => {
    const { ticketId } = await deliver(mail(['From: e@one.example', 'Subject: Which lamp']))
    const id = newId()
    await inWork(tenant, async (work) => {
      const ticket = await loadTicket(work, ticketId, 'lock')
      const said = { bodyText: 'See', bodyHtml: `<p>See <img src="${fileAddress(id)}" loading="lazy"></p>`, source: 'email' as const }
      const message = await recordReply(work, ticket, { ...said, author: { kind: 'person', id: owner.id } })
      await storePicture(work, { id, name: 'a.png', bytes: Buffer.from(pixel, 'base64'), contentType: 'image/png' }, message.id)
    })
    await passUndoWindow(tenant)
    const sent = (await readSpool('pictures')).map(({ raw }) => raw.toString().replace(/=\r?\n/g, ''))
    const found = sent.find((raw) => raw.includes(`cid:${id}`))
    expect(found).toContain(`Content-ID: <${id}>`)
    expect(found).not.toContain('/api/v1/files/')
  })
})
