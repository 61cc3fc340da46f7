import { useTranslations } from 'next-intl'

const minuteMs = 60_000

/** "45m", "8h", "7h 30m", as long as it may be: business time has no days. */
export function useDuration() {
  const t = useTranslations('ui.duration')
  return (minutes: number): string => {
    const whole = Math.round(minutes)
    const [hours, rest] = [Math.floor(whole / 60), whole % 60]
    if (hours === 0) return t('minutes', { minutes: rest })
    return rest === 0 ? t('hours', { hours }) : t('hoursMinutes', { hours, minutes: rest })
  }
}

/** The same for what is counted down: up to the full minute, so that nothing shows 0 before it is; "3d 4h" from two days on. */
export function useCountdown() {
  const t = useTranslations('ui.duration')
  const duration = useDuration()
  return (ms: number): string => {
    const minutes = Math.ceil(Math.abs(ms) / minuteMs)
    const hours = Math.floor(minutes / 60)
    if (hours >= 48) return t('daysHours', { days: Math.floor(hours / 24), hours: hours % 24 })
    return duration(hours >= 24 ? hours * 60 : minutes)
  }
}
