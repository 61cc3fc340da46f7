import { z } from 'zod'
import { calendarInput, keptHoliday, schedule } from '../calendar/schema'
import { msg } from '../core/message'
import { stamps } from '../core/page'
import { reference } from '../core/schema'
import { priorities } from '../directory/schema'
import { escalationAction, goneTarget } from '../tickets/actions/schema'
import { filterName, keysWith } from '../tickets/ticket/attribute-names'
import { metrics, shownFilter } from '../tickets/ticket/schema'
import { evaluations, targetUnits } from './values'

export * from './values'

export const policyName = z.string().trim().min(1, msg('input.name')).max(100)

export const calendarFields = z.strictObject({
  name: policyName,
  timezone: calendarInput.shape.timezone,
  schedule: calendarInput.shape.schedule,
  holidays: calendarInput.shape.holidays,
})

export const calendarOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  timezone: z.string(),
  schedule,
  holidays: z.array(keptHoliday),
  /** What "1 day" and "1 week" are on it, in minutes. */
  dayMinutes: z.number(),
  weekMinutes: z.number(),
  /** The policies that count on it. */
  policies: z.array(z.string()),
})
export type CalendarOutput = z.output<typeof calendarOutput>

const target = z.strictObject({
  metric: z.enum(metrics),
  priority: z.enum(priorities),
  amount: z.int().min(1, msg('sla.targetTooSmall')).max(1_000_000),
  unit: z.enum(targetUnits),
  /** Null is around the clock. */
  calendarId: z.uuid().nullable().default(null),
})

export const escalationActions = z.array(escalationAction).min(1, msg('sla.noAction')).max(10)

const longestMinutes = 400 * 1440
export const escalationFields = z
  .strictObject({
    /** Of a step that is there: what was done by it stays done. */
    id: z.uuid().optional(),
    metric: z.enum(metrics),
    kind: z.enum(['reminder', 'escalation']),
    /** Working minutes after the deadline; before it where negative. */
    minutes: z.int().min(-longestMinutes).max(longestMinutes),
    actions: escalationActions,
  })
  .refine(({ kind, minutes }) => kind === 'escalation' || minutes < 0, {
    message: msg('sla.reminderAfter'),
    path: ['minutes'],
  })

export const policyFields = z.strictObject({
  name: policyName,
  description: z.string().trim().max(1000).default(''),
  /** In the filter language: which tickets it is for. Empty is all. */
  filter: z.string().trim().max(2000).default(''),
  evaluation: z.enum(evaluations).default('ticket_creation'),
  isActive: z.boolean().default(true),
  pausesOnHold: z.boolean().default(true),
  /** The resolution clock waits while the customer is asked. */
  pausesOnWaiting: z.boolean().default(false),
  targets: z
    .array(target)
    .min(1, msg('sla.noTargets'))
    .max(metrics.length * priorities.length)
    .refine((given) => new Set(given.map(({ metric, priority }) => `${metric} ${priority}`)).size === given.length, msg('sla.oneTarget')),
  escalations: z.array(escalationFields).max(60).default([]),
})

export const escalationOutput = z.object({
  id: z.uuid(),
  metric: z.enum(metrics),
  kind: z.enum(['reminder', 'escalation']),
  minutes: z.number(),
  actions: escalationActions,
})
export type EscalationOutput = z.output<typeof escalationOutput>

/** Whether tickets can come under a policy at all. */
export const reach = {
  /** Why it applies to no ticket, as far as that is certain. */
  neverApplies: z.enum(['gone', 'contradiction', 'shadowed']).nullable(),
  /** The policies above it that apply to all of its tickets first. */
  shadowedBy: z.array(reference),
  /** Whether it would apply above them, and they below it; false where they apply to the same tickets. */
  moveHelps: z.boolean(),
}

export const conditionsInput = z.strictObject({
  filter: policyFields.shape.filter,
  isActive: policyFields.shape.isActive,
  /** Of the policy that is edited; a new one comes last. */
  id: z.uuid().optional(),
  /** Of the policy above which it would come. */
  aboveId: z.uuid().optional(),
})
export const conditionsOutput = z.object({
  ...shownFilter,
  ...reach,
  /** Why they can't be saved as they are. */
  problem: z.string().nullable(),
})
export type ConditionsOutput = z.output<typeof conditionsOutput>

export const policyOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  description: z.string(),
  ...shownFilter,
  /** What its reminders and escalations name and that is no longer there: those actions are left out. */
  goneTargets: z.array(goneTarget.extend({ escalationId: z.uuid() })),
  ...reach,
  evaluation: z.enum(evaluations),
  isActive: z.boolean(),
  position: z.number(),
  pausesOnHold: z.boolean(),
  pausesOnWaiting: z.boolean(),
  targets: z.array(
    z.object({
      metric: z.enum(metrics),
      priority: z.enum(priorities),
      amount: z.number(),
      unit: z.enum(targetUnits),
      calendarId: z.uuid().nullable(),
    }),
  ),
  /** In order of their time. */
  escalations: z.array(escalationOutput),
})
export type PolicyOutput = z.output<typeof policyOutput>

/** What a ticket may be sorted by: what is known the moment it changes. */
export const conditionFields = keysWith('isSlaCondition').map(filterName)

const ledgerStretch = z.object({
  from: z.date(),
  to: z.date(),
  /** All of it in open hours, nothing of any other. */
  countedMinutes: z.number(),
  /** Open hours that a pause, such as a hold, kept from counting. */
  pausedMinutes: z.number(),
  /** To a customer, a hold is a pause; `more`: the rest in one. */
  reason: z.enum(['open', 'closed', 'holiday', 'hold', 'paused', 'waiting', 'done', 'policy', 'more']),
  /** What the holiday is called, or why it was held. */
  name: z.string().nullable(),
  /** Who brought the pause about. */
  by: z.string().nullable(),
})

