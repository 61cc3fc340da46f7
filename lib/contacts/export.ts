import { z } from 'zod'
import { csvOf } from '../core/csv'
import { agentProcedure } from '../procedure/builders'

const mostExported = 50_000

export const exportContacts = agentProcedure
  .meta({ permission: 'contact.import' })
  .route({ method: 'GET', path: '/contacts/export', tags: ['Contacts'], summary: 'Export all contacts as CSV' })
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
    // not-words: the names by which an import knows the columns
    return { csv: csvOf([['Name', 'Email', 'Phone', 'Organisation', 'Tier', 'Tags', 'Notes'], ...table]), rows: rows.length }
  })
