import { z } from 'zod'
import { conflict, invalid } from '../core/errors'
import { type Filled, msg } from '../core/message'
import { versionInput } from '../core/schema'
import { afterCommit } from '../db/scope'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { limitsInEffect, presetOf, type RateLimitPreset, rateLimitCeiling, rateLimitPresets, rateLimits } from '../tenancy/rate-limits'
import { forgetAllHosts } from '../tenancy/resolve'

const presetName = z.enum(Object.keys(rateLimitPresets) as [RateLimitPreset, ...RateLimitPreset[]])

const rateLimitsOutput = z.object({
  version: z.number().int(),
  limits: rateLimits,
  preset: presetName.nullable(),
  /** What each preset sets, under the ceiling. */
  presets: z.record(presetName, rateLimits),
  /** The most a minute that the platform allows; no limit may be above it. */
  ceiling: z.number().int(),
})
export type RateLimitsOutput = z.output<typeof rateLimitsOutput>

async function load({ tx, tenant }: Work): Promise<RateLimitsOutput> {
  const { version, rateLimits: chosen } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
  const limits = limitsInEffect(chosen)
  const presets = { hdms: limitsInEffect(rateLimitPresets.hdms), strict: limitsInEffect(rateLimitPresets.strict) }
  return { version, limits, preset: presetOf(limits), presets, ceiling: rateLimitCeiling() }
}

export const readRateLimits = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'GET', path: '/settings/rate-limits', tags: ['Workspace'], summary: 'Read the rate limits' })
  .output(rateLimitsOutput)
  .handler(({ context }) => load(context))

export const updateRateLimits = adminProcedure
  .meta({ permission: 'workspace.manage' })
  .route({ method: 'PUT', path: '/settings/rate-limits', tags: ['Workspace'], summary: 'Edit the rate limits, or take those of a preset' })
  .input(z.strictObject({ version: versionInput, preset: presetName.optional(), limits: rateLimits.partial().optional() }))
  .output(rateLimitsOutput)
  .handler(async ({ context, input: { version, preset, limits } }) => {
    const { tx, tenant, emit } = context
    const before = await load(context)
    refuseAboveCeiling(limits ?? {})
    const chosen = { ...(preset ? rateLimitPresets[preset] : before.limits), ...limits }
    const { count } = await tx.workspace.updateMany({
      where: { tenantId: tenant.ref.id, version },
      data: { rateLimits: chosen, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    emit('workspace.changed', { before: { rateLimits: before.limits }, after: { rateLimits: chosen } }, { subjectId: tenant.ref.id })
    afterCommit(forgetAllHosts)
    return load(context)
  })

/** What would be cut to the ceiling is refused instead, so that nobody counts on it. */
function refuseAboveCeiling(limits: Record<string, number | null>) {
  const ceiling = rateLimitCeiling()
  const fields: Record<string, Filled[]> = {}
  for (const [name, value] of Object.entries(limits)) {
    const most = name === 'signedOutPerHour' ? ceiling * 60 : ceiling
    if (value !== null && value > most) fields[`limits.${name}`] = [msg('workspace.aboveCeiling', { most })]
  }
  if (Object.keys(fields).length > 0) throw invalid(fields)
}
