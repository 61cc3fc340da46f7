import { z } from 'zod'
import { newSecret } from '../actor/hash'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { ok, versionInput } from '../core/schema'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { enqueueJob } from '../jobs/enqueue'
import { refusalOfUrl } from '../net/guarded'
import { adminProcedure, customerProcedure } from '../procedure/builders'
import { originOf } from '../tenancy/origin'
import { workspaceTranslator } from '../text/translator'
import { callHookJob, testType } from './hooks'
import { isBrowserKey } from './push'
import { loadDefaults, loadPreferences, readerOf, toHookOutput } from './queries'
import {
  clock,
  digests,
  hookInput,
  hookOutput,
  isWanted,
  type Matrix,
  matrix,
  minutesOfClock,
  notificationTypes,
  preferencesOutput,
  readMatrix,
  typeChoices,
  ways,
} from './schema'

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
    const own = { tenantId: context.tenant.ref.id, personId: readerOf(context).id, readAt: null, ...(href ? { href } : {}) }
    return context.tx.notification.updateMany({ where: own, data: { readAt: context.now } })
  })

/** What differs from the level below; what is the same follows it when it changes. */
function difference(wanted: Matrix, below: Matrix): Matrix {
  const kept: Matrix = {}
  for (const type of notificationTypes)
    for (const way of ways) {
      const value = wanted[type]?.[way]
      if (value !== undefined && value !== isWanted(type, way, {}, below)) kept[type] = { ...kept[type], [way]: value }
    }
  return kept
}

const readDeskMatrix = async ({ tx, tenant }: Work) => {
  const where = { tenantId: tenant.ref.id }
  return readMatrix((await tx.workspace.findUniqueOrThrow({ where, select: { notificationDefaults: true } })).notificationDefaults)
}

export const updatePreferences = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'PUT', path: '/notifications/preferences', tags: ['Notifications'], summary: 'Edit your notification settings' })
  .input(
    z
      .strictObject({
        version: versionInput,
        matrix: matrix.optional(),
        quietFrom: clock.nullable().optional(),
        quietTo: clock.nullable().optional(),
        mutedUntil: z.iso.datetime({ offset: true }).nullable().optional(),
        digest: z.enum(digests).optional(),
      })
      .refine(({ quietFrom, quietTo }) => (quietFrom === undefined) === (quietTo === undefined) && !quietFrom === !quietTo, {
        path: ['quietTo'],
        message: msg('notifications.quietHours'),
      }),
  )
  .output(preferencesOutput)
  .handler(async ({ context, input: { version, matrix: wanted, quietFrom, quietTo, mutedUntil, digest } }) => {
    const { tx, tenant } = context
    const own = { tenantId: tenant.ref.id, personId: readerOf(context).id }
    await tx.$executeRaw`
      INSERT INTO notification_settings (tenant_id, person_id) VALUES (${own.tenantId}::uuid, ${own.personId}::uuid) ON CONFLICT DO NOTHING`
    const before = await tx.notificationSettings.findUniqueOrThrow({ where: { tenantId_personId: own } })
    const { count } = await tx.notificationSettings.updateMany({
      where: { ...own, version },
      data: {
        version: { increment: 1 },
        ...(wanted ? { matrix: difference({ ...readMatrix(before.matrix), ...wanted }, await readDeskMatrix(context)) } : {}),
        ...(quietFrom === undefined ? {} : { quietFrom: minutesOfClock(quietFrom), quietTo: minutesOfClock(quietTo ?? null) }),
        ...(mutedUntil === undefined ? {} : { mutedUntil: mutedUntil && new Date(mutedUntil) }),
        digest,
      },
    })
    if (count === 0) throw conflict('changedElsewhere', before.version)
    return loadPreferences(context)
  })

export const updateDefaults = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'PUT', path: '/notifications/defaults', tags: ['Notifications'], summary: 'Edit the default notification settings' })
  .input(z.strictObject({ version: versionInput, matrix }))
  .output(z.object({ version: z.number().int(), types: z.array(typeChoices) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const before = await readDeskMatrix(context)
    const after = difference({ ...before, ...input.matrix }, {})
    const data = { notificationDefaults: after, version: { increment: 1 } }
    const { count } = await tx.workspace.updateMany({ where: { tenantId, version: input.version }, data })
    if (count === 0) throw conflict('changedByOther', (await loadDefaults(context)).version)
    emit('workspace.changed', { before: { notificationDefaults: before }, after: { notificationDefaults: after } }, { subjectId: tenantId })
    return loadDefaults(context)
  })

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

function refuseAddress(url: string | undefined) {
  const refusal = url === undefined ? null : refusalOfUrl(url)
  if (refusal) throw invalid({ url: [refusal] })
}

async function loadHook({ tx, tenant }: Work, id: string) {
  const row = await tx.notificationHook.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null } })
  if (!row) throw notFound('address')
  return row
}

