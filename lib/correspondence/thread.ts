import { callName } from '../core/person-name'
import { cut } from '../core/text'
import type { Work } from '../events/work'
import type { MailValues } from './mail-template'

export type Thread = Awaited<ReturnType<typeof threadOf>>

/** A ticket, whom its requester's mail goes to, and the messages that a mail may answer. */
export async function threadOf({ tx, tenant }: Work, ticketId: string) {
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
  const messageId = { in: ticket.messages.map(({ messageId }) => messageId) }
  const renamed = await tx.outboundMail.findMany({
    where: { tenantId, messageId, sentMessageId: { not: null } },
    select: { messageId: true, sentMessageId: true },
  })
  const messages = ticket.messages.map((message) => ({
    ...message,
    sentMessageId: renamed.find((mail) => mail.messageId === message.messageId)?.sentMessageId ?? null,
  }))
  return { ticket: { ...ticket, messages }, to: ticket.requester.addresses[0]?.email, number: `${ticketPrefix}-${ticket.number}` }
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
