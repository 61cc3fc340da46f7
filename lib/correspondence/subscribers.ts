import { accountOfLink } from '../accounts/auth'
import { hasEnoughLinks, mintOneTimeToken } from '../accounts/one-time-tokens'
import { newId } from '../core/id'
import { callName } from '../core/person-name'
import { richTextOf } from '../core/plain'
import { cut } from '../core/text'
import type { Person } from '../db/generated/tenant/client'
import type { EventOf, EventPayload, EventType } from '../events/event-types'
import { defineSubscriber, type Handlers } from '../events/subscriber'
import type { Work } from '../events/work'
import { readFile } from '../files/attachments'
import { fileAddress, sizeInWords } from '../files/schema'
import { messageIdFor, replyAddress, supportAddress } from '../mail/addresses'
import type { MailPart } from '../mail/layout'
import { queueMail } from '../mail/outbox'
import { originOf } from '../tenancy/origin'
import { type Translator, translatorFor } from '../text/translator'
import { storedAddressees } from '../tickets/conversation/addressee'
import { requestLink, requestPage } from '../tickets/ticket/request-link'
import { type Letter, renderFixed, type WrittenLetter, writeLetter } from './letter'
import type { MailValues } from './mail-template'
import type { TemplateEventName } from './schema'
import { senderName, signatureParts } from './signature'

const composers: Handlers = {
  'ticket.created': (work, { subjectId, payload }) => acknowledge(work, subjectId as string, payload),
  'ticket.replied': (work, { subjectId, payload }) => sendReply(work, subjectId as string, payload),
  'ticket.status_changed': (work, { subjectId, payload }) => tellResolved(work, subjectId as string, payload),
  'ticket.merged': (work, { subjectId, payload }) => tellMerged(work, subjectId as string, payload),
  'person.link_requested': (work, { subjectId, payload }) => sendLink(work, subjectId, payload),
  'desk.opened': (work, { subjectId }) => welcomeOwner(work, subjectId as string),
  'person.locked': async (work, { subjectId, payload }) => subjectId && tellLocked(work, subjectId, payload),
}

/** Turns what happened into the mail that people expect of it. */
export const composeMail = defineSubscriber('mail.compose', composers, undefined, {
  goesFirst: true,
  leaves: ['ticket.replied', 'ticket.status_changed', 'ticket.merged'],
  handleAct: writeOnce,
})

/** One act, one mail: a reply that resolves says so itself. */
async function writeOnce(work: Work, events: readonly EventOf<EventType>[]) {
  const answers = events.filter((event) => event.type === 'ticket.replied' && event.payload.by === 'agent')
  const last = answers.at(-1)
  for (const event of events) {
    if (last && event.type === 'ticket.status_changed') continue
    if (event === last) await sendReply(work, event.subjectId as string, event.payload as EventPayload<'ticket.replied'>, events)
    else await (composers[event.type] as (work: Work, event: EventOf<EventType>) => Promise<unknown>)?.(work, event)
  }
}

const sender = ({ tenant }: Work) => ({ name: tenant.name, address: supportAddress(tenant.ref) })

async function threadOf({ tx, tenant }: Work, ticketId: string) {
  const tenantId = tenant.ref.id
  const ticket = await tx.ticket.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: ticketId } },
    include: {
      department: { select: { senderName: true, senderShowsAgent: true, signatureHtml: true } },
      requester: { include: { addresses: { orderBy: { isPrimary: 'desc' }, take: 1 } } },
      messages: { where: { kind: { not: 'note' } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], select: { id: true, messageId: true } },
    },
  })
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  return { ticket, to: ticket.requester.addresses[0]?.email, number: `${ticketPrefix}-${ticket.number}` }
}

/** New tickets of one address that are acknowledged within an hour, whichever way they came. */
const acknowledgedPerHour = 10

/**
 * Says that a ticket is there. Two machines that answer each other without saying that they are machines, and whoever has mail sent
 * to another by our form, are acknowledged a few times: their tickets go on, the answers stop.
 */
