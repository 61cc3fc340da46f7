import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { withOwner } from '../../db/owner'
import { withPlatform } from '../../db/scope'
import { readFileOf, sweepFilesJob } from '../../files/attachments'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { replyAddress, supportAddress } from '../../mail/addresses'
import { readDevMailbox } from '../../mail/dev-mailbox'
import { readSpool } from '../../mail/transport'
import { purgeRemoved } from '../../privacy/jobs'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import { handleRest } from '../../wiring/rest'
import type { TicketOutput } from '../ticket/schema'
import type { DraftOutput, MessageOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let other: TestPerson
let customer: TestPerson
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('talk')
  agent = await makePerson(tenant, 'agent')
  other = await makePerson(tenant, 'moderator')
  customer = await makePerson(tenant, 'customer')
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
const messages = async (who: TestPerson, id: string) =>
  (await json<{ items: MessageOutput[] }>(who.request('GET', `/ticket/${id}/comments`))).items
const reply = (who: TestPerson, id: string, body: object) => who.request('POST', `/ticket/${id}/comments`, body)
const own = async () => json<TicketOutput>(customer.request('POST', '/ticket', { title: 'Help', description: 'Please' }))
const runWaiting = async (name = 'tickets.send') => {
  await drainBackground()
  const where = { tenantId: tenant.ref.id, name, status: 'queued' as const }
  for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
  await drainBackground()
}
function upload(who: TestPerson, name: string, bytes: Uint8Array, type = '') {
  const form = new FormData()
  form.append('file', new File([bytes as Uint8Array<ArrayBuffer>], name, { type }))
  const host = hostOf(tenant)
  return handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: who.cookie }, body: form }))
}
const uploaded = async (who: TestPerson, name: string, bytes: Uint8Array = Buffer.from('some text'), type = 'text/plain') => {
  const answer = await upload(who, name, bytes, type)
  expect(answer.status, await answer.clone().text()).toBe(201)
  return json<{ id: string; name: string; contentType: string; hasThumbnail: boolean }>(answer)
}

describe('rich text', () => {
  it.each([
    ['<p>Hello <strong>you</strong></p><ul><li>one</li><li>two</li></ul>', 'Hello you\n\n- one\n- two'],
    ['<p><a href="https://example.com/x">here</a></p>', 'here (https://example.com/x)'],
    ['<p>a</p><script>alert(1)</script>', 'a'],
    ['<p onclick="alert(1)">a</p>', 'a'],
    ['<svg><p><style><!--</style><img src=x onerror=alert(1)>--></p></svg>a', 'a'],
    ['<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">a', 'a'],
    ['<a href="javascript:alert(1)">a</a>', 'a'],
    ['<a href="jav&#x09;ascript:alert(1)">a</a>', 'a'],
    ['<form action="https://evil"><input name="password">a</form>', 'a'],
    ['<p style="position:fixed;inset:0">a</p><link rel="stylesheet" href="//evil">', 'a'],
    ['<p>a</p><iframe src="https://evil"></iframe><object data="x"></object>', 'a'],
  ])('is harmless, and has a plain twin: %s', async (bodyHtml, plain) => {
    const { id } = await makeTicket(tenant)
    expect((await reply(agent, id, { bodyHtml })).status).toBe(201)
    const said = (await messages(agent, id)).at(-1) as MessageOutput
    expect(said.bodyText.replaceAll(' - ', '- ').replace(/^ +/gm, '')).toContain(plain)
    expect(said.bodyHtml).not.toMatch(/script|onclick|onerror|javascript|style|<img|<form|<input|iframe|object|svg|math/i)
  })

  it('reaches the requester as it was written, and as plain text', async () => {
    const { id } = await makeTicket(tenant, { email: 'rich@example.com' })
    await reply(agent, id, { bodyHtml: '<p>Hello <strong>you</strong></p>' })
    await drainBackground()
    const mail = (await readDevMailbox(tenant.ref.slug)).find(
      ({ to, subject }) => to.includes('rich@example.com') && subject.startsWith('Re:'),
    )
    expect(mail?.text).toContain('Hello you')
    expect(mail?.text).not.toContain('<strong>')
  })

  it('of nothing, of too much or too tangled is refused', async () => {
    const { id } = await makeTicket(tenant)
    for (const body of [
      {},
      { bodyHtml: '<p> </p>' },
      { body: ' ' },
      { bodyHtml: `<p>${'x'.repeat(200_001)}</p>` },
      { bodyHtml: '<b>'.repeat(5000) },
    ])
      expect((await reply(agent, id, body)).status).toBe(422)
    expect((await reply(agent, id, { body: 'x'.repeat(2_100_000) })).status).toBe(413)
  })
})

