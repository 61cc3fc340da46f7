import { z } from 'zod'
import { csvOf } from '../core/csv'
import { agentInPieces } from '../procedure/builders'

const mostExported = 50_000
/** What one unit of work reads. */
const atOnce = 100

export const exportContacts = agentInPieces
  .meta({ permission: 'contact.import' })
  .route({ method: 'GET', path: '/contacts/export', tags: ['Contacts'], summary: 'Export all contacts as CSV' })
  .output(z.object({ csv: z.string(), rows: z.number().int() }))
  .handler(async ({ context: { tenant, piece, conclude } }) => {
    const found: [name: string, ...(string | null)[]][] = []
    // In an order that no change moves anybody in, so that nobody is missed or comes twice.
    for (let last: string | undefined; found.length < mostExported; ) {
      const rows = await piece(({ tx }) =>
        tx.contact.findMany({
          where: { tenantId: tenant.ref.id, deletedAt: null, ...(last ? { id: { gt: last } } : {}) },
          orderBy: { id: 'asc' },
          take: Math.min(atOnce, mostExported - found.length),
          include: { addresses: { orderBy: { isPrimary: 'desc' }, select: { email: true } }, organisation: { select: { name: true } } },
        }),
      )
      for (const { name, addresses, phones, organisation, tier, tags, notes } of rows)
        found.push([
          name,
          addresses.map(({ email }) => email).join(', '),
          phones.join(', '),
          organisation?.name ?? '',
          tier,
          tags.join(', '),
          notes,
        ])
      last = rows.at(-1)?.id
      if (rows.length < atOnce) break
    }
    const { compare } = new Intl.Collator()
    found.sort(([a], [b]) => compare(a, b))
    // not-words: the names by which an import knows the columns
    const csv = csvOf([['Name', 'Email', 'Phone', 'Organisation', 'Tier', 'Tags', 'Notes'], ...found])
    const rows = found.length
    await conclude(async ({ emit }) => emit('contacts.exported', { rows }))
    return { csv, rows }
  })
