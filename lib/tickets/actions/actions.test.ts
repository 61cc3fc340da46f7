import { beforeAll, describe, expect, it } from 'vitest'
import messages from '../../../messages/en.json'
import type { Permission } from '../../actor/permissions'
import { newId } from '../../core/id'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { actions } from '../../wiring/actions'
import type { TicketOutput } from '../ticket/schema'
import { type ActionKind, actionKinds, kindsFor } from './action-kinds'
import { bulkChange, escalationAction, macroChange } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let owner: TestPerson
let elsewhere: string
let home: string

beforeAll(async () => {
  tenant = await makeTenant('acts')
  agent = await makePerson(tenant, 'agent')
  owner = await makePerson(tenant, 'owner')
  const find = (isDefault: boolean) => inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault } }))
  home = (await find(true)).id
  elsewhere = (await find(false)).id
})

const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
const read = (id: string) => json<TicketOutput>(owner.request('GET', `/ticket/${id}`))
const happened = (id: string) => inWork(tenant, ({ tx }) => tx.event.findMany({ where: { subjectId: id }, orderBy: { n: 'asc' } }))

async function withRole(name: string, permissions: Permission[]) {
  const role = await inWork(tenant, ({ tx }) => tx.role.create({ data: { tenantId: tenant.ref.id, id: newId(), name, permissions } }))
  return makePerson(tenant, 'agent', { customRoleId: role.id })
}

async function apply(who: TestPerson, ticketId: string, changes: object[]) {
  const macro = await json<{ id: string }>(who.request('POST', '/macros', { name: 'Several', changes }))
  return who.request('POST', `/ticket/${ticketId}/macros/${macro.id}`)
}

const save = async (changes: object[], who = agent, more: object = {}) =>
  (await json<{ id: string }>(who.request('POST', '/macros', { name: 'Several', changes, ...more }))).id

describe('every kind of action', () => {
  it('has its words, what it does, and a place where it is offered', () => {
    // A kind without words does not compile here, nor one without an entry in lib/wiring/actions.ts.
    const words: Record<ActionKind, string> = messages.common.actions
    const kinds = Object.keys(actionKinds).sort()
    expect(Object.keys(words).sort()).toEqual(kinds)
    expect(Object.keys(actions).sort()).toEqual(kinds)
    const offered = new Set([...kindsFor('bulk'), ...kindsFor('macro'), ...kindsFor('escalation')])
    expect([...offered].sort()).toEqual(kinds)
  })

  it('that changes many tickets at once can be undone', () => {
    // A macro is undone by the actions that it stands for, which are some of these.
    for (const kind of kindsFor('bulk').filter((each) => each !== 'macro')) expect(actions[kind].undo, kind).toBeTypeOf('function')
    expect(kindsFor('macro').filter((kind) => !(kindsFor('bulk') as string[]).includes(kind))).toEqual(['reply', 'note'])
  })

  it('is taken only where it is offered', () => {
    expect(macroChange.safeParse({ kind: 'delete' }).success).toBe(false)
    expect(bulkChange.safeParse({ kind: 'delete' }).success).toBe(true)
    expect(bulkChange.safeParse({ kind: 'raise_priority', priority: 'high' }).success).toBe(false)
    expect(escalationAction.safeParse({ kind: 'raise_priority', priority: 'high' }).success).toBe(true)
    expect(escalationAction.safeParse({ kind: 'tags', add: ['late'], tag: 'late' }).success).toBe(false)
  })
})

