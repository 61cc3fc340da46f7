import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { forgetRateLimits, takeHere } from './rate-limit'

beforeEach(forgetRateLimits)

describe('a token bucket', () => {
  it('holds its limit, then fills evenly', () => {
    for (let n = 10; n > 0; n--) expect(takeHere('k', 10, 0)).toMatchObject({ allowed: true, remaining: n - 1 })
    expect(takeHere('k', 10, 0)).toMatchObject({ allowed: false, remaining: 0, resetSeconds: 6 })
    expect(takeHere('k', 10, 5999).allowed).toBe(false)
    expect(takeHere('k', 10, 6000).allowed).toBe(true)
    expect(takeHere('k', 10, 6000).allowed).toBe(false)
    expect(takeHere('other', 10, 6000).allowed).toBe(true)
  })

  it('never gives more than its limit and what filled since, whatever the times, also when the clock steps back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 300 }), fc.integer({ min: 1, max: 60 }), (times, limit) => {
        forgetRateLimits()
        const allowed = times.filter((at) => takeHere('k', limit, at).allowed).length
        let rising = 0
        for (let n = 1; n < times.length; n++) rising += Math.max(0, (times[n] as number) - (times[n - 1] as number))
        expect(allowed).toBeLessThanOrEqual(limit + (rising * limit) / 60_000 + 1e-6)
      }),
    )
  })
})
