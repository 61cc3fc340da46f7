import { useFormatter, useTranslations } from 'next-intl'

/** "Thu 26 Nov 2026, 11:00": what the clock shows, so no zone is reckoned with. */
export function useSaidDate(isDay: boolean) {
  const format = useFormatter()
  const t = useTranslations('ui')
  return (at: string) => {
    const part = (name: 'day' | 'year' | 'time') => format.dateTime(new Date(`${isDay ? `${at}T00:00` : at}Z`), name, { timeZone: 'UTC' })
    const [day, year] = [part('day'), part('year')]
    return isDay ? t('dateMenu.day', { day, year }) : t('exact', { day, year, time: part('time') })
  }
}
