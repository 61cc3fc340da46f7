import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { type TenantTx, withTenant } from '../db/scope'
import { env } from '../env'
import type { ResolvedTenant } from '../tenancy/resolve'
import { unitsDuring } from '../testing/beside'
import { inWork, makePerson, makeTenant, makeTicket, setUndoWindow } from '../testing/factories'
import { type Consumer, only } from '../testing/subscribers'
import { hasLeft, withdraw } from './act'
import type { EventOf, EventType } from './event-types'
import { deliverAll } from './relay'
import type { Act } from './subscriber'
import { wakeRelay } from './wake'

interface Placed {
  subscriber: string
  type?: string
  key?: string
  act?: string
  priority?: number
  attempts?: number
  status?: 'pending' | 'running' | 'done' | 'dead'
  /** From now on. */
  dueInSeconds?: number
}

/** What is claimed, in which order, and together with what; run on both databases. */
export function describeRelay() {
  let tenant: ResolvedTenant
  let counter = 0
  beforeAll(() => {
    // Only the relays that a test starts by hand are to deliver.
    env().JOBS = 'off'
  })
  afterEach(drainBackground)

  const freshTenant = async () => {
    tenant = await makeTenant(`claims-${++counter}`)
    await withTenant(tenant.ref, (tx) => tx.eventDelivery.deleteMany())
  }

  /** Events with their deliveries, with nobody woken. @returns their ids, in order */
  const place = (rows: readonly Placed[], tx?: TenantTx): Promise<string[]> =>
    tx ? write(tx, rows) : withTenant(tenant.ref, (own) => write(own, rows))
  async function write(tx: TenantTx, rows: readonly Placed[]) {
    const tenantId = tenant.ref.id
    const data = rows.map(({ type = 'mail.received', act = 'none' }) => ({
      ...{ tenantId, id: newId(), type, subjectId: newId(), actorKind: 'system', payload: {}, requestId: act },
      occurredAt: new Date(),
    }))
    const placed = await tx.event.createManyAndReturn({ data, select: { id: true, n: true } })
    const places = new Map(placed.map(({ id, n }) => [id, n]))
    const now = Date.now()
    await tx.eventDelivery.createMany({
      data: rows.map(({ subscriber, key, act, priority, attempts, status, dueInSeconds = -60 }, at) => {
        const eventId = data[at]?.id as string
        const dueAt = new Date(now + dueInSeconds * 1000)
        const n = places.get(eventId) as bigint
        return { tenantId, eventId, n, subscriber, orderingKey: key ?? eventId, actId: act ?? null, priority, attempts, status, dueAt }
      }),
    })
    return data.map(({ id }) => id)
  }
  const statusOf = (eventId: string, subscriber?: string) =>
    withTenant(tenant.ref, async (tx) => (await tx.eventDelivery.findFirstOrThrow({ where: { eventId, subscriber } })).status)

  describe('the order', () => {
    const notification = { subscriber: 'notifications.create' }
    const mail = { subscriber: 'mail.compose', priority: 0 }
    const mailOut = { subscriber: 'mail.send', priority: 0 }
    /** As many as are under way at once in a process. */
    const atOnce = 4

    async function handled(onEach: (tx: TenantTx, so: string[]) => Promise<unknown> = async () => {}) {
      const seen: string[] = []
      const consumer = (name: string): Consumer => ({
        handle: async ({ tx }) => {
          seen.push(name)
          if (name === notification.subscriber) await onEach(tx, seen)
        },
      })
      const names = [notification, mail, mailOut].map(({ subscriber }) => subscriber)
      await deliverAll(tenant.ref, only(Object.fromEntries(names.map((name) => [name, consumer(name)]))))
      return seen
    }

    it('is customers’ mail before notifications that have waited for longer', async () => {
      await freshTenant()
      await place(Array.from({ length: 30 }, () => ({ ...notification, dueInSeconds: -600 })))
      await place([mail, mailOut, mail].map((each) => ({ ...each, dueInSeconds: -1 })))
      const seen = await handled()
      expect(seen).toHaveLength(33)
      // One of the loops looks for it; each of the others may take a notification meanwhile.
      expect(seen.lastIndexOf(mail.subscriber)).toBeLessThan(3 * atOnce)
      expect(seen.indexOf(mailOut.subscriber)).toBeLessThan(3 * atOnce)
    })

    it('lets mail that comes while notifications are handed out wait for those at hand alone', async () => {
      await freshTenant()
      await place(Array.from({ length: 40 }, () => ({ ...notification, dueInSeconds: -600 })))
      const seen = await handled(async (tx, so) => so.length === 5 && place([mail], tx))
      expect(seen).toHaveLength(41)
      expect(seen.indexOf(mail.subscriber)).toBeLessThan(5 + 3 * atOnce)
    })

    it('is the search after everything else, however long that has waited', async () => {
      await freshTenant()
      const search = { subscriber: 'search.index', priority: 2 }
      await place(Array.from({ length: 10 }, () => ({ ...search, dueInSeconds: -600 })))
      await place([...Array.from({ length: 10 }, () => notification), mail, mail])
      const seen: string[] = []
      const consumer = (name: string): Consumer => ({ handle: async () => void seen.push(name) })
      const names = [notification, mail, search].map(({ subscriber }) => subscriber)
      await deliverAll(tenant.ref, only(Object.fromEntries(names.map((name) => [name, consumer(name)]))), { unitMs: 60_000 })
      expect(seen).toEqual([mail, mail, ...Array(10).fill(notification), ...Array(10).fill(search)].map(({ subscriber }) => subscriber))
    })

    it('is asked for by what writes and sends mail to customers, and the last place by the search alone', async () => {
      await freshTenant()
      const staff = await makePerson(tenant, 'moderator')
      const ticket = await makeTicket(tenant)
      await staff.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Try again' })
      await withTenant(tenant.ref, (tx) =>
        tx.eventDelivery.updateMany({ where: { subscriber: 'mail.compose' }, data: { dueAt: new Date(0) } }),
      )
      await deliverAll(tenant.ref)
      const rows = await withTenant(tenant.ref, (tx) => tx.eventDelivery.findMany({ select: { subscriber: true, priority: true } }))
      const of = (wanted: number) => new Set(rows.flatMap(({ subscriber, priority }) => (priority === wanted ? [subscriber] : [])))
      expect([...of(0)].sort()).toEqual(['mail.compose', 'mail.send'])
      expect([...of(1)]).toEqual(expect.arrayContaining(['notifications.create', 'realtime.publish']))
      expect([...of(2)]).toEqual(['search.index'])
    })
  })

  it('what happens while a receiver outside keeps the relay waiting is handed out meanwhile', async () => {
    await freshTenant()
    await place([{ subscriber: 'mail.send' }])
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const outside = () => {
      begun.resolve()
      return ended.promise
    }
    const done: Consumer = { handle: async () => {} }
    const running = deliverAll(tenant.ref, only({ 'mail.send': { ...done, outside }, 'search.index': done }))
    await begun.promise
    // By then whoever went on beside it has found nothing more.
    await pause(100)
    const [id] = await place([{ subscriber: 'search.index' }])
    wakeRelay(tenant.ref)
    await vi.waitFor(async () => expect(await statusOf(id as string)).toBe('done'), { timeout: 5000 })
    ended.resolve()
    await running
  })

  describe('an event that several subscribers listen to', () => {
    const names = ['mail.compose', 'notifications.create', 'search.index', 'realtime.publish'] as const

    /** One event with a delivery for each of them. */
    async function placeOne() {
      await freshTenant()
      await deliverAll(tenant.ref) // who it is, is known from then on
      const [id] = await place([{ subscriber: names[0] }])
      await withTenant(tenant.ref, async (tx) => {
        const row = await tx.eventDelivery.findFirstOrThrow()
        await tx.eventDelivery.createMany({ data: names.slice(1).map((subscriber) => ({ ...row, subscriber })) })
      })
      return id as string
    }
    const write: Consumer = {
      handle: ({ tx, actor, emit }) => {
        const name = actor.kind === 'system' ? actor.name : ''
        emit('mail.ignored', { reason: name })
        return tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name } })
      },
    }
    const effects = () =>
      withTenant(tenant.ref, async (tx) => ({
        written: (await tx.contact.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name),
        emitted: (await tx.event.findMany({ where: { type: 'mail.ignored' } }))
          .map(({ payload }) => (payload as { reason: string }).reason)
          .sort(),
      }))

    it('is one unit of work, and one more for what goes outside', async () => {
      await placeOne()
      const consumers = only({
        ...Object.fromEntries(names.map((name) => [name, write])),
        [names[3]]: { ...write, outside: async () => {} },
      })
      // And one that finds nothing more. How long each takes is the machine's affair.
      expect(await unitsDuring(() => deliverAll(tenant.ref, consumers, { unitMs: 60_000, slowMs: 60_000 }))).toBe(3)
      expect(await effects()).toEqual({ written: names.toSorted(), emitted: names.toSorted() })
    })

    it('fails for each alone: what that one did is taken back, and comes again', async () => {
      const id = await placeOne()
      let isBroken = true
      const fails: Consumer = {
        handle: async (work, event) => {
          await write.handle(work, event)
          if (isBroken) throw new Error('not yet')
        },
      }
      const consumers = only({ ...Object.fromEntries(names.map((name) => [name, write])), [names[1]]: fails })
      await deliverAll(tenant.ref, consumers)
      const others = names.filter((name) => name !== names[1]).toSorted()
      expect(await effects()).toEqual({ written: others, emitted: others })
      expect(await statusOf(id, names[1])).toBe('pending')
      isBroken = false
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { status: 'pending' }, data: { dueAt: new Date(0) } }))
      await deliverAll(tenant.ref, consumers)
      expect(await effects()).toEqual({ written: names.toSorted(), emitted: names.toSorted() })
    })

    it('is done for the others when one of them hangs', async () => {
      const id = await placeOne()
      const hangs: Consumer = { handle: () => new Promise(() => {}) }
      const consumers = only({ ...Object.fromEntries(names.map((name) => [name, write])), [names[2]]: hangs })
      await deliverAll(tenant.ref, consumers, { outsideMs: 1000, handleMs: 200 })
      expect((await effects()).written).toEqual(names.filter((name) => name !== names[2]).toSorted())
      expect(await statusOf(id, names[2])).toBe('pending')
    })
  })

  describe('what waits under several ordering keys', () => {
    const subscriber = 'search.index'
    const keyed = (...keys: string[]) => keys.map((key) => ({ subscriber, key }))

    it('is one unit of work, each key in order', async () => {
      await freshTenant()
      await deliverAll(tenant.ref) // who it is, is known from then on
      const ids = await place(keyed('a', 'b', 'a', 'c', 'a', 'd'))
      const seen: string[] = []
      const consumers = only({ [subscriber]: { handle: async (_, event) => void seen.push(event.id) } })
      // And one that finds nothing more.
      expect(await unitsDuring(() => deliverAll(tenant.ref, consumers, { unitMs: 60_000 }))).toBe(2)
      expect(seen).toEqual(ids)
    })

    it('goes no further in a key than to what is not due yet, and on from there when that is done', async () => {
      await freshTenant()
      const [first, waits, last] = await place([...keyed('a'), { subscriber, key: 'a', dueInSeconds: 3600 }, ...keyed('a')])
      const seen: string[] = []
      const consumers = only({ [subscriber]: { handle: async (_, event) => void seen.push(event.id) } })
      await deliverAll(tenant.ref, consumers)
      expect(seen).toEqual([first])
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { eventId: waits }, data: { dueAt: new Date(0) } }))
      await deliverAll(tenant.ref, consumers)
      expect(seen).toEqual([first, waits, last])
    })

    it('is done but for what fails and what comes after that; next time that is tried by itself', async () => {
      await freshTenant()
      const ids = await place(keyed('a', 'b', 'a', 'c'))
      const [seen, named] = [[] as string[], async () => (await inWork(tenant, ({ tx }) => tx.contact.findMany())).map(({ name }) => name)]
      let isBroken = true
      const consumer: Consumer = {
        handle: async ({ tx }, event) => {
          seen.push(event.id)
          await tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name: event.id } })
          if (isBroken && event.id === ids[0]) throw new Error('not yet')
        },
      }
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 })
      expect(seen).toEqual([ids[0], ids[1], ids[3]])
      expect((await named()).toSorted()).toEqual([ids[1], ids[3]].toSorted())
      isBroken = false
      const [more] = await place(keyed('e'))
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { status: 'pending' }, data: { dueAt: new Date(0) } }))
      const units = await unitsDuring(() => deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 }))
      expect([units, seen.slice(3)]).toEqual([3, [ids[0], ids[2], more]])
    })

    it('goes outside together where the receiver takes it so, and each by itself where that fails', async () => {
      await freshTenant()
      const ids = await place(keyed('a', 'b', 'a', 'a', 'c'))
      const calls: string[][] = []
      let broken: string[] = []
      const take = async (events: readonly { id: string }[]) => {
        calls.push(events.map(({ id }) => id))
        if (events.some(({ id }) => broken.includes(id))) throw new Error('not yet')
      }
      const consumer: Consumer = {
        isOutsideOnly: true,
        handle: async () => {},
        outside: ({ event }) => take([event]),
        outsideTogether: ({ events }) => take(events),
      }
      broken = [ids[2] as string]
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 })
      expect(calls).toEqual([ids, [ids[0]], [ids[1]], [ids[2]], [ids[4]]])
      const rows = await withTenant(tenant.ref, (tx) => tx.eventDelivery.findMany({ orderBy: { n: 'asc' } }))
      expect(rows.map(({ status, attempts }) => [status, attempts])).toEqual([
        ...[
          ['done', 1],
          ['done', 1],
          ['pending', 1],
          ['pending', 0],
        ],
        ['done', 1],
      ])
      broken = []
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { status: 'pending' }, data: { dueAt: new Date(0) } }))
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 })
      expect(calls.slice(5).flat()).toEqual([ids[2], ids[3]])
    })
  })

  describe('several acts', () => {
    const subscriber = 'notifications.create'
    const keyed = (...keys: string[]) => keys.map((key) => ({ subscriber, key }))

    it('are handed over at once where the consumer takes them so, in the order of each key, and each alone where that fails', async () => {
      await freshTenant()
      const ids = await place([...keyed('a', 'b', 'a', 'c'), { subscriber, key: 'd', act: 'act' }, { subscriber, key: 'd', act: 'act' }])
      const calls: string[][][] = []
      let broken: string | undefined
      const consumer: Consumer = {
        handle: async () => {},
        async handleActs(acts) {
          calls.push(acts.map(({ events }) => events.map(({ id }) => id)))
          const { tx } = (acts[0] as Act).work
          for (const { events } of acts)
            await tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name: (events[0] as { id: string }).id } })
          if (acts.some(({ events }) => events.some(({ id }) => id === broken))) throw new Error('not yet')
        },
      }
      const named = async () => (await inWork(tenant, ({ tx }) => tx.contact.findMany())).map(({ name }) => name).toSorted()
      broken = ids[0]
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 })
      const all = [[ids[0]], [ids[1]], [ids[2]], [ids[3]], [ids[4], ids[5]]]
      expect(calls).toEqual([all, [all[0]], [all[1]], [all[3]], [all[4]]])
      expect(await named()).toEqual([ids[1], ids[3], ids[4]].toSorted())
      broken = undefined
      calls.length = 0
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { status: 'pending' }, data: { dueAt: new Date(0) } }))
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000 })
      expect(calls).toEqual([[all[0]], [all[2]]])
    })

    it('do not overtake what failed before in their key', async () => {
      await freshTenant()
      const [, ...ids] = await place([
        { subscriber: 'mail.compose', priority: 0 },
        { subscriber, key: 'a' },
        { subscriber, key: 'b', attempts: 1 },
        { subscriber, key: 'b' },
      ])
      const calls: string[] = []
      const handleActs = async (acts: readonly Act[]) => void calls.push(...acts.flatMap(({ events }) => events.map(({ id }) => id)))
      const handle = async () => {}
      await deliverAll(tenant.ref, only({ [subscriber]: { handle, handleActs }, 'mail.compose': { handle } }), { unitMs: 60_000 })
      expect(calls).toEqual(ids)
    })

    it('are tried each alone where together they take too long, and the one counts as failed that does so by itself', async () => {
      await freshTenant()
      const ids = await place(keyed('a', 'b', 'c'))
      const handleActs = (acts: readonly Act[]) =>
        acts.some(({ events }) => events.some(({ id }) => id === ids[1])) ? new Promise(() => {}) : Promise.resolve()
      await deliverAll(tenant.ref, only({ [subscriber]: { handle: async () => {}, handleActs } }), { unitMs: 60_000, handleMs: 50 })
      const rows = await withTenant(tenant.ref, (tx) => tx.eventDelivery.findMany({ orderBy: { n: 'asc' } }))
      expect(rows.map(({ status, attempts }) => [status, attempts])).toEqual([
        ['done', 1],
        ['pending', 1],
        ['done', 1],
      ])
    })

    it('count as failed each for itself, also where one takes too long after another made them fail together', async () => {
      await freshTenant()
      const ids = await place(keyed('a', 'b', 'c'))
      const handleActs = async (acts: readonly Act[]) => {
        const given = acts.flatMap(({ events }) => events.map(({ id }) => id))
        if (given.includes(ids[1] as string)) throw new Error('not yet')
        if (given.includes(ids[2] as string)) await new Promise(() => {})
      }
      await deliverAll(tenant.ref, only({ [subscriber]: { handle: async () => {}, handleActs } }), { unitMs: 60_000, handleMs: 50 })
      const rows = await withTenant(tenant.ref, (tx) => tx.eventDelivery.findMany({ orderBy: { n: 'asc' } }))
      expect(rows.map(({ status, attempts }) => [status, attempts])).toEqual([
        ['done', 1],
        ['pending', 1],
        ['pending', 1],
      ])
    })

    it('are as many at once as one consumer may take', async () => {
      await freshTenant()
      const ids = await place(keyed('a', 'b', 'c'))
      const calls: number[] = []
      const consumer: Consumer = { handle: async () => {}, handleActs: async (acts) => void calls.push(acts.length) }
      await deliverAll(tenant.ref, only({ [subscriber]: consumer }), { unitMs: 60_000, acts: 2 })
      expect(calls).toEqual([2, 1])
      for (const id of ids) expect(await statusOf(id, subscriber)).toBe('done')
    })
  })

  describe('the rest of an act', () => {
    const subscriber = 'mail.compose'
    const part = { subscriber, act: 'act', key: 'ticket' }

    /** What the consumer was given at once, call by call. */
    async function calls(onCall: (events: string[]) => unknown = () => {}) {
      const given: string[][] = []
      const take = async (events: readonly EventOf<EventType>[]) => {
        given.push(events.map(({ id }) => id))
        await onCall(given.at(-1) as string[])
      }
      const consumer: Consumer = { handle: (_, event) => take([event]), handleAct: (_, events) => take(events) }
      await deliverAll(tenant.ref, only({ [subscriber]: consumer, 'mail.send': { handle: async () => {} } }))
      return given
    }

    it('is handed over with the first of it, in order, and all of it is done', async () => {
      await freshTenant()
      const ids = await place([part, part, part])
      expect(await calls()).toEqual([ids])
      for (const id of ids) expect(await statusOf(id)).toBe('done')
      expect(await calls()).toEqual([])
    })

    it('is what is due: what waits longer comes when its time has come, once', async () => {
      await freshTenant()
      const [first, waits, second] = await place([part, { ...part, dueInSeconds: 3600 }, part])
      expect(await calls()).toEqual([[first, second]])
      expect(await statusOf(waits as string)).toBe('pending')
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ where: { eventId: waits }, data: { dueAt: new Date(0) } }))
      expect(await calls()).toEqual([[waits]])
      expect(await calls()).toEqual([])
    })

    it('is nothing of another act, another ticket or another consumer, and nothing that has left', async () => {
      await freshTenant()
      const [done, own] = await place([{ ...part, status: 'done' }, part])
      const [other, elsewhere] = await place([
        { ...part, act: 'other' },
        { ...part, key: 'elsewhere' },
        { ...part, subscriber: 'mail.send' },
        { subscriber, key: 'alone' },
      ])
      const given = await calls()
      expect(given.every((events) => events.length === 1)).toBe(true)
      expect(given.flat()).toEqual(expect.arrayContaining([own, other, elsewhere]))
      expect(given.flat()).not.toContain(done)
      expect(given).toHaveLength(4)
    })

    it('stays with the first where that fails, and comes again with it', async () => {
      await freshTenant()
      const ids = await place([part, part])
      let tries = 0
      const fails = () => {
        if (tries++ === 0) throw new Error('not yet')
      }
      expect(await calls(fails)).toEqual([ids])
      for (const id of ids) expect(await statusOf(id)).toBe('pending')
      await withTenant(tenant.ref, (tx) => tx.eventDelivery.updateMany({ data: { dueAt: new Date(0) } }))
      expect(await calls(fails)).toEqual([ids])
      for (const id of ids) expect(await statusOf(id)).toBe('done')
    })
  })

  describe('what has left', () => {
    const told = { subscriber: 'mail.compose', type: 'ticket.status_changed', act: 'act', key: 'ticket' }
    const held = (tx: TenantTx) => ({ tx, tenant })
    const left = (ids: string[]) => withTenant(tenant.ref, (tx) => hasLeft(held(tx), ids))
    const takeBack = (act = 'act', key = 'ticket') => withTenant(tenant.ref, (tx) => withdraw(held(tx), act, key))

    it('is nothing as long as all of it could be withdrawn', async () => {
      await freshTenant()
      const ids = await place([told, { ...told, subscriber: 'notifications.create' }])
      expect(await left(ids)).toBe(true) // it stands to leave
      expect(await takeBack()).toBe(2)
      expect(await left(ids)).toBe(false)
    })

    it.each(['done', 'running', 'dead'] as const)('is what a consumer that sends it has taken up: %s', async (status) => {
      await freshTenant()
      const ids = await place([told, { ...told, subscriber: 'notifications.create', status }])
      expect(await takeBack()).toBe(1)
      expect(await left(ids)).toBe(true)
      expect(await left(ids.slice(0, 1))).toBe(false)
    })

    it('is nothing that only a screen or the search has followed, or that is sent at once and waits for nobody', async () => {
      await freshTenant()
      const ids = await place([
        { ...told, subscriber: 'search.index', status: 'done' },
        { ...told, subscriber: 'realtime.publish', status: 'done' },
        { ...told, type: 'ticket.created', subscriber: 'notifications.create', status: 'done' },
        { ...told, type: 'ticket.priority_changed', status: 'done' },
      ])
      expect(await takeBack()).toBe(0)
      expect(await left(ids)).toBe(false)
    })

    it('is not withdrawn with another act, nor on another ticket of the same act', async () => {
      await freshTenant()
      await setUndoWindow(tenant, 10)
      const ids = await place([
        { ...told, act: 'other' },
        { ...told, key: 'elsewhere' },
      ])
      expect(await takeBack()).toBe(0)
      for (const id of ids) expect(await statusOf(id)).toBe('pending')
    })

    it('is what a relay is just handing over: whoever withdraws it comes too late', async () => {
      await freshTenant()
      const ids = await place([told])
      let begun = false
      let go = () => {}
      const gate = new Promise<void>((resolve) => {
        go = resolve
      })
      const consumer: Consumer = {
        handle: async () => {
          begun = true
          await gate
        },
      }
      const delivering = deliverAll(tenant.ref, only({ 'mail.compose': consumer }))
      await vi.waitFor(() => expect(begun).toBe(true))
      const withdrawing = withTenant(tenant.ref, async (tx) => [await withdraw(held(tx), 'act', 'ticket'), await hasLeft(held(tx), ids)])
      await new Promise((resolve) => setTimeout(resolve, 100))
      go()
      await delivering
      expect(await withdrawing).toEqual([0, true])
      expect(await inWork(tenant, ({ tx }) => tx.eventDelivery.count())).toBe(1)
    })
  })
}
