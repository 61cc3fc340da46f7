import { fork, spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { verifyChain } from '../audit/chain'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { connection } from '../db/connection'
import { outsideUnitOfWork, unsafeAllTenants, withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring } from '../testing/beside'
import { makePerson, makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { type Consumer, only } from '../testing/subscribers'
import { maxDepth } from './emit'
import { pacer } from './pace'
import { deliverAll, sweepDeliveries } from './relay'
import { describeRelay } from './relay.suite'
import { sealEvents } from './seal'
import { wakeRelay } from './wake'

const postgres = openTestPostgres()
describeRelay()
let tenant: ResolvedTenant
let counter = 0
beforeAll(async () => {
  await makeTenant('first')
})
afterEach(drainBackground)

const freshTenant = async () => {
  tenant = await makeTenant(`relay-${++counter}`)
}

/** Events that only `mail.ingest` listens to, with nobody woken: as after a crash at commit. */
async function leave(count: number, keys = count): Promise<string[]> {
  const ids = await withTenant(tenant.ref, async (tx) => {
    const rows = Array.from({ length: count }, (_, n) => ({
      tenantId: tenant.ref.id,
      id: newId(),
      type: 'mail.received',
      subjectId: newId(),
      actorKind: 'system',
      payload: { n },
      requestId: 'test',
      occurredAt: new Date(),
    }))
    const placed = await tx.event.createManyAndReturn({ data: rows, select: { id: true, n: true } })
    await tx.eventDelivery.createMany({
      data: placed.map(({ id, n }, at) => ({
        tenantId: tenant.ref.id,
        eventId: id,
        n,
        subscriber: 'mail.ingest',
        orderingKey: `key ${at % keys}`,
      })),
    })
    return placed.map(({ id }) => id)
  })
  return ids
}

const deliveries = (where = {}) => withTenant(tenant.ref, (tx) => tx.eventDelivery.findMany({ where, orderBy: { n: 'asc' } }))
const effects = () =>
  withTenant(tenant.ref, (tx) => tx.contact.findMany({ orderBy: { id: 'asc' } })).then((rows) => rows.map((c) => c.name))
const makeDue = () =>
  withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { status: 'pending' }, data: { dueAt: new Date(0) } }))

