import { LRUCache } from 'lru-cache'
import type { CalendarSpec, Holiday, Window } from './schema'
import { dayMs, minuteMs } from './time'
import { weekdays } from './values'
import { steadyParts } from './zone'

/** [from, to) */
export interface Span {
  from: number
  to: number
}

/** Holidays a calendar knows, as stretches of time with what they are called. */
export interface NamedSpan extends Span {
  name: string
}

/** One year of UTC: when it is open, and how much has been open before each opening. */
export interface Year {
  opens: Float64Array
  closes: Float64Array
  before: Float64Array
  total: number
  holidays: NamedSpan[]
}

/** A calendar made ready for arithmetic. Years are worked out when they are asked for, and kept. */
export interface Calendar {
  readonly spec: CalendarSpec
  /** The year of UTC, empty of openings before 1900 and from 2400 on. */
  year(number: number): Year
}

/** Nobody can ever wait for such a calendar. */
export class NeverOpen extends Error {
  override name = 'NeverOpen'
  constructor() {
    super('This calendar never opens.') // not-words: callers catch it and say errors.calendars.neverOpen
  }
}

interface Rules {
  weekly: Span[][]
  /** Days closed from midnight to midnight, by date or by month and day. */
  closed: Map<string, string>
  /** Windows in place of those of the week, by date or by month and day. */
  replaced: Map<string, { windows: Span[]; name: string }>
}

const bounds = { first: 1900, last: 2399 }
const nothing: Year = { opens: new Float64Array(), closes: new Float64Array(), before: new Float64Array(), total: 0, holidays: [] }

/**
 * @throws NeverOpen where no minute of any year is open.
 */
export function compileCalendar(spec: CalendarSpec): Calendar {
  const rules = rulesOf(spec)
  if (!everOpens(rules)) throw new NeverOpen()
  const years = new Map<number, Year>()
  return {
    spec,
    year(number) {
      if (number < bounds.first || number > bounds.last) return nothing
      let year = years.get(number)
      if (!year) {
        year = workOut(spec.timezone, rules, number)
        years.set(number, year)
      }
      return year
    },
  }
}

const compiled = new LRUCache<string, Calendar>({ max: 500 })

/** The same, kept: a calendar is compiled once however many clocks run on it. */
export function calendarOf(spec: CalendarSpec): Calendar {
  const key = JSON.stringify(spec)
  let calendar = compiled.get(key)
  if (!calendar) {
    calendar = compileCalendar(spec)
    compiled.set(key, calendar)
  }
  return calendar
}

function rulesOf({ schedule, holidays }: CalendarSpec): Rules {
  const closed: Rules['closed'] = new Map()
  const replaced: Rules['replaced'] = new Map()
  for (const holiday of holidays) {
    const [key, name] = [keyOf(holiday), nameOf(holiday)]
    if (!('windows' in holiday) || !holiday.windows) closed.set(key, closed.get(key) || name)
    else {
      const earlier = replaced.get(key)
      replaced.set(key, { windows: [...(earlier?.windows ?? []), ...holiday.windows.map(spanOf)], name: earlier?.name || name })
    }
  }
  return { weekly: weekdays.map((day) => schedule[day].map(spanOf)), closed, replaced }
}

