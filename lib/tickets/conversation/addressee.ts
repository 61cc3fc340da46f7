import { z } from 'zod'
import { hasAnywhere } from '../../actor/actor'
import { findOrCreateContact } from '../../contacts/record'
import { type Addressee, type Addressees, readAddressees } from '../../core/addressee'
import { invalid } from '../../core/errors'
import { msg } from '../../core/message'
import { plannedOnce } from '../../db/prepared'
import { rowsOf } from '../../db/rows'
import type { Work } from '../../events/work'
import { suppressedOutput } from '../../mail/schema'
import { suppressedOf } from '../../mail/suppression'
import { agentProcedure } from '../../procedure/builders'
import { refuseUnless } from '../ticket/lock'
import { isOwnAddress } from '../ticket/own-address'
import { canReply } from '../ticket/policy'
import { loadTicket } from '../ticket/queries'
import { ticketRef } from '../ticket/schema'
import { joinTicket, maxParticipants } from './participant'
import { addressees, addressList, type ParticipantOutput } from './schema'

type Reading = Pick<Work, 'tx' | 'tenant'>

/** How many addresses one answer goes to. */
const maxAddressees = maxParticipants + 1

type ParticipantAddress = Pick<ParticipantOutput, 'name' | 'email'>

const person = z.object({ email: z.string(), name: z.string(), isRequester: z.boolean() })

/** Whom answers on a ticket go to unless someone says otherwise: its requester, and who takes part in copy. */
export async function usualAddressees({ tx, tenant }: Reading, ticketId: string): Promise<Addressees> {
  const rows = await rowsOf(
    person,
    tx.$queryRaw`
      SELECT ${plannedOnce} a.email, c.name, c.id = t.requester_id AS "isRequester" FROM ticket t
      CROSS JOIN LATERAL (SELECT t.requester_id AS id UNION
        SELECT p.contact_id FROM ticket_participant p WHERE p.tenant_id = t.tenant_id AND p.ticket_id = t.id AND p.removed_at IS NULL) w
      JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = w.id AND (c.id = t.requester_id OR c.deleted_at IS NULL)
      JOIN LATERAL (SELECT x.email FROM contact_address x WHERE x.tenant_id = c.tenant_id AND x.contact_id = c.id
        ORDER BY x.is_primary DESC, x.email LIMIT 1) a ON TRUE
      WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${ticketId}::uuid ORDER BY c.name, a.email`,
  )
  const as = (isRequester: boolean) => rows.filter((row) => row.isRequester === isRequester).map(({ email, name }) => ({ email, name }))
  return usualOf(as(true), as(false))
}

/** A requester without an address is not in the way of the others. */
const usualOf = (to: Addressee[], cc: Addressee[]): Addressees => (to.length > 0 ? { to, cc } : { to: cc, cc: [] })

/** The same where it is known who takes part. */
export function usualAmong(asker: ParticipantAddress, participants: readonly ParticipantAddress[]): Addressees {
  const addressesOf = (people: readonly ParticipantAddress[]) => people.flatMap(({ email, name }) => (email ? [{ email, name }] : []))
  return usualOf(addressesOf([asker]), addressesOf(participants))
}

export const checkAddressees = agentProcedure
  .meta({ permission: 'ticket.reply', changesNothing: true })
  .route({
    method: 'POST',
    path: '/ticket/{id}/addressees/check',
    tags: ['Tickets'],
    summary:
      'Say which of some addresses are suppressed, so that an answer is not sent to them, and, to who may see people, which are those of staff',
  })
  .input(z.strictObject({ ...ticketRef.shape, emails: addressList }))
  .output(z.object({ suppressed: z.array(suppressedOutput), staff: z.array(z.object({ email: z.string(), name: z.string() })) }))
  .handler(async ({ context, input }) => {
    refuseUnless(canReply, context, await loadTicket(context, input.id))
    const emails = input.emails.flatMap(readAddressees).flatMap(({ email }) => email ?? [])
    const { tx, tenant, actor } = context
    const where = { tenantId: tenant.ref.id, email: { in: emails }, deletedAt: null, role: { not: 'customer' as const } }
    // Who may not see colleagues is not told which addresses are theirs.
    const isShown = hasAnywhere(actor, 'person.view')
    const staff = isShown ? await tx.person.findMany({ where, select: { email: true, name: true }, orderBy: { email: 'asc' } }) : []
    return { suppressed: await suppressedOf(tx, tenant.ref.id, emails), staff }
  })

/** What is asked of an answer: addresses as they are typed, where they are not the usual ones. */
export interface Asked {
  to?: readonly string[]
  cc?: readonly string[]
}

/**
 * Whom an answer goes to as its writer says.
 * @throws INVALID for what is no address, is our own, or is too many
 */
export async function chooseAddressees(work: Reading, ticketId: string, asked: Asked): Promise<Addressees> {
  const usual = await usualAddressees(work, ticketId)
  const to = asked.to ? await read(work, 'to', asked.to) : usual.to
  const isIn = new Set(to.map(({ email }) => email))
  const cc = (asked.cc ? await read(work, 'cc', asked.cc) : usual.cc).filter(({ email }) => !isIn.has(email))
  if (to.length === 0) throw invalid({ to: ['tickets.enterAddressee'] })
  if (to.length + cc.length > maxAddressees) throw invalid({ cc: [msg('tickets.tooManyAddressees', { maximum: maxAddressees })] })
  return { to, cc }
}

async function read(work: Reading, field: 'to' | 'cc', given: readonly string[]): Promise<Addressee[]> {
  const byEmail = new Map<string, Addressee>()
  for (const { text, email, name } of given.flatMap(readAddressees)) {
    if (!email) throw invalid({ [field]: [msg('tickets.notAnAddress', { address: text.slice(0, 100) })] })
    if (await isOwnAddress(work, email)) throw invalid({ [field]: [msg('tickets.ownAddress', { address: email })] })
    if (!byEmail.get(email)?.name) byEmail.set(email, { email, name })
  }
  return [...byEmail.values()]
}

/** Who is written to takes part from that message on. */
export async function joinAddressees(work: Work, ticketId: string, messageId: string, { to, cc }: Addressees) {
  const contactIds: string[] = []
  for (const { email, name } of [...to, ...cc]) contactIds.push((await findOrCreateContact(work, { email, name: name || email })).id)
  const addedById = work.actor.kind === 'person' ? work.actor.id : null
  const { leftOut } = await joinTicket(work, ticketId, { contactIds, since: { at: work.now, messageId }, addedById })
  if (leftOut.length > 0) throw invalid({ cc: [msg('tickets.tooManyParticipants', { maximum: maxParticipants })] })
}

export const storedAddressees = (stored: unknown): Addressees | null => addressees.nullable().catch(null).parse(stored)
