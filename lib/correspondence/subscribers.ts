import { mintOneTimeToken } from '../accounts/one-time-tokens'
import { richTextOf } from '../core/plain'
import type { EventPayload } from '../events/event-types'
import { defineSubscriber } from '../events/subscriber'
import type { Work } from '../events/work'
import { readFileOf } from '../files/attachments'
import { sizeInWords } from '../files/schema'
import { mailHostOf, replyAddress, supportAddress } from '../mail/addresses'
import { queueMail } from '../mail/outbox'
import { mailBodies, mailFooter } from '../mail/template'
import { originOf } from '../tenancy/origin'
import { translatorFor } from '../text/translator'
import { requestLink } from '../tickets/ticket/request-link'

/** Turns what happened into the mail that people expect of it. */
export const composeMail = defineSubscriber('mail.compose', {
  'ticket.created': (work, { subjectId, payload }) => acknowledge(work, subjectId as string, payload),
  'ticket.replied': (work, { subjectId, payload }) => sendReply(work, subjectId as string, payload),
  'ticket.status_changed': (work, { subjectId, payload }) => tellResolved(work, subjectId as string, payload),
  'ticket.merged': (work, { subjectId, payload }) => tellMerged(work, subjectId as string, payload),
  'person.link_requested': (work, { subjectId, payload }) => sendLink(work, subjectId as string, payload),
  'desk.opened': (work, { subjectId }) => welcomeOwner(work, subjectId as string),
  'person.locked': (work, { subjectId }) => tellLocked(work, subjectId as string),
})

const sender = ({ tenant }: Work) => ({ name: tenant.name, address: supportAddress(tenant.ref) })

async function threadOf({ tx, tenant }: Work, ticketId: string) {
  const tenantId = tenant.ref.id
  const ticket = await tx.ticket.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: ticketId } },
    include: {
      requester: { include: { addresses: { orderBy: { isPrimary: 'desc' }, take: 1 } } },
      messages: { where: { kind: { not: 'note' } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], select: { id: true, messageId: true } },
    },
  })
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  return { ticket, to: ticket.requester.addresses[0]?.email, number: `${ticketPrefix}-${ticket.number}` }
}

async function acknowledge(work: Work, ticketId: string, payload: EventPayload<'ticket.created'>) {
  if (!payload.acknowledge) return
  const { ticket, to, number } = await threadOf(work, ticketId)
  if (!to) return
  const first = ticket.messages[0]?.messageId
  const t = await translatorFor(ticket.requester)
  await queueMail(work, {
    ticketId,
    from: sender(work),
    replyTo: replyAddress(work.tenant.ref, ticketId),
    to: [to],
    subject: `[${number}] ${ticket.title}`,
    ...mailBodies({
      paragraphs: [
        t('mails.greeting', { name: ticket.requester.name }),
        t('mails.request.received', { number }),
        t('mails.request.next'),
        t('mails.request.view', { url: requestLink(work, ticket.id, to) }),
      ],
    }),
    messageId: `ack-${ticketId}@${mailHostOf(work.tenant.ref)}`,
    inReplyTo: first,
    references: first ? [first] : [],
    isAutomatic: true,
  })
}

/** Announces that a request counts as resolved, and what happens if nobody disagrees. */
async function tellResolved(work: Work, ticketId: string, { after, cause }: EventPayload<'ticket.status_changed'>) {
  if (after !== 'resolved' || cause === 'undone') return
  const { ticket, to, number } = await threadOf(work, ticketId)
  if (!to || ticket.status !== 'resolved') return
  const { closeAfterDays } = await work.tx.workspace.findUniqueOrThrow({ where: { tenantId: work.tenant.ref.id } })
  const ids = ticket.messages.map(({ messageId }) => messageId)
  const t = await translatorFor(ticket.requester)
  await queueMail(work, {
    ticketId,
    from: sender(work),
    replyTo: replyAddress(work.tenant.ref, ticketId),
    to: [to],
    subject: `Re: [${number}] ${ticket.title}`,
    ...mailBodies({
      paragraphs: [
        t('mails.greeting', { name: ticket.requester.name }),
        t('mails.request.resolved'),
        closeAfterDays > 0 ? t('mails.request.closes', { days: closeAfterDays }) : t('mails.request.reply'),
        t('mails.request.view', { url: requestLink(work, ticket.id, to) }),
      ],
    }),
    messageId: `resolved-${ticketId}-${work.now.getTime()}@${mailHostOf(work.tenant.ref)}`,
    inReplyTo: ids.at(-1),
    references: [...new Set([...ids.slice(0, 1), ...ids.slice(-20)])],
    isAutomatic: true,
  })
}

/** Whoever asked twice is told under which number it goes on. */
async function tellMerged(work: Work, intoId: string, { fromId, number }: EventPayload<'ticket.merged'>) {
  const { ticket: from, to } = await threadOf(work, fromId)
  const { ticket: into, number: intoNumber } = await threadOf(work, intoId)
  // A colleague of theirs who asked the same learns nothing of it.
  if (!to || from.requesterId !== into.requesterId) return
  const t = await translatorFor(from.requester)
  await queueMail(work, {
    ticketId: intoId,
    from: sender(work),
    replyTo: replyAddress(work.tenant.ref, intoId),
    to: [to],
    subject: `[${number}] ${from.title}`,
    ...mailBodies({
      paragraphs: [
        t('mails.greeting', { name: from.requester.name }),
        t('mails.request.merged', { number, into: intoNumber }),
        t('mails.request.view', { url: requestLink(work, into.id, to) }),
      ],
    }),
    messageId: `merged-${fromId}-${work.now.getTime()}@${mailHostOf(work.tenant.ref)}`,
    isAutomatic: true,
  })
}

