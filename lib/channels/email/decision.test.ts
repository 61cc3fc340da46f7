import { describe, expect, it } from 'vitest'
import { decide, type Read } from './decision'
import type { ParsedMail } from './parse'
import { decisionSchema, type Facts, type Found, factsSchema } from './schema'

const mail = (given: Partial<ParsedMail> = {}): ParsedMail => ({
  from: { email: 'ada@example.com', name: 'Ada' },
  senders: { from: [{ email: 'ada@example.com', name: 'Ada' }], replyTo: [], sender: [], returnPath: [] },
  to: [{ email: 'support@acme.localhost', name: '' }],
  cc: [],
  recipients: ['support@acme.localhost'],
  date: null,
  headers: [],
  text: 'It broke.',
  html: null,
  emptyFiles: [],
  events: [],
  protection: null,
  reports: [],
  enclosed: [],
  limits: [],
  subject: 'Help',
  messageId: 'm@example.com',
  refersTo: [],
  bodyText: 'It broke.',
  bodyHtml: null,
  quotedText: null,
  quotedHtml: null,
  files: [],
  filesLeftOut: [],
  ...given,
})

const withHeader = (name: string, value: string) => mail({ headers: [{ name, value }] })

/** What says to answer Ada, and is from somebody else. */
const fromAnother = (email: string) => {
  const from = { email, name: '' }
  return mail({ from, senders: { from: [from], replyTo: [{ email: 'ada@example.com', name: '' }], sender: [], returnPath: [] } })
}
const writer = { email: 'ada@example.com', name: '', by: 'reply_to' as const }

const ada = '00000000-0000-4000-8000-000000000001'
const ticketId = '00000000-0000-4000-8000-000000000002'

const known = (given = {}) => ({ contactId: ada, isBlocked: false, fromContactId: null, staffId: null, ...given })

const facts = (found: Partial<Found> | null = {}, given: Partial<Facts> = {}): Facts => ({
  receivedAt: '2026-11-26T09:00:00.000Z',
  gatheredAt: '2026-11-26T09:00:01.000Z',
  envelope: { recipient: 'support@acme.localhost', returnPath: null, clientIp: null, relays: [], authservIds: [] },
  authentication: null,
  verdict: null,
  attempt: 1,
  found: found && {
    sameAs: null,
    isIdTaken: false,
    isListIgnored: false,
    writer: null,
    answer: null,
    recent: { all: 0, alike: 0 },
    justAcknowledged: [],
    sender: known(),
    threads: [],
    isThreadGone: false,
    own: { addresses: ['support@acme.localhost', 'help@acme.example'], host: 'acme.localhost' },
    departmentId: null,
    ...found,
  },
  ...given,
})

const thread = (given = {}) => ({ by: 'reference' as const, ticketId, requesterId: ada, takesPart: false, status: 'in_progress', ...given })
const verdict = (given = {}) => ({ verdict: { spf: null, dkim: null, dmarc: null, isSpam: null, ...given } })

