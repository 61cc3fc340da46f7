import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { readSpool } from '../../mail/transport'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makeContact, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import { readReceipt, receiveMail } from './receive'
import { replayAll } from './replay'
import type { MailOutput, Verdict } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
/** Sees the same tickets as the agent, and mail that became none. */
let reader: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('mails')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
  const customRoleId = newId()
  await inWork(tenant, ({ tx }) =>
    tx.role.create({ data: { tenantId: tenant.ref.id, id: customRoleId, name: 'Mail reader', permissions: ['ticket.view', 'mail.view'] } }),
  )
  reader = await makePerson(tenant, 'agent', { customRoleId })
})

let counter = 0
async function deliver(headers: string[], body = 'It broke.', verdict: Verdict | null = null) {
  const text = [`Message-ID: <mails-${++counter}@example.com>`, 'To: support@mails.localhost', ...headers, '', body].join('\r\n')
  const given = { recipient: 'support@mails.localhost', provider: 'test', raw: Buffer.from(text), ...(verdict ? { verdict } : {}) }
  const { id } = await receiveMail(tenant, given, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}
const keep = (body?: string) => deliver(['Subject: Lamp'], body)
const away = (from: string) => deliver([`From: ${from}`, 'Subject: Away', 'Auto-Submitted: auto-replied'], 'I am away.')

const path = (id: string, rest = '') => `/settings/mail/messages/${id}${rest}`
const read = async (id: string, as = admin) => (await (await as.request('GET', path(id))).json()) as MailOutput
const recover = (id: string, body: object, as = admin) => as.request('POST', path(id, '/recover'), body)
const messagesOf = (ticketId: string | null) =>
  inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: ticketId as string }, orderBy: { createdAt: 'asc' } }))

describe('reading mail', () => {
  it('says what it holds, what was decided, and why', async () => {
    const { id, ticketId } = await deliver(
      ['From: Ada <ada@example.com>', 'Cc: Bo <bo@example.com>', 'Subject: Lamp', 'Content-Type: text/html'],
      '<p>It <b>broke</b></p><script>1</script>',
    )
    const mail = await read(id)
    expect(mail).toMatchObject({
      id,
      status: 'delivered',
      from: { address: 'ada@example.com', name: 'Ada' },
      to: ['support@mails.localhost'],
      cc: ['bo@example.com'],
      subject: 'Lamp',
      messageId: `mails-${counter}@example.com`,
      text: 'It broke',
      attachments: [],
      classification: 'human',
      authentication: 'not_checked',
      acknowledged: true,
      ticketId,
      recoveries: [],
    })
    expect(mail.html).toContain('<b>broke</b>')
    expect(mail.html).not.toContain('script')
    expect(mail.reasons).toEqual(mail.steps.map(({ reason }) => reason))
    expect(mail.steps.at(-1)).toMatchObject({ step: 'command', reason: 'new_ticket' })
    expect(mail.commentId).toBe((await messagesOf(ticketId))[0]?.id)
    const manual = readFileSync(resolve(import.meta.dirname, '../../../docs/api.md'), 'utf8')
    const said = manual.slice(manual.indexOf('## Email that came in'), manual.indexOf('## Writing'))
    expect(Object.keys(mail).sort()).toEqual([...new Set([...said.matchAll(/`([a-zA-Z]+)`/g)].map(([, name]) => name as string))].sort())
  })

  it('gives its source as it came, and never as a page', async () => {
    const { id } = await keep('<script>alert(1)</script>')
    const answer = await admin.request('GET', path(id, '/source'))
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await answer.text()).toContain('Subject: Lamp\r\n\r\n<script>alert(1)</script>')
  })

  it('lists by status and kind, a page at a time', async () => {
    await keep()
    await keep()
    await away('list@example.com')
    const list = async (query: string) => (await (await admin.request('GET', `/settings/mail/messages?${query}`)).json()) as never
    const kept = (await list('status=attention&limit=1&total=true')) as { items: MailOutput[]; total: number; nextCursor: string }
    expect(kept.items).toHaveLength(1)
    expect(kept.total).toBeGreaterThan(1)
    const next = (await list(`status=attention&limit=1&cursor=${kept.nextCursor}`)) as typeof kept
    expect(next.items[0]?.id).not.toBe(kept.items[0]?.id)
    const notices = (await list('classification=auto-reply')) as typeof kept
    expect(new Set(notices.items.map(({ classification }) => classification))).toEqual(new Set(['auto-reply']))
    expect(notices.items[0]).toMatchObject({ status: 'ignored', reason: 'auto_reply', from: { address: 'list@example.com' } })
  })

  it('is for those who see its ticket; of what became none, for those with a permission of its own', async () => {
    const { id: elsewhere } = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const filed = await deliver(['From: near@example.com', 'Subject: Near'])
    const far = await deliver(['From: far@example.com', 'Subject: Far'])
    const kept = await keep()
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: far.ticketId as string }, data: { departmentId: elsewhere } }))
    const statuses = async (as: TestPerson) => {
      const answers = await Promise.all(
        [filed, far, kept].flatMap(({ id }) => [as.request('GET', path(id)), as.request('GET', path(id, '/source'))]),
      )
      const { items } = (await (await as.request('GET', '/settings/mail/messages?limit=200')).json()) as { items: MailOutput[] }
      const listed = [filed, far, kept].map(({ id }) => items.some((item) => item.id === id))
      return { answers: answers.map(({ status }) => status), listed }
    }
    expect(await statuses(agent)).toEqual({ answers: [200, 200, 404, 404, 404, 404], listed: [true, false, false] })
    expect(await statuses(reader)).toEqual({ answers: [200, 200, 404, 404, 200, 200], listed: [true, false, true] })
    expect(await statuses(admin)).toEqual({ answers: [200, 200, 200, 200, 200, 200], listed: [true, true, true] })
    expect((await recover(kept.id, { action: 'ignore' }, reader)).status).toBe(403)
    expect((await read(kept.id, reader)).recoveries).toEqual([])
  })
})

