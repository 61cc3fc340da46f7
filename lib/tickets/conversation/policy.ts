import type { Actor } from '../../actor/actor'
import { noteEditMinutes } from './schema'

/** A note is its writer's own to change, for a while. */
export const mayEditNote = (actor: Actor, message: { kind: string; personId: string | null; createdAt: Date }, now: Date): boolean =>
  message.kind === 'note' &&
  actor.kind === 'person' &&
  actor.id === message.personId &&
  message.createdAt.getTime() > now.getTime() - noteEditMinutes * 60_000
