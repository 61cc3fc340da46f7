import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makeContact, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('leaving')
  owner = await makePerson(tenant, 'owner')
})

const done = async <T = { id: string; version: number }>(answer: Promise<Response>): Promise<T> => {
  const given = await answer
  expect(given.status, await given.clone().text()).toBeLessThan(300)
  return (await given.json()) as T
}
const read = (id: string) => done<TicketOutput>(owner.request('GET', `/ticket/${id}`))
const assigned = async (who: TestPerson, given: { departmentId?: string } = {}) => {
  const { id } = await makeTicket(tenant, given)
  await drainBackground() // where its department routes, it is first given to somebody
  await done(owner.request('POST', `/ticket/${id}/assign`, { assigneeId: who.id, version: (await read(id)).version }))
  return id
}
const remove = (who: TestPerson, body: object = {}) => owner.request('DELETE', `/users/${who.id}`, body)
const unassigned = async () =>
  (await done<{ items: TicketOutput[] }>(owner.request('GET', `/ticket?q=${encodeURIComponent('is:unassigned')}`))).items.map(
    ({ id }) => id,
  )
const change = async (who: TestPerson, body: object) => {
  const { version } = await done(owner.request('GET', `/users/${who.id}`))
  return done(owner.request('PUT', `/users/${who.id}`, { version, ...body }))
}

