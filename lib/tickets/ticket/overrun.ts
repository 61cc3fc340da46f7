import { LRUCache } from 'lru-cache'
import { type Calendar, calendarOf } from '../../calendar/compile'
import { explain } from '../../calendar/explain'
import { aroundTheClock, calendarInput } from '../../calendar/schema'
import { dayMs, minuteMs } from '../../calendar/time'
import { businessTimeBetween } from '../../calendar/walk'
import type { ClockOutput } from './schema'

interface Overrun {
  from: Date
  /** Since when it is paused. */
  until: Date | null
  /** As it was stored; null for around the clock. */
  calendar: unknown
}

const read = new LRUCache<string, Calendar>({ max: 500 })

/** Checked once however many tickets of a list run on it. */
function storedCalendar(stored: unknown): Calendar {
  if (!stored) return calendarOf(aroundTheClock)
  const text = JSON.stringify(stored)
  const known = read.get(text) ?? calendarOf(calendarInput.parse(stored))
  read.set(text, known)
  return known
}

/** The business time that has passed since a deadline, as the SLA calculation counts it. */
export function overrunAt(now: Date, { from, until, calendar: stored }: Overrun): NonNullable<ClockOutput['overrun']> {
  const calendar = storedCalendar(stored)
  // To the minute: what is read twice within one says the same.
  const minute = Math.floor(now.getTime() / minuteMs) * minuteMs
  const at = new Date(Math.max(minute, from.getTime()))
  const [next] = until ? [] : explain(calendar, at, new Date(at.getTime() + dayMs))
  return {
    minutes: Math.max(0, businessTimeBetween(calendar, from, until ?? at)),
    at,
    growsUntil: next?.reason === 'open' ? next.to : null,
    isPaused: until !== null,
  }
}