describe('files', () => {
  it('go with a message, to who may read it', async () => {
    const { id } = await own()
    const file = await uploaded(agent, 'plan.txt')
    const picture = await uploaded(agent, 'look.png', png, 'image/png')
    expect(picture).toMatchObject({ contentType: 'image/png', hasThumbnail: false })
    expect((await agent.request('GET', `/files/${picture.id}/thumbnail`)).status).toBe(404)
    await runWaiting('files.thumbnail')
    expect((await reply(agent, id, { body: 'See', attachmentIds: [file.id, picture.id] })).status).toBe(201)
    expect((await messages(customer, id)).at(-1)?.attachments.map(({ name }) => name)).toEqual(['plan.txt', 'look.png'])
    const read = await customer.request('GET', `/files/${file.id}`)
    expect(await read.text()).toBe('some text')
    expect(read.headers.get('content-disposition')).toMatch(/^attachment; filename="plan.txt"/)
    expect(read.headers.get('content-security-policy')).toContain('sandbox')
    const shown = await customer.request('GET', `/files/${picture.id}`)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('content-disposition')).toMatch(/^inline/)
    expect((await customer.request('GET', `/files/${picture.id}/thumbnail`)).headers.get('content-type')).toBe('image/webp')
    expect((await (await makePerson(tenant, 'customer')).request('GET', `/files/${file.id}`)).status).toBe(404)
    const outsider = await makePerson(await makeTenant(), 'owner')
    expect((await outsider.request('GET', `/files/${file.id}`)).status).toBe(404)
  })

  it('of a note are not for customers', async () => {
    const { id } = await own()
    const file = await uploaded(agent, 'secret.txt')
    await reply(agent, id, { body: 'x', isInternal: true, attachmentIds: [file.id] })
    expect((await customer.request('GET', `/files/${file.id}`)).status).toBe(404)
    expect((await json<{ items: unknown[] }>(customer.request('GET', `/ticket/${id}/attachments`))).items).toEqual([])
    expect((await json<{ items: unknown[] }>(agent.request('GET', `/ticket/${id}/attachments`))).items).toHaveLength(1)
  })

  it('are sent by who brought them, once', async () => {
    const { id } = await makeTicket(tenant)
    const file = await uploaded(agent, 'mine.txt')
    expect((await other.request('GET', `/files/${file.id}`)).status).toBe(404)
    expect((await reply(other, id, { body: 'x', attachmentIds: [file.id] })).status).toBe(422)
    expect((await reply(agent, id, { attachmentIds: [file.id] })).status).toBe(201)
    expect((await reply(agent, id, { body: 'x', attachmentIds: [file.id] })).status).toBe(422)
    expect((await agent.request('DELETE', `/files/${file.id}`)).status).toBe(404)
    const unsent = await uploaded(agent, 'unsent.txt')
    expect((await agent.request('DELETE', `/files/${unsent.id}`)).status).toBe(200)
    // Its bytes go after the commit: undone, the row would lead to nothing.
    expect(await readFileOf(tenant.ref, unsent.id)).not.toBeNull()
    await runWaiting('files.remove')
    expect(await readFileOf(tenant.ref, unsent.id)).toBeNull()
  })

  it.each([
    ['setup.exe', Buffer.from('x'), 422],
    ['setup.EXE ', Buffer.from('x'), 422],
    ['photo.jpg', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), 422],
    ['empty.txt', Buffer.alloc(0), 422],
    ['big.bin', Buffer.alloc(25 * 1024 * 1024 + 1), 422],
    ['bigger.bin', Buffer.alloc(27 * 1024 * 1024), 413],
    ['page.html', Buffer.from('<script>alert(1)</script>'), 201],
    ['../../etc/passwd', Buffer.from('x'), 201],
  ])('called %s are taken or refused', async (name, bytes, status) => {
    const answer = await upload(agent, name, bytes, 'text/html')
    expect(answer.status).toBe(status)
    if (status !== 201) return
    const file = await json<{ id: string; name: string }>(answer)
    expect(file.name).not.toContain('/')
    const read = await agent.request('GET', `/files/${file.id}`)
    expect(read.headers.get('content-type')).toBe('application/octet-stream')
    expect(read.headers.get('content-disposition')).toMatch(/^attachment/)
  })

  it('come in by mail and go out by mail', async () => {
    const raw = [
      'From: filer@example.com',
      'Subject: With files',
      'Message-ID: <files@x>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'See the picture.',
      '--b',
      'Content-Type: image/png; name="look.png"',
      'Content-Disposition: attachment; filename="look.png"',
      'Content-Transfer-Encoding: base64',
      '',
      png.toString('base64'),
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="virus.exe"',
      '',
      'MZ',
      '--b--',
      '',
    ].join('\r\n')
    await receiveMail(tenant, { recipient: supportAddress(tenant.ref), provider: 'test', raw: Buffer.from(raw) }, 'test')
    await runWaiting('files.thumbnail')
    const { items } = await json<{ items: TicketOutput[] }>(other.request('GET', '/ticket?q="with files"'))
    const id = items[0]?.id as string
    const said = await messages(other, id)
    expect(said[0]?.attachments).toMatchObject([{ name: 'look.png', hasThumbnail: true }])
    expect(said[1]).toMatchObject({ kind: 'note' })
    expect(said[1]?.bodyText).toContain('virus.exe')

    const file = await uploaded(other, 'answer.txt')
    await reply(other, id, { body: 'Here it is', attachmentIds: [file.id] })
    await drainBackground()
    const sent = await inWork(tenant, ({ tx }) =>
      tx.outboundMail.findFirstOrThrow({ where: { ticketId: id }, orderBy: { createdAt: 'desc' } }),
    )
    const mime = String((await readSpool(tenant.ref.slug)).find((mail) => mail.id === sent.id)?.raw)
    expect(mime).toContain('filename=answer.txt')
    expect(mime).toContain(Buffer.from('some text').toString('base64'))
  })

  it('nobody sent are swept away, and those of a purged ticket go with it', async () => {
    const kept = await uploaded(agent, 'kept.txt')
    const old = await uploaded(agent, 'old.txt')
    await inWork(tenant, ({ tx }) =>
      tx.attachment.updateMany({ where: { id: old.id }, data: { createdAt: new Date(Date.now() - 3 * 86_400_000) } }),
    )
    await sweepFilesJob.run({ input: {}, tenant: null, progress: async () => {} })
    expect(await readFileOf(tenant.ref, old.id)).toBeNull()
    expect(await readFileOf(tenant.ref, kept.id)).not.toBeNull()

    const { id } = await makeTicket(tenant)
    const file = await uploaded(agent, 'gone.txt')
    await reply(agent, id, { body: 'x', attachmentIds: [file.id] })
    const { version } = await json<TicketOutput>(other.request('GET', `/ticket/${id}`))
    expect((await other.request('DELETE', `/ticket/${id}`, { version })).status).toBe(200)
    await drainBackground()
    await purgeRemoved(tenant.ref, new Date(Date.now() - 60_000))
    expect(await readFileOf(tenant.ref, file.id)).not.toBeNull()
    await purgeRemoved(tenant.ref, new Date(Date.now() + 1000))
    await runWaiting('files.remove')
    expect(await readFileOf(tenant.ref, file.id)).toBeNull()
    expect(await inWork(tenant, ({ tx }) => tx.ticket.count({ where: { id } }))).toBe(0)
  })
})

