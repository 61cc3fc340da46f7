import { call } from '@orpc/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withPlatform } from '../db/scope'
import { internalCaller } from '../procedure/caller'
import type { ResolvedTenant } from '../tenancy/resolve'
import { inWork, makePerson, makeTicket } from '../testing/factories'
import { openSlaDesk, policyInput } from '../testing/sla'
import { router } from '../wiring/router'
import { sweepDesk, sweepSlaJob } from './sweep'
import { policiesChanged, readPolicies } from './targets'

const desk = openSlaDesk()
const { change, clocks, context, makePolicy, minute, monday, move, recompute, reply, step, taken, tells, ticketRow, to, write } = desk
let tenant: ResolvedTenant
let calendarId: string
beforeEach(() => {
  tenant = desk.tenant()
  calendarId = desk.calendarId()
})

describe('the clocks of a ticket', () => {
  it('know nothing of policies that were never committed', async () => {
    await makePolicy()
    const given = inWork(tenant, async ({ tx }) => {
      await tx.slaTarget.updateMany({ data: { amount: 7 } })
      await policiesChanged(tx, tenant.ref.id)
      await readPolicies(tx, tenant.ref.id)
      throw new Error('not after all')
    })
    await expect(given).rejects.toThrow('not after all')
    // Now another change has the version that this one would have had.
    await inWork(tenant, ({ tx }) => policiesChanged(tx, tenant.ref.id))
    expect(await clocks((await makeTicket(tenant)).id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  })

  it('are there as soon as it is, and follow what happens to it', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
    expect(minute((await ticketRow(id)).slaDueAt)).toBe(60)
    to(20)
    await reply(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 20', 'resolution 1, due 480'])
    to(30)
    await write(id)
    to(35)
    await write(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 20', 'next_response 1, due 90', 'resolution 1, due 480'])
    to(40)
    await move(id, 'hold')
    expect(await clocks(id)).toEqual([
      'first_response 1, due 60, stopped 20',
      'next_response 1, due null, paused',
      'resolution 1, due null, paused',
    ])
    expect((await ticketRow(id)).slaDueAt).toBeNull()
    to(100)
    await move(id, 'in_progress')
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 20', 'next_response 1, due 150', `resolution 1, due ${1440 + 60}`])
    to(110)
    await reply(id)
    await move(id, 'resolved')
    expect((await ticketRow(id)).slaDueAt).toBeNull()
    to(200)
    await write(id)
    expect(await clocks(id)).toEqual([
      'first_response 1, due 60, stopped 20',
      'next_response 1, due 150, stopped 110',
      'next_response 2, due 260',
      `resolution 1, due ${1440 + 60 + 90}`,
    ])
  })

  it('tell the requester when the first response is due, while that lies ahead', async () => {
    await makePolicy()
    const asked = { name: 'Asker', email: 'asker@example.com', title: 'Promise', description: 'By when?' }
    const anyone = { context: { caller: { ...internalCaller({ tenant, actor: { kind: 'anonymous' } }), kind: 'rest' as const } } }
    const made = await call(router.tickets.createPublic, asked, anyone)
    expect(minute(made.answerBy)).toBe(60)
    expect(minute((await call(router.tickets.get, { id: made.id }, context())).answerBy)).toBe(60)
    to(61)
    expect((await call(router.tickets.get, { id: made.id }, context())).answerBy).toBeNull()
  })

  it('are in the answer to what made or moved them', async () => {
    await makePolicy()
    const made = await makeTicket(tenant)
    expect(made.clocks.map(({ metric, dueAt }) => `${metric} ${minute(dueAt)}`).sort()).toEqual(['first_response 60', 'resolution 480'])
    to(10)
    const { ticket } = await reply(made.id)
    expect(ticket.clocks.map(({ metric }) => metric)).toEqual(['resolution'])
    expect((await change(made.id, 'urgent')).clocks.map(({ dueAt }) => minute(dueAt))).toEqual([240])
  })

  it('are breached by an answer that comes too late, and it is told who had it', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    to(61)
    await reply(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 61, breached', 'resolution 1, due 480'])
    const { events, clock, departmentId } = await inWork(tenant, async ({ tx }) => ({
      events: await tx.event.findMany({ where: { tenantId: tenant.ref.id, type: 'ticket.sla_breached' } }),
      clock: await tx.slaClock.findFirstOrThrow({ where: { tenantId: tenant.ref.id, metric: 'first_response' } }),
      departmentId: (await tx.ticket.findFirstOrThrow({ where: { tenantId: tenant.ref.id, id } })).departmentId,
    }))
    expect(events.map(({ subjectId, payload }) => ({ subjectId, payload }))).toMatchObject([
      { subjectId: id, payload: { metric: 'first_response', policy: 'Standard', targetMinutes: 60, isLate: false } },
    ])
    expect(clock).toMatchObject({ consumedMs: 61 * 60_000, departmentId })
    // What is over is not judged again, and its breach is told once.
    to(90)
    await write(id)
    expect((await clocks(id))[0]).toBe('first_response 1, due 60, stopped 61, breached')
    expect(await inWork(tenant, ({ tx }) => tx.event.count({ where: { tenantId: tenant.ref.id, type: 'ticket.sla_breached' } }))).toBe(1)
  })

  it('count a new target from the beginning, or from when its conditions were met', async () => {
    await makePolicy({ name: 'VIP', filter: 'priority:urgent', evaluation: 'conditions_met', urgent: 30 })
    await makePolicy()
    const { id } = await makeTicket(tenant)
    to(40)
    await change(id, 'urgent')
    expect(await clocks(id)).toEqual(['first_response 1, due 70', 'resolution 1, due 280'])
    to(50)
    await change(id, 'low')
    // Under the policy that counts from the creation it is as if it had always been there.
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
    const applied = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({ where: { tenantId: tenant.ref.id, type: 'ticket.policy_applied' }, orderBy: { n: 'asc' } }),
    )
    expect(applied.map(({ payload }) => (payload as { after: string }).after)).toEqual(['Standard', 'VIP', 'Standard'])
  })

  it('are breached at the moment of a change that brings the deadline into the past, and no more when it leaves again', async () => {
    await makePolicy({ urgent: 5 })
    const { id } = await makeTicket(tenant)
    to(30)
    await change(id, 'urgent')
    expect(await clocks(id)).toEqual(['first_response 1, due 5, breached', 'resolution 1, due 40'])
    await change(id, 'low')
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  })

  it('wait for the customer where the policy says so', async () => {
    await makePolicy({ pausesOnWaiting: true })
    const { id } = await makeTicket(tenant)
    to(10)
    await reply(id)
    expect(await clocks(id)).toEqual(['first_response 1, due 60, stopped 10', 'resolution 1, due null, paused'])
    to(100)
    await write(id)
    expect((await clocks(id)).at(-1)).toBe(`resolution 1, due ${1440 + 90}`)
  })

  it('are none without a policy, and none for what has no target', async () => {
    const { id } = await makeTicket(tenant)
    expect(await clocks(id)).toEqual([])
    const targets = [{ metric: 'resolution' as const, priority: 'urgent' as const, amount: 1, unit: 'days' as const, calendarId }]
    await call(router.sla.create, { name: 'Urgent only', targets }, context())
    await recompute()
    expect(await clocks(id)).toEqual([])
    await change(id, 'urgent')
    expect(await clocks(id)).toEqual(['resolution 1, due 480'])
  })

  it('stop with a ticket that is removed, and run again when it is restored', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    await call(router.tickets.delete, { id, version: (await ticketRow(id)).version }, context())
    expect(await clocks(id)).toEqual([])
    to(10)
    await call(router.tickets.restore, { id }, context())
    expect(await clocks(id)).toEqual(['first_response 1, due 60', 'resolution 1, due 480'])
  })
})

describe('the ledger', () => {
  it('accounts for every minute of every clock, and says who held it and why', async () => {
    await makePolicy({ pausesOnWaiting: true })
    const { id } = await makeTicket(tenant)
    to(20)
    await reply(id)
    to(50.5)
    await write(id)
    to(60)
    await move(id, 'hold', 'parts are on their way')
    to(1500)
    await move(id, 'in_progress')
    to(1600)
    const { clocks: told } = await call(router.sla.ledger, { id }, context())
    expect(told.map(({ metric, cycle, consumedMinutes, stoppedAt }) => [metric, cycle, consumedMinutes, minute(stoppedAt)])).toEqual([
      ['first_response', 1, 20, 20],
      ['next_response', 1, 9.5 + 100, null],
      ['resolution', 1, 20 + 9.5 + 100, null],
    ])
    for (const { stretches, consumedMinutes, startedAt, stoppedAt } of told) {
      expect(stretches.reduce((sum, { countedMinutes }) => sum + countedMinutes, 0)).toBe(consumedMinutes)
      expect(stretches[0]?.from).toEqual(startedAt)
      expect(stretches.at(-1)?.to).toEqual(stoppedAt ?? new Date())
    }
    expect(told[2]?.stretches.map(({ from, to: until, reason, name }) => [minute(from), minute(until), reason, name])).toEqual([
      [0, 20, 'open', null],
      [20, 50.5, 'waiting', null],
      [50.5, 60, 'open', null],
      [60, 1500, 'hold', 'parts are on their way'],
      [1500, 1600, 'open', null],
    ])
  })
})

describe('the ledger as a table', () => {
  it('has a row for each stretch, and keeps from customers why and by whom it was held', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    to(10)
    await move(id, 'hold', 'their invoice is unpaid')
    to(70)
    await move(id, 'in_progress')
    to(100)
    const agent = await makePerson(tenant, 'agent')
    const customer = await makePerson(tenant, 'customer')
    await inWork(tenant, async ({ tx }) => {
      const { requesterId } = await tx.ticket.findFirstOrThrow({ where: { tenantId: tenant.ref.id, id } })
      await tx.contact.updateMany({ where: { tenantId: tenant.ref.id, id: requesterId }, data: { personId: customer.id } })
    })
    const [inside, outside] = await Promise.all(
      [agent, customer].map(async ({ request }) => (await request('GET', `/ticket/${id}/sla/export`)).text()),
    )
    const rows = (csv = '') => csv.trim().split('\r\n').slice(1)
    expect(rows(inside)).toHaveLength(6)
    expect(rows(inside).filter((row) => row.includes(',hold,'))).toHaveLength(2)
    expect(inside).toContain('their invoice is unpaid')
    expect(outside).not.toContain('unpaid')
    expect(rows(outside)).toHaveLength(6)
    const sum = rows(inside)
      .filter((row) => row.startsWith('first_response'))
      .reduce((all, row) => all + Number(row.split(',').at(-4)), 0)
    expect(sum).toBe(40)
    const stranger = await makePerson(tenant, 'customer')
    expect((await stranger.request('GET', `/ticket/${id}/sla`)).status).toBe(404)
    expect((await stranger.request('GET', `/ticket/${id}/sla/export`)).status).toBe(404)
  })
})

