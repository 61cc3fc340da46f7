import { EventEmitter } from 'node:events'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { asBackground } from '../core/background'
import { openTestDatabase } from '../testing/database'
import { connection } from './connection'
import { inTurns } from './turns'

openTestDatabase()

/** Turns of the event loop while `work` runs. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false]
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  const first = setImmediate(count)
  await work()
  isOver = true
  clearImmediate(first)
  return turns
}

describe('the embedded database', () => {
  it('lets the event loop turn between statements that follow each other', async () => {
    const client = await (await connection()).pool.connect()
    const turns = await turnsDuring(async () => {
      for (let n = 0; n < 20; n++) await client.query('SELECT pg_sleep(0.006), $1::int', [n])
    })
    client.release()
    expect(turns).toBeGreaterThanOrEqual(19)
  })

  it('takes a quarter of the memory for its pages that PostgreSQL would take', async () => {
    expect((await (await connection()).pool.query('SHOW shared_buffers')).rows).toEqual([{ shared_buffers: '32MB' }])
  })

  it('answers the statement after one that failed', async () => {
    const { pool } = await connection()
    const client = await pool.connect()
    for (let n = 0; n < 3; n++) {
      await expect(client.query('SELECT * FROM nowhere WHERE id = $1', [n])).rejects.toMatchObject({ code: '42P01' })
      expect((await client.query('SELECT $1::int AS n', [n])).rows).toEqual([{ n }])
    }
    client.release()
  })
})

class Peer extends EventEmitter {
  connect(done: () => void) {
    setImmediate(done)
  }
  end(done?: () => void) {
    done?.()
  }
}
const poolOf = (size: number) => inTurns(new pg.Pool({ Client: Peer as never, max: size, idleTimeoutMillis: 0 }), size)

/** Takes a connection for a turn of the loop, and says so. */
async function visit(pool: pg.Pool, name: string, order: string[]) {
  const client = await pool.connect()
  order.push(name)
  await new Promise((resolve) => setImmediate(resolve))
  client.release()
}

describe('a connection', () => {
  it('is lent to who waits for an answer before background work that came first', async () => {
    const pool = poolOf(1)
    const order: string[] = []
    const holder = await pool.connect()
    const visits = [
      ...['job 1', 'job 2'].map((name) => asBackground(() => visit(pool, name, order))),
      ...['person 1', 'person 2'].map((name) => visit(pool, name, order)),
    ]
    holder.release()
    await Promise.all(visits)
    expect(order).toEqual(['person 1', 'person 2', 'job 1', 'job 2'])
  })

  it('is lent to background work now and then, however many wait for answers', async () => {
    const pool = poolOf(1)
    const order: string[] = []
    const holder = await pool.connect()
    const visits = [asBackground(() => visit(pool, 'job', order)), ...Array.from({ length: 40 }, () => visit(pool, 'person', order))]
    holder.release()
    await Promise.all(visits)
    expect(order.indexOf('job')).toBeLessThan(9)
  })

  it('of several is left to people: background work holds half of them at most', async () => {
    const pool = poolOf(4)
    const held = await Promise.all([1, 2].map(() => asBackground(() => pool.connect())))
    const order: string[] = []
    const third = asBackground(() => visit(pool, 'job', order))
    await visit(pool, 'person', order)
    expect(order).toEqual(['person'])
    held[0]?.release()
    await third
    held[1]?.release()
    expect(order).toEqual(['person', 'job'])
  })

  it('that could not be opened is no turn that is lost', async () => {
    let isDown = true
    class Flaky extends Peer {
      override connect(done: (error?: Error) => void) {
        setImmediate(() => done(isDown ? new Error('down') : undefined))
      }
    }
    const pool = inTurns(new pg.Pool({ Client: Flaky as never, max: 1, idleTimeoutMillis: 0 }), 1)
    await expect(pool.connect()).rejects.toThrow('down')
    isDown = false
    const client = await pool.connect()
    client.release()
  })
})
