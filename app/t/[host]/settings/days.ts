import { instantAt } from '@/lib/core/zoned'

const dayMs = 86_400_000

/** Whether a text of an address is a day, as a date field sends it. */
export const isDay = (text: string): boolean =>
  /^(?:19[7-9]|2[0-3])\d\d?-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.startsWith(text) === true

const dayAfter = (day: string) => new Date(Date.parse(`${day}T00:00Z`) + dayMs).toISOString().slice(0, 10)

/** From the beginning of one day of the reader's to the end of another. */
export const between = (from: string | undefined, to: string | undefined, timeZone: string): [from?: Date, before?: Date] => [
  from ? instantAt(`${from}T00:00`, timeZone) : undefined,
  to ? instantAt(`${dayAfter(to)}T00:00`, timeZone) : undefined,
]
