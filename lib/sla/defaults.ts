import { type CalendarSpec, weekdays } from '../calendar/schema'
import { newId } from '../core/id'
import { type Priority, priorities } from '../directory/schema'
import type { Work } from '../events/work'
import { english } from '../text/translator'
import type { Metric } from '../tickets/ticket/schema'

/** Default targets in hours; the next response as soon as the first. */
const usual: Record<Priority, Record<Metric, number>> = {
  urgent: { first_response: 1, next_response: 1, resolution: 4 },
  high: { first_response: 2, next_response: 2, resolution: 8 },
  medium: { first_response: 4, next_response: 4, resolution: 24 },
  low: { first_response: 8, next_response: 8, resolution: 48 },
}

const nineToFive = (days: readonly string[]) =>
  Object.fromEntries(weekdays.map((day) => [day, days.includes(day) ? [['09:00', '17:00']] : []])) as CalendarSpec['schedule']

// A new workspace has no language of its own yet.
const t = (key: 'businessHours' | 'businessHoursWithWeekends' | 'policy' | 'policySays') => english(`slaPages.defaults.${key}`)

/** What a new workspace begins with: two calendars in its zone, and a policy for all tickets. */
export async function openSla({ tenant, tx, now }: Pick<Work, 'tenant' | 'tx' | 'now'>, timeZone: string) {
  const tenantId = tenant.ref.id
  const business = newId()
  await tx.calendar.createMany({
    data: [
      {
        tenantId,
        id: business,
        name: t('businessHours'),
        timeZone,
        schedule: nineToFive(weekdays.slice(0, 5)),
        createdAt: now,
        updatedAt: now,
      },
      {
        tenantId,
        id: newId(),
        name: t('businessHoursWithWeekends'),
        timeZone,
        schedule: nineToFive(weekdays),
        createdAt: now,
        updatedAt: now,
      },
    ],
  })
  const policyId = newId()
  await tx.slaPolicy.create({
    data: { tenantId, id: policyId, name: t('policy'), description: t('policySays'), position: 1, createdAt: now },
  })
  await tx.slaTarget.createMany({
    data: priorities.flatMap((priority) =>
      (Object.entries(usual[priority]) as [Metric, number][]).map(([metric, amount]) => ({
        tenantId,
        policyId,
        metric,
        priority,
        amount,
        unit: 'hours' as const,
        calendarId: business,
      })),
    ),
  })
}
