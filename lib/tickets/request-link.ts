import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { contactOfPerson } from '../contacts/record'
import { invalid } from '../core/errors'
import { newId } from '../core/id'
import { startSession } from '../identity/sign-in'
import { publicProcedure } from '../procedure/builders'
import type { Work } from '../procedure/work'
import { secretFor } from '../secrets'
import { originOf } from '../tenancy/origin'
import { livingTicket } from './record'

const lifeDays = 60
const dayMs = 86_400_000

const sign = (tenantId: string, ticketId: string, requesterId: string, lastDay: string) =>
  createHmac('sha256', secretFor('request-link'))
    .update(`${tenantId}/${ticketId}/${requesterId}/${lastDay}`)
    .digest('base64url')
    .slice(0, 27)

/**
 * The address of a request for a mail to its requester alone: it opens without a
 * password, for 60 days, this one request. After '#' the key reaches no log.
 */
export function requestLink({ tenant, now }: Pick<Work, 'tenant' | 'now'>, ticket: { id: string; requesterId: string }): string {
  const lastDay = Math.ceil(now.getTime() / dayMs + lifeDays).toString(36)
  const key = `${ticket.id.replaceAll('-', '')}.${lastDay}.${sign(tenant.ref.id, ticket.id, ticket.requesterId, lastDay)}`
  return `${originOf(tenant.ref)}/request#${key}`
}

const requestKey = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-z]{1,8})\.([\w-]{27})$/

/** Behind next-auth: a session for one request, by the link from a mail about it. Staff sign in. */
export const openRequest = publicProcedure
  .meta({ permission: 'public', perMinute: 30, showsSecret: true })
  .input(z.strictObject({ key: z.string().max(200) }))
  .output(z.object({ personId: z.uuid(), sessionId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const asked = await ticketOfKey(context, input.key)
    // One that was merged goes on elsewhere, and only its own requester's is merged with it.
    const ticketId = asked && (await livingTicket(context, asked.id))
    const person = ticketId ? await accountOf(context, asked.requesterId) : null
    if (!ticketId || !person) throw invalid({ key: ['This link has expired, or the request is no longer yours.'] })
    const how = { kind: 'browser', via: 'request_link', ticketId } as const
    const session = await startSession(context, context.door, person, how)
    return { personId: person.id, sessionId: session.id }
  })

/** Who came by a link and whose answer became a new request goes on with that one. */
export async function goOn<W extends Work>(work: W, ticketId: string): Promise<W> {
  const { tx, tenant, actor } = work
  if (actor.kind !== 'person' || !actor.onlyTicketId || actor.onlyTicketId === ticketId) return work
  await tx.session.updateMany({ where: { tenantId: tenant.ref.id, id: actor.sessionId as string }, data: { ticketId } })
  return { ...work, actor: { ...actor, onlyTicketId: ticketId } }
}

async function ticketOfKey({ tx, tenant, now }: Work, key: string): Promise<{ id: string; requesterId: string } | null> {
  const match = requestKey.exec(key)
  if (!match) return null
  const id = match.slice(1, 6).join('-')
  const [lastDay = '', signature = ''] = match.slice(6)
  if (Number.parseInt(lastDay, 36) * dayMs < now.getTime()) return null
  const ticket = await tx.ticket.findFirst({ where: { tenantId: tenant.ref.id, id }, select: { id: true, requesterId: true } })
  const isOurs = ticket && timingSafeEqual(Buffer.from(sign(tenant.ref.id, id, ticket.requesterId, lastDay)), Buffer.from(signature))
  return isOurs ? ticket : null
}

/** The customer that a requester is, with an account from now on; null for staff and for who was shut out. */
async function accountOf(work: Work, contactId: string) {
  const { tx, tenant, now, emit } = work
  const tenantId = tenant.ref.id
  const contact = await tx.contact.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id: contactId } },
    include: { person: true, addresses: { orderBy: { isPrimary: 'desc' }, take: 1 } },
  })
  const email = contact.addresses[0]?.email
  const known = contact.person ?? (email ? await tx.person.findFirst({ where: { tenantId, email, deletedAt: null } }) : null)
  if (known) {
    if (known.role !== 'customer' || known.status !== 'active' || known.deletedAt) return null
    await contactOfPerson(work, known)
    return known
  }
  if (!email) return null
  const id = newId()
  const person = await tx.person.create({ data: { tenantId, id, email, name: contact.name, role: 'customer', createdAt: now } })
  emit('person.registered', { email }, { subjectId: id })
  await contactOfPerson(work, person)
  return person
}
