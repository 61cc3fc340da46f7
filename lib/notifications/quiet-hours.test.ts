import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt, isQuiet, type Wishes } from './quiet-hours'

const none: Wishes = { timeZone: 'UTC', quietFrom: null, quietTo: null, mutedUntil: null, digest: 'off' }
const at = (text: string) => new Date(text)
const night = { quietFrom: 22 * 60, quietTo: 7 * 60 }

describe('when someone is told', () => {
  it.each([
    ['push goes at once', 'push', '2026-03-02T12:00:00Z', {}, false, '2026-03-02T12:00:00Z'],
    ['mail waits a minute for more', 'mail', '2026-03-02T12:00:00Z', {}, false, '2026-03-02T12:01:00Z'],
    ['quiet hours over midnight', 'push', '2026-03-02T23:30:00Z', night, false, '2026-03-03T07:00:00Z'],
    ['quiet hours after midnight', 'mail', '2026-03-03T03:00:00Z', night, false, '2026-03-03T07:00:00Z'],
    ['quiet hours by day', 'push', '2026-03-03T12:30:00Z', { quietFrom: 720, quietTo: 780 }, false, '2026-03-03T13:00:00Z'],
    ['the end of quiet hours is loud', 'push', '2026-03-03T07:00:00Z', night, false, '2026-03-03T07:00:00Z'],
    ['what is urgent passes', 'push', '2026-03-02T23:30:00Z', night, true, '2026-03-02T23:30:00Z'],
    [
      'quiet on the clock of the person',
      'push',
      '2026-03-02T20:30:00Z',
      { ...night, timeZone: 'Africa/Nairobi' },
      false,
      '2026-03-03T04:00:00Z',
    ],
    [
      'the night the clocks go forward',
      'push',
      '2026-03-28T23:30:00Z',
      { ...night, timeZone: 'Europe/Berlin' },
      false,
      '2026-03-29T05:00:00Z',
    ],
    [
      'an end that this night leaves out',
      'push',
      '2026-03-28T23:30:00Z',
      { quietFrom: 0, quietTo: 150, timeZone: 'Europe/Berlin' },
      false,
      '2026-03-29T01:30:00Z',
    ],
    [
      'the night the clocks go back',
      'push',
      '2026-10-24T23:30:00Z',
      { ...night, timeZone: 'Europe/Berlin' },
      false,
      '2026-10-25T06:00:00Z',
    ],
    ['a daily digest, tomorrow', 'mail', '2026-03-02T12:00:00Z', { digest: 'daily' }, false, '2026-03-03T08:00:00Z'],
    ['a daily digest, this morning', 'mail', '2026-03-02T05:00:00Z', { digest: 'daily' }, false, '2026-03-02T08:00:00Z'],
    ['a weekly digest, on Monday', 'mail', '2026-03-03T12:00:00Z', { digest: 'weekly' }, false, '2026-03-09T08:00:00Z'],
    ['urgent mail does not wait for a digest', 'mail', '2026-03-03T12:00:00Z', { digest: 'weekly' }, true, '2026-03-03T12:00:00Z'],
    ['a digest does not hold push', 'push', '2026-03-03T12:00:00Z', { digest: 'weekly' }, false, '2026-03-03T12:00:00Z'],
  ] as const)('%s', (_, way, now, wishes, isUrgent, expected) => {
    expect(dueAt(way, at(now), isUrgent, { ...none, ...wishes })).toEqual(at(expected))
  })

  it('at the end of quiet hours that comes twice, when clocks go back between', () => {
    const berlin = { timeZone: 'Europe/Berlin', quietFrom: 22 * 60, quietTo: 2 * 60 + 30, mutedUntil: null, digest: 'off' } as const
    // 2026-10-25: 03:00 summer time is 02:00 winter time.
    const second = new Date('2026-10-25T01:10:00Z')
    expect(dueAt('push', second, false, berlin)?.toISOString()).toBe('2026-10-25T01:30:00.000Z')
    const first = new Date('2026-10-25T00:10:00Z')
    expect(dueAt('push', first, false, berlin)?.toISOString()).toBe('2026-10-25T00:30:00.000Z')
  })

  it('not at all while muted, and again afterwards', () => {
    const wishes = { ...none, mutedUntil: at('2026-03-02T13:00:00Z') }
    expect(dueAt('push', at('2026-03-02T12:00:00Z'), true, wishes)).toBeNull()
    expect(dueAt('push', at('2026-03-02T13:00:00Z'), false, wishes)).toEqual(at('2026-03-02T13:00:00Z'))
  })

  it('is never before now, never in quiet hours unless urgent, and within a day and an hour unless a digest was asked for', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia')
    const minute = fc.integer({ min: 0, max: 1439 })
    const moment = fc.date({ min: at('2025-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(
        moment,
        zones,
        minute,
        minute,
        fc.constantFrom('mail' as const, 'push' as const),
        (now, timeZone, quietFrom, quietTo, way) => {
          const wishes = { ...none, timeZone, quietFrom, quietTo }
          const due = dueAt(way, now, false, wishes) as Date
          expect(due.getTime()).toBeGreaterThanOrEqual(now.getTime())
          expect(due.getTime() - now.getTime()).toBeLessThanOrEqual(26 * 3600_000)
          // The clocks may go back into the quiet hours at their very end; then the first end counts.
          const isAtEnd = due.getTime() !== now.getTime() && due.getTime() % 60_000 === 0
          if (!isAtEnd) expect(isQuiet(due, wishes)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})