describe('recovering a kept email', () => {
  it('makes a ticket of it, once, of whoever is named, and tells nobody by itself', async () => {
    const { id } = await keep('The lamp is dark.')
    const mails = (await readSpool('mails', 1000)).length
    expect((await recover(id, { action: 'ticket' })).status).toBe(422)
    expect((await recover(id, { action: 'ticket', requester: { email: 'nonsense' } })).status).toBe(422)
    await setUndoWindow(tenant, 60)
    const answer = await recover(id, { action: 'ticket', requester: { email: 'Found@example.com', name: 'Found' } })
    const { status, ticketId } = (await answer.json()) as MailOutput
    expect(status).toBe('delivered')
    // What somebody wrote to us is not taken back like a ticket of one's own.
    expect((await admin.request('POST', `/ticket/${ticketId}/undo-creation`)).status).toBe(404)
    await setUndoWindow(tenant, 0)
    expect(await messagesOf(ticketId)).toMatchObject([{ kind: 'description', bodyText: 'The lamp is dark.' }])
    await drainBackground()
    expect((await readSpool('mails', 1000)).length).toBe(mails)
    expect((await recover(id, { action: 'ticket', requester: { email: 'found@example.com' } })).status).toBe(409)
    expect((await recover(id, { action: 'ignore' })).status).toBe(409)
    expect(await eventsOf(tenant, id)).toContainEqual({ type: 'mail.recovered', payload: { action: 'ticket' } })
    expect(await read(id)).toMatchObject({ status: 'delivered', ticketId, acknowledged: false, recoveries: [] })
  })

  it('attaches it to a ticket: folded what a machine wrote, a note what a stranger did, a reply what the requester did', async () => {
    const ticket = await makeTicket(tenant, { email: 'owner@example.com' })
    const attach = async ({ id }: { id: string }) => (await recover(id, { action: 'attach', into: ticket.number })).status
    expect((await recover((await keep()).id, { action: 'attach' })).status).toBe(422)
    expect(await attach(await away('owner@example.com'))).toBe(200)
    expect((await messagesOf(ticket.id)).at(-1)).toMatchObject({ kind: 'note', isAutomatic: true })
    expect(await attach(await keep())).toBe(200)
    expect((await messagesOf(ticket.id)).at(-1)).toMatchObject({ kind: 'note', isStranger: true, authorKind: 'system' })
    await inWork(tenant, ({ tx }) => tx.blockedSender.create({ data: { tenantId: tenant.ref.id, email: 'owner@example.com' } }))
    const blocked = await deliver(['From: owner@example.com', 'Subject: Again'], 'Once more.')
    expect(blocked).toMatchObject({ status: 'ignored', reason: 'blocked_sender' })
    expect(await attach(blocked)).toBe(200)
    expect((await messagesOf(ticket.id)).at(-1)).toMatchObject({ kind: 'reply', bodyText: 'Once more.' })
  })

  it('attaches what its sender is in doubt of as a flagged note, also in the name of the requester, unless somebody says who asks', async () => {
    const email = 'forged@shop.example'
    const ticket = await makeTicket(tenant, { email })
    const spam = { spf: 'fail', dkim: 'fail', dmarc: 'fail', isSpam: true } as const
    const attach = async (requester?: object) => {
      const kept = await deliver([`From: ${email}`, 'Subject: New account'], 'Pay to another account.', spam)
      expect(kept.status).toBe('spam')
      expect((await recover(kept.id, { action: 'attach', into: ticket.number, ...(requester ? { requester } : {}) })).status).toBe(200)
      return (await messagesOf(ticket.id)).at(-1)
    }
    expect(await attach()).toMatchObject({ kind: 'note', isStranger: true })
    expect(await attach({ email })).toMatchObject({ kind: 'reply' })
  })

  it('ignores it, which can be taken back', async () => {
    const { id } = await keep()
    expect((await recover(id, { action: 'restore' })).status).toBe(409)
    expect(await (await recover(id, { action: 'ignore' })).json()).toEqual({ status: 'ignored', ticketId: null })
    expect((await read(id)).recoveries).toContain('restore')
    expect(await (await recover(id, { action: 'restore' })).json()).toEqual({ status: 'attention', ticketId: null })
  })

  it('blocks its sender until they are unblocked', async () => {
    const { id } = await away('pest@example.com')
    expect((await recover(id, { action: 'block' })).status).toBe(200)
    expect(await deliver(['From: pest@example.com', 'Subject: x'])).toMatchObject({ status: 'ignored', reason: 'blocked_sender' })
    const listed = (await (await admin.request('GET', '/settings/mail/blocked-senders')).json()) as { items: { email: string }[] }
    expect(listed.items.map(({ email }) => email)).toContain('pest@example.com')
    expect((await admin.request('DELETE', '/settings/mail/blocked-senders/PEST@example.com')).status).toBe(200)
    expect((await admin.request('DELETE', '/settings/mail/blocked-senders/pest@example.com')).status).toBe(404)
    expect(await deliver(['From: pest@example.com', 'Subject: x'])).toMatchObject({ status: 'delivered' })
    const types = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { type: { startsWith: 'sender.' } }, select: { type: true } }),
    )
    expect(types.map(({ type }) => type)).toEqual(['sender.blocked', 'sender.unblocked'])
  })
})

