import { z } from 'zod'
import { newPassword } from '../accounts/schema'
import { attemptOf, countFailure, forgiveFailures, isLocked, platformScope } from '../accounts/sign-in-failures'
import { browserSessionSeconds } from '../actor/cookies'
import { hashPassword, verifyPassword } from '../actor/hash'
import { knownDevice, rememberDevice } from '../actor/known-device'
import { invalid, notFound, rateLimited, unauthenticated } from '../core/errors'
import { newId } from '../core/id'
import { addressKey } from '../core/ip-address'
import { instant } from '../core/page'
import { emailInput, nameInput, ok } from '../core/schema'
import { withPlatform } from '../db/scope'
import { platformProcedure } from '../procedure/builders'
import type { Caller } from '../procedure/context'
import { takeToken } from '../procedure/rate-limit'
import { recordPlatformEvent } from './tenants'

const adminOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  createdAt: instant,
  isYou: z.boolean(),
})
export type PlatformAdminOutput = z.output<typeof adminOutput>

export const listAdmins = platformProcedure
  .route({ method: 'GET', path: '/platform/admins', tags: ['Platform'], summary: 'List platform administrators' })
  .output(z.object({ items: z.array(adminOutput) }))
  .handler(async ({ context: { tx, actor } }) => {
    const rows = await tx.platformAdmin.findMany({ where: { deletedAt: null }, orderBy: { createdAt: 'asc' }, take: 200 })
    return { items: rows.map((row) => ({ ...row, isYou: actor.kind === 'platform' && actor.id === row.id })) }
  })

export const addAdmin = platformProcedure
  .meta({ showsSecret: true })
  .route({ method: 'POST', path: '/platform/admins', tags: ['Platform'], summary: 'Add a platform administrator', successStatus: 201 })
  .input(z.strictObject({ name: nameInput, email: emailInput, password: newPassword }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, now } = context
    const before = await tx.platformAdmin.findUnique({ where: { email: input.email } })
    if (before && !before.deletedAt) throw invalid({ email: ['platform.adminExists'] })
    const data = { name: input.name, passwordHash: await hashPassword(input.password), deletedAt: null }
    const { id } = await tx.platformAdmin.upsert({
      where: { email: input.email },
      create: { ...data, id: newId(), email: input.email, createdAt: now },
      update: data,
    })
    await recordPlatformEvent(context, 'admin.added', null, { adminId: id, email: input.email })
    return { ok: true as const }
  })

export const removeAdmin = platformProcedure
  .route({ method: 'DELETE', path: '/platform/admins/{id}', tags: ['Platform'], summary: 'Remove a platform administrator' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, actor, now } = context
    if (actor.kind === 'platform' && actor.id === input.id) throw invalid({ id: ['platform.self'] })
    const { count } = await tx.platformAdmin.updateMany({ where: { id: input.id, deletedAt: null }, data: { deletedAt: now } })
    if (count === 0) throw notFound('administrator')
    await tx.platformSession.updateMany({ where: { adminId: input.id, revokedAt: null }, data: { revokedAt: now } })
    await recordPlatformEvent(context, 'admin.removed', null, { adminId: input.id })
    return { ok: true as const }
  })

export const platformSignOut = platformProcedure
  .route({ method: 'POST', path: '/platform/sign-out', tags: ['Platform'], summary: 'Sign out' })
  .output(ok)
  .handler(async ({ context: { tx, actor, now } }) => {
    if (actor.kind === 'platform') await tx.platformSession.updateMany({ where: { id: actor.sessionId }, data: { revokedAt: now } })
    return { ok: true as const }
  })

/**
 * Behind next-auth on the root host; not behind any other caller.
 * @throws UNAUTHENTICATED or RATE_LIMITED
 */
export async function startPlatformSession(
  caller: Caller,
  given: { email: string; password: string },
): Promise<{ sessionId: string; adminId: string }> {
  const now = new Date()
  const { email } = given
  const scope = { scope: 'platform', slug: 'platform', email }
  const result = await withPlatform(async (tx) => {
    const admin = await tx.platformAdmin.findFirst({ where: { email, deletedAt: null } })
    const device = knownDevice(caller.headers, scope, admin)
    const attempt = attemptOf(platformScope, email, device ? { device } : { address: addressKey(caller.address) })
    const verdict = await takeToken(`sign-in:platform:${attempt.account}:${attempt.sources[0]}`, 10, now.getTime())
    if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
    const wasLocked = await isLocked(tx, attempt, now)
    const isRight = await verifyPassword(admin?.passwordHash, given.password)
    if (!admin || wasLocked || !isRight) {
      const lock = !wasLocked && !isRight ? await countFailure(tx, attempt, now) : null
      const context = { tx, caller, now, actor: { kind: 'anonymous' as const } }
      await recordPlatformEvent(context, 'admin.sign_in_failed', null, { email, isLocked: wasLocked || lock !== null })
      return null
    }
    await forgiveFailures(tx, attempt)
    rememberDevice(caller.headers, caller.responseHeaders, { ...scope, ...admin })
    const expiresAt = new Date(now.getTime() + browserSessionSeconds * 1000)
    const session = { id: newId(), adminId: admin.id, userAgent: caller.userAgent, address: caller.address, createdAt: now, expiresAt }
    await tx.platformSession.create({ data: session })
    return { sessionId: session.id, adminId: admin.id }
  })
  if (!result) throw unauthenticated('signIn.refused')
  return result
}
