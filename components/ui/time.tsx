'use client'

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' })

function sayRelative(at: Date, now: Date) {
  const seconds = (at.getTime() - now.getTime()) / 1000
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return unit === 'second' ? 'now' : relative.format(Math.round(seconds / size), unit)
}

/** How long ago, with the exact time in the reader's zone on hover. */
export function Time({ at, timeZone, className }: { at: Date | string; timeZone: string; className?: string }) {
  const date = new Date(at)
  const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(date)
  return (
    <time dateTime={date.toISOString()} title={`${exact} (${timeZone})`} className={className} suppressHydrationWarning>
      {sayRelative(date, new Date())}
    </time>
  )
}
