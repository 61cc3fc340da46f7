import { z } from 'zod'
import { changed } from '../events/event-types'

const id = z.string()

const step = z.object({
  clockId: id,
  escalationId: id,
  metric: z.string(),
  kind: z.enum(['reminder', 'escalation']),
  policy: z.string(),
  dueAt: z.string(),
  plannedAt: z.string(),
  isLate: z.boolean(),
})

export const slaEvents = {
  /** Which policy applies from then on. `isByRecompute`: nobody touched the ticket; policies, calendars or its requester changed. */
  'ticket.policy_applied': z.object({
    before: z.string().nullable(),
    after: z.string().nullable(),
    policyId: id.nullable(),
    isByRecompute: z.boolean().optional(),
  }),
  /** A deadline passed. `isLate`: it was noticed well after that. `isByRecompute`: other terms put it into the past. */
  'ticket.sla_breached': z.object({
    clockId: id,
    metric: z.string(),
    policy: z.string(),
    dueAt: z.string(),
    targetMinutes: z.number(),
    isLate: z.boolean(),
    isByRecompute: z.boolean().optional(),
  }),
  /** A step on the way to a deadline or past it was taken. */
  'ticket.escalated': step,
  'calendar.created': z.object({ name: z.string() }),
  'calendar.changed': changed,
  'calendar.deleted': z.object({ name: z.string() }),
  'calendar.restored': z.object({ name: z.string() }),
  'sla_policy.created': z.object({ name: z.string() }),
  'sla_policy.changed': changed,
  'sla_policy.deleted': z.object({ name: z.string() }),
  'sla_policy.restored': z.object({ name: z.string() }),
  'sla_policies.ordered': z.object({ names: z.array(z.string()) }),
}

type Own = typeof slaEvents
declare module '../events/event-types' {
  interface EventTypes extends Own {}
}