describe('what becomes of a message', () => {
  const cases: [string, Read, Facts, object][] = [
    ['a new one is a ticket', mail(), facts(), { kind: 'ticket', acknowledge: true }],
    ['a machine is not answered', withHeader('auto-submitted', 'auto-generated'), facts(), { kind: 'ticket', acknowledge: false }],
    ['the requester replies', mail(), facts({ threads: [thread()] }), { kind: 'reply', ticketId, acknowledge: true }],
    ['somebody else is noted', mail(), facts({ threads: [thread({ requesterId: 'x' })] }), { kind: 'note', why: 'unknown_sender' }],
    ['an unknown sender is noted', mail(), facts({ threads: [thread()], sender: null }), { kind: 'note', why: 'unknown_sender' }],
    [
      'the number leads only its requester',
      mail(),
      facts({ threads: [thread({ by: 'subject_number', requesterId: 'x' })] }),
      { kind: 'ticket' },
    ],
    [
      'whoever takes part replies',
      mail(),
      facts({ threads: [thread({ requesterId: 'x', takesPart: true })], blockedRecipients: [] }, verdict({ dmarc: 'pass' })),
      { kind: 'reply', ticketId, joins: true },
    ],
    [
      'whom a reply names that nobody checked takes no part',
      mail(),
      facts({ threads: [thread()], blockedRecipients: [] }),
      { kind: 'reply', ticketId, joins: false },
    ],
    [
      'nor whom one names that was found by its number',
      mail(),
      facts({ threads: [thread({ by: 'subject_number' })], blockedRecipients: [] }),
      { kind: 'reply', ticketId, joins: false },
    ],
    [
      'a proven stranger who says to answer the requester is noted',
      fromAnother('eve@evil.example'),
      facts({ writer, threads: [thread()], blockedRecipients: [] }, verdict({ dmarc: 'pass' })),
      { kind: 'note', why: 'unknown_sender' },
    ],
    [
      'also one of the same host',
      fromAnother('eve@example.com'),
      facts({ writer, threads: [thread()], blockedRecipients: [] }, verdict({ dmarc: 'pass' })),
      { kind: 'note', why: 'unknown_sender' },
    ],
    [
      'the requester under another address replies, and names nobody',
      fromAnother('ada@home.example'),
      facts({ writer, sender: known({ fromContactId: ada }), threads: [thread()], blockedRecipients: [] }, verdict({ dmarc: 'pass' })),
      { kind: 'reply', ticketId, joins: false },
    ],
    [
      'a form names nobody',
      fromAnother('forms@site.example'),
      facts({ writer, blockedRecipients: [] }, verdict({ dmarc: 'pass' })),
      { kind: 'ticket', joins: false },
    ],
    [
      'the number leads whoever takes part',
      mail(),
      facts({ threads: [thread({ by: 'subject_number', requesterId: 'x', takesPart: true })] }),
      { kind: 'reply', ticketId },
    ],
    [
      'who takes part speaks not without proof',
      mail(),
      facts({ threads: [thread({ requesterId: 'x', takesPart: true })] }, verdict({ dmarc: 'fail' })),
      { kind: 'note', why: 'unverified' },
    ],
    ['who is named takes part', mail(), facts({ blockedRecipients: [] }), { kind: 'ticket', joins: true }],
    ['of old facts nobody does', mail(), facts(), { kind: 'ticket', joins: false }],
    ['nor by a list', withHeader('list-id', '<l.example>'), facts({ blockedRecipients: [] }), { joins: false }],
    ['nor by a program', withHeader('auto-submitted', 'auto-generated'), facts({ blockedRecipients: [] }), { joins: false }],
    ['nor without proof', mail(), facts({ blockedRecipients: [] }, verdict({ dmarc: 'fail' })), { kind: 'ticket', joins: false }],
    ['the first of several', mail(), facts({ threads: [thread(), thread({ ticketId: 'y' })] }), { kind: 'reply', ticketId }],
    [
      'a failing proof is no reply',
      mail(),
      facts({ threads: [thread()] }, verdict({ dmarc: 'fail' })),
      { kind: 'note', why: 'unverified' },
    ],
    ['both checks failing are a failing proof', mail(), facts({}, verdict({ spf: 'fail', dkim: 'fail' })), { acknowledge: false }],
    ['one check passing is enough', mail(), facts({}, verdict({ spf: 'fail', dkim: 'pass' })), { acknowledge: true }],
    ['what was not checked is accepted', mail(), facts({}, verdict({ dmarc: 'temperror' })), { acknowledge: true }],
    ['spam is spam', mail(), facts({}, verdict({ isSpam: true })), { kind: 'spam', why: 'spam_verdict' }],
    [
      'a vacation notice is folded',
      withHeader('auto-submitted', 'auto-replied'),
      facts({ threads: [thread()] }),
      { kind: 'note', why: 'automatic_note' },
    ],
    [
      'also on a closed ticket',
      withHeader('auto-submitted', 'auto-replied'),
      facts({ threads: [thread({ status: 'closed' })] }),
      { kind: 'note', why: 'automatic_note' },
    ],
    [
      'one that continues nothing is ignored',
      withHeader('auto-submitted', 'auto-replied'),
      facts(),
      { kind: 'ignored', why: 'auto_reply' },
    ],
    [
      'what reads like one may be a person, and is looked at',
      { ...mail(), subject: 'Out of office: order 5', text: 'I am away until 7 December.' },
      facts(),
      { kind: 'attention', why: 'seems_automatic' },
    ],
    [
      'but is folded where it answers us',
      { ...mail(), subject: 'Out of office: order 5', text: 'I am away until 7 December.' },
      facts({ threads: [thread()] }),
      { kind: 'note', why: 'automatic_note' },
    ],
    [
      'a bounce of an open ticket is said there',
      withHeader('x-failed-recipients', 'nobody@example.com'),
      facts({ threads: [thread()] }),
      { kind: 'event', why: 'delivery_event' },
    ],
    [
      'a bounce of a closed one is ignored',
      withHeader('x-failed-recipients', 'nobody@example.com'),
      facts({ threads: [thread({ status: 'closed' })] }),
      { kind: 'ignored' },
    ],
    ['a list is a ticket that is not answered', withHeader('list-id', '<l.example>'), facts(), { kind: 'ticket', acknowledge: false }],
    ['our own mail that came back', withHeader('x-loop', 'support@acme.localhost'), facts(), { kind: 'attention', why: 'loop' }],
    ["another desk's mail is no loop", withHeader('x-loop', 'support@globex.localhost'), facts(), { kind: 'ticket' }],
    ['nobody wrote it', mail({ from: null }), facts({ sender: null }), { kind: 'attention', why: 'no_sender' }],
    [
      'a bounce that names nobody is a bounce still',
      { ...withHeader('x-failed-recipients', 'nobody@example.com'), from: null },
      facts({ threads: [thread()], sender: null }),
      { kind: 'event', why: 'delivery_event' },
    ],
    ['our own address', mail({ from: { email: 'x@acme.localhost', name: '' } }), facts(), { kind: 'ignored', why: 'own_address' }],
    ["a department's address", mail({ from: { email: 'help@acme.example', name: '' } }), facts(), { kind: 'ignored', why: 'own_address' }],
    ['a blocked sender', mail(), facts({ sender: known({ isBlocked: true }) }), { kind: 'ignored', why: 'blocked_sender' }],
    [
      'the same again',
      mail(),
      facts({ sameAs: { mailId: 'm', ticketId, messageId: null }, threads: [thread()] }),
      { kind: 'same', ticketId },
    ],
    ['what cannot be read', null, facts(null), { kind: 'attention', why: 'unreadable' }],
    ['what failed in every try', null, facts(null, { attempt: 4 }), { kind: 'attention', why: 'gave_up' }],
    ['a step that throws', { ...mail(), from: 1 as never }, facts(), { kind: 'attention', why: 'step_failed' }],
  ]
  it.each(cases)('%s', (_, read, given, expected) => {
    const decision = decide(read, given)
    expect(decision.outcome).toMatchObject(expected)
    expect(decisionSchema.parse(decision)).toEqual(decision)
    expect(decide(read, factsSchema.parse(JSON.parse(JSON.stringify(given))))).toEqual(decision)
    expect(decision.steps.at(-1)?.result).toBe('stop')
  })
})