describe('whoever leaves', () => {
  it('hands their open tickets over to a successor; what is finished stays theirs', async () => {
    const [leaver, successor] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    const [open, finished] = [await assigned(leaver), await assigned(leaver)]
    await done(owner.request('POST', `/ticket/${finished}/close`, { version: (await read(finished)).version }))
    const before = await read(open)
    await done(remove(leaver, { successorId: successor.id }))
    expect(await read(open)).toMatchObject({ assignee: { id: successor.id }, status: 'assigned', version: before.version + 1 })
    expect((await eventsOf(tenant, open)).at(-1)).toEqual({ type: 'ticket.assigned', payload: { before: leaver.id, after: successor.id } })
    expect((await read(finished)).assignee?.id).toBe(leaver.id)
    expect((await eventsOf(tenant, leaver.id)).at(-1)).toMatchObject({ type: 'person.deleted', payload: { successorId: successor.id } })
  })

  it('releases them without one: they are found unassigned, and a department that routes assigns them again', async () => {
    const [leaver, member] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    const department = { name: 'Routed', routing: 'round_robin', memberIds: [leaver.id, member.id] }
    const { id: departmentId } = await done(owner.request('POST', '/department', department))
    const free = await assigned(leaver)
    const routed = await assigned(leaver, { departmentId })
    await done(remove(leaver))
    expect(await read(free)).toMatchObject({ assignee: null, status: 'created' })
    expect(await unassigned()).toContain(free)
    await drainBackground()
    expect((await read(routed)).assignee?.id).toBe(member.id)
    const hands = (await eventsOf(tenant, routed)).filter(({ type }) => type === 'ticket.assigned').map(({ payload }) => payload)
    expect(hands.slice(-2)).toMatchObject([
      { before: leaver.id, after: null },
      { before: null, after: member.id },
    ])
    expect(await read(free)).toMatchObject({ assignee: null })
    // What somebody unassigns by hand is theirs to decide.
    await done(owner.request('POST', `/ticket/${routed}/assign`, { assigneeId: null, version: (await read(routed)).version }))
    await drainBackground()
    expect((await read(routed)).assignee).toBeNull()
  })

  it('is no member, lead, watcher or owner of anything, and has no grants', async () => {
    const [leaver, successor] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    const { id: departmentId } = await done(
      owner.request('POST', '/department', { name: 'Led', leadId: leaver.id, memberIds: [leaver.id] }),
    )
    const { id: ticketId } = await makeTicket(tenant)
    await done(owner.request('PUT', `/ticket/${ticketId}/watchers/${leaver.id}`))
    const given = { permission: 'ticket.view', objectType: 'ticket', objectId: ticketId, personId: leaver.id }
    const { id: grantId } = await done(owner.request('POST', '/grants', given))
    const contact = await makeContact(tenant, 'owned@leaving.test')
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { id: contact.id }, data: { ownerId: leaver.id } }))
    const { token } = await done<{ token: string }>(leaver.request('POST', '/users/tokens', { name: 'x', scopes: ['ticket.view'] }))
    expect(token).toBeTruthy()
    await done(remove(leaver, { successorId: successor.id }))
    const where = { personId: leaver.id }
    const left = await inWork(tenant, async ({ tx }) => ({
      members: await tx.departmentMember.count({ where }),
      leads: await tx.department.count({ where: { leadId: leaver.id } }),
      watchers: await tx.watcher.count({ where }),
      grants: await tx.grant.count({ where }),
      sessions: await tx.session.count({ where: { ...where, revokedAt: null } }),
      tokens: await tx.apiToken.count({ where: { ...where, revokedAt: null } }),
      owner: (await tx.contact.findFirstOrThrow({ where: { id: contact.id } })).ownerId,
    }))
    expect(left).toEqual({ members: 0, leads: 0, watchers: 0, grants: 0, sessions: 0, tokens: 0, owner: successor.id })
    expect((await eventsOf(tenant, grantId)).at(-1)?.type).toBe('grant.removed')
    expect((await eventsOf(tenant, departmentId)).at(-1)).toEqual({
      type: 'department.changed',
      payload: { before: { leadId: leaver.id }, after: { leadId: null } },
    })
    expect((await eventsOf(tenant, contact.id)).at(-1)?.type).toBe('contact.changed')
  })

  it('is asked first: what they have and what names them', async () => {
    const leaver = await makePerson(tenant, 'agent')
    await assigned(leaver)
    await assigned(leaver)
    const { id: departmentId } = await done(owner.request('POST', '/department', { name: 'Mine', leadId: leaver.id }))
    const assign = { kind: 'assign', assigneeId: leaver.id }
    const { id: macroId } = await done(owner.request('POST', '/macros', { name: 'To them', scope: 'desk', changes: [assign] }))
    const target = { metric: 'resolution', priority: 'medium', amount: 60, unit: 'minutes', calendarId: null }
    const escalations = [{ metric: 'resolution', kind: 'escalation', minutes: 5, actions: [assign] }]
    const { id: policyId } = await done(owner.request('POST', '/sla', { name: 'Telling them', targets: [target], escalations }))
    expect(await done(owner.request('GET', `/users/${leaver.id}/responsibilities`))).toEqual({
      openTickets: 2,
      departments: [{ id: departmentId, name: 'Mine' }],
      macros: [{ id: macroId, name: 'To them' }],
      policies: [{ id: policyId, name: 'Telling them' }],
    })
    const { id: ticketId } = await makeTicket(tenant)
    await done(remove(leaver))
    // The macro says so where it is applied.
    const applied = await owner.request('POST', `/ticket/${ticketId}/macros/${macroId}`)
    expect([applied.status, await applied.text()]).toEqual([422, expect.stringContaining('assigneeId')])
  })

  it('is not followed by somebody who can’t take over', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const { id: departmentId } = await done(owner.request('POST', '/department', { name: 'Closed', memberIds: [leaver.id] }))
    const id = await assigned(leaver, { departmentId })
    const [suspended, removed] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
    await change(suspended, { status: 'suspended' })
    await done(remove(removed))
    const wrong = {
      themselves: leaver.id,
      'a customer': (await makePerson(tenant, 'customer')).id,
      'somebody suspended': suspended.id,
      'somebody removed': removed.id,
      'an agent who does not see the ticket': (await makePerson(tenant, 'agent')).id,
    }
    for (const [who, successorId] of Object.entries(wrong)) {
      const answer = await remove(leaver, { successorId })
      expect(answer.status, who).toBe(422)
      expect(await answer.text(), who).toContain('successorId')
    }
    expect((await read(id)).assignee?.id).toBe(leaver.id)
    expect((await leaver.request('GET', '/ticket')).status).toBe(200)
  })
})

it('a colleague who becomes a customer releases everything; one who is suspended keeps it', async () => {
  const [demoted, suspended] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
  const [released, kept] = [await assigned(demoted), await assigned(suspended)]
  await change(demoted, { role: 'customer' })
  await change(suspended, { status: 'suspended' })
  expect((await read(released)).assignee).toBeNull()
  expect((await read(kept)).assignee?.id).toBe(suspended.id)
  expect(await inWork(tenant, ({ tx }) => tx.departmentMember.count({ where: { personId: demoted.id } }))).toBe(0)
})

it('a ticket that is opened again after its assignee left is nobody’s', async () => {
  const leaver = await makePerson(tenant, 'agent')
  const id = await assigned(leaver)
  await done(owner.request('POST', `/ticket/${id}/close`, { version: (await read(id)).version }))
  await done(remove(leaver))
  await done(owner.request('POST', `/ticket/${id}/reopen`, { reason: 'Not done', version: (await read(id)).version }))
  expect(await read(id)).toMatchObject({ assignee: null, status: 'created' })
  expect(await unassigned()).toContain(id)
})
