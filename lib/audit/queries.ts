import { z } from 'zod'
import { decodeCursor, encodeCursor, instant, pageInput, pageOf } from '../core/page'
import { type EventType, eventCatalogue } from '../events/catalogue'
import { adminProcedure } from '../procedure/builders'

const eventNames = Object.keys(eventCatalogue) as [EventType, ...EventType[]]
const suspicious: EventType[] = ['person.sign_in_failed', 'person.locked', 'person.refresh_token_reused']

const eventOutput = z.object({
  id: z.uuid(),
  type: z.string(),
  subjectId: z.uuid().nullable(),
  actor: z.object({ kind: z.string(), id: z.uuid().nullable() }),
  payload: z.unknown(),
  requestId: z.string(),
  address: z.string().nullable(),
  occurredAt: instant,
})

export const listEvents = adminProcedure
  .meta({ permission: 'audit.view' })
  .route({ method: 'GET', path: '/audit', tags: ['Audit'], summary: 'Read what happened, newest first' })
  .input(
    z.strictObject({
      ...pageInput,
      type: z.enum(eventNames).optional(),
      subjectId: z.uuid().optional(),
      /** Only failed sign-ins, lockouts and stolen tokens. */
      onlySuspicious: z.stringbool().or(z.boolean()).default(false),
    }),
  )
  .output(pageOf(eventOutput))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const after = decodeCursor(input.cursor)
    const types = input.type ? [input.type] : input.onlySuspicious ? suspicious : undefined
    const rows = await tx.event.findMany({
      where: {
        tenantId: tenant.ref.id,
        ...(types ? { type: { in: types } } : {}),
        ...(input.subjectId ? { subjectId: input.subjectId } : {}),
        ...(after ? { id: { lt: after.id } } : {}),
      },
      orderBy: { id: 'desc' },
      take: input.limit + 1,
    })
    const items = rows.slice(0, input.limit)
    const last = items.at(-1)
    return {
      items: items.map((row) => ({ ...row, actor: { kind: row.actorKind, id: row.actorId } })),
      nextCursor: rows.length > input.limit && last ? encodeCursor(last.occurredAt, last.id) : null,
    }
  })
