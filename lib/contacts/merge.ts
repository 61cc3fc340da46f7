import { z } from 'zod'
import { invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { instant } from '../core/page'
import { idsOf } from '../db/rows'
import type { Work } from '../events/work'
import { agentProcedure } from '../procedure/builders'
import { refuseSharingUnseen, refuseUnseen } from './policy'
import { isProven, loadContact } from './queries'
import { contactOutput, mergeUndoDays } from './schema'

const moved = z.object({
  emails: z.array(z.string()),
  personId: z.string().nullable(),
  /** The account that gave way to the other's, and whose it was. */
  account: z.object({ id: z.string(), contactId: z.string() }).nullable().default(null),
  /** What the other had before it took anything over. */
  phones: z.array(z.string()),
  tags: z.array(z.string()),
  notes: z.string(),
  organisationId: z.string().nullable(),
  /** Rows of tickets that went along; whoever moves them keeps them here. */
  ticketIds: z.array(z.string()).default([]),
  messageIds: z.array(z.string()).default([]),
  /** Other people's tickets in which they took part, as \`lib/tickets\` wrote them down. */
  participations: z.array(z.unknown()).default([]),
})
type Moved = z.output<typeof moved>
type Reading = Pick<Work, 'tx' | 'tenant'>

/** Keeps what else a merge moved, for its undo, beside what was kept before. */
export async function keepMoved(
  { tx, tenant }: Reading,
  mergeId: string,
  rows: Partial<Pick<Moved, 'ticketIds' | 'messageIds' | 'participations'>>,
) {
  for (const [name, ids] of Object.entries(rows))
    await tx.$executeRaw`
    UPDATE contact_merge SET moved = jsonb_set(moved, ARRAY[${name}]::text[], coalesce(moved -> ${name}, '[]') || ${JSON.stringify(ids)}::jsonb)
    WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${mergeId}::uuid`
}

export async function readMoved({ tx, tenant }: Reading, mergeId: string): Promise<Moved> {
  const { moved: kept } = await tx.contactMerge.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id: mergeId } } })
  return moved.parse(kept)
}

/** Holds both rows, in one order whoever comes first, so that two merges cannot make a circle. */
async function lockBoth({ tx, tenant }: Work, a: string, b: string) {
  const ids = await idsOf(tx.$queryRaw`
    SELECT id::text FROM contact WHERE tenant_id = ${tenant.ref.id}::uuid AND id IN (${a}::uuid, ${b}::uuid) ORDER BY id FOR UPDATE`)
  if (ids.length < 2) throw notFound('contact')
}

export const mergeContacts = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({
    method: 'POST',
    path: '/contacts/{id}/merge',
    tags: ['Contacts'],
    summary: 'Merge another contact into this one',
  })
  .input(z.strictObject({ id: z.uuid(), fromId: z.uuid() }))
  .output(contactOutput)
  .handler(async ({ context, input: { id, fromId } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    if (id === fromId) throw invalid({ fromId: ['contacts.mergeOther'] })
    await lockBoth(context, id, fromId)
    const into = await loadContact(context, id)
    const from = await loadContact(context, fromId)
    await refuseUnseen(context, fromId)
    await refuseUnseen(context, id)
    const intoRow = await tx.contact.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })
    const fromRow = await tx.contact.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: fromId } } })
    const personId = await accountOfBoth(context, intoRow.personId, fromRow.personId)
    const account = [intoRow, fromRow].flatMap((row) =>
      row.personId && row.personId !== personId ? [{ id: row.personId, contactId: row.id }] : [],
    )[0]
    const addresses = await tx.contactAddress.updateManyAndReturn({
      where: { tenantId, contactId: fromId },
      data: { contactId: id, isPrimary: false },
      select: { email: true },
    })
    const tickets = await tx.ticket.count({ where: { tenantId, requesterId: fromId } })
    const kept = {
      emails: addresses.map(({ email }) => email),
      personId: personId === fromRow.personId ? personId : null,
      account: account ?? null,
      phones: intoRow.phones,
      tags: intoRow.tags,
      notes: intoRow.notes,
      organisationId: intoRow.organisationId,
    }
    await tx.contact.update({
      where: { tenantId_id: { tenantId, id: fromId } },
      data: { deletedAt: now, personId: null, version: { increment: 1 } },
    })
    await tx.contact.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        personId,
        phones: [...new Set([...intoRow.phones, ...fromRow.phones])],
        tags: [...new Set([...intoRow.tags, ...fromRow.tags])],
        notes: [intoRow.notes, fromRow.notes].filter(Boolean).join('\n\n'),
        organisationId: intoRow.organisationId ?? fromRow.organisationId,
        version: { increment: 1 },
      },
    })
    await setFirstAddress(context, id, into.emails[0] ?? from.emails[0])
    await refuseSharingUnseen(context, intoRow.organisationId ?? fromRow.organisationId)
    const mergeId = newId()
    await tx.contactMerge.create({ data: { tenantId, id: mergeId, fromId, intoId: id, moved: kept, createdAt: now } })
    const organisationIds = organisationsOf(intoRow, fromRow)
    const names = { name: from.name, into: into.name }
    emit('contact.merged', { mergeId, fromId, ...names, tickets, accountId: account?.id ?? null, organisationIds }, { subjectId: id })
    await context.flush()
    return loadContact(context, id)
  })

