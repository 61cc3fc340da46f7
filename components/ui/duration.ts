import { useFormatter } from 'next-intl'

const minuteMs = 60_000

/** "45m", "8h", "7h 30m", as long as it may be: business time has no days. */
export function useDuration() {
  const parts = useParts()
  return (minutes: number): string => {
    const whole = Math.round(minutes)
    return parts({ hour: Math.floor(whole / 60), minute: whole % 60 })
  }
}

/** The same for what is counted down: up to the full minute, so that nothing shows 0 before it is; "3d 4h" from two days on. */
export function useCountdown() {
  const parts = useParts()
  return (ms: number): string => {
    const minutes = Math.ceil(Math.abs(ms) / minuteMs)
    const hours = Math.floor(minutes / 60)
    if (hours >= 48) return parts({ day: Math.floor(hours / 24), hour: hours % 24 })
    return parts({ hour: hours, minute: hours >= 24 ? 0 : minutes % 60 })
  }
}

/** Those that are not 0, the last of them for nothing at all; the units are the language's own. */
function useParts() {
  const format = useFormatter()
  return (parts: Record<string, number>): string => {
    const [last] = Object.entries(parts).slice(-1)
    const counted = Object.entries(parts).filter(([, value]) => value !== 0)
    return (counted.length > 0 ? counted : [last as [string, number]])
      .map(([unit, value]) => format.number(value, { style: 'unit', unit, unitDisplay: 'narrow' }))
      .join(' ')
  }
}
