// What concerns much at once is done in pieces, between which others have the database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { withPlatform, withTenant } from '../db/scope'
import { runJob } from '../jobs/run'
import type { ResolvedTenant } from '../tenancy/resolve'
import { unitsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('much')
  admin = await makePerson(tenant, 'owner')
})

// Who is told of all this is tested elsewhere.
afterAll(() => inWork(tenant, ({ tx }) => tx.eventDelivery.deleteMany({ where: { status: 'pending' } })))

/** A contact with so many tickets. */
async function makeAsker(name: string, count: number, assigneeId: string | null = null): Promise<string> {
  const requesterId = newId()
  const tenantId = tenant.ref.id
  await inWork(tenant, async ({ tx }) => {
    await tx.contact.create({ data: { tenantId, id: requesterId, name } })
    const { id: departmentId } = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
    const { _max } = await tx.ticket.aggregate({ where: { tenantId }, _max: { number: true } })
    const first = (_max.number ?? 0) + 1
    const common = { tenantId, title: name, source: 'api' as const, requesterId, departmentId, assigneeId, updatedAt: new Date() }
    await tx.ticket.createMany({ data: Array.from({ length: count }, (_, n) => ({ ...common, id: newId(), number: first + n })) })
  })
  return requesterId
}

it('exports read each page in a unit of work of its own, and lose nothing', async () => {
  const name = (n: number) => `Listed ${n % 7}` // many of one name: the next page begins within them
  const data = Array.from({ length: 3000 }, (_, n) => ({ tenantId: tenant.ref.id, id: newId(), name: name(n) }))
  await inWork(tenant, ({ tx }) => tx.contact.createMany({ data }))
  const contacts = async () => (await (await admin.request('GET', '/contacts/export')).json()) as { csv: string; rows: number }
  const { csv, rows } = await contacts()
  const lines = csv.trimEnd().split('\r\n').slice(1)
  expect([rows, lines.length]).toEqual([3000, 3000])
  expect(Object.values(Object.groupBy(lines, (line) => line)).map((same) => same?.length)).toEqual(
    Object.values(Object.groupBy(data, (each) => each.name)).map((same) => same?.length),
  )
  expect(await unitsDuring(contacts)).toBeGreaterThan(3000 / 250)

  await makeAsker('Exported', 500)
  const tickets = async () => (await admin.request('GET', '/ticket/export')).text()
  expect((await tickets()).trimEnd().split('\r\n')).toHaveLength(501)
  expect(await unitsDuring(tickets)).toBeGreaterThan(500 / 50)
})

/** Runs the job that has the rest, and says in how many units of work, or that there is none. */
async function passRestOn(): Promise<number> {
  const where = { name: 'tickets.pass-on', status: 'queued' as const }
  const [job] = await withPlatform((tx) => tx.job.findMany({ where, orderBy: { createdAt: 'asc' } }))
  return job ? unitsDuring(() => runJob(job.id)) : 0
}
const count = (where: object) => inWork(tenant, ({ tx }) => tx.ticket.count({ where }))

it('merging contacts moves the first tickets at once and the rest in pieces, and so does undoing it', async () => {
  const [into, from] = [await makeAsker('Kept', 5), await makeAsker('Double', 35)]
  expect((await admin.request('POST', `/contacts/${into}/merge`, { fromId: from })).status).toBe(200)
  expect([await count({ requesterId: into }), await count({ requesterId: from })]).toEqual([15, 25])
  expect(await passRestOn()).toBeGreaterThanOrEqual(3)
  expect([await count({ requesterId: into }), await count({ requesterId: from })]).toEqual([40, 0])
  const told = await inWork(tenant, ({ tx }) =>
    tx.event.findMany({ where: { type: 'ticket.requester_changed' }, select: { actorId: true } }),
  )
  expect(told.map(({ actorId }) => actorId)).toEqual(Array.from({ length: 35 }, () => admin.id))

  const { items } = (await (await admin.request('GET', `/contacts/${into}/merges`)).json()) as { items: { id: string }[] }
  expect((await admin.request('POST', `/contacts/merges/${items[0]?.id}/undo`)).status).toBe(200)
  expect(await count({ requesterId: from })).toBe(10)
  expect(await passRestOn()).toBeGreaterThanOrEqual(3)
  expect([await count({ requesterId: into }), await count({ requesterId: from })]).toEqual([5, 35])
})