describe('machines whose clocks differ', () => {
  const passed = (id: string) =>
    inWork(tenant, ({ tx }) => tx.event.count({ where: { tenantId: tenant.ref.id, type: 'ticket.sla_breached', subjectId: id } }))

  it('mark a deadline once: one that has passed for one of them has passed', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    // One is five minutes ahead and changes the ticket; another, which is right, changes it after that.
    to(64)
    await call(router.tickets.changePriority, { id, priority: 'high', version: 1 }, context())
    to(59)
    await call(router.tickets.changePriority, { id, priority: 'low', version: 2 }, context())
    expect(await passed(id)).toBe(1)
    to(61)
    await sweepDesk(tenant)
    expect(await passed(id)).toBe(1)
    const { clocks } = await call(router.tickets.get, { id }, context())
    expect(clocks.find(({ metric }) => metric === 'first_response')).toMatchObject({ breachedAt: new Date(monday + 3600_000) })
  })

  it('never count less than nothing: an answer from before the question is in time', async () => {
    await makePolicy()
    to(30)
    const { id } = await makeTicket(tenant)
    to(27)
    await reply(id)
    to(40)
    const { clocks } = await call(router.sla.ledger, { id }, context())
    expect(clocks.find(({ metric }) => metric === 'first_response')).toMatchObject({ consumedMinutes: 0, breachedAt: null })
    const { items } = await call(router.sla.violations, {}, context())
    expect(items).toEqual([])
  })
})

