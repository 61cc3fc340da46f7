import { z } from 'zod'
import { instant } from '../../core/page'
import { reference } from '../../core/schema'

export * from './values'

export const mailStatuses = ['received', 'delivered', 'ignored', 'attention', 'spam'] as const
export type MailStatus = (typeof mailStatuses)[number]

/** What is kept beside the tickets, until a person does something with it. */
export const keptStatuses = ['attention', 'ignored', 'spam'] as const
export type KeptStatus = (typeof keptStatuses)[number]

export const classifications = ['human', 'auto-reply', 'bounce', 'complaint', 'list', 'report'] as const
export type Classification = (typeof classifications)[number]

/** What the provider, or we, found of who sent a message. */
export const verdicts = ['pass', 'fail', 'none', 'temperror'] as const
const verdict = z.enum(verdicts).nullable()
const verdictsOf = { spf: verdict, dkim: verdict, dmarc: verdict }
const verdictSchema = z.object({ ...verdictsOf, isSpam: z.boolean().nullable() })
export type Verdict = z.output<typeof verdictSchema>
export type Verdicts = Omit<Verdict, 'isSpam'>

/** What was found of a sender: by a host that is trusted, as its header says, or by us, from the DNS. */
const authenticationSchema = z.object({
  ...verdictsOf,
  by: z.enum(['header', 'dns']),
  /** What a forwarder vouches for; `pass` for one that is known to be honest. */
  arc: verdict,
  /** What passed of SPF and DKIM is of the domain that From names. */
  isAligned: z.boolean(),
  /** Who handed the message over; null when it is not known, so that SPF says nothing. */
  clientIp: z.string().nullable(),
  answers: z.array(z.object({ name: z.string(), type: z.string(), found: z.array(z.string()), code: z.string().nullable() })),
})
export type Authentication = z.output<typeof authenticationSchema>

const threadFact = z.object({
  by: z.enum(['reference', 'reply_address', 'subject_number', 'common_root']),
  ticketId: z.string(),
  requesterId: z.string(),
  /** Whether the sender takes part in it, beside its requester; where From does not name the writer, the one in From. */
  takesPart: z.boolean().default(false),
  status: z.string(),
})
export type ThreadFact = z.output<typeof threadFact>

const staffAnswer = z.object({
  ticketId: z.string(),
  isNote: z.boolean(),
  /** Whose address it was sent to, where they are the one in From. */
  personId: z.string().nullable(),
  /** Whether they may, as they and the ticket were then. */
  isAllowed: z.boolean(),
})
export type StaffAnswer = z.output<typeof staffAnswer>

const found = z.object({
  /** The same message, which came before. */
  sameAs: z.object({ mailId: z.string(), ticketId: z.string().nullable(), messageId: z.string().nullable() }).nullable(),
  /** Another message has this Message-ID. */
  isIdTaken: z.boolean(),
  /** Who is taken to have written it; null in facts that are older, where it is From. */
  writer: z
    .object({ email: z.string(), name: z.string(), by: z.enum(['from', 'reply_to', 'list', 'other']) })
    .nullable()
    .default(null),
  sender: z
    .object({
      contactId: z.string().nullable(),
      isBlocked: z.boolean(),
      /** Of the address in From, where the writer has another. */
      fromContactId: z.string().nullable().default(null),
      /** The member of staff whose address is in From. */
      staffId: z.string().nullable().default(null),
    })
    .nullable(),
  /** Of those it is sent to, who is blocked. Before that was asked, nobody whom a message named took part. */
  blockedRecipients: z.array(z.string()).optional(),
  /** It came through a mailing list that is ignored. */
  isListIgnored: z.boolean().default(false),
  /** Tickets that it may continue, the likeliest first. */
  threads: z.array(threadFact),
  /** It refers to something of ours that is no more. */
  isThreadGone: z.boolean(),
  /** Addresses of this workspace, and the host of all others. */
  own: z.object({ addresses: z.array(z.string()), host: z.string() }),
  /** What came from the same sender in the hour before, and how much of it said the same. */
  recent: z.object({ all: z.number().int(), alike: z.number().int() }).default({ all: 0, alike: 0 }),
  /** Subjects under which the sender was told a moment ago that something of theirs came in: a program may answer that. */
  justAcknowledged: z.array(z.string()).default([]),
  /** What a member of staff answers from their own mailbox. */
  answer: staffAnswer.nullable().default(null),
  /** Where a new ticket goes: the department of the first of our addresses in To. */
  departmentId: z.string().nullable(),
})
export type Found = z.output<typeof found>