it('what a merged contact wrote goes along in pieces, and back again, but for what the other wrote', async () => {
  const [into, from] = [await makeAsker('Kept', 1), await makeAsker('Talker', 0)]
  const tenantId = tenant.ref.id
  const said = (contactId: string) => inWork(tenant, ({ tx }) => tx.ticketMessage.count({ where: { contactId } }))
  await inWork(tenant, async ({ tx }) => {
    const { id: ticketId } = await tx.ticket.findFirstOrThrow({ where: { requesterId: into } })
    const common = { tenantId, ticketId, kind: 'reply' as const, bodyText: 'And?', authorKind: 'contact' as const, source: 'api' as const }
    const data = Array.from({ length: 253 }, (_, n) => ({ ...common, id: newId(), contactId: n < 250 ? from : into, messageId: newId() }))
    await tx.ticketMessage.createMany({ data })
  })
  expect((await admin.request('POST', `/contacts/${into}/merge`, { fromId: from })).status).toBe(200)
  expect([await said(into), await said(from)]).toEqual([103, 150])
  expect(await passRestOn()).toBeGreaterThanOrEqual(2)
  expect([await said(into), await said(from)]).toEqual([253, 0])

  const { items } = (await (await admin.request('GET', `/contacts/${into}/merges`)).json()) as { items: { id: string }[] }
  expect((await admin.request('POST', `/contacts/merges/${items[0]?.id}/undo`)).status).toBe(200)
  expect([await said(into), await said(from)]).toEqual([153, 100])
  expect(await passRestOn()).toBeGreaterThanOrEqual(2)
  expect([await said(into), await said(from)]).toEqual([3, 250])
})

it('a merge that is undone before all tickets were moved moves no more', async () => {
  const [into, from] = [await makeAsker('Kept', 0), await makeAsker('Not the same', 25)]
  await admin.request('POST', `/contacts/${into}/merge`, { fromId: from })
  const { items } = (await (await admin.request('GET', `/contacts/${into}/merges`)).json()) as { items: { id: string }[] }
  await admin.request('POST', `/contacts/merges/${items[0]?.id}/undo`)
  for (let n = 0; n < 2; n++) {
    await passRestOn()
    expect([await count({ requesterId: into }), await count({ requesterId: from })]).toEqual([0, 25])
  }
})

it('whoever leaves hands over the first tickets at once and the rest in pieces, unless they came back', async () => {
  const [leaver, successor] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'admin')]
  await makeAsker('Served', 25, leaver.id)
  expect((await admin.request('DELETE', `/users/${leaver.id}`, { successorId: successor.id })).ok).toBe(true)
  expect([await count({ assigneeId: successor.id }), await count({ assigneeId: leaver.id })]).toEqual([10, 15])
  expect(await passRestOn()).toBeGreaterThanOrEqual(2)
  expect([await count({ assigneeId: successor.id }), await count({ assigneeId: leaver.id })]).toEqual([25, 0])

  expect((await admin.request('DELETE', `/users/${successor.id}`)).ok).toBe(true)
  expect((await admin.request('POST', `/users/${successor.id}/restore`)).ok).toBe(true)
  await passRestOn()
  expect(await count({ assigneeId: successor.id })).toBe(15)
})