describe('tickets that are merged', () => {
  it('stop their clocks with the merge, and have them back as they were when it is undone', async () => {
    await makePolicy()
    const { id: into } = await makeTicket(tenant, { email: 'one@example.com' })
    const { id: from } = await makeTicket(tenant, { email: 'one@example.com' })
    const running = async (id: string) =>
      (await call(router.tickets.get, { id }, context())).clocks.map(({ metric, dueAt }) => [metric, minute(dueAt)])
    const before = await running(from)
    expect(before).toEqual([
      ['first_response', 60],
      ['resolution', 480],
    ])
    to(10)
    const { mergeId } = await call(router.tickets.merge, { id: from, into }, context())
    expect(await running(from)).toEqual([])
    expect(await running(into)).toEqual(before)
    to(30)
    await call(router.tickets.undoMerge, { mergeId }, context())
    // Whoever asked has waited in the twenty minutes too in which it was no ticket of its own.
    expect(await running(from)).toEqual(before)
    expect(await running(into)).toEqual(before)
  })
})

describe('a recompute alerts nobody', () => {
  const skipped = async (id: string) => {
    const where = { tenantId: tenant.ref.id, clock: { ticketId: id } }
    const rows = await inWork(tenant, ({ tx }) => tx.slaFiring.findMany({ where, orderBy: { plannedAt: 'asc' } }))
    return rows.map(({ plannedAt, isSkipped }) => `${minute(plannedAt)}${isSkipped ? ' skipped' : ''}`)
  }
  const marks = async (id: string) => {
    const { clocks: shown } = await call(router.sla.ledger, { id }, context())
    return shown
      .filter(({ breachedAt }) => breachedAt)
      .map(({ metric, isBreachRecomputed }) => `${metric}${isBreachRecomputed ? ' recomputed' : ''}`)
  }
  const notices = () => inWork(tenant, ({ tx }) => tx.notification.count())
  const steps = [step(-15), step(0), step(30)]
  const toggle = async (isEnabled: boolean) => {
    await call(router.sla.enable, { isEnabled }, context())
    await recompute()
  }
  const shorten = async (minutes: number) => {
    const [policy] = (await call(router.sla.list, {}, context())).items
    if (!policy) throw new Error('there is no policy')
    const targets = policy.targets.map((target) => ({ ...target, amount: minutes * (target.metric === 'resolution' ? 8 : 1) }))
    await call(router.sla.update, { ...policyInput(policy), targets }, context())
    await recompute()
  }

  it.each([
    // At 40 minutes, of a target of 60 with steps at 45, 60 and 90.
    {
      what: 'a shorter target',
      at: 40,
      act: () => shorten(20),
      clock: 'due 20, breached',
      fired: ['5 skipped', '20 skipped'],
      told: [],
      later: { at: 51, told: ['50 first_response'] },
    },
    {
      what: 'a target that leaves its steps ahead',
      at: 10,
      act: () => shorten(30),
      clock: 'due 30',
      fired: [],
      told: [],
      later: { at: 31, told: ['15 first_response late', 'breach first_response', '30 first_response'] },
    },
    {
      what: 'clocks that are switched off and on',
      at: 70,
      act: async () => {
        await toggle(false)
        await toggle(true)
      },
      clock: 'due 60, breached',
      fired: ['45 skipped', '60 skipped'],
      told: [],
      later: { at: 91, told: ['90 first_response'] },
    },
  ])('$what', async ({ at, act, clock, fired, told, later }) => {
    await makePerson(tenant, 'admin')
    await makePolicy({ escalations: steps })
    const { id } = await makeTicket(tenant)
    await drainBackground()
    const before = await notices()
    to(at)
    await act()
    expect((await clocks(id)).find((each) => each.startsWith('first_response'))).toBe(`first_response 1, ${clock}`)
    expect(await skipped(id)).toEqual(fired)
    const alerts = async () =>
      (await taken()).filter((each) => !each.includes('resolution') && !each.startsWith('breach first_response late'))
    expect((await alerts()).filter((each) => !each.startsWith('breach'))).toEqual(told)
    await drainBackground()
    expect(await notices()).toBe(before)
    expect((await marks(id)).filter((each) => each.startsWith('first'))).toEqual(
      clock.includes('breached') ? ['first_response recomputed'] : [],
    )
    // What lies ahead comes as ever.
    to(later.at)
    await sweepDesk(tenant)
    expect(
      (await taken()).filter((each) => !each.includes('resolution') && (!each.startsWith('breach') || later.told.includes(each))),
    ).toEqual(later.told)
    await drainBackground()
    expect(await notices()).toBeGreaterThan(before)
  })

  it('nor does a priority that brings the deadline into the past, and neither says a word in the conversation', async () => {
    const admin = await makePerson(tenant, 'admin')
    await makePolicy({ urgent: 5, escalations: steps })
    const { id } = await makeTicket(tenant)
    await drainBackground()
    const before = await notices()
    to(30)
    await change(id, 'urgent')
    await drainBackground()
    expect(await skipped(id)).toEqual(['5 skipped'])
    expect(await notices()).toBe(before)
    for (let n = 0; n < 3; n++) {
      await toggle(false)
      await toggle(true)
    }
    expect(await notices()).toBe(before)
    const page = (await (await admin.request('GET', `/ticket/${id}/page`)).json()) as { activity: { type: string }[] }
    expect(page.activity.filter(({ type }) => type === 'ticket.policy_applied')).toHaveLength(1)
    expect(page.activity.filter(({ type }) => type === 'ticket.sla_breached')).toEqual([])
  })

  it('tells of what was due before it, as if it had not come in between', async () => {
    await makePolicy({ escalations: steps })
    const { id } = await makeTicket(tenant)
    to(61)
    await shorten(20)
    expect((await taken()).filter((each) => each.includes('first_response')).map((each) => each.replace(' late', ''))).toEqual([
      '5 first_response',
      'breach first_response',
      '20 first_response',
    ])
    expect((await marks(id)).filter((each) => each.startsWith('first'))).toEqual(['first_response'])
  })
})

