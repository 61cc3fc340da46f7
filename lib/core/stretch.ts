import { FilterError } from './filter'
import { msg } from './message'
import { instantAt, wallClock } from './zoned'

const dayMs = 86_400_000
const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs }

/** The stretch of time a word means: a day or month of the reader's zone, or an instant so long ago (`7d`) or ahead (`+2h`). */
export function stretchOf(
  value: string,
  name: string,
  at: number,
  { now, timeZone }: { now: Date; timeZone: string },
): { from: Date; to: Date } {
  const relative = /^([+-]?)(\d{1,5})(m|h|d|w)$/.exec(value)
  if (relative) {
    const ms = Number(relative[2]) * (units[relative[3] as string] as number)
    const instant = new Date(now.getTime() + (relative[1] === '+' ? ms : -ms))
    return { from: instant, to: instant }
  }
  if (value === 'now') return { from: now, to: now }
  const day = { today: 0, yesterday: -1, tomorrow: 1 }[value]
  if (day !== undefined) return dayAt(wallClock(now, timeZone).slice(0, 10), day)
  if (/^\d{4}-\d{2}$/.test(value) && isDay(`${value}-01`)) return { from: startOf(`${value}-01`), to: startOf(nextMonth(value)) }
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value)) return dayAt(value, 0)
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(value) ? new Date(value) : null
  if (instant && !Number.isNaN(instant.getTime()) && instant.getUTCFullYear() >= 1970 && instant.getUTCFullYear() < 3000)
    return { from: instant, to: instant }
  throw new FilterError(msg('filter.takesTime', { name, value }), at)

  function startOf(date: string) {
    return instantAt(`${date}T00:00`, timeZone)
  }
  function dayAt(date: string, days: number) {
    const shifted = (by: number) => new Date(Date.parse(`${date}T00:00:00Z`) + by * dayMs).toISOString().slice(0, 10)
    return { from: startOf(shifted(days)), to: startOf(shifted(days + 1)) }
  }
}

const isDay = (text: string) => {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && at.getUTCFullYear() >= 1970 && at.getUTCFullYear() < 3000
}
const nextMonth = (month: string) => {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 12 ? `${year + 1}-01-01` : `${year}-${String(number + 1).padStart(2, '0')}-01`
}
