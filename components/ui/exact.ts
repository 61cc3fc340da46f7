import { useFormatter, useTranslations } from 'next-intl'

/** "Thu 26 Nov 2026, 11:00": the one way in which a day with its year is said, on the server and in the browser. */
export function useExact() {
  const format = useFormatter()
  const t = useTranslations('ui')
  return (at: Date, timeZone: string) => {
    const part = (name: 'day' | 'year' | 'time') => format.dateTime(at, name, { timeZone })
    return t('exact', { day: part('day'), year: part('year'), time: part('time') })
  }
}