describe('steps before and after a deadline', () => {
  it('are taken once each, in order, also after a standstill', async () => {
    await makePolicy({ escalations: [step(30), step(-15), step(0), step(-600), step(-60, undefined, 'resolution')] })
    await makeTicket(tenant)
    to(45 + 1 / 60)
    await sweepDesk(tenant)
    await sweepDesk(tenant)
    // What would come before the ticket did never comes.
    expect(await taken()).toEqual(['45 first_response'])
    to(1600)
    await sweepDesk(tenant)
    expect(await taken()).toEqual([
      '45 first_response',
      'breach first_response late',
      '60 first_response late',
      '90 first_response late',
      '420 resolution late',
      'breach resolution late',
    ])
  })

  it('are paused with their clock, count business time, and end with it', async () => {
    await makePolicy({ escalations: [step(-15), step(10)] })
    const { id } = await makeTicket(tenant)
    to(40)
    await move(id, 'hold')
    to(200)
    await sweepDesk(tenant)
    expect(await taken()).toEqual([])
    await move(id, 'in_progress')
    // Twenty minutes were left: fifteen before the end of them.
    to(204)
    await sweepDesk(tenant)
    expect(await taken()).toEqual([])
    to(206)
    await sweepDesk(tenant)
    expect(await taken()).toEqual(['205 first_response'])
    await reply(id)
    to(1000)
    await sweepDesk(tenant)
    expect(await taken()).toEqual(['205 first_response'])
  })

  it('do what they say: tell, write, hand over, raise and mark; a policy that follows has its own', async () => {
    const [admin, lead] = [await makePerson(tenant, 'admin'), await makePerson(tenant, 'moderator')]
    await makePolicy({
      name: 'Urgent',
      filter: 'priority:urgent',
      urgent: 1,
      escalations: [step(0, [{ kind: 'assign', assigneeId: lead.id }]), step(0, [{ kind: 'raise_priority', priority: 'urgent' }])],
    })
    await makePolicy({
      escalations: [
        step(5, [
          { kind: 'notify', to: tells },
          { kind: 'mail', to: { ...tells, personIds: [lead.id] }, subject: 'Late: {number}', body: '{title} was due {due}.' },
          { kind: 'tags', add: ['late'], remove: [] },
          { kind: 'raise_priority', priority: 'urgent' },
        ]),
      ],
    })
    const { id, number } = await makeTicket(tenant, { title: 'Leak' })
    to(66)
    await sweepDesk(tenant)
    await drainBackground()
    const after = await inWork(tenant, async ({ tx }) => ({
      ticket: await tx.ticket.findFirstOrThrow({ where: { tenantId: tenant.ref.id, id } }),
      told: await tx.notification.findMany({ where: { tenantId: tenant.ref.id, type: 'ticket_escalated' } }),
      mails: await tx.outboundMail.findMany({ where: { tenantId: tenant.ref.id, subject: `Late: ${number}` } }),
    }))
    // The raised priority brought it under the other policy, whose deadline had passed too: that handed it over.
    expect(after.ticket).toMatchObject({ priority: 'urgent', tags: ['late'], assigneeId: lead.id, status: 'assigned' })
    expect(after.told.map(({ personId }) => personId)).toContain(admin.id)
    expect(after.mails.flatMap(({ recipients }) => recipients).sort()).toEqual([admin.email, lead.email].sort())
    to(2000)
    await sweepDesk(tenant)
    await drainBackground()
    expect(await inWork(tenant, ({ tx }) => tx.slaFiring.count({ where: { tenantId: tenant.ref.id } }))).toBe(3)
  })

  it('post to other systems, once and in words', async () => {
    const { id: hookId } = await inWork(tenant, ({ tx }) =>
      tx.notificationHook.create({
        data: {
          tenantId: tenant.ref.id,
          id: newId(),
          name: 'Pager',
          kind: 'json',
          url: 'https://pager.example.com/in',
          secret: 's',
          types: ['ticket_escalated'],
        },
      }),
    )
    await makePolicy({
      escalations: [
        step(0, [
          { kind: 'notify', to: tells },
          { kind: 'webhook', hookId },
        ]),
      ],
    })
    await makePerson(tenant, 'admin')
    const { id, number } = await makeTicket(tenant, { title: 'Leak' })
    to(61)
    await sweepDesk(tenant)
    await drainBackground()
    const jobs = await withPlatform((tx) => tx.job.findMany({ where: { tenantId: tenant.ref.id, name: 'notifications.hook' } }))
    // The address hears of all escalations anyhow: this one reaches it once.
    expect(jobs.map(({ input }) => input)).toEqual([
      {
        hookId,
        message: expect.objectContaining({
          type: 'ticket_escalated',
          title: `${number} is escalated: first response`,
          url: expect.stringContaining(`/agent/tickets/${id}`),
        }),
      },
    ])
    const unknown = makePolicy({ name: 'Other', escalations: [step(0, [{ kind: 'webhook', hookId: newId() }])] })
    await expect(unknown).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: { 'escalations.0.actions.0.hookId': ['actions.unknown.webhook'] } },
    })
  })

  it('keep what they have done when their policy is changed, and do no more when they are left out', async () => {
    const policy = await makePolicy({ escalations: [step(-30), step(30)] })
    await makeTicket(tenant)
    to(31)
    await sweepDesk(tenant)
    const { id, version, targets, escalations } = policy
    const kept = escalations.filter(({ minutes }) => minutes < 0)
    const changed = await call(router.sla.update, { id, version, name: 'Standard', targets, escalations: kept }, context())
    expect(changed.escalations).toEqual(kept)
    await recompute()
    to(200)
    await sweepDesk(tenant)
    expect(await taken()).toEqual(['30 first_response', 'breach first_response late'])
  })

  it.each([
    ['a reminder after the deadline', { ...step(10), kind: 'reminder' as const }, 'escalations.0.minutes'],
    ['nothing to do', { ...step(10), actions: [] }, 'escalations.0.actions'],
    ['nobody to tell', step(10, [{ kind: 'notify', to: { ...tells, roles: [] } }]), 'escalations.0.actions.0.to'],
    [
      'a stranger',
      step(10, [{ kind: 'assign', assigneeId: '01900000-0000-7000-8000-000000000000' }]),
      'escalations.0.actions.0.assigneeId',
    ],
  ])('are refused with %s', async (_, escalation, field) => {
    const refused = await makePolicy({ escalations: [escalation] }).catch((error) => error)
    expect(refused).toMatchObject({ code: 'INVALID' })
    expect(Object.keys(refused.data.fields)).toContain(field)
  })
})