describe('a draft', () => {
  beforeAll(async () => {
    await setUndoWindow(tenant, 10)
  })
  afterAll(async () => {
    await setUndoWindow(tenant, 0)
  })
  const save = (who: TestPerson, id: string, body: object, kind = 'reply') => who.request('PUT', `/ticket/${id}/drafts/${kind}`, body)
  const drafts = async (who: TestPerson, id: string) =>
    (await json<{ drafts: DraftOutput[] }>(who.request('GET', `/ticket/${id}/page`))).drafts
  const send = (who: TestPerson, id: string, body: object) => who.request('POST', `/ticket/${id}/drafts/reply/send`, body)

  it('is there on another device, for its writer alone, with its files', async () => {
    const { id } = await makeTicket(tenant)
    const file = await uploaded(agent, 'draft.txt')
    const saved = await json<{ draft: DraftOutput }>(save(agent, id, { bodyHtml: '<p>Half</p>', attachmentIds: [file.id] }))
    expect(saved.draft).toMatchObject({ version: 1, bodyHtml: '<p>Half</p>' })
    expect((await drafts(agent, id))[0]?.attachments).toMatchObject([{ name: 'draft.txt' }])
    expect(await drafts(other, id)).toEqual([])
    expect((await save(agent, id, { bodyHtml: '<p>Half a</p>', version: 0 })).status).toBe(409)
    expect((await save(agent, id, { bodyHtml: '<p>Half a</p>', version: 1 })).status).toBe(200)
    expect(await json(save(agent, id, { bodyHtml: '<p></p>' }))).toEqual({ draft: null })
    expect(await drafts(agent, id)).toEqual([])
  })

  it('keeps whom it is to go to before its first word, until they are the usual ones again', async () => {
    const { id } = await makeTicket(tenant)
    const addressees = { to: ['ann@shop.example'], cc: ['bob@shop.example'] }
    await save(agent, id, { bodyHtml: '', addressees })
    expect(await drafts(agent, id)).toMatchObject([{ bodyHtml: '', addressees }])
    await save(agent, id, { bodyHtml: '', addressees: null })
    expect(await drafts(agent, id)).toEqual([])
  })

  it('is one for all tabs of a browser; only another text of another device, or a file that would be lost, is asked about', async () => {
    const { id } = await makeTicket(tenant)
    const status = async (bodyHtml: string, device: string | undefined, given: { version?: number; attachmentIds?: string[] } = {}) =>
      (await save(agent, id, { bodyHtml: `<p>${bodyHtml}</p>`, device, version: 0, ...given })).status
    expect(await status('Half', 'laptop')).toBe(200)
    // As after a reload that was quicker than the answer, and from a second tab.
    expect(await status('Half a', 'laptop')).toBe(200)
    expect(await status('Half a sentence', 'laptop', { version: 1 })).toBe(200)
    expect(await status('Half a sentence', 'phone')).toBe(200)
    expect(await status('Something else', 'laptop')).toBe(409)
    expect(await status('Something else', undefined)).toBe(409)
    expect(await status('Something else', 'phone')).toBe(200)
    const file = await uploaded(agent, 'kept.txt')
    expect(await status('Something else', 'phone', { attachmentIds: [file.id] })).toBe(200)
    expect(await status('Something else', 'phone')).toBe(409)
    // What is gone is overwritten by nobody.
    await agent.request('DELETE', `/ticket/${id}/drafts/reply`)
    expect(await status('New', 'phone', { version: 5 })).toBe(200)
  })

  it('is thrown away, its files free for another, but not once it was sent', async () => {
    const { id } = await makeTicket(tenant)
    const file = await uploaded(agent, 'thrown.txt')
    await save(agent, id, { bodyHtml: '<p>No</p>', attachmentIds: [file.id] })
    expect((await agent.request('DELETE', `/ticket/${id}/drafts/reply`)).status).toBe(200)
    expect(await drafts(agent, id)).toEqual([])
    await send(agent, id, { bodyHtml: '<p>On its way</p>', attachmentIds: [file.id] })
    expect((await agent.request('DELETE', `/ticket/${id}/drafts/reply`)).status).toBe(200)
    expect(await drafts(agent, id)).toHaveLength(1)
  })

  it('that was sent goes out when its time has come, and sets the status', async () => {
    const { id } = await makeTicket(tenant)
    const sent = await json<DraftOutput>(send(agent, id, { bodyHtml: '<p>All of it</p>', thenStatus: 'resolved' }))
    expect(new Date(sent.sendAt as Date).getTime() - Date.now()).toBeGreaterThan(8000)
    await runWaiting()
    expect(await messages(agent, id)).toHaveLength(1) // the runner came too early: nothing went out
    expect((await save(agent, id, { bodyHtml: '<p>x</p>' })).status).toBe(409)
    await inWork(tenant, ({ tx }) => tx.draft.updateMany({ data: { sendAt: new Date() } }))
    await withPlatform((tx) => tx.job.updateMany({ where: { name: 'tickets.send' }, data: { status: 'queued' } }))
    await runWaiting()
    expect((await messages(agent, id)).at(-1)).toMatchObject({ kind: 'reply', bodyText: 'All of it', author: { name: agent.name } })
    expect(await json<TicketOutput>(agent.request('GET', `/ticket/${id}`))).toMatchObject({ status: 'resolved' })
    expect(await drafts(agent, id)).toEqual([])
    expect((await agent.request('POST', `/ticket/${id}/drafts/reply/undo`)).status).toBe(404)
  })

  it('can be taken back until then, whole', async () => {
    const { id } = await makeTicket(tenant)
    const file = await uploaded(agent, 'back.txt')
    await send(agent, id, { bodyHtml: '<p>Too soon</p>', attachmentIds: [file.id] })
    const back = await json<DraftOutput>(agent.request('POST', `/ticket/${id}/drafts/reply/undo`))
    expect(back).toMatchObject({ bodyHtml: '<p>Too soon</p>', sendAt: null, attachments: [{ name: 'back.txt' }] })
    await runWaiting()
    expect(await messages(agent, id)).toHaveLength(1)
  })

  it('that cannot go out comes back with the reason', async () => {
    await setUndoWindow(tenant, 0)
    try {
      const { id } = await makeTicket(tenant)
      const leaver = await makePerson(tenant, 'agent')
      await send(leaver, id, { bodyHtml: '<p>Last words</p>' })
      await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: leaver.id }, data: { status: 'suspended' } }))
      await runWaiting()
      expect(await messages(agent, id)).toHaveLength(1)
      const [draft] = await inWork(tenant, ({ tx }) => tx.draft.findMany({ where: { ticketId: id } }))
      expect(draft).toMatchObject({ bodyHtml: '<p>Last words</p>', sendAt: null, error: 'tickets.writerGone' })
      const failed = await inWork(tenant, ({ tx }) => tx.event.findMany({ where: { type: 'draft.failed', subjectId: id } }))
      expect(failed.map(({ payload }) => payload)).toEqual([{ reason: 'tickets.writerGone', personId: leaver.id }])
    } finally {
      await setUndoWindow(tenant, 10)
    }
  })

  it('that cannot go out is told to its writer in words, wherever they are', async () => {
    await setUndoWindow(tenant, 0)
    try {
      const { id } = await makeTicket(tenant)
      const writer = await makePerson(tenant, 'agent')
      await send(writer, id, { bodyHtml: '<p>Too late</p>' })
      await inWork(tenant, async ({ tx }) => {
        const tenantId = tenant.ref.id
        const role = await tx.role.create({ data: { tenantId, id: newId(), name: newId(), permissions: ['ticket.view'] } })
        await tx.person.updateMany({ where: { tenantId, id: writer.id }, data: { customRoleId: role.id } })
      })
      await runWaiting()
      const { drafts } = await json<{ drafts: DraftOutput[] }>(writer.request('GET', `/ticket/${id}/page`))
      expect(drafts[0]).toMatchObject({ bodyHtml: '<p>Too late</p>', sendAt: null, error: expect.stringMatching(/^[A-Z][a-z’ ]+\.$/) })
      const bell = await json<{ items: { type: string; title: string; body: string }[] }>(writer.request('GET', '/notifications'))
      expect(bell.items[0]).toMatchObject({ type: 'reply_failed', body: drafts[0]?.error })
      expect(bell.items[0]?.title).toMatch(/^Your reply on .+ could not be sent$/)
    } finally {
      await setUndoWindow(tenant, 10)
    }
  })

  it('is not sent over the head of someone who wrote meanwhile', async () => {
    const { id } = await own()
    const seenMessageId = (await messages(agent, id)).at(-1)?.id
    await reply(agent, id, { body: 'My own does not count' })
    expect((await send(agent, id, { bodyHtml: '<p>x</p>', seenMessageId })).status).toBe(200)
    await agent.request('POST', `/ticket/${id}/drafts/reply/undo`)
    await reply(customer, id, { body: 'Wait!' })
    const refused = await send(agent, id, { bodyHtml: '<p>x</p>', seenMessageId })
    expect(refused.status).toBe(409)
    expect((await json<{ detail: string }>(refused)).detail).toContain(`${customer.name} replied in the meantime`)
    expect((await send(agent, id, { bodyHtml: '<p>x</p>' })).status).toBe(200)
  })
})

