import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { startSession } from '../../accounts/sign-in'
import { hashSecret } from '../../actor/hash'
import { contactOfPerson } from '../../contacts/record'
import { invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { emailInput, ok } from '../../core/schema'
import type { Work } from '../../events/work'
import { publicProcedure } from '../../procedure/builders'
import { secretFor } from '../../secrets'
import { originOf } from '../../tenancy/origin'
import { livingTicket } from './record'
import { keyPattern } from './request-key'
import { ticketRef } from './schema'

const lifeDays = 60
const dayMs = 86_400_000

const sign = (tenantId: string, ticketId: string, address: string, lastDay: string) =>
  createHmac('sha256', secretFor('request-link')).update(`${tenantId}/${ticketId}/${lastDay}/${address}`).digest('base64url').slice(0, 27)

/**
 * The address of a request for a mail to one address of its requester or of who takes part: it
 * opens without a password, for 60 days, this one request. After '#' the key
 * reaches no log.
 */
export function requestLink({ tenant, now }: Pick<Work, 'tenant' | 'now'>, ticketId: string, address: string): string {
  const lastDay = Math.ceil(now.getTime() / dayMs + lifeDays).toString(36)
  const key = `${ticketId.replaceAll('-', '')}.${lastDay}.${sign(tenant.ref.id, ticketId, address, lastDay)}`
  return `${originOf(tenant.ref)}/request#${key}`
}

/** The address of a request for whoever is signed in. */
export const requestPage = ({ tenant }: Pick<Work, 'tenant'>, ticketId: string): string => `${originOf(tenant.ref)}/requests/${ticketId}`

/**
 * For whoever opens the page without a key. Who takes part in a request is nobody's business, nor whether there is one: every address
 * gets the same answer, and the rest is done by the subscriber that writes the mail.
 */
export const requestLinkByMail = publicProcedure
  .meta({ permission: 'public', limit: 'signIn' })
  .route({
    method: 'POST',
    path: '/requests/link',
    tags: ['Tickets'],
    summary: 'Send a link that opens one request to an address, if it is that of its requester or of a participant',
  })
  .input(z.strictObject({ ticketId: ticketRef.shape.id, email: emailInput }))
  .output(ok)
  .handler(async ({ context: { emit }, input: { ticketId, email } }) => {
    emit('ticket.link_requested', { email }, { subjectId: ticketId, orderingKey: `link:${hashSecret(email)}` })
    return { ok: true as const }
  })

/** The customer whose address this is, where they asked for a request or take part in it; null for anybody else. */
export async function whoMayOpen({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, ticketId: string, email: string) {
  const tenantId = tenant.ref.id
  const address = await tx.contactAddress.findUnique({
    where: { tenantId_email: { tenantId, email } },
    include: { contact: { include: { person: { select: { role: true, status: true, deletedAt: true } } } } },
  })
  if (!address || address.contact.deletedAt) return null
  const { contact } = address
  const isTheirs = await tx.ticket.count({ where: { tenantId, id: ticketId, deletedAt: null, ...askedOrTakesPart(contact.id) } })
  const { person } = contact
  const isShutOut = person && (person.role !== 'customer' || person.status !== 'active' || person.deletedAt)
  return isTheirs && !isShutOut ? contact : null
}

const keyAlone = new RegExp(`^${keyPattern.source}$`)

/** Behind next-auth: a session for one request, by the link from a mail about it. Staff sign in. */
export const openRequest = publicProcedure
  .meta({ permission: 'public', limit: 'link', showsSecret: true })
  .input(z.strictObject({ key: z.string().max(200) }))
  .output(z.object({ personId: z.uuid(), sessionId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const asked = await readKey(context, input.key)
    const ticketId = asked && (await whereItGoesOn(context, asked))
    const person = ticketId ? await accountOf(context, asked) : null
    if (!ticketId || !person) throw invalid({ key: ['tickets.linkExpired'] })
    const request = { ticketId, until: asked.until }
    const session = await startSession(context, context.caller, person, { kind: 'browser', via: 'request_link', request })
    return { personId: person.id, sessionId: session.id }
  })

const askedOrTakesPart = (contactId: string) => ({
  OR: [{ requesterId: contactId }, { participants: { some: { contactId, removedAt: null } } }],
})

/** Where a request goes on that was merged: with another of theirs. What went into somebody else's is shown as it was left. */
async function whereItGoesOn(work: Work, { ticketId, contact }: Asked): Promise<string | null> {
  const { tx, tenant } = work
  const id = await livingTicket(work, ticketId)
  const isTheirs = id && (await tx.ticket.count({ where: { tenantId: tenant.ref.id, id, ...askedOrTakesPart(contact.id) } }))
  return id && (isTheirs ? id : ticketId)
}

/** Who came by a link and whose answer became a new request goes on with that one. */
export async function goOn<W extends Work>(work: W, ticketId: string): Promise<W> {
  const { tx, tenant, actor } = work
  if (actor.kind !== 'person' || !actor.onlyTicketId || actor.onlyTicketId === ticketId) return work
  await tx.session.updateMany({ where: { tenantId: tenant.ref.id, id: actor.sessionId as string }, data: { ticketId } })
  return { ...work, actor: { ...actor, onlyTicketId: ticketId } }
}

interface Asked {
  ticketId: string
  until: Date
  contact: { id: string; name: string; personId: string | null }
  /** The one the mail went to; still one of theirs. */
  address: string
}

async function readKey({ tx, tenant, now }: Work, key: string): Promise<Asked | null> {
  const match = keyAlone.exec(key)
  if (!match) return null
  const tenantId = tenant.ref.id
  const ticketId = match.slice(1, 6).join('-')
  const [lastDay = '', signature = ''] = match.slice(6)
  const until = new Date(Number.parseInt(lastDay, 36) * dayMs)
  if (!(until > now)) return null
  const include = { addresses: true } as const
  const participants = { where: { removedAt: null, contact: { deletedAt: null } }, select: { contact: { include } } }
  const select = { requester: { include }, participants }
  const ticket = await tx.ticket.findFirst({ where: { tenantId, id: ticketId }, select })
  if (!ticket) return null
  const given = Buffer.from(signature)
  for (const { addresses, ...contact } of [ticket.requester, ...ticket.participants.map((each) => each.contact)]) {
    const address = addresses.find(({ email }) => timingSafeEqual(Buffer.from(sign(tenantId, ticketId, email, lastDay)), given))?.email
    if (address) return { ticketId, until, contact, address }
  }
  return null
}

/** The customer that a contact is, with an account from now on; null for staff and for who was shut out. */
async function accountOf(work: Work, { contact, address: email }: Asked) {
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  const find = () =>
    tx.person.findFirst({ where: { tenantId, deletedAt: null, ...(contact.personId ? { id: contact.personId } : { email }) } })
  let person = await find()
  if (!person) {
    // Two at once make one.
    const { count } = await tx.person.createMany({
      data: { tenantId, id: newId(), email, name: contact.name, role: 'customer', createdAt: now, updatedAt: now },
      skipDuplicates: true,
    })
    person = await find()
    if (count > 0 && person) emit('person.registered', { email }, { subjectId: person.id })
  }
  if (person?.role !== 'customer' || person.status !== 'active') return null
  await contactOfPerson(work, person)
  return person
}
