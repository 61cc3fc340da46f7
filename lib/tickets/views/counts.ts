import { z } from 'zod'
import { visibleTo } from '../../access/visible-tickets'
import { isError } from '../../core/errors'
import { Prisma } from '../../db/generated/tenant/client'
import { rowsOf } from '../../db/rows'
import { agentProcedure } from '../../procedure/builders'
import { throughIndex } from '../ticket/filter'
import { compileStoredFilter } from '../ticket/stored-filter'
import { sharedWith } from './policy'
import { deskViews, mostCounted } from './schema'

const counted = ['mine', 'unassigned', 'open', 'breaching', 'unread', 'mentions', 'hold'] as const
/** Of `breaching`, those that are past their target. */
const overdue = 'status:open sla:breached'

export const countTickets = agentProcedure
  .meta({ permission: 'ticket.view' })
  .route({ method: 'GET', path: '/ticket/counts', tags: ['Tickets'], summary: `Count the tickets in each view, up to ${mostCounted}` })
  .output(
    z.object({
      mine: z.number(),
      unassigned: z.number(),
      open: z.number(),
      breaching: z.number(),
      overdue: z.number(),
      unread: z.number(),
      mentions: z.number(),
      hold: z.number(),
      /** Of saved views, by id; null where a filter no longer says anything. */
      views: z.record(z.string(), z.number().nullable()),
    }),
  )
  .handler(async ({ context }) => {
    const { tx, tenant, actor } = context
    const saved = await tx.view.findMany({
      where: { tenantId: tenant.ref.id, deletedAt: null, ...sharedWith(actor) },
      orderBy: [{ position: 'asc' }, { name: 'asc' }],
      select: { id: true, filter: true },
      take: 30,
    })
    const filters: string[] = [...counted.map((name) => deskViews[name]), overdue, ...saved.map(({ filter }) => filter)]
    const conditions: (Prisma.Sql | null)[] = []
    for (const filter of filters) {
      const compiled = await compileStoredFilter(context, filter).catch((error) => {
        if (isError(error, 'INVALID')) return null
        throw error
      })
      conditions.push(compiled && (await throughIndex(context, compiled)))
    }
    // In the order in which an index has them, where it stops after so many; what is due soon stands first in that of the deadlines.
    const byDeadline = Prisma.sql`least(t.sla_due_at, 'infinity'), t.id`
    const byUpdate = Prisma.sql`t.updated_at DESC, t.id DESC`
    const columns = conditions.map((condition, n) =>
      condition
        ? Prisma.sql`(SELECT count(*)::int FROM (SELECT 1 FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.deleted_at IS NULL
            AND t.archived_at IS NULL AND ${visibleTo(actor)} AND ${condition}
            ORDER BY ${filters[n]?.includes('sla:') ? byDeadline : byUpdate} LIMIT ${mostCounted}) x) AS ${Prisma.raw(`n${n}`)}`
        : Prisma.sql`NULL::int AS ${Prisma.raw(`n${n}`)}`,
    )
    const [row] = await rowsOf(z.record(z.string(), z.int().nullable()), tx.$queryRaw`SELECT ${Prisma.join(columns)}`)
    const own = Object.fromEntries(counted.map((name, n) => [name, row?.[`n${n}`] ?? 0])) as Record<(typeof counted)[number], number>
    const views = Object.fromEntries(saved.map(({ id }, n) => [id, row?.[`n${counted.length + 1 + n}`] ?? null]))
    return { ...own, overdue: row?.[`n${counted.length}`] ?? 0, views }
  })