describe('a note', () => {
  it('calls colleagues, who watch from then on and are told; not customers', async () => {
    const { id } = await makeTicket(tenant)
    const called = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: called.id } }))
    const mark = (kind: string, who: string) => `<span data-type="mention" data-id="${kind}:${who}" data-label="x">@x</span>`
    await reply(agent, id, { bodyHtml: `<p>${mark('person', called.id)} ${mark('person', customer.id)} look</p>`, isInternal: true })
    await drainBackground()
    expect((await called.request('GET', `/ticket/${id}`)).status).toBe(200)
    const bell = await json<{ items: { title: string }[] }>(called.request('GET', '/notifications'))
    expect(bell.items[0]?.title).toContain('mentioned you on')
    const { items } = await json<{ items: { type: string }[] }>(customer.request('GET', '/notifications'))
    expect(items.map(({ type }) => type)).not.toContain('ticket_mentioned')
    const watchers = await inWork(tenant, ({ tx }) => tx.watcher.findMany({ where: { tenantId: tenant.ref.id, ticketId: id } }))
    expect(watchers.map(({ personId }) => personId)).toContain(called.id)
    expect(watchers.map(({ personId }) => personId)).not.toContain(customer.id)
    await reply(agent, id, { bodyHtml: `<p>${mark('person', called.id)} in public</p>` })
    expect((await messages(agent, id)).at(-1)?.bodyHtml).not.toContain('data-id')
  })

  it('is among the mentions of whom it calls, by themselves or with their department, until they open the ticket', async () => {
    const admin = await makePerson(tenant, 'admin')
    const department = await json<{ id: string }>(admin.request('POST', '/department', { name: newId().slice(0, 20) }))
    const [called, member, later] = [
      await makePerson(tenant, 'agent'),
      await makePerson(tenant, 'agent'),
      await makePerson(tenant, 'agent'),
    ]
    await inWork(tenant, ({ tx }) =>
      tx.departmentMember.create({ data: { tenantId: tenant.ref.id, departmentId: department.id, personId: member.id } }),
    )
    const { id } = await makeTicket(tenant)
    const mark = (kind: string, who: string) => `<span data-type="mention" data-id="${kind}:${who}" data-label="x">@x</span>`
    const bodyHtml = `<p>${mark('person', called.id)} ${mark('person', agent.id)} ${mark('team', department.id)}</p>`
    const note = await json<{ id: string }>(reply(agent, id, { bodyHtml, isInternal: true }))
    const mentions = async (who: TestPerson) => {
      const { items } = await json<{ items: { id: string }[] }>(who.request('GET', '/ticket?view=mentions'))
      const { isMentioned } = await json<{ isMentioned: boolean }>(who.request('GET', `/ticket/${id}/page`))
      const counts = await json<{ mentions: number }>(who.request('GET', '/ticket/counts'))
      expect([counts.mentions, isMentioned]).toEqual([items.length, items.length > 0])
      return items.map((ticket) => ticket.id)
    }
    expect([await mentions(called), await mentions(member), await mentions(agent), await mentions(later)]).toEqual([[id], [id], [], []])
    await called.request('POST', `/ticket/${id}/read`)
    expect(await mentions(called)).toEqual([])
    // Whom it mentioned before is not told of the edited note; whom it leaves out has nothing to read.
    const edited = { bodyHtml: `<p>${mark('person', called.id)} ${mark('person', later.id)}</p>` }
    expect((await agent.request('PATCH', `/ticket/${id}/comments/${note.id}`, edited)).status).toBe(200)
    expect([await mentions(called), await mentions(member), await mentions(later)]).toEqual([[], [], [id]])
    // What may not be seen is not among them.
    await inWork(tenant, async ({ tx }) => {
      await tx.departmentMember.deleteMany({ where: { personId: later.id } })
      await tx.watcher.deleteMany({ where: { ticketId: id, personId: later.id } })
    })
    expect((await json<{ items: object[] }>(later.request('GET', '/ticket?view=mentions'))).items).toEqual([])
  })

  it('makes nobody a watcher, and so gives no sight, when its writer may not change the ticket', async () => {
    const { id } = await makeTicket(tenant)
    await drainBackground()
    const permissions = ['ticket.view', 'ticket.reply', 'ticket.note']
    const role = await inWork(tenant, ({ tx }) =>
      tx.role.create({ data: { tenantId: tenant.ref.id, id: newId(), name: newId(), permissions } }),
    )
    const writer = await makePerson(tenant, 'agent', { customRoleId: role.id })
    const called = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: called.id } }))
    const bodyHtml = `<p><span data-type="mention" data-id="person:${called.id}" data-label="x">@x</span> look</p>`
    expect((await reply(writer, id, { bodyHtml, isInternal: true })).status).toBe(201)
    await drainBackground()
    expect(await inWork(tenant, ({ tx }) => tx.watcher.count({ where: { ticketId: id } }))).toBe(0)
    expect((await called.request('GET', `/ticket/${id}`)).status).toBe(404)
    expect((await json<{ items: object[] }>(called.request('GET', '/notifications'))).items).toEqual([])
  })

  it('is changed by its writer for a while, and what it said before is kept', async () => {
    const { id } = await makeTicket(tenant)
    await reply(agent, id, { body: 'Frist', isInternal: true })
    const note = (await messages(agent, id)).at(-1) as MessageOutput
    expect(note.mayEdit).toBe(true)
    const change = (who: TestPerson, body = 'First') => who.request('PATCH', `/ticket/${id}/comments/${note.id}`, { body })
    expect((await change(other)).status).toBe(422)
    expect((await change(agent)).status).toBe(200)
    expect((await messages(agent, id)).at(-1)).toMatchObject({ bodyText: 'First', editedAt: expect.any(String) })
    const { items } = await json<{ items: { bodyText: string }[] }>(agent.request('GET', `/ticket/${id}/comments/${note.id}/edits`))
    expect(items.map(({ bodyText }) => bodyText)).toEqual(['Frist'])
    await inWork(tenant, ({ tx }) =>
      tx.ticketMessage.updateMany({ where: { id: note.id }, data: { createdAt: new Date(Date.now() - 16 * 60_000) } }),
    )
    expect((await change(agent, 'Late')).status).toBe(422)
  })
})

