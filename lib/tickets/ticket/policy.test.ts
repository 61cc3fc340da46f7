import { describe, expect, it } from 'vitest'
import type { Actor, GrantOnObject } from '../../actor/actor'
import { type Permission, permissionNames } from '../../actor/permissions'
import { personActor as person } from '../../testing/actors'
import { abilitiesOn, canDelete, canView, type TicketFacts } from './policy'
import { ticketStatuses } from './workflow'

const ticket: TicketFacts = {
  id: 'ticket',
  status: 'in_progress',
  departmentId: 'billing',
  requesterId: 'requester',
  organisationId: 'acme',
  assigneeId: 'colleague',
  isPublic: true,
  isWatchedByActor: false,
  isMerged: false,
}

const every = ['ticket.view', 'ticket.reply', 'ticket.note', 'ticket.assign', 'ticket.update'] as const
const grants = (objectType: GrantOnObject['objectType'], objectId: string, permissions: readonly Permission[] = every) =>
  permissions.map((permission) => ({ permission, objectType, objectId }))
const only = (...permissions: Permission[]) => new Set(permissions)

const staff = 'view reply note assign update close'
const rows: { who: string; actor: Actor; on?: Partial<TicketFacts>; may: string }[] = [
  { who: 'nobody', actor: { kind: 'anonymous' }, may: '' },
  { who: 'a platform operator', actor: { kind: 'platform', id: 'me', name: 'Op', email: 'op@example.com', sessionId: 's' }, may: '' },
  { who: 'the product itself', actor: { kind: 'system', name: 'mail' }, may: `${staff} delete` },
  { who: 'an owner', actor: person({ role: 'owner' }), may: `${staff} delete` },
  { who: 'an admin', actor: person({ role: 'admin' }), may: `${staff} delete` },
  { who: 'an admin, after it was merged', actor: person({ role: 'admin' }), on: { isMerged: true }, may: 'view delete' },
  { who: 'the product itself, after it was merged', actor: { kind: 'system', name: 'mail' }, on: { isMerged: true }, may: 'view delete' },
  { who: 'a moderator', actor: person({ role: 'moderator' }), may: `${staff} delete` },
  { who: 'a moderator whose token only views', actor: person({ role: 'moderator', permissions: only('ticket.view') }), may: 'view' },
  { who: 'an agent of its department', actor: person({ departmentIds: ['sales', 'billing'] }), may: staff },
  { who: 'an agent of another department', actor: person({ departmentIds: ['sales'] }), may: '' },
  { who: 'an agent of no department, the ticket in none', actor: person({}), on: { departmentId: null }, may: '' },
  { who: 'its assignee', actor: person({}), on: { assigneeId: 'me' }, may: staff },
  { who: 'a watcher of it', actor: person({}), on: { isWatchedByActor: true }, may: staff },
  {
    who: 'an agent of its department who only views, granted all elsewhere',
    actor: person({
      permissions: only('ticket.view'),
      departmentIds: ['billing'],
      grants: [...grants('ticket', 'other'), ...grants('department', 'sales'), ...grants('kb_category', 'ticket')],
    }),
    may: 'view',
  },
  { who: 'an agent granted all on another ticket', actor: person({ grants: grants('ticket', 'other') }), may: '' },
  { who: 'an agent granted all on another department', actor: person({ grants: grants('department', 'sales') }), may: '' },
  { who: 'an agent granted all on a department of the id', actor: person({ grants: grants('department', 'ticket') }), may: '' },
  { who: 'an agent granted all on it', actor: person({ grants: grants('ticket', 'ticket') }), may: staff },
  { who: 'an agent granted all on its department', actor: person({ grants: grants('department', 'billing') }), may: staff },
  { who: 'an agent granted the view of it', actor: person({ grants: grants('ticket', 'ticket', ['ticket.view']) }), may: 'view' },
  {
    who: 'an agent granted to note and to assign it',
    actor: person({ grants: grants('ticket', 'ticket', ['ticket.note', 'ticket.assign']) }),
    may: 'note assign',
  },
  { who: 'an agent who is its requester', actor: person({ contactId: 'requester' }), may: '' },
  { who: 'its requester', actor: person({ role: 'customer', contactId: 'requester' }), may: 'view reply close' },
  {
    who: 'its requester, after it was merged',
    actor: person({ role: 'customer', contactId: 'requester' }),
    on: { isMerged: true },
    may: 'view',
  },
  { who: 'another customer', actor: person({ role: 'customer', contactId: 'neighbour' }), may: '' },
  { who: 'a customer who is no contact', actor: person({ role: 'customer' }), may: '' },
  {
    who: 'a customer with everything in a custom role',
    actor: person({ role: 'customer', contactId: 'requester', permissions: new Set(permissionNames) }),
    may: 'view reply close',
  },
  {
    who: 'a customer whose organisation shares',
    actor: person({ role: 'customer', contactId: 'neighbour', sharedOrganisationId: 'acme' }),
    may: 'view reply close',
  },
  {
    who: 'a customer whose organisation shares, the requester in none',
    actor: person({ role: 'customer', contactId: 'neighbour', sharedOrganisationId: null }),
    on: { organisationId: null },
    may: '',
  },
  { who: 'a customer in its department', actor: person({ role: 'customer', departmentIds: ['billing'] }), may: '' },
  {
    who: 'its requester by a link about it',
    actor: person({ role: 'customer', contactId: 'requester', onlyTicketId: 'ticket' }),
    may: 'view reply close',
  },
  {
    who: 'its requester by a link about another',
    actor: person({ role: 'customer', contactId: 'requester', onlyTicketId: 'other' }),
    may: '',
  },
]

