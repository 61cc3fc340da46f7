import type { Calendar, Span, Year } from './compile'
import { union } from './compile'
import { dayMs, minuteMs } from './time'

/** From one instant until before another; without an end it still lasts. */
export interface Pause {
  from: Date
  to: Date | null
}

/** No deadline lies further from its start than this, in days of 24 hours. */
export const farthestDays = 400

/**
 * The earliest instant at or after `start` with so many business minutes between
 * the two, pauses left out. What ends exactly at closing time ends there, and
 * not at the next opening. Negative minutes go backwards: then it is the latest
 * instant at or before `start`.
 *
 * @param minutes in business time; fractions are kept to the millisecond.
 * @returns null where a pause still lasts when the time would be up, or where
 *   that is more than {@link farthestDays} away.
 */
export function addBusinessTime(calendar: Calendar, start: Date, minutes: number, pauses: readonly Pause[] = []): Date | null {
  const wanted = Math.round(minutes * minuteMs)
  const from = start.getTime()
  if (wanted === 0) return start
  const found = wanted > 0 ? forwards(calendar, from, wanted, spansOf(pauses)) : backwards(calendar, from, -wanted, spansOf(pauses))
  return found === null || Math.abs(found - from) > farthestDays * dayMs ? null : new Date(found)
}

/**
 * Working minutes in [from, to), pauses left out; negative where `to` is before
 * `from`. Exact to the millisecond.
 */
export function businessTimeBetween(calendar: Calendar, from: Date, to: Date, pauses: readonly Pause[] = []): number {
  const [low, high] = from <= to ? [from.getTime(), to.getTime()] : [to.getTime(), from.getTime()]
  let open = openBetween(calendar, low, high)
  for (const pause of spansOf(pauses)) {
    const [begin, end] = [Math.max(pause.from, low), Math.min(pause.to, high)]
    if (begin < end) open -= openBetween(calendar, begin, end)
  }
  return (from <= to ? open : -open) / minuteMs
}

/** Whether work is done at an instant. */
export function isOpenAt(calendar: Calendar, at: Date): boolean {
  return openBetween(calendar, at.getTime(), at.getTime() + 1) > 0
}

/** Pauses in order and united. */
function spansOf(pauses: readonly Pause[]): Span[] {
  return union(pauses.map(({ from, to }) => ({ from: from.getTime(), to: to === null ? Number.POSITIVE_INFINITY : to.getTime() })))
}

function forwards(calendar: Calendar, start: number, wanted: number, pauses: Span[]): number | null {
  let [at, left] = [start, wanted]
  for (const pause of pauses) {
    if (pause.to <= at) continue
    if (pause.from > at) {
      const open = openBetween(calendar, at, pause.from)
      if (open >= left) break
      left -= open
    }
    if (pause.to === Number.POSITIVE_INFINITY) return null
    at = pause.to
  }
  const horizon = start + farthestDays * dayMs
  for (let number = yearOf(at); Date.UTC(number, 0, 1) <= horizon; number++) {
    const year = calendar.year(number)
    const done = openBefore(year, at)
    if (year.total - done >= left) return instantAfter(year, done + left)
    left -= year.total - done
  }
  return null
}

function backwards(calendar: Calendar, start: number, wanted: number, pauses: Span[]): number | null {
  let [at, left] = [start, wanted]
  for (const pause of [...pauses].reverse()) {
    if (pause.from >= at) continue
    if (pause.to < at) {
      const open = openBetween(calendar, pause.to, at)
      if (open >= left) break
      left -= open
    }
    at = pause.from
  }
  const horizon = start - farthestDays * dayMs
  for (let number = yearOf(at - 1); Date.UTC(number + 1, 0, 1) >= horizon; number--) {
    const year = calendar.year(number)
    const done = openBefore(year, at)
    if (done >= left) return instantBefore(year, done - left)
    left -= done
  }
  return null
}

const yearOf = (at: number) => new Date(at).getUTCFullYear()

/** Open milliseconds in [from, to). */
function openBetween(calendar: Calendar, from: number, to: number): number {
  if (to <= from) return 0
  const [first, last] = [yearOf(from), yearOf(to)]
  let open = openBefore(calendar.year(last), to) - openBefore(calendar.year(first), from)
  for (let number = first; number < last; number++) open += calendar.year(number).total
  return open
}

/** How many openings of a year begin before an instant. */
export function openingsBefore({ opens }: Year, at: number): number {
  let [low, high] = [0, opens.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((opens[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Open milliseconds of a year before an instant. */
function openBefore(year: Year, at: number): number {
  const index = openingsBefore(year, at) - 1
  if (index < 0) return 0
  return (year.before[index] as number) + Math.min(at, year.closes[index] as number) - (year.opens[index] as number)
}

/** The earliest instant of a year before which so much was open. */
function instantAfter(year: Year, open: number): number {
  // The first opening whose end has enough behind it.
  let [low, high] = [0, year.opens.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((year.before[middle + 1] as number) >= open) high = middle
    else low = middle + 1
  }
  return (year.opens[low] as number) + open - (year.before[low] as number)
}

/** The latest instant of a year before which no more than so much was open. */
function instantBefore(year: Year, open: number): number {
  // The last opening that has no more than that before it.
  let [low, high] = [0, year.opens.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((year.before[middle] as number) <= open) low = middle
    else high = middle - 1
  }
  return (year.opens[low] as number) + open - (year.before[low] as number)
}
