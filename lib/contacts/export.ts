import { z } from 'zod'
import { csvLines, csvMark } from '../core/csv'
import { agentInPieces } from '../procedure/builders'

const mostExported = 50_000
/** What one unit of work reads. */
const atOnce = 250

export const exportContacts = agentInPieces
  .meta({ permission: 'contact.import' })
  .route({ method: 'GET', path: '/contacts/export', tags: ['Contacts'], summary: 'Export all contacts as CSV' })
  .output(z.object({ csv: z.string(), rows: z.number().int() }))
  .handler(async ({ context: { tenant, piece, conclude } }) => {
    // not-words: the names by which an import knows the columns
    const parts = [csvMark, csvLines([['Name', 'Email', 'Phone', 'Organisation', 'Tier', 'Tags', 'Notes']])]
    let count = 0
    for (let last: { name: string; id: string } | undefined; count < mostExported; ) {
      const behind = last && { name: { gte: last.name }, OR: [{ name: { gt: last.name } }, { id: { gt: last.id } }] }
      const rows = await piece(({ tx }) =>
        tx.contact.findMany({
          where: { tenantId: tenant.ref.id, deletedAt: null, ...behind },
          orderBy: [{ name: 'asc' }, { id: 'asc' }],
          take: Math.min(atOnce, mostExported - count),
          include: { addresses: { orderBy: { isPrimary: 'desc' }, select: { email: true } }, organisation: { select: { name: true } } },
        }),
      )
      const table = rows.map(({ name, addresses, phones, organisation, tier, tags, notes }) => [
        name,
        addresses.map(({ email }) => email).join(', '),
        phones.join(', '),
        organisation?.name ?? '',
        tier,
        tags.join(', '),
        notes,
      ])
      parts.push(csvLines(table))
      count += rows.length
      last = rows.at(-1)
      if (rows.length < atOnce) break
    }
    await conclude(async ({ emit }) => emit('contacts.exported', { rows: count }))
    return { csv: parts.join(''), rows: count }
  })
