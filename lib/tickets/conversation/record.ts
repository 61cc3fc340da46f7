import { randomInt } from 'node:crypto'
import type { Addressees } from '../../core/addressee'
import { notFound } from '../../core/errors'
import { mentionsIn } from '../../core/html'
import { newId } from '../../core/id'
import { cut } from '../../core/text'
import type { MessageKind } from '../../db/generated/tenant/client'
import { Prisma } from '../../db/generated/tenant/client'
import { insertionOf } from '../../db/insertion'
import { idsOf } from '../../db/rows'
import { withoutWaiting } from '../../db/scope'
import type { Priority } from '../../directory/schema'
import type { Work } from '../../events/work'
import { claimFiles } from '../../files/attachments'
import type { FieldValue } from '../fields/schema'
import type { TicketSource } from '../ticket/attribute'
import { canUpdate } from '../ticket/policy'
import { actorId, factsOf, type TicketRow } from '../ticket/queries'
import { changeTicket, emitStatus, livingDepartment, recordTags, statusChange } from '../ticket/record'
import { afterAgentReply, afterRequesterReply, isPastReopening } from '../ticket/workflow'
import { usualAddressees } from './addressee'

export interface Author {
  kind: 'contact' | 'person' | 'system'
  /** Contact or person id; null for the system. */
  id: string | null
}

export interface NewMessage {
  author: Author
  bodyText: string
  bodyHtml?: string | null
  quotedText?: string | null
  quotedHtml?: string | null
  /** RFC 5322 Message-ID without brackets, when the message came with one. */
  messageId?: string
  isStranger?: boolean
  /** Of a note that no person wrote: it is folded, and nobody is told. */
  isAutomatic?: boolean
  /** The sender's domain does not confirm them: of a note, or a ticket that begins so, only the assignee is told. */
  isUnverified?: boolean
  /** Whom an answer goes to, the requester and who takes part unless given; of what came by mail, whom it was written to. */
  addressees?: Addressees
  /** Files that the author brought before. */
  attachmentIds?: readonly string[]
  source: TicketSource
}

export interface Creator {
  name?: string
  email?: string
  phone?: string
}

export interface NewTicket extends NewMessage {
  title: string
  requesterId: string
  /** What they called themselves here, where that was said; else as they are known. */
  creator?: Creator
  priority?: Priority
  departmentId?: string | null
  /** Its department is one that this unit of work holds, or none on purpose. */
  isPlaced?: boolean
  categoryId?: string
  /** By the names of the row's fields, checked before. */
  details?: Record<string, unknown>
  tags?: string[]
  /** Custom fields, checked before. */
  fields?: Record<string, FieldValue>
  /** False for what a machine wrote: answering it could start a loop. */
  acknowledge?: boolean
  /** Whether the team wrote to the requester first; what was taken down for them is no answer. */
  isAnswer?: boolean
  /** Its first words are a note, which only staff see. */
  isNote?: boolean
}

/** The Message-ID of a message that was not mail: what a later answer by mail will refer to. */
const messageIdOf = (id: string, slug: string) => `${id}@${slug}.baraza`

export const snippetOf = (text: string) => cut(text.slice(0, 2000).replace(/\s+/g, ' ').trim(), 160)

/** Until its number is taken a ticket has one that no other has: no ticket's, and no other's for now. */
const provisionalNumber = () => -randomInt(1, 2 ** 31 - 1)

