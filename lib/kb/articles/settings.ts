import { z } from 'zod'
import { conflict } from '../../core/errors'
import { versionInput } from '../../core/schema'
import type { Work } from '../../events/work'
import { adminProcedure, agentProcedure } from '../../procedure/builders'
import { difference } from './difference'
import type { ApprovalRules } from './policy'
import { settingsFields, settingsOutput } from './schema'

type Reading = Pick<Work, 'tx' | 'tenant'>

export const readSettings = async ({ tx, tenant }: Reading) =>
  settingsOutput.parse(await tx.kbSettings.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } }))

export const readRules = ({ tx, tenant }: Reading): Promise<ApprovalRules> =>
  tx.kbSettings.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { requiresApproval: true, allowsSelfApproval: true } })

export const getKbSettings = agentProcedure
  .meta({ permission: 'kb.view' })
  .route({ method: 'GET', path: '/kb/settings', tags: ['Knowledge base'], summary: 'Read the settings of the knowledge base' })
  .output(settingsOutput)
  .handler(({ context }) => readSettings(context))

export const updateKbSettings = adminProcedure
  .meta({ permission: 'kb.manage' })
  .route({ method: 'PUT', path: '/kb/settings', tags: ['Knowledge base'], summary: 'Edit the settings of the knowledge base' })
  .input(z.strictObject({ version: versionInput, ...settingsFields }))
  .output(settingsOutput)
  .handler(async ({ context, input: { version, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await readSettings(context)
    const where = { tenantId: tenant.ref.id, version }
    const { count } = await tx.kbSettings.updateMany({ where, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('changedByOther', before.version)
    const after = await readSettings(context)
    emit('kb.settings_changed', difference(before, after), { subjectId: tenant.ref.id })
    return after
  })
