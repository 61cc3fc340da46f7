import { isStaff } from '../../actor/actor'
import { isError } from '../../core/errors'
import type { Work } from '../../events/work'
import { isSignedFor, staffAddressIn } from '../../mail/addresses'
import { actorOfPerson } from '../../procedure/authenticate'
import { canNote, canReply } from '../../tickets/ticket/policy'
import { factsOf, loadTicket } from '../../tickets/ticket/queries'
import { livingTicket } from '../../tickets/ticket/record'
import type { ParsedMail } from './parse'
import type { StaffAnswer } from './schema'

/** What is answered by mail at an address that notifications name, and whether whoever sent it may; null for any other mail. */
export async function staffAnswerFacts(
  work: Work,
  { recipients, senders }: Pick<ParsedMail, 'recipients' | 'senders'>,
  recipient: string,
  staffId: string | null,
): Promise<StaffAnswer | null> {
  const { tenant } = work
  const named = recipients.flatMap((address) => staffAddressIn(tenant.ref, address) ?? [])
  const first = named[0] ?? staffAddressIn(tenant.ref, recipient)
  if (!first) return null
  // Of several that were written to, the one that is theirs. The envelope proves nothing: what they wrote elsewhere can be sent on.
  const isOneSender = senders.from.length === 1
  const theirs = named.find((address) => isOneSender && staffId !== null && isSignedFor(tenant.ref, address, staffId))
  const { ticketId, isNote } = theirs ?? first
  const personId = theirs ? staffId : null
  return { ticketId, isNote, personId, isAllowed: personId !== null && (await mayAnswer(work, personId, ticketId, isNote)) }
}

/** As the ticket is now, and they are: much can change until somebody answers a mail. */
async function mayAnswer(work: Work, personId: string, ticketId: string, isNote: boolean): Promise<boolean> {
  const actor = await actorOfPerson(work.tx, work.tenant.ref.id, personId)
  const id = await livingTicket(work, ticketId)
  if (!actor || !id || !isStaff(actor)) return false
  try {
    const ticket = factsOf(await loadTicket({ ...work, actor }, id))
    return isNote ? canNote(actor, ticket) : canReply(actor, ticket)
  } catch (error) {
    if (isError(error, 'NOT_FOUND')) return false
    throw error
  }
}
