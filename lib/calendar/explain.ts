import type { Calendar, Span } from './compile'
import { minuteMs } from './time'
import { openingsBefore, type Pause } from './walk'

/** One stretch of a clock's life: counted because work is done, or not and why. */
export interface Stretch {
  from: Date
  to: Date
  reason: 'open' | 'closed' | 'holiday' | 'paused'
  /** What the holiday is called. */
  name?: string
  /** Which of the given pauses it was. */
  pause?: number
}

/**
 * Every instant of [from, to), once, in order. What is 'open' sums to exactly
 * the business time between the two. A pause is one stretch, whatever the hours
 * are meanwhile; a day of holiday is one from midnight to midnight but for what
 * is open on it.
 */
export function* explain(calendar: Calendar, from: Date, to: Date, pauses: readonly Pause[] = []): Generator<Stretch> {
  const end = to.getTime()
  let at = from.getTime()
  // Where pauses overlap the time is of the one that began first.
  const inOrder = pauses.map((pause, index) => ({ ...pause, index })).sort((a, b) => a.from.getTime() - b.from.getTime())
  for (const pause of inOrder) {
    const [begin, until] = [Math.max(pause.from.getTime(), at), Math.min(pause.to?.getTime() ?? end, end)]
    if (begin >= until) continue
    yield* hours(calendar, at, begin)
    yield { ...dates(begin, until), reason: 'paused', pause: pause.index }
    at = until
  }
  yield* hours(calendar, at, end)
}

/** How long a stretch lasts on the clock, in minutes. */
export const minutesOf = ({ from, to }: { from: Date; to: Date }) => (to.getTime() - from.getTime()) / minuteMs

const dates = (from: number, to: number) => ({ from: new Date(from), to: new Date(to) })

/** Open hours and what lies between them; openings that meet at a year's end are one. */
function* hours(calendar: Calendar, start: number, end: number): Generator<Stretch> {
  let at = start
  let open: Span | null = null
  for (const span of openings(calendar, start, end)) {
    if (open && span.from === open.to) {
      open.to = span.to
      continue
    }
    if (open) yield { ...dates(open.from, open.to), reason: 'open' }
    yield* gap(calendar, open?.to ?? at, span.from)
    open = { ...span }
  }
  if (open) {
    yield { ...dates(open.from, open.to), reason: 'open' }
    at = open.to
  }
  yield* gap(calendar, at, end)
}

function* openings(calendar: Calendar, start: number, end: number): Generator<Span> {
  for (let number = yearOf(start); number <= yearOf(end); number++) {
    const year = calendar.year(number)
    for (let index = Math.max(0, openingsBefore(year, start) - 1); (year.opens[index] as number) < end; index++) {
      const [from, to] = [Math.max(year.opens[index] as number, start), Math.min(year.closes[index] as number, end)]
      if (from < to) yield { from, to }
    }
  }
}

/** Time in which nothing is open, cut where holidays begin and end. */
function* gap(calendar: Calendar, start: number, end: number): Generator<Stretch> {
  let at = start
  let held: Stretch | null = null
  for (const holiday of holidaysIn(calendar, start, end)) {
    if (held && holiday.from === held.to.getTime() && holiday.name === held.name) {
      held.to = new Date(holiday.to)
      at = holiday.to
      continue
    }
    if (held) yield held
    if (at < holiday.from) yield { ...dates(at, holiday.from), reason: 'closed' }
    held = { ...dates(holiday.from, holiday.to), reason: 'holiday', name: holiday.name }
    at = holiday.to
  }
  if (held) yield held
  if (at < end) yield { ...dates(at, end), reason: 'closed' }
}

function* holidaysIn(calendar: Calendar, start: number, end: number) {
  for (let number = yearOf(start); number <= yearOf(end); number++)
    for (const holiday of calendar.year(number).holidays) {
      const [from, to] = [Math.max(holiday.from, start), Math.min(holiday.to, end)]
      if (from < to) yield { from, to, name: holiday.name }
    }
}

const yearOf = (at: number) => new Date(at).getUTCFullYear()
