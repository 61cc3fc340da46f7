import { expect, it } from 'vitest'
import type { PersonActor } from '../../actor/actor'
import { attributeEntries } from './attributes'
import { type TicketRow, ticketRow, toCustomerView, toStaffView } from './queries'
import { emptyOf, isShown, type TicketOutput, ticketOutput } from './schema'

const customer: PersonActor = {
  kind: 'person',
  id: 'person',
  name: 'Amina',
  email: 'amina@example.com',
  role: 'customer',
  locale: 'en',
  timeZone: 'UTC',
  permissions: new Set(['ticket.view', 'ticket.reply']),
  departmentIds: [],
  grants: [],
  contactId: 'requester',
  sharedOrganisationId: null,
  sessionId: 'session',
  via: 'cookie',
  onlyTicketId: null,
}

const at = (hour: number) => new Date(Date.UTC(2020, 0, 1, hour))
const later = (days: number) => new Date(Date.UTC(2100, 0, days))
const clock = (dueAt: Date): TicketRow['clocks'][number] => ({
  metric: 'first_response',
  startedAt: at(0),
  dueAt,
  pausedAt: null,
  breachedAt: null,
  overrun: null,
  targetMinutes: 60,
})

/** Columns that are not listed here hold nothing. */
const blank = Object.fromEntries(Object.keys(ticketRow.shape).map((name) => [name, null])) as unknown as TicketRow

const open: TicketRow = {
  ...blank,
  id: 'ticket',
  number: 'T-1',
  version: 7,
  publicVersion: 3,
  title: 'Printer',
  status: 'assigned',
  priority: 'low',
  source: 'web',
  departmentId: 'department',
  departmentName: 'Support',
  requesterId: 'requester',
  requesterName: 'Amina',
  organisationId: null,
  requesterEmail: 'amina@example.com',
  creatorName: 'Amina K.',
  creatorEmail: 'private@example.com',
  creatorPhone: '+255 700 000',
  customerTier: 'premium',
  isPublic: true,
  firstOpenedAt: at(2),
  type: 'incident',
  categoryId: 'category',
  categoryName: 'Hardware',
  dueAt: at(9),
  archivedAt: at(10),
  fields: { colour: 'red', margin: 3 },
  publicFields: { colour: 'red' },
  assigneeId: 'assignee',
  assigneeName: 'Baraka',
  isWatchedByActor: false,
  mergedInto: null,
  snippet: 'It is broken.',
  messageCount: 5,
  publicMessageCount: 2,
  hasNewReply: true,
  createdAt: at(1),
  updatedAt: at(11),
  publicUpdatedAt: at(8),
  firstResponseAt: null,
  resolvedAt: null,
  closedAt: null,
  statusReason: 'reason',
  heldAt: null,
  holdUntil: at(14),
  remindedAt: at(15),
  reopenCount: 1,
  tags: ['vip'],
  clocks: [clock(later(1))],
  rating: 'good',
  ratingComment: 'Quick',
  rules: { closeAfterDays: 4, reopenDays: 5, asksRating: true },
}
const resolved: TicketRow = { ...open, status: 'resolved', resolvedAt: at(3) }

/** Attributes for staff: the same on every ticket. */
const ofStaff = Object.fromEntries(
  attributeEntries.flatMap(([key, attribute]) =>
    isShown(attribute) && attribute.visibleTo === 'staff' ? [[key, emptyOf(attribute)]] : [],
  ),
)

it('a customer sees exactly this of a ticket', () => {
  expect(toCustomerView(customer, open)).toStrictEqual({
    ...ofStaff,
    id: 'ticket',
    number: 'T-1',
    version: 3,
    title: 'Printer',
    status: 'assigned',
    priority: 'low',
    source: 'web',
    department: { id: 'department', name: 'Support' },
    category: { id: 'category', name: 'Hardware' },
    fields: { colour: 'red' },
    requester: { id: 'requester', name: 'Amina', email: 'amina@example.com' },
    assignee: { id: 'assignee', name: 'Baraka' },
    snippet: 'It is broken.',
    messageCount: 2,
    createdAt: at(1),
    updatedAt: at(8),
    firstResponseAt: null,
    resolvedAt: null,
    closedAt: null,
    statusReason: null,
    closesAt: null,
    reopenCount: 1,
    answerBy: later(1),
    abilities: { reply: true, note: false, assign: false, update: false, close: true, reopen: false, rate: false, moves: [] },
    rating: 'good',
    ratingComment: 'Quick',
    creatorName: 'Amina K.',
    isPublic: true,
    // For staff: the same on every ticket.
    creatorEmail: null,
    creatorPhone: null,
    customerTier: null,
    firstOpenedAt: null,
    type: null,
    dueAt: null,
    archivedAt: null,
    hasNewReply: false,
    tags: [],
    holdUntil: null,
    clocks: [],
  })
})

