// npm run bench:relay [-- --sizes 100,1000,10000]
// What it costs to deliver an event as more and more of them wait: with a subscriber that does nothing, in this process, on
// a real PostgreSQL. The baseline marks as many rows by hand, each in a transaction of its own. Then how many a second the
// subscribers get that tell open browsers, write the search and tell people, of changes to a thousand tickets.

import { parseArgs } from 'node:util'
import pg from 'pg'
import { startPostgres } from '../lib/testing/postgres-server'
import { sayGoal } from './goal'

const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '100,1000,10000' }, seconds: { type: 'string', default: '4' } },
})

const server = await startPostgres({ isDurable: true })
process.env.DATABASE_URL = server.url()
process.env.LOG_LEVEL = 'error'
process.env.JOBS = 'off'
await import('../lib/wiring/wire')
const { asBackground } = await import('../lib/core/background')
const { bringUpToDate } = await import('../lib/wiring/up-to-date')
const { env } = await import('../lib/env')
const { deliverAll } = await import('../lib/events/relay')
const { makeTenant } = await import('../lib/testing/factories')
const { only } = await import('../lib/testing/subscribers')
env().DATABASE_MIGRATION_URL = server.url()
await bringUpToDate()
const pool = new pg.Pool({ connectionString: server.url(), max: 4 })

const perSecond = (count: number, since: number) => Math.round(count / ((performance.now() - since) / 1000))
const rounded = (n: number) => n.toFixed(2)
const nothing = only({ 'search.index': { handle: async () => {} } })

console.log('| waiting | ms per delivery | by hand ms | ratio |\n|---|---|---|---|')
for (const size of values.sizes.split(',').map(Number)) {
  const tenant = await makeTenant(`relay${size}`)
  const tenantId = tenant.ref.id
  await pool.query('DELETE FROM desk.event_delivery WHERE tenant_id = $1', [tenantId])
  // Each on a ticket of its own, so that they may be delivered in any order.
  await pool.query(
    `INSERT INTO desk.event (tenant_id, id, type, subject_id, actor_kind, payload, request_id, occurred_at)
     SELECT $1, gen_random_uuid(), 'ticket.tagged', gen_random_uuid(), 'system', '{"added":[],"removed":[]}', 'bench', now() FROM generate_series(1, $2::int)`,
    [tenantId, size],
  )
  const wait = () =>
    pool.query(
      `INSERT INTO desk.event_delivery (tenant_id, event_id, subscriber, ordering_key, n)
       SELECT tenant_id, id, 'search.index', subject_id::text, n FROM desk.event WHERE tenant_id = $1 AND type = 'ticket.tagged'
       ON CONFLICT (tenant_id, event_id, subscriber) DO UPDATE SET status = 'pending', attempts = 0`,
      [tenantId],
    )
  // Once before it is measured: a process that has just started opens connections and compiles.
  await wait()
  await asBackground(() => deliverAll(tenant.ref, nothing, { paceMs: 0 }))
  await wait()
  let begun = performance.now()
  await asBackground(() => deliverAll(tenant.ref, nothing, { paceMs: 0 }))
  const each = (performance.now() - begun) / size
  await wait()
  const { rows } = await pool.query('SELECT event_id AS id FROM desk.event_delivery WHERE tenant_id = $1', [tenantId])
  begun = performance.now()
  const loops = Array.from({ length: 4 }, async () => {
    for (let row = rows.pop(); row; row = rows.pop())
      await pool.query(`UPDATE desk.event_delivery SET status = 'done', done_at = now() WHERE tenant_id = $1 AND event_id = $2`, [
        tenantId,
        row.id,
      ])
  })
  await Promise.all(loops)
  const byHand = (performance.now() - begun) / size
  sayGoal({ what: `deliveries a second to a consumer that does nothing, of ${size}`, figure: 1000 / each, limit: 1500, isLeast: true })
  console.log(`| ${size} | ${rounded(each)} | ${rounded(byHand)} | ${rounded(each / byHand)} |`)
}

const tenant = await makeTenant('subscribers')
const { inWork } = await import('../lib/testing/factories')
const { newId } = await import('../lib/core/id')
const { findSubscriber } = await import('../lib/events/registry')
const tenantId = tenant.ref.id
const tickets = 1000
await inWork(tenant, async ({ tx, now }) => {
  const requesterId = newId()
  await tx.contact.create({ data: { tenantId, id: requesterId, name: 'Somebody' } })
  const { id: departmentId } = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
  const common = { tenantId, title: 'The printer says no', source: 'api' as const, requesterId, departmentId, updatedAt: now }
  const ids = Array.from({ length: tickets }, newId)
  await tx.ticket.createMany({ data: ids.map((id, n) => ({ ...common, id, number: 10_000 + n })) })
  const said = { tenantId, kind: 'reply' as const, bodyText: 'Where is it?', authorKind: 'contact' as const, contactId: requesterId }
  await tx.ticketMessage.createMany({
    data: ids.map((ticketId) => ({ ...said, id: newId(), ticketId, source: 'api' as const, messageId: `${ticketId}@bench` })),
  })
})
await pool.query('DELETE FROM desk.event_delivery WHERE tenant_id = $1', [tenantId])
console.log('\n| subscriber | deliveries a second |\n|---|---|')
for (const name of ['realtime.publish', 'search.index', 'notifications.create']) {
  await pool.query(
    `WITH e AS (INSERT INTO desk.event (tenant_id, id, type, subject_id, actor_kind, payload, request_id, occurred_at)
       SELECT $1, gen_random_uuid(), 'ticket.tagged', id, 'system', '{"added":[],"removed":[]}', 'bench', now() FROM desk.ticket WHERE tenant_id = $1
       RETURNING tenant_id, id, subject_id, n)
     INSERT INTO desk.event_delivery (tenant_id, event_id, subscriber, ordering_key, n) SELECT tenant_id, id, $2, subject_id::text, n FROM e`,
    [tenantId, name],
  )
  const begun = performance.now()
  await asBackground(() => deliverAll(tenant.ref, findSubscriber, { paceMs: 0 }))
  const rate = perSecond(tickets, begun)
  console.log(`| ${name} | ${rate} |`)
  if (name === 'realtime.publish') sayGoal({ what: 'deliveries a second to open browsers', figure: rate, limit: 1500, isLeast: true })
}

const { stopRealtime } = await import('../lib/realtime/node')
await stopRealtime()
const { closeConnection } = await import('../lib/db/connection')
const { drainBackground } = await import('../lib/core/background')
const { stopListening } = await import('../lib/db/notify')
await drainBackground()
await stopListening()
await pool.end()
await closeConnection()
await server.stop()
process.exit(0)