describe('marks', () => {
  it('say which message is the solution, what to come back to and what is liked, to staff', async () => {
    const { id } = await own()
    await reply(agent, id, { body: 'ScheduledTransition it off and on' })
    await reply(agent, id, { body: 'Inner', isInternal: true })
    const [asked, answer, note] = (await messages(agent, id)) as [MessageOutput, MessageOutput, MessageOutput]
    const mark = (who: TestPerson, messageId: string, name: string, isOn = true) =>
      who.request('PUT', `/ticket/${id}/comments/${messageId}/marks/${name}`, { isOn })
    for (const [messageId, name] of [
      [asked.id, 'solution'],
      [answer.id, 'solution'],
      [answer.id, 'flag'],
      [answer.id, 'like'],
    ])
      expect((await mark(agent, messageId as string, name as string)).status).toBe(200)
    await mark(other, answer.id, 'like')
    await mark(other, answer.id, 'like')
    const seen = await messages(agent, id)
    expect(seen[0]?.isSolution).toBe(false)
    expect(seen[1]).toMatchObject({ isSolution: true, isFlagged: true, likes: 2, isLiked: true })
    expect((await messages(customer, id))[1]).toMatchObject({ isSolution: true, isFlagged: false, likes: 0 })
    expect((await mark(agent, note.id, 'solution')).status).toBe(422)
    expect((await mark(customer, answer.id, 'like')).status).toBe(403)
    await mark(agent, answer.id, 'like', false)
    expect((await messages(agent, id))[1]).toMatchObject({ likes: 1, isLiked: false })
  })
})

