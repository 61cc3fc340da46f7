import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ticksUpTo } from './ticks'

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [40, [0, 10, 20, 30, 40]],
  [41, [0, 20, 40, 60]],
  [1234, [0, 500, 1000, 1500]],
])('up to %i a chart has the numbers %j', (most, ticks) => expect(ticksUpTo(most)).toEqual(ticks))

test('the highest bar fits, and the numbers are whole and at most six', () =>
  fc.assert(
    fc.property(fc.nat(1_000_000), (most) => {
      const ticks = ticksUpTo(most)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(6)
    }),
  ))
