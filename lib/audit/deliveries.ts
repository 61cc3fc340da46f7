import { z } from 'zod'
import { invalid, notFound } from '../core/errors'
import { isId } from '../core/id'
import { instant, pageInput, pageOf, totalOf } from '../core/page'
import { afterCommit } from '../db/scope'
import type { EventType } from '../events/event-types'
import { findSubscriber } from '../events/registry'
import { wakeRelay } from '../events/wake'
import { adminProcedure } from '../procedure/builders'

const statuses = ['pending', 'running', 'done', 'dead'] as const

const deliveryOutput = z.object({
  eventId: z.uuid(),
  type: z.string() as z.ZodType<EventType>,
  subscriber: z.string(),
  status: z.enum(statuses),
  attempts: z.number(),
  lastError: z.string().nullable(),
  dueAt: instant,
  occurredAt: instant,
})

export const listDeliveries = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'GET', path: '/deliveries', tags: ['Jobs'], summary: 'List event deliveries, newest first' })
  .input(z.strictObject({ ...pageInput, status: z.enum(statuses).default('dead') }))
  .output(pageOf(deliveryOutput))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const tenantId = tenant.ref.id
    const [, id, subscriber] = /^([\da-f-]{36})-([\w.]+)$/.exec(input.cursor ?? '') ?? []
    if (input.cursor && !isId(id ?? '')) throw invalid({ cursor: ['cursor'] })
    const event = id ? await tx.event.findFirst({ where: { tenantId, id }, select: { n: true } }) : null
    const n = event?.n ?? 0n
    const after = id ? { OR: [{ n: { lt: n } }, { n, subscriber: { gt: subscriber } }] } : {}
    const where = { tenantId, status: input.status }
    const rows = await tx.eventDelivery.findMany({
      where: { ...where, ...after },
      include: { event: { select: { type: true, occurredAt: true } } },
      orderBy: [{ n: 'desc' }, { subscriber: 'asc' }],
      skip: input.offset,
      take: input.limit + 1,
    })
    const items = rows.slice(0, input.limit)
    const last = items.at(-1)
    return {
      items: items.map(({ event, ...row }) => ({ ...row, ...event, type: event.type as EventType })),
      nextCursor: rows.length > input.limit && last ? `${last.eventId}-${last.subscriber}` : null,
      ...(await totalOf(input, () => tx.eventDelivery.count({ where }))),
    }
  })

/** A dead delivery begins anew, with all its tries; also under another name, after its consumer was renamed. */
export const retryDelivery = adminProcedure
  .meta({ permission: 'job.manage' })
  .route({ method: 'POST', path: '/deliveries/{eventId}/retry', tags: ['Jobs'], summary: 'Retry a failed delivery' })
  .input(
    z.strictObject({
      eventId: z.uuid(),
      subscriber: z.string().max(100),
      as: z
        .string()
        .max(100)
        .refine((name) => findSubscriber(name) !== undefined)
        .optional(),
    }),
  )
  .output(z.object({ eventId: z.uuid(), subscriber: z.string() }))
  .handler(async ({ context: { tx, tenant, emit, now }, input }) => {
    const { eventId } = input
    const tenantId = tenant.ref.id
    const subscriber = input.as ?? input.subscriber
    const { count } = await tx.eventDelivery.updateMany({
      where: { tenantId, eventId, subscriber: input.subscriber, status: 'dead' },
      data: { subscriber, status: 'pending', attempts: 0, dueAt: now },
    })
    if (count === 0) throw notFound('failedDelivery')
    emit('delivery.retried', { subscriber }, { subjectId: eventId })
    afterCommit(() => wakeRelay(tenant.ref))
    return { eventId, subscriber }
  })