it('decides from facts that were stored before senders were checked as it did then', () => {
  const { authentication: _, envelope, ...before } = facts({ threads: [thread()] })
  const stored = { ...before, envelope: { recipient: envelope.recipient, returnPath: null } }
  expect(decide(mail(), factsSchema.parse(stored))).toEqual(decide(mail(), facts({ threads: [thread()] })))
})

it('says of a mail without From that its sender was not checked, whatever the provider says', () => {
  const { steps } = decide(mail({ from: null }), facts({ sender: null }, verdict({ dmarc: 'pass' })))
  expect(steps).toContainEqual(expect.objectContaining({ step: 'authenticate', reason: 'not_checked' }))
})

it('folds nothing of what begins a ticket', () => {
  const { steps } = decide(mail({ quotedText: '> x' }), facts({ threads: [] }))
  expect(steps).toContainEqual(expect.objectContaining({ step: 'strip', reason: 'nothing_quoted' }))
})

it('says why, step by step', () => {
  expect(decide(mail({ quotedText: '> x' }), facts({ threads: [thread()] })).steps).toEqual([
    { step: 'parse', result: 'ok', reason: 'read' },
    { step: 'authenticate', result: 'ok', reason: 'not_checked' },
    { step: 'classify', result: 'ok', reason: 'human' },
    { step: 'thread', result: 'ok', reason: 'reference' },
    { step: 'strip', result: 'ok', reason: 'folded' },
    { step: 'sender', result: 'ok', reason: 'known_contact' },
    { step: 'command', result: 'stop', reason: 'requester_reply' },
  ])
})
