import type { Follower } from '../events/follower'
import { clockFollower } from '../sla/followers'

/** What happens in the same unit of work as an event, in this order. */
export const followers: readonly Follower[] = [clockFollower]
