import { expect, it, vi } from 'vitest'
import { calendarInput } from '../../calendar/schema'
import type { Work } from '../../events/work'
import { knowEditions, overrunAt } from './overrun'

const calendar = (timezone: string) => ({
  timezone,
  schedule: { mon: [['09:00', '17:00']], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
  holidays: [],
})

it('an edition of a calendar is read and checked once however many tickets run on it, and another one for itself', async () => {
  const parse = vi.spyOn(calendarInput, 'parse')
  const from = new Date('2026-11-23T09:00:00Z') // a Monday
  const now = new Date('2026-11-23T18:00:00Z')
  const stored: Record<string, string> = { 'a 1': 'UTC', 'b 1': 'Africa/Nairobi' }
  const $queryRaw = vi.fn(async (_: unknown, ...values: unknown[]) =>
    (values.find(Array.isArray) as string[]).map((key) => ({ key, calendar: calendar(stored[key] as string) })),
  )
  const work = { tx: { $queryRaw }, tenant: { ref: { id: 'tenant' } } } as unknown as Work
  const minutesOn = async (key: string) => {
    await knowEditions(work, [key, key])
    return overrunAt(now, { from, until: null, calendar: key }).minutes
  }
  expect([await minutesOn('a 1'), await minutesOn('a 1'), await minutesOn('b 1'), await minutesOn('a 1')]).toEqual([480, 480, 300, 480])
  expect(parse).toHaveBeenCalledTimes(2)
  expect($queryRaw).toHaveBeenCalledTimes(2)
})
