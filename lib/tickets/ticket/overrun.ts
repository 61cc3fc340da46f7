import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { type Calendar, calendarOf } from '../../calendar/compile'
import { explain } from '../../calendar/explain'
import { aroundTheClock, calendarInput } from '../../calendar/schema'
import { dayMs, minuteMs } from '../../calendar/time'
import { businessTimeBetween } from '../../calendar/walk'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import type { ClockOutput } from './schema'

interface Overrun {
  from: Date
  /** Since when it is paused. */
  until: Date | null
  /** The edition of a calendar that it runs on, as `editionOfClock` names it; null for around the clock. */
  calendar: string | null
}

const editions = new LRUCache<string, Calendar>({ max: 5000 })
const edition = z.object({ key: z.string(), calendar: z.unknown() })

/** What names the edition of a calendar that a clock `k` runs on, and an edition `e` itself, in SQL. */
export const editionOfClock = `k.calendar_id || ' ' || k.calendar_version`
const editionKey = Prisma.raw(`e.calendar_id || ' ' || e.version`)

/** An edition never changes: it is read and checked once, however many tickets run on it. `overrunAt` knows it from then on. */
export async function knowEditions({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, keys: Iterable<string>) {
  const missing = [...new Set(keys)].filter((key) => !editions.has(key))
  if (missing.length === 0) return
  const query = tx.$queryRaw`
    SELECT ${editionKey} AS key, json_build_object('timezone', e.time_zone, 'schedule', e.schedule, 'holidays', e.holidays) AS calendar
    FROM calendar_edition e WHERE e.tenant_id = ${tenant.ref.id}::uuid AND ${editionKey} = ANY(${missing}::text[])`
  for (const { key, calendar } of await rowsOf(edition, query)) editions.set(key, calendarOf(calendarInput.parse(calendar)))
}

function calendarNamed(key: string | null): Calendar {
  if (key === null) return calendarOf(aroundTheClock)
  const calendar = editions.get(key)
  if (!calendar) throw new Error(`the edition ${key} of a calendar was not read before`)
  return calendar
}

/** The business time that has passed since a deadline, as the SLA calculation counts it. */
export function overrunAt(now: Date, { from, until, calendar: key }: Overrun): NonNullable<ClockOutput['overrun']> {
  const calendar = calendarNamed(key)
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
