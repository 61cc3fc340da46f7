/** When a job runs, as far as the schedules in use go. */
export type Schedule =
  | { every: 'minute' | 'minutes'; minutes: number }
  | { every: 'hour'; minute: number }
  | { every: 'day'; hour: number; minute: number }

/** What a cron pattern means; null for one that is of no such kind. */
export function scheduleOf(cron: string): Schedule | null {
  const [, minutes, hours] = /^(\S+) (\S+) \* \* \*$/.exec(cron) ?? []
  if (minutes === undefined || hours === undefined) return null
  const step = minutes === '*' ? 1 : Number(/^\*\/(\d+)$/.exec(minutes)?.[1])
  if (hours === '*' && step > 0) return { every: step === 1 ? 'minute' : 'minutes', minutes: step }
  const minute = /^\d+$/.test(minutes) ? Number(minutes) : null
  if (minute === null) return null
  if (hours === '*') return { every: 'hour', minute }
  return /^\d+$/.test(hours) ? { every: 'day', hour: Number(hours), minute } : null
}
