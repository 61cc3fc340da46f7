import { wallClock } from './zoned'

const hourMs = 3_600_000
const dayMs = 86_400_000

/** When a morning begins. */
const morningAt = '09:00'

/** The day so many days after another, both as "2026-03-02": days of the calendar, however many hours they have. */
export const daysAfter = (day: string, days: number) => new Date(Date.parse(`${day}T00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** Days until the next of a weekday, 0 being Sunday: 1 to 7. */
export const daysUntil = (day: string, weekday: number) => (weekday - new Date(`${day}T00:00Z`).getUTCDay() + 7) % 7 || 7

export type DatePreset = 'laterToday' | 'tomorrow' | 'inThreeDays' | 'nextWeek'

/** The times that are chosen most, on the clock of a zone ("2026-03-02T09:00"). Later today is left out when the day ends before. */
export function datePresets(now: Date, timeZone: string): { name: DatePreset; at: string }[] {
  const today = wallClock(now, timeZone).slice(0, 10)
  const later = wallClock(new Date(Math.ceil((now.getTime() + 3 * hourMs) / hourMs) * hourMs), timeZone)
  const morning = (days: number) => `${daysAfter(today, days)}T${morningAt}`
  return [
    ...(later.startsWith(today) ? [{ name: 'laterToday' as const, at: later }] : []),
    { name: 'tomorrow', at: morning(1) },
    { name: 'inThreeDays', at: morning(3) },
    { name: 'nextWeek', at: morning(daysUntil(today, 1)) },
  ]
}
