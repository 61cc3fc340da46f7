import type { TenantRef } from '../db/scope'
import type { EventType, EventTypes } from './event-types'
import type { Follower } from './follower'
import type { Subscriber } from './subscriber'

/** What the wiring knows and events must not import. */
export interface Registry {
  types: EventTypes
  followers: readonly Follower[]
  subscribers: readonly Subscriber[]
  /** Delivers what waits for a tenant. */
  deliver: (tenant: TenantRef) => Promise<void>
}

let registry: Registry | undefined

/** Called once by the wiring, before anything is emitted. */
export function provideEvents(given: Registry) {
  registry = given
}

/** @throws when the wiring was not loaded, so that no event is lost without a word */
export function events(): Registry {
  if (!registry) throw new Error('nobody provided the events: import lib/wiring/wire first')
  return registry
}

export const subscribersOf = (type: EventType): Subscriber[] => events().subscribers.filter(({ types }) => types.includes(type))

export const findSubscriber = (name: string): Subscriber | undefined => events().subscribers.find((subscriber) => subscriber.name === name)

export const isEventType = (name: string): name is EventType => Object.hasOwn(events().types, name)
