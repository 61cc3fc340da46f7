import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '../core/errors'
import { isId } from '../core/id'
import { ok } from '../core/schema'
import type { Work } from '../events/work'
import { publicProcedure } from '../procedure/builders'
import { secretFor } from '../secrets'
import { originOf } from '../tenancy/origin'
import { isNotificationType, type NotificationType, readMatrix } from './schema'

const sign = (tenantId: string, said: string) =>
  createHmac('sha256', secretFor('unsubscribe')).update(`${tenantId}/${said}`).digest('base64url').slice(0, 27)

/**
 * Where one click in a mail program turns off the mails of these kinds for one person (RFC 8058), and no more: it needs no sign-in,
 * so it may do no harm. It does not expire.
 */
export function unsubscribeLink({ tenant }: Pick<Work, 'tenant'>, personId: string, types: readonly NotificationType[]): string {
  const said = Buffer.from(JSON.stringify([personId, [...new Set(types)]])).toString('base64url')
  return `${originOf(tenant.ref)}/api/v1/notifications/unsubscribe/${said}.${sign(tenant.ref.id, said)}`
}

const saidSchema = z.tuple([z.string().refine(isId), z.array(z.string())])

function readToken({ tenant }: Pick<Work, 'tenant'>, token: string): { personId: string; types: NotificationType[] } | null {
  const [said = '', signature = ''] = token.split('.')
  const right = Buffer.from(sign(tenant.ref.id, said))
  const given = Buffer.from(signature)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null
  const [personId, types] = saidSchema.parse(JSON.parse(Buffer.from(said, 'base64url').toString('utf8')))
  return { personId, types: types.filter(isNotificationType) }
}

/** A mail program posts a form that says so; whoever opens the address posts nothing, and nothing is turned off. */
export const unsubscribe = publicProcedure
  .meta({ permission: 'public' })
  .route({
    method: 'POST',
    path: '/notifications/unsubscribe/{token}',
    tags: ['Notifications'],
    summary: 'Stop emails of the kinds that one email was about, by its own link',
  })
  .input(z.object({ token: z.string().max(2000), 'List-Unsubscribe': z.string().max(100).optional() }))
  .output(ok)
  .handler(async ({ context, input: { token } }) => {
    const { tx, tenant } = context
    const asked = readToken(context, token)
    if (!asked) throw invalid({ token: ['notifications.unsubscribe'] })
    const own = { tenantId: tenant.ref.id, personId: asked.personId }
    // Somebody who is gone gets no mail.
    if (!(await tx.person.count({ where: { tenantId: own.tenantId, id: own.personId, deletedAt: null } }))) return { ok: true as const }
    await tx.$executeRaw`
      INSERT INTO notification_settings (tenant_id, person_id) VALUES (${own.tenantId}::uuid, ${own.personId}::uuid) ON CONFLICT DO NOTHING`
    await tx.$executeRaw`SELECT FROM notification_settings WHERE tenant_id = ${own.tenantId}::uuid AND person_id = ${own.personId}::uuid FOR UPDATE`
    const before = readMatrix((await tx.notificationSettings.findUniqueOrThrow({ where: { tenantId_personId: own } })).matrix)
    const off = Object.fromEntries(asked.types.map((type) => [type, { ...before[type], mail: false }]))
    await tx.notificationSettings.update({
      where: { tenantId_personId: own },
      data: { matrix: { ...before, ...off }, version: { increment: 1 } },
    })
    return { ok: true as const }
  })
