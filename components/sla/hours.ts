import type { Weekday, Window } from '@/lib/calendar/schema'

export const weekdayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

const halfHours = 48
const two = (n: number) => String(n).padStart(2, '0')
const timeAt = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** "09:00–12:00, 13:00–17:00" */
export const writeHours = (windows: readonly Window[]): string => windows.map(([opens, closes]) => `${opens}–${closes}`).join(', ')

/** Hours as people type them: "9-12, 13:30 - 17"; null for what is none. */
export function readHours(text: string): Window[] | null {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean)
  const windows = parts.map((part): Window | null => {
    const found = /^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?$/.exec(part)
    if (!found) return null
    const [, fromHour, fromMinute = '0', toHour, toMinute = '0'] = found as unknown as [
      string,
      string,
      string | undefined,
      string,
      string | undefined,
    ]
    const [from, to] = [Number(fromHour) * 60 + Number(fromMinute), Number(toHour) * 60 + Number(toMinute)]
    if (Number(fromMinute) > 59 || Number(toMinute) > 59 || from >= 1440 || to > 1440) return null
    return [timeAt(from), timeAt(to)]
  })
  return windows.includes(null) ? null : (windows as Window[])
}

/** Which half hours of a day its own windows touch; what reaches over midnight is the next day's to show. */
export function cellsOf(windows: readonly Window[]): boolean[] {
  const cells = new Array<boolean>(halfHours).fill(false)
  for (const [opens, closes] of windows) {
    const [from, to] = [minutesOf(opens), minutesOf(closes)]
    cells.fill(true, Math.floor(from / 30), to <= from ? halfHours : Math.ceil(to / 30))
  }
  return cells
}

/** The half hours after midnight that the day before reaches into. */
export function spillOf(dayBefore: readonly Window[]): number {
  return Math.max(0, ...dayBefore.map(([opens, closes]) => (minutesOf(closes) <= minutesOf(opens) ? Math.ceil(minutesOf(closes) / 30) : 0)))
}

/** Windows that make up such half hours. */
export function windowsOf(cells: readonly boolean[]): Window[] {
  const windows: Window[] = []
  let from: number | null = null
  for (let at = 0; at <= halfHours; at++) {
    if (cells[at] && from === null) from = at
    if (!cells[at] && from !== null) {
      windows.push([timeAt(from * 30), timeAt(at * 30)])
      from = null
    }
  }
  return windows
}
