import type { Window } from '@/lib/calendar/schema'

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

type Span = [from: number, to: number]

function united(spans: Span[]): Span[] {
  const found: Span[] = []
  for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
    const last = found.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else found.push([from, to])
  }
  return found
}

/**
 * The hours of a day with some of its half hours opened or closed. What was not
 * painted stays to the minute, also the night that follows.
 * @param from the first half hour
 * @param to the last half hour
 * @returns `next`: what belongs to the day after from now on
 */
export function paintHours(windows: readonly Window[], from: number, to: number, isOpen: boolean): { windows: Window[]; next: Window[] } {
  const painted: Span = [from * 30, (to + 1) * 30]
  const spans = windows.map(([opens, closes]): Span => {
    const [opened, closed] = [minutesOf(opens), minutesOf(closes)]
    return [opened, closed <= opened ? closed + 1440 : closed]
  })
  const left = isOpen
    ? [...spans, painted]
    : spans.flatMap(
        ([opens, closes]) =>
        ([[opens, Math.min(closes, painted[0])], [Math.max(opens, painted[1]), closes]] as Span[]).filter(([a, b]) => a < b), // biome-ignore format: a pair
      )
  const today: Window[] = []
  const next: Window[] = []
  for (const [opens, closes] of united(left)) {
    if (closes <= 1440) today.push([timeAt(opens), timeAt(closes)])
    else if (opens < 1440 && closes - 1440 <= opens) today.push([timeAt(opens), timeAt(closes - 1440)])
    else {
      if (opens < 1440) today.push([timeAt(opens), '24:00'])
      next.push([timeAt(Math.max(0, opens - 1440)), timeAt(closes - 1440)])
    }
  }
  return { windows: today, next }
}

/** Windows of two as those of one. */
export const unite = (windows: readonly Window[], more: readonly Window[]): Window[] => [
  ...windows,
  ...more.filter(([opens, closes]) => !windows.some((window) => window[0] === opens && window[1] === closes)),
]
