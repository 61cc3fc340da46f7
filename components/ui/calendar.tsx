import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { DayPicker } from 'react-day-picker'

interface Props {
  /** "2026-03-02"; null for none. */
  day: string | null
  today: string
  earliest?: string
  onChoose: (day: string) => void
}

/** Days are those of the calendar, whatever the zone: reckoned in UTC, whose days all have 24 hours. */
const dateOf = (day: string) => new Date(`${day}T00:00Z`)

/** A month to choose a day from; arrow keys move, and it begins on the first day of the reader's week. */
export function Calendar({ day, today, earliest, onChoose }: Props) {
  const locale = useLocale()
  const t = useTranslations('ui.dateMenu')
  const say = (options: Intl.DateTimeFormatOptions) => (at: Date) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(at)
  const whole = say({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const month = say({ month: 'long', year: 'numeric' })
  return (
    <DayPicker
      mode="single"
      required
      timeZone="UTC"
      dir={document.documentElement.dir}
      weekStartsOn={weekStart(locale)}
      today={dateOf(today)}
      selected={day ? dateOf(day) : undefined}
      defaultMonth={dateOf(day ?? today)}
      disabled={earliest ? { before: dateOf(earliest) } : undefined}
      onSelect={(chosen) => onChoose(chosen.toISOString().slice(0, 10))}
      formatters={{ formatCaption: month, formatDay: say({ day: 'numeric' }), formatWeekdayName: say({ weekday: 'narrow' }) }}
      labels={{
        labelGrid: month,
        labelDayButton: whole,
        labelWeekday: say({ weekday: 'long' }),
        labelNav: () => t('months'),
        labelNext: () => t('nextMonth'),
        labelPrevious: () => t('previousMonth'),
      }}
      components={{ Chevron }}
      classNames={{
        months: 'relative',
        nav: 'absolute inset-x-0 top-0 flex justify-between',
        button_previous: 'grid size-7 place-items-center rounded hover:bg-line/60',
        button_next: 'grid size-7 place-items-center rounded hover:bg-line/60',
        month_caption: 'grid h-7 place-items-center text-sm font-medium',
        month_grid: 'mx-auto',
        weekday: 'size-8 text-center text-xs font-normal text-muted',
        day: 'p-0 text-center text-sm',
        day_button: 'size-8 rounded hover:bg-line/60 disabled:text-muted disabled:line-through disabled:opacity-60',
        today: 'font-semibold text-link',
        selected: '[&>button]:bg-accent [&>button]:text-on-accent',
        outside: 'text-muted',
      }}
    />
  )
}

function Chevron({ orientation }: { orientation?: string }) {
  const Icon = orientation === 'left' ? ChevronLeft : ChevronRight
  return <Icon aria-hidden className="size-4 rtl:-scale-x-100" />
}

type Day = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** Monday where the browser does not say. */
function weekStart(locale: string): Day {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } }
  return (((known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1) % 7) as Day
}
