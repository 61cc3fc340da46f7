import { dayMs } from './time'

/** A stretch of time in which the clock of a zone is the same number of milliseconds ahead of UTC. */
export interface Steady {
  from: number
  to: number
  ahead: number
}

const clocks = new Map<string, (at: number) => number>()
const years = new Map<string, Steady[]>()

/** How far the clock of a zone is ahead of UTC at an instant, in milliseconds. */
export function aheadAt(zone: string, at: number): number {
  let clock = clocks.get(zone)
  if (!clock) {
    // not-words: its parts are read as numbers
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    clock = (instant) => {
      const [month, day, year, hour, minute, second] = (format.format(instant).match(/\d+/g) as string[]).map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ]
      return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
    }
    clocks.set(zone, clock)
  }
  return clock(at)
}

/** A year of UTC, cut where the clock of a zone changes. No zone changes its clock twice within a day. */
export function steadyParts(zone: string, year: number): Steady[] {
  const key = `${zone} ${year}`
  const known = years.get(key)
  if (known) return known
  const [start, end] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)]
  const parts: Steady[] = []
  let from = start
  let ahead = aheadAt(zone, start)
  for (let day = start; day < end; day += dayMs) {
    const next = aheadAt(zone, day + dayMs)
    if (next === ahead) continue
    const change = firstWith(zone, next, day, day + dayMs)
    // A change at the very end of the year belongs to the next.
    if (change < end) {
      parts.push({ from, to: change, ahead })
      from = change
      ahead = next
    }
  }
  parts.push({ from, to: end, ahead })
  years.set(key, parts)
  return parts
}

/** The first whole second in (low, high] at which the clock is ahead by so much. */
function firstWith(zone: string, ahead: number, low: number, high: number): number {
  let [before, after] = [low, high]
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000
    if (aheadAt(zone, middle) === ahead) after = middle
    else before = middle
  }
  return after
}
