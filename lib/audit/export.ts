import { z } from 'zod'
import { csvOf } from '../core/csv'
import { adminInPieces } from '../procedure/builders'
import { eventFilter, eventsWhere, shownPayloads } from './filter'
import { namesOf } from './queries'

const mostExported = 50_000
/** What one unit of work reads. */
const atOnce = 200

export const exportEvents = adminInPieces
  .meta({ permission: 'audit.view' })
  .route({ method: 'GET', path: '/audit/export', tags: ['Audit'], summary: 'Export audit events as CSV, newest first' })
  .input(z.strictObject(eventFilter))
  .output(z.object({ csv: z.string(), rows: z.number().int() }))
  .handler(async ({ context: { piece, conclude }, input }) => {
    const found: (string | null)[][] = []
    for (let last: string | undefined; found.length < mostExported; ) {
      const rows = await piece(async (work) => {
        const where = await eventsWhere(work, input)
        const events = await work.tx.event.findMany({
          where: { AND: [where, last ? { id: { lt: last } } : {}] },
          orderBy: { id: 'desc' },
          take: Math.min(atOnce, mostExported - found.length),
        })
        const names = await namesOf(work, events)
        const payloadOf = await shownPayloads(work, events)
        return events.map((event) => ({ event: { ...event, payload: payloadOf(event) }, names }))
      })
      for (const { event, names } of rows)
        found.push([
          event.occurredAt.toISOString(),
          event.type,
          (event.actorId && names.get(event.actorId)) ?? event.actorKind,
          event.subjectId && (names.get(event.subjectId) ?? event.subjectId),
          event.reason,
          event.address,
          event.requestId,
          JSON.stringify(event.payload),
        ])
      last = rows.at(-1)?.event.id
      if (rows.length < atOnce) break
    }
    // not-words: names of columns, for programs
    const csv = csvOf([['Time', 'Event', 'By', 'Object', 'Reason', 'Address', 'Request', 'Details'], ...found])
    const rows = found.length
    await conclude(async ({ emit }) => emit('audit.exported', { rows }))
    return { csv, rows }
  })
