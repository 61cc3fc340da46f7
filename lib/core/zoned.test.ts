import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { instantAt, wallClock } from './zoned'

const zones = [
  'UTC',
  'Africa/Nairobi',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Africa/Casablanca',
]

describe('the clock of a zone', () => {
  it('shows and is read as Temporal has it, also where clocks change', () => {
    const minute = fc.integer({ min: Date.UTC(2010, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 })
    fc.assert(
      fc.property(minute, fc.constantFrom(...zones), (n, zone) => {
        const text = new Date(n * 60_000).toISOString().slice(0, 16)
        const expected = Temporal.PlainDateTime.from(text).toZonedDateTime(zone)
        expect(instantAt(text, zone).getTime()).toBe(expected.epochMilliseconds)
        expect(wallClock(new Date(n * 60_000), zone)).toBe(
          Temporal.Instant.fromEpochMilliseconds(n * 60_000)
            .toZonedDateTimeISO(zone)
            .toPlainDateTime()
            .toString()
            .slice(0, 16),
        )
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['a time that is skipped', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    ['a time that comes twice', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['the last before the change', '2026-10-25T01:59', '2026-10-24T23:59:00.000Z'],
    ['the first after it', '2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
  ])('at %s', (_, text, instant) => expect(instantAt(text, 'Europe/Berlin').toISOString()).toBe(instant))
})
