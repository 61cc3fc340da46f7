import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connection } from '../db/connection'
import { log } from '../log/log'
import { openTestPostgres } from '../testing/postgres'
import { RateLedger } from './rate-ledger'
import { type Account, type Settle, settleOn } from './shared-buckets'

openTestPostgres()
const minuteMs = 60_000
/** So long that nothing fills while a test runs. */
const endlessMs = 1e12
let settle: Settle
let statements = 0
beforeAll(async () => {
  const inDatabase = settleOn((await connection()).pool)
  settle = (accounts: Account[]) => {
    statements++
    return inDatabase(accounts)
  }
})
afterEach(() => {
  statements = 0
})
/** As in another process. */
const ledger = () => new RateLedger(settle)
const takeMany = async (from: RateLedger, key: string, limit: number, times: number) => {
  let allowed = 0
  for (let n = 0; n < times; n++) if ((await from.take(key, limit, Date.now(), endlessMs)).allowed) allowed++
  return allowed
}

describe('rate limits of several processes', () => {
  it('are one limit, however the requests are spread, and most of them ask nobody', async () => {
    for (const limit of [10, 100, 250]) {
      const key = `spread:${limit}`
      const allowed = await Promise.all([ledger(), ledger(), ledger()].map((each) => takeMany(each, key, limit, limit)))
      expect(allowed.reduce((sum, n) => sum + n)).toBe(limit)
    }
    statements = 0
    expect(await takeMany(ledger(), 'few', 100, 6)).toBe(6)
    expect(statements).toBe(0)
  })

  it('say what is left, of what the others took too', async () => {
    const [one, other] = [ledger(), ledger()]
    await takeMany(one, 'told', 100, 60)
    await one.close()
    await takeMany(other, 'told', 100, 7)
    expect(await other.take('told', 100, Date.now(), endlessMs)).toMatchObject({ allowed: true, limit: 100, remaining: 32 })
  })

  it('let who knows no better give a sixteenth too many, and no more until that has filled again', async () => {
    const [one, other] = [ledger(), ledger()]
    await takeMany(one, 'late', 64, 1)
    await one.close()
    expect(await takeMany(other, 'late', 64, 64)).toBe(63)
    expect(await takeMany(one, 'late', 64, 64)).toBe(4)
    await one.close()
    const { allowed, resetSeconds } = await one.take('late', 64, Date.now(), minuteMs)
    expect([allowed, resetSeconds > 1]).toEqual([false, true])
  })

  it('are those of one process where the database is away', async () => {
    const warned = vi.spyOn(log(), 'warn').mockReturnValue(undefined)
    const alone = new RateLedger(() => Promise.reject(new Error('away')))
    expect(await takeMany(alone, 'away', 20, 40)).toBe(20)
    expect(warned).toHaveBeenCalled()
    warned.mockRestore()
  })

  it('fill again by the clock of the database', async () => {
    const take = () => settle([{ id: '00000000-0000-4000-8000-000000000001', limit: 10, windowMs: 1000, given: 0, wanted: 10 }])
    expect((await take())[0]).toMatchObject({ granted: 10, tokens: 0 })
    expect((await take())[0]?.granted).toBeLessThan(10)
    await vi.waitFor(async () => expect((await take())[0]?.granted).toBeGreaterThan(0))
  })
})
