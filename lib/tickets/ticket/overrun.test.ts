import { expect, it, vi } from 'vitest'
import { calendarInput } from '../../calendar/schema'
import { overrunAt } from './overrun'

const calendar = (timezone: string) => ({
  timezone,
  schedule: { mon: [['09:00', '17:00']], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
  holidays: [],
})

it('a stored calendar is checked once however many tickets run on it, and another one for itself', () => {
  const parse = vi.spyOn(calendarInput, 'parse')
  const from = new Date('2026-11-23T09:00:00Z') // a Monday
  const now = new Date('2026-11-23T18:00:00Z')
  const minutesIn = (zone: string) => overrunAt(now, { from, until: null, calendar: calendar(zone) }).minutes
  expect([minutesIn('UTC'), minutesIn('UTC'), minutesIn('Africa/Nairobi'), minutesIn('UTC')]).toEqual([480, 480, 300, 480])
  expect(parse).toHaveBeenCalledTimes(2)
})
