import { z } from 'zod'
import type { Actor, PersonActor } from '../actor/actor'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { isReadable, plainTwinOf, sanitizeRichText } from '../core/html'
import { stamps } from '../core/page'
import { nameInput, versionInput } from '../core/schema'
import type { Work } from '../events/work'
import type { MailPart } from '../mail/layout'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import type { Translator } from '../text/translator'
import { loadTicket } from '../tickets/ticket/queries'
import { ticketRef } from '../tickets/ticket/schema'
import { mailIdentityOutput } from './schema'

interface Identity {
  senderName: string | null
  senderShowsAgent: boolean
  signatureHtml: string | null
}

interface Writer {
  name: string
  signatureHtml: string | null
}

/** By what name a mail of a department comes: "Anna at Acme Support", or "Acme Support" alone. */
export function senderName(t: Translator, { tenant }: Pick<Work, 'tenant'>, department: Identity | null, writer?: Writer | null): string {
  const team = department?.senderName ?? tenant.name
  return writer && (department?.senderShowsAgent ?? true) ? t('mails.sender', { agent: writer.name, team }) : team
}

const below = (department: Identity | null, writer: Writer | null): string =>
  [writer?.signatureHtml, department?.signatureHtml].filter(Boolean).join('')

/** What stands below a public reply: the agent's own, and below that the department's. It is part of the mail, not of what was written. */
export function signatureParts(department: Identity | null, writer: Writer | null): MailPart[] {
  const html = below(department, writer)
  return html ? [{ html, dir: 'auto', isSignature: true }] : []
}

const signatureInput = z.string().max(5000)

/** @returns null for one that says nothing */
function cleanSignature(bodyHtml: string): string | null {
  if (!isReadable(bodyHtml)) throw invalid({ signatureHtml: ['tickets.tooComplex'] })
  const clean = sanitizeRichText(bodyHtml, { keepsMentions: false })
  return plainTwinOf(clean) ? clean : null
}

const identity = { id: true, name: true, senderName: true, senderShowsAgent: true, signatureHtml: true } as const

export const listMailIdentities = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'GET',
    path: '/settings/mail/departments',
    tags: ['Mail'],
    summary: 'List by what name the email of each department comes, and what stands below its replies',
  })
  .output(z.object({ items: z.array(mailIdentityOutput) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.department.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null },
      orderBy: { name: 'asc' },
      take: 500,
      select: { ...identity, version: true, createdAt: true, updatedAt: true },
    }),
  }))

export const saveMailIdentity = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'PUT',
    path: '/settings/mail/departments/{id}',
    tags: ['Mail'],
    summary: 'Set by what name the email of a department comes, and what stands below its replies',
  })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      senderName: nameInput.nullable(),
      senderShowsAgent: z.boolean(),
      signatureHtml: signatureInput,
    }),
  )
  .output(mailIdentityOutput)
  .handler(async ({ context, input: { id, version, ...given } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const select = { ...identity, version: true, createdAt: true, updatedAt: true }
    const before = await tx.department.findFirst({ where: { tenantId, id, deletedAt: null }, select })
    if (!before) throw notFound('department')
    const after = { ...given, signatureHtml: cleanSignature(given.signatureHtml) }
    const { count } = await tx.department.updateMany({
      where: { tenantId, id, version, deletedAt: null },
      data: { ...after, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { senderName, senderShowsAgent, signatureHtml } = before
    emit('department.changed', { before: { senderName, senderShowsAgent, signatureHtml }, after }, { subjectId: id })
    return tx.department.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } }, select })
  })

/** A token speaks for a person within its scopes, and no scope covers the account itself. */
function holderOf(actor: Actor): PersonActor {
  if (actor.kind !== 'person') throw forbidden('account.personOnly')
  if (actor.via === 'api-token') throw forbidden('account.noToken')
  return actor
}

const ownSignature = z.object({ id: z.uuid(), ...stamps, signatureHtml: z.string().nullable() })
const own = { id: true, version: true, createdAt: true, updatedAt: true, signatureHtml: true } as const

export const getOwnSignature = agentProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'GET', path: '/users/profile/signature', tags: ['Account'], summary: 'Read your own signature' })
  .output(ownSignature)
  .handler(({ context: { tx, tenant, actor } }) =>
    tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id: holderOf(actor).id } }, select: own }),
  )

export const saveOwnSignature = agentProcedure
  .meta({ permission: 'signed-in' })
  .route({
    method: 'PUT',
    path: '/users/profile/signature',
    tags: ['Account'],
    summary: 'Set what stands below your replies by email, above the signature of the department',
  })
  .input(z.strictObject({ version: versionInput, signatureHtml: signatureInput }))
  .output(ownSignature)
  .handler(async ({ context, input: { version, signatureHtml: given } }) => {
    const { tx, tenant, emit, actor } = context
    const { id } = holderOf(actor)
    const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
    const before = await tx.person.findUniqueOrThrow({ where, select: own })
    const signatureHtml = cleanSignature(given)
    const { count } = await tx.person.updateMany({
      where: { tenantId: tenant.ref.id, id, version },
      data: { signatureHtml, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedElsewhere', before.version)
    emit('person.changed', { before: { signatureHtml: before.signatureHtml }, after: { signatureHtml } }, { subjectId: id })
    return tx.person.findUniqueOrThrow({ where, select: own })
  })

/** For the composer: nothing of it is stored with the message. */
export const readTicketSignature = agentProcedure
  .meta({ permission: 'ticket.reply' })
  .route({
    method: 'GET',
    path: '/ticket/{id}/signature',
    tags: ['Tickets'],
    summary: 'Read by what name your reply to a ticket goes out by email, and what is added below it',
  })
  .input(ticketRef)
  .output(z.object({ senderName: z.string(), signatureHtml: z.string().nullable() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor, caller } = context
    const { departmentId } = await loadTicket(context, input.id)
    const tenantId = tenant.ref.id
    const department = departmentId && (await tx.department.findFirst({ where: { tenantId, id: departmentId }, select: identity }))
    const select = { name: true, signatureHtml: true }
    const writer = actor.kind === 'person' ? await tx.person.findFirst({ where: { tenantId, id: actor.id }, select }) : null
    const t = await wordsFor(caller)
    return { senderName: senderName(t, context, department || null, writer), signatureHtml: below(department || null, writer) || null }
  })
