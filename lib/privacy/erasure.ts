import { customerAccounts } from '../accounts/personal-data'
import { filedMails } from '../channels/email/personal-data'
import { deletedContacts, loadErasable, mergedContacts } from '../contacts/personal-data'
import { accountOf } from '../contacts/queries'
import type { ContactOutput } from '../contacts/schema'
import type { DataSubject } from '../db/personal-data'
import type { Work } from '../events/work'
import type { PiecesContext } from '../procedure/context'
import { workspaceTranslator } from '../text/translator'
import { messagesOn, notErased, tracesOf } from '../tickets/conversation/personal-data'
import { redactTickets } from '../tickets/ticket/personal-data'
import { erase, longErasures } from './personal-data'

/** Tickets that one unit of work empties. */
const atOnce = 25

const reading = ({ tx, tenant, now }: Work) => ({ tx, tenantId: tenant.ref.id, now })

/**
 * Who is meant, with the tickets they asked or wrote in. What was said there is read ticket by ticket, but for what they mailed and
 * another contact is named as the author of.
 */
export async function subjectOf(work: Work, { id, name, emails }: Pick<ContactOutput, 'id' | 'name' | 'emails'>): Promise<DataSubject> {
  const contactIds = [...new Set([...(await mergedContacts(reading(work), id)), ...(await deletedContacts(reading(work), emails))])]
  const personIds = await customerAccounts(reading(work), await accountOf(reading(work), id), emails)
  const { ticketIds, touchedIds } = await tracesOf(reading(work), contactIds)
  const mailed = await filedMails(reading(work), emails)
  return {
    contactIds,
    name,
    emails,
    personIds,
    ticketIds,
    touchedIds: [...new Set([...touchedIds, ...mailed.map(({ ticketId }) => ticketId)])],
    messageIds: mailed.map(({ messageId }) => messageId),
  }
}

/**
 * Forgets a contact: first what was said, some tickets at a time, then who they are, with which it is done. What ends it in
 * between leaves the contact, so that whoever takes it up finds who is meant and what is left.
 * @throws NOT_FOUND for one that is erased already
 */
export async function eraseInPieces({ piece, conclude }: Pick<PiecesContext, 'piece' | 'conclude'>, contactId: string) {
  const load = async (work: Work) => subjectOf(work, await loadErasable(work, contactId))
  const who = await piece(load)
  const done = new Set<string>()
  while (done.size < who.touchedIds.length) {
    const some = who.touchedIds.slice(done.size, done.size + atOnce)
    await piece((work) => eraseOn(work, who, some))
    for (const id of some) done.add(id)
  }
  await takeLongErasures(piece, who)
  return conclude(async (work) => {
    const now = await load(work)
    const left = now.touchedIds.filter((id) => !done.has(id))
    await eraseOn(work, now, [...new Set([...left, ...(await notErased(reading(work), now))])])
    // With all tickets again, for what was indexed meanwhile has their name.
    await erase({ ...reading(work), t: await workspaceTranslator(work.tenant) }, { ...now, ticketIds: [], messageIds: [] })
    work.emit('contact.erased', { tickets: now.ticketIds.length, personIds: now.personIds }, { subjectId: contactId })
    return { ok: true as const }
  })
}

export async function takeLongErasures(piece: PiecesContext['piece'], who: DataSubject) {
  for (const step of longErasures)
    for (let after: string | null | undefined; after !== null; ) after = await piece((work) => step(reading(work), who, after ?? null))
}

/** Empties what the contact asked or wrote in of these tickets, and says of each that it was. */
async function eraseOn(work: Work, who: DataSubject, touchedIds: string[]) {
  if (touchedIds.length === 0) return
  const asked = new Set(who.ticketIds)
  const [ticketIds, otherIds] = [touchedIds.filter((id) => asked.has(id)), touchedIds.filter((id) => !asked.has(id))]
  const messageIds = await messagesOn(reading(work), { ...who, ticketIds, touchedIds })
  const some = { contactIds: [], name: '', emails: [], personIds: [], ticketIds, touchedIds, messageIds }
  await erase({ ...reading(work), t: await workspaceTranslator(work.tenant) }, some)
  await redactTickets(work, { ticketIds, otherIds, personIds: who.personIds })
}