/** What is known of a message before anything looks into it. */
export const receivedSchema = z.object({
  receivedAt: z.string(),
  envelope: z.object({
    recipient: z.string(),
    returnPath: z.string().nullable(),
    /** The host that brought it, where the provider says. */
    clientIp: z.string().nullable().default(null),
    /** The provider's own hosts, whose Received headers are believed. */
    relays: z.array(z.string()).default([]),
    /** Whose Authentication-Results are believed beside those that the operator names. */
    authservIds: z.array(z.string()).default([]),
  }),
  verdict: verdictSchema.nullable(),
  /** Which try it is; what failed in all tries is tried no more. */
  attempt: z.number().int(),
})
export type Received = z.output<typeof receivedSchema>

/** All that a decision depends on beside the raw bytes, as it was known then. */
export const factsSchema = receivedSchema.extend({
  gatheredAt: z.string(),
  /** Null where the provider has said, or nobody was asked. */
  authentication: authenticationSchema.nullable().default(null),
  /** Null for a message that could not be read. */
  found: found.nullable(),
})
export type Facts = z.output<typeof factsSchema>

export const mailSteps = ['parse', 'authenticate', 'classify', 'thread', 'strip', 'sender', 'command'] as const
export type MailStep = (typeof mailSteps)[number]

/** Why a step ended as it did; each is a sentence of the catalogue, `settingsPages.mail.reasons`. */
export const mailReasons = [
  'read',
  'unreadable',
  'gave_up',
  'pass',
  'fail',
  'not_checked',
  'human',
  'machine',
  'no_reply',
  'auto_reply',
  'bounce',
  'complaint',
  'list',
  'mail_report',
  'spam_verdict',
  'loop',
  'reference',
  'reply_address',
  'subject_number',
  'common_root',
  'not_taking_part',
  'ticket_gone',
  'no_thread',
  'folded',
  'nothing_quoted',
  'no_sender',
  'own_address',
  'blocked_sender',
  'ignored_list',
  'reply_to',
  'list_writer',
  'known_contact',
  'new_contact',
  'same_message',
  'new_ticket',
  'forwarded',
  'forward_not_verified',
  'requester_reply',
  'participant_reply',
  'unknown_sender',
  'automatic_note',
  'delivery_event',
  'too_many',
  'unverified',
  'staff_reply',
  'staff_note',
  'answer_not_theirs',
  'answer_not_verified',
  'answer_not_allowed',
  'answer_by_machine',
  'nothing_to_continue',
  'seems_automatic',
  'step_failed',
] as const
export type MailReason = (typeof mailReasons)[number]
const reason = z.enum(mailReasons)

const stepSchema = z.object({ step: z.enum(mailSteps), result: z.enum(['ok', 'stop']), reason })
export type StepResult = z.output<typeof stepSchema>

/** Whether the people in To and Cc take part from then on. */
const joins = z.boolean().default(false)

const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ticket'),
    departmentId: z.string().nullable(),
    acknowledge: z.boolean(),
    joins,
    /** The member of staff who passed on what somebody wrote to them. */
    forwardedBy: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal('reply'), ticketId: z.string(), acknowledge: z.boolean(), joins }),
  z.object({ kind: z.literal('answer'), ticketId: z.string(), personId: z.string(), isNote: z.boolean() }),
  z.object({ kind: z.literal('note'), ticketId: z.string(), why: reason }),
  z.object({ kind: z.literal('event'), ticketId: z.string(), why: reason }),
  z.object({ kind: z.literal('same'), mailId: z.string(), ticketId: z.string().nullable(), messageId: z.string().nullable() }),
  z.object({ kind: z.literal('ignored'), why: reason }),
  z.object({ kind: z.literal('spam'), why: reason }),
  z.object({ kind: z.literal('attention'), why: reason }),
])
export type Outcome = z.output<typeof outcome>
export const outcomeKinds = [
  'ticket',
  'reply',
  'answer',
  'note',
  'event',
  'same',
  'ignored',
  'spam',
  'attention',
] as const satisfies readonly Outcome['kind'][]

