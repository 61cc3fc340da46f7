import { instantAt } from '../../../core/zoned'

/** One of the clocks of a zone that an invitation describes itself (RFC 5545, VTIMEZONE): from when on, and how far ahead of UTC. */
export interface ZoneClock {
  /** Local time of its first day. */
  from: number
  /** Of every year, such as "the last Sunday of March"; null where it began once. */
  yearly: { month: number; week: number; weekday: number } | null
  aheadMs: number
}

export interface CalendarZones {
  [name: string]: ZoneClock[]
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

export function readZoneClock(properties: Map<string, string>): ZoneClock | null {
  const from = asUtc(properties.get('DTSTART') ?? '')
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)/.exec(properties.get('TZOFFSETTO') ?? '') ?? []
  if (from === null || !hours) return null
  const rule = properties.get('RRULE') ?? ''
  const month = Number(/BYMONTH=(\d{1,2})/i.exec(rule)?.[1] ?? 0)
  const [, week, day = ''] = /BYDAY=([+-]?\d)([A-Z]{2})/i.exec(rule) ?? []
  const weekday = weekdays.indexOf(day.toUpperCase())
  return {
    from,
    yearly: month && week && weekday >= 0 ? { month, week: Number(week), weekday } : null,
    aheadMs: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000,
  }
}

/** "20261126T090000" as if it were UTC. */
function asUtc(value: string): number | null {
  const [, year, month, day, hour = '00', minute = '00'] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?/.exec(value.trim()) ?? []
  return year ? Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) : null
}

/** The instant of a local time as an event has it, in a zone that is known by its name or described; null where neither is. */
export function eventInstant(local: string, zone: string | null, zones: CalendarZones): string | null {
  try {
    return local.includes('T') ? instantOf(local, zone, zones).toISOString() : null
  } catch {
    return null
  }
}

/** @throws RangeError for what is no time, and for a zone that nothing says */
function instantOf(local: string, zone: string | null, zones: CalendarZones): Date {
  if (local.endsWith('Z')) return new Date(local)
  const clocks = (zone && zones[zone]) || []
  const at = Date.parse(`${local}Z`)
  if (clocks.length === 0) return instantAt(local.slice(0, 16), (zone ?? '').replace(makers, ''))
  const begun = clocks.flatMap((clock) => ({ clock, since: lastBegin(clock, at) ?? Number.NEGATIVE_INFINITY }))
  const { aheadMs } = begun.reduce((latest, each) => (each.since > latest.since ? each : latest)).clock
  return new Date(at - aheadMs)
}

/** Some programs put who made the name of a zone before it. */
const makers = /^\/?(?:[\w.-]+\/){0,2}(?=[A-Z][\w+-]*\/[A-Z])/

const dayMs = 86_400_000
// Programs count from 1601.
const timeOfDay = (at: number) => ((at % dayMs) + dayMs) % dayMs

/** When a clock began last before a local time, this year or the one before. */
function lastBegin({ from, yearly }: ZoneClock, at: number): number | null {
  if (!yearly) return from <= at ? from : null
  const year = new Date(at).getUTCFullYear()
  return [year, year - 1].map((each) => dayOf(yearly, each) + timeOfDay(from)).find((begin) => begin <= at) ?? null
}

function dayOf({ month, week, weekday }: { month: number; week: number; weekday: number }, year: number): number {
  const edge = week > 0 ? Date.UTC(year, month - 1, 1) : Date.UTC(year, month, 0)
  const apart = week > 0 ? (weekday - new Date(edge).getUTCDay() + 7) % 7 : -((new Date(edge).getUTCDay() - weekday + 7) % 7)
  return edge + (apart + (week > 0 ? week - 1 : week + 1) * 7) * dayMs
}