describe('replaying', () => {
  const replay = async (id: string, body: object = {}) => (await admin.request('POST', path(id, '/replay'), body)).json()

  const giveAway = async (ticketId: string | null) => {
    const { id: requesterId } = await makeContact(tenant, `other${++counter}@example.com`)
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: ticketId as string }, data: { requesterId } }))
  }

  it('gives the stored decision, whatever became of the rest since', async () => {
    const { id, ticketId } = await deliver(['From: replay@example.com', 'Subject: Replayed'])
    const [first] = await messagesOf(ticketId)
    const reply = await deliver(['From: replay@example.com', 'Subject: Re', `In-Reply-To: <${first?.messageId}>`])
    const notice = await away('replay@example.com')
    const before = await inWork(tenant, ({ tx }) => tx.ticketMessage.count())
    await giveAway(ticketId)
    for (const { id: each } of [{ id }, reply, notice, await keep()])
      expect(await replay(each)).toMatchObject({ id: each, isSame: true, changes: [] })
    expect(await inWork(tenant, ({ tx }) => tx.ticketMessage.count())).toBe(before)
  })

  it('of all mail gives every stored decision', async () => {
    const kept = await inWork(tenant, ({ tx }) => tx.inboundMail.count())
    const replays = await Array.fromAsync(replayAll(tenant, false))
    expect(replays).toHaveLength(kept)
    expect(replays.filter(({ isSame }) => !isSame)).toEqual([])
  })

  it('with new facts says what would be decided now, and does nothing', async () => {
    const { id, ticketId } = await deliver(['From: refresh@example.com', 'Subject: Refreshed'])
    const [first] = await messagesOf(ticketId)
    const reply = await deliver(['From: refresh@example.com', 'Subject: Re', `In-Reply-To: <${first?.messageId}>`])
    expect(reply.ticketId).toBe(ticketId)
    await giveAway(ticketId)
    const before = await inWork(tenant, ({ tx }) => tx.ticketMessage.count())
    expect(await replay(reply.id, { refresh: true })).toMatchObject({
      isSame: false,
      before: 'reply',
      after: 'note',
      changes: [{ step: 'command', before: 'requester_reply', after: 'unknown_sender' }],
    })
    expect(await inWork(tenant, ({ tx }) => tx.ticketMessage.count())).toBe(before)
    expect(await replay(id)).toMatchObject({ isSame: true })
  })

  it('with new facts says also in what a result of the same kind differs', async () => {
    const { id } = await deliver(['From: elsewhere@example.com', 'Subject: Price'])
    // Whoever wrote it is known since.
    const changes = [{ step: 'sender', before: 'new_contact', after: 'known_contact' }]
    expect(await replay(id, { refresh: true })).toMatchObject({ before: 'ticket', after: 'ticket', changes, parts: [] })
    const tenantId = tenant.ref.id
    const departmentId = newId()
    await inWork(tenant, async ({ tx }) => {
      await tx.department.create({ data: { tenantId, id: departmentId, name: 'Sales', slug: 'sales' } })
      await tx.mailbox.create({ data: { tenantId, id: newId(), name: 'Sales', address: 'support@mails.localhost', departmentId } })
    })
    const again = await replay(id, { refresh: true })
    expect(again).toMatchObject({ isSame: false, before: 'ticket', after: 'ticket', changes, parts: ['department'] })
    await inWork(tenant, async ({ tx }) => {
      await tx.mailbox.deleteMany()
      await tx.department.delete({ where: { tenantId_id: { tenantId, id: departmentId } } })
    })
  })

  it('is for those who may decide about mail', async () => {
    const { id } = await keep()
    for (const body of [{}, { refresh: true }]) expect((await reader.request('POST', path(id, '/replay'), body)).status).toBe(403)
  })
})

