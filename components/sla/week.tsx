'use client'

import { useTranslations } from 'next-intl'
import { type PointerEvent, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Input } from '@/components/ui/field'
import type { Window } from '@/lib/calendar/schema'
import { type Weekday, weekdays } from '@/lib/calendar/values'
import { cellsOf, paintHours, readHours, spillOf, unite, writeHours } from './hours'

/** The hours of each day as text, which is what is edited, whether typed or painted. */
export type Week = Record<Weekday, string>

export const weekOf = (schedule: Partial<Record<Weekday, Window[]>>) =>
  Object.fromEntries(weekdays.map((day) => [day, writeHours(schedule[day] ?? [])])) as Week

const office = '09:00–17:00'
const presets = [
  { name: 'weekdays', week: { mon: office, tue: office, wed: office, thu: office, fri: office, sat: '', sun: '' } },
  { name: 'everyDay', week: { mon: office, tue: office, wed: office, thu: office, fri: office, sat: office, sun: office } },
  {
    name: 'always',
    week: Object.fromEntries(weekdays.map((day) => [day, '00:00–24:00'])) as Week,
  },
] as const

/** A week to be painted with the pointer, or typed day by day. */
export function WeekPainter({ week, onChange }: { week: Week; onChange: (week: Week) => void }) {
  const t = useTranslations('slaSettings.week')
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-medium">{t('title')}</legend>
      <div className="flex flex-wrap gap-2">
        {presets.map(({ name, week: preset }) => (
          <Button key={name} size="small" onClick={() => onChange(preset)}>
            {t(`presets.${name}`)}
          </Button>
        ))}
        <Button size="small" onClick={() => onChange({ ...week, tue: week.mon, wed: week.mon, thu: week.mon, fri: week.mon })}>
          {t('copyMonday')}
        </Button>
      </div>
      <div aria-hidden className="hidden ps-24 text-[10px] text-muted sm:flex sm:pe-63">
        {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => (
          <span key={hour} className="flex-1 tabular-nums">
            {String(hour).padStart(2, '0')}
          </span>
        ))}
      </div>
      {weekdays.map((day, index) => (
        <DayRow
          key={day}
          name={t(`days.${day}`)}
          text={week[day]}
          before={week[weekdays[(index + 6) % 7] as Weekday]}
          onChange={(text, next) => {
            const after = weekdays[(index + 1) % 7] as Weekday
            const spilt = next.length > 0 ? { [after]: writeHours(unite(readHours(week[after]) ?? [], next)) } : {}
            onChange({ ...week, [day]: text, ...spilt })
          }}
        />
      ))}
      <p className="text-sm text-muted">{t('hint')}</p>
    </fieldset>
  )
}

interface DayProps {
  name: string
  text: string
  /** The hours of the day before, which may reach into this one. */
  before: string
  /** `next`: hours that are the day after's from now on. */
  onChange: (text: string, next: Window[]) => void
}

function DayRow({ name, text, before, onChange }: DayProps) {
  const t = useTranslations('slaSettings.week')
  const windows = readHours(text)
  const cells = cellsOf(windows ?? [])
  const spill = spillOf(readHours(before) ?? [])
  const strip = useRef<HTMLDivElement>(null)
  /** What the stroke paints, and the hours as they were before it began. */
  const stroke = useRef<{ isOpen: boolean; from: number; windows: Window[] } | null>(null)
  const cellAt = ({ clientX }: PointerEvent) => {
    const element = strip.current as HTMLDivElement
    const { left, right, width } = element.getBoundingClientRect()
    const passed = getComputedStyle(element).direction === 'rtl' ? right - clientX : clientX - left
    return Math.min(47, Math.max(0, Math.floor((passed / width) * 48)))
  }
  function paint(event: PointerEvent) {
    if (!stroke.current) return
    const { isOpen, from, windows: began } = stroke.current
    const to = cellAt(event)
    const painted = paintHours(began, Math.min(from, to), Math.max(from, to), isOpen)
    onChange(writeHours(painted.windows), painted.next)
  }
  return (
    <div className="grid grid-cols-[6rem_1fr] items-center gap-x-0 gap-y-1 sm:grid-cols-[6rem_1fr_15rem]">
      <span className="text-sm">{name}</span>
      <div
        ref={strip}
        aria-hidden
        className="flex h-8 cursor-crosshair touch-none overflow-hidden rounded border select-none sm:me-3"
        onPointerDown={(event) => {
          const from = cellAt(event)
          stroke.current = { isOpen: !cells[from], from, windows: windows ?? [] }
          strip.current?.setPointerCapture(event.pointerId)
          paint(event)
        }}
        onPointerMove={paint}
        onLostPointerCapture={() => {
          stroke.current = null
        }}
      >
        {cells.map((isOpen, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a place in the day
            key={at}
            className={cn(
              'flex-1',
              at % 6 === 0 && at > 0 && 'border-s',
              isOpen ? 'bg-accent' : at < spill ? 'bg-accent/40' : 'bg-surface',
            )}
          />
        ))}
      </div>
      <Input
        className="col-span-2 tabular-nums sm:col-span-1"
        aria-label={t('hours', { day: name })}
        aria-invalid={windows === null || undefined}
        placeholder={t('closed')}
        value={text}
        onChange={(event) => onChange(event.target.value, [])}
        onBlur={() => windows && onChange(writeHours(windows), [])}
      />
      {windows === null && <p className="col-span-full text-sm text-danger">{t('invalid')}</p>}
    </div>
  )
}
