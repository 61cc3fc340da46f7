import { describe, expect, it } from 'vitest'
import { datePresets } from './date-presets'
import { readTypedDate } from './typed-date'

describe('a date as it is typed', () => {
  // A Friday.
  const now = '2026-11-27T10:00'
  it.each([
    ['2026-12-01', 'en', '2026-12-01T09:00'],
    ['2026-12-01 14:30', 'en', '2026-12-01T14:30'],
    ['2026-12-01T14:30', 'en', '2026-12-01T14:30'],
    ['1/12', 'en-GB', '2026-12-01T09:00'],
    ['1/12', 'en-US', '2027-01-12T09:00'],
    ['1.12.2027 8:05', 'de', '2027-12-01T08:05'],
    ['1.12.', 'de', '2026-12-01T09:00'],
    ['1 Dec', 'en', '2026-12-01T09:00'],
    ['Dec 1', 'en', '2026-12-01T09:00'],
    ['dec 1 9:15', 'en', '2026-12-01T09:15'],
    ['1. Dezember 2027', 'de', '2027-12-01T09:00'],
    ['tomorrow', 'en', '2026-11-28T09:00'],
    ['Tomorrow 4pm', 'en', '2026-11-28T16:00'],
    ['morgen 16', 'de', '2026-11-28T16:00'],
    ['fri', 'en', '2026-12-04T09:00'],
    ['Monday 12am', 'en', '2026-11-30T00:00'],
    ['9:30', 'en', '2026-11-28T09:30'],
    ['11:00', 'en', '2026-11-27T11:00'],
    ['', 'en', null],
    ['soon', 'en', null],
    ['30 Feb', 'en', null],
    ['tomorrow 25:00', 'en', null],
    ['12', 'en', null],
  ])('%j in %s is %s', (typed, locale, is) => expect(readTypedDate(typed, { now, locale })).toBe(is))
})

describe('the times that are chosen most', () => {
  const at = (now: string, zone = 'Europe/Berlin') =>
    Object.fromEntries(datePresets(new Date(now), zone).map((preset) => [preset.name, preset.at]))

  it('are mornings of the zone, and a full hour of today', () =>
    expect(at('2026-11-27T09:20:00Z')).toEqual({
      laterToday: '2026-11-27T14:00',
      tomorrow: '2026-11-28T09:00',
      inThreeDays: '2026-11-30T09:00',
      nextWeek: '2026-11-30T09:00',
    }))

  it('leave out today when its end is near', () => expect(at('2026-11-27T21:30:00Z')).not.toHaveProperty('laterToday'))

  // Half past midnight of a day with 25 hours: a day of 24 hours later it is still the same day.
  it('count days of the calendar when the clocks change', () => expect(at('2026-10-24T22:30:00Z').tomorrow).toBe('2026-10-26T09:00'))
})
