import { findOrCreateContact } from '../../contacts/record'
import type { Addressees } from '../../core/addressee'
import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { workspaceTranslator } from '../../text/translator'
import { joinTicket, maxParticipants } from '../../tickets/conversation/participant'
import { recordNote } from '../../tickets/conversation/record'
import { loadTicket } from '../../tickets/ticket/queries'
import { isNobodys } from './classify'
import type { Mailbox } from './mime/address-list'
import type { ParsedMail } from './parse'
import type { Found } from './schema'

/** The people in To and Cc: neither the sender nor an address of ours, nor one that nobody reads or who is blocked. Each once. */
function peopleIn({ from, to, cc }: Pick<ParsedMail, 'from' | 'to' | 'cc'>, { own, blockedRecipients = [] }: Found): Mailbox[] {
  const seen = new Set([from?.email, ...own.addresses, ...blockedRecipients])
  return [...to, ...cc].filter(({ email }) => {
    if (seen.has(email) || email.endsWith(`@${own.host}`) || isTicketAddress.test(email) || isNobodys(email)) return false
    seen.add(email)
    return true
  })
}

/** Where a ticket is answered, of whatever workspace. */
const isTicketAddress = /^(?:reply|answer|note)\+[0-9a-f]{52}@/i

/** So many of each are kept with the message; the whole list stays in the mail. */
const mostKept = 100

/** To and Cc as they were written, without the addresses that tickets are answered at: whoever knows one can write into its ticket. */
export function addresseesIn({ to, cc }: Pick<ParsedMail, 'to' | 'cc'>): Addressees {
  const kept = (list: Mailbox[]) =>
    list
      .filter(({ email }) => !isTicketAddress.test(email))
      .slice(0, mostKept)
      .map(({ email, name }) => ({ email, name: cut(name, 120) }))
  return { to: kept(to), cc: kept(cc) }
}

/** Whom somebody may name who is not proven to be who they say: answers to a crowd of strangers would be sent in our name. */
const mostUnproven = 10

interface Joining {
  ticketId: string
  messageId: string
  isProven: boolean
}

/** The people that a message names take part from it on. Whoever found no room is named in a note, and in the mail itself. */
export async function joinPeople(work: Work, mail: ParsedMail, found: Found, filed: Joining) {
  const maximum = filed.isProven ? maxParticipants : mostUnproven
  const people = peopleIn(mail, found)
  if (people.length === 0) return
  const byContact = new Map<string, Mailbox>()
  // Nobody becomes a contact for whom there is no room.
  for (const person of people.slice(0, maximum))
    byContact.set((await findOrCreateContact(work, { email: person.email, name: cut(person.name || person.email, 120) })).id, person)
  const since = { at: work.now, messageId: filed.messageId }
  const { leftOut } = await joinTicket(work, filed.ticketId, { contactIds: [...byContact.keys()], since, addedById: null })
  const rest = [...leftOut.flatMap((id) => byContact.get(id) ?? []), ...people.slice(maximum)]
  if (rest.length === 0 && !mail.limits.includes('recipients')) return
  const t = await workspaceTranslator(work.tenant)
  const names = cut(rest.map(({ email }) => email).join(', '), 2000)
  const why = filed.isProven ? 'mails.inbound.tooManyPeople' : 'mails.inbound.tooManyUnproven'
  const bodyText = t(why, { maximum, count: rest.length, names })
  const ticket = await loadTicket(work, filed.ticketId, 'lock')
  await recordNote(work, ticket, { author: { kind: 'system', id: null }, bodyText, source: 'email' })
}
