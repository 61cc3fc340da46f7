import { z } from 'zod'
import { maxFilterLength } from '../../core/filter'
import { instant, pageOf } from '../../core/page'
import { visibleText } from '../../core/text'
import { attachmentOutput, maxFilesPerMessage } from '../../files/schema'

export const ticketStatuses = ['draft', 'created', 'assigned', 'in_progress', 'hold', 'resolved', 'closed', 'rejected'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

export const priorities = ['low', 'medium', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

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
export const priorityAliases: Record<string, Priority> = { P1: 'urgent', P2: 'high', P3: 'medium', P4: 'low', critical: 'urgent' }

/** Statuses by our names and by those other systems use. */
export const statusInput = z.preprocess((value) => statusAliases[String(value)] ?? value, z.enum(ticketStatuses))
export const priorityInput = z.preprocess((value) => priorityAliases[String(value)] ?? value, z.enum(priorities))

export const maxBodyLength = 200_000
export const ticketTitle = z
  .string()
  .overwrite(visibleText)
  .trim()
  .min(1, 'Say in a few words what it is about.')
  .max(200, 'Keep the title within 200 characters.')
export const messageBody = z.string().trim().min(1, 'Write something first.').max(maxBodyLength, 'This text is too long.')
export const emailInput = z.string().trim().toLowerCase().max(254).pipe(z.email('This is not an email address.'))
export const personName = z.string().overwrite(visibleText).trim().min(1, 'Enter a name.').max(120)

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

/** What a custom field holds; a date is `2026-03-01`. */
export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
export type FieldValue = z.output<typeof fieldValue>

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
  /** In working minutes. */
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
  department: ref.nullable(),
  category: ref.nullable(),
  /** When it is promised or wanted for; for staff. */
  dueAt: instant.nullable(),
  archivedAt: instant.nullable(),
  /** Values of custom fields by their key; a customer sees the public ones. */
  fields: z.record(z.string(), fieldValue),
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
  /** By when a first answer is promised, while that lies ahead. */
  answerBy: instant.nullable(),
  /** Its SLA clocks that run or are paused; for staff. */
  clocks: z.array(clockOutput),
  abilities: ticketAbilities,
})
export type TicketOutput = z.output<typeof ticketOutput>
export const ticketPage = pageOf(ticketOutput).extend({
  /** What was looked for in place of words that nobody ever wrote. */
  corrections: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  /** Where the words were found, by ticket. */
  excerpts: z.record(z.string(), z.string()).optional(),
})

export const messageOutput = z.object({
  id: z.uuid(),
  kind: z.enum(['description', 'reply', 'note']),
  attachments: z.array(attachmentOutput),
  isSolution: z.boolean(),
  /** For staff. */
  isFlagged: z.boolean(),
  /** How many of the staff like it, and whether the caller does; for staff. */
  likes: z.number().int(),
  isLiked: z.boolean(),
  editedAt: instant.nullable(),
  /** The caller wrote this note a moment ago and may still change it. */
  mayEdit: z.boolean(),
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

/** The views every desk has, in the filter language. */
export const deskViews = {
  mine: 'assignee:me status:open',
  unassigned: 'assignee:none status:open',
  open: 'status:open',
  breaching: 'status:open sla:breached,soon',
  unread: 'is:unread status:open',
  hold: 'status:hold',
  done: 'status:done',
  all: '',
} as const
export type ViewName = keyof typeof deskViews
export const viewNames = Object.keys(deskViews) as [ViewName, ...ViewName[]]

export const sorts = ['-updated', 'updated', '-created', 'created', '-priority', 'priority', 'due', '-due', 'sla', '-sla'] as const
export type TicketSort = (typeof sorts)[number]

/** The order of a view that was not saved. */
export const sortOfView = (view: string): TicketSort => (view === 'breaching' ? 'sla' : '-updated')

/** What a list can show of a ticket beside its number and title. */
export const columnNames = [
  'requester',
  'department',
  'category',
  'type',
  'status',
  'priority',
  'assignee',
  'tags',
  'source',
  'created',
  'due',
  'sla',
  'updated',
] as const
export type ColumnName = (typeof columnNames)[number]
export const defaultColumns: ColumnName[] = ['requester', 'department', 'tags', 'sla', 'status', 'assignee', 'updated']

/** Characters of a search. */
export const maxSearchLength = maxFilterLength

export const viewScopes = ['personal', 'department', 'desk'] as const
export const viewOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  filter: z.string(),
  sort: z.enum(sorts),
  columns: z.array(z.enum(columnNames)),
  position: z.number().int(),
  /** Whether the caller may change or remove it. */
  isOwn: z.boolean(),
})
export type ViewOutput = z.output<typeof viewOutput>

