import { spawn } from 'node:child_process'
import path from 'node:path'
import { call } from '@orpc/server'
import { describe, expect, it, vi } from 'vitest'
import { internalCaller } from '../procedure/caller'
import { inWork, makeContact, makeTenant, makeTicket, system } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { router } from '../wiring/router'
import { sweepDesk } from './sweep'

const postgres = openTestPostgres()

describe('several sweeps at once', () => {
  it('take each step and mark each deadline once, beside people at work', async () => {
    const tenant = await makeTenant('sweeps')
    const context = { context: { caller: internalCaller({ tenant, actor: system }) } }
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
    // Also of those that someone answered first: what was due is made up for.
    expect(steps.map(({ subjectId }) => subjectId).sort()).toEqual(tickets.map(({ id }) => id).sort())
  }, 60_000)

  it('tells what has passed by the clock of the database, not by that of the machine', async () => {
    const tenant = await makeTenant('ahead')
    const context = { context: { caller: internalCaller({ tenant, actor: system }) } }
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

  it('lose and double nothing when one is killed in the middle', async () => {
    const tenant = await makeTenant('killed')
    const tenantId = tenant.ref.id
    const context = { context: { caller: internalCaller({ tenant, actor: system }) } }
    const hour = 3600_000
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 2 * hour })
    const targets = [{ metric: 'resolution' as const, priority: 'medium' as const, amount: 1, unit: 'hours' as const }]
    const escalations = [
      {
        metric: 'resolution' as const,
        kind: 'escalation' as const,
        minutes: 1,
        actions: [{ kind: 'tags' as const, add: ['late'], remove: [] }],
      },
    ]
    const policy = await call(router.sla.create, { name: 'An hour', targets, escalations }, context)
    vi.useRealTimers()
    const { id: requesterId } = await makeContact(tenant, 'many@example.com')
    const count = 1500
    await inWork(tenant, async ({ tx }) => {
      await tx.$executeRaw`
        INSERT INTO ticket (tenant_id, id, number, title, source, requester_id, created_at, updated_at, sla_policy_id, sla_matched_at, sla_due_at)
        SELECT ${tenantId}::uuid, gen_random_uuid(), 1000 + n, 'Ticket', 'email', ${requesterId}::uuid, now() - interval '90 minutes', now(),
          ${policy.id}::uuid, now(), now() - interval '30 minutes' FROM generate_series(1, ${count}::int) n`
      await tx.$executeRaw`
        INSERT INTO sla_clock (tenant_id, id, ticket_id, metric, cycle, policy_id, priority, target_minutes, started_at, due_at, next_at)
        SELECT tenant_id, gen_random_uuid(), id, 'resolution', 1, sla_policy_id, 'medium', 60, created_at, sla_due_at, sla_due_at
        FROM ticket WHERE tenant_id = ${tenantId}::uuid AND number > 1000`
    })
    const marked = () => inWork(tenant, ({ tx }) => tx.slaClock.count({ where: { tenantId, breachedAt: { not: null } } }))
    const env = { ...process.env, DATABASE_URL: postgres.url(), JOBS: 'off' }
    const sweep = spawn(path.resolve('node_modules/.bin/tsx'), ['lib/cli/main.ts', 'sla', '--tenant', 'killed'], {
      env,
      detached: true,
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => sweep.once('close', resolve))
    await vi.waitFor(async () => expect(await marked()).toBeGreaterThan(0), { timeout: 30_000, interval: 20 })
    process.kill(-(sweep.pid as number), 'SIGKILL')
    await ended
    expect(await marked()).toBeLessThan(count)
    await sweepDesk(tenant)
    const told = await inWork(tenant, ({ tx }) =>
      tx.event.groupBy({
        by: ['type', 'subjectId'],
        where: { tenantId, type: { in: ['ticket.sla_breached', 'ticket.escalated'] } },
        _count: true,
      }),
    )
    // What follows from them is not looked at here.
    await inWork(tenant, ({ tx }) => tx.eventDelivery.deleteMany({ where: { tenantId, status: 'pending' } }))
    expect(told).toHaveLength(2 * count)
    expect(told.filter(({ _count }) => _count !== 1)).toEqual([])
  }, 90_000)
})