/** The account of two contacts that are one. An account that nobody ever proved, made by a link in a mail, gives way. */
async function accountOfBoth({ tx, tenant }: Work, intoId: string | null, fromId: string | null): Promise<string | null> {
  if (!intoId || !fromId) return intoId ?? fromId
  const tenantId = tenant.ref.id
  const people = await tx.person.findMany({ where: { tenantId, id: { in: [intoId, fromId] } } })
  const proven = people.filter(isProven).map(({ id }) => id)
  if (proven.length === 2) throw invalid({ fromId: ['contacts.bothHaveAccounts'] })
  return proven[0] ?? intoId
}

const organisationsOf = (...contacts: { organisationId: string | null }[]) => contacts.flatMap(({ organisationId }) => organisationId ?? [])

async function setFirstAddress({ tx, tenant }: Work, contactId: string, email: string | undefined) {
  await tx.$executeRaw`UPDATE contact_address SET is_primary = (email = ${email ?? ''})
    WHERE tenant_id = ${tenant.ref.id}::uuid AND contact_id = ${contactId}::uuid`
}

const mergeOutput = z.object({ id: z.uuid(), name: z.string(), at: instant, canUndo: z.boolean() })

export const listMerges = agentProcedure
  .meta({ permission: 'contact.view' })
  .route({ method: 'GET', path: '/contacts/{id}/merges', tags: ['Contacts'], summary: 'List merged contacts' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ items: z.array(mergeOutput) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    await loadContact(context, input.id)
    const rows = await tx.contactMerge.findMany({
      where: { tenantId: tenant.ref.id, intoId: input.id, undoneAt: null },
      orderBy: { createdAt: 'desc' },
      take: 50,
      include: { from: { select: { name: true } } },
    })
    return { items: rows.map(({ id, from, createdAt }) => ({ id, name: from.name, at: createdAt, canUndo: isUndoable(createdAt, now) })) }
  })

const isUndoable = (at: Date, now: Date) => at.getTime() > now.getTime() - mergeUndoDays * 86_400_000

export const undoMerge = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({
    method: 'POST',
    path: '/contacts/merges/{mergeId}/undo',
    tags: ['Contacts'],
    summary: `Undo a merge, within ${mergeUndoDays} days`,
  })
  .input(z.strictObject({ mergeId: z.uuid() }))
  .output(contactOutput)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    const merge = await tx.contactMerge.findFirst({ where: { tenantId, id: input.mergeId, undoneAt: null } })
    if (!merge) throw notFound('merge')
    if (!isUndoable(merge.createdAt, now)) throw invalid({ mergeId: [msg('contacts.mergeTooOld', { days: mergeUndoDays })] })
    const { fromId, intoId } = merge
    await lockBoth(context, fromId, intoId)
    const into = await tx.contact.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: intoId } } })
    if (into.deletedAt) throw invalid({ mergeId: ['contacts.mergedAgain'] })
    const was = moved.parse(merge.moved)
    await refuseUnseen(context, intoId)
    const { count } = await tx.contactMerge.updateMany({ where: { tenantId, id: merge.id, undoneAt: null }, data: { undoneAt: now } })
    if (count === 0) throw notFound('merge')
    // What is still here goes back; what came since stays.
    await tx.contactAddress.updateMany({ where: { tenantId, contactId: intoId, email: { in: was.emails } }, data: { contactId: fromId } })
    const takesAccount = was.personId !== null && into.personId === was.personId
    const from = await tx.contact.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: fromId } } })
    // What the merge added goes; what someone wrote since stays.
    const without = (now: string[], before: string[], added: string[]) =>
      now.filter((each) => before.includes(each) || !added.includes(each))
    await tx.contact.update({
      where: { tenantId_id: { tenantId, id: intoId } },
      data: {
        phones: without(into.phones, was.phones, from.phones),
        tags: without(into.tags, was.tags, from.tags),
        notes:
          from.notes && into.notes.endsWith(`\n\n${from.notes}`)
            ? into.notes.slice(0, -from.notes.length - 2)
            : into.notes === from.notes
              ? was.notes
              : into.notes,
        ...(into.organisationId === from.organisationId ? { organisationId: was.organisationId } : {}),
        ...(takesAccount ? { personId: null } : {}),
        version: { increment: 1 },
      },
    })
    await tx.contact.update({
      where: { tenantId_id: { tenantId, id: fromId } },
      data: { deletedAt: null, ...(takesAccount ? { personId: was.personId } : {}), version: { increment: 1 } },
    })
    await setFirstAddress(context, fromId, was.emails[0])
    for (const { organisationId } of [from, into]) await refuseSharingUnseen(context, organisationId)
    const organisationIds = organisationsOf(into, from)
    emit('contact.unmerged', { mergeId: merge.id, fromId, intoId, account: was.account, organisationIds }, { subjectId: fromId })
    await context.flush()
    return loadContact(context, fromId)
  })
