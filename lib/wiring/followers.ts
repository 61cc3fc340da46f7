import { accountFollower } from '../accounts/followers'
import { ownerFollower } from '../contacts/followers'
import { memberFollower } from '../directory/followers'
import type { Follower } from '../events/follower'
import { findingFollower } from '../kb/search/followers'
import { clockFollower } from '../sla/followers'
import { sharedFollower } from '../tickets/canned/followers'
import { fileFollower, numberFollower, participantFollower, reachFollower } from '../tickets/conversation/followers'
import { ticketFollower } from '../tickets/ticket/followers'

/** What happens in the same unit of work as an event, in this order: clocks follow what tickets say of themselves, and numbers are taken last. */
export const followers: readonly Follower[] = [
  ticketFollower,
  accountFollower,
  memberFollower,
  ownerFollower,
  participantFollower,
  fileFollower,
  reachFollower,
  sharedFollower,
  findingFollower,
  clockFollower,
  numberFollower,
]
