// npm run bench:sla [-- --sizes 10000,100000,1000000 --simulate 50000]
// What the sweep of deadlines costs as clocks grow and as what is due grows; how fast clocks are worked out again after a
// calendar changed; and the simulator over many tickets. In this process, on a real PostgreSQL. The baseline of the sweep is
// the same number of rows found and marked by hand.

import { parseArgs } from 'node:util'
import { call } from '@orpc/server'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '10000,100000,1000000' }, simulate: { type: 'string', default: '50000' } },
})

const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
await import('../lib/wiring/wire')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { env } = await import('../lib/env')
const { newId } = await import('../lib/core/id')
const { withPlatform } = await import('../lib/db/scope')
const { runJob } = await import('../lib/jobs/run')
const { internalCaller } = await import('../lib/procedure/caller')
const { router } = await import('../lib/wiring/router')
const { sweepDesk } = await import('../lib/sla/sweep')
const { inWork, makeTenant, system } = await import('../lib/testing/factories')
env().DATABASE_MIGRATION_URL = server.url()
await bringUpToDate()
const pool = new pg.Pool({ connectionString: server.url(), max: 2 })

const timed = async (work: () => Promise<unknown>) => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** A workspace with so many open tickets, each with a clock that is due in days. */
async function desk(slug: string, size: number) {
  const tenant = await makeTenant(slug)
  const tenantId = tenant.ref.id
  const context = { context: { caller: internalCaller({ tenant, actor: system }) } }
  const nine = [['09:00', '17:00']] as [string, string][]
  const schedule = { mon: nine, tue: nine, wed: nine, thu: nine, fri: nine, sat: [], sun: [] }
  const calendar = await call(router.calendars.create, { name: 'Office', timezone: 'UTC', schedule }, context)
  const targets = [
    { metric: 'resolution' as const, priority: 'medium' as const, amount: 30, unit: 'days' as const, calendarId: calendar.id },
  ]
  const policy = await call(router.sla.create, { name: 'Standard', targets }, context)
  const contactId = newId()
  await inWork(tenant, ({ tx }) => tx.contact.create({ data: { tenantId, id: contactId, name: 'Someone' } }))
  await pool.query(
    `INSERT INTO desk.ticket (tenant_id, id, number, title, source, requester_id, created_at, updated_at, sla_policy_id, sla_matched_at, sla_due_at)
     SELECT $1, gen_random_uuid(), n, 'Ticket', 'email', $3, now() - interval '1 hour', now(), $4, now(), now() + interval '40 days'
     FROM generate_series(1, $2::int) n`,
    [tenantId, size, contactId, policy.id],
  )
  await pool.query(
    `INSERT INTO desk.sla_clock (tenant_id, id, ticket_id, metric, cycle, policy_id, priority, calendar_id, target_minutes, started_at, due_at, next_at)
     SELECT tenant_id, gen_random_uuid(), id, 'resolution', 1, $2, 'medium', $3, 14400, created_at, now() + interval '40 days', now() + interval '40 days'
     FROM desk.ticket WHERE tenant_id = $1`,
    [tenantId, policy.id, calendar.id],
  )
  await pool.query('VACUUM ANALYZE')
  return { tenant, tenantId, context, calendar, policy, targets }
}

console.log('| open tickets | due | sweep ms | ms per due | rows marked by hand ms |\n|---|---|---|---|---|')
let largest: Awaited<ReturnType<typeof desk>> | undefined
for (const size of values.sizes.split(',').map(Number)) {
  const made = await desk(`sweep${size}`, size)
  largest ??= made
  const { tenant, tenantId } = made
  for (const due of [0, 100, Math.min(10_000, size / 2)]) {
    // Only that they are looked at: a deadline that is worked out again lies in the future still.
    const choose = `SELECT id FROM desk.sla_clock WHERE tenant_id = $1 ORDER BY id LIMIT $2`
    const setDue = () =>
      pool.query(`UPDATE desk.sla_clock SET next_at = now() - interval '1 minute' WHERE tenant_id = $1 AND id IN (${choose})`, [
        tenantId,
        due,
      ])
    await setDue()
    const took = await timed(() => sweepDesk(tenant))
    await setDue()
    const bare = await timed(() =>
      pool.query(`UPDATE desk.sla_clock SET next_at = now() + interval '40 days' WHERE tenant_id = $1 AND next_at < now()`, [tenantId]),
    )
    console.log(`| ${size} | ${due} | ${took.toFixed(1)} | ${due ? (took / due).toFixed(2) : ''} | ${bare.toFixed(1)} |`)
  }
}

if (largest) {
  const { tenantId, context, calendar } = largest
  const { dayMinutes, weekMinutes, policies, ...fields } = calendar
  await call(router.calendars.update, { ...fields, holidays: [{ date: '2030-01-01' }] }, context)
  const jobs = await withPlatform((tx) => tx.job.findMany({ where: { tenantId, name: 'sla.recompute', status: 'queued' } }))
  const took = await timed(async () => {
    for (const { id } of jobs) await runJob(id)
  })
  const { rows } = await pool.query('SELECT count(*)::int AS n FROM desk.ticket WHERE tenant_id = $1', [tenantId])
  console.log(
    `\nafter a change of the calendar: ${rows[0].n} tickets worked out again in ${(took / 1000).toFixed(1)} s, ${Math.round((rows[0].n / took) * 1000)} a second`,
  )
}

const many = Number(values.simulate)
const { tenantId, context, targets, policy } = await desk('simulated', many)
// Each with three things that happened to it; nobody reads their seals here.
await pool.query(
  `INSERT INTO desk.event (tenant_id, id, type, subject_id, actor_kind, payload, request_id, occurred_at)
   SELECT t.tenant_id, gen_random_uuid(), e.type, t.id, 'system', e.payload::jsonb, 'bench', t.created_at + e.later
   FROM desk.ticket t, (VALUES ('ticket.created', '{}', interval '0', 1), ('ticket.replied', '{"by": "agent"}', interval '10 minutes', 2),
     ('ticket.replied', '{"by": "requester"}', interval '20 minutes', 3)) AS e (type, payload, later, place)
   WHERE t.tenant_id = $1 ORDER BY t.number, e.place`,
  [tenantId],
)
await pool.query('ANALYZE desk.event')
const took = await timed(async () => {
  let done = 0
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await call(
      router.sla.simulate,
      {
        days: 7,
        limit: 2000,
        cursor,
        policy: { id: policy.id, name: 'Standard', targets: targets.map((target) => ({ ...target, amount: 1, unit: 'hours' as const })) },
      },
      context,
    )
    done += page.done
    cursor = page.nextCursor ?? undefined
  }
  if (done !== many) throw new Error(`the simulator went through ${done}`)
})
console.log(`\nsimulator: ${many} tickets with three events each in ${(took / 1000).toFixed(1)} s`)

const { closeConnection } = await import('../lib/db/connection')
await pool.end()
await closeConnection()
await server.stop()
process.exit(0)
