import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { withOwner } from '../../db/owner'
import { withPlatform } from '../../db/scope'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { readDevMailbox } from '../../mail/dev-mailbox'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { english } from '../../text/translator'
import type { TicketOutput } from '../ticket/schema'
import { kindsFor } from './action-kinds'

openTestDatabase()

let tenant: ResolvedTenant
let moderator: TestPerson
let elsewhere: string
let count = 0
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('undo')
  moderator = await makePerson(tenant, 'moderator')
  elsewhere = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))).id
})

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const read = (id: string) => json<TicketOutput>(moderator.request('GET', `/ticket/${id}`))
/** All mail to someone who asks, and which of it says that their request is resolved. */
const mailsTo = async (email: string) => {
  await drainBackground()
  return (await readDevMailbox(tenant.ref.slug))
    .filter(({ to }) => to.includes(email))
    .map(({ subject, text }) => `${subject}${text.includes(english('mails.request.resolved')) ? ' (resolved)' : ''}`)
}
async function run(path: string, body?: object, who = moderator): Promise<string> {
  const { id } = await json<{ id: string }>(who.request('POST', path, body))
  await drainBackground()
  const where = { tenantId: tenant.ref.id, name: 'tickets.bulk', status: 'queued' as const }
  for (const job of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(job.id)
  return id
}
const move = async (id: string, status: string) =>
  moderator.request('PUT', `/ticket/${id}/status`, { status, version: (await read(id)).version })

const changes = [
  { kind: 'assign', assigneeId: null },
  { kind: 'status', status: 'closed' },
  { kind: 'status', status: 'assigned', reason: 'It is back.' },
  { kind: 'priority', priority: 'urgent' },
  { kind: 'department', departmentId: 'elsewhere' },
  { kind: 'tags', add: ['batch'] },
  { kind: 'macro', macroId: 'macro' },
  { kind: 'merge', intoId: 'into' },
  { kind: 'archive', isArchived: true },
  { kind: 'delete' },
]

describe('a change of department that is undone', () => {
  const undone = { undone: 1, kept: 0, failed: 0 }
  const outcome = (who: TestPerson, id: string) => json<Record<string, unknown>>(who.request('GET', `/ticket/bulk/${id}`))
  const there = async (id: string) => (await read(id)).department?.id

  it('comes back to an agent who sent it out of their sight', async () => {
    const agent = await makePerson(tenant, 'agent')
    const ticket = await makeTicket(tenant)
    const id = await run('/ticket/bulk', { ids: [ticket.id], change: { kind: 'department', departmentId: elsewhere } }, agent)
    expect((await agent.request('GET', `/ticket/${ticket.id}`)).status).toBe(404)
    await run(`/ticket/bulk/${id}/undo`, undefined, agent)
    expect(await outcome(agent, id)).toMatchObject(undone)
    expect(await there(ticket.id)).toBe(ticket.department?.id)
  })

  it('stays where someone else sent it since, also for an agent who sees it there', async () => {
    const agent = await makePerson(tenant, 'agent')
    const departments = await inWork(tenant, ({ tx }) => tx.department.findMany({ where: { isDefault: false } }))
    const third = departments.find(({ id }) => id !== elsewhere)?.id as string
    const ticket = await makeTicket(tenant)
    const id = await run('/ticket/bulk', { ids: [ticket.id], change: { kind: 'department', departmentId: elsewhere } }, agent)
    const { version } = await read(ticket.id)
    await moderator.request('PUT', `/ticket/${ticket.id}/department`, { departmentId: third, version })
    await run(`/ticket/bulk/${id}/undo`, undefined, agent)
    expect(await outcome(agent, id)).toMatchObject({ undone: 0, kept: 1 })
    expect(await there(ticket.id)).toBe(third)
  })

  it('takes back what the department made of it by its routing, but not from whoever has begun', async () => {
    const member = await makePerson(tenant, 'agent')
    const made = { name: 'Routed', routing: 'round_robin', memberIds: [member.id] }
    const owner = await makePerson(tenant, 'owner')
    const { id: departmentId } = await json<{ id: string }>(owner.request('POST', '/department', made))
    const [idle, begun] = [await makeTicket(tenant), await makeTicket(tenant)]
    const id = await run('/ticket/bulk', { ids: [idle.id, begun.id], change: { kind: 'department', departmentId } })
    await drainBackground()
    for (const ticket of [idle, begun]) expect((await read(ticket.id)).assignee?.id).toBe(member.id)
    await member.request('POST', `/ticket/${begun.id}/comments`, { body: 'I am on it.' })
    await run(`/ticket/bulk/${id}/undo`)
    expect(await outcome(moderator, id)).toMatchObject({ undone: 2, kept: 0 })
    expect(await read(idle.id)).toMatchObject({ assignee: null, status: 'created', department: { id: idle.department?.id } })
    expect(await read(begun.id)).toMatchObject({ assignee: { id: member.id }, department: { id: begun.department?.id } })
  })
})

describe('a change of many tickets that is undone', () => {
  it('does not stand in the way of an older one, and leaves what else changed since', async () => {
    const { id } = await makeTicket(tenant)
    const older = await run('/ticket/bulk', { ids: [id], change: { kind: 'tags', add: ['older'] } })
    const newer = await run('/ticket/bulk', { ids: [id], change: { kind: 'priority', priority: 'low' } })
    await moderator.request('POST', `/ticket/${id}/comments`, { body: 'Meanwhile' })
    await moderator.request('PUT', `/ticket/${id}/tags`, { tags: ['older', 'own'], version: (await read(id)).version })
    for (const bulkId of [newer, older]) await run(`/ticket/bulk/${bulkId}/undo`)
    expect(await read(id)).toMatchObject({ tags: ['own'], priority: 'medium', messageCount: 2 })
  })

  it('keeps a value that someone gave since', async () => {
    const { id } = await makeTicket(tenant)
    const bulkId = await run('/ticket/bulk', { ids: [id], change: { kind: 'priority', priority: 'low' } })
    await moderator.request('PUT', `/ticket/${id}/priority`, { priority: 'high', version: (await read(id)).version })
    await run(`/ticket/bulk/${bulkId}/undo`)
    expect((await read(id)).priority).toBe('high')
  })

  it('is tried of every kind', () => {
    // What is resolved can't be put on hold: bulk.test.ts undoes that.
    expect([...new Set([...changes.map(({ kind }) => kind), 'hold'])].sort()).toEqual([...kindsFor('bulk')].sort())
  })

  it.each(changes)('puts a resolved ticket back as it was, and its requester hears nothing again: $kind', async (given) => {
    const email = `asker${++count}@example.com`
    const { id } = await makeTicket(tenant, { email })
    await moderator.request('POST', `/ticket/${id}/assign`, { assigneeId: moderator.id, version: 1 })
    expect((await move(id, 'resolved')).status).toBe(200)
    const before = await read(id)
    const told = await mailsTo(email)
    expect(told.filter((mail) => mail.endsWith('(resolved)'))).toHaveLength(1)
    const steps = [
      { kind: 'priority', priority: 'urgent' },
      { kind: 'assign', assigneeId: null },
    ]
    const change = {
      ...given,
      ...('departmentId' in given ? { departmentId: elsewhere } : {}),
      ...('macroId' in given ? { macroId: await run('/macros', { name: 'Done', changes: steps }) } : {}),
      ...('intoId' in given ? { intoId: (await makeTicket(tenant)).id } : {}),
    }
    const bulkId = await run('/ticket/bulk', { ids: [id], change })
    await mailsTo(email)
    await run(`/ticket/bulk/${bulkId}/undo`)
    const { version, updatedAt, ...after } = await read(id)
    expect(after).toEqual({ ...before, version: undefined, updatedAt: undefined })
    expect(version).toBeGreaterThan(before.version)
    expect(await mailsTo(email)).toEqual(told)
  })

  it('does not take back the mail that said it was resolved, nor send another', async () => {
    const email = 'early@example.com'
    const { id } = await makeTicket(tenant, { email })
    const bulkId = await run('/ticket/bulk', { ids: [id], change: { kind: 'status', status: 'resolved' } })
    const told = await mailsTo(email)
    expect(told.filter((mail) => mail.endsWith('(resolved)'))).toHaveLength(1)
    await run(`/ticket/bulk/${bulkId}/undo`)
    expect(await read(id)).toMatchObject({ status: 'created', resolvedAt: null })
    expect(await mailsTo(email)).toEqual(told)
  })
})

it('a merge of a resolved ticket that is undone leaves it resolved, and says so to nobody', async () => {
  const email = 'twice@example.com'
  const [one, two] = [await makeTicket(tenant, { email }), await makeTicket(tenant, { email })]
  expect((await move(one.id, 'resolved')).status).toBe(200)
  const { mergeId } = await json<{ mergeId: string }>(moderator.request('POST', `/ticket/${one.id}/merge`, { into: two.id }))
  const told = await mailsTo(email)
  expect((await moderator.request('POST', `/ticket/merges/${mergeId}/undo`)).status).toBe(200)
  expect((await read(one.id)).status).toBe('resolved')
  expect(await mailsTo(email)).toEqual(told)
})
