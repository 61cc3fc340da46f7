import { z } from 'zod'
import { newId } from '../../core/id'
import type { Prisma } from '../../db/generated/tenant/client'
import { idsOf } from '../../db/rows'
import { priorities } from '../../directory/schema'
import type { Work } from '../../events/work'
import { movedParticipants } from '../conversation/participant'
import { ratings } from '../ticket/attribute'
import { details } from '../ticket/attribute-names'
import { attributes } from '../ticket/attributes'
import type { TicketRow } from '../ticket/queries'
import { recordTags } from '../ticket/record'
import { maxTags } from '../ticket/schema'
import { isDone, ticketStatuses } from '../ticket/workflow'
import { reaches } from './commands/link'

const instant = z.coerce.date().nullable().default(null)

const state = {
  status: z.enum(ticketStatuses),
  statusReason: z.string().nullable().default(null),
  heldAt: instant,
  holdUntil: instant,
  remindedAt: instant,
  resolvedAt: instant,
  closedAt: instant,
  hasNewReply: z.boolean().default(false),
}

/** What a merge is kept with, so that it can be undone. Older ones lack some of it. */
export const moved = z.object({
  messageIds: z.array(z.string()),
  ...state,
  /** What the other ticket's list row said. */
  snippet: z.string(),
  fromSnippet: z.string(),
  /** How the ticket was that took the other in, where its question reopened it or ended its hold. */
  woken: z.object({ ...state, reopenCount: z.number(), to: z.enum(ticketStatuses) }).nullish(),
  /** The question marked it as unread, or took it out of the archive. */
  madeUnread: z.boolean().default(false),
  archivedAt: instant,
  /** What it lacked and the other had. Values are not kept: a merged ticket keeps its own. */
  watcherIds: z.array(z.string()),
  participants: movedParticipants,
  tags: z.array(z.string()).default([]),
  fieldKeys: z.array(z.string()).default([]),
  details: z.array(z.string()).default([]),
  linkIds: z.array(z.string()).default([]),
  /** What came with it was private, so all of it is. */
  madePrivate: z.boolean().default(false),
  /** What it had before the other's stood in its place. */
  priority: z.enum(priorities).nullable().default(null),
  requesterId: z.string().nullable().default(null),
  /** How the requester before had rated it. */
  rated: z
    .object({ rating: z.enum(ratings), comment: z.string().nullable() })
    .nullable()
    .default(null),
})
export type Moved = z.output<typeof moved>

/** How a ticket stands, to be put back. */
export const stateOf = ({ status, statusReason, heldAt, holdUntil, remindedAt, resolvedAt, closedAt, hasNewReply }: TicketRow) => ({
  status,
  statusReason,
  ...written({ heldAt, holdUntil, remindedAt, resolvedAt, closedAt }),
  hasNewReply,
})

const written = (times: Record<string, Date | null>) =>
  Object.fromEntries(Object.entries(times).map(([name, at]) => [name, at?.toISOString() ?? null]))

type Given = Pick<Moved, 'tags' | 'fieldKeys' | 'details' | 'priority'>

/** What one ticket gives another that lacks it. A category stays with its department. */
export function lacking(from: TicketRow, into: TicketRow): Given {
  const rank = ({ priority }: TicketRow) => priorities.indexOf(priority)
  const isApart = from.departmentId !== into.departmentId
  return {
    tags: from.tags.filter((tag) => !into.tags.includes(tag)).slice(0, Math.max(0, maxTags - into.tags.length)),
    fieldKeys: Object.keys(from.fields).filter((key) => into.fields[key] === undefined),
    details: [...details].flatMap(([name, key]) =>
      detailOf(into, name) === null && detailOf(from, name) !== null && !(isApart && attributes[key].kind === 'category') ? [name] : [],
    ),
    priority: rank(from) > rank(into) ? into.priority : null,
  }
}

const detailOf = (ticket: TicketRow, name: string): unknown => (ticket as Record<string, unknown>)[name] ?? null
const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Of what a merge gave, what nobody has changed since. */
export function unchanged(given: Given, from: TicketRow, into: TicketRow): Given {
  return {
    tags: given.tags.filter((tag) => into.tags.includes(tag)),
    fieldKeys: given.fieldKeys.filter((key) => isSame(into.fields[key], from.fields[key])),
    details: given.details.filter((name) => isSame(detailOf(into, name), detailOf(from, name))),
    priority: into.priority === from.priority ? given.priority : null,
  }
}

