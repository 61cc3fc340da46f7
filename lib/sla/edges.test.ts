import { call } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { inWork, makePerson, makeTicket } from '../testing/factories'
import { openSlaDesk, policyInput } from '../testing/sla'
import { router } from '../wiring/router'
import type { CalendarOutput } from './schema'
import { sweepDesk } from './sweep'

const { change, clocks, context, makePolicy, minute, move, office, recompute, reply, step, taken, tells, tenant, ticketRow, to, write } =
  openSlaDesk()
const violations = async () => (await call(router.sla.violations, {}, context())).items
const ledger = async (id: string) => (await call(router.sla.ledger, { id }, context())).clocks
const dashboard = () => call(router.sla.dashboard, {}, context())

describe('a target that is withdrawn and given again', () => {
  it('does nothing twice: not by the switch, nor by the bin, the archive or a priority without a target', async () => {
    const admin = await makePerson(tenant(), 'admin')
    const mail = { kind: 'mail' as const, to: { ...tells, roles: [], personIds: [admin.id] }, subject: 'Late one', body: 'x' }
    await makePolicy({ only: ['medium', 'urgent'], escalations: [step(-15), step(10, [mail])] })
    const mails = () => inWork(tenant(), ({ tx }) => tx.outboundMail.count({ where: { tenantId: tenant().ref.id, subject: 'Late one' } }))
    const { id } = await makeTicket(tenant())
    to(75)
    await sweepDesk(tenant())
    await drainBackground()
    const told = await taken()
    expect(told).toHaveLength(3)
    expect(await mails()).toBe(1)
    const before = await clocks(id)
    await call(router.sla.enable, { isEnabled: false }, context())
    await recompute()
    await call(router.sla.enable, { isEnabled: true }, context())
    await recompute()
    await call(router.tickets.delete, { id, version: (await ticketRow(id)).version }, context())
    await call(router.tickets.restore, { id }, context())
    for (const isArchived of [true, false])
      await call(router.tickets.archive, { id, isArchived, version: (await ticketRow(id)).version }, context())
    await change(id, 'low')
    await change(id, 'medium')
    await drainBackground()
    expect(await taken()).toEqual(told)
    expect(await mails()).toBe(1)
    expect(await clocks(id)).toEqual(before)
  })

  it('stays recorded where it was breached', async () => {
    const policy = await makePolicy()
    const { id } = await makeTicket(tenant())
    const other = await makeTicket(tenant())
    to(75)
    await sweepDesk(tenant())
    await call(router.sla.update, { ...policyInput(policy), isActive: false }, context())
    // One ends before the clocks were worked out again, the other after it.
    await move(id, 'resolved')
    await recompute()
    await move(other.id, 'resolved')
    expect((await violations()).map(({ ticket, actualMinutes }) => [ticket.id, actualMinutes]).sort()).toEqual(
      [
        [id, 75],
        [other.id, 75],
      ].sort(),
    )
    expect((await dashboard()).overall.breached).toBe(2)
  })
})

/** The office's hours, as they are changed. */
async function hours() {
  const { items } = await call(router.calendars.list, undefined, context())
  const { dayMinutes, weekMinutes, policies, createdAt, updatedAt, ...calendar } = items.find(
    ({ name }) => name === 'Office',
  ) as CalendarOutput
  return calendar
}

describe('what was judged', () => {
  it('is told by what it was judged by: the policy it was under and the hours of that time', async () => {
    await makePolicy({ name: 'VIP', filter: 'priority:urgent', evaluation: 'conditions_met', urgent: 10 })
    await makePolicy({ name: 'Rest' })
    const moved = await makeTicket(tenant())
    const late = await makeTicket(tenant())
    to(5)
    await change(moved.id, 'urgent')
    to(25)
    await reply(moved.id)
    to(40)
    await change(moved.id, 'low')
    to(75)
    await reply(late.id)
    await call(router.calendars.update, { ...(await hours()), schedule: { ...office, mon: [['10:00', '17:00']] } }, context())
    await recompute()
    const told = async (id: string) =>
      (await ledger(id)).filter(({ metric }) => metric === 'first_response').map((clock) => [clock.consumedMinutes, clock.overrunMinutes])
    expect(await told(moved.id)).toEqual([[20, 10]])
    expect(await told(late.id)).toEqual([[75, 15]])
    const found = await violations()
    expect(found.map(({ actualMinutes, overrunMinutes }) => [actualMinutes, overrunMinutes]).sort()).toEqual([[20, 10], [75, 15]]) // biome-ignore format: two pairs
  })

  it('names who had it when the time was up, though it was noticed later', async () => {
    await makePolicy()
    const [one, two] = [await makePerson(tenant(), 'agent'), await makePerson(tenant(), 'agent')]
    const { id } = await makeTicket(tenant())
    await call(router.tickets.assign, { id, assigneeId: one.id, version: (await ticketRow(id)).version }, context())
    to(90)
    await call(router.tickets.assign, { id, assigneeId: two.id, version: (await ticketRow(id)).version }, context())
    to(120)
    await sweepDesk(tenant())
    expect((await violations()).map(({ assignee }) => assignee?.id)).toEqual([one.id])
  })

  it('is no success where nobody answered: merged, rejected or closed', async () => {
    await makePolicy()
    const email = 'one@example.com'
    const into = await makeTicket(tenant(), { email })
    const [merged, rejected, closed] = [await makeTicket(tenant(), { email }), await makeTicket(tenant()), await makeTicket(tenant())]
    to(5)
    await call(router.tickets.merge, { id: merged.id, into: into.id }, context())
    await move(rejected.id, 'rejected')
    await move(closed.id, 'resolved')
    to(6)
    const { byMetric } = await dashboard()
    expect(byMetric).toEqual([{ metric: 'resolution', met: 1, breached: 0 }])
  })
})