const hooksEach = 50

export const addHook = adminProcedure
  .meta({ permission: 'workspace.manage', showsSecret: true })
  .route({
    method: 'POST',
    path: '/notifications/hooks',
    tags: ['Notifications'],
    summary: 'Create a webhook; its secret is shown once',
    successStatus: 201,
  })
  .input(z.strictObject(hookInput))
  .output(z.object({ hook: hookOutput, secret: z.string() }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    refuseAddress(input.url)
    await refuseMoreHooksThan(context, hooksEach - 1)
    const id = newId()
    const secret = newSecret()
    await tx.notificationHook.create({ data: { ...input, tenantId, id, secret, createdAt: now } })
    emit('hook.added', { name: input.name, kind: input.kind, types: input.types }, { subjectId: id })
    return { hook: toHookOutput(await loadHook(context, id)), secret }
  })

export const updateHook = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'PUT', path: '/notifications/hooks/{id}', tags: ['Notifications'], summary: 'Edit a webhook' })
  .input(
    z.strictObject({
      id: z.uuid(),
      version: versionInput,
      ...hookInput,
      /** The stored one stays when none is given. */
      url: hookInput.url.optional(),
      isActive: z.boolean(),
    }),
  )
  .output(hookOutput)
  .handler(async ({ context, input: { id, version, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await loadHook(context, id)
    refuseAddress(data.url)
    const { count } = await tx.notificationHook.updateMany({
      where: { tenantId: tenant.ref.id, id, version },
      // At another address, or switched on again, it begins anew.
      data: { ...data, ...(data.url || !before.isActive ? { failures: 0, setAsideUntil: null } : {}), version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    const { name, kind, types, isActive } = before
    const { url, ...after } = data
    emit(
      'hook.changed',
      { before: { name, kind, types, isActive }, after: { ...after, ...(url ? { url: 'changed' } : {}) } },
      { subjectId: id },
    )
    return toHookOutput(await loadHook(context, id))
  })

export const testHook = adminProcedure
  .meta({ permission: 'workspace.manage', limit: 'outside' })
  .route({
    method: 'POST',
    path: '/notifications/hooks/{id}/test',
    tags: ['Notifications'],
    summary: 'Send a test notification; the result is shown with the webhook',
    successStatus: 202,
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant, now } = context
    const hook = await loadHook(context, input.id)
    if (!hook.isActive) throw invalid({ id: ['notifications.hookInactive'] })
    const t = await workspaceTranslator(tenant)
    const message = {
      id: newId(),
      type: testType,
      title: t('notices.test.title', { workspace: tenant.name }),
      body: t('notices.test.body'),
      url: `${originOf(tenant.ref)}/settings/team-notifications`,
      occurredAt: now.toISOString(),
    }
    await enqueueJob({ tx, tenantId: tenant.ref.id }, callHookJob, { hookId: hook.id, message })
    return done
  })

export const deleteHook = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'DELETE', path: '/notifications/hooks/{id}', tags: ['Notifications'], summary: 'Delete a webhook' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { id, name } = await loadHook(context, input.id)
    await markDeleted(context, 'hook', id)
    context.emit('hook.deleted', { name }, { subjectId: id })
    return done
  })

export const restoreHook = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'POST', path: '/notifications/hooks/{id}/restore', tags: ['Notifications'], summary: 'Restore a deleted webhook' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(hookOutput)
  .handler(async ({ context, input: { id } }) => {
    await takeBack(context, 'hook', id)
    await refuseMoreHooksThan(context, hooksEach)
    const hook = await loadHook(context, id)
    context.emit('hook.restored', { name: hook.name }, { subjectId: id })
    return toHookOutput(hook)
  })

async function refuseMoreHooksThan({ tx, tenant }: Work, count: number) {
  if ((await tx.notificationHook.count({ where: { tenantId: tenant.ref.id, deletedAt: null } })) > count)
    throw invalid({ url: [msg('notifications.tooManyHooks', { maximum: hooksEach })] })
}