export const decisionSchema = z.object({ steps: z.array(stepSchema), classification: z.enum(classifications).nullable(), outcome })
export type Decision = z.output<typeof decisionSchema>

/** What two results of one kind may differ in. */
const outcomeParts = ['ticket', 'department', 'acknowledgement', 'participants', 'person'] as const
export type OutcomePart = (typeof outcomeParts)[number]

/** What came of deciding a message again. */
export const replayOutput = z.object({
  id: z.uuid(),
  isSame: z.boolean().describe('Whether it was decided again as it was stored.'),
  before: z.enum(outcomeKinds).nullable(),
  after: z.enum(outcomeKinds),
  changes: z
    .array(z.object({ step: z.enum(mailSteps), before: reason.nullable(), after: reason.nullable() }))
    .describe('Steps that end otherwise.'),
  parts: z.array(z.enum(outcomeParts)).describe('What differs in a result of the same kind.'),
})
export type Replay = z.output<typeof replayOutput>

const personSchema = z.object({ address: z.string().nullable(), name: z.string() })

/** A message in a list. */
export const mailItem = z.object({
  id: z.uuid(),
  status: z.enum(mailStatuses),
  from: personSchema,
  recipient: z.string().describe('The address that it came to, as the envelope says: To may name others, or nobody.'),
  mailbox: reference.nullable().describe('The mailbox that it was fetched from; null where it came another way.'),
  subject: z.string(),
  classification: z.enum(classifications).nullable(),
  reason: reason.nullable().describe('Why it was ignored or kept, so that a list says so without its steps.'),
  ticketId: z.uuid().nullable(),
  receivedAt: instant.describe('When it came in, by which lists are sorted; its own Date says what its sender wants.'),
})
export type MailItem = z.output<typeof mailItem>

/** An email as it came in or went out, as text. */
export const mailSource = z.object({
  /** In order, each on one line, as they stand there. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The beginning of it, headers included. */
  text: z.string(),
  isCut: z.boolean(),
  size: z.number().int(),
})

/** What a person may do with a message that is kept. */
export const recoveries = ['ticket', 'attach', 'ignore', 'block', 'restore'] as const
export type Recovery = (typeof recoveries)[number]

/** One message, as it is read from its raw bytes, and what was decided. */
export const mailOutput = mailItem.extend({
  to: z.array(z.string()),
  cc: z.array(z.string()),
  messageId: z.string(),
  list: z
    .object({ id: z.string(), name: z.string(), isIgnored: z.boolean() })
    .nullable()
    .describe('The mailing list that it came through, and whether what comes from there is ignored.'),
  text: z.string(),
  quoted: z.string().nullable(),
  html: z.string().nullable(),
  quotedHtml: z.string().nullable().describe('What was quoted as it was formatted, sanitised like `html`.'),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), size: z.number().int(), inline: z.boolean() })),
  authentication: z.enum(['pass', 'fail', 'not_checked']),
  reasons: z.array(reason),
  steps: z.array(stepSchema),
  /** Whether its sender was told that it came in. */
  acknowledged: z.boolean(),
  commentId: z.uuid().nullable(),
  detail: z.string().nullable().describe('What kept it from being read, as the program says it.'),
  undelivered: z
    .array(z.object({ mailId: z.uuid(), email: z.string(), isSuppressed: z.boolean() }))
    .describe('Addresses that it says do not work, with the email that did not reach them.'),
  recoveries: z.array(z.enum(recoveries)).describe('What the caller may have done with it by `/recover`.'),
})
export type MailOutput = z.output<typeof mailOutput>