it('a department that is deleted gives its tickets to its heir, the first at once and the rest in pieces', async () => {
  const made = (await (await admin.request('POST', '/department', { name: 'Closing' })).json()) as { id: string; version: number }
  const requesterId = await makeAsker('Moved', 25)
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { requesterId }, data: { departmentId: made.id } }))
  expect((await admin.request('DELETE', `/department/${made.id}`)).ok).toBe(true)
  expect(await count({ departmentId: made.id })).toBe(15)
  expect(await passRestOn()).toBeGreaterThanOrEqual(2)
  expect(await count({ departmentId: made.id })).toBe(0)
})

/** So many units of work of somebody else, between those of what runs. */
const someTurns = async (count = 4) => {
  for (let n = 0; n < count; n++) await withTenant(tenant.ref, (tx) => tx.$queryRaw`SELECT 1`)
}
const setStatus = (id: string, status: 'active' | 'suspended') =>
  inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id }, data: { status } }))

it('whoever is suspended or loses the permission while it runs gets no export', async () => {
  const data = Array.from({ length: 1500 }, (_, n) => ({ tenantId: tenant.ref.id, id: newId(), name: `Many ${n}` }))
  await inWork(tenant, ({ tx }) => tx.contact.createMany({ data }))
  const leaving = await makePerson(tenant, 'admin')
  const [refused] = await Promise.all([
    leaving.request('GET', '/contacts/export'),
    someTurns().then(() => setStatus(leaving.id, 'suspended')),
  ])
  expect(refused.status).toBe(401)
  const role = (await (
    await admin.request('POST', '/roles', { name: 'Taking', permissions: ['contact.import', 'ticket.view'] })
  ).json()) as {
    id: string
  }
  const losing = await makePerson(tenant, 'agent', { customRoleId: role.id })
  const losesIt = () => inWork(tenant, ({ tx }) => tx.role.updateMany({ where: { id: role.id }, data: { permissions: ['ticket.view'] } }))
  const [forbidden] = await Promise.all([losing.request('GET', '/contacts/export'), someTurns().then(losesIt)])
  expect(forbidden.status).toBe(403)
})

