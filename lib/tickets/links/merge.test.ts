import { beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { replyAddress } from '../../mail/addresses'
import { readDevMailbox } from '../../mail/dev-mailbox'
import { purgeRemoved } from '../../privacy/jobs'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { MessageOutput } from '../conversation/schema'
import type { TicketOutput } from '../ticket/schema'
import type { LinkOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let outsider: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('join')
  agent = await makePerson(tenant, 'agent')
  outsider = await makePerson(tenant, 'agent')
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
const read = (id: string) => json<TicketOutput>(agent.request('GET', `/ticket/${id}`))
const said = async (id: string) =>
  (await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${id}/comments`))).items.map(({ bodyText }) => bodyText)
const say = (id: string, body: string) => agent.request('POST', `/ticket/${id}/comments`, { body })
const merge = (id: string, into: string) => agent.request('POST', `/ticket/${id}/merge`, { into })
const undo = (mergeId: string) => agent.request('POST', `/ticket/merges/${mergeId}/undo`)

describe('a merge', () => {
  it('moves the conversation, closes the one, tells the requester, and can be taken back', async () => {
    const asker = { email: 'twice@example.com' }
    const one = (await makeTicket(tenant, { ...asker, title: 'First time' })) as TicketOutput
    const two = (await makeTicket(tenant, { ...asker, title: 'Second time' })) as TicketOutput
    await say(two.id, 'Seen')
    await drainBackground()
    const answer = await json<{ ticket: TicketOutput; mergeId: string }>(merge(two.id, one.number))
    expect(answer.ticket).toMatchObject({ id: one.id, messageCount: 3 })
    expect(await said(one.id)).toEqual(['It does not work.', 'It does not work.', 'Seen'])
    expect(await said(two.id)).toEqual([])
    expect(await read(two.id)).toMatchObject({ status: 'closed', snippet: `Merged into ${one.number}` })
    await drainBackground()
    expect((await readDevMailbox('join')).some(({ text }) => text.includes(`It continues as ${one.number}`))).toBe(true)
    const found = (q: string) => json<{ items: TicketOutput[] }>(agent.request('GET', `/ticket?q=${q}`))
    expect((await found('seen')).items.map(({ id }) => id)).toEqual([one.id])

    const merges = async () => (await json<{ items: object[] }>(agent.request('GET', `/ticket/${one.id}/merges`))).items
    expect(await merges()).toEqual([{ id: answer.mergeId, number: two.number, at: expect.any(String), canUndo: true }])

    await say(one.id, 'After the merge')
    expect((await undo(answer.mergeId)).status).toBe(200)
    expect(await said(two.id)).toEqual(['It does not work.', 'Seen'])
    expect(await said(one.id)).toEqual(['It does not work.', 'After the merge'])
    expect(await read(two.id)).toMatchObject({ status: 'in_progress', messageCount: 2, reopenCount: 0 })
    expect(await read(one.id)).toMatchObject({ messageCount: 2 })
    expect((await undo(answer.mergeId)).status).toBe(404)
    expect(await merges()).toEqual([])
    await drainBackground()
    expect((await found('seen')).items.map(({ id }) => id)).toEqual([two.id])
  })

  it('is refused with itself, in a circle, with what one may not see, and back after a month', async () => {
    const [a, b, c] = (await Promise.all([makeTicket(tenant), makeTicket(tenant), makeTicket(tenant)])) as [
      TicketOutput,
      TicketOutput,
      TicketOutput,
    ]
    expect((await merge(a.id, a.number)).status).toBe(422)
    expect((await merge(a.id, 'JOIN-99999')).status).toBe(404)
    expect((await merge(a.id, 'nonsense')).status).toBe(422)
    expect((await outsider.request('POST', `/ticket/${a.id}/merge`, { into: b.id })).status).toBe(404)
    const { mergeId } = await json<{ mergeId: string }>(merge(a.id, b.id))
    expect((await merge(b.id, a.id)).status).toBe(422)
    expect((await merge(c.id, a.id)).status).toBe(422)
    await inWork(tenant, ({ tx }) =>
      tx.ticketMerge.updateMany({ where: { id: mergeId }, data: { createdAt: new Date(Date.now() - 31 * 86_400_000) } }),
    )
    expect((await undo(mergeId)).status).toBe(422)
  })
})

describe('a merged ticket', () => {
  it('is not worked on again, and whoever tries hears where it went, until the merge is undone', async () => {
    const customer = await makePerson(tenant, 'customer')
    const ask = () => json<TicketOutput>(customer.request('POST', '/ticket', { title: 'Twice', description: 'x' }))
    const [one, two] = [await ask(), await ask()]
    const { mergeId } = await json<{ mergeId: string }>(merge(two.id, one.id))
    const { version, abilities } = await read(two.id)
    expect(abilities).toEqual({
      reply: false,
      note: false,
      assign: false,
      update: false,
      close: false,
      reopen: false,
      rate: false,
      moves: [],
    })
    const seen = await json<TicketOutput>(customer.request('GET', `/ticket/${two.id}`))
    expect(seen.abilities).toEqual(abilities)
    for (const [who, method, path, body] of [
      [agent, 'POST', 'assign', { assigneeId: agent.id, version }],
      [agent, 'POST', 'reopen', { reason: 'Again', version }],
      [customer, 'POST', 'reopen', { reason: 'Again', version: seen.version }],
      [agent, 'PUT', 'status', { status: 'created', version }],
      [agent, 'PUT', 'tags', { tags: ['again'], version }],
      [agent, 'PUT', 'priority', { priority: 'urgent', version }],
      [agent, 'PATCH', '', { title: 'Again', version }],
      [agent, 'PUT', 'archive', { isArchived: true, version }],
      [agent, 'PUT', 'drafts/reply', { bodyHtml: '<p>Again</p>' }],
      [agent, 'POST', 'links', { other: one.id, kind: 'relates' }],
      [agent, 'POST', 'merge', { into: (await ask()).id }],
    ] as const) {
      const answer = await who.request(method, `/ticket/${two.id}/${path}`.replace(/\/$/, ''), body)
      expect(answer.status, path).toBe(422)
      expect(await answer.text(), path).toContain(`${two.number} was merged into ${one.number}`)
    }
    expect(await read(two.id)).toMatchObject({ status: 'closed', version })
    const open = await json<{ items: TicketOutput[] }>(agent.request('GET', '/ticket?q=is:open&limit=100'))
    expect(open.items.map(({ id }) => id)).toContain(one.id)
    expect(open.items.map(({ id }) => id)).not.toContain(two.id)
    expect((await undo(mergeId)).status).toBe(200)
    const after = await read(two.id)
    expect((await agent.request('POST', `/ticket/${two.id}/assign`, { assigneeId: agent.id, version: after.version })).status).toBe(200)
  })

  it('is left alone by a change of many tickets', async () => {
    const email = 'bulk@example.com'
    const [one, two] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
    await merge(two.id, one.id)
    const macro = { name: 'Urgent', changes: [{ kind: 'priority', priority: 'urgent' }] }
    const { id } = await json<{ id: string }>(agent.request('POST', '/macros', macro))
    const refused = await agent.request('POST', `/ticket/${two.id}/macros/${id}`)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain(`merged into ${one.number}`)
  })
})

describe('a merge of what is not so simple', () => {
  it('is refused for two people, who would read each other, unless one of them is chosen', async () => {
    const one = (await makeTicket(tenant, { email: 'first@example.com' })) as TicketOutput
    const two = (await makeTicket(tenant, { email: 'second@example.com' })) as TicketOutput
    const refused = await merge(two.id, one.number)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('have different requesters')
    expect(await said(two.id)).toEqual(['It does not work.'])
  })

  it('that is taken back leaves the ticket as it was, its hold and who waits for it, and writes to nobody', async () => {
    const email = 'hold@example.com'
    const one = (await makeTicket(tenant, { email })) as TicketOutput
    const two = (await makeTicket(tenant, { email })) as TicketOutput
    const holdUntil = new Date(Date.now() + 5 * 86_400_000).toISOString()
    const { version } = await read(two.id)
    const held = await agent.request('PUT', `/ticket/${two.id}/status`, { status: 'hold', reason: 'Spare part', holdUntil, version })
    expect(held.status, await held.clone().text()).toBe(200)
    const before = await read(two.id)
    const { mergeId } = await json<{ mergeId: string }>(merge(two.id, one.id))
    await drainBackground()
    const mails = (await readDevMailbox('join')).length
    expect((await undo(mergeId)).status).toBe(200)
    await drainBackground()
    const { status, statusReason, holdUntil: until, messageCount } = before
    expect(await read(two.id)).toMatchObject({ status, statusReason, holdUntil: until, messageCount })
    expect((await readDevMailbox('join')).length).toBe(mails)
  })

  it.each(['resolved', 'hold'])(
    'does not hide a question: the ticket that takes it in opens, until the merge is undone: %s',
    async (status) => {
      const email = `asks-${status}@example.com`
      const [one, two] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
      const { version } = await read(one.id)
      expect((await agent.request('PUT', `/ticket/${one.id}/status`, { status, reason: 'Why', version })).status).toBe(200)
      const before = await read(one.id)
      const { mergeId, ticket } = await json<{ mergeId: string; ticket: TicketOutput }>(merge(two.id, one.id))
      expect(ticket).toMatchObject({ status: status === 'hold' ? 'in_progress' : 'created', hasNewReply: true })
      expect((await undo(mergeId)).status).toBe(200)
      const { version: last, updatedAt, ...after } = await read(one.id)
      expect(after).toEqual({ ...before, version: undefined, updatedAt: undefined })
      expect(last).toBeGreaterThan(before.version)
    },
  )

  it('of a ticket that was answered leaves the other one resolved', async () => {
    const email = 'answered@example.com'
    const [one, two] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
    await say(two.id, 'Answered')
    const { version } = await read(one.id)
    await agent.request('PUT', `/ticket/${one.id}/status`, { status: 'resolved', version })
    const { ticket } = await json<{ ticket: TicketOutput }>(merge(two.id, one.id))
    expect(ticket).toMatchObject({ status: 'resolved', hasNewReply: false })
  })

  it('that is taken back takes along the watchers that it brought, and no others', async () => {
    const email = 'watched@example.com'
    const [one, two] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
    const [both, brought] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    const watch = (id: string, who: TestPerson) => agent.request('PUT', `/ticket/${id}/watchers/${who.id}`)
    for (const [id, who] of [
      [one.id, both],
      [two.id, both],
      [two.id, brought],
    ] as const)
      expect((await watch(id, who)).status).toBe(200)
    const watchersOf = async (ticketId: string) =>
      (await inWork(tenant, ({ tx }) => tx.watcher.findMany({ where: { ticketId } }))).map(({ personId }) => personId).sort()
    const { mergeId } = await json<{ mergeId: string }>(merge(two.id, one.id))
    expect(await watchersOf(one.id)).toEqual([both.id, brought.id].sort())
    await undo(mergeId)
    expect(await watchersOf(one.id)).toEqual([both.id])
    expect(await watchersOf(two.id)).toEqual([both.id, brought.id].sort())
  })

  it('is taken back from the outside in', async () => {
    const email = 'nested@example.com'
    const [a, b, c] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
    const inner = await json<{ mergeId: string }>(merge(a.id, b.id))
    const outer = await json<{ mergeId: string }>(merge(b.id, c.id))
    expect((await undo(inner.mergeId)).status).toBe(422)
    expect((await undo(outer.mergeId)).status).toBe(200)
    expect((await undo(inner.mergeId)).status).toBe(200)
    for (const { id } of [a, b, c]) expect(await said(id)).toEqual(['It does not work.'])
  })

  it('takes in what is written to the old number, and can be purged', async () => {
    const email = 'oldnumber@example.com'
    const one = await makeTicket(tenant, { email })
    const two = await makeTicket(tenant, { email })
    await merge(two.id, one.id)
    expect((await agent.request('POST', `/ticket/${one.id}/participants`, { address: 'joined@example.com' })).status).toBeLessThan(300)
    const raw = Buffer.from(`From: ${email}\r\nSubject: Re\r\nMessage-ID: <old@x>\r\n\r\nTo the old one`)
    await receiveMail(tenant, { recipient: replyAddress(tenant.ref, two.id), provider: 'test', raw }, 'test')
    await drainBackground()
    // An answer by the old number goes to those who take part where it goes.
    await say(two.id, 'To all')
    expect(await said(one.id)).toEqual(['It does not work.', 'It does not work.', 'To the old one', 'To all'])
    const { addressees } = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { bodyText: 'To all' } }))
    expect(addressees).toMatchObject({ to: [{ email }], cc: [{ email: 'joined@example.com' }] })
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: one.id }, data: { deletedAt: new Date(0) } }))
    await purgeRemoved(tenant.ref, new Date(1))
    expect(await inWork(tenant, ({ tx }) => tx.ticket.count({ where: { id: { in: [one.id, two.id] } } }))).toBe(1)
    expect(await read(two.id)).toMatchObject({ status: 'closed' })
  })

  it('lets mail to a ticket that was removed begin a new one', async () => {
    const email = 'removed@example.com'
    const { id } = await makeTicket(tenant, { email })
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data: { deletedAt: new Date() } }))
    const raw = Buffer.from(`From: ${email}\r\nSubject: Still there?\r\nMessage-ID: <still@x>\r\n\r\nHello?`)
    await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw }, 'test')
    await drainBackground()
    const found = await json<{ items: TicketOutput[] }>(agent.request('GET', '/ticket?q="still there"'))
    expect(found.items).toHaveLength(1)
    expect(found.items[0]?.id).not.toBe(id)
  })
})

it('a ticket that is hidden from who merges or links is, by its number and by its id, one that was never there', async () => {
  const near = await makePerson(tenant, 'agent')
  const finance = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
  const own = (await makeTicket(tenant)) as TicketOutput
  const hidden = (await makeTicket(tenant, { departmentId: finance.id })) as TicketOutput
  for (const [there, absent] of [
    [hidden.number, 'JOIN-99999'],
    [hidden.id, newId()],
  ] as const)
    for (const attempt of [
      (other: string) => near.request('POST', `/ticket/${own.id}/merge`, { into: other }),
      (other: string) => near.request('POST', `/ticket/${own.id}/links`, { other, kind: 'relates' }),
    ]) {
      const answers = [await attempt(there), await attempt(absent)]
      expect(answers.map(({ status }) => status)).toEqual([404, 404])
      const [one, other] = await Promise.all(answers.map((answer) => answer.text()))
      expect(one?.replace(there, absent)).toBe(other)
    }
})

describe('links', () => {
  const link = (id: string, other: string, kind = 'relates') => agent.request('POST', `/ticket/${id}/links`, { other, kind })
  const links = async (id: string) => (await json<{ links: LinkOutput[] }>(agent.request('GET', `/ticket/${id}/page`))).links

  it('are seen from both sides, once, and taken off from either', async () => {
    const [a, b] = (await Promise.all([makeTicket(tenant), makeTicket(tenant)])) as [TicketOutput, TicketOutput]
    expect((await link(a.id, b.number, 'duplicates')).status).toBe(201)
    expect((await link(a.id, b.id, 'duplicates')).status).toBe(201)
    expect(await links(a.id)).toMatchObject([{ kind: 'duplicates', direction: 'to', id: b.id }])
    expect(await links(b.id)).toMatchObject([{ kind: 'duplicates', direction: 'from', id: a.id }])
    expect((await agent.request('DELETE', `/ticket/${b.id}/links/${a.id}/duplicates`)).status).toBe(200)
    expect(await links(a.id)).toEqual([])
  })

  it('never let tickets wait for each other in a circle', async () => {
    const [a, b, c] = (await Promise.all([makeTicket(tenant), makeTicket(tenant), makeTicket(tenant)])) as [
      TicketOutput,
      TicketOutput,
      TicketOutput,
    ]
    expect((await link(a.id, b.id, 'blocks')).status).toBe(201)
    expect((await link(b.id, c.id, 'blocks')).status).toBe(201)
    expect((await link(c.id, a.id, 'blocks')).status).toBe(422)
    expect((await link(a.id, a.id)).status).toBe(422)
    expect((await link(a.id, b.id, 'follow_up')).status).toBe(422)
  })
})

it('what somebody in copy wrote becomes a ticket of theirs; what the team noted does not', async () => {
  const { id, number } = await makeTicket(tenant, { email: 'asks-with-cc@example.com' })
  const lines = ['From: Cecilia Copy <cc@example.com>', `Subject: Re: [${number}]`, 'Message-ID: <cc@x>', '', 'I have the same trouble']
  await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw: Buffer.from(lines.join('\r\n')) }, 'test')
  await drainBackground()
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'Ours', isInternal: true })
  const { items } = await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${id}/comments`))
  const [theirs, ours] = items.filter(({ kind }) => kind === 'note')
  const split = (message: MessageOutput | undefined) =>
    agent.request('POST', `/ticket/${id}/comments/${message?.id}/split`, { title: 'The same trouble' })
  expect((await split(ours)).status).toBe(422)
  const made = await split(theirs)
  expect(made.status, await made.clone().text()).toBe(201)
  const ticket = (await made.json()) as TicketOutput
  expect(ticket.requester).toMatchObject({ name: 'Cecilia Copy', email: 'cc@example.com' })
  const [message] = (await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${ticket.id}/comments`))).items
  expect(message).toMatchObject({
    kind: 'description',
    bodyText: 'I have the same trouble',
    isStranger: false,
    author: { kind: 'contact' },
  })
  // What goes with it is not for whoever did not see it.
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'Yours is on its way' })
  const messagesOf = async (of: string) => (await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${of}/comments`))).items
  const messageIds = [(await messagesOf(id)).at(-1)?.id]
  const both = await agent.request('POST', `/ticket/${id}/comments/${theirs?.id}/split`, { title: 'Both', messageIds })
  const copied = await messagesOf(((await both.json()) as TicketOutput).id)
  expect(copied.map(({ kind, isStranger }) => [kind, isStranger])).toEqual([
    ['description', false],
    ['note', false],
  ])
})