describe.each(rows)('$who', ({ actor, on, may }) => {
  it(`may ${may || 'nothing'}`, () => {
    const facts = { ...ticket, ...on, isTooLate: false, asksRating: true }
    const able: Record<string, unknown> = {
      view: canView(actor, facts),
      ...abilitiesOn(actor, facts),
      delete: canDelete(actor, facts),
    }
    expect(Object.keys(able).filter((name) => able[name] === true)).toEqual(may.split(' ').filter(Boolean))
  })
})

const agent = person({ departmentIds: ['billing'] })
const requester = person({ role: 'customer', contactId: 'requester' })
const colleague = person({ role: 'customer', contactId: 'neighbour', sharedOrganisationId: 'acme' })

/** What depends on the status: draft, created, assigned, in_progress, hold, resolved, closed, rejected. */
const byStatus = [
  { who: 'an agent', actor: agent, able: 'reply', may: '-+++++++' },
  { who: 'a requester', actor: requester, able: 'reply', may: '-+++++++' },
  { who: 'an agent', actor: agent, able: 'note', may: '++++++++' },
  { who: 'an agent', actor: agent, able: 'close', may: '-+++++--' },
  { who: 'a requester', actor: requester, able: 'close', may: '-+++++--' },
  { who: 'an agent', actor: agent, able: 'reopen', may: '-----+++' },
  { who: 'an agent', actor: agent, isTooLate: true, able: 'reopen', may: '-----+++' },
  { who: 'a requester', actor: requester, able: 'reopen', may: '-----+++' },
  { who: 'a requester', actor: requester, isTooLate: true, able: 'reopen', may: '--------' },
  { who: 'an agent', actor: agent, able: 'rate', may: '--------' },
  { who: 'a requester', actor: requester, able: 'rate', may: '-----++-' },
  { who: 'a requester', actor: requester, isTooLate: true, able: 'rate', may: '--------' },
  { who: 'a requester', actor: requester, asksRating: false, able: 'rate', may: '--------' },
  { who: 'a colleague of theirs', actor: colleague, able: 'reply', may: '-+++++++' },
  { who: 'a colleague of theirs', actor: colleague, able: 'rate', may: '--------' },
] as const

it('lets nobody do anything with a merged ticket in any status but look at it', () => {
  for (const { actor } of [{ actor: agent }, { actor: requester }])
    for (const status of ticketStatuses) {
      const { moves, ...able } = abilitiesOn(actor, { ...ticket, status, isMerged: true, isTooLate: false, asksRating: true })
      expect([...moves, ...Object.values(able).filter(Boolean)], status).toEqual([])
    }
})

it.each(byStatus.map((row) => ({ isTooLate: false, asksRating: true, ...row })))(
  '$able of $who, too late: $isTooLate',
  ({ actor, able, isTooLate, asksRating, may }) => {
    const shown = ticketStatuses.map((status) => (abilitiesOn(actor, { ...ticket, status, isTooLate, asksRating })[able] ? '+' : '-'))
    expect(shown.join('')).toBe(may)
  },
)

it('offers moves to whoever may update it, and only those that the workflow has', () => {
  expect(abilitiesOn(agent, { ...ticket, isTooLate: false, asksRating: true }).moves).toEqual(['hold', 'resolved', 'rejected'])
  expect(abilitiesOn(agent, { ...ticket, status: 'resolved', isTooLate: false, asksRating: true }).moves).toEqual(['closed', 'assigned'])
  expect(abilitiesOn(requester, { ...ticket, isTooLate: false, asksRating: true }).moves).toEqual([])
})
