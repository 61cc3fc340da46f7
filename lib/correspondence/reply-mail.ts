import { z } from 'zod'
import { notFound } from '../core/errors'
import { callName } from '../core/person-name'
import { richTextOf } from '../core/plain'
import { plannedOnce } from '../db/prepared'
import { rowsOf } from '../db/rows'
import type { EventOf, EventPayload, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import { fileAddress, sizeInWords } from '../files/schema'
import { replyAddress, senderOf } from '../mail/addresses'
import type { Enclosure } from '../mail/enclosure'
import type { MailPart } from '../mail/layout'
import { queueMail } from '../mail/outbox'
import { alwaysAttached, routeOf } from '../mail/routing'
import { storedAddressees } from '../tickets/conversation/addressee'
import { fileLink } from '../tickets/conversation/file-link'
import { requestLink, requestPage } from '../tickets/ticket/request-link'
import { designOf, writeLetter } from './letter'
import { resolution } from './request-mail'
import { senderName, signatureParts } from './signature'
import { answering, requestValues, type Thread, threadOf } from './thread'

const answerRow = z.object({
  id: z.string(),
  messageId: z.string(),
  bodyText: z.string(),
  bodyHtml: z.string().nullable(),
  addressees: z.unknown(),
  person: z.object({ name: z.string(), signatureHtml: z.string().nullable() }).nullable(),
  attachments: z.array(z.object({ id: z.string(), name: z.string(), size: z.number(), contentType: z.string(), isInline: z.boolean() })),
})

/** @param act all that was done to the ticket with it */
export async function sendReply(
  work: Work,
  ticketId: string,
  payload: EventPayload<'ticket.replied'>,
  act: readonly EventOf<EventType>[] = [],
) {
  if (payload.by !== 'agent') return
  const tenantId = work.tenant.ref.id
  const query = work.tx.$queryRaw`
    SELECT ${plannedOnce} m.id::text, m.message_id AS "messageId", m.body_text AS "bodyText", m.body_html AS "bodyHtml", m.addressees,
      (SELECT jsonb_build_object('name', p.name, 'signatureHtml', p.signature_html) FROM person p
        WHERE p.tenant_id = m.tenant_id AND p.id = m.person_id) AS person,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'size', a.size, 'contentType', a.content_type,
          'isInline', a.is_inline) ORDER BY a.created_at), '[]') FROM attachment a
        WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id AND a.quarantined_at IS NULL) AS attachments
    FROM ticket_message m WHERE m.tenant_id = ${tenantId}::uuid AND m.id = ${payload.messageId}::uuid`
  const read = [threadOf(work, ticketId), rowsOf(answerRow, query), designOf(work, 'ticket_reply')] as const
  const [thread, [message], design] = await Promise.all(read)
  const { ticket } = thread
  if (!message) throw notFound('message')
  const { to, cc } = addresseesOf(message, thread)
  const [first, ...others] = [...to, ...cc]
  if (!first) return
  const { attached, linked } = await filesFor(work, ticketId, message.attachments)
  // A link with a key opens the request as whoever it was made for, so what several people get has none: they sign in.
  const url = others.length > 0 ? requestPage(work, ticket.id) : requestLink(work, ticket.id, first)
  const moved = act.findLast((event) => event.type === 'ticket.status_changed')?.payload as
    | EventPayload<'ticket.status_changed'>
    | undefined
  const resolved = moved && (await resolution(work, thread, moved))
  const agent = message.person?.name ?? work.tenant.name
  // Whoever wrote it may write another language than the texts around it.
  const html = withPictures(message.bodyHtml ?? richTextOf(message.bodyText), attached)
  const words: MailPart = { html, dir: 'auto' }
  let name = ''
  const letter = await writeLetter(
    work,
    'ticket_reply',
    ticket.requester,
    (t) => {
      name = senderName(t, work, ticket.department, message.person)
      const said = resolved?.(t)
      // Nobody else can rate it.
      const rate = others.length === 0 && first === thread.to ? said?.rate : null
      return {
        // They know what they asked.
        values: {
          ...requestValues(thread, thread.to ?? first, url),
          'ticket.title': ticket.title,
          'agent.name': agent,
          'agent.firstName': callName(agent),
        },
        blocks: {
          reply: [words, ...linked.map((file) => ({ html: richTextOf(t('mails.request.file', linkTo(work, file))) }))],
          'ticket.link': [{ action: { label: t('mails.action.request'), url } }],
        },
        below: [
          ...(said ? [{ html: richTextOf([said.resolved, said.closing, rate].filter(Boolean).join('\n\n')) }] : []),
          ...signatureParts(ticket.department, message.person),
        ],
        footer: { text: t('mails.request.whole'), url },
        isPersonal: true,
      }
    },
    design,
  )
  const at = ticket.messages.findIndex(({ id }) => id === message.id)
  await queueMail(work, {
    ...letter,
    ticketId,
    from: { ...senderOf(work.tenant), name },
    replyTo: replyAddress(work.tenant.ref, ticketId),
    to,
    cc,
    files: attached,
    messageId: message.messageId,
    ...answering(ticket.messages.slice(0, at)),
    isAutomatic: false,
  })
}

/** Whom an answer goes to. Of one that was written before that was kept: the requester. */
function addresseesOf({ addressees }: { addressees: unknown }, { to }: Thread) {
  const chosen = storedAddressees(addressees) ?? { to: to ? [{ email: to }] : [], cc: [] }
  const emails = (list: { email: string }[]) => list.map(({ email }) => email)
  return { to: emails(chosen.to), cc: emails(chosen.cc) }
}

const linkTo = (work: Work, { id, name, size }: { id: string; name: string; size: number }) => ({
  name,
  size: sizeInWords(size),
  ...fileLink(work, id),
})

/** The files of a message as far as they fit; the others are downloaded by a link. */
async function filesFor(
  work: Work,
  ticketId: string,
  files: { id: string; name: string; size: number; contentType: string; isInline: boolean }[],
) {
  const all = files.reduce((sum, { size }) => sum + size, 0)
  const most = all <= alwaysAttached ? all : (await routeOf(work, { ticketId })).mostAttached
  const attached: Enclosure[] = []
  const linked: typeof files = []
  let total = 0
  for (const file of files) {
    const { id: fileId, name: filename, size, contentType, isInline } = file
    if (total + size > most) linked.push(file)
    else {
      attached.push({ fileId, filename, contentType, ...(isInline ? { cid: fileId } : {}) })
      total += size
    }
  }
  return { attached, linked }
}

/** Pictures within the text go with it; one that is only linked is none. */
const withPictures = (html: string, attached: readonly Enclosure[]) =>
  attached
    .reduce((text, { cid }) => (cid ? text.replaceAll(`src="${fileAddress(cid)}" loading="lazy"`, `src="cid:${cid}"`) : text), html)
    .replace(/<img src="\/[^>]*>/g, '')
