import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterAgentReply,
  afterAssignment,
  afterRequesterReply,
  allowedMoves,
  isPastReopening,
  nextScheduledTransition,
  reopenedStatus,
  type TicketStatus,
  type Times,
  ticketStatuses,
} from './workflow'

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
  ] as const)('a ticket that is %s (to someone: %s) makes it %s', (status, toSomebody, after) => {
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

describe('what time does next', () => {
  const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 2, day, hour))
  const rules = { closeAfterDays: 3, reopenDays: 7 }
  const none: Times = { status: 'created', heldAt: null, holdUntil: null, remindedAt: null, resolvedAt: null, closedAt: null }
  it.each([
    ['an open ticket', { status: 'in_progress' }, null],
    ['a hold with a near end', { status: 'hold', heldAt: at(1), holdUntil: at(2) }, { what: 'wake', at: at(2) }],
    ['a hold with a far end', { status: 'hold', heldAt: at(1), holdUntil: at(20) }, { what: 'remind', at: at(4) }],
    [
      'a hold whose people were reminded',
      { status: 'hold', heldAt: at(1), holdUntil: at(20), remindedAt: at(4, 5) },
      { what: 'remind', at: at(7, 5) },
    ],
    ['a hold that ends as a reminder is due', { status: 'hold', heldAt: at(1), holdUntil: at(4) }, { what: 'wake', at: at(4) }],
    ['a hold without an end', { status: 'hold', heldAt: at(1) }, { what: 'remind', at: at(4) }],
    ['a hold from before there were times', { status: 'hold' }, null],
    ['a resolved ticket', { status: 'resolved', resolvedAt: at(1, 9) }, { what: 'close', at: at(4, 9) }],
    ['a closed ticket', { status: 'closed', resolvedAt: at(1), closedAt: at(1) }, null],
    ['a rejected ticket', { status: 'rejected', resolvedAt: at(1) }, null],
  ] as [string, Partial<Times>, unknown][])('to %s', (_, given, turn) => {
    expect(nextScheduledTransition({ ...none, ...given }, rules)).toEqual(turn)
  })

  it('never closes where the workspace does not want it', () => {
    expect(nextScheduledTransition({ ...none, status: 'resolved', resolvedAt: at(1) }, { ...rules, closeAfterDays: 0 })).toBeNull()
  })

  it('lets an answer open a closed ticket again within its days, to the moment', () => {
    const closed = { status: 'closed', closedAt: at(1) } as const
    expect(isPastReopening(closed, rules, new Date(at(8).getTime() - 1))).toBe(false)
    expect(isPastReopening(closed, rules, at(8))).toBe(true)
    expect(isPastReopening(closed, { ...rules, reopenDays: 0 }, at(1))).toBe(true)
    expect(isPastReopening({ status: 'resolved', closedAt: null }, rules, at(30))).toBe(false)
  })

  it('is always later than what began it, and never both', () => {
    const date = fc.date({ min: at(1), max: at(28), noInvalidDate: true })
    fc.assert(
      fc.property(fc.constantFrom(...ticketStatuses), date, fc.option(date), (status, began, until) => {
        const turn = nextScheduledTransition({ ...none, status, heldAt: began, holdUntil: until, resolvedAt: began }, rules)
        if (turn?.what === 'close') expect(status).toBe('resolved')
        else if (turn) expect(status).toBe('hold')
        if (turn && turn.what !== 'wake') expect(turn.at.getTime() - began.getTime()).toBe(3 * 86_400_000)
      }),
    )
  })
})
