import { z } from 'zod'
import { msg } from '../core/message'

export * from './values'

const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const opens = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, msg('calendars.opens'))
const closes = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, msg('calendars.closes'))

/** Open from the first time until before the second. One that closes no later than it opens ends the next day. */
export const window = z.tuple([opens, closes])
export type Window = z.infer<typeof window>
const windows = z.array(window).max(48)

export const schedule = z.strictObject({
  mon: windows.default([]),
  tue: windows.default([]),
  wed: windows.default([]),
  thu: windows.default([]),
  fri: windows.default([]),
  sat: windows.default([]),
  sun: windows.default([]),
})
export type Schedule = z.output<typeof schedule>

const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, msg('calendars.date'))
  .refine((text) => isDate(text), msg('calendars.noDay'))

const name = z.string().trim().max(100).optional()

const dated = z.strictObject({ date, windows: windows.optional(), name })
const yearly = z
  .strictObject({
    month: z.int().min(1).max(12),
    day: z.int().min(1).max(31),
    recurring: z.literal(true),
    windows: windows.optional(),
    name,
  })
  .refine(({ month, day }) => day <= (daysOfMonth[month - 1] as number), msg('calendars.noDayEver'))

/**
 * A date, or the same day of every year. Without `windows` every minute of that
 * day is closed; with them they take the place of the windows of that day.
 */
export const holiday = z.union([date.transform((text) => ({ date: text })), dated, yearly])
/** The same as it is kept. */
export const keptHoliday = z.union([dated, yearly])
export type Holiday = z.output<typeof keptHoliday>

export const timeZone = z
  .string()
  .max(100)
  .refine((zone) => isTimeZone(zone), 'This is not a time zone such as "Africa/Nairobi".')

export const calendarInput = z.strictObject({
  timezone: timeZone,
  schedule,
  holidays: z.array(holiday).max(2000).default([]),
})
/** When a team works. Times are on the clock of `timezone`. */
export type CalendarSpec = z.output<typeof calendarInput>

function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: zone })
    return true
  } catch {
    return false
  }
}
