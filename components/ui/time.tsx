'use client'

import { useLocale, useTranslations } from 'next-intl'
import { createContext, type PointerEvent, type ReactNode, useContext, useEffect, useState } from 'react'
import { zoneName } from '@/lib/core/zoned'
import { useExact } from './exact'

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

// Making one costs a thousand times what using it does.
const relatives = new Map<string, Intl.RelativeTimeFormat>()

/** "5m ago"; the language alone, because its regions write this longer. */
function sayRelative(at: Date, now: Date, locale: string) {
  const seconds = (at.getTime() - now.getTime()) / 1000
  const relative =
    relatives.get(locale) ?? new Intl.RelativeTimeFormat(new Intl.Locale(locale).language, { numeric: 'auto', style: 'narrow' })
  relatives.set(locale, relative)
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(unit === 'second' ? 0 : Math.round(seconds / size), unit)
}

const Zone = createContext<string | null>(null)

const useBrowserZone = (until: string) => {
  const [own, setOwn] = useState(until)
  useEffect(() => setOwn(Intl.DateTimeFormat().resolvedOptions().timeZone), [])
  return own
}

/** Every time within is in the zone of the reader's browser; until that is known, in the one given. */
export const InReadersZone = ({ timeZone, children }: { timeZone: string; children: ReactNode }) => (
  <Zone value={useBrowserZone(timeZone)}>{children}</Zone>
)

/** The zone of all times within `InReadersZone`, and else the one given. */
export const useZone = (given: string): string => useContext(Zone) ?? given

/** Names that zone once for a page: "Times are in East Africa Time." */
export function ZoneNote({ className }: { className?: string }) {
  const locale = useLocale()
  const t = useTranslations('ui')
  const timeZone = useContext(Zone)
  if (!timeZone) return null
  return <p className={className}>{t('timesIn', { zone: longZoneName(timeZone, locale) })}</p>
}

/** "East Africa Time", the whole year through. What has no such name, as UTC, goes by that of today. */
function longZoneName(timeZone: string, locale: string): string {
  const [always, today] = (['longGeneric', 'long'] as const).map(
    (timeZoneName) =>
      new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')
        ?.value,
  )
  return (always && /\d/.test(always) ? today : always) ?? timeZone
}

interface Props {
  at: Date | string
  timeZone: string
  className?: string
}

/** How long ago, with the exact time in the reader's zone on hover; of one of many, such as in rows, it is worked out then. */
export function Time({ at, timeZone, className, isOneOfMany }: Props & { isOneOfMany?: boolean }) {
  const locale = useLocale()
  const exact = useExactTime(timeZone)
  const date = new Date(at)
  const title = isOneOfMany
    ? { onPointerEnter: ({ currentTarget }: PointerEvent<HTMLElement>) => currentTarget.setAttribute('title', exact(date)) }
    : { title: exact(date) }
  return (
    <time dateTime={date.toISOString()} {...title} className={className} suppressHydrationWarning>
      {sayRelative(date, new Date(), locale)}
    </time>
  )
}

/** "Thu 26 Nov 2026, 11:00 (EAT)": for where it matters when exactly. The zone is left out where the page names it. */
export function ExactTime({ at, timeZone, className }: Props) {
  const exact = useExact()
  const named = useExactTime(timeZone)
  const zone = useContext(Zone)
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} className={className}>
      {zone ? exact(date, zone) : named(date)}
    </time>
  )
}

/** The same in the zone of the reader's browser, which is named beside it: for a page with no other time. */
export function ReaderTime({ at, timeZone, className }: Props) {
  const exact = useExactTime(useBrowserZone(timeZone))
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} className={className}>
      {exact(date)}
    </time>
  )
}

/** The same as text, for a title or an argument of a message. */
export function useExactTime(given: string) {
  const timeZone = useZone(given)
  const locale = useLocale()
  const exact = useExact()
  const t = useTranslations('ui')
  return (at: Date) => t('timeInZone', { time: exact(at, timeZone), zone: zoneName(at, timeZone, locale) })
}