/** For each thing that is known of a ticket: another value, and what a customer sees of the difference. Of what is not listed, nothing. */
const sources: { [K in keyof TicketRow]?: [another: TicketRow[K], seen: (keyof TicketOutput)[], on?: TicketRow] } = {
  id: ['other', ['id']],
  number: ['T-2', ['number']],
  version: [8, []],
  publicVersion: [4, ['version']],
  title: ['Other', ['title']],
  status: ['in_progress', ['answerBy', 'status']],
  priority: ['high', ['priority']],
  source: ['email', ['source']],
  departmentId: ['other', ['department']],
  departmentName: ['Other', ['department']],
  requesterId: ['other', ['requester', 'abilities', 'ratingComment']],
  requesterName: ['Other', ['requester']],
  organisationId: ['other', []],
  requesterEmail: ['other@example.com', ['requester']],
  creatorName: ['Other', ['creatorName']],
  creatorEmail: ['other@example.com', []],
  creatorPhone: ['other', []],
  customerTier: ['basic', []],
  isPublic: [false, ['isPublic']],
  firstOpenedAt: [null, []],
  type: ['task', []],
  categoryId: ['other', ['category']],
  categoryName: ['Other', ['category']],
  dueAt: [at(23), []],
  archivedAt: [null, []],
  fields: [{ colour: 'blue', margin: 4 }, []],
  publicFields: [{ colour: 'blue' }, ['fields']],
  assigneeId: ['other', ['assignee']],
  assigneeName: ['Other', ['assignee']],
  isWatchedByActor: [true, []],
  mergedInto: ['T-2', ['abilities']],
  snippet: ['Other', ['snippet']],
  messageCount: [6, []],
  publicMessageCount: [6, ['messageCount']],
  hasNewReply: [false, []],
  createdAt: [at(23), ['createdAt']],
  updatedAt: [at(23), []],
  publicUpdatedAt: [at(23), ['updatedAt']],
  firstResponseAt: [at(23), ['firstResponseAt']],
  resolvedAt: [at(23), ['resolvedAt', 'closesAt'], resolved],
  closedAt: [at(23), ['closedAt']],
  statusReason: ['other', []],
  heldAt: [at(23), []],
  holdUntil: [at(23), []],
  remindedAt: [at(23), []],
  reopenCount: [2, ['reopenCount']],
  tags: [['other'], []],
  clocks: [[clock(later(2))], ['answerBy']],
  rating: ['bad', ['rating']],
  ratingComment: ['other', ['ratingComment']],
  rules: [{ closeAfterDays: 6, reopenDays: 7, asksRating: false }, ['closesAt', 'abilities'], resolved],
}

const seenOf = (before: TicketRow, after: TicketRow) => {
  const [one, other] = [toCustomerView(customer, before), toCustomerView(customer, after)]
  const keys = Object.keys(one) as (keyof TicketOutput)[]
  return keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key])).sort()
}

it.each(Object.keys(ticketRow.shape) as (keyof TicketRow)[])('%s shows through where it may', (name) => {
  const [another, seen, on = open] = sources[name] ?? ['other', []]
  expect(seenOf(on, { ...on, [name]: another })).toEqual([...seen].sort())
})

it('a hold looks like work in progress, and why a request was rejected is said', () => {
  const held: TicketRow = { ...open, status: 'hold', heldAt: at(5), holdUntil: at(30), statusReason: 'waits for the supplier' }
  expect(seenOf({ ...open, status: 'in_progress' }, held)).toEqual([])
  expect(toCustomerView(customer, { ...open, status: 'rejected' }).statusReason).toBe('reason')
})

it('both views fill the whole output', () => {
  const names = Object.keys(ticketOutput.shape).sort()
  expect(Object.keys(toCustomerView(customer, open)).sort()).toEqual(names)
  expect(Object.keys(toStaffView(customer, open)).sort()).toEqual(names)
})
