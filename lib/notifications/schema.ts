import { z } from 'zod'
import { msg } from '../core/message'
import { instant, stamps } from '../core/page'
import { digests, type NotificationType, notificationKinds, notificationTypes, type Way, ways } from './values'

export * from './values'

/** What is for the reader in person, or presses: what comes after it on the same ticket is added and does not take its place. */
export const weightyTypes: readonly NotificationType[] = [
  'ticket_assigned',
  'ticket_mentioned',
  'sla_reminder',
  'sla_breach',
  'ticket_escalated',
]

export const isNotificationType = (name: string): name is NotificationType => Object.hasOwn(notificationKinds, name)

const choices = z.partialRecord(z.enum(ways), z.boolean())
/** What differs from the level below: the person's from the workspace's, the workspace's from the product's. */
export const matrix = z.partialRecord(z.enum(notificationTypes), choices)
export type Matrix = z.output<typeof matrix>

/** Choices of a version that knew other kinds: what is not understood counts as not chosen. */
export const readMatrix = (stored: unknown): Matrix => matrix.safeParse(stored ?? {}).data ?? {}

/** Whether a person wants to be told of something in one way. */
export const isWanted = (type: NotificationType, way: Way, person: Matrix, desk: Matrix): boolean =>
  person[type]?.[way] ?? desk[type]?.[way] ?? notificationKinds[type].defaults[way]

/** A time of day such as "22:00", on the reader's own clock. */
export const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, msg('notifications.time'))
export const minutesOfClock = (text: string | null): number | null =>
  text === null ? null : Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const two = (n: number) => String(n).padStart(2, '0')
export const clockOf = (minutes: number | null): string | null =>
  minutes === null ? null : `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

export const notificationOutput = z.object({
  id: z.uuid(),
  type: z.string(),
  title: z.string(),
  body: z.string(),
  /** A path on the workspace's host. */
  href: z.string(),
  /** How many events it stands for. */
  count: z.number().int(),
  isUrgent: z.boolean(),
  readAt: instant.nullable(),
  updatedAt: instant,
})
export type NotificationOutput = z.output<typeof notificationOutput>

export const typeChoices = z.object({
  type: z.enum(notificationTypes),
  name: z.string(),
  in_app: z.boolean(),
  mail: z.boolean(),
  push: z.boolean(),
})
export type TypeChoices = z.output<typeof typeChoices>

export const preferencesOutput = z.object({
  version: z.number().int(),
  types: z.array(typeChoices),
  quietFrom: z.string().nullable(),
  quietTo: z.string().nullable(),
  /** The clock that quiet hours and digests go by. */
  timeZone: z.string(),
  mutedUntil: instant.nullable(),
  digest: z.enum(digests),
  /** How many browsers may be woken. */
  browsers: z.number().int(),
})
export type PreferencesOutput = z.output<typeof preferencesOutput>

export const hookInput = {
  name: z.string().trim().min(1, msg('notifications.enterName')).max(120),
  kind: z.enum(['slack', 'json']),
  url: z.string().trim().max(2000),
  types: z
    .array(z.enum(notificationTypes))
    .min(1, msg('notifications.noTypes'))
    .refine((types) => !types.some((type) => notificationKinds[type].isPersonal), msg('notifications.personal')),
}

export const hookOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  kind: z.enum(['slack', 'json']),
  /** Of its address; the rest may be a secret. */
  host: z.string(),
  types: z.array(z.enum(notificationTypes)),
  isActive: z.boolean(),
  lastAt: instant.nullable(),
  lastError: z.string().nullable(),
  /** Failures in a row. */
  failures: z.number().int(),
  /** It keeps failing: its messages wait until then, when one of them is tried. */
  setAsideUntil: instant.nullable(),
})
export type HookOutput = z.output<typeof hookOutput>

export interface PushMessage {
  id: string
  title: string
  body: string
  href: string
}
