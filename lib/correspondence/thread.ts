import { z } from 'zod'
import { notFound } from '../core/errors'
import { callName } from '../core/person-name'
import { cut } from '../core/text'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import { ticketStatuses } from '../tickets/ticket/workflow'
import type { MailValues } from './mail-template'

const threadRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  status: z.enum(ticketStatuses),
  requesterId: z.string(),
  createdAt: z.date(),
  to: z.string().nullable(),
  requester: z.object({
    name: z.string(),
    personId: z.string().nullable(),
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
  }),
  department: z
    .object({ senderName: z.string().nullable(), senderShowsAgent: z.boolean(), signatureHtml: z.string().nullable() })
    .nullable(),
  messages: z.array(z.object({ id: z.string(), messageId: z.string(), sentMessageId: z.string().nullable(), at: z.number() })),
})

export type Thread = Awaited<ReturnType<typeof threadOf>>

/**
 * A ticket, whom its requester's mail goes to, and the messages that a mail may answer. Asked for without an order, so that the plan
 * of the statement is kept.
 */
export async function threadOf({ tx, tenant }: Work, ticketId: string) {
  const [row] = await rowsOf(
    threadRow,
    tx.$queryRaw`
      SELECT ${plannedOnce} t.id::text, w.ticket_prefix || '-' || t.number AS number, t.title, t.status::text, t.requester_id::text AS "requesterId",
        t.created_at AS "createdAt", (SELECT coalesce(min(a.email) FILTER (WHERE a.is_primary), min(a.email)) FROM contact_address a
          WHERE a.tenant_id = c.tenant_id AND a.contact_id = c.id) AS to,
        jsonb_build_object('name', c.name, 'personId', c.person_id, 'locale', c.locale, 'timeZone', c.time_zone) AS requester,
        CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('senderName', d.sender_name, 'senderShowsAgent', d.sender_shows_agent,
          'signatureHtml', d.signature_html) END AS department,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'messageId', m.message_id, 'sentMessageId',
            (SELECT o.sent_message_id FROM outbound_mail o WHERE o.tenant_id = m.tenant_id AND o.message_id = m.message_id),
            'at', extract(epoch FROM m.created_at))), '[]') FROM ticket_message m
          WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.kind <> 'note') AS messages
      FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
      JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
      LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${ticketId}::uuid`,
  )
  if (!row) throw notFound('ticket')
  const { to, number, ...ticket } = row
  const messages = ticket.messages.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  return { ticket: { ...ticket, messages }, to, number }
}

/**
 * The last message is answered; the first anchors the thread; of a long one the newest are enough. A message is named as they have
 * it, and as we do where that is another name.
 */
export function answering(earlier: { messageId: string; sentMessageId: string | null }[]) {
  const ids = earlier.flatMap(({ messageId, sentMessageId }) => (sentMessageId ? [messageId, sentMessageId] : [messageId]))
  return { inReplyTo: ids.at(-1), references: [...new Set([...ids.slice(0, 1), ...ids.slice(-20)])] }
}

interface Titled {
  number: string
  ticket: { title: string; requester: { personId: string | null } }
}

/** Anyone can ask in another's name, so an address that nobody signed in with gets little of what the form was filled in with. */
export const shownTitle = ({ title, requester }: Titled['ticket']) => (requester.personId ? title : withoutLinks(title, 60))
const withoutLinks = (text: string, length: number) => {
  const bare = text.replace(/\S+:\/\/\S*|\bwww\.\S+|\S+\.\S+\/\S*/gi, '…')
  return bare.length > length ? `${cut(bare, length)}…` : bare
}

/** What a mail to a requester may say of them and of their request: this, and nothing else of it. */
export function requestValues(
  { ticket, number }: Titled & { ticket: { requester: { name: string } } },
  email: string,
  url: string,
): MailValues {
  const name = ticket.requester.personId ? ticket.requester.name : withoutLinks(ticket.requester.name, 40)
  return {
    'requester.name': name,
    'requester.firstName': callName(name),
    'requester.email': email,
    'ticket.number': number,
    'ticket.title': shownTitle(ticket),
    'ticket.url': url,
  }
}