/** Counts end here: "999+". */
export const mostCounted = 1000

export const categoryOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  department: ref,
  defaultPriority: z.enum(priorities).nullable(),
})
export type CategoryOutput = z.output<typeof categoryOutput>

/** A change that can be made to many tickets at once. */
export const bulkChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assign'), assigneeId: z.uuid().nullable() }),
  z.strictObject({ kind: z.literal('status'), status: statusInput, reason: z.string().trim().max(1000).optional() }),
  z.strictObject({ kind: z.literal('priority'), priority: priorityInput }),
  z.strictObject({ kind: z.literal('department'), departmentId: z.uuid() }),
  z.strictObject({ kind: z.literal('tags'), add: tagsInput.default([]), remove: tagsInput.default([]) }),
  z.strictObject({ kind: z.literal('archive'), isArchived: z.boolean() }),
  z.strictObject({ kind: z.literal('delete') }),
])
export type BulkChange = z.output<typeof bulkChange>
export const maxBulk = 1000
export const bulkOutput = z.object({
  id: z.uuid(),
  status: z.enum(['running', 'done', 'undoing', 'undone']),
  total: z.number().int(),
  done: z.number().int(),
  failed: z.number().int(),
  undone: z.number().int(),
  kept: z.number().int(),
  /** The first few that failed, and why. */
  problems: z.array(z.object({ number: z.string(), error: z.string() })),
})
export type BulkOutput = z.output<typeof bulkOutput>

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

/** Rich text as the editor writes it; what else is in it is taken out. */
export const richBody = z.string().max(maxBodyLength, 'This text is too long.')
export const attachmentIds = z.array(z.uuid()).max(maxFilesPerMessage, `A message has at most ${maxFilesPerMessage} files.`)

/** Minutes in which a note's writer may still change it. */
export const noteEditMinutes = 15

export const draftKinds = ['reply', 'note'] as const
export type DraftKind = (typeof draftKinds)[number]
export const draftOutput = z.object({
  kind: z.enum(draftKinds),
  version: z.number().int(),
  bodyHtml: z.string(),
  attachments: z.array(attachmentOutput),
  /** It was sent and goes out then; until then it can be taken back. */
  sendAt: instant.nullable(),
  error: z.string().nullable(),
  updatedAt: instant,
})
export type DraftOutput = z.output<typeof draftOutput>

/** What is filled into a canned response, by its name. */
export const responseVariables = [
  { name: 'requester.name', says: 'Their whole name' },
  { name: 'requester.firstName', says: 'Their first name' },
  { name: 'requester.email', says: 'Their address' },
  { name: 'ticket.number', says: 'ACME-1042' },
  { name: 'ticket.title', says: 'The title' },
  { name: 'agent.name', says: 'Your name' },
  { name: 'agent.firstName', says: 'Your first name' },
  { name: 'desk.name', says: 'The name of the desk' },
] as const

export const cannedResponseOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  bodyHtml: z.string(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  usedCount: z.number().int(),
  isOwn: z.boolean(),
})
export type CannedResponseOutput = z.output<typeof cannedResponseOutput>

export const macroOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  changes: z.array(bulkChange),
  bodyHtml: z.string().nullable(),
  isNote: z.boolean(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  isOwn: z.boolean(),
})
export type MacroOutput = z.output<typeof macroOutput>

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

export const fieldKinds = ['text', 'long_text', 'number', 'date', 'checkbox', 'select', 'multi_select'] as const
export type FieldKind = (typeof fieldKinds)[number]
export const fieldOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  key: z.string(),
  name: z.string(),
  hint: z.string(),
  kind: z.enum(fieldKinds),
  options: z.array(z.string()),
  isRequired: z.boolean(),
  isPublic: z.boolean(),
  departmentId: z.uuid().nullable(),
  showWhen: z.object({ key: z.string(), equals: z.string() }).nullable(),
  position: z.number().int(),
})
export type FieldOutput = z.output<typeof fieldOutput>

/** Values as they are sent; null takes one away. */
export const fieldValues = z.record(z.string().max(60), fieldValue.nullable())
export type FieldValues = z.output<typeof fieldValues>
