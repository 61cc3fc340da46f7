import { useTranslations } from 'next-intl'

/** "45m", "8h", "7h 30m" */
export function useDuration() {
  const t = useTranslations('sla.duration')
  return (minutes: number): string => {
    const whole = Math.round(minutes)
    const [hours, rest] = [Math.floor(whole / 60), whole % 60]
    if (hours === 0) return t('minutes', { minutes: rest })
    return rest === 0 ? t('hours', { hours }) : t('hoursMinutes', { hours, minutes: rest })
  }
}
