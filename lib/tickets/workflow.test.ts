import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TicketStatus, ticketStatuses } from './schema'
import { afterAgentReply, afterAssignment, afterRequesterReply, allowedMoves, reopenedStatus } from './workflow'

/** For each status: what a person may set while unassigned / assigned, then what replies and assignment do. */
const table: Record<
  TicketStatus,
  { moves: [TicketStatus[], TicketStatus[]]; agentReplies: TicketStatus; requesterReplies: [TicketStatus, TicketStatus] }
> = {
  draft: { moves: [['created'], ['created']], agentReplies: 'draft', requesterReplies: ['draft', 'draft'] },
  created: {
    moves: [
      ['in_progress', 'hold', 'resolved', 'rejected'],
      ['in_progress', 'hold', 'resolved', 'rejected'],
    ],
    agentReplies: 'in_progress',
    requesterReplies: ['created', 'created'],
  },
  assigned: {
    moves: [
      ['in_progress', 'hold', 'resolved', 'rejected'],
      ['in_progress', 'hold', 'resolved', 'rejected'],
    ],
    agentReplies: 'in_progress',
    requesterReplies: ['assigned', 'assigned'],
  },
  in_progress: {
    moves: [
      ['hold', 'resolved', 'rejected'],
      ['hold', 'resolved', 'rejected'],
    ],
    agentReplies: 'in_progress',
    requesterReplies: ['in_progress', 'in_progress'],
  },
  hold: {
    moves: [
      ['in_progress', 'resolved', 'rejected'],
      ['in_progress', 'resolved', 'rejected'],
    ],
    agentReplies: 'hold',
    requesterReplies: ['in_progress', 'in_progress'],
  },
  resolved: {
    moves: [
      ['closed', 'created'],
      ['closed', 'assigned'],
    ],
    agentReplies: 'resolved',
    requesterReplies: ['created', 'assigned'],
  },
  closed: { moves: [['created'], ['assigned']], agentReplies: 'closed', requesterReplies: ['created', 'assigned'] },
  rejected: { moves: [['created'], ['assigned']], agentReplies: 'rejected', requesterReplies: ['created', 'assigned'] },
}

describe.each(ticketStatuses)('a ticket that is %s', (status) => {
  it.each([false, true])('moves as the table says, assigned: %s', (isAssigned) => {
    const row = table[status]
    expect(allowedMoves({ status, isAssigned })).toEqual(row.moves[Number(isAssigned)])
    expect(afterAgentReply({ status, isAssigned })).toBe(row.agentReplies)
    expect(afterRequesterReply({ status, isAssigned })).toBe(row.requesterReplies[Number(isAssigned)])
  })
})

describe('assigning', () => {
  it.each([
    ['created', true, 'assigned'],
    ['assigned', false, 'created'],
    ['assigned', true, 'assigned'],
    ['in_progress', false, 'in_progress'],
    ['closed', true, 'closed'],
  ] as const)('a ticket that is %s (to somebody: %s) makes it %s', (status, toSomebody, after) => {
    expect(afterAssignment({ status, isAssigned: !toSomebody }, toSomebody)).toBe(after)
  })
})

it('never offers the move to where the ticket is, nor a reopening that contradicts its assignee', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ticketStatuses), fc.boolean(), (status, isAssigned) => {
      const moves = allowedMoves({ status, isAssigned })
      expect(moves).not.toContain(status)
      if (['resolved', 'closed', 'rejected'].includes(status)) expect(moves).toContain(reopenedStatus(isAssigned))
    }),
  )
})
