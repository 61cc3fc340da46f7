import { z } from 'zod'
import { csvOf } from '../core/csv'
import { invalid } from '../core/errors'
import { wordsOf } from '../core/words'
import { Prisma } from '../db/generated/tenant/client'
import { removeFilesJob } from '../files/attachments'
import { ok } from '../identity/schema'
import { enqueueJob } from '../jobs/enqueue'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { loadContact } from './queries'

const mostExported = 50_000

export const exportContacts = agentProcedure
  .meta({ permission: 'contact.import' })
  .route({ method: 'GET', path: '/contacts/export', tags: ['Contacts'], summary: 'All contacts as a table (CSV)' })
  .output(z.object({ csv: z.string(), rows: z.number().int() }))
  .handler(async ({ context: { tx, tenant, emit } }) => {
    const rows = await tx.contact.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: mostExported,
      include: { addresses: { orderBy: { isPrimary: 'desc' }, select: { email: true } }, organisation: { select: { name: true } } },
    })
    const table = rows.map(({ name, addresses, phones, organisation, tier, tags, notes }) => [
      name,
      addresses.map(({ email }) => email).join(', '),
      phones.join(', '),
      organisation?.name ?? '',
      tier,
      tags.join(', '),
      notes,
    ])
    emit('contacts.exported', { rows: rows.length })
    return { csv: csvOf([['Name', 'Email', 'Phone', 'Organisation', 'Tier', 'Tags', 'Notes'], ...table]), rows: rows.length }
  })

/** Everything about one person, for them to have (GDPR, article 15 and 20). Notes that staff wrote about a request are not theirs. */
export const exportPersonalData = adminProcedure
  .meta({ permission: 'contact.erase' })
  .route({ method: 'GET', path: '/contacts/{id}/personal-data', tags: ['Contacts'], summary: 'Everything the desk holds about a contact' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ contact: z.record(z.string(), z.unknown()), tickets: z.array(z.record(z.string(), z.unknown())) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, emit } = context
    const contact = await loadContact(context, input.id)
    const tickets = await tx.ticket.findMany({
      where: { tenantId: tenant.ref.id, requesterId: input.id },
      orderBy: { createdAt: 'asc' },
      include: {
        messages: {
          where: { kind: { not: 'note' } },
          orderBy: { createdAt: 'asc' },
          include: { attachments: { select: { name: true, size: true, contentType: true } } },
        },
      },
    })
    emit('contact.exported', { name: contact.name }, { subjectId: contact.id })
    return {
      contact: { ...contact, createdAt: contact.createdAt.toISOString() },
      tickets: tickets.map(({ number, title, status, createdAt, messages }) => ({
        number,
        title,
        status,
        createdAt: createdAt.toISOString(),
        messages: messages.map((message) => ({
          at: message.createdAt.toISOString(),
          isTheirs: message.contactId === input.id,
          text: message.bodyText,
          files: message.attachments,
        })),
      })),
    }
  })

const erased = '[erased]'

