import { daysAfter, daysUntil } from './date-presets'

interface Context {
  /** What the clock shows: "2026-03-02T09:00". */
  now: string
  locale: string
}

/** The time of a day that is typed without one. */
const usualTime = '09:00'

/**
 * A date as people type it, as a wall clock: "2026-12-01 14:30", "1/12" in the order of the reader's language, "1 Dec 9:00",
 * "tomorrow", "Friday 16:00", "9:30". Without a year it is the next such day. Null for what is no date.
 */
export function readTypedDate(typed: string, { now, locale }: Context): string | null {
  const text = typed.trim().toLocaleLowerCase(locale).replaceAll(',', ' ').replace(/\s+/g, ' ')
  const [, date = '', hour, minute = '00', half] = /^(.*?)(?:(?:^|(?<=\d)t|\s)(\d{1,2})(?::(\d{2}))? ?(am|pm)?)?$/.exec(text) ?? []
  // A number that ends a date, as in "dec 1", is its day.
  const isTime = hour !== undefined && (/:\d{2}/.test(text) || half !== undefined || (date !== '' && readDay(date, now, locale) !== null))
  const time = isTime ? clockOf(Number(hour), minute, half) : usualTime
  if (!time) return null
  if (isTime && date === '') return `${time > now.slice(11) ? now.slice(0, 10) : daysAfter(now.slice(0, 10), 1)}T${time}`
  const day = readDay(isTime ? date : text, now, locale)
  return day ? `${day}T${time}` : null
}

function clockOf(hour: number, minute: string, half: string | undefined): string | null {
  if (half && (hour < 1 || hour > 12)) return null
  const of24 = half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour
  return of24 > 23 || Number(minute) > 59 ? null : `${String(of24).padStart(2, '0')}:${minute}`
}

function readDay(text: string, now: string, locale: string): string | null {
  const today = now.slice(0, 10)
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const numbers = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2})?)?$/.exec(text)
  if (numbers) {
    const [first, second] = [Number(numbers[1]), Number(numbers[2])]
    const [day, month] = isDayFirst(locale) ? [first, second] : [second, first]
    return inYear(numbers[3], day, month, today)
  }
  const named = readNamedMonth(text, today, locale)
  if (named) return named
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const near = [0, 1, 2].find((days) => relative.format(days, 'day').toLocaleLowerCase(locale) === text)
  if (near !== undefined) return daysAfter(today, near)
  const weekday = namesOf('weekday', locale).findIndex((name) => isShort(text, name))
  return weekday < 0 ? null : daysAfter(today, daysUntil(today, weekday))
}

/** "1 dec", "dec 1", "1. december 2026". */
function readNamedMonth(text: string, today: string, locale: string): string | null {
  const words = text.split(' ')
  const months = namesOf('month', locale)
  const at = words.findIndex((word) => months.some((name) => isShort(word, name)))
  if (at < 0 || words.length > 3) return null
  const month = months.findIndex((name) => isShort(words[at] as string, name)) + 1
  const [day, year] = words.filter((_, place) => place !== at).map((word) => word.replace(/\.$/, ''))
  return day && /^\d{1,2}$/.test(day) && (!year || /^\d{4}$/.test(year)) ? inYear(year, Number(day), month, today) : null
}

/** A name, or its beginning from three letters on. */
const isShort = (word: string, name: string) => name === word || (word.length > 2 && name.startsWith(word.replace(/\.$/, '')))

const namesOf = (part: 'weekday' | 'month', locale: string) => {
  const format = new Intl.DateTimeFormat(locale, { [part]: 'long', timeZone: 'UTC' })
  // A week that begins on a Sunday, or the months of a year.
  const days =
    part === 'weekday'
      ? [4, 5, 6, 7, 8, 9, 10].map((day) => Date.UTC(2026, 0, day))
      : [...Array(12).keys()].map((n) => Date.UTC(2026, n, 1))
  return days.map((day) => format.format(day).toLocaleLowerCase(locale))
}

function isDayFirst(locale: string): boolean {
  const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', timeZone: 'UTC' }).formatToParts(0)
  return parts.findIndex(({ type }) => type === 'day') < parts.findIndex(({ type }) => type === 'month')
}

/** In the year that is said, or else the next such day. */
function inYear(year: string | undefined, day: number, month: number, today: string): string | null {
  if (year) return dayOf(Number(year.length === 2 ? `20${year}` : year), month, day)
  const thisYear = Number(today.slice(0, 4))
  const now = dayOf(thisYear, month, day)
  return now && now >= today ? now : dayOf(thisYear + 1, month, day)
}

/** Null for a day that the calendar does not have. */
function dayOf(year: number, month: number, day: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, day))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.toISOString().slice(0, 10) : null
}