async function acknowledge(work: Work, ticketId: string, payload: EventPayload<'ticket.created'>) {
  if (!payload.acknowledge) return
  const thread = await threadOf(work, ticketId)
  const { requesterId, createdAt } = thread.ticket
  const hourBefore = new Date(createdAt.getTime() - 3600_000)
  const where = { tenantId: work.tenant.ref.id, requesterId, createdAt: { gt: hourBefore, lte: createdAt } }
  if ((await work.tx.ticket.count({ where, take: acknowledgedPerHour + 1 })) > acknowledgedPerHour) return
  const first = thread.ticket.messages[0]?.messageId
  const continues = await continuedBy(work, ticketId)
  await mailRequester(work, thread, `ack-${ticketId}`, continues ? 'ticket_follow_up' : 'ticket_received', () => ({
    values: { ...(continues ? { 'ticket.continues': continues } : {}) },
    inReplyTo: first,
    references: first ? [first] : [],
  }))
}

/** Announces that a request counts as resolved, and what happens if nobody disagrees. */
async function tellResolved(work: Work, ticketId: string, payload: EventPayload<'ticket.status_changed'>) {
  const thread = await threadOf(work, ticketId)
  const says = await resolution(work, thread, payload)
  if (!says) return
  await mailRequester(work, thread, `resolved-${ticketId}-${work.now.getTime()}`, 'ticket_resolved', (t) => ({
    values: { 'ticket.closing': says(t).closing },
    ...answering(thread.ticket.messages),
  }))
}

/** What is said of a request that was resolved and is so still; null for any other change. */
async function resolution({ tx, tenant }: Work, { ticket }: Thread, { after, cause }: EventPayload<'ticket.status_changed'>) {
  if (after !== 'resolved' || cause === 'undone' || ticket.status !== 'resolved') return null
  const { closeAfterDays } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
  return (t: Translator) => ({
    resolved: t('mails.request.resolved'),
    closing: closeAfterDays > 0 ? t('mails.request.closes', { days: closeAfterDays }) : t('mails.request.reply'),
  })
}

/** Whoever asked twice is told under which number it goes on; of two people, neither: one can't see it, the other didn't ask it. */
async function tellMerged(work: Work, intoId: string, { fromId, number }: EventPayload<'ticket.merged'>) {
  const from = await threadOf(work, fromId)
  const into = await threadOf(work, intoId)
  if (from.ticket.requesterId !== into.ticket.requesterId) return
  await mailRequester(work, into, `merged-${fromId}-${work.now.getTime()}`, 'ticket_merged', () => ({
    values: { 'ticket.number': number, 'ticket.title': shownTitle(from.ticket), 'ticket.mergedInto': into.number },
  }))
}

/** The number of the closed request that this one goes on with. */
async function continuedBy({ tx, tenant }: Work, ticketId: string): Promise<string | null> {
  const tenantId = tenant.ref.id
  const link = await tx.ticketLink.findFirst({
    where: { tenantId, fromId: ticketId, kind: 'follow_up' },
    select: { to: { select: { number: true } } },
  })
  if (!link) return null
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId }, select: { ticketPrefix: true } })
  return `${ticketPrefix}-${link.to.number}`
}

type Thread = Awaited<ReturnType<typeof threadOf>>

interface Titled {
  number: string
  ticket: { title: string; requester: { personId: string | null } }
}

/** Anyone can ask in another's name, so an address that nobody signed in with gets little of what the form was filled in with. */
const shownTitle = ({ title, requester }: Titled['ticket']) => (requester.personId ? title : withoutLinks(title, 60))
const withoutLinks = (text: string, length: number) => {
  const bare = text.replace(/\S+:\/\/\S*|\bwww\.\S+|\S+\.\S+\/\S*/gi, '…')
  return bare.length > length ? `${cut(bare, length)}…` : bare
}

/** The last message is answered; the first anchors the thread; of a long one the newest are enough. */
function answering(earlier: { messageId: string }[]) {
  const ids = earlier.map(({ messageId }) => messageId)
  return { inReplyTo: ids.at(-1), references: [...new Set([...ids.slice(0, 1), ...ids.slice(-20)])] }
}

/** A mail to the requester about their request, which they may answer; nothing to someone without an address. */
async function mailRequester(
  work: Work,
  { ticket, to, number }: Thread,
  id: string,
  event: TemplateEventName,
  write: (t: Translator) => Letter & { inReplyTo?: string; references?: string[] },
) {
  if (!to) return
  const url = requestLink(work, ticket.id, to)
  let answers: { inReplyTo?: string; references?: string[] } = {}
  let name = ''
  const letter = await writeLetter(work, event, ticket.requester, (t) => {
    name = senderName(t, work, ticket.department)
    const { inReplyTo, references, values, ...rest } = write(t)
    answers = { inReplyTo, references }
    return {
      ...rest,
      values: { ...requestValues({ ticket, number }, to, url), ...values },
      blocks: { 'ticket.link': [{ action: { label: t('mails.action.request'), url } }] },
    }
  })
  await queueMail(work, {
    ...letter,
    ...answers,
    ticketId: ticket.id,
    from: { ...sender(work), name },
    replyTo: replyAddress(work.tenant.ref, ticket.id),
    to: [to],
    messageId: messageIdFor(work.tenant.ref, id),
    isAutomatic: true,
  })
}

