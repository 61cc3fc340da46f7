import type { ResolvedTenant } from '../tenancy/resolve'
import type { EventOf, EventType } from './event-types'
import type { Work } from './work'

export interface Delivery<T extends EventType = EventType> {
  tenant: ResolvedTenant
  event: EventOf<T>
}

export type Handler<T extends EventType, Found> = (work: Work, event: EventOf<T>, found: Found) => Promise<unknown>

/** A handler for each type of event that the consumer listens to; its subscriptions are the keys. */
export type Handlers<Found = void> = { [T in EventType]?: Handler<T, Found> }

/** A consumer that failed and knows when it makes sense to try again; without a time never, and the delivery is dead at once. */
export class RetryLaterError extends Error {
  constructor(
    message: string,
    readonly afterSeconds?: number,
  ) {
    super(message)
  }
}

/** Of all deliveries that are due, those of a lower number are taken up first. */
export const priorities = { first: 0, normal: 1, last: 2 } as const
export type Priority = keyof typeof priorities

/** What one act has to say of one ordering key, in order. Each act emits by its own `work`; the unit of work is the same. */
export interface Act {
  work: Work
  events: readonly EventOf<EventType>[]
}

/** Consumes events, as the relay sees it. */
export interface Subscriber {
  name: string
  types: readonly EventType[]
  /** The events of which it sends something out (mail, notifications, calls): these deliveries wait while the act that they are part of can be undone. */
  leaves: readonly EventType[]
  priority: Priority
  outside?(delivery: Delivery): Promise<unknown>
  /** In place of it, for several deliveries at once, in order: all of them fail, or none. */
  outsideTogether?(deliveries: { tenant: ResolvedTenant; events: readonly EventOf<EventType>[] }): Promise<unknown>
  /** All that it does is done outside. */
  isOutsideOnly: boolean
  handle(work: Work, event: EventOf<EventType>, found?: unknown): Promise<unknown>
  /** In place of it, for all that one act has to say of one ordering key, in order. */
  handleAct?(work: Work, events: readonly EventOf<EventType>[]): Promise<unknown>
  /** In place of both, for several acts at once, of one ordering key in order: all of them fail, or none. Then each is tried alone. */
  handleActs?(acts: readonly Act[]): Promise<unknown>
}

type Leaving = Partial<Pick<Subscriber, 'priority' | 'leaves' | 'handleAct' | 'handleActs' | 'outsideTogether'>>

/**
 * A consumer of events. A handler runs in a unit of work, and its effects commit together with the mark that the delivery
 * is done. What must reach the network is done in `outside` before that, without a transaction open; it may be repeated
 * after a crash, so it must be harmless to repeat. A consumer that does nothing else, or handles acts, names its types alone.
 * @param name stable across versions: deliveries refer to it
 */
export function defineSubscriber<Found = void>(
  name: string,
  on: Handlers<Found> | readonly EventType[],
  outside?: (delivery: Delivery) => Promise<Found>,
  { priority = 'normal', leaves = [], handleAct, handleActs, outsideTogether }: Leaving = {},
): Subscriber {
  const isList = Array.isArray(on)
  const handlers = (isList ? {} : on) as Partial<Record<EventType, Handler<EventType, Found>>>
  return {
    name,
    types: isList ? on : (Object.keys(on) as EventType[]),
    leaves,
    priority,
    outside,
    outsideTogether,
    isOutsideOnly: isList && !handleActs,
    handleAct,
    handleActs,
    // A type that this version no longer listens to is done with.
    handle: async (work, event, found) => handlers[event.type]?.(work, event, found as Found),
  }
}

/** The same handler for several types of events. */
export const forEach = <T extends EventType, Found = void>(types: readonly T[], handler: Handler<T, Found>): Handlers<Found> =>
  Object.fromEntries(types.map((type) => [type, handler])) as Handlers<Found>