function relayProcess(env: Record<string, string> = {}) {
  const child = spawn(path.resolve('node_modules/.bin/node'), ['--import', 'tsx', 'lib/testing/relay-process.ts', tenant.ref.slug], {
    env: { ...process.env, DATABASE_URL: postgres.url(), JOBS: 'off', LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    ended,
    kill: () => child.kill('SIGKILL'),
    reached: async (text: string) => {
      while (!output.includes(text)) await new Promise((resolve) => setTimeout(resolve, 20))
    },
  }
}

it('takes the locks of all that one unit of work emits in one order, so that two do not wait for each other', async () => {
  await freshTenant()
  await leave(4)
  const { pool } = await connection()
  const { rows } = await pool.query(`
    SELECT x.key AS early, y.key AS late FROM (SELECT n, hashtext('key ' || n) & 1023 AS key FROM generate_series(0, 3) AS n) x
    JOIN (SELECT n, hashtext('key ' || n) & 1023 AS key FROM generate_series(0, 3) AS n) y ON x.n < y.n AND x.key > y.key`)
  // What happened early is written before what happened late, and locked after it.
  const { early, late } = rows[0]
  const emits: Consumer = { handle: async ({ emit }) => emit('ticket.archived', { isArchived: true }) }
  const other = await pool.connect()
  const lock = (what: string, key: number) =>
    other.query(`SELECT ${what}(hashtext($1), $2) AS "isFree"`, [tenant.ref.id, key]).then((answer) => answer.rows[0].isFree)
  await other.query('BEGIN')
  await lock('pg_advisory_xact_lock', late)
  const delivered = deliverAll(tenant.ref, (name) => only({ [name]: name === 'mail.ingest' ? emits : { handle: async () => {} } })(name))
  const waits = `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
  await vi.waitFor(async () => expect((await pool.query(waits)).rows[0].n).toBe(1))
  const isFree = await lock('pg_try_advisory_xact_lock', early)
  await other.query('COMMIT')
  other.release()
  await delivered
  expect(isFree).toBe(true)
})

it('looks at once, and a moment later at the earliest for what follows closely', async () => {
  await freshTenant()
  await leave(1)
  const seen: number[] = []
  const handle = async () => {
    seen.push(performance.now())
    if (seen.length === 1) await leave(3)
  }
  await deliverAll(tenant.ref, only({ 'mail.ingest': { handle } }), { paceMs: 200 })
  const [first, ...others] = seen as [number, number, number, number]
  expect(others.map((at) => at - first > 150)).toEqual([true, true, true])
  expect(await Promise.race([pacer()('a', 60_000).then(() => 'at once'), pause(5000)])).toBe('at once')
})

it('goes on beside a slow receiver, and no longer beside itself once that has answered', async () => {
  await freshTenant()
  const [slow] = await leave(100)
  const answered = Promise.withResolvers<void>()
  const [seen, atOnce] = [{ done: 0, most: 0 }, new Set<string>()]
  const handle: Consumer['handle'] = async (_, { id }) => {
    atOnce.add(id)
    seen.most = Math.max(seen.most, atOnce.size)
    await pause(1)
    atOnce.delete(id)
    if (++seen.done === 20) answered.resolve()
  }
  const outside: Consumer['outside'] = ({ event }) => (event.id === slow ? answered.promise : Promise.resolve())
  const limits = { slowMs: 1, unitMs: 20, paceMs: 0 }
  const consumers = { 'mail.ingest': { outside, isOutsideOnly: true, handle }, 'search.index': { handle } }
  await withTenant(tenant.ref, (tx) =>
    tx.eventDelivery.updateMany({ where: { eventId: { not: slow } }, data: { subscriber: 'search.index' } }),
  )
  await deliverAll(tenant.ref, only(consumers), limits)
  expect(seen).toEqual({ done: 99, most: 1 })
})

it('takes up more and more at once beside a slow receiver too', async () => {
  await freshTenant()
  await leave(200)
  const taken: number[] = []
  const outsideTogether: Consumer['outsideTogether'] = async ({ events }) => {
    taken.push(events.length)
    await pause(10)
  }
  const consumer = { outside: async () => {}, outsideTogether, isOutsideOnly: true, handle: async () => {} }
  await deliverAll(tenant.ref, only({ 'mail.ingest': consumer }), { slowMs: 1, paceMs: 0 })
  const first = taken.slice(0, 8)
  expect(first).toEqual(first.toSorted((a, b) => a - b))
  expect(Math.max(...taken)).toBeGreaterThan(4)
})

describe('beside a slow receiver', () => {
  /** Takes a look in the place of one that the relay takes, once `isIt` says so of it. */
  function insteadOfLook(isIt: (found: pg.QueryResult) => boolean, look: (found: pg.QueryResult) => Promise<pg.QueryResult>) {
    const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<pg.QueryResult>
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      const asked = query.apply(this, args)
      const { text = '' } = args[0] as { text?: string }
      if (!text.includes('SKIP LOCKED')) return asked
      return asked.then((found) => {
        if (!isIt(found)) return found
        spy.mockRestore()
        return look(found)
      })
    } as never)
  }
  const foundNothing = ({ rowCount }: pg.QueryResult) => rowCount === 0
  /** Of two in one ordering key the first goes to a receiver that answers when it is let. */
  async function beginSlow() {
    await freshTenant()
    const [slow] = await leave(2, 1)
    const answered = Promise.withResolvers<void>()
    const outside: Consumer['outside'] = ({ event }) => (event.id === slow ? answered.promise : Promise.resolve())
    const deliver = () =>
      deliverAll(tenant.ref, only({ 'mail.ingest': { outside, isOutsideOnly: true, handle: async () => {} } }), { slowMs: 1, paceMs: 0 })
    const letAnswer = async () => {
      answered.resolve()
      await vi.waitFor(async () => expect((await deliveries({ status: 'done' })).length).toBe(1))
      await pause(20) // until who delivered it has heard of it as well
    }
    return { deliver, letAnswer, answer: answered.resolve }
  }
  const states = async () => (await deliveries()).map(({ status }) => status)

  it('another look is taken where the receiver answers during one that finds nothing', async () => {
    const { deliver, letAnswer } = await beginSlow()
    insteadOfLook(foundNothing, async (found) => {
      await letAnswer()
      return found
    })
    await deliver()
    expect(await states()).toEqual(['done', 'done'])
  })

  it('another look is taken where one fails that the rest was left to', async () => {
    const { deliver, letAnswer } = await beginSlow()
    insteadOfLook(foundNothing, async () => {
      await letAnswer()
      throw Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' })
    })
    await expect(deliver()).rejects.toThrow('timeout')
    expect(await states()).toEqual(['done', 'done'])
  })

  it('what comes during a look that finds nothing is delivered', async () => {
    const { deliver, answer } = await beginSlow()
    let id: string | undefined
    insteadOfLook(foundNothing, async (found) => {
      const ids = await outsideUnitOfWork(() => leave(1, 1))
      id = ids[0]
      await outsideUnitOfWork(() =>
        withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { eventId: id }, data: { orderingKey: 'another' } })),
      )
      wakeRelay(tenant.ref)
      return found
    })
    const running = deliver()
    await vi.waitFor(async () => expect(await deliveries({ eventId: id ?? '', status: 'done' })).toHaveLength(1), { timeout: 5000 })
    answer()
    await running
  })

  it('what comes last has its turn however much comes before it', async () => {
    await freshTenant()
    const ids = await leave(400)
    const low = ids.at(-1)
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { eventId: low }, data: { priority: 2 } }))
    let [count, place] = [0, 0]
    const outside: Consumer['outside'] = async ({ event }) => {
      count++
      if (event.id === low) place = count
      await pause(10)
    }
    await deliverAll(tenant.ref, only({ 'mail.ingest': { outside, isOutsideOnly: true, handle: async () => {} } }), {
      slowMs: 1,
      paceMs: 0,
    })
    expect(place).toBeLessThan(400)
  })
})

it('marks together what goes outside and ends at the same time, and fails alone what fails', async () => {
  await freshTenant()
  const ids = await leave(4)
  const outside: Consumer['outside'] = async ({ event }) => {
    if (event.id === ids[1]) throw new Error('not this one')
  }
  const sending = only({ 'mail.ingest': { outside, handle: async () => {}, isOutsideOnly: true } })
  const statements = await statementsDuring(() => deliverAll(tenant.ref, sending))
  const failed = { status: 'pending', attempts: 1, lastError: 'not this one' }
  expect(await deliveries()).toMatchObject(ids.map((_, n) => (n === 1 ? failed : { status: 'done', attempts: 1 })))
  // The lease, the failure and the mark.
  expect(statements.filter((text) => text.trim().startsWith('UPDATE event_delivery'))).toHaveLength(3)
})

describe('after a kill -9', () => {
  it('between commit and relay, the sweep finds what waits and each is delivered once', async () => {
    await freshTenant()
    const ids = await leave(20)
    await relayProcess().ended
    expect((await effects()).sort()).toEqual([...ids].sort())
  })

  it('between an effect and its mark, nothing of the effect is left and the next process has it once', async () => {
    await freshTenant()
    const ids = await leave(6, 1)
    const killed = relayProcess({ PAUSE_MS: '60000' })
    await killed.reached('effect')
    killed.kill()
    await killed.ended
    expect(await effects()).toEqual([])
    await relayProcess().ended
    expect(await effects()).toEqual(ids)
    expect(await withTenant(tenant.ref, (tx) => tx.event.count({ where: { type: 'mail.ignored' } }))).toBe(6)
    await sealEvents(tenant.ref)
    expect(await verifyChain(tenant.ref)).toMatchObject({ unsealed: 0, problem: null })
  })

  it('while outside, another takes it up when the lease is over, and not before', async () => {
    await freshTenant()
    await leave(1)
    const calls: string[] = []
    const crash = new Promise<never>(() => {}) // a process that died never comes back
    void deliverAll(tenant.ref, only({ 'mail.ingest': { outside: () => crash, handle: async () => {} } }), {
      outsideMs: 1e9,
      handleMs: 1000,
    })
    await vi.waitFor(async () => expect(await deliveries({ status: 'running' })).toHaveLength(1))
    const successor: Consumer = { outside: async () => calls.push('again'), handle: async () => {} }
    await deliverAll(tenant.ref, only({ 'mail.ingest': successor }))
    expect(calls).toEqual([])
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ data: { dueAt: new Date(0) } }))
    await deliverAll(tenant.ref, only({ 'mail.ingest': successor }))
    expect(calls).toEqual(['again'])
  })
})

it('a worker ends by itself when whoever started it is gone, also while it still starts', async () => {
  const env = { ...process.env, DATABASE_URL: postgres.url(), JOBS: 'inside', LOG_LEVEL: 'silent' }
  const worker = fork('worker.ts', { execArgv: ['--import', 'tsx'], env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.disconnect()
  expect(await ended).toBe(0)
})

describe('two relays at once', () => {
  it('deliver each of 200 events once, and in order within its ordering key', async () => {
    await freshTenant()
    const ids = await leave(200, 10)
    const two = [relayProcess(), relayProcess()]
    await Promise.all(two.map(({ ended }) => ended))
    const seen = await effects()
    expect([...seen].sort()).toEqual([...ids].sort())
    for (let key = 0; key < 10; key++) {
      const inOrder = ids.filter((_, n) => n % 10 === key)
      expect(seen.filter((id) => inOrder.includes(id))).toEqual(inOrder)
    }
  })
})

describe('a subscriber', () => {
  const failing: Consumer = {
    handle: async ({ tx, tenant: of }, event) => {
      await tx.contact.create({ data: { tenantId: of.ref.id, id: newId(), name: event.id } })
      throw new Error('never works')
    },
  }

  it('that always fails is dead after four tries, leaves no effect, holds up nobody else, and can be run again', async () => {
    await freshTenant()
    const [id] = await leave(1)
    await withTenant(tenant.ref, async (tx) => {
      const [row] = await tx.eventDelivery.findMany()
      if (row) await tx.eventDelivery.create({ data: { ...row, subscriber: 'domain.check' } })
    })
    const others: string[] = []
    const subscribers = { 'mail.ingest': failing, 'domain.check': { handle: async () => void others.push('done') } }
    for (let tries = 1; tries <= 4; tries++) {
      await makeDue()
      await deliverAll(tenant.ref, only(subscribers))
      const [row] = await deliveries({ subscriber: 'mail.ingest' })
      expect(row).toMatchObject({ attempts: tries, lastError: 'never works', status: tries < 4 ? 'pending' : 'dead' })
    }
    expect(others).toEqual(['done'])
    expect(await effects()).toEqual([])

    const owner = await makePerson(tenant, 'owner')
    const list = await (await owner.request('GET', '/deliveries')).json()
    // That it died is told as well, to subscribers that this relay does not know.
    const died = list.items.filter(({ type }: { type: string }) => type !== 'delivery.died')
    expect(died).toMatchObject([{ eventId: id, subscriber: 'mail.ingest', lastError: 'never works' }])
    const again = await owner.request('POST', `/deliveries/${id}/retry`, { subscriber: 'mail.ingest' })
    expect(again.status).toBe(200)
    expect((await owner.request('POST', `/deliveries/${id}/retry`, { subscriber: 'nothing' })).status).toBe(404)
  })

  it('holds back only what comes after in its ordering key while it waits for its next try', async () => {
    await freshTenant()
    const ids = await leave(4, 2)
    const seen: string[] = []
    let tries = 0
    const picky: Consumer = {
      handle: async (_, event) => {
        if (event.id === ids[0] && tries++ === 0) throw new Error('not yet')
        seen.push(event.id)
      },
    }
    await deliverAll(tenant.ref, only({ 'mail.ingest': picky }))
    expect(seen).toEqual([ids[1], ids[3]])
    await makeDue()
    await deliverAll(tenant.ref, only({ 'mail.ingest': picky }))
    expect(seen).toEqual([ids[1], ids[3], ids[0], ids[2]])
  })

  it('that hangs is given up and tried again', async () => {
    await freshTenant()
    await leave(1)
    const hanging: Consumer = { handle: () => new Promise(() => {}) }
    await deliverAll(tenant.ref, only({ 'mail.ingest': hanging }), { outsideMs: 100, handleMs: 100 })
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 1, lastError: expect.stringContaining('within 0.1 seconds') }])
  })

  it('that was renamed leaves its deliveries dead, with the reason, to be run under the new name', async () => {
    await freshTenant()
    const [id] = await leave(1)
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ data: { subscriber: 'mail.digest' } }))
    await deliverAll(tenant.ref)
    const own = await deliveries({ eventId: id })
    expect(own).toMatchObject([{ status: 'dead', lastError: 'this version has no subscriber called mail.digest' }])
    const owner = await makePerson(tenant, 'owner')
    const body = { subscriber: 'mail.digest', as: 'mail.ingest' }
    expect((await owner.request('POST', `/deliveries/${id}/retry`, body)).status).toBe(200)
    expect(await deliveries({ eventId: id })).toMatchObject([{ subscriber: 'mail.ingest' }])
  })

  it('that answers each event with the next is stopped', async () => {
    await freshTenant()
    await leave(1)
    const flooding: Consumer = {
      handle: async ({ emit }) => emit('mail.received', { provider: 'loop', recipient: 'loop' }, { subjectId: newId() }),
    }
    await deliverAll(tenant.ref, only({ 'mail.ingest': flooding }))
    const rows = await deliveries()
    expect(rows).toHaveLength(maxDepth + 1)
    expect(rows.at(-1)).toMatchObject({ lastError: expect.stringContaining('a loop') })
  })
})

describe('clocks', () => {
  it('of one node that is an hour behind do not hold anything up', async () => {
    await freshTenant()
    const [id] = await leave(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3600_000 })
    try {
      const seen: string[] = []
      await deliverAll(tenant.ref, only({ 'mail.ingest': { handle: async (_, event) => void seen.push(event.id) } }))
      expect(seen).toEqual([id])
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets the sweep wake only workspaces with something due', async () => {
    await freshTenant()
    await leave(1)
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ data: { dueAt: new Date(Date.now() + 3600_000) } }))
    await sweepDeliveries()
    await drainBackground()
    expect(await deliveries()).toMatchObject([{ status: 'pending', attempts: 0 }])
    const count = await unsafeAllTenants('test', 'desk', (tx) => tx.eventDelivery.count({ where: { tenantId: tenant.ref.id } }))
    expect(count).toBe(1)
  })
})
