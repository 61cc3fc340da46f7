import { z } from 'zod'
import { newSecret } from '../../actor/hash'
import { conflict, invalid, notFound } from '../../core/errors'
import { newId } from '../../core/id'
import { msg } from '../../core/message'
import { ok, versionInput } from '../../core/schema'
import { markDeleted, takeBack } from '../../deletion/record'
import type { Work } from '../../events/work'
import { enqueueJob } from '../../jobs/enqueue'
import { refusalOfUrl } from '../../net/guarded'
import { adminProcedure } from '../../procedure/builders'
import { originOf } from '../../tenancy/origin'
import { workspaceTranslator } from '../../text/translator'
import { callHookJob, testType } from '../hooks'
import { toHookOutput } from '../queries'
import { hookInput, hookOutput } from '../schema'

const done = { ok: true as const }

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