describe('the record of targets', () => {
  it('lists what passed, by how much and whose it was, and counts what was met', async () => {
    const policy = await makePolicy()
    const [late, early] = [await makeTicket(tenant, { title: 'late' }), await makeTicket(tenant, { title: 'early' })]
    to(30)
    await reply(early.id)
    to(75)
    await reply(late.id)
    const open = await makeTicket(tenant, { title: 'open' })
    to(140)
    await sweepDesk(tenant)
    const { items } = await call(router.sla.violations, {}, context())
    expect(
      items.map(({ ticket, metric, breachedAt, actualMinutes, overrunMinutes, resolvedAt }) => [
        ticket.title,
        metric,
        minute(breachedAt),
        actualMinutes,
        overrunMinutes,
        minute(resolvedAt),
      ]),
    ).toEqual([
      ['open', 'first_response', 135, null, null, null],
      ['late', 'first_response', 60, 75, 15, 75],
    ])
    expect(items[0]?.department?.name).toBe('Support')
    const titles = async (input: object) =>
      (await call(router.sla.policyViolations, { id: policy.id, ...input } as never, context())).items.map(({ ticket }) => ticket.title)
    expect(await titles({ isOpen: 'true' })).toEqual(['open'])
    expect(await titles({ isOpen: 'false' })).toEqual(['late'])
    const { nextCursor } = await call(router.sla.violations, { limit: 1 }, context())
    expect(await titles({ cursor: nextCursor })).toEqual(['late'])
    const found = await call(router.sla.dashboard, {}, context())
    expect(found).toMatchObject({
      overall: { met: 1, breached: 2 },
      byMetric: [{ metric: 'first_response', met: 1, breached: 2 }],
      byPriority: [{ priority: 'medium', met: 1, breached: 2 }],
      byPolicy: [{ id: policy.id, name: 'Standard', met: 1, breached: 2 }],
      byDepartment: [{ name: 'Support', met: 1, breached: 2 }],
      byAgent: [{ id: null, name: 'Unassigned', met: 1, breached: 2 }],
      byDay: [{ day: '2026-03-02', met: 1, breached: 2 }],
      now: { breached: 1, soon: 0, later: 2, paused: 0 },
    })
    expect(open.id).toBeTruthy()
    // Behind each number are as many results.
    const department = found.byDepartment[0]?.id ?? undefined
    const each = {
      metric: 'first_response',
      priority: 'medium',
      policyId: policy.id,
      departmentId: department,
      agentId: 'none',
      day: '2026-03-02',
    }
    const results = async (input: object) => (await call(router.sla.results, input as never, context())).items
    for (const [key, value] of Object.entries(each))
      for (const [result, count] of Object.entries({ met: 1, breached: 2 }))
        expect(await results({ [key]: value, result }), `${key} ${result}`).toHaveLength(count)
    const others = { metric: 'resolution', priority: 'high', policyId: open.id, departmentId: 'none', agentId: open.id, day: '2026-03-01' }
    for (const [key, value] of Object.entries(others)) expect(await results({ [key]: value }), key).toEqual([])
    const first = await call(router.sla.results, { limit: 2 }, context())
    const rest = await call(router.sla.results, { limit: 2, cursor: first.nextCursor as string }, context())
    expect([...first.items, ...rest.items]).toEqual(await results({}))
    expect(await results({ result: 'met' })).toMatchObject([
      { metric: 'first_response', result: 'met', agent: null, department: { name: 'Support' } },
    ])
    await expect(call(router.sla.dashboard, { from: '2020-01-01' } as never, context())).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('the simulator', () => {
  it('replays tickets under a policy and hours as they would be, and changes nothing', async () => {
    const { targets, id: policyId } = await makePolicy()
    const [fast, slow] = [await makeTicket(tenant, { title: 'fast' }), await makeTicket(tenant, { title: 'slow' })]
    to(20)
    await reply(fast.id)
    to(50)
    await reply(slow.id)
    await makeTicket(tenant, { title: 'open' })
    to(55)
    const halved = { name: 'Standard', targets: targets.map((target) => ({ ...target, amount: target.amount / 2 })) }
    const first = await call(router.sla.simulate, { policy: { id: policyId, ...halved } }, context())
    expect(first).toMatchObject({ total: 3, done: 3, nextCursor: null })
    expect(first.changed.map(({ title, metric, before, after }) => [title, metric, before, after])).toEqual([
      ['slow', 'first_response', 'met', 'breached'],
    ])
    expect(first.groups.find(({ metric }) => metric === 'first_response')).toMatchObject({
      department: 'Support',
      priority: 'medium',
      before: { met: 2, breached: 0 },
      after: { met: 1, breached: 1 },
    })
    // What is as it is ends as it did; a page at a time it is the same.
    expect((await call(router.sla.simulate, { policy: { id: policyId, name: 'Standard', targets } }, context())).changed).toEqual([])
    const pages: string[] = []
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page = await call(router.sla.simulate, { policy: { id: policyId, ...halved }, limit: 1, cursor }, context())
      pages.push(...page.changed.map(({ title }) => title))
      expect(page.done).toBe(1)
      cursor = page.nextCursor ?? undefined
    }
    expect(pages).toEqual(['slow'])
    // On shorter hours the first day has an hour less, and the clock begins with it.
    const late = [['09:40', '17:00']] as [string, string][]
    const schedule = { mon: late, tue: late, wed: late, thu: late, fri: late }
    const { changed } = await call(
      router.sla.simulate,
      { policy: { id: policyId, ...halved }, calendar: { id: calendarId, timezone: 'UTC', schedule } },
      context(),
    )
    expect(changed).toEqual([])
    expect(await clocks(slow.id)).toEqual(['first_response 1, due 60, stopped 50', 'resolution 1, due 480'])
    await expect(call(router.sla.simulate, {}, context())).rejects.toMatchObject({ code: 'INVALID' })
    await expect(
      call(router.sla.simulate, { calendar: { id: calendarId, timezone: 'UTC', schedule: {} } }, context()),
    ).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('says what the targets of a policy that is not there yet would be', async () => {
    await makeTicket(tenant)
    const targets = [{ metric: 'first_response' as const, priority: 'medium' as const, amount: 5, unit: 'minutes' as const, calendarId }]
    to(30)
    const { changed } = await call(router.sla.simulate, { policy: { name: 'New', targets } }, context())
    expect(changed.map(({ metric, before, after }) => [metric, before, after])).toEqual([['first_response', 'none', 'breached']])
  })
})

describe('the sweep', () => {
  const breaches = () => inWork(tenant, ({ tx }) => tx.event.findMany({ where: { tenantId: tenant.ref.id, type: 'ticket.sla_breached' } }))

  it('finds what has passed, once, and says so when it was found late', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    to(60)
    await sweepSlaJob.run({ input: {}, tenant: null, progress: async () => {} })
    expect(await breaches()).toEqual([])
    to(60 + 1 / 60)
    await sweepSlaJob.run({ input: {}, tenant: null, progress: async () => {} })
    await sweepSlaJob.run({ input: {}, tenant: null, progress: async () => {} })
    expect(await clocks(id)).toEqual(['first_response 1, due 60, breached', 'resolution 1, due 480'])
    expect(await breaches()).toHaveLength(1)
    // Nobody was there for a night.
    to(1500)
    await sweepSlaJob.run({ input: {}, tenant: null, progress: async () => {} })
    expect((await breaches()).map(({ payload }) => (payload as { isLate: boolean }).isLate).sort()).toEqual([false, true])
    expect(minute((await ticketRow(id)).slaDueAt)).toBe(60)
  })

  it('finds all of many, and leaves those of removed tickets alone', async () => {
    await makePolicy()
    for (let n = 0; n < 12; n++) await makeTicket(tenant)
    const gone = await makeTicket(tenant)
    await call(router.tickets.delete, { id: gone.id, version: (await ticketRow(gone.id)).version }, context())
    to(61)
    expect(await sweepDesk(tenant)).toBe(12)
    expect(await sweepDesk(tenant)).toBe(0)
    expect(await breaches()).toHaveLength(12)
  })
})

describe('a list of tickets', () => {
  it('knows the clocks of each, and sorts and filters by them', async () => {
    await makePolicy()
    const titles = async (input: object) => (await call(router.tickets.list, input as never, context())).items.map(({ title }) => title)
    const early = await makeTicket(tenant, { title: 'early' })
    to(30)
    await makeTicket(tenant, { title: 'late' })
    const held = await makeTicket(tenant, { title: 'held' })
    await move(held.id, 'hold')
    expect(await titles({ sort: 'sla' })).toEqual(['early', 'late', 'held'])
    expect(await titles({ sort: '-sla', limit: 2 })).toEqual(['held', 'late'])
    expect(await titles({ q: 'sla:paused' })).toEqual(['held'])
    to(61)
    expect(await titles({ q: 'sla:breached' })).toEqual(['early'])
    expect(await titles({ view: 'breaching' })).toEqual(['early', 'late'])
    expect(await titles({ view: 'open' })).toEqual(['early', 'late', 'held'])
    expect(await call(router.tickets.counts, undefined, context())).toMatchObject({ breaching: 2, overdue: 1 })
    const { clocks: shown } = await call(router.tickets.get, { id: early.id }, context())
    expect(shown.map(({ metric, dueAt, targetMinutes }) => [metric, minute(dueAt), targetMinutes]).sort()).toEqual([
      ['first_response', 60, 60],
      ['resolution', 480, 480],
    ])
    // Page by page it is the same order.
    const { nextCursor } = await call(router.tickets.list, { sort: 'sla', limit: 1 }, context())
    expect(await titles({ sort: 'sla', cursor: nextCursor, limit: 1 })).toEqual(['late'])
    await expect(titles({ q: 'sla:never' })).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('a policy', () => {
  it('applies when a ticket meets its conditions first', async () => {
    await inWork(tenant, async ({ tx, now }) => {
      const tenantId = tenant.ref.id
      await tx.organisation.create({
        data: { tenantId, id: '01900000-0000-7000-8000-00000000000a', name: 'Big Bank', tier: 'premium', updatedAt: now },
      })
    })
    await makePolicy({ name: 'Bank', filter: 'organisation:big* -tag:internal', minutes: 10 })
    await makePolicy({ name: 'Premium', filter: 'tier:premium', minutes: 20 })
    await makePolicy({ name: 'Marked', filter: '(tag:vip* OR source:phone)', minutes: 30 })
    const policyOf = async (id: string) =>
      inWork(
        tenant,
        async ({ tx }) =>
          (await tx.ticket.findFirstOrThrow({ where: { tenantId: tenant.ref.id, id }, select: { slaPolicy: { select: { name: true } } } }))
            .slaPolicy?.name,
      )
    const { id } = await makeTicket(tenant)
    expect(await policyOf(id)).toBeUndefined()
    const tag = async (...tags: string[]) =>
      call(router.tickets.changeTags, { id, tags, version: (await ticketRow(id)).version }, context())
    await tag('vip-gold')
    expect(await policyOf(id)).toBe('Marked')
    await inWork(tenant, ({ tx }) =>
      tx.contact.updateMany({ where: { tenantId: tenant.ref.id }, data: { organisationId: '01900000-0000-7000-8000-00000000000a' } }),
    )
    await tag('vip-silver')
    expect(await policyOf(id)).toBe('Bank')
    await tag('internal')
    expect(await policyOf(id)).toBe('Premium')
  })

  it('follows the tier of who asks', async () => {
    await makePolicy({ name: 'Premium', filter: 'tier:premium', minutes: 10 })
    const { id, requester } = await makeTicket(tenant)
    expect(await clocks(id)).toEqual([])
    const { version, name, emails } = await call(router.contacts.get, { id: requester.id }, context())
    await call(router.contacts.update, { id: requester.id, version, name, emails, tier: 'premium' } as never, context())
    await drainBackground()
    expect(await clocks(id)).toEqual(['first_response 1, due 10', 'resolution 1, due 80'])
  })

  it('that changes moves the deadlines of open tickets and leaves what is over', async () => {
    const policy = await makePolicy()
    const [open, over] = [await makeTicket(tenant), await makeTicket(tenant)]
    to(10)
    await reply(over.id)
    await move(over.id, 'resolved')
    const { id, version, targets } = policy
    await call(
      router.sla.update,
      { id, version, name: 'Standard', targets: targets.map((target) => ({ ...target, amount: target.amount * 2 })) },
      context(),
    )
    await recompute()
    expect(await clocks(open.id)).toEqual(['first_response 1, due 120', `resolution 1, due ${1440 + 480}`])
    expect(await clocks(over.id)).toEqual(['first_response 1, due 60, stopped 10', 'resolution 1, due 480, stopped 10'])
    await call(router.sla.delete, { id }, context())
    await recompute()
    expect(await clocks(open.id)).toEqual([])
    expect(await clocks(over.id)).toHaveLength(2)
  })

  it('follows its calendar, and the switch of the workspace', async () => {
    await makePolicy()
    const { id } = await makeTicket(tenant)
    const [calendar] = (await call(router.calendars.list, undefined, context())).items
    if (!calendar) throw new Error('there is a calendar')
    const { dayMinutes, weekMinutes, policies, createdAt, updatedAt, ...fields } = calendar
    expect({ dayMinutes, weekMinutes, policies }).toEqual({ dayMinutes: 480, weekMinutes: 2400, policies: ['Standard'] })
    const holiday = { date: '2026-03-02', name: 'Founders’ Day' }
    await call(router.calendars.update, { ...fields, holidays: [holiday] } as never, context())
    await recompute()
    expect(await clocks(id)).toEqual([`first_response 1, due ${1440 + 60}`, `resolution 1, due ${1440 + 480}`])
    await call(router.sla.enable, { isEnabled: false }, context())
    await recompute()
    expect(await clocks(id)).toEqual([])
    await makeTicket(tenant)
    await call(router.sla.enable, { isEnabled: true }, context())
    await recompute()
    expect(await clocks(id)).toHaveLength(2)
    await expect(call(router.calendars.delete, { id: calendar.id }, context())).rejects.toThrow('Standard')
  })

  const cell = (amount: number, unit: 'minutes' | 'weeks' = 'minutes') => [
    { metric: 'resolution' as const, priority: 'low' as const, amount, unit },
  ]
  it.each<[string, { filter?: string; targets?: object[] }, string]>([
    ['words', { filter: 'printer' }, 'filter'],
    ['what changes by itself', { filter: 'created:>7d' }, 'filter'],
    ['nonsense', { filter: 'priority:(' }, 'filter'],
    ['a department that is none', { filter: 'department:nowhere' }, 'filter'],
    ['a target of nothing', { targets: cell(0) }, 'targets.0.amount'],
    ['a target out of reach', { targets: cell(100, 'weeks') }, 'targets.0.amount'],
    ['two targets for one case', { targets: [...cell(1), ...cell(2)] }, 'targets'],
    ['no target', { targets: [] }, 'targets'],
    ['hours that are none', { targets: [{ ...cell(1)[0], calendarId: '01900000-0000-7000-8000-000000000000' }] }, 'targets.0.calendarId'],
  ])('is refused with %s', async (_, given, field) => {
    const own = (given.targets ?? cell(60)).map((each) => ({ calendarId, ...each }))
    const refused = call(router.sla.create, { name: 'X', ...given, targets: own } as never, context())
    await expect(refused).rejects.toMatchObject({ code: 'INVALID' })
    const fields = await refused.catch((error) => Object.keys(error.data.fields))
    expect(fields).toContain(field)
  })

  it('of a taken name, or changed by someone else meanwhile, is refused', async () => {
    const { id, version, targets } = await makePolicy()
    await expect(makePolicy({ name: 'STANDARD' })).rejects.toMatchObject({ code: 'INVALID' })
    await call(router.sla.update, { id, version, name: 'Other', targets }, context())
    await expect(call(router.sla.update, { id, version, name: 'Mine', targets }, context())).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { currentVersion: version + 1 },
    })
  })
})