describe('canned responses and macros', () => {
  it('are filled in as text, whatever a name looks like', async () => {
    const { id } = await makeTicket(tenant, { name: '<b>Bo</b> & Co', email: 'bo@example.com', title: 'T' })
    const body = {
      name: 'Hello',
      bodyHtml: '<p>Dear {{requester.name}}, {{ticket.number}} {{ agent.firstName }}, {{workspace.name}} = {{desk.name}}</p>',
    }
    const kept = await json<{ id: string }>(agent.request('POST', '/canned-responses', body))
    const { bodyHtml } = await json<{ bodyHtml: string }>(agent.request('POST', `/ticket/${id}/canned-responses/${kept.id}`))
    expect(bodyHtml).toMatch(/^<p>Dear &lt;b&gt;Bo&lt;\/b&gt; &amp; Co, TALK-\d+ agent, (.+) = \1<\/p>$/)
    expect((await other.request('POST', `/ticket/${id}/canned-responses/${kept.id}`)).status).toBe(404)
    expect((await agent.request('POST', '/canned-responses', { name: 'X', bodyHtml: '<p>{{nothing}}</p>' })).status).toBe(422)
    expect((await agent.request('POST', '/canned-responses', { name: 'X', bodyHtml: '<p>x</p>', scope: 'desk' })).status).toBe(403)
    const shared = await json<{ id: string; version: number }>(
      other.request('POST', '/canned-responses', { name: 'X', bodyHtml: '<p>x</p>', scope: 'desk' }),
    )
    expect((await agent.request('DELETE', `/canned-responses/${shared.id}`)).status).toBe(403)
    const { items } = await json<{ items: { name: string; isOwn: boolean }[] }>(agent.request('GET', '/canned-responses'))
    expect(items.map(({ name, isOwn }) => [name, isOwn])).toEqual([
      ['Hello', true],
      ['X', false],
    ])
  })

  it('make their changes, all or none', async () => {
    const { id } = await makeTicket(tenant)
    const changes = [
      { kind: 'priority', priority: 'high' },
      { kind: 'tags', add: ['seen'] },
      { kind: 'assign', assigneeId: agent.id },
    ]
    const macro = await json<{ id: string }>(agent.request('POST', '/macros', { name: 'Take', changes, bodyHtml: '<p>On it</p>' }))
    const applied = await json<{ ticket: TicketOutput; bodyHtml: string }>(agent.request('POST', `/ticket/${id}/macros/${macro.id}`))
    expect(applied).toMatchObject({ ticket: { priority: 'high', tags: ['seen'], assignee: { id: agent.id } }, bodyHtml: '<p>On it</p>' })
    const half = [
      { kind: 'priority', priority: 'low' },
      { kind: 'assign', assigneeId: customer.id },
    ]
    const broken = await json<{ id: string }>(agent.request('POST', '/macros', { name: 'Half', changes: half }))
    expect((await agent.request('POST', `/ticket/${id}/macros/${broken.id}`)).status).toBe(422)
    expect(await json<TicketOutput>(agent.request('GET', `/ticket/${id}`))).toMatchObject({ priority: 'high' })
    expect((await agent.request('POST', '/macros', { name: 'Nothing' })).status).toBe(422)
    expect((await agent.request('POST', '/macros', { name: 'Bomb', changes: [{ kind: 'delete' }] })).status).toBe(422)
  })
})