const keyOf = (holiday: Holiday) => ('date' in holiday ? holiday.date : monthAndDay(holiday.month, holiday.day))
const nameOf = (holiday: Holiday) => ('name' in holiday && holiday.name) || ''
const monthAndDay = (month: number, day: number) => `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** From midnight of the day it opens on; overnight windows reach into the next. */
function spanOf([opens, closes]: Window): Span {
  const [from, to] = [millisecondsOf(opens), millisecondsOf(closes)]
  return { from, to: to <= from ? to + dayMs : to }
}

function millisecondsOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number]
  return (hours * 60 + minutes) * minuteMs
}

/** Looks at every kind of day there is; a weekday falls on every day of the year sooner or later. */
function everOpens({ weekly, closed, replaced }: Rules): boolean {
  const year = Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(5, 10))
  const open = (windows: Span[], isClosed: boolean, isNextClosed: boolean) =>
    windows.some(({ to }) => !isClosed || (to > dayMs && !isNextClosed))
  const dates = [...replaced].some(([key, { windows }]) => {
    if (key.length === 5) return false
    const next = new Date(Date.parse(key) + dayMs).toISOString().slice(0, 10)
    const isClosed = (date: string) => closed.has(date) || closed.has(date.slice(5))
    return open(windows, isClosed(key), isClosed(next))
  })
  return (
    dates ||
    year.some((key, index) =>
      open(replaced.get(key)?.windows ?? weekly.flat(), closed.has(key), closed.has(year[(index + 1) % year.length] as string)),
    )
  )
}

/**
 * The wall clock of a zone is cut into parts in which it runs beside UTC. What
 * is skipped lies in no part, what comes twice in two: so both count as they
 * were lived.
 */
function workOut(zone: string, rules: Rules, number: number): Year {
  const [start, end] = [Date.UTC(number, 0, 1), Date.UTC(number + 1, 0, 1)]
  const open: Span[] = []
  const holidays: NamedSpan[] = []
  const local = localDays(rules, start / dayMs - 3, end / dayMs + 3)
  for (const { from, to, ahead } of steadyParts(zone, number)) {
    place(local.open, from, to, ahead, open)
    place(local.holidays, from, to, ahead, holidays)
  }
  // Where clocks go back two parts may touch or even lie in each other's wall time, never in each other's instants.
  const joined = union(open)
  const year: Year = {
    opens: Float64Array.from(joined, (span) => span.from),
    closes: Float64Array.from(joined, (span) => span.to),
    before: new Float64Array(joined.length),
    total: 0,
    holidays: joinNamed(holidays),
  }
  joined.forEach((span, index) => {
    year.before[index] = year.total
    year.total += span.to - span.from
  })
  return year
}

function place<S extends Span>(spans: S[], from: number, to: number, ahead: number, into: S[]) {
  // The first that reaches into the part; all are in order and none overlaps.
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle] as S).to - ahead <= from) low = middle + 1
    else high = middle
  }
  for (let index = low; index < spans.length; index++) {
    const span = spans[index] as S
    if (span.from - ahead >= to) break
    into.push({ ...span, from: Math.max(span.from - ahead, from), to: Math.min(span.to - ahead, to) })
  }
}

/** On the wall clock, as if it were UTC: what is open and which days are holidays, from one day number until before another. */
function localDays({ weekly, closed, replaced }: Rules, first: number, last: number) {
  const open: Span[] = []
  const holidays: NamedSpan[] = []
  const days = Array.from({ length: last - first + 1 }, (_, index) => {
    const day = first + index
    const date = new Date(day * dayMs).toISOString().slice(0, 10)
    const special = replaced.get(date) ?? replaced.get(date.slice(5))
    const closedAs = closed.get(date) ?? closed.get(date.slice(5))
    return { start: day * dayMs, date, closedAs, special, windows: special?.windows ?? (weekly[(((day + 3) % 7) + 7) % 7] as Span[]) }
  })
  days.slice(0, -1).forEach(({ start, date, closedAs, special, windows }, index) => {
    const isNextClosed = days[index + 1]?.closedAs !== undefined
    const name = closedAs ?? special?.name
    if (name !== undefined) holidays.push({ from: start, to: start + dayMs, name: name || date })
    for (const { from, to } of windows) {
      const [opens, closes] = [closedAs === undefined ? from : Math.max(from, dayMs), isNextClosed ? Math.min(to, dayMs) : to]
      if (opens < closes) open.push({ from: start + opens, to: start + closes })
    }
  })
  return { open: union(open), holidays }
}

/** In order, and none touching another. */
export function union(spans: Span[]): Span[] {
  const joined: Span[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) joined.push({ from, to })
  }
  return joined
}

function joinNamed(spans: NamedSpan[]): NamedSpan[] {
  const joined: NamedSpan[] = []
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && span.from <= last.to && span.name === last.name) last.to = Math.max(last.to, span.to)
    else joined.push({ ...span })
  }
  return joined
}