describe('several actions on one ticket', () => {
  it('are all done, although the first takes it out of the caller’s sight', async () => {
    const { id } = await makeTicket(tenant)
    const answer = await apply(agent, id, [
      { kind: 'department', departmentId: elsewhere },
      { kind: 'priority', priority: 'high' },
      { kind: 'tags', add: ['moved'] },
      { kind: 'status', status: 'in_progress' },
    ])
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ ticket: null })
    expect((await agent.request('GET', `/ticket/${id}`)).status).toBe(404)
    expect(await read(id)).toMatchObject({ department: { id: elsewhere }, priority: 'high', tags: ['moved'], status: 'in_progress' })
  })

  it('change nothing when what the third names is gone since, and the error says which', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const { id } = await makeTicket(tenant)
    const before = await read(id)
    const events = (await happened(id)).length
    const macro = await save([
      { kind: 'department', departmentId: elsewhere },
      { kind: 'tags', add: ['moved'] },
      { kind: 'assign', assigneeId: leaver.id },
      { kind: 'priority', priority: 'high' },
    ])
    expect((await owner.request('DELETE', `/users/${leaver.id}`)).status).toBe(200)
    const answer = await agent.request('POST', `/ticket/${id}/macros/${macro}`)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'INVALID',
      detail: 'Action 3 could not be done, so nothing was changed. The person it names is no longer an active team member.',
      fields: { assigneeId: ['The person it names is no longer an active team member.'] },
      action: { kind: 'assign', place: 2 },
    })
    expect(await read(id)).toEqual(before)
    expect(await happened(id)).toHaveLength(events)
  })

  it('change nothing when their department was deleted since', async () => {
    const { id: departmentId } = await json<{ id: string }>(owner.request('POST', '/department', { name: 'Soon gone' }))
    const { id } = await makeTicket(tenant)
    const before = await read(id)
    const macro = await save([
      { kind: 'tags', add: ['moved'] },
      { kind: 'department', departmentId },
    ])
    expect((await owner.request('DELETE', `/department/${departmentId}`)).status).toBe(200)
    const answer = await agent.request('POST', `/ticket/${id}/macros/${macro}`)
    expect(await answer.json()).toMatchObject({
      code: 'INVALID',
      fields: { departmentId: ['The department it uses was deleted.'] },
      action: { kind: 'department', place: 1 },
    })
    expect(await read(id)).toEqual(before)
  })

  it('are refused as a whole to someone who may not do one of them', async () => {
    const helper = await withRole('Helper', ['ticket.view', 'ticket.update'])
    const { id } = await makeTicket(tenant)
    const before = await read(id)
    const answer = await apply(helper, id, [
      { kind: 'priority', priority: 'high' },
      { kind: 'assign', assigneeId: helper.id },
    ])
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'FORBIDDEN', action: { kind: 'assign', place: 1 } })
    expect(await read(id)).toEqual(before)
  })

  it('stand each on the one before', async () => {
    const { id } = await makeTicket(tenant)
    expect(
      (
        await apply(agent, id, [
          { kind: 'status', status: 'resolved' },
          { kind: 'status', status: 'closed' },
          { kind: 'tags', add: ['one'] },
          { kind: 'tags', add: ['two'] },
          { kind: 'note', body: 'Closed at once.' },
          { kind: 'reply', body: 'It is done.' },
        ])
      ).status,
    ).toBe(200)
    expect(await read(id)).toMatchObject({ status: 'closed', tags: ['one', 'two'] })
    const { items } = await json<{ items: { kind: string; bodyText: string; author: { id: string } }[] }>(
      owner.request('GET', `/ticket/${id}/comments`),
    )
    expect(items.slice(1).map(({ kind, bodyText, author }) => [kind, bodyText, author.id])).toEqual([
      ['note', 'Closed at once.', agent.id],
      ['reply', 'It is done.', agent.id],
    ])
  })
})