describe('steps', () => {
  it('that were due are made up for when someone answers first', async () => {
    await makePolicy({ escalations: [step(0), step(30), step(90)] })
    const { id } = await makeTicket(tenant())
    to(121)
    await reply(id)
    await sweepDesk(tenant())
    expect(await taken()).toEqual(['breach first_response late', '60 first_response late', '90 first_response late'])
  })

  it('wait while the clock is paused, also past the deadline', async () => {
    await makePolicy({ escalations: [step(30)] })
    const { id } = await makeTicket(tenant())
    to(65)
    await move(id, 'hold')
    to(200)
    await sweepDesk(tenant())
    expect(await taken()).toEqual(['breach first_response late'])
    await move(id, 'in_progress')
    to(226)
    await sweepDesk(tenant())
    expect(await taken()).toEqual(['breach first_response late', '225 first_response'])
  })

  it('that are thought of later are not taken for what lies behind', async () => {
    const policy = await makePolicy()
    await makeTicket(tenant())
    to(75)
    await sweepDesk(tenant())
    to(500)
    await call(router.sla.update, { ...policyInput(policy), escalations: [step(-10), step(30)] }, context())
    await recompute()
    expect(await taken()).toEqual(['breach first_response late', 'breach resolution late'])
  })

  it('do all of their actions, each after the one before', async () => {
    const [admin, agent] = [await makePerson(tenant(), 'admin'), await makePerson(tenant(), 'agent')]
    const to1 = { ...tells, roles: [], personIds: [admin.id] }
    await makePolicy({
      escalations: [
        step(0, [
          { kind: 'mail', to: to1, subject: 'One, due {due}', body: 'x' },
          { kind: 'mail', to: to1, subject: 'Two', body: 'x' },
          { kind: 'assign', assigneeId: agent.id },
          { kind: 'notify', to: { ...tells, roles: [], assignee: true } },
        ]),
      ],
    })
    await makeTicket(tenant())
    to(61)
    await sweepDesk(tenant())
    await drainBackground()
    const { mails, told } = await inWork(tenant(), async ({ tx }) => ({
      mails: await tx.outboundMail.findMany({ where: { tenantId: tenant().ref.id, messageId: { startsWith: 'step-' } } }),
      told: await tx.notification.findMany({ where: { tenantId: tenant().ref.id, personId: agent.id } }),
    }))
    expect(mails.map(({ subject }) => subject).sort()).toEqual(['One, due Mon 2 Mar, 10:00 (UTC)', 'Two'])
    expect(told.map(({ type }) => type)).toContain('ticket_escalated')
  })
})

describe('clocks', () => {
  it('of what was taken down on the phone run as if it had been written', async () => {
    await makePolicy({ pausesOnWaiting: true })
    const agent = await makePerson(tenant(), 'agent')
    const requester = { email: 'caller@example.com', name: 'Caller' }
    for (const given of [{ requester, source: 'phone' }, {}]) {
      const answer = await agent.request('POST', '/ticket', { title: 'A request', description: 'x', ...given })
      expect(await clocks(((await answer.json()) as { id: string }).id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
    }
  })

  it('go on where they were when a resolved ticket is reopened', async () => {
    await makePolicy({ pausesOnWaiting: true })
    const owed = await makeTicket(tenant())
    const waiting = await makeTicket(tenant())
    to(5)
    await reply(owed.id)
    await reply(waiting.id)
    to(10)
    await write(owed.id)
    to(20)
    for (const { id } of [owed, waiting]) await move(id, 'resolved')
    to(30)
    for (const { id } of [owed, waiting]) await move(id, 'created')
    expect((await clocks(owed.id))[1]).toBe('next_response 1, due 80')
    expect((await clocks(waiting.id)).at(-1)).toBe('resolution 1, due null, paused')
  })

  it('keep their breach through holds of more than a year', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant())
    to(30)
    await move(id, 'hold')
    const day = 1440
    to(406 * day)
    await move(id, 'in_progress')
    to(406 * day + 470)
    await sweepDesk(tenant())
    const before = await clocks(id)
    expect(before[0]).toContain('breached')
    to(407 * day)
    await move(id, 'hold')
    to(408 * day)
    await move(id, 'in_progress')
    expect(await clocks(id)).toEqual(before)
  })

  it('come under another policy when a department or an organisation goes', async () => {
    const admin = await makePerson(tenant(), 'admin')
    const made = await admin.request('POST', '/department', { name: 'Field' })
    const { id: departmentId } = (await made.json()) as { id: string }
    await makePolicy({ name: 'Field first', filter: `department:${departmentId}`, minutes: 10 })
    await makePolicy()
    const { id } = await makeTicket(tenant(), { departmentId })
    expect((await clocks(id))[0]).toBe('first_response 1, due 10')
    await call(router.departments.delete, { id: departmentId }, context())
    await recompute()
    expect((await clocks(id))[0]).toBe('first_response 1, due 60')
  })
})

