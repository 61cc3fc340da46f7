import { z } from 'zod'
import { instant, pageOf } from '../core/page'

export const ticketStatuses = ['draft', 'created', 'assigned', 'in_progress', 'hold', 'resolved', 'closed', 'rejected'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

export const priorities = ['low', 'medium', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

export const sources = ['email', 'web', 'phone', 'chat', 'chatbot', 'api', 'internal', 'customer_portal'] as const
export type TicketSource = (typeof sources)[number]

const statusAliases: Record<string, TicketStatus> = {
  open: 'in_progress',
  submitted: 'created',
  pending: 'hold',
  on_hold: 'hold',
  postponed: 'hold',
}
const priorityAliases: Record<string, Priority> = { P1: 'urgent', P2: 'high', P3: 'medium', P4: 'low', critical: 'urgent' }

/** Statuses by our names and by those other systems use. */
export const statusInput = z.preprocess((value) => statusAliases[String(value)] ?? value, z.enum(ticketStatuses))
export const priorityInput = z.preprocess((value) => priorityAliases[String(value)] ?? value, z.enum(priorities))

export const maxBodyLength = 200_000
export const ticketTitle = z
  .string()
  .trim()
  .min(1, 'Say in a few words what it is about.')
  .max(200, 'Keep the title within 200 characters.')
export const messageBody = z.string().trim().min(1, 'Write something first.').max(maxBodyLength, 'This text is too long.')
export const emailInput = z.string().trim().toLowerCase().max(254).pipe(z.email('This is not an email address.'))
export const personName = z.string().trim().min(1, 'Enter a name.').max(120)

const ref = z.object({ id: z.uuid(), name: z.string() })

export const ticketAbilities = z.object({
  reply: z.boolean(),
  note: z.boolean(),
  assign: z.boolean(),
  update: z.boolean(),
  /** What requesters do themselves: say that it is settled, or that it is not. */
  close: z.boolean(),
  reopen: z.boolean(),
  /** Statuses the caller may set now. */
  moves: z.array(z.enum(ticketStatuses)),
})

export const ticketOutput = z.object({
  id: z.uuid(),
  number: z.string(),
  version: z.number().int(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  source: z.enum(sources),
  department: ref.nullable(),
  requester: ref.extend({ email: z.string().nullable() }),
  assignee: ref.nullable(),
  snippet: z.string(),
  messageCount: z.number().int(),
  hasNewReply: z.boolean(),
  createdAt: instant,
  updatedAt: instant,
  firstResponseAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  closedAt: instant.nullable(),
  /** Why it is on hold, was rejected or opened again; a customer sees why it was rejected. */
  statusReason: z.string().nullable(),
  /** For staff. */
  tags: z.array(z.string()),
  /** When a hold ends by itself; for staff. */
  holdUntil: instant.nullable(),
  /** When a resolved ticket closes by itself. */
  closesAt: instant.nullable(),
  reopenCount: z.number().int(),
  abilities: ticketAbilities,
})
export type TicketOutput = z.output<typeof ticketOutput>
export const ticketPage = pageOf(ticketOutput)

export const messageOutput = z.object({
  id: z.uuid(),
  kind: z.enum(['description', 'reply', 'note']),
  author: z.object({ kind: z.enum(['contact', 'person', 'system']), id: z.uuid().nullable(), name: z.string() }),
  bodyText: z.string(),
  bodyHtml: z.string().nullable(),
  quotedText: z.string().nullable(),
  isStranger: z.boolean(),
  source: z.enum(sources),
  createdAt: instant,
})
export type MessageOutput = z.output<typeof messageOutput>

const maxTags = 20
/** Small letters, words tied together, no two the same: "VIP Customer" and "vip-customer" are one tag. */
export const tagInput = z
  .string()
  .transform((text) =>
    text
      .normalize('NFKC')
      .trim()
      .toLowerCase()
      .replace(/[\s,#]+/g, '-')
      .replace(/^-+|-+$/g, ''),
  )
  .pipe(z.string().min(1, 'A tag needs a letter.').max(40, 'Keep a tag within 40 characters.'))
export const tagsInput = z
  .array(tagInput)
  .transform((tags) => [...new Set(tags)])
  .pipe(z.array(z.string()).max(maxTags, `A ticket has at most ${maxTags} tags.`))

export const linkKinds = ['follow_up', 'relates', 'blocks', 'duplicates'] as const
export const linkOutput = z.object({
  kind: z.enum(linkKinds),
  /** `to`: the ticket that was asked for is the continuation, the blocker, the duplicate of this one. */
  direction: z.enum(['to', 'from']),
  id: z.uuid(),
  number: z.string(),
  title: z.string(),
  status: z.enum(ticketStatuses),
})
export type LinkOutput = z.output<typeof linkOutput>

export const reasonInput = z.string().trim().min(1, 'Say why.').max(1000)

export const ticketRef = z.strictObject({ id: z.uuid('This is not a ticket id.') })
/** The version the caller read; a change made meanwhile is answered with CONFLICT. */
export const versionInput = z.coerce.number().int().min(1)

/** The views every desk has. */
export const viewNames = ['mine', 'unassigned', 'open', 'hold', 'done', 'all'] as const
export type ViewName = (typeof viewNames)[number]

/** Characters of a search. */
export const maxSearchLength = 200
