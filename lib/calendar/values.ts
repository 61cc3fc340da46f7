export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

/** Open at all times. */
export const aroundTheClock = {
  timezone: 'UTC',
  schedule: Object.fromEntries(weekdays.map((day) => [day, [['00:00', '24:00']]])) as Record<Weekday, [string, string][]>,
  holidays: [],
}
