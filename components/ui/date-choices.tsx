'use client'

import dynamic from 'next/dynamic'
import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { type KeyboardEvent, useId, useState } from 'react'
import { datePresets } from '@/lib/core/date-presets'
import { readTypedDate } from '@/lib/core/typed-date'
import { instantAt, wallClock, zoneName } from '@/lib/core/zoned'
import { Button } from './button'
import { cn } from './cn'
import { Input } from './field'
import { useSaidDate } from './said-date'

// Presets and the field need nothing of it.
const Calendar = dynamic(() => import('./calendar').then((module) => module.Calendar), {
  ssr: false,
  loading: () => <div className="h-[15.75rem]" />,
})

export interface DateMenuProps {
  id?: string
  label: string
  /** The clock of the zone: "2026-03-02T09:00", or the day alone, "2026-03-02"; empty for none. */
  value: string
  onChoose: (value: string) => void
  timeZone: string
  /** A day has no time and no zone. */
  isDay?: boolean
  /** What lies before now can't be chosen. */
  isFuture?: boolean
  /** It can't be emptied. */
  required?: boolean
  isDisabled?: boolean
  /** A label beside it names it. */
  isPlain?: boolean
  'aria-describedby'?: string
  'aria-invalid'?: true
  className?: string
}

const minuteOf = (at: string) => at.slice(11, 16)

/** What a date is chosen with. */
export function DateChoices({ label, value, onChoose, timeZone, isDay = false, isFuture, required }: DateMenuProps) {
  const t = useTranslations('ui.dateMenu')
  const locale = useLocale()
  const format = useFormatter()
  const [now] = useState(() => new Date())
  const clock = wallClock(now, timeZone)
  const presets = datePresets(now, timeZone).filter(({ name }) => !isDay || name !== 'laterToday')
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [time, setTime] = useState(value && !isDay ? minuteOf(value) : '09:00')
  const says = useId()
  const clockField = useId()
  const choose = (at: string) => {
    if (isFuture && at <= clock) return setProblem(t('past'))
    onChoose(isDay ? at.slice(0, 10) : at)
  }
  const read = readTypedDate(typed, { now: clock, locale })
  const said = useSaidDate(isDay)
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (read) choose(read)
    else setProblem(t('unread'))
  }
  function pick(day: string) {
    const at = readTypedDate(`${day} ${time}`, { now: clock, locale })
    if (at) choose(at)
    else setProblem(t('noTime'))
  }
  return (
    <div className="grid gap-1.5">
      <Input
        aria-label={label}
        aria-describedby={says}
        aria-invalid={problem ? true : undefined}
        dir="auto"
        autoComplete="off"
        value={typed}
        placeholder={isDay ? t('dayHint') : t('hint')}
        onChange={(event) => {
          setTyped(event.target.value)
          setProblem(null)
        }}
        onKeyDown={onKeyDown}
        className="h-8 px-2.5 text-sm"
      />
      <p id={says} aria-live="polite" className={cn('px-1 text-xs empty:hidden', problem ? 'text-danger' : 'text-muted')}>
        {problem ?? (read ? said(isDay ? read.slice(0, 10) : read) : null)}
      </p>
      <ul aria-label={t('presets')} className="grid">
        {presets.map(({ name, at }) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => choose(at)}
              className="flex w-full items-center gap-2 rounded px-2 py-1 text-start text-sm hover:bg-line/60 focus-visible:bg-line/60"
            >
              <span className="min-w-0 flex-1 truncate">{t(name)}</span>
              <span className="text-xs text-muted">
                {format.dateTime(instantAt(at, timeZone), isDay ? 'day' : name === 'laterToday' ? 'time' : 'moment', { timeZone })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="border-t pt-1.5">
        <Calendar
          day={value.slice(0, 10) || null}
          today={clock.slice(0, 10)}
          onChoose={pick}
          earliest={isFuture ? clock.slice(0, 10) : undefined}
        />
      </div>
      <div className="flex items-center gap-2 border-t pt-2 text-sm empty:hidden">
        {!isDay && (
          <>
            <label htmlFor={clockField} className="flex items-center gap-2">
              {t('time')}
              <Input
                id={clockField}
                value={time}
                inputMode="numeric"
                maxLength={5}
                dir="ltr"
                onChange={(event) => setTime(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return
                  event.preventDefault()
                  pick(value.slice(0, 10) || clock.slice(0, 10))
                }}
                className="h-7 w-16 px-2 text-sm tabular-nums"
              />
            </label>
            <span className="text-xs text-muted">{zoneName(now, timeZone, locale)}</span>
          </>
        )}
        {!required && value && (
          <Button size="small" variant="ghost" className="ms-auto" onClick={() => onChoose('')}>
            {t('clear')}
          </Button>
        )}
      </div>
    </div>
  )
}
