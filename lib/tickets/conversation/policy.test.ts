import { expect, it } from 'vitest'
import type { Actor } from '../../actor/actor'
import { personActor } from '../../testing/actors'
import { mayEditNote } from './policy'
import { noteEditMinutes } from './schema'

const now = new Date('2026-03-29T01:30:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms)
const limit = noteEditMinutes * 60_000

const me: Actor = personActor()

it.each([
  { what: 'my own note, just written', may: true },
  { what: 'my own note, a moment before its time is up', createdAt: ago(limit - 1), may: true },
  { what: 'my own note, its time up', createdAt: ago(limit), may: false },
  { what: 'my own reply', kind: 'reply', may: false },
  { what: 'a note of a colleague', personId: 'colleague', may: false },
  { what: 'a note of nobody', personId: null, may: false },
  { what: 'my note, seen by the owner', actor: { ...me, id: 'owner', role: 'owner' as const }, may: false },
  { what: 'a note, changed by the product itself', actor: { kind: 'system' as const, name: 'mail' }, may: false },
])('$what', ({ actor = me, kind = 'note', personId = 'me', createdAt = now, may }) => {
  expect(mayEditNote(actor, { kind, personId, createdAt }, now)).toBe(may)
})