describe('numbers', () => {
  it('count as paused what is, not what has no target left', async () => {
    const policy = await makePolicy()
    const targets = policy.targets.filter(({ metric }) => metric === 'first_response')
    await call(router.sla.update, { ...policyInput(policy), targets }, context())
    const [{ id }, held] = [await makeTicket(tenant()), await makeTicket(tenant())]
    await reply(id)
    await move(held.id, 'hold')
    expect((await dashboard()).now).toMatchObject({ later: 0, paused: 1 })
  })

  it('are refused beyond all calendars, as are hours on which nothing would ever be due', async () => {
    const admin = await makePerson(tenant(), 'admin')
    const status = async (path: string) => (await admin.request('GET', path)).status
    expect(await status('/sla/dashboard?from=-271821-04-20&to=-271821-05-20')).toBe(422)
    const none = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
    const dated = { name: 'Fair', timezone: 'UTC', schedule: none, holidays: [{ date: '2026-05-01', windows: [['09:00', '10:00']] }] }
    const made = await admin.request('POST', '/calendars', dated)
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ dayMinutes: 0 })
    await makePolicy()
    const calendar = await hours()
    const answer = await admin.request('PUT', `/calendars/${calendar.id}`, { ...calendar, schedule: none, holidays: dated.holidays }) // biome-ignore format: one call
    expect(answer.status).toBe(422)
    expect(JSON.stringify(await answer.json())).toContain('a target of Standard')
    const every = Array.from({ length: 20 }, (_, hour) => [`${10 + (hour % 14)}:00`, `${10 + (hour % 14)}:30`])
    const items = [{ id: 1, start: '1970-01-01T00:00:00Z', end: '2299-01-01T00:00:00Z' }]
    expect((await admin.request('POST', '/sla/calculate', { timezone: 'UTC', schedule: { ...none, mon: every, tue: every, wed: every }, items })).status).toBe(422) // biome-ignore format: one call
  })

  it('of a policy that is not active yet are simulated where it stands in the order', async () => {
    await makePolicy({ name: 'First', isActive: false, minutes: 5 })
    await makePolicy({ name: 'Second' })
    const first = (await call(router.sla.list, undefined, context())).items.find(({ name }) => name === 'First')
    const { id } = await makeTicket(tenant())
    to(30)
    const { version, ...policy } = policyInput(first as NonNullable<typeof first>)
    const { changed } = await call(router.sla.simulate, { policy: { ...policy, isActive: true } }, context())
    expect(changed.map((each) => [each.id, each.metric, each.after])).toEqual([[id, 'first_response', 'breached']])
  })
})

describe('customers', () => {
  it('see in the ledger that time stood still, not why, and no names of the team’s own', async () => {
    await makePolicy({ name: 'Cheap ones' })
    const { id } = await makeTicket(tenant())
    await move(id, 'hold')
    to(30)
    const customer = await makePerson(tenant(), 'customer')
    await inWork(tenant(), async ({ tx }) => {
      const { requesterId } = await tx.ticket.findFirstOrThrow({ where: { tenantId: tenant().ref.id, id } })
      await tx.contact.updateMany({ where: { tenantId: tenant().ref.id, id: requesterId }, data: { personId: customer.id } })
    })
    const text = await (await customer.request('GET', `/ticket/${id}/sla`)).text()
    expect((await ledger(id))[0]?.stretches.at(-1)).toMatchObject({ reason: 'hold', countedMinutes: 0, pausedMinutes: 30 })
    expect(text).toContain('"paused"')
    expect(text).not.toContain('hold')
    expect(text).not.toContain('Cheap')
    expect(minute(new Date())).toBe(30)
  })
})
