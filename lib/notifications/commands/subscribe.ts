import { z } from 'zod'
import { forbidden, invalid } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { ok } from '../../core/schema'
import { refusalOfUrl } from '../../net/guarded'
import { customerProcedure } from '../../procedure/builders'
import { isBrowserKey } from '../push'
import { readerOf } from '../queries'

const done = { ok: true as const }

/** A person may have this many browsers; the oldest makes room. */
const browsersEach = 20

export const subscribePush = customerProcedure
  .meta({ permission: 'signed-in', limit: 'outside' })
  .route({
    method: 'POST',
    path: '/notifications/push',
    tags: ['Notifications'],
    summary: 'Subscribe this browser to notifications',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      endpoint: z.string().max(2000),
      keys: z.strictObject({
        p256dh: z.string().max(200).refine(isBrowserKey, msg('notifications.browserKey')),
        auth: z.string().regex(/^[\w-]{20,30}=*$/, msg('notifications.browserSecret')),
      }),
    }),
  )
  .output(ok)
  .handler(async ({ context, input: { endpoint, keys } }) => {
    const { tx, tenant, now, caller } = context
    const refusal = refusalOfUrl(endpoint)
    if (refusal) throw invalid({ endpoint: [refusal] })
    const tenantId = tenant.ref.id
    const { id: personId, sessionId } = readerOf(context)
    if (!sessionId) throw forbidden('notifications.tokenHasNoBrowser')
    const data = { personId, sessionId, failures: 0, ...keys, userAgent: caller.userAgent?.slice(0, 400), createdAt: now }
    // A browser that another person of the workspace used before is this one's now.
    const where = { tenantId_endpoint: { tenantId, endpoint } }
    await tx.pushSubscription.upsert({ where, create: { ...data, tenantId, id: newId(), endpoint }, update: data })
    const oldest = { where: { tenantId, personId }, orderBy: { createdAt: 'desc' }, skip: browsersEach, select: { id: true } } as const
    const ids = (await tx.pushSubscription.findMany(oldest)).map(({ id }) => id)
    await tx.pushSubscription.deleteMany({ where: { tenantId, id: { in: ids } } })
    return done
  })

export const unsubscribePush = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'DELETE', path: '/notifications/push', tags: ['Notifications'], summary: 'Unsubscribe this browser' })
  .input(z.strictObject({ endpoint: z.string().max(2000) }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const own = { tenantId: context.tenant.ref.id, personId: readerOf(context).id, endpoint: input.endpoint }
    await context.tx.pushSubscription.deleteMany({ where: own })
    return done
  })