export const ledgerOutput = z.object({
  clocks: z.array(
    z.object({
      metric: z.enum(metrics),
      cycle: z.number(),
      /** Empty for customers. */
      policy: z.string(),
      /** Null is around the clock. */
      calendar: z.string().nullable(),
      priority: z.enum(priorities),
      targetMinutes: z.number(),
      startedAt: z.date(),
      /** The merged ticket whose question it runs from, and when it was merged. */
      moved: z.object({ number: z.string(), at: z.date() }).nullable(),
      dueAt: z.date().nullable(),
      pausedAt: z.date().nullable(),
      stoppedAt: z.date().nullable(),
      breachedAt: z.date().nullable(),
      /** It ended without what it asks for: rejected, merged, closed unanswered, or no policy applies any more. */
      isDropped: z.boolean(),
      /** Other terms put the deadline into the past, and nobody was alerted. */
      isBreachRecomputed: z.boolean(),
      /** The reminders and escalations whose time came; empty for customers. */
      steps: z.array(z.object({ kind: z.enum(['reminder', 'escalation']), plannedAt: z.date(), isSkipped: z.boolean() })),
      /** business time until now, or until it stopped; the sum of what the stretches counted. */
      consumedMinutes: z.number(),
      /** business time past the deadline. */
      overrunMinutes: z.number(),
      stretches: z.array(ledgerStretch),
    }),
  ),
})
export type LedgerOutput = z.output<typeof ledgerOutput>

export const violationOutput = z.object({
  id: z.uuid(),
  ticket: z.object({ id: z.uuid(), number: z.string(), title: z.string() }),
  policy: reference,
  metric: z.enum(metrics),
  priority: z.enum(priorities),
  /** When the time was up. */
  breachedAt: z.date(),
  targetMinutes: z.number(),
  /** business time it took, and how much of that was too much; null while it lasts. */
  actualMinutes: z.number().nullable(),
  overrunMinutes: z.number().nullable(),
  /** When it was done after all. */
  resolvedAt: z.date().nullable(),
  /** Whose ticket it was. */
  assignee: reference.nullable(),
  department: reference.nullable(),
})
export type ViolationOutput = z.output<typeof violationOutput>

/** A target that was decided. */
export const resultOutput = z.object({
  id: z.uuid(),
  ticket: z.object({ id: z.uuid(), number: z.string(), title: z.string() }),
  metric: z.enum(metrics),
  priority: z.enum(priorities),
  result: z.enum(['met', 'breached']),
  /** When it was met, or the time was up. */
  at: z.date(),
  targetMinutes: z.number(),
  /** Business time it took; null while it lasts. */
  actualMinutes: z.number().nullable(),
  policy: reference,
  agent: reference.nullable(),
  department: reference.nullable(),
})

/** Targets that were decided in a period: met or breached. */
const share = z.object({ met: z.number(), breached: z.number() })
const shareOf = share.extend({ id: z.uuid().nullable(), name: z.string() })
export const dashboardOutput = z.object({
  from: z.date(),
  to: z.date(),
  overall: share,
  byMetric: z.array(share.extend({ metric: z.enum(metrics) })),
  byPriority: z.array(share.extend({ priority: z.enum(priorities) })),
  byPolicy: z.array(shareOf),
  byDepartment: z.array(shareOf),
  byAgent: z.array(shareOf),
  /** Days of the workspace's time zone. */
  byDay: z.array(share.extend({ day: z.string() })),
  /** Open tickets by the deadline that is next: passed, within 4 hours, later, paused. */
  now: z.object({ breached: z.number(), soon: z.number(), later: z.number(), paused: z.number() }),
})
export type DashboardOutput = z.output<typeof dashboardOutput>

/** How a target would have ended: met, breached, or none at all; null while the clock runs. */
const verdict = z.enum(['met', 'breached', 'none']).nullable()
const counts = z.object({ met: z.number(), breached: z.number() })

export const simulateInput = z
  .strictObject({
    /** Tickets that came in within so many days. */
    days: z.int().min(1).max(366).default(90),
    /** A policy as it would be; with the id of one that is there in its place, else after all others. */
    policy: z.strictObject({ id: z.uuid().optional(), ...policyFields.shape }).optional(),
    /** Hours as they would be. */
    calendar: z.strictObject({ id: z.uuid(), ...calendarFields.omit({ name: true }).shape }).optional(),
    cursor: z.string().max(400).optional(),
    limit: z.int().min(1).max(2000).default(1000),
  })
  .refine(({ policy, calendar }) => policy || calendar, msg('sla.nothingToSimulate'))

export const simulateOutput = z.object({
  /** How many tickets there are to go through; with the first page. */
  total: z.number().nullable(),
  done: z.number(),
  nextCursor: z.string().nullable(),
  groups: z.array(
    z.object({
      metric: z.enum(metrics),
      priority: z.enum(priorities),
      department: z.string(),
      before: counts,
      after: counts,
    }),
  ),
  /** Targets that would have ended otherwise, the newest tickets first. */
  changed: z.array(
    z.object({
      id: z.uuid(),
      number: z.string(),
      title: z.string(),
      metric: z.enum(metrics),
      before: verdict,
      after: verdict,
    }),
  ),
})
export type SimulateOutput = z.output<typeof simulateOutput>
