import { z } from 'zod'
import { decodeCursor, encodeCursor, instant, pageInput, pageOf, totalOf } from '../core/page'
import { reference } from '../core/schema'
import { rowsOf } from '../db/rows'
import type { EventType } from '../events/event-types'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { eventFilter, eventsWhere, shownPayloads } from './filter'

const eventOutput = z.object({
  id: z.uuid(),
  type: z.string() as z.ZodType<EventType>,
  /** What it happened to, by its name now; a ticket's is its number. */
  subject: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
  actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
  reason: z.string().nullable(),
  payload: z.unknown(),
  /** What the ids in `payload` are called, as far as they have a name. */
  names: z.record(z.string(), z.string()),
  requestId: z.string(),
  address: z.string().nullable(),
  occurredAt: instant,
})

export const listEvents = adminProcedure
  .meta({ permission: 'audit.view' })
  .route({ method: 'GET', path: '/audit', tags: ['Audit'], summary: 'List audit events, newest first' })
  .input(z.strictObject({ ...pageInput, ...eventFilter }))
  .output(pageOf(eventOutput))
  .handler(async ({ context, input }) => {
    const { tx } = context
    const after = decodeCursor(input.cursor)
    const where = await eventsWhere(context, input)
    const rows = await tx.event.findMany({
      where: { AND: [where, after ? { id: { lt: after.id } } : {}] },
      orderBy: { id: 'desc' },
      skip: input.offset,
      take: input.limit + 1,
    })
    const found = rows.slice(0, input.limit)
    const payloadOf = await shownPayloads(context, found)
    const items = found.map((row) => ({ ...row, payload: payloadOf(row) }))
    const last = items.at(-1)
    const names = await namesOf(context, items)
    const nameOf = (id: string | null) => (id && names.get(id)) ?? null
    return {
      items: items.map(({ actorKind, actorId, subjectId, ...row }) => ({
        ...row,
        type: row.type as EventType,
        names: Object.fromEntries(idsIn(row.payload).flatMap((id) => (names.get(id) ? [[id, names.get(id) as string]] : []))),
        subject: subjectId ? { id: subjectId, name: nameOf(subjectId) } : null,
        actor: { kind: actorKind, id: actorId, name: nameOf(actorId) },
      })),
      nextCursor: rows.length > input.limit && last ? encodeCursor(last.occurredAt, last.id) : null,
      ...(await totalOf(input, () => tx.event.count({ where }))),
    }
  })

const someId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** All ids that an event names. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return someId.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : []
}

/** What people, tickets, departments, roles and the rules of the workspace are called, all in one round trip; also of those that were removed. */
export async function namesOf({ tx, tenant }: Work, events: { actorId: string | null; subjectId: string | null; payload: unknown }[]) {
  const tenantId = tenant.ref.id
  const ids = [
    ...new Set(events.flatMap(({ actorId, subjectId, payload }) => [actorId, subjectId, ...idsIn(payload)]).filter((id) => id !== null)),
  ]
  const query = tx.$queryRaw`
    SELECT id::text, name FROM person WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM department WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM role WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM sla_policy WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM calendar WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM category WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM contact WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM organisation WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT id::text, name FROM custom_field WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${ids}::uuid[])
    UNION ALL
    SELECT t.id::text, w.ticket_prefix || '-' || t.number FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
    WHERE t.tenant_id = ${tenantId}::uuid AND t.id = ANY(${ids}::uuid[])`
  return new Map((await rowsOf(reference, query)).map(({ id, name }) => [id, name]))
}