it('a message becomes a ticket of its own, with its files, linked to where it came from', async () => {
  const customer = await makePerson(tenant, 'customer')
  const { id } = await json<TicketOutput>(customer.request('POST', '/ticket', { title: 'One thing', description: 'x' }))
  await customer.request('POST', `/ticket/${id}/comments`, { body: 'And quite another thing' })
  const { items } = await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${id}/comments`))
  const split = (messageId: string | undefined) =>
    agent.request('POST', `/ticket/${id}/comments/${messageId}/split`, { title: 'Another thing' })
  expect((await split(items[0]?.id)).status).toBe(422)
  const made = await json<TicketOutput>(split(items[1]?.id))
  expect(made).toMatchObject({ title: 'Another thing', requester: { name: customer.name } })
  expect(await said(made.id)).toEqual(['And quite another thing'])
  // Several go together, in their order, and nobody is sent them again.
  await agent.request('POST', `/ticket/${id}/comments`, { body: 'We look into it' })
  const { items: all } = await json<{ items: MessageOutput[] }>(agent.request('GET', `/ticket/${id}/comments`))
  const sent = () => inWork(tenant, ({ tx }) => tx.outboundMail.count())
  await drainBackground()
  const before = await sent()
  const several = (messageIds: (string | undefined)[]) =>
    agent.request('POST', `/ticket/${id}/comments/${all[2]?.id}/split`, { title: 'Both', messageIds })
  expect((await several([all[0]?.id])).status).toBe(422)
  expect((await several([newId()])).status).toBe(404)
  const both = await json<TicketOutput>(several([all[1]?.id]))
  await drainBackground()
  expect(both).toMatchObject({ requester: { name: customer.name }, messageCount: 2, snippet: 'We look into it', status: 'created' })
  expect(await said(both.id)).toEqual(['And quite another thing', 'We look into it'])
  expect(await sent()).toBe(before)
  const page = await json<{ links: LinkOutput[] }>(agent.request('GET', `/ticket/${made.id}/page`))
  expect(page.links).toMatchObject([{ kind: 'relates', id }])
})