/** Opens a ticket with its first message; every caller that makes tickets ends here. It has its number once followers have run. */
export async function recordTicket(work: Work, given: NewTicket): Promise<{ id: string; messageId: string }> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const id = newId()
  const departmentId = given.isPlaced ? given.departmentId : await livingDepartment(work, given.departmentId)
  // A category is its department's own.
  const isElsewhere = Boolean(given.departmentId) && departmentId !== given.departmentId
  const ticket = insertionOf('ticket', {
    tenantId,
    id,
    number: provisionalNumber(),
    title: given.title,
    priority: given.priority,
    source: given.source,
    departmentId,
    categoryId: isElsewhere ? undefined : given.categoryId,
    isUnverified: given.isUnverified,
    ...given.details,
    // What may be forged is not put before the colleagues of whoever it names.
    ...(given.isUnverified ? { isPublic: false } : {}),
    tags: given.tags,
    fields: given.fields,
    requesterId: given.requesterId,
    snippet: given.isNote ? '' : snippetOf(given.bodyText),
    messageCount: 1,
    publicMessageCount: given.isNote ? 0 : 1,
    createdAt: now,
    updatedAt: now,
    publicUpdatedAt: now,
  })
  const message = messageRow(work, id, given.isNote ? 'note' : 'description', given)
  const creator = given.creator ?? {}
  const made = tx.$executeRaw`
    WITH asker AS (
      SELECT c.name, c.phones[1] AS phone, (SELECT coalesce(min(a.email) FILTER (WHERE a.is_primary), min(a.email))
        FROM contact_address a WHERE a.tenant_id = c.tenant_id AND a.contact_id = c.id) AS email
      FROM contact c WHERE c.tenant_id = ${tenantId}::uuid AND c.id = ${given.requesterId}::uuid),
    made AS (
      INSERT INTO ticket (${ticket.columns}, creator_name, creator_email, creator_phone)
      SELECT ${ticket.columns}, coalesce(${creator.name ?? null}, asker.name), coalesce(${creator.email ?? null}, asker.email),
        coalesce(${creator.phone ?? null}, asker.phone)
      FROM ${ticket.record('t')}, asker RETURNING id)
    ${insertionOfMessage(message)} WHERE EXISTS (SELECT FROM made)`
  withoutWaiting(
    made.then((count) => {
      if (count === 0) throw notFound('contact')
    }),
  )
  if (given.tags?.length) await recordTags(work, id, given.tags)
  await claimGiven(work, message.id, given)
  const { title, source, acknowledge = given.author.kind === 'contact' } = given
  const isAnswer = given.isAnswer ?? given.author.kind === 'person'
  work.emit(
    'ticket.created',
    { title, source, acknowledge, messageId: message.id, isAnswer, isUnverified: given.isUnverified },
    { subjectId: id },
  )
  return { id, messageId: message.id }
}

/** Adds a public reply and moves the workflow as the author's side makes it move. */
export async function recordReply(work: Work, ticket: TicketRow, given: NewMessage): Promise<{ id: string }> {
  const by = sideOf(given.author, ticket)
  const addressees = by === 'agent' ? (given.addressees ?? (await usualAddressees(work, ticket.id))) : given.addressees
  const message = messageRow(work, ticket.id, 'reply', { ...given, addressees })
  const state = { status: ticket.status, isAssigned: ticket.assigneeId !== null }
  const status = by === 'agent' ? afterAgentReply(state) : afterRequesterReply(state)
  const change = {
    ...statusChange(work, ticket, status),
    snippet: snippetOf(given.bodyText),
    messageCount: { increment: 1 },
    publicMessageCount: { increment: 1 },
    hasNewReply: by !== 'agent',
    // Who asks again is not heard from the archive.
    ...(by === 'agent' ? {} : { archivedAt: null }),
    ...(by === 'agent' && !ticket.firstResponseAt ? { firstResponseAt: work.now } : {}),
  }
  await changeTicket(work, ticket, change, insertionOfMessage(message))
  await claimGiven(work, message.id, given)
  work.emit('ticket.replied', { messageId: message.id, by }, { subjectId: ticket.id })
  emitStatus(work, ticket, status, { cause: by === 'agent' ? 'first_response' : `${by}_reply` })
  return { id: message.id }
}

/** What someone who asks writes on a ticket: a reply, or, where it was closed too long ago, a new ticket that continues it. */
export async function recordAnswer(work: Work, ticket: TicketRow, given: NewMessage & { acknowledge?: boolean }) {
  if (!isPastReopening(ticket, ticket.rules, work.now)) {
    const { id } = await recordReply(work, ticket, given)
    return { ticketId: ticket.id, messageId: id }
  }
  const { title, departmentId, isPublic } = ticket
  const requesterId = given.author.kind === 'contact' && given.author.id ? given.author.id : ticket.requesterId
  const { id, messageId } = await recordTicket(work, { ...given, title, departmentId, requesterId, details: { isPublic } })
  const link = { kind: 'follow_up', fromId: id, toId: ticket.id } as const
  await work.tx.ticketLink.create({ data: { ...link, tenantId: work.tenant.ref.id, id: newId(), createdAt: work.now } })
  return { ticketId: id, messageId }
}