/** The row of the ticket that takes another in, with what it lacked; or, where the merge is undone, without it again. */
export function withGiven(
  { tags, fieldKeys, details: names, priority }: Given,
  from: TicketRow,
  into: TicketRow,
  isUndone = false,
): Prisma.TicketUncheckedUpdateInput {
  const fields = isUndone
    ? Object.fromEntries(Object.entries(into.fields).filter(([key]) => !fieldKeys.includes(key)))
    : { ...into.fields, ...Object.fromEntries(fieldKeys.map((key) => [key, from.fields[key]])) }
  return {
    ...(tags.length > 0 ? { tags: isUndone ? into.tags.filter((tag) => !tags.includes(tag)) : [...into.tags, ...tags] } : {}),
    ...(fieldKeys.length > 0 ? { fields: fields as Prisma.InputJsonObject } : {}),
    ...Object.fromEntries(names.map((name) => [name, isUndone ? null : detailOf(from, name)])),
    ...(priority ? { priority: isUndone ? priority : from.priority } : {}),
  }
}

/** Tells of each as if it had been changed by hand, so that clocks, search and the activity follow. */
export async function tellGiven(work: Work, given: Given, from: TicketRow, into: TicketRow, isUndone = false) {
  const { tx, tenant, emit } = work
  const { tags, fieldKeys, details: names, priority } = given
  const about = { subjectId: into.id }
  if (tags.length > 0) {
    if (isUndone) await tx.ticketTag.deleteMany({ where: { tenantId: tenant.ref.id, ticketId: into.id, name: { in: tags } } })
    else await recordTags(work, into.id, tags)
    emit('ticket.tagged', isUndone ? { added: [], removed: tags } : { added: tags, removed: [] }, about)
  }
  if (names.length + fieldKeys.length > 0) {
    const values = Object.fromEntries([
      ...names.map((name) => [name, detailOf(from, name)]),
      ...fieldKeys.map((key) => [key, from.fields[key] ?? null]),
    ])
    const none = Object.fromEntries(Object.keys(values).map((name) => [name, null]))
    emit('ticket.details_changed', isUndone ? { before: values, after: none } : { before: none, after: values }, about)
  }
  if (priority) {
    const [low, high] = [priority, from.priority]
    emit('ticket.priority_changed', isUndone ? { before: high, after: low } : { before: low, after: high }, about)
  }
}

/** Links of the one become links of the other, but for those that would have it wait for itself. */
export async function copyLinks(work: Work, fromId: string, intoId: string): Promise<string[]> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const links = await tx.ticketLink.findMany({ where: { tenantId, OR: [{ fromId }, { toId: fromId }] } })
  const swap = (id: string) => (id === fromId ? intoId : id)
  const made: string[] = []
  for (const { kind, ...link } of links) {
    const ends = { fromId: swap(link.fromId), toId: swap(link.toId) }
    if (ends.fromId === ends.toId) continue
    if (kind === 'blocks' && (await reaches(work, ends.toId, ends.fromId))) continue
    const data = [{ tenantId, id: newId(), kind, ...ends, createdAt: now }]
    const [row] = await tx.ticketLink.createManyAndReturn({ data, skipDuplicates: true, select: { id: true } })
    if (row) made.push(row.id)
  }
  return made
}

/** Messages looked through for the last answer. */
const furthestBack = 500

/** Since when somebody waits for an answer on an open ticket: the first that they wrote since the last one. */
export async function waitsSince({ tx, tenant }: Work, { id, status }: TicketRow): Promise<Date | null> {
  if (status === 'draft' || isDone(status)) return null
  const tenantId = tenant.ref.id
  const messages = await tx.ticketMessage.findMany({
    where: { tenantId, ticketId: id, kind: { not: 'note' } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    select: { id: true, kind: true, authorKind: true, createdAt: true },
    take: furthestBack,
  })
  let since: Date | null = null
  for (const message of messages) {
    const isTakenDown =
      message.authorKind === 'person' && message.kind === 'description' && !(await isAnswer({ tx, tenant }, id, message.id))
    if (message.authorKind !== 'contact' && !isTakenDown) break
    since = message.createdAt
  }
  return since
}

/** Whether a ticket's first words are the team's own; what was taken down for somebody is theirs. */
async function isAnswer({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ticketId: string, messageId: string): Promise<boolean> {
  const tenantId = tenant.ref.id
  const found = await idsOf(tx.$queryRaw`
    SELECT e.id::text FROM event e WHERE e.tenant_id = ${tenantId}::uuid AND e.type = 'ticket.created'
      AND e.subject_id IN (SELECT t.id FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND (t.id = ${ticketId}::uuid OR t.merged_into_id = ${ticketId}::uuid))
      AND e.payload->>'messageId' = ${messageId} AND e.payload->>'isAnswer' = 'true'`)
  return found.length > 0
}
