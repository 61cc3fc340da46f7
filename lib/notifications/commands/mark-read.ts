import { z } from 'zod'
import { notFound } from '../../core/errors'
import { ok } from '../../core/schema'
import { customerProcedure } from '../../procedure/builders'
import { readerOf } from '../queries'

const done = { ok: true as const }

export const markRead = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'POST', path: '/notifications/{id}/read', tags: ['Notifications'], summary: 'Mark one of your notifications as read' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const own = { tenantId: context.tenant.ref.id, personId: readerOf(context).id, id: input.id }
    if (!(await context.tx.notification.count({ where: own }))) throw notFound('notification')
    await context.tx.notification.updateMany({ where: { ...own, readAt: null }, data: { readAt: context.now } })
    return done
  })

export const markAllRead = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({
    method: 'POST',
    path: '/notifications/read-all',
    tags: ['Notifications'],
    summary: 'Mark all your notifications as read, or those of one page',
  })
  .input(z.strictObject({ href: z.string().max(500).optional() }).default({}))
  .output(z.object({ count: z.number().int() }))
  .handler(({ context, input: { href } }) => {
    const { tenant, tx, now } = context
    // What came after they asked, nobody has seen.
    const seen = { updatedAt: { lte: now }, ...(href ? { href } : {}) }
    return tx.notification.updateMany({
      where: { tenantId: tenant.ref.id, personId: readerOf(context).id, readAt: null, ...seen },
      data: { readAt: now },
    })
  })
