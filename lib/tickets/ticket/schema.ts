import { z } from 'zod'
import { maxFilterLength } from '../../core/filter'
import { instant } from '../../core/page'
import { reference, tagInput } from '../../core/schema'
import { visibleText } from '../../core/text'
import { priorities } from '../../directory/schema'
import { fieldValue } from '../fields/schema'

export const ticketStatuses = ['draft', 'created', 'assigned', 'in_progress', 'hold', 'resolved', 'closed', 'rejected'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

export const ticketTypes = ['question', 'incident', 'problem', 'task'] as const
export type TicketType = (typeof ticketTypes)[number]

export const sources = ['email', 'web', 'phone', 'chat', 'chatbot', 'api', 'internal', 'customer_portal'] as const
export type TicketSource = (typeof sources)[number]

export const statusAliases: Record<string, TicketStatus> = {
  open: 'in_progress',
  submitted: 'created',
  pending: 'hold',
  on_hold: 'hold',
  postponed: 'hold',
}

/** Statuses by our names and by those other systems use. */
export const statusInput = z.preprocess((value) => statusAliases[String(value)] ?? value, z.enum(ticketStatuses))

export const ticketTitle = z
  .string()
  .overwrite(visibleText)
  .trim()
  .min(1, 'Say in a few words what it is about.')
  .max(200, 'Keep the title within 200 characters.')

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

export const metrics = ['first_response', 'next_response', 'resolution'] as const
export type Metric = (typeof metrics)[number]

/** A promise that is still to be kept. */
export const clockOutput = z.object({
  metric: z.enum(metrics),
  startedAt: instant,
  /** Null while it is paused, or where it is never reached. */
  dueAt: instant.nullable(),
  pausedAt: instant.nullable(),
  /** The deadline that has passed. */
  breachedAt: instant.nullable(),
  /** In business minutes. */
  targetMinutes: z.number(),
})
export type ClockOutput = z.output<typeof clockOutput>

export const ticketOutput = z.object({
  id: z.uuid(),
  number: z.string(),
  version: z.number().int(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(priorities),
  source: z.enum(sources),
  type: z.enum(ticketTypes).nullable(),
  department: reference.nullable(),
  category: reference.nullable(),
  /** When it is promised or wanted for; for staff. */
  dueAt: instant.nullable(),
  archivedAt: instant.nullable(),
  /** Values of custom fields by their key; a customer sees the public ones. */
  fields: z.record(z.string(), fieldValue),
  requester: reference.extend({ email: z.string().nullable() }),
  assignee: reference.nullable(),
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
  /** By when a first answer is promised, while that lies ahead. */
  answerBy: instant.nullable(),
  /** Its SLA clocks that run or are paused; for staff. */
  clocks: z.array(clockOutput),
  abilities: ticketAbilities,
})
export type TicketOutput = z.output<typeof ticketOutput>

const maxTags = 20

export const tagsInput = z
  .array(tagInput)
  .transform((tags) => [...new Set(tags)])
  .pipe(z.array(z.string()).max(maxTags, `A ticket has at most ${maxTags} tags.`))

export const ticketRef = z.strictObject({ id: z.uuid('This is not a ticket id.') })

/** Characters of a search. */
export const maxSearchLength = maxFilterLength

/** What the filter language can be asked of tickets, for the help beside the search. */
export const filterHelp = [
  { name: 'status', says: 'Where it stands; open and done stand for several', example: 'status:open' },
  { name: 'assignee', says: 'Who works on it: me, none, any, a name or an address', example: 'assignee:me' },
  { name: 'requester', says: 'Who asks: a name, an address, or me', example: 'requester:amina@example.com' },
  { name: 'organisation', says: 'The organisation of who asks; * for any letters', example: 'organisation:acme*' },
  { name: 'tier', says: 'premium, standard, basic or none', example: 'tier:premium' },
  { name: 'priority', says: 'How urgent it is; can be compared', example: 'priority:>=high' },
  { name: 'tag', says: 'A tag it has, or none', example: 'tag:vip' },
  { name: 'department', says: 'The department it belongs to', example: 'department:support' },
  { name: 'category', says: 'What it is about', example: 'category:billing' },
  { name: 'type', says: 'question, incident, problem, task or none', example: 'type:incident' },
  { name: 'source', says: 'How it came in', example: 'source:email' },
  { name: 'is', says: 'unread, unassigned, mine, watched, answered, reopened, overdue, archived', example: 'is:unread' },
  { name: 'created', says: 'When it was opened: a day, a month, today, or so long ago', example: 'created:>7d' },
  { name: 'updated', says: 'When it last changed', example: 'updated:today' },
  { name: 'resolved', says: 'When it was resolved', example: 'resolved:2026-03' },
  { name: 'closed', says: 'When it was closed', example: 'closed:2026-01-01..2026-01-31' },
  { name: 'due', says: 'When it is due', example: 'due:<+2h' },
  { name: 'sla', says: 'breached, soon (within 4 hours), paused, any or none', example: 'sla:soon' },
  { name: 'title', says: 'Words of its title', example: 'title:invoice' },
  { name: 'note', says: 'Words of its internal notes', example: 'note:refund' },
  { name: 'number', says: 'Its number', example: 'number:1042' },
  { name: 'field', says: 'A custom field by its key', example: 'field.region:north' },
] as const

/** Something that happened to a ticket, as its page tells it between the messages. */
export const activityOutput = z.object({
  id: z.uuid(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  at: instant,
  /** Who did it; the product itself by its name. */
  actor: z.string(),
  /** Names of what the payload knows by id. */
  names: z.record(z.string(), z.string()),
})
export type ActivityOutput = z.output<typeof activityOutput>
