import { z } from 'zod'
import { conflict } from '../../core/errors'
import { msg } from '../../core/message'
import { versionInput } from '../../core/schema'
import type { Work } from '../../events/work'
import { adminProcedure, customerProcedure } from '../../procedure/builders'
import { loadDefaults, loadPreferences, readerOf } from '../queries'
import {
  clock,
  digests,
  isWanted,
  type Matrix,
  matrix,
  minutesOfClock,
  notificationTypes,
  preferencesOutput,
  readMatrix,
  typeChoices,
  ways,
} from '../schema'

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