async function sendReply(work: Work, ticketId: string, payload: EventPayload<'ticket.replied'>) {
  if (payload.by !== 'agent') return
  const { ticket, to, number } = await threadOf(work, ticketId)
  if (!to) return
  const tenantId = work.tenant.ref.id
  const message = await work.tx.ticketMessage.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: payload.messageId } },
    include: { person: { select: { name: true } }, attachments: { orderBy: { createdAt: 'asc' } } },
  })
  const { attached, linked } = await filesFor(work, message.attachments)
  const url = requestLink(work, ticket.id, to)
  const more = linked.map(({ name, size }) => `${name} (${sizeInWords(size)}): ${url}`)
  const t = await translatorFor(ticket.requester)
  const footer = mailFooter({ text: t('mails.request.whole'), url })
  const at = ticket.messages.findIndex(({ id }) => id === message.id)
  const earlier = ticket.messages.slice(0, at).map(({ messageId }) => messageId)
  await queueMail(work, {
    ticketId,
    from: { ...sender(work), name: message.person ? `${message.person.name} (${work.tenant.name})` : work.tenant.name },
    replyTo: replyAddress(work.tenant.ref, ticketId),
    to: [to],
    subject: `Re: [${number}] ${ticket.title}`,
    text: [message.bodyText, ...more, footer.text].filter(Boolean).join('\n\n'),
    html: (message.bodyHtml ?? richTextOf(message.bodyText)) + more.map(richTextOf).join('') + footer.html,
    attachments: attached,
    messageId: message.messageId,
    inReplyTo: earlier.at(-1),
    // The first message anchors the thread; of a long one the newest are enough.
    references: [...new Set([...earlier.slice(0, 1), ...earlier.slice(-20)])],
    isAutomatic: false,
  })
}

/** What a mail can carry: servers refuse more than about 25 MB, and sending makes it a third longer. */
const maxAttached = 15 * 1024 * 1024

/** The files of a message as far as they fit; the others are read on the portal. */
async function filesFor({ tenant }: Work, files: { id: string; name: string; size: number; contentType: string }[]) {
  const attached: { filename: string; content: Uint8Array; contentType: string }[] = []
  const linked: typeof files = []
  let total = 0
  for (const file of files) {
    const content = total + file.size <= maxAttached ? await readFileOf(tenant.ref, file.id) : null
    if (content) attached.push({ filename: file.name, content, contentType: file.contentType })
    else linked.push(file)
    if (content) total += file.size
  }
  return { attached, linked }
}

const linkPaths = { invitation: '/invitation', password_reset: '/reset-password', magic_link: '/magic-link' } as const

async function sendLink(work: Work, personId: string, { purpose, next }: EventPayload<'person.link_requested'>) {
  const person = await findPerson(work, personId)
  if (!person) return
  const secret = await mintOneTimeToken(work, personId, purpose)
  const t = await translatorFor(person)
  // After '#', the secret reaches no server log and no referrer.
  const query = next ? `?${new URLSearchParams({ next })}` : ''
  const url = `${originOf(work.tenant.ref)}${linkPaths[purpose]}${query}#${secret}`
  await queueMail(work, {
    from: sender(work),
    to: [person.email],
    subject: t(`mails.link.${purpose}.subject`, { workspace: work.tenant.name }),
    ...mailBodies({
      paragraphs: [t('mails.greeting', { name: person.name }), t(`mails.link.${purpose}.says`), url, t('mails.link.ignore')],
    }),
    messageId: `${work.now.getTime()}-${personId}-${purpose}@${mailHostOf(work.tenant.ref)}`,
    isAutomatic: true,
  })
}

async function welcomeOwner(work: Work, personId: string) {
  const person = await findPerson(work, personId)
  if (!person) return
  const origin = originOf(work.tenant.ref)
  const t = await translatorFor(person)
  await queueMail(work, {
    from: sender(work),
    to: [person.email],
    subject: t('mails.welcome.subject', { workspace: work.tenant.name }),
    ...mailBodies({
      paragraphs: [
        t('mails.greeting', { name: person.name }),
        t('mails.welcome.says', { url: origin }),
        t('mails.welcome.next', { signIn: `${origin}/sign-in`, url: origin, address: supportAddress(work.tenant.ref) }),
      ],
    }),
    messageId: `welcome-${work.tenant.ref.id}@${mailHostOf(work.tenant.ref)}`,
    isAutomatic: true,
  })
}

async function tellLocked(work: Work, personId: string) {
  const person = await findPerson(work, personId)
  if (!person) return
  const t = await translatorFor(person)
  await queueMail(work, {
    from: sender(work),
    to: [person.email],
    subject: t('mails.locked.subject', { workspace: work.tenant.name }),
    ...mailBodies({
      paragraphs: [
        t('mails.greeting', { name: person.name }),
        t('mails.locked.says'),
        t('mails.locked.reset', { url: `${originOf(work.tenant.ref)}/forgot-password` }),
      ],
    }),
    messageId: `${work.now.getTime()}-${personId}-locked@${mailHostOf(work.tenant.ref)}`,
    isAutomatic: true,
  })
}

const findPerson = ({ tx, tenant }: Work, id: string) => tx.person.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null } })
