import { Temporal } from 'temporal-polyfill'
import type { Digest } from './schema'

export interface Wishes {
  timeZone: string
  /** Minutes after midnight on the person's clock; from after to goes over midnight; equal means never quiet. */
  quietFrom: number | null
  quietTo: number | null
  mutedUntil: Date | null
  digest: Digest
}

/** The hour of the person's morning at which digests go out. */
const digestHour = 8
const burstMs = 60_000

const minutesOf = ({ hour, minute }: Temporal.ZonedDateTime) => hour * 60 + minute
const local = (at: Date, timeZone: string) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
const toDate = (at: Temporal.ZonedDateTime) => new Date(at.epochMilliseconds)

/** The next time the person's clock shows `minutes` after midnight, later than `at`; an hour that a change of clocks leaves out counts as the one after it. */
function nextAt(at: Temporal.ZonedDateTime, minutes: number): Temporal.ZonedDateTime {
  const plainTime = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
  for (let day = at.toPlainDate(); ; day = day.add({ days: 1 })) {
    // Where clocks go back, the time comes twice; where they go forward, the hour after it stands for it.
    for (const disambiguation of ['compatible', 'later'] as const) {
      const candidate = day.toPlainDateTime(plainTime).toZonedDateTime(at.timeZoneId, { disambiguation })
      if (Temporal.ZonedDateTime.compare(candidate, at) > 0) return candidate
    }
  }
}

export function isQuiet(at: Date, { timeZone, quietFrom, quietTo }: Wishes): boolean {
  if (quietFrom === null || quietTo === null || quietFrom === quietTo) return false
  const now = minutesOf(local(at, timeZone))
  return quietFrom < quietTo ? now >= quietFrom && now < quietTo : now >= quietFrom || now < quietTo
}

/** The moment itself, or the end of the quiet hours it falls into. */
const afterQuiet = (at: Date, wishes: Wishes): Date =>
  isQuiet(at, wishes) ? toDate(nextAt(local(at, wishes.timeZone), wishes.quietTo as number)) : at

function nextDigest(at: Date, { timeZone, digest }: Wishes): Date {
  let next = nextAt(local(at, timeZone), digestHour * 60)
  while (digest === 'weekly' && next.dayOfWeek !== 1) next = nextAt(next, digestHour * 60)
  return toDate(next)
}

/**
 * When something may leave the product for a person; null while they are muted.
 * What is urgent goes at once, through quiet hours and digests, but not through a mute.
 * @param burstEnd when the last message about the same ended its burst
 */
export function dueAt(way: 'mail' | 'push', now: Date, isUrgent: boolean, wishes: Wishes, burstEnd: Date | null = null): Date | null {
  if (wishes.mutedUntil && wishes.mutedUntil > now) return null
  const calm = burstEnd && burstEnd > now ? burstEnd : now
  if (way === 'push') return isUrgent ? now : afterQuiet(calm, wishes)
  if (isUrgent) return now
  if (wishes.digest !== 'off') return nextDigest(now, wishes)
  return afterQuiet(new Date(Math.max(now.getTime() + burstMs, calm.getTime())), wishes)
}
