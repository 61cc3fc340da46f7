import type { Follower } from '../events/follower'
import { movesClocks, recomputeClocks } from './recompute'

/** A ticket and its deadlines change together. */
export const clockFollower: Follower = {
  name: 'sla.clocks',
  types: movesClocks,
  async follow(work, fresh, pending) {
    const ids = new Set(fresh.flatMap(({ subjectId }) => subjectId ?? []))
    const made = new Set(fresh.flatMap(({ type, subjectId }) => (type === 'ticket.created' && subjectId ? [subjectId] : [])))
    await recomputeClocks(work, [...ids], pending, made)
  },
}
