import { beforeAll, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../core/background'
import { invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { env } from '../../env'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { statementsDuring } from '../../testing/beside'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, passUndoWindow, send, setUndoWindow, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from '../ticket/schema'
import { kindsFor } from './action-kinds'
import { ticketActions } from './actions'
import { bulkJob } from './jobs'
import type { BulkOutput, BulkPreview } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let moderator: TestPerson
let foreign: string
let count = 0
beforeAll(async () => {
  tenant = await makeTenant('previews')
  await setUndoWindow(tenant, 100)
  const deletes = { tenantId: tenant.ref.id, id: newId(), name: 'Agent who deletes', permissions: [] as string[] }
  moderator = await makePerson(tenant, 'moderator')
  await inWork(tenant, async ({ tx }) => {
    foreign = (await tx.department.findFirstOrThrow({ where: { isDefault: false } })).id
    const permissions = ['ticket.view', 'ticket.update', 'ticket.assign', 'ticket.delete', 'ticket.reply', 'person.view']
    await tx.role.create({ data: { ...deletes, permissions } })
  })
  agent = await makePerson(tenant, 'agent', { customRoleId: deletes.id })
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
/** What a change may touch of a ticket. */
const standing = ({ status, statusReason, holdUntil, assignee, priority, tags, messageCount }: TicketOutput) => ({
  ...{ status, statusReason, holdUntil, assignee, priority, tags, messageCount },
})
const version = async (id: string) => (await json<{ version: number }>(moderator.request('GET', `/ticket/${id}`))).version
async function put(id: string, path: string, body: object) {
  const answer = await moderator.request(path === 'assign' ? 'POST' : 'PUT', `/ticket/${id}/${path}`, {
    ...body,
    version: await version(id),
  })
  expect(answer.status).toBe(200)
}

const changes = [
  { kind: 'assign', assigneeId: 'agent' },
  { kind: 'assign', assigneeId: null },
  { kind: 'status', status: 'resolved' },
  { kind: 'status', status: 'closed' },
  { kind: 'priority', priority: 'high' },
  { kind: 'department', departmentId: 'foreign' },
  { kind: 'tags', add: ['known'] },
  { kind: 'tags', add: ['one', 'two', 'three'], remove: ['known'] },
  { kind: 'hold', reason: 'Waiting for parts', holdUntil: new Date(Date.now() + 2 * 86_400_000).toISOString() },
  { kind: 'macro', macroId: 'macro' },
  { kind: 'merge', intoId: 'into' },
  { kind: 'archive', isArchived: true },
  { kind: 'delete' },
] as const

const makeMacro = async (changes: object[], more: object = {}, of = agent) =>
  (await json<{ id: string }>(of.request('POST', '/macros', { name: 'Done', scope: 'personal', changes, ...more }))).id

/** A ticket that goes on when a question comes. */
async function makeHeld(email: string): Promise<string> {
  const { id } = await makeTicket(tenant, { email })
  await put(id, 'status', { status: 'hold', reason: 'Waiting for parts' })
  await passUndoWindow(tenant)
  return id
}

/** The change with the ids that it names. */
async function meant(given: (typeof changes)[number], ids: string[]) {
  const steps = [
    { kind: 'assign', assigneeId: agent.id },
    { kind: 'status', status: 'resolved' },
    { kind: 'tags', add: ['known'] },
  ]
  const requester = (await json<{ requester: { email: string } }>(moderator.request('GET', `/ticket/${ids[0]}`))).requester.email
  return {
    ...given,
    ...('departmentId' in given ? { departmentId: foreign } : {}),
    ...('assigneeId' in given ? { assigneeId: given.assigneeId && agent.id } : {}),
    ...('macroId' in given ? { macroId: await makeMacro(steps) } : {}),
    ...('intoId' in given ? { intoId: await makeHeld(requester) } : {}),
  }
}

/** One of each: as it was asked, seen only by a grant, closed, merged, in many respects so already, and one more of the same customer. */
async function selection(): Promise<string[]> {
  const email = `mixed${++count}@example.com`
  const ids: string[] = []
  for (const departmentId of [undefined, foreign, undefined, undefined, undefined, undefined, undefined])
    ids.push((await makeTicket(tenant, { email: ids.length === 0 || ids.length === 5 ? email : undefined, departmentId })).id)
  const [, seen, closed, merged, already, , full] = ids as [string, string, string, string, string, string, string]
  const grant = { personId: agent.id, permission: 'ticket.view', objectType: 'ticket' as const, objectId: seen }
  await inWork(tenant, ({ tx, now }) => tx.grant.create({ data: { tenantId: tenant.ref.id, id: newId(), ...grant, createdAt: now } }))
  for (const status of ['resolved', 'closed']) await put(closed, 'status', { status })
  const into = await makeTicket(tenant)
  expect((await moderator.request('POST', `/ticket/${merged}/merge`, { into: into.id, requester: 'into' })).status).toBe(200)
  await put(already, 'assign', { assigneeId: agent.id })
  await put(already, 'status', { status: 'resolved' })
  await put(already, 'priority', { priority: 'high' })
  await put(already, 'tags', { tags: ['known'] })
  await put(already, 'archive', { isArchived: true })
  await put(full, 'tags', { tags: ['known', ...Array.from({ length: 18 }, (_, n) => `tag${n}`)] })
  await passUndoWindow(tenant)
  return ids
}

async function run(ids: string[], change: object) {
  const { id } = await json<{ id: string }>(agent.request('POST', '/ticket/bulk', { ids, change }))
  await bulkJob.run({ input: { bulkId: id }, tenant, progress: async () => {} })
  return { id, made: await json<BulkOutput>(agent.request('GET', `/ticket/bulk/${id}`)) }
}
const mailsOf = (ids: string[]) =>
  inWork(tenant, async ({ tx }) => {
    const rows = await tx.outboundMail.findMany({ where: { ticketId: { in: ids } }, select: { recipients: true } })
    return rows.flatMap(({ recipients }) => recipients)
  })
const versions = (ids: string[]) =>
  inWork(tenant, async ({ tx }) => {
    const rows = await tx.ticket.findMany({ where: { id: { in: ids } }, select: { id: true, version: true } })
    return new Map(rows.map((row) => [row.id, row.version]))
  })

describe('what a bulk change says before', () => {
  it('is tried of every kind', () => {
    expect([...new Set(changes.map(({ kind }) => kind))].sort()).toEqual([...kindsFor('bulk')].sort())
  })

  it.each(changes)('is what it then does, of a mixed selection: %o', async (given) => {
    const ids = await selection()
    const change = await meant(given, ids)
    const says = await json<BulkPreview>(agent.request('POST', '/ticket/bulk/preview', { ids, change }))
    const told = [...ids, ...('intoId' in change && change.intoId ? [change.intoId] : [])]
    const [before, mailed] = [await versions(ids), await mailsOf(told)]
    const { made } = await run(ids, change)
    const after = await versions(ids)
    expect(made.done, 'done').toBe(says.changed)
    expect([...after].filter(([id, is]) => is !== before.get(id)).length, 'changed').toBe(says.changed)
    expect(made.done + made.already + made.failed).toBe(ids.length)
    expect(says.changed).toBeGreaterThan(0)
    expect(says.changed).toBeLessThan(ids.length)
    await passUndoWindow(tenant)
    const now = await mailsOf(told)
    expect(new Set(now.slice(mailed.length)).size, 'mailed').toBe(says.mailed)
    expect(says.mailed > 0).toBe(
      given.kind === 'macro' || given.kind === 'merge' || (given.kind === 'status' && given.status === 'resolved'),
    )
  })

  it.each(changes.filter(({ kind }) => kind === 'hold' || kind === 'macro' || kind === 'merge'))(
    'is taken back as a whole, and emails nobody then: %o',
    async (given) => {
      const ids = await selection()
      const change = await meant(given, ids)
      const all = [...ids, ...('intoId' in change && change.intoId ? [change.intoId] : [])]
      const stand = async () =>
        Promise.all(all.map(async (id) => standing(await json<TicketOutput>(moderator.request('GET', `/ticket/${id}`)))))
      const [before, mailed] = [await stand(), await mailsOf(all)]
      const { id, made } = await run(ids, change)
      expect(await stand()).not.toEqual(before)
      await agent.request('POST', `/ticket/bulk/${id}/undo`)
      await bulkJob.run({ input: { bulkId: id }, tenant, progress: async () => {} })
      expect(await json(agent.request('GET', `/ticket/bulk/${id}`))).toMatchObject({ undone: made.done, kept: 0 })
      expect(await stand()).toEqual(before)
      await passUndoWindow(tenant)
      expect(await mailsOf(all)).toEqual(mailed)
    },
  )

  it('holds one that is on hold already until the new time, and puts the old time back', async () => {
    const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString()
    const [soon, later] = [day(1), day(5)]
    const ids = [(await makeTicket(tenant)).id, (await makeTicket(tenant)).id, (await makeTicket(tenant)).id] as const
    const [fresh, held, same] = ids
    await put(held, 'status', { status: 'hold', reason: 'Waiting for parts', holdUntil: soon })
    await put(same, 'status', { status: 'hold', reason: 'As it was', holdUntil: later })
    const read = (id: string) => json<TicketOutput>(moderator.request('GET', `/ticket/${id}`))
    const change = { kind: 'hold', reason: 'Parts are late', holdUntil: later }
    const says = await json<BulkPreview>(agent.request('POST', '/ticket/bulk/preview', { ids, change }))
    const clocks = () => inWork(tenant, ({ tx }) => tx.slaClock.findMany({ where: { ticketId: held }, orderBy: { id: 'asc' } }))
    const [before, clocksBefore] = [await read(held), await clocks()]
    const { id, made } = await run([...ids], change)
    expect(says.changed).toBe(2)
    expect(made).toMatchObject({ done: 2, already: 1, failed: 0 })
    expect(await read(held)).toMatchObject({ status: 'hold', holdUntil: later, statusReason: 'Parts are late' })
    expect(await clocks()).toEqual(clocksBefore)
    expect(await read(fresh)).toMatchObject({ status: 'hold', holdUntil: later })
    expect(await read(same)).toMatchObject({ statusReason: 'As it was' })
    const where = { subjectId: held, type: 'ticket.hold_changed' }
    const events = await inWork(tenant, ({ tx }) => tx.event.findMany({ where }))
    expect(events.map(({ payload }) => payload)).toMatchObject([{ before: soon, after: later, reason: 'Parts are late' }])
    await agent.request('POST', `/ticket/bulk/${id}/undo`)
    await bulkJob.run({ input: { bulkId: id }, tenant, progress: async () => {} })
    expect(standing(await read(held))).toEqual(standing(before))
    expect((await read(fresh)).status).toBe('created')
    expect(await clocks()).toEqual(clocksBefore)
  })

  it('undoes one merge of several: nobody is emailed of that one, and once of the others', async () => {
    const email = `several${++count}@example.com`
    const ids: string[] = []
    for (let n = 0; n < 4; n++) ids.push((await makeTicket(tenant, { email })).id)
    await passUndoWindow(tenant)
    const [into, first, ...others] = ids as [string, string, string, string]
    const { made } = await run(ids, { kind: 'merge', intoId: into })
    expect(made).toMatchObject({ total: 3, done: 3 })
    const merges = async () =>
      (await json<{ items: { id: string; number: string }[] }>(agent.request('GET', `/ticket/${into}/merges`))).items
    const { number } = await json<TicketOutput>(agent.request('GET', `/ticket/${first}`))
    const { id } = (await merges()).find((each) => each.number === number) as { id: string }
    expect((await agent.request('POST', `/ticket/merges/${id}/undo`)).status).toBe(200)
    expect(await merges()).toHaveLength(others.length)
    await passUndoWindow(tenant)
    const told = { ticketId: into, messageId: { startsWith: 'merged-' } }
    const mails = await inWork(tenant, ({ tx }) => tx.outboundMail.findMany({ where: told, select: { raw: true } }))
    expect(mails).toHaveLength(1)
    const words = new Set(
      Buffer.from(mails[0]?.raw ?? [])
        .toString()
        .replaceAll('=\r\n', '')
        .match(/[A-Z]+-\d+/g),
    )
    const isTold = async (id: string) => words.has((await json<TicketOutput>(agent.request('GET', `/ticket/${id}`))).number)
    expect(await Promise.all([first, ...others].map(isTold))).toEqual([false, true, true])
  })

  it('is refused for a macro that writes, that is not there, or does what a token may not, and for a ticket that is hidden', async () => {
    const { id } = await makeTicket(tenant)
    const start = async (change: object) => (await agent.request('POST', '/ticket/bulk', { ids: [id], change })).status
    const writing = [await makeMacro([], { bodyHtml: '<p>Hello</p>' }), await makeMacro([{ kind: 'note', body: 'Seen' }])]
    for (const macroId of writing) expect(await start({ kind: 'macro', macroId })).toBe(422)
    expect(await start({ kind: 'macro', macroId: newId() })).toBe(404)
    const elsewhere = await makeTicket(tenant, { departmentId: foreign })
    expect(await start({ kind: 'merge', intoId: elsewhere.id })).toBe(404)
    expect(await start({ kind: 'merge', intoId: id })).toBe(422) // nothing is left to merge
    const admin = await makePerson(tenant, 'admin')
    const macroId = await makeMacro([{ kind: 'priority', priority: 'low' }], {}, admin)
    const { token } = await json<{ token: string }>(
      admin.request('POST', '/users/tokens', { name: 'Notes', scopes: ['ticket.view', 'ticket.note'] }),
    )
    expect(
      (await send(tenant, 'POST', '/ticket/bulk', { ids: [id], change: { kind: 'macro', macroId } }, { authorization: `Bearer ${token}` }))
        .status,
    ).toBe(403)
    expect((await admin.request('POST', '/ticket/bulk', { ids: [id], change: { kind: 'macro', macroId } })).status).toBe(202)
  })

  it('offers only what the person may do to one of them', async () => {
    const [, seen, closed] = (await selection()) as [string, string, string]
    const statuses = async (ids: string[]) => (await json<BulkPreview>(agent.request('POST', '/ticket/bulk/preview', { ids }))).statuses
    expect(await statuses([seen])).toEqual([])
    expect(await statuses([seen, closed])).toEqual(['created'])
  })

  it('is refused where what it names is gone, as the change would be', async () => {
    const { id } = await makeTicket(tenant)
    const change = { kind: 'assign', assigneeId: newId() }
    expect((await agent.request('POST', '/ticket/bulk/preview', { ids: [id], change })).status).toBe(422)
    const { made } = await run([id], change)
    expect(made).toMatchObject({ done: 0, failed: 1 })
  })

  it('leaves alone what was so before when the change is undone', async () => {
    const [plain, already] = [await makeTicket(tenant), await makeTicket(tenant)]
    await put(already.id, 'priority', { priority: 'high' })
    const { id, made } = await run([plain.id, already.id], { kind: 'priority', priority: 'high' })
    expect(made).toMatchObject({ done: 1, already: 1, failed: 0 })
    const before = await version(already.id)
    await agent.request('POST', `/ticket/bulk/${id}/undo`)
    await bulkJob.run({ input: { bulkId: id }, tenant, progress: async () => {} })
    expect(await json(agent.request('GET', `/ticket/bulk/${id}`))).toMatchObject({ undone: 1, kept: 0, already: 1 })
    expect(await version(already.id)).toBe(before)
    expect(await json(moderator.request('GET', `/ticket/${already.id}`))).toMatchObject({ priority: 'high' })
  })
})

describe('what a bulk change costs', () => {
  beforeAll(async () => {
    env().JOBS = 'off' // nothing but the change itself is counted
    await drainBackground()
  })

  it.each([
    // One of them is the savepoint that a ticket's change begins at.
    ['priority', { kind: 'priority', priority: 'high' }, 2],
    ['status', { kind: 'status', status: 'resolved' }, 2],
    ['tags', { kind: 'tags', add: ['counted'], remove: [] }, 5],
  ])('is few statements a ticket, and a unit of work for 25 of them: %s', async (_, change, most) => {
    const ids: string[] = []
    for (let n = 0; n < 30; n++) ids.push((await makeTicket(tenant, { email: 'counted@example.com' })).id)
    const { id } = await json<{ id: string }>(agent.request('POST', '/ticket/bulk', { ids, change }))
    // A unit also ends by the clock, which stands still.
    vi.useFakeTimers({ toFake: ['performance'] })
    const sent = await statementsDuring(() => bulkJob.run({ input: { bulkId: id }, tenant, progress: async () => {} })).finally(() =>
      vi.useRealTimers(),
    )
    const units = sent.filter((text) => text.startsWith('BEGIN')).length
    expect(units).toBe(2 + 3) // and one each to read the change and its tickets, and to end it
    expect((sent.length - units * 2) / ids.length).toBeLessThan(most + 1.5)
  })
})

it('what a refused action wrote of one ticket is taken back, and the others change', async () => {
  const [refused, other] = [await makeTicket(tenant), await makeTicket(tenant)]
  const { run: archive } = ticketActions.archive
  const spy = vi.spyOn(ticketActions.archive, 'run').mockImplementation(async (work, ticket, action) => {
    if (ticket.id !== refused.id) return archive(work, ticket, action)
    await work.tx.ticket.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: ticket.id } }, data: { title: 'Half a change' } })
    throw invalid({ kind: ['tickets.staffOnly'] })
  })
  const { made } = await run([refused.id, other.id], { kind: 'archive', isArchived: true }).finally(() => spy.mockRestore())
  expect(made).toMatchObject({ done: 1, failed: 1 })
  const titles = await inWork(tenant, ({ tx }) => tx.ticket.findMany({ where: { title: 'Half a change' } }))
  expect(titles).toEqual([])
})
