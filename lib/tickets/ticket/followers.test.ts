import { call } from '@orpc/server'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/id'
import { withPlatform } from '../../db/scope'
import { env } from '../../env'
import { runJob } from '../../jobs/run'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makeTicket } from '../../testing/factories'
import { openSlaDesk } from '../../testing/sla'
import { router } from '../../wiring/router'

const desk = openSlaDesk()
const { clocks, context, makePolicy, move, ticketRow, to } = desk
let tenant: ResolvedTenant
beforeAll(() => {
  // What happens behind the answer is not looked at here.
  env().JOBS = 'off'
})
beforeEach(() => {
  tenant = desk.tenant()
})

/** What events of one type say. */
const said = (type: string, subjectId?: string) =>
  inWork(tenant, async ({ tx }) => {
    const where = { tenantId: tenant.ref.id, type, subjectId }
    return (await tx.event.findMany({ where, orderBy: { n: 'asc' } })).map(({ payload }) => payload as { before: string; after: string })
  })

const defaultDepartment = () =>
  inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { tenantId: tenant.ref.id, isDefault: true } }))

describe('a department that is deleted', () => {
  const makeDepartment = async () => {
    const { id } = await call(router.departments.create, { name: 'Night shift' }, context())
    const category = await call(router.categories.create, { departmentId: id, name: 'Alarm' }, context())
    return { id, categoryId: category.id }
  }
  const sort = async (id: string, categoryId: string) =>
    call(router.tickets.changeDetails, { id, categoryId, version: (await ticketRow(id)).version }, context())

  it('hands its open tickets to the default one without their categories, and each says so', async () => {
    const heir = await defaultDepartment()
    const { id: departmentId, categoryId } = await makeDepartment()
    const [open, closed] = [await makeTicket(tenant, { departmentId }), await makeTicket(tenant, { departmentId })]
    for (const { id } of [open, closed]) await sort(id, categoryId)
    await move(closed.id, 'resolved')
    await move(closed.id, 'closed')
    const before = await ticketRow(open.id)
    to(5)
    await call(router.departments.delete, { id: departmentId }, context())
    const after = await ticketRow(open.id)
    expect(after).toMatchObject({ departmentId: heir.id, categoryId: null, version: before.version + 1 })
    expect(after.updatedAt > before.updatedAt).toBe(true)
    expect(await said('ticket.department_changed', open.id)).toEqual([{ before: departmentId, after: heir.id }])
    expect(await ticketRow(closed.id)).toMatchObject({ departmentId, categoryId })
    expect(await said('ticket.department_changed', closed.id)).toEqual([])
  })

  it('takes the targets of its tickets with it at that moment', async () => {
    const heir = await defaultDepartment()
    const { id: departmentId } = await makeDepartment()
    await makePolicy({ name: 'Night', filter: 'department:"Night shift"', minutes: 10 })
    await makePolicy({ name: 'Day', filter: `department:"${heir.name}"`, minutes: 30 })
    const { id } = await makeTicket(tenant, { departmentId })
    expect(await clocks(id)).toEqual(['first_response 1, due 10', 'resolution 1, due 80'])
    await call(router.departments.delete, { id: departmentId }, context())
    expect(await clocks(id)).toEqual(['first_response 1, due 30', 'resolution 1, due 240'])
  })

  it('may have thousands of them', { timeout: 120_000 }, async () => {
    const heir = await defaultDepartment()
    const { id: departmentId } = await makeDepartment()
    const { id, requester } = await makeTicket(tenant, { departmentId })
    // More than fit into one statement as separate values.
    const many = 2600
    await inWork(tenant, ({ tx, now }) =>
      tx.ticket.createMany({
        data: Array.from({ length: many - 1 }, (_, n) => ({
          tenantId: tenant.ref.id,
          id: newId(),
          number: 1000 + n,
          title: 'One of many',
          source: 'email' as const,
          departmentId,
          requesterId: requester.id,
          updatedAt: now,
        })),
      }),
    )
    await call(router.departments.delete, { id: departmentId }, context())
    const jobs = await withPlatform((tx) => tx.job.findMany({ where: { name: 'tickets.pass-on', status: 'queued' } }))
    for (const job of jobs) await runJob(job.id)
    const where = { tenantId: tenant.ref.id, departmentId: heir.id }
    expect(await inWork(tenant, ({ tx }) => tx.ticket.count({ where }))).toBe(many)
    expect(await said('ticket.department_changed')).toHaveLength(many)
    expect(await said('ticket.department_changed', id)).toHaveLength(1)
  })
})

describe('a contact that turns out to be another', () => {
  const contactOf = async (id: string) => (await ticketRow(id)).requesterId
  const authorOf = (ticketId: string) =>
    inWork(tenant, async ({ tx }) => (await tx.ticketMessage.findFirstOrThrow({ where: { tenantId: tenant.ref.id, ticketId } })).contactId)

  it('hands over its tickets, which say so and come under other targets; what came since stays when they part', async () => {
    await makePolicy({ name: 'Premium', filter: 'tier:premium', minutes: 10 })
    const into = await call(router.contacts.create, { name: 'Known', emails: ['known@x.test'], tags: [], tier: 'premium' }, context())
    const { id, requester, version } = await makeTicket(tenant, { email: 'double@x.test' })
    const fromId = requester.id
    expect(await clocks(id)).toEqual([])
    await call(router.contacts.merge, { id: into.id, fromId }, context())
    expect(await ticketRow(id)).toMatchObject({ requesterId: into.id, version: version + 1 })
    expect(await authorOf(id)).toBe(into.id)
    expect(await said('ticket.requester_changed', id)).toEqual([{ before: fromId, after: into.id }])
    expect(await clocks(id)).toEqual(['first_response 1, due 10', 'resolution 1, due 80'])

    const since = await makeTicket(tenant, { email: 'double@x.test' })
    expect(await contactOf(since.id)).toBe(into.id)
    const { items } = await call(router.contacts.merges, { id: into.id }, context())
    await call(router.contacts.undoMerge, { mergeId: items[0]?.id as string }, context())
    expect(await ticketRow(id)).toMatchObject({ requesterId: fromId, version: version + 2 })
    expect(await authorOf(id)).toBe(fromId)
    expect(await authorOf(since.id)).toBe(into.id)
    expect(await said('ticket.requester_changed', id)).toEqual([
      { before: fromId, after: into.id },
      { before: into.id, after: fromId },
    ])
    expect(await clocks(id)).toEqual([])
    expect(await contactOf(since.id)).toBe(into.id)
    expect(await said('ticket.requester_changed', since.id)).toEqual([])
  })
})