describe('what is kept for answering, and views', () => {
  const kept = { '/views': {}, '/canned-responses': { bodyHtml: '<p>x</p>' }, '/macros': { changes: [{ kind: 'tags', add: ['x'] }] } }

  it.each(Object.entries(kept))('%s are shared with a department of one’s own alone', async (path, body) => {
    const sharer = await withRole(`Sharer ${path}`, ['ticket.view', 'ticket.reply', 'ticket.update', 'view.share'])
    const share = (who: TestPerson, given: object) => who.request('POST', path, { name: 'Shared', ...body, ...given })
    expect((await share(sharer, { scope: 'department', departmentId: elsewhere })).status).toBe(422)
    const made = await share(sharer, { scope: 'department', departmentId: home })
    expect(made.status).toBe(201)
    const { id, version } = (await made.json()) as { id: string; version: number }
    const moved = { name: 'Shared', ...body, scope: 'department', departmentId: elsewhere, version }
    expect((await sharer.request('PUT', `${path}/${id}`, moved)).status).toBe(422)
    // Whoever sees every department shares with each.
    expect((await share(owner, { scope: 'department', departmentId: elsewhere })).status).toBe(201)
    expect((await share(sharer, { scope: 'department' })).status).toBe(422)
    expect((await share(agent, { scope: 'desk' })).status).toBe(403)
    const seen = async (who: TestPerson) => (await json<{ items: { id: string }[] }>(who.request('GET', path))).items.length
    expect([await seen(sharer), await seen(owner)]).toEqual([1, 2])
  })
})

describe('whom and what a stored action names', () => {
  const fieldsOf = async (answer: Promise<Response>) => (await json<{ fields?: Record<string, string[]> }>(answer)).fields ?? {}
  const macro = (who: TestPerson, ...changes: object[]) => who.request('POST', '/macros', { name: 'Names', changes })
  const escalate = (who: TestPerson, name: string, ...actions: object[]) =>
    who.request('POST', '/sla', {
      name,
      targets: [{ metric: 'resolution', priority: 'high', amount: 8, unit: 'hours' }],
      escalations: [{ metric: 'resolution', kind: 'escalation', minutes: 30, actions }],
    })

  it('is there in the tenant, or the field is named', async () => {
    const customer = await makePerson(tenant, 'customer')
    const foreign = await makePerson(await makeTenant('acts-other'), 'agent')
    for (const assigneeId of [newId(), customer.id, foreign.id])
      expect(await fieldsOf(macro(owner, { kind: 'tags', add: ['x'] }, { kind: 'assign', assigneeId }))).toEqual({
        'changes.1.assigneeId': [messages.errors.actions.unknown.person],
      })
    expect(await fieldsOf(macro(owner, { kind: 'department', departmentId: newId() }))).toEqual({
      'changes.0.departmentId': [messages.errors.actions.unknown.department],
    })
    const to = { personIds: [agent.id, customer.id] }
    expect(await fieldsOf(escalate(owner, 'Unknown', { kind: 'notify', to }, { kind: 'webhook', hookId: newId() }))).toEqual({
      'escalations.0.actions.0.to.personIds.1': [messages.errors.actions.unknown.person],
      'escalations.0.actions.1.hookId': [messages.errors.actions.unknown.webhook],
    })
    expect((await escalate(owner, 'Known', { kind: 'assign', assigneeId: agent.id })).status).toBe(201)
  })

  it('is what the one who saves it sees, beside what was in it before', async () => {
    const blind = await withRole('Blind', ['ticket.view', 'ticket.update', 'ticket.assign', 'view.share'])
    expect((await macro(blind, { kind: 'assign', assigneeId: blind.id }, { kind: 'department', departmentId: home })).status).toBe(201)
    for (const change of [
      { kind: 'assign', assigneeId: agent.id },
      { kind: 'department', departmentId: elsewhere },
    ])
      expect(Object.keys(await fieldsOf(macro(blind, change)))).toEqual([`changes.0.${Object.keys(change)[1]}`])
    const changes = [{ kind: 'assign', assigneeId: agent.id }]
    const id = await save(changes, owner, { scope: 'desk' })
    const again = { name: 'Renamed', scope: 'desk', changes, version: 1 }
    expect((await blind.request('PUT', `/macros/${id}`, again)).status).toBe(200)
    const other = { ...again, version: 2, changes: [{ kind: 'assign', assigneeId: owner.id }] }
    expect((await blind.request('PUT', `/macros/${id}`, other)).status).toBe(422)
  })
})
