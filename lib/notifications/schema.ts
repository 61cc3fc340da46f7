import { z } from 'zod'

/** Ways a notification reaches a person. */
export const ways = ['in_app', 'mail', 'push'] as const
export type Way = (typeof ways)[number]
export const wayNames: Record<Way, string> = { in_app: 'In the bell', mail: 'By mail', push: 'In the browser' }

interface Kind {
  name: string
  /** Customers know only some; replies reach them by mail as messages of their own. */
  forCustomers: boolean
  defaults: Record<Way, boolean>
}

const kind = (name: string, on: Way[], forCustomers = false): Kind => ({
  name,
  forCustomers,
  defaults: { in_app: on.includes('in_app'), mail: on.includes('mail'), push: on.includes('push') },
})

/** What people are told about. */
export const notificationKinds = {
  ticket_created: kind('A ticket comes in to one of your departments', ['in_app']),
  ticket_assigned: kind('A ticket is assigned to you', ['in_app', 'mail', 'push']),
  ticket_commented: kind('Somebody writes on a ticket of yours', ['in_app', 'push'], true),
  ticket_status: kind('The status of a ticket of yours changes', ['in_app'], true),
  ticket_reopened: kind('A ticket of yours is opened again', ['in_app', 'mail', 'push']),
  login_alert: kind('You are signed in on a new device', ['in_app', 'mail'], true),
  domain_verified: kind('A domain is verified', ['in_app']),
  domain_failed: kind('A domain cannot be verified', ['in_app', 'mail']),
} satisfies Record<string, Kind>

export type NotificationType = keyof typeof notificationKinds
export const notificationTypes = Object.keys(notificationKinds) as [NotificationType, ...NotificationType[]]

const choices = z.partialRecord(z.enum(ways), z.boolean())
/** What differs from the level below: the person's from the desk's, the desk's from the product's. */
export const matrix = z.partialRecord(z.enum(notificationTypes), choices)
export type Matrix = z.output<typeof matrix>

/** Whether a person wants to be told of something in one way. */
export const isWanted = (type: NotificationType, way: Way, person: Matrix, desk: Matrix): boolean =>
  person[type]?.[way] ?? desk[type]?.[way] ?? notificationKinds[type].defaults[way]

export const digests = ['off', 'daily', 'weekly'] as const
export type Digest = (typeof digests)[number]

export interface PushMessage {
  id: string
  title: string
  body: string
  href: string
}