describe('erasing a contact with many tickets', () => {
  const erased = async (id: string) =>
    inWork(tenant, async ({ tx }) => ({
      name: (await tx.contact.findFirstOrThrow({ where: { id } })).name,
      left: await tx.ticket.count({ where: { requesterId: id, title: { not: 'Erased request' } } }),
      said: await tx.event.count({ where: { type: 'contact.erased', subjectId: id } }),
    }))
  const runRest = async () => {
    const where = { name: 'contacts.erase', status: 'queued' as const }
    const [job] = await withPlatform((tx) => tx.job.findMany({ where, orderBy: { createdAt: 'desc' } }))
    await withPlatform((tx) => tx.job.updateMany({ where: { id: job?.id }, data: { dueAt: new Date() } }))
    await runJob(job?.id as string)
  }

  it('leaves others their turn, and takes what came meanwhile', async () => {
    const id = await makeAsker('Gone soon', 60)
    const [first] = await inWork(tenant, ({ tx }) => tx.ticket.findMany({ where: { requesterId: id }, orderBy: { id: 'asc' }, take: 1 }))
    const late = { tenantId: tenant.ref.id, kind: 'reply' as const, bodyText: 'One thing more', authorKind: 'contact' as const }
    const write = () =>
      inWork(tenant, ({ tx }) =>
        tx.ticketMessage.createMany({
          data: [{ ...late, id: newId(), contactId: id, source: 'api', ticketId: first?.id as string, messageId: newId() }],
        }),
      )
    const answer = () => admin.request('POST', `/contacts/${id}/erase`, { confirm: 'Gone soon' }, { 'idempotency-key': `erase-${id}` })
    const units = await unitsDuring(async () => {
      const [done] = await Promise.all([answer(), someTurns().then(write)])
      expect(done.status).toBe(200)
    })
    expect(units).toBeGreaterThan(60 / 25 + 2 + 4)
    expect(await erased(id)).toEqual({ name: 'Erased', left: 0, said: 1 })
    const said = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { contactId: id } }))
    expect(said.map(({ bodyText }) => bodyText)).toEqual(['[erased]'])
    expect((await answer()).status).toBe(200) // the first answer, again
    expect(await erased(id)).toMatchObject({ said: 1 })
    await runRest()
    expect(await erased(id)).toMatchObject({ said: 1 })
  })

  it('that stops half way says nothing of being done, and is taken up again unless whoever asked may erase no more', async () => {
    const leaving = await makePerson(tenant, 'admin')
    const id = await makeAsker('Half gone', 80)
    const [refused] = await Promise.all([
      leaving.request('POST', `/contacts/${id}/erase`, { confirm: 'Half gone' }),
      someTurns().then(() => setStatus(leaving.id, 'suspended')),
    ])
    expect(refused.status).toBe(401)
    const half = await erased(id)
    expect(half).toMatchObject({ name: 'Half gone', said: 0 })
    expect(half.left).toBeGreaterThan(0)
    expect(half.left).toBeLessThan(80)
    await setStatus(leaving.id, 'active')
    await runRest()
    expect(await erased(id)).toEqual({ name: 'Erased', left: 0, said: 1 })

    const other = await makeAsker('Not gone', 80)
    await Promise.all([
      leaving.request('POST', `/contacts/${other}/erase`, { confirm: 'Not gone' }),
      someTurns().then(() => setStatus(leaving.id, 'suspended')),
    ])
    const { left } = await erased(other)
    await runRest()
    expect(await erased(other)).toEqual({ name: 'Not gone', left, said: 0 })
  })

  it('hands out what they asked in pieces first, each ticket once', async () => {
    const id = await makeAsker('Curious', 120)
    const read = async () =>
      (await (await admin.request('GET', `/contacts/${id}/personal-data`)).json()) as { tickets: { title: string }[] }
    expect((await read()).tickets).toHaveLength(120)
    expect(new Set((await read()).tickets.map((ticket) => JSON.stringify(ticket))).size).toBe(120)
    expect(await unitsDuring(read)).toBeGreaterThanOrEqual(5)
  })
})

it('an export misses nobody whose name changes while it reads', async () => {
  const { ref } = tenant
  const data = Array.from({ length: 800 }, (_, n) => ({ tenantId: ref.id, id: newId(), name: `Moves ${n + 100}` }))
  await inWork(tenant, ({ tx }) => tx.contact.createMany({ data }))
  const where = { id: data.at(-1)?.id }
  const rename = () => inWork(tenant, ({ tx }) => tx.contact.updateMany({ where, data: { name: 'Aaron moved' } }))
  const [answer] = await Promise.all([admin.request('GET', '/contacts/export'), someTurns().then(rename)])
  const { csv } = (await answer.json()) as { csv: string }
  expect(csv.match(/\r\n(?:Moves \d+|Aaron moved),/g)).toHaveLength(800)
})

it('an export of tickets has each once, whatever changes while it reads', async () => {
  const requesterId = await makeAsker('Moving', 600)
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { requesterId }, data: { priority: 'urgent' } }))
  const tickets = await inWork(tenant, ({ tx }) =>
    tx.ticket.findMany({ where: { requesterId }, orderBy: [{ updatedAt: 'asc' }, { id: 'asc' }] }),
  )
  // Last changed first: the last becomes the first, so that a list read page by page would never come to it.
  const change = () =>
    inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id: tickets[0]?.id }, data: { title: 'Changed', updatedAt: new Date() } }))
  const [answer] = await Promise.all([admin.request('GET', '/ticket/export?q=priority:urgent'), someTurns().then(change)])
  const numbers = (await answer.text())
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',')[0])
  expect([numbers.length, new Set(numbers).size]).toEqual([600, 600])
  expect(await (await admin.request('GET', '/ticket/export?view=open&q=priority:urgent')).text()).toContain('Changed')
})
