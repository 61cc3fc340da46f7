import type { AnyProcedure } from '@orpc/server'
import { afterCommit } from '../db/scope'
import type { EventType } from '../events/event-types'
import type { Follower } from '../events/follower'
import { events, provideEvents } from '../events/registry'
import { router } from '../wiring/router'

declare module 'vitest' {
  interface TaskMeta {
    /** Procedures that answered and events that were emitted while the file ran, and all there are. */
    exercised?: { done: string[]; known: string[] }
  }
}

/** Every procedure of the router by its path. */
export function proceduresOf(node: object = router, path: string[] = []): [name: string, procedure: AnyProcedure][] {
  if ('~orpc' in node) return [[path.join('.'), node as AnyProcedure]]
  return Object.entries(node).flatMap(([key, child]) => proceduresOf(child as object, [...path, key]))
}

const done = new Set<string>()
const { types, ...registered } = events()
const known = [...proceduresOf().map(([name]) => `procedure ${name}`), ...Object.keys(types).map((name) => `event ${name}`)]

for (const [name, { '~orpc': definition }] of proceduresOf()) {
  const { handler } = definition
  definition.handler = async (options) => {
    const answer = await handler(options)
    done.add(`procedure ${name}`)
    return answer
  }
}

const recorder: Follower = {
  name: 'testing.exercised',
  types: Object.keys(types) as EventType[],
  // What is rolled back did not happen.
  follow: async (_, fresh) =>
    afterCommit(() => {
      for (const { type } of fresh) done.add(`event ${type}`)
    }),
}
provideEvents({ ...registered, types, followers: [...registered.followers, recorder] })

/** What was exercised since it was last asked. */
export function takeExercised() {
  const taken = { done: [...done], known }
  done.clear()
  return taken
}