/** What a mail to a requester may say of them and of their request: this, and nothing else of it. */
function requestValues({ ticket, number }: Titled & { ticket: { requester: { name: string } } }, email: string, url: string): MailValues {
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

/** @param act all that was done to the ticket with it */
async function sendReply(work: Work, ticketId: string, payload: EventPayload<'ticket.replied'>, act: readonly EventOf<EventType>[] = []) {
  if (payload.by !== 'agent') return
  const thread = await threadOf(work, ticketId)
  const { ticket } = thread
  const tenantId = work.tenant.ref.id
  const message = await work.tx.ticketMessage.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: payload.messageId } },
    include: {
      person: { select: { name: true, signatureHtml: true } },
      attachments: { where: { quarantinedAt: null }, orderBy: { createdAt: 'asc' } },
    },
  })
  const { to, cc } = addresseesOf(message, thread)
  const [first, ...others] = [...to, ...cc]
  if (!first) return
  const { attached, linked } = await filesFor(work, message.attachments)
  // A link with a key opens the request as whoever it was made for, so what several people get has none: they sign in.
  const url = others.length > 0 ? requestPage(work, ticket.id) : requestLink(work, ticket.id, first)
  const more = linked.map(({ name, size }) => `${name} (${sizeInWords(size)}): ${url}`)
  const moved = act.findLast((event) => event.type === 'ticket.status_changed')?.payload as
    | EventPayload<'ticket.status_changed'>
    | undefined
  const resolved = moved && (await resolution(work, thread, moved))
  const agent = message.person?.name ?? work.tenant.name
  // Whoever wrote it may write another language than the texts around it.
  const html = withPictures(message.bodyHtml ?? richTextOf(message.bodyText), attached)
  const words: MailPart = { html, dir: 'auto' }
  let name = ''
  const letter = await writeLetter(work, 'ticket_reply', ticket.requester, (t) => {
    name = senderName(t, work, ticket.department, message.person)
    const said = resolved?.(t)
    return {
      // They know what they asked.
      values: {
        ...requestValues(thread, thread.to ?? first, url),
        'ticket.title': ticket.title,
        'agent.name': agent,
        'agent.firstName': callName(agent),
      },
      blocks: {
        reply: [words, ...more.map((text) => ({ html: richTextOf(text) }))],
        'ticket.link': [{ action: { label: t('mails.action.request'), url } }],
      },
      below: [
        ...(said ? [{ html: richTextOf(`${said.resolved}\n\n${said.closing}`) }] : []),
        ...signatureParts(ticket.department, message.person),
      ],
      footer: { text: t('mails.request.whole'), url },
      isPersonal: true,
    }
  })
  const at = ticket.messages.findIndex(({ id }) => id === message.id)
  await queueMail(work, {
    ...letter,
    ticketId,
    from: { ...sender(work), name },
    replyTo: replyAddress(work.tenant.ref, ticketId),
    to,
    cc,
    attachments: attached,
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

interface Attached {
  filename: string
  content: Uint8Array
  contentType: string
  cid?: string
}

/** What a mail can carry: servers refuse more than about 25 MB, and sending makes it a third longer. */
const maxAttached = 15 * 1024 * 1024

/** The files of a message as far as they fit; the others are read on the portal. */
async function filesFor(
  { tenant }: Work,
  files: { id: string; storedAs: string | null; name: string; size: number; contentType: string; isInline: boolean }[],
) {
  const attached: Attached[] = []
  const linked: typeof files = []
  let total = 0
  for (const file of files) {
    const content = total + file.size <= maxAttached ? await readFile(tenant.ref, file) : null
    const { id, name: filename, contentType, isInline } = file
    if (content) attached.push({ filename, content, contentType, ...(isInline ? { cid: id } : {}) })
    else linked.push(file)
    if (content) total += file.size
  }
  return { attached, linked }
}

/** Pictures within the text go with it; one that is only linked is none. */
const withPictures = (html: string, attached: readonly Attached[]) =>
  attached
    .reduce((text, { cid }) => (cid ? text.replaceAll(`src="${fileAddress(cid)}" loading="lazy"`, `src="cid:${cid}"`) : text), html)
    .replace(/<img src="\/[^>]*>/g, '')

const linkPaths = { invitation: '/invitation', password_reset: '/reset-password', magic_link: '/magic-link' } as const

async function sendLink(work: Work, subjectId: string | null, payload: EventPayload<'person.link_requested'>) {
  const { purpose, next, source } = payload
  const personId = await accountOfLink(work, subjectId, payload)
  if (!personId || (await hasEnoughLinks(work, personId, purpose, source))) return
  const write = async (person: Person) => {
    const url = await linkFor(work, personId, purpose, { next, source })
    return writeLetter(work, purpose, person, (t) => ({
      values: { 'person.name': person.name, 'person.firstName': callName(person.name), 'link.url': url },
      blocks: { link: [{ action: { label: t(`mails.action.${purpose}`), url } }] },
    }))
  }
  // An invitation is somebody else's wish.
  await mailPerson(work, personId, `${purpose}-${newId()}`, write, { isAsked: purpose !== 'invitation' })
}

async function linkFor(work: Work, personId: string, purpose: keyof typeof linkPaths, asked: { next?: string; source?: string } = {}) {
  const { next, source } = asked
  const secret = await mintOneTimeToken(work, personId, purpose, source)
  const query = next ? `?${new URLSearchParams({ next })}` : ''
  // After '#', the secret reaches no server log and no referrer.
  return `${originOf(work.tenant.ref)}${linkPaths[purpose]}${query}#${secret}`
}

async function welcomeOwner(work: Work, personId: string) {
  const { name: workspace, ref } = work.tenant
  const url = originOf(ref)
  await mailPerson(work, personId, `welcome-${ref.id}`, (person) =>
    writeFixed(work, person, (t) => ({
      subject: t('mails.welcome.subject', { workspace }),
      parts: [
        said(t('mails.welcome.says', { url })),
        said(t('mails.welcome.next', { signIn: `${url}/sign-in`, url, address: supportAddress(ref) })),
      ],
    })),
  )
}

/** With a way in: the owner must not be kept out by whoever types wrong passwords. */
async function tellLocked(work: Work, personId: string, { scope = 'source' }: EventPayload<'person.locked'>) {
  const { name: workspace, ref } = work.tenant
  await mailPerson(work, personId, `locked-${newId()}`, async (person) => {
    const url = await linkFor(work, personId, 'magic_link')
    return writeFixed(work, person, (t) => ({
      subject: t('mails.locked.subject', { workspace }),
      parts: [
        said(t(`mails.locked.${scope}`)),
        said(t('mails.locked.enter')),
        { action: { label: t('mails.action.magic_link'), url } },
        said(t('mails.locked.reset', { url: `${originOf(ref)}/forgot-password` })),
      ],
    }))
  })
}

/** A paragraph of the catalogue, its addresses made links. */
const said = (text: string): MailPart => ({
  html: richTextOf(text).replace(/https?:\/\/[^\s<]*[^\s<.,]/g, (url) => `<a href="${url}">${url}</a>`),
})

/** A mail of the product's own that no workspace rewrites. */
async function writeFixed(work: Work, person: Person, write: (t: Translator) => { subject: string; parts: MailPart[] }) {
  const t = await translatorFor(person, work.tenant)
  const { subject, parts } = write(t)
  return { subject, ...(await renderFixed(work, t, [said(t('mails.greeting', { name: person.name })), ...parts])) }
}

/** A mail about an account, in its owner's language; nothing to someone who is gone. */
async function mailPerson(
  work: Work,
  personId: string,
  id: string,
  write: (person: Person) => Promise<WrittenLetter>,
  { isAsked = false } = {},
) {
  const { tx, tenant } = work
  const person = await tx.person.findFirst({ where: { tenantId: tenant.ref.id, id: personId, deletedAt: null } })
  if (!person) return
  await queueMail(work, {
    ...(await write(person)),
    from: sender(work),
    to: [person.email],
    messageId: messageIdFor(tenant.ref, id),
    isAutomatic: true,
    isAsked,
  })
}
