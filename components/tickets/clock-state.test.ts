import { expect, it } from 'vitest'
import type { ClockOutput } from '@/lib/tickets/ticket/schema'
import { clockState } from './clock-state'

const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 10, 26, hour, minute))
const clock = (over: Partial<ClockOutput> = {}): ClockOutput => ({
  metric: 'first_response',
  startedAt: at(8),
  dueAt: at(12),
  pausedAt: null,
  breachedAt: null,
  targetMinutes: 240,
  overrun: null,
  ...over,
})

it('is due until the very moment of its deadline, and soon in the last quarter', () => {
  expect(clockState(clock(), at(10).getTime())).toEqual({ is: 'due', ms: 2 * 3_600_000, share: 0.5, isSoon: false })
  expect(clockState(clock(), at(11, 48).getTime())).toMatchObject({ is: 'due', ms: 12 * 60_000, isSoon: true })
  expect(clockState(clock(), at(12).getTime())).toMatchObject({ is: 'due', ms: 0 })
  expect(clockState(clock(), at(12, 1).getTime())).toEqual({ is: 'breached', minutes: 1, isPaused: false })
})

it('is breached by business time, which grows until closing time and no further', () => {
  const overrun = { minutes: 180, at: at(15), growsUntil: at(17), isPaused: false }
  expect(clockState(clock({ overrun }), at(15, 30).getTime())).toMatchObject({ is: 'breached', minutes: 210 })
  expect(clockState(clock({ overrun }), at(23).getTime())).toMatchObject({ minutes: 300 })
  expect(clockState(clock({ overrun: { ...overrun, growsUntil: null, isPaused: true } }), at(23).getTime())).toEqual({
    is: 'breached',
    minutes: 180,
    isPaused: true,
  })
})

it('is paused without a deadline, and nothing where there never was one', () => {
  expect(clockState(clock({ dueAt: null, pausedAt: at(9) }), at(10).getTime())).toEqual({ is: 'paused' })
  expect(clockState(clock({ dueAt: null }), at(10).getTime())).toBeNull()
})
