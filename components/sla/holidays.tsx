'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { DateField } from '@/components/ui/date-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import type { CalendarOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { readHours, writeHours } from './hours'

/** One day as it is edited: hours as text, none for a day that is closed. */
export interface Day {
  key: string
  date: string
  isYearly: boolean
  name: string
  hours: string
}

let count = 0
const keyed = (day: Omit<Day, 'key'>): Day => ({ ...day, key: `day-${++count}` })
const two = (n: number) => String(n).padStart(2, '0')

/** A day of every year is shown in a leap year, which has them all. */
export const daysOf = (holidays: CalendarOutput['holidays']): Day[] =>
  holidays.map((holiday) =>
    keyed({
      date: 'date' in holiday ? holiday.date : `2028-${two(holiday.month)}-${two(holiday.day)}`,
      isYearly: 'recurring' in holiday,
      name: holiday.name ?? '',
      hours: holiday.windows ? writeHours(holiday.windows) : '',
    }),
  )

/** As the API takes them; null while hours are not hours or a date is missing. */
export function holidaysOf(days: readonly Day[]): CalendarOutput['holidays'] | null {
  const read = days.map(({ date, isYearly, name, hours }) => {
    const windows = readHours(hours)
    if (!date || !windows) return null
    const more = { ...(windows.length > 0 ? { windows } : {}), ...(name.trim() ? { name: name.trim() } : {}) }
    return isYearly ? { month: Number(date.slice(5, 7)), day: Number(date.slice(8)), recurring: true as const, ...more } : { date, ...more }
  })
  return read.includes(null) ? null : (read as CalendarOutput['holidays'])
}

const inOrder = (days: readonly Day[]) => [...days].sort((a, b) => Number(b.isYearly) - Number(a.isYearly) || a.date.localeCompare(b.date))

export function Holidays({ days, onChange }: { days: Day[]; onChange: (days: Day[]) => void }) {
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.holidays')
  const week = useTranslations('slaSettings.week')
  const change = (key: string, part: Partial<Day>) => onChange(days.map((day) => (day.key === key ? { ...day, ...part } : day)))
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-sm font-medium">{t('title')}</legend>
      {days.length === 0 && <p className="text-sm text-muted">{t('none')}</p>}
      <ul className="grid gap-2">
        {days.map(({ key, date, isYearly, name, hours }) => {
          const called = name || date
          return (
            <li key={key} className="flex flex-wrap items-center gap-2">
              <DateField
                isAlone
                isDay
                required
                label={t('date')}
                className="w-44"
                value={date}
                onChange={(next) => change(key, { date: next })}
              />
              <Input
                aria-label={t('name', { holiday: called })}
                className="min-w-32 flex-1"
                dir="auto"
                placeholder={common('name')}
                maxLength={100}
                value={name}
                onChange={(event) => change(key, { name: event.target.value })}
              />
              <Input
                aria-label={t('hours', { holiday: called })}
                aria-invalid={readHours(hours) === null || undefined}
                className="w-36 tabular-nums"
                placeholder={week('closed')}
                value={hours}
                onChange={(event) => change(key, { hours: event.target.value })}
              />
              <Checkbox label={t('everyYear')} checked={isYearly} onChange={(event) => change(key, { isYearly: event.target.checked })} />
              <Button
                size="small"
                variant="ghost"
                aria-label={t('remove', { holiday: called })}
                onClick={() => onChange(days.filter((day) => day.key !== key))}
              >
                <X aria-hidden />
              </Button>
            </li>
          )
        })}
      </ul>
      <div className="flex flex-wrap items-end gap-2">
        <Button
          size="small"
          onClick={() => onChange([...days, keyed({ date: new Date().toISOString().slice(0, 10), isYearly: false, name: '', hours: '' })])}
        >
          <Plus aria-hidden /> {t('add')}
        </Button>
        <ImportHolidays
          onImport={(found) => {
            const known = new Set(days.filter(({ isYearly }) => !isYearly).map(({ date }) => date))
            const fresh = found.filter(({ date }) => !known.has(date)).map((day) => keyed({ ...day, isYearly: false, hours: '' }))
            onChange(inOrder([...days, ...fresh]))
          }}
        />
      </div>
    </fieldset>
  )
}

type Country = { code: string; name: string; states: { code: string; name: string }[] }

/** Public holidays of this year and the two after it. */
function ImportHolidays({ onImport }: { onImport: (found: { date: string; name: string }[]) => void }) {
  const t = useTranslations('slaSettings.holidays')
  const [countries, setCountries] = useState<Country[] | null>(null)
  const [place, setPlace] = useState({ country: '', state: '' })
  const open = useAction(api.calendars.countries, {
    onDone: ({ items }) => {
      setCountries(items)
      return false
    },
  })
  const fetchDays = useAction(api.calendars.publicHolidays, {
    onDone: ({ items }) => {
      onImport(items)
      return false
    },
  })
  if (!countries)
    return (
      <Button size="small" isPending={open.isPending} onClick={() => open.run(undefined)}>
        {t('import')}
      </Button>
    )
  const states = countries.find(({ code }) => code === place.country)?.states ?? []
  return (
    <>
      <Field label={t('country')}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('country')}
            className="w-52"
            placeholder={t('choose')}
            value={place.country}
            options={countries.map(({ code: value, name }) => ({ value, name }))}
            onChange={(country) => setPlace({ country, state: '' })}
          />
        )}
      </Field>
      {states.length > 0 && (
        <Field label={t('state')}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('state')}
              className="w-52"
              value={place.state}
              options={[{ value: '', name: t('wholeCountry') }, ...states.map(({ code: value, name }) => ({ value, name }))]}
              onChange={(state) => setPlace({ ...place, state })}
            />
          )}
        </Field>
      )}
      <Button
        disabled={!place.country}
        isPending={fetchDays.isPending}
        onClick={() => fetchDays.run({ country: place.country, state: place.state || undefined, from: new Date().getFullYear(), years: 3 })}
      >
        {t('importYears')}
      </Button>
    </>
  )
}
