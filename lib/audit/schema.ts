import type { EventType } from '../events/event-types'

export const eventKinds = ['suspicious', 'tickets', 'contacts', 'people', 'mail', 'knowledge', 'settings'] as const
export type EventKind = (typeof eventKinds)[number]

type Family = EventType extends infer T ? (T extends `${infer F}.${string}` ? F : never) : never

/** The kind of an event, by what stands before the point of its type. */
const kindOf: Record<Family, EventKind> = {
  ticket: 'tickets',
  tickets: 'tickets',
  draft: 'tickets',
  message: 'tickets',
  bulk: 'tickets',
  contact: 'contacts',
  contacts: 'contacts',
  organisation: 'contacts',
  person: 'people',
  role: 'people',
  grant: 'people',
  api_token: 'people',
  address: 'mail',
  list: 'mail',
  mail: 'mail',
  mailbox: 'mail',
  mail_template: 'mail',
  sender: 'mail',
  audit: 'settings',
  calendar: 'settings',
  canned_response: 'settings',
  category: 'settings',
  deletion: 'settings',
  delivery: 'settings',
  department: 'settings',
  desk: 'settings',
  domain: 'settings',
  field: 'settings',
  hook: 'settings',
  job: 'settings',
  kb: 'knowledge',
  macro: 'settings',
  sla_policies: 'settings',
  sla_policy: 'settings',
  view: 'settings',
  workspace: 'settings',
}

const suspicious: EventType[] = ['person.sign_in_failed', 'person.locked', 'person.refresh_token_reused']

/** @param known all types of events that there are */
export const typesOfKind = (kind: EventKind, known: readonly string[]): string[] =>
  kind === 'suspicious' ? suspicious : known.filter((type) => kindOf[type.split('.')[0] as Family] === kind)