it('an answer by mail to a reply with rich text goes on in the same ticket', async () => {
  const { id } = await makeTicket(tenant, { email: 'again@example.com' })
  await reply(agent, id, { bodyHtml: '<p>Hello</p>' })
  await drainBackground()
  const raw = Buffer.from('From: again@example.com\r\nSubject: Re\r\nMessage-ID: <again@x>\r\n\r\nThanks')
  await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw }, 'test')
  await drainBackground()
  expect((await messages(agent, id)).map(({ bodyText }) => bodyText)).toEqual(['It does not work.', 'Hello', 'Thanks'])
})

it('a ticket is first answered once, by an agent, whatever is written after', async () => {
  const firstResponse = async (id: string) => (await json<TicketOutput>(agent.request('GET', `/ticket/${id}`))).firstResponseAt
  const { id } = await own()
  expect((await reply(customer, id, { body: 'Still there?' })).status).toBe(201)
  expect(await firstResponse(id)).toBeNull()
  expect((await reply(agent, id, { body: 'Yes.' })).status).toBe(201)
  const first = await firstResponse(id)
  expect(first).toEqual(expect.any(String))
  expect((await reply(agent, id, { body: 'And more.' })).status).toBe(201)
  expect((await reply(other, id, { body: 'From another.' })).status).toBe(201)
  expect(await firstResponse(id)).toBe(first)
})