/** Forgets one person (GDPR, article 17). Their requests stay as numbers; what they said, their names, files and mails go. */
export const eraseContact = adminProcedure
  .meta({ permission: 'contact.erase' })
  .route({ method: 'POST', path: '/contacts/{id}/erase', tags: ['Contacts'], summary: 'Forget a contact for good' })
  .input(z.strictObject({ id: z.uuid(), confirm: z.string().max(200) }))
  .output(ok)
  .handler(async ({ context, input: { id, confirm } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const contact = await loadContact(context, id)
    if (confirm.trim().toLowerCase() !== contact.name.trim().toLowerCase()) throw invalid({ confirm: ['Type the name of the contact.'] })
    const tickets = await tx.ticket.findMany({ where: { tenantId, requesterId: id }, select: { id: true } })
    const ticketIds = tickets.map((row) => row.id)
    const ofThem = { tenantId, OR: [{ contactId: id }, { ticketId: { in: ticketIds } }] }
    const files = await tx.attachment.findMany({ where: { tenantId, message: ofThem }, select: { id: true } })
    const fileIds = files.map((row) => row.id)
    await tx.attachment.deleteMany({ where: { tenantId, id: { in: fileIds } } })
    await tx.messageEdit.deleteMany({ where: { tenantId, message: ofThem } })
    // Their words, before they are gone: what suggests corrections forgets them too.
    const said = await tx.ticketMessage.findMany({ where: ofThem, select: { bodyText: true, ticketId: true } })
    const titles = await tx.ticket.findMany({ where: { tenantId, requesterId: id }, select: { title: true } })
    const texts = [contact.name, ...contact.emails, ...titles.map(({ title }) => title), ...said.map(({ bodyText }) => bodyText)]
    const words = [...new Set(texts.flatMap(wordsOf))]
    await tx.$executeRaw`DELETE FROM search_word WHERE tenant_id = ${tenantId}::uuid AND word = ANY(${words}::text[])`
    const touched = [...new Set([...ticketIds, ...said.map(({ ticketId }) => ticketId)])]
    await tx.ticketMessage.updateMany({ where: ofThem, data: { bodyText: erased, bodyHtml: null, quotedText: null } })
    await tx.ticket.updateMany({
      where: { tenantId, id: { in: ticketIds } },
      data: { title: 'Erased request', snippet: '', statusReason: null, version: { increment: 1 } },
    })
    // Written anew from what is left, by the next sweep.
    await tx.ticketSearch.deleteMany({ where: { tenantId, ticketId: { in: touched } } })
    await tx.inboundMail.deleteMany({ where: { tenantId, ticketId: { in: touched } } })
    for (const email of contact.emails)
      await tx.$executeRaw`DELETE FROM inbound_mail WHERE tenant_id = ${tenantId}::uuid AND position(convert_to(${email}, 'UTF8') IN raw) > 0`
    await tx.bulkItem.updateMany({ where: { tenantId, ticketId: { in: ticketIds } }, data: { before: Prisma.JsonNull } })
    await tx.$executeRaw`UPDATE ticket_merge SET moved = moved || '{"snippet": "", "fromSnippet": "", "statusReason": null}'::jsonb
      WHERE tenant_id = ${tenantId}::uuid AND (from_id = ANY(${touched}::uuid[]) OR into_id = ANY(${touched}::uuid[]))`
    // Who went into them by merging is them; those merges cannot be taken back any more.
    const merged = await tx.contactMerge.findMany({ where: { tenantId, intoId: id, undoneAt: null }, select: { fromId: true } })
    await tx.contactMerge.deleteMany({ where: { tenantId, OR: [{ intoId: id }, { fromId: id }] } })
    await tx.contact.updateMany({
      where: { tenantId, id: { in: merged.map(({ fromId }) => fromId) } },
      data: { name: 'Erased', phones: [], tags: [], notes: '', organisationId: null },
    })
    await tx.outboundMail.deleteMany({
      where: { tenantId, OR: [{ ticketId: { in: ticketIds } }, { recipients: { hasSome: contact.emails } }] },
    })
    await tx.notification.deleteMany({ where: { tenantId, ticketId: { in: ticketIds } } })
    await tx.draft.updateMany({ where: { tenantId, ticketId: { in: ticketIds } }, data: { bodyHtml: '' } })
    await tx.contactAddress.deleteMany({ where: { tenantId, contactId: id } })
    const row = await tx.contact.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        name: 'Erased',
        phones: [],
        tags: [],
        notes: '',
        organisationId: null,
        ownerId: null,
        locale: null,
        timeZone: null,
        deletedAt: now,
        version: { increment: 1 },
      },
      select: { personId: true },
    })
    // Also the account they never came back to, known by its address alone.
    const accounts = await tx.person.findMany({ where: { tenantId, OR: [{ id: row.personId ?? id }, { email: { in: contact.emails } }] } })
    for (const account of accounts) await eraseAccount(account.id)
    const everything = [...contact.emails, contact.name]
    for (const text of everything) await forgetAnswers(text)
    emit('contact.erased', { tickets: ticketIds.length }, { subjectId: id })
    if (fileIds.length > 0) await enqueueJob({ tx, tenantId }, removeFilesJob, { fileIds })
    return { ok: true as const }

    /** Answers kept for repeated requests, and what was wrong in imported tables. */
    async function forgetAnswers(text: string) {
      await tx.$executeRaw`DELETE FROM idempotency_key WHERE tenant_id = ${tenantId}::uuid AND position(${text} IN response::text) > 0`
      await tx.$executeRaw`UPDATE contact_import SET problems = '[]'::jsonb WHERE tenant_id = ${tenantId}::uuid AND position(${text} IN problems::text) > 0`
    }

    /** A customer's account goes with them; a colleague's stays theirs. */
    async function eraseAccount(personId: string) {
      const person = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: personId } } })
      if (person.role !== 'customer') return
      await tx.session.updateMany({ where: { tenantId, personId, revokedAt: null }, data: { revokedAt: now, revokedReason: 'erased' } })
      await tx.oneTimeToken.deleteMany({ where: { tenantId, personId } })
      await tx.apiToken.updateMany({ where: { tenantId, personId, revokedAt: null }, data: { revokedAt: now } })
      await tx.contact.updateMany({ where: { tenantId, personId }, data: { personId: null } })
      await tx.person.update({
        where: { tenantId_id: { tenantId, id: personId } },
        data: {
          name: 'Erased',
          email: `erased-${personId}@invalid`,
          phone: null,
          passwordHash: null,
          deletedAt: now,
          version: { increment: 1 },
        },
      })
    }
  })
