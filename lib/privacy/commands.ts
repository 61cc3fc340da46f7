import { z } from 'zod'
import { senderOf } from '../channels/email/parse'
import { loadContact } from '../contacts/queries'
import { csvOf } from '../core/csv'
import { invalid } from '../core/errors'
import { ok } from '../core/schema'
import { wordsOf } from '../core/words'
import { Prisma } from '../db/generated/tenant/client'
import { removeFilesJob } from '../files/attachments'
import { enqueueJob } from '../jobs/enqueue'
import { adminProcedure, agentProcedure } from '../procedure/builders'
import { markOf } from '../tickets/ticket/filter'

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
    const ofFiles = { tenantId, OR: [{ message: ofThem }, { draft: { ticketId: { in: ticketIds } } }] }
    const files = await tx.attachment.findMany({ where: ofFiles, select: { id: true } })
    const fileIds = files.map((row) => row.id)
    await tx.attachment.deleteMany({ where: { tenantId, id: { in: fileIds } } })
    await tx.messageEdit.deleteMany({ where: { tenantId, message: ofThem } })
    // Their words, before they are gone: what suggests corrections forgets those that nobody else ever wrote.
    const said = await tx.ticketMessage.findMany({ where: ofThem, select: { id: true, bodyText: true, ticketId: true } })
    const titles = await tx.ticket.findMany({ where: { tenantId, requesterId: id }, select: { title: true } })
    const texts = [contact.name, ...contact.emails, ...titles.map(({ title }) => title), ...said.map(({ bodyText }) => bodyText)]
    const words = [...new Set(texts.flatMap(wordsOf))]
    const touched = [...new Set([...ticketIds, ...said.map(({ ticketId }) => ticketId)])]
    await tx.ticketMessage.updateMany({ where: ofThem, data: { bodyText: erased, bodyHtml: null, quotedText: null } })
    await tx.ticket.updateMany({
      where: { tenantId, id: { in: ticketIds } },
      data: { title: 'Erased request', fields: {}, statusReason: null, version: { increment: 1 }, publicVersion: { increment: 1 } },
    })
    await tx.ticket.updateMany({ where: { tenantId, id: { in: touched } }, data: { snippet: '' } })
    // Written anew from what is left, by the next sweep.
    await tx.ticketSearch.deleteMany({ where: { tenantId, ticketId: { in: touched } } })
    for (let at = 0; at < words.length; at += 50)
      await tx.$executeRaw`DELETE FROM search_word w WHERE w.tenant_id = ${tenantId}::uuid AND w.word = ANY(${words.slice(at, at + 50)}::text[])
        AND cardinality(search_tickets(('''' || ${markOf(tenantId)} || ':' || w.word || '''')::tsquery, 1)) = 0`
    await tx.inboundMail.deleteMany({ where: { tenantId, ticketId: { in: ticketIds } } })
    await tx.inboundMail.deleteMany({ where: { tenantId, messageId: { in: said.map((message) => message.id) } } })
    await forgetUnfiledMail()
    await tx.bulkItem.updateMany({ where: { tenantId, ticketId: { in: ticketIds } }, data: { before: Prisma.JsonNull } })
    await tx.$executeRaw`UPDATE ticket_merge SET moved = moved || '{"snippet": "", "fromSnippet": "", "statusReason": null}'::jsonb
      WHERE tenant_id = ${tenantId}::uuid AND (from_id = ANY(${touched}::uuid[]) OR into_id = ANY(${touched}::uuid[]))`
    // Who went into them by merging is them; those merges cannot be taken back any more.
    const merged = await tx.$queryRaw<{ id: string }[]>`
      WITH RECURSIVE part AS (
        SELECT from_id AS id FROM contact_merge WHERE tenant_id = ${tenantId}::uuid AND into_id = ${id}::uuid AND undone_at IS NULL
        UNION SELECT m.from_id FROM contact_merge m JOIN part ON m.tenant_id = ${tenantId}::uuid AND m.into_id = part.id AND m.undone_at IS NULL
      ) SELECT id::text FROM part`
    const parts = merged.map((part) => part.id)
    await tx.contactMerge.deleteMany({ where: { tenantId, OR: [{ intoId: { in: [id, ...parts] } }, { fromId: { in: [id, ...parts] } }] } })
    await tx.contact.updateMany({
      where: { tenantId, id: { in: parts } },
      data: { name: 'Erased', phones: [], tags: [], notes: '', organisationId: null },
    })
    await tx.outboundMail.deleteMany({
      where: { tenantId, OR: [{ ticketId: { in: ticketIds } }, { recipients: { hasSome: contact.emails } }] },
    })
    await tx.notification.deleteMany({ where: { tenantId, ticketId: { in: touched } } })
    // Mails to the team that told of it are not kept by ticket: what was told is told.
    await tx.outboundMail.deleteMany({ where: { tenantId, messageId: { startsWith: 'notice-' }, status: 'sent' } })
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
    for (const email of contact.emails) await forgetAnswers(email)
    emit('contact.erased', { tickets: ticketIds.length }, { subjectId: id })
    if (fileIds.length > 0) await enqueueJob({ tx, tenantId }, removeFilesJob, { fileIds })
    return { ok: true as const }

    /** Mail of theirs that became no ticket; what is still to be read, and what others wrote, stays. */
    async function forgetUnfiledMail() {
      for (const email of contact.emails) {
        const rows = await tx.$queryRaw<{ id: string; raw: Uint8Array }[]>`
          SELECT id::text, raw FROM inbound_mail WHERE tenant_id = ${tenantId}::uuid AND ticket_id IS NULL AND status IN ('ignored', 'failed')
            AND position(${email} IN lower(encode(raw, 'escape'))) > 0 LIMIT 200`
        for (const { id: mailId, raw } of rows)
          if ((await senderOf(raw)) === email) await tx.inboundMail.deleteMany({ where: { tenantId, id: mailId } })
      }
    }

    /** Answers kept for repeated requests, and what was wrong in imported tables. */
    async function forgetAnswers(email: string) {
      await tx.$executeRaw`DELETE FROM idempotency_key WHERE tenant_id = ${tenantId}::uuid AND position(${JSON.stringify(email)} IN response::text) > 0`
      await tx.$executeRaw`UPDATE contact_import SET problems = '[]'::jsonb WHERE tenant_id = ${tenantId}::uuid AND position(${email} IN problems::text) > 0`
    }

    /** A customer's account goes with them; a colleague's stays theirs. */
    async function eraseAccount(personId: string) {
      const person = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: personId } } })
      if (person.role !== 'customer') return
      await tx.session.updateMany({ where: { tenantId, personId, revokedAt: null }, data: { revokedAt: now, revokedReason: 'erased' } })
      await tx.session.updateMany({ where: { tenantId, personId }, data: { address: null, userAgent: null } })
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
