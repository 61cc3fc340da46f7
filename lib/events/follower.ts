import type { EventOf, EventType } from './event-types'
import type { Work } from './work'

/** What happened in a unit of work and is not written yet, or is read back from the log. */
export type Happened<T extends EventType = EventType> = Pick<EventOf<T>, 'type' | 'subjectId' | 'payload' | 'occurredAt' | 'actorId'>

/**
 * Does what must be true at the same instant as the event: it runs in the same unit of work, before the commit. It may
 * refuse by throwing a typed error; what was asked for then fails as a whole.
 */
export interface Follower {
  name: string
  /** The types of events it is called for. */
  types: readonly EventType[]
  /**
   * @param fresh what happened since it was last called, of its types; nothing of it is written yet, and it may complete the payload
   * @param pending everything that happened in this unit of work
   */
  follow(work: FollowerWork, fresh: readonly Happened[], pending: readonly Happened[]): Promise<void>
}

/** A follower with a handler for each type of event that it follows, called for one event after another. */
export function defineFollower(
  name: string,
  on: { [T in EventType]?: (work: FollowerWork, event: Happened<T>) => Promise<unknown> },
): Follower {
  const handlers = on as Partial<Record<EventType, (work: FollowerWork, event: Happened) => Promise<unknown>>>
  return {
    name,
    types: Object.keys(on) as EventType[],
    async follow(work, fresh) {
      for (const event of fresh) await handlers[event.type]?.(work, event)
    },
  }
}

/** A follower emits as well; what it emits is followed in turn. */
export type FollowerWork = Pick<Work, 'tenant' | 'tx' | 'now' | 'emit' | 'actor'>
