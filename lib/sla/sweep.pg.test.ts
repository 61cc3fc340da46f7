import { call } from '@orpc/server'
import { describe, expect, it, vi } from 'vitest'
import { insideDoor } from '../procedure/door'
import { router } from '../router'
import { inWork, makeTenant, makeTicket, system } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { sweepDesk } from './sweep'

openTestPostgres()

describe('several sweeps at once', () => {
  it('take each step and mark each deadline once, beside people at work', async () => {
    const tenant = await makeTenant('sweeps')
    const context = { context: { door: insideDoor({ tenant, actor: system }) } }
    const to = { assignee: false, lead: false, members: true, roles: [], personIds: [] }
    // All of it was an hour ago.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3600_000 })
    await call(
      router.sla.create,
      {
        name: 'Now',
        targets: [{ metric: 'first_response', priority: 'medium', amount: 1, unit: 'minutes' }],
        escalations: [{ metric: 'first_response', kind: 'escalation', minutes: 1, actions: [{ kind: 'notify', to }] }],
      },
      context,
    )
    const tickets = await Promise.all(Array.from({ length: 40 }, () => makeTicket(tenant)))
    vi.useRealTimers()
    const work = tickets.slice(0, 10).map(({ id }) => call(router.tickets.reply, { id, body: 'Here we are.' }, context))
    await Promise.all([sweepDesk(tenant), sweepDesk(tenant), sweepDesk(tenant), ...work])
    await sweepDesk(tenant)
    const { breaches, steps, clocks } = await inWork(tenant, async ({ tx }) => {
      const where = { tenantId: tenant.ref.id }
      return {
        breaches: await tx.event.findMany({ where: { ...where, type: 'ticket.sla_breached' } }),
        steps: await tx.event.findMany({ where: { ...where, type: 'ticket.escalated' } }),
        clocks: await tx.slaClock.findMany({ where }),
      }
    })
    expect(breaches.map(({ subjectId }) => subjectId).sort()).toEqual(tickets.map(({ id }) => id).sort())
    expect(clocks.filter(({ breachedAt }) => !breachedAt)).toEqual([])
    expect(clocks.filter(({ nextAt }) => nextAt)).toEqual([])
    // Also of those that somebody answered first: what was due is made up for.
    expect(steps.map(({ subjectId }) => subjectId).sort()).toEqual(tickets.map(({ id }) => id).sort())
  }, 60_000)

  it('tells what has passed by the clock of the database, not by that of the machine', async () => {
    const tenant = await makeTenant('ahead')
    const context = { context: { door: insideDoor({ tenant, actor: system }) } }
    await call(
      router.sla.create,
      { name: 'Soon', targets: [{ metric: 'first_response', priority: 'medium', amount: 30, unit: 'minutes' }] },
      context,
    )
    await makeTicket(tenant)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 })
    expect(await sweepDesk(tenant)).toBe(0)
    vi.useRealTimers()
  })
})
