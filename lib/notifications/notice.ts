import { z } from 'zod'
import { plannedOnce } from '../db/prepared'
import { idsOf, rowsOf } from '../db/rows'
import type { EventOf, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import type { Translator } from '../text/translator'
import type { NotificationType } from './schema'

/** The text of a notice in the reader's language, as staff or as customers know the ticket. */
export type Wording = (t: Translator, forStaff: boolean) => { title: string; body: string }

/** What there is to tell about an event, and whom it concerns; whoever did it is left out later. */
export interface Notice {
  /** What other systems know it by; the event's own id unless several events tell of one thing. */
  messageId?: string
  type: NotificationType
  staffIds: readonly string[]
  /** Who asked, where it is for them too. */
  requesterIds: readonly string[]
  wording: Wording
  /** The page it leads to; of a ticket the reader's own view of it. */
  href: string
  ticketId?: string
  isUrgent: boolean
  /** All that it tells is an internal note. */
  isOfNote?: boolean
  /** What is about the same shows as one. */
  groupKey: string
}

/** A unit of work that reads each ticket and each department once for all events that it tells of. */
export interface Telling extends Work {
  ticketOf(id: string): Promise<TicketFacts>
  /** @returns ids of people, none without a department */
  membersOf(departmentId: string | null): Promise<readonly string[]>
}

export type NoticeOf<T extends EventType> = (work: Telling, event: EventOf<T>) => Promise<Notice | null>

const ticketFacts = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  snippet: z.string(),
  isUrgent: z.boolean(),
  departmentId: z.string().nullable(),
  departmentName: z.string().nullable(),
  requesterName: z.string(),
  requesterId: z.string().nullable(),
  isAssigned: z.boolean(),
  assigneeId: z.string().nullable(),
  isUnverified: z.boolean(),
  /** Who works on it, and who wants to know. */
  staffIds: z.array(z.string()),
})

/** What is told of a ticket, and whom it concerns. */
export type TicketFacts = ReturnType<typeof factsOf>

/** @returns by id; of a ticket that is gone nothing */
async function readTickets({ tx, tenant }: Work, ids: readonly string[]): Promise<Map<string, TicketFacts>> {
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.snippet, t.priority = 'urgent' AS "isUrgent", t.assignee_id IS NOT NULL AS "isAssigned", t.assignee_id::text AS "assigneeId", t.is_unverified AS "isUnverified",
      t.department_id::text AS "departmentId", d.name AS "departmentName", c.name AS "requesterName", c.person_id::text AS "requesterId",
      ARRAY(SELECT t.assignee_id::text WHERE t.assignee_id IS NOT NULL
        UNION SELECT x.person_id::text FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id) AS "staffIds"
    FROM ticket t
    JOIN workspace w ON w.tenant_id = t.tenant_id
    JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
    LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[])`
  return new Map((await rowsOf(ticketFacts, query)).map((row) => [row.id, factsOf(row)]))
}

function factsOf(row: z.output<typeof ticketFacts>) {
  const { id, isUrgent, requesterId } = row
  return {
    ...row,
    requesterIds: requesterId ? [requesterId] : [],
    common: { href: '', ticketId: id, isUrgent, groupKey: `ticket:${id}` },
  }
}

async function readMembers({ tx, tenant }: Work, departmentId: string): Promise<string[]> {
  const query = tx.$queryRaw`
    SELECT ${plannedOnce} person_id::text AS id FROM department_member WHERE tenant_id = ${tenant.ref.id}::uuid AND department_id = ${departmentId}::uuid LIMIT 1000`
  return idsOf(query)
}

/** Reads the tickets of these events in one statement, and each department once. */
export function telling(work: Work, events: readonly EventOf<EventType>[]): Telling {
  const members = new Map<string, Promise<string[]>>()
  let tickets: Promise<Map<string, TicketFacts>> | undefined
  return {
    ...work,
    async ticketOf(id) {
      tickets ??= readTickets(work, [...new Set(events.flatMap(({ subjectId }) => subjectId ?? []))])
      const ticket = (await tickets).get(id)
      if (!ticket) throw new Error(`there is no ticket ${id}`)
      return ticket
    },
    async membersOf(departmentId) {
      if (!departmentId) return []
      const known = members.get(departmentId) ?? readMembers(work, departmentId)
      members.set(departmentId, known)
      return known
    },
  }
}