/** Adds a note that only staff see. */
export async function recordNote(work: Work, ticket: TicketRow, given: NewMessage): Promise<{ id: string }> {
  const message = messageRow(work, ticket.id, 'note', given)
  await changeTicket(work, ticket, { messageCount: { increment: 1 } }, insertionOfMessage(message))
  await claimGiven(work, message.id, given)
  work.emit(
    'ticket.noted',
    { messageId: message.id, isAutomatic: given.isAutomatic, isUnverified: given.isUnverified },
    { subjectId: ticket.id },
  )
  await recordMentions(work, ticket, message.id, given.bodyHtml)
  return { id: message.id }
}

/**
 * Who is mentioned in a note watches the ticket from then on, is told, and has the ticket among their mentions until they open it.
 * @param before what the note said before it was edited: whom it mentioned already is not told again
 */
export async function recordMentions(work: Work, ticket: TicketRow, messageId: string, bodyHtml?: string | null, before?: string | null) {
  const ticketId = ticket.id
  const tenantId = work.tenant.ref.id
  const mentioned = await mentionedIn(work, bodyHtml)
  const known = await mentionedIn(work, before)
  if (known.length > 0) await work.tx.unreadMention.deleteMany({ where: { tenantId, messageId, personId: { notIn: mentioned } } })
  const personIds = mentioned.filter((id) => !known.includes(id))
  if (personIds.length === 0) return
  // Whoever may ask others to watch lets them see it; of anybody else only those hear of it who see it anyway.
  if (canUpdate(work.actor, factsOf(ticket)))
    await work.tx.watcher.createMany({ data: personIds.map((personId) => ({ tenantId, ticketId, personId })), skipDuplicates: true })
  const readers = personIds.filter((id) => id !== actorId(work.actor))
  await work.tx.unreadMention.createMany({ data: readers.map((personId) => ({ tenantId, messageId, personId })) })
  work.emit('ticket.mentioned', { messageId, personIds }, { subjectId: ticketId })
}

/** The members of staff whom a text mentions, by themselves or with their department. */
async function mentionedIn({ tx, tenant }: Work, bodyHtml: string | null | undefined): Promise<string[]> {
  const { people, teams } = mentionsIn(bodyHtml ?? '')
  if (people.length + teams.length === 0) return []
  return idsOf(tx.$queryRaw`
    SELECT p.id::text FROM person p
    WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.deleted_at IS NULL AND p.status = 'active' AND p.role <> 'customer'
      AND (p.id = ANY(${people}::uuid[]) OR EXISTS (SELECT 1 FROM department_member m
        WHERE m.tenant_id = p.tenant_id AND m.person_id = p.id AND m.department_id = ANY(${teams}::uuid[]))) LIMIT 200`)
}

function sideOf(author: Author, ticket: TicketRow) {
  if (author.kind !== 'contact') return 'agent'
  return author.id === ticket.requesterId ? 'requester' : 'participant'
}

function insertionOfMessage(message: ReturnType<typeof messageRow>): Prisma.Sql {
  const { columns, record } = insertionOf('ticket_message', message)
  return Prisma.sql`INSERT INTO ticket_message (${columns}) SELECT ${columns} FROM ${record('m')}`
}

/** A message as it is stored. */
export function messageRow({ tenant, now }: Work, ticketId: string, kind: MessageKind, given: NewMessage) {
  const id = newId()
  const { author } = given
  return {
    tenantId: tenant.ref.id,
    id,
    ticketId,
    kind,
    authorKind: author.kind,
    personId: author.kind === 'person' ? author.id : null,
    contactId: author.kind === 'contact' ? author.id : null,
    bodyText: given.bodyText,
    bodyHtml: given.bodyHtml,
    quotedText: given.quotedText,
    quotedHtml: given.quotedHtml,
    messageId: given.messageId ?? messageIdOf(id, tenant.ref.slug),
    isStranger: given.isStranger ?? false,
    isAutomatic: given.isAutomatic ?? false,
    source: given.source,
    addressees: given.addressees,
    createdAt: now,
  }
}

async function claimGiven(work: Work, messageId: string, { attachmentIds }: NewMessage) {
  if (attachmentIds?.length) await claimFiles(work, attachmentIds, messageId)
}
