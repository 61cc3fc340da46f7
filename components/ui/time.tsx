'use client'

import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { zoneName } from '@/lib/core/zoned'

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "5m ago"; the language alone, because its regions write this longer. */
function sayRelative(at: Date, now: Date, locale: string) {
  const seconds = (at.getTime() - now.getTime()) / 1000
  const relative = new Intl.RelativeTimeFormat(new Intl.Locale(locale).language, { numeric: 'auto', style: 'narrow' })
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(unit === 'second' ? 0 : Math.round(seconds / size), unit)
}

interface Props {
  at: Date | string
  timeZone: string
  className?: string
}

/** How long ago, with the exact time in the reader's zone on hover. */
export function Time({ at, timeZone, className }: Props) {
  const locale = useLocale()
  const exact = useExactTime(timeZone)
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} title={exact(date)} className={className} suppressHydrationWarning>
      {sayRelative(date, new Date(), locale)}
    </time>
  )
}

/** "Thu 26 Nov 2026, 11:00 (EAT)": for where it matters when exactly. */
export const ExactTime = ({ at, timeZone, className }: Props) => (
  <time dateTime={new Date(at).toISOString()} className={className}>
    {useExactTime(timeZone)(new Date(at))}
  </time>
)

/** The same in the zone of the reader's browser; until that is known, in the one given. */
export function ReaderTime({ timeZone, ...props }: Props) {
  const [own, setOwn] = useState(timeZone)
  useEffect(() => setOwn(Intl.DateTimeFormat().resolvedOptions().timeZone), [])
  return <ExactTime {...props} timeZone={own} />
}

/** The same as text, for a title or an argument of a message. */
export function useExactTime(timeZone: string) {
  const locale = useLocale()
  const format = useFormatter()
  const t = useTranslations('ui')
  return (at: Date) => t('timeInZone', { time: format.dateTime(at, 'exact', { timeZone }), zone: zoneName(at, timeZone, locale) })
}