it('the same recovery again under its Idempotency-Key gets the first answer', async () => {
  const { id } = await keep()
  const body = { action: 'ticket', requester: { email: 'twice@example.com' } }
  const ask = () => admin.request('POST', path(id, '/recover'), body, { 'idempotency-key': 'recover-once' })
  const [first, second] = [await ask(), await ask()]
  expect(second.status).toBe(200)
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(await second.json()).toEqual(await first.json())
})

it('an address of ours or of the team is not blocked', async () => {
  await inWork(tenant, async ({ tx }) => {
    const [first] = await tx.department.findMany({ where: { isDefault: false }, take: 1 })
    const where = { tenantId_id: { tenantId: tenant.ref.id, id: first?.id as string } }
    await tx.department.update({ where, data: { supportAddress: 'Help@Lamps.example' } })
  })
  const { id } = await keep()
  for (const email of ['support@mails.localhost', 'reply+x@mails.localhost', 'help@lamps.example', agent.email]) {
    const answer = await recover(id, { action: 'block', requester: { email } })
    expect(answer.status, email).toBe(422)
    expect((await answer.json()).fields['requester.email'][0]).toContain('Only senders from outside')
  }
  expect((await recover(id, { action: 'block', requester: { email: 'pest@lamps.example' } })).status).toBe(200)
  const blocked = await inWork(tenant, ({ tx }) => tx.blockedSender.findMany({ where: { email: { contains: 'lamps.example' } } }))
  expect(blocked.map(({ email }) => email)).toEqual(['pest@lamps.example'])
})

it('what was recovered in the name of another goes with whoever sent it, and nothing else of that ticket', async () => {
  const owner = await makePerson(tenant, 'owner')
  const { id } = await away('Real Sender <real.sender@example.com>')
  const answer = await recover(id, { action: 'ticket', requester: { email: 'named@example.com', name: 'Named' } })
  const { ticketId } = (await answer.json()) as { ticketId: string }
  const contact = await makeContact(tenant, 'real.sender@example.com')
  await agent.request('POST', `/ticket/${ticketId}/notes`, { body: 'Called them' })
  const { name } = (await (await owner.request('GET', `/contacts/${contact.id}`)).json()) as { name: string }
  expect((await owner.request('POST', `/contacts/${contact.id}/erase`, { confirm: name })).status).toBe(200)
  const texts = (await messagesOf(ticketId)).map(({ bodyText }) => bodyText)
  expect(texts).toContain('[erased]')
  expect(texts).not.toContain('I am away.')
  expect(await inWork(tenant, ({ tx }) => tx.inboundMail.count({ where: { id } }))).toBe(0)
  const ticket = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id: ticketId }, include: { requester: true } }))
  expect(ticket).toMatchObject({ title: 'Away', requester: { name: 'Named' } })
})
