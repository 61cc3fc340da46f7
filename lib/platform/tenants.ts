import { z } from 'zod'
import { timeZone } from '../calendar/schema'
import { conflict, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { decodePlace, encodePlace, instant, pageInput, pageOf, totalOf } from '../core/page'
import { emailInput, flagInput, nameInput, versionInput } from '../core/schema'
import type { Prisma } from '../db/generated/platform/client'
import { dedicatedSchema, pooledSchema } from '../db/names'
import { afterCommit } from '../db/scope'
import { wakeRelay } from '../events/wake'
import { enqueueJob, wakeJobs } from '../jobs/enqueue'
import { platformProcedure } from '../procedure/builders'
import type { PlatformContext } from '../procedure/context'
import { reservedSlugs, slugPattern } from '../tenancy/host'
import { originOf } from '../tenancy/origin'
import { forgetAllHosts, tenantRef } from '../tenancy/resolve'
import { provisionTenantJob } from './jobs'
import { clockOf, graceDays, restorable, restorableUntil } from './purge'

const tenantOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  slug: z.string(),
  name: z.string(),
  origin: z.string(),
  isolation: z.enum(['pooled', 'dedicated']),
  status: z.enum(['active', 'suspended']),
  statusReason: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  deletedAt: instant.nullable(),
  /** Until when a deleted one can be restored; null once that is over and it is to be deleted permanently. */
  restorableUntil: instant.nullable(),
})
export type PlatformTenant = z.output<typeof tenantOutput>

/** Orders of the list of workspaces. */
export const tenantSorts = ['-created', 'created', 'name', '-name'] as const

type Row = Prisma.TenantGetPayload<object>
const toPlatformTenant = (row: Row): PlatformTenant => ({
  ...row,
  restorableUntil: restorableUntil(row, new Date()),
  origin: originOf(tenantRef(row)),
  isolation: row.schemaName === pooledSchema ? 'pooled' : 'dedicated',
})

export const slugInput = z
  .string()
  .trim()
  .toLowerCase()
  .regex(slugPattern, msg('platform.slugFormat'))
  .refine((slug) => !reservedSlugs.has(slug), msg('platform.slugReserved'))

export async function recordPlatformEvent(
  context: PlatformContext,
  type: string,
  tenantId: string | null,
  payload: Prisma.InputJsonObject,
) {
  const { tx, actor, caller, now } = context
  await tx.platformEvent.create({
    data: {
      id: newId(),
      type,
      actorId: actor.kind === 'platform' ? actor.id : null,
      tenantId,
      payload,
      requestId: caller.requestId,
      address: caller.address,
      occurredAt: now,
    },
  })
}

export const listTenants = platformProcedure
  .route({ method: 'GET', path: '/platform/tenants', tags: ['Platform'], summary: 'List workspaces, newest first unless sorted' })
  .input(
    z.strictObject({
      ...pageInput,
      q: z.string().trim().max(100).optional(),
      deleted: flagInput.default(false),
      sort: z.enum(tenantSorts).default('-created'),
    }),
  )
  .output(pageOf(tenantOutput))
  .handler(async ({ context, input }) => {
    const { sort } = input
    const isDown = sort.startsWith('-')
    const order = isDown ? ('desc' as const) : ('asc' as const)
    const column = sort.endsWith('name') ? ('name' as const) : ('createdAt' as const)
    const isMoment = column === 'createdAt'
    const after = decodePlace(input.cursor, sort, (value) => !isMoment || z.iso.datetime().safeParse(value).success)
    const where: Prisma.TenantWhereInput = {
      deletedAt: input.deleted ? { not: null } : null,
      AND: input.q ? [{ OR: [{ name: { contains: input.q, mode: 'insensitive' } }, { slug: { contains: input.q.toLowerCase() } }] }] : [],
    }
    const rows = await context.tx.tenant.findMany({
      where: {
        ...where,
        ...(after
          ? {
              OR: [
                { [column]: { [isDown ? 'lt' : 'gt']: after.value } },
                { [column]: after.value, id: { [isDown ? 'lt' : 'gt']: after.id } },
              ],
            }
          : {}),
      },
      skip: input.offset,
      orderBy: [{ [column]: order }, { id: order }],
      take: input.limit + 1,
    })
    const items = rows.slice(0, input.limit)
    const last = rows.length > input.limit ? items.at(-1) : undefined
    const nextCursor = last ? encodePlace(sort, isMoment ? last.createdAt.toISOString() : last.name, last.id) : null
    const total = await totalOf(input, () => context.tx.tenant.count({ where }))
    return { items: items.map(toPlatformTenant), nextCursor, ...total }
  })

/** A workspace with its domains; also a deleted one, until it is purged. */
export const readTenant = platformProcedure
  .route({ method: 'GET', path: '/platform/tenants/{id}', tags: ['Platform'], summary: 'Read a workspace with its domains' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(
    tenantOutput.extend({
      domains: z.array(
        z.object({
          hostname: z.string(),
          status: z.enum(['pending', 'verified', 'failed']),
          isPrimary: z.boolean(),
          checkedAt: instant.nullable(),
          lastError: z.string().nullable(),
        }),
      ),
    }),
  )
  .handler(async ({ context: { tx }, input: { id } }) => {
    const row = await tx.tenant.findUnique({ where: { id }, include: { domains: { orderBy: { hostname: 'asc' } } } })
    if (!row) throw notFound('tenant')
    return { ...toPlatformTenant(row), domains: row.domains }
  })

export const createTenant = platformProcedure
  .route({
    method: 'POST',
    path: '/platform/tenants',
    tags: ['Platform'],
    summary: 'Create a workspace and invite its owner',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      slug: slugInput,
      name: nameInput,
      owner: z.strictObject({ name: nameInput, email: emailInput }),
      timeZone: timeZone.default('UTC'),
      /** `dedicated`: the workspace's tables are in a PostgreSQL schema of their own. */
      isolation: z.enum(['pooled', 'dedicated']).default('pooled'),
    }),
  )
  .output(tenantOutput)
  .handler(async ({ context, input }) => {
    const { tx, now } = context
    const setup = { owner: input.owner, timeZone: input.timeZone }
    const schemaName = input.isolation === 'pooled' ? pooledSchema : dedicatedSchema(input.slug)
    const id = newId()
    const data = [{ id, slug: input.slug, name: input.name, schemaName, setup, createdAt: now }]
    const { count } = await tx.tenant.createMany({ data, skipDuplicates: true })
    if (count === 0) throw invalid({ slug: ['platform.slugTaken'] })
    const row = await tx.tenant.findUniqueOrThrow({ where: { id } })
    await recordPlatformEvent(context, 'tenant.created', row.id, { slug: row.slug, name: row.name })
    await enqueueJob({ tx, tenantId: row.id }, provisionTenantJob, {}, { uniqueKey: 'setup' })
    afterCommit(forgetAllHosts)
    return toPlatformTenant(row)
  })

const move = z.strictObject({ id: z.uuid(), version: versionInput })

async function setStatus(context: PlatformContext, input: z.infer<typeof move>, status: 'active' | 'suspended', reason: string | null) {
  const before = await context.tx.tenant.findFirst({ where: { id: input.id, deletedAt: null } })
  if (!before) throw notFound('tenant')
  const { count } = await context.tx.tenant.updateMany({
    where: { id: input.id, version: input.version },
    data: { status, statusReason: reason, version: { increment: 1 } },
  })
  if (count === 0) throw conflict('changedByOther', before.version)
  await recordPlatformEvent(context, `tenant.${status === 'active' ? 'resumed' : 'suspended'}`, input.id, { reason })
  afterCommit(() => {
    forgetAllHosts()
    if (status === 'suspended') return
    wakeRelay(tenantRef(before)) // what came in meanwhile
    wakeJobs()
  })
  return toPlatformTenant(await context.tx.tenant.findUniqueOrThrow({ where: { id: input.id } }))
}

export const suspendTenant = platformProcedure
  .route({ method: 'POST', path: '/platform/tenants/{id}/suspend', tags: ['Platform'], summary: 'Suspend a workspace; nothing is deleted' })
  .input(move.extend({ reason: z.string().trim().min(1, msg('platform.reason')).max(500) }))
  .output(tenantOutput)
  .handler(({ context, input }) => setStatus(context, input, 'suspended', input.reason))

export const resumeTenant = platformProcedure
  .route({ method: 'POST', path: '/platform/tenants/{id}/resume', tags: ['Platform'], summary: 'Resume a suspended workspace' })
  .input(move)
  .output(tenantOutput)
  .handler(({ context, input }) => setStatus(context, input, 'active', null))

/** Nothing of it is there for anybody from now on; for a while it can be restored as it was. */
export const deleteTenant = platformProcedure
  .route({
    method: 'DELETE',
    path: '/platform/tenants/{id}',
    tags: ['Platform'],
    summary: `Delete a workspace; it can be restored for ${graceDays} days`,
  })
  .input(z.strictObject({ id: z.uuid(), version: versionInput.optional() }))
  .output(tenantOutput)
  .handler(async ({ context, input: { id, version } }) => {
    const { tx } = context
    const before = await tx.tenant.findFirst({ where: { id, deletedAt: null } })
    if (!before) throw notFound('tenant')
    const { count } = await tx.tenant.updateMany({
      where: { id, deletedAt: null, ...(version === undefined ? {} : { version }) },
      data: { deletedAt: await clockOf(tx), version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    await recordPlatformEvent(context, 'tenant.deleted', id, { slug: before.slug, name: before.name })
    afterCommit(forgetAllHosts)
    return toPlatformTenant(await tx.tenant.findUniqueOrThrow({ where: { id } }))
  })

export const restoreTenant = platformProcedure
  .route({ method: 'POST', path: '/platform/tenants/{id}/restore', tags: ['Platform'], summary: 'Restore a deleted workspace' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(tenantOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx } = context
    const { count } = await tx.tenant.updateMany({
      where: { id, ...restorable(await clockOf(tx)) },
      data: { deletedAt: null, version: { increment: 1 } },
    })
    if (count === 0) throw notFound('deletedTenant')
    const row = await tx.tenant.findUniqueOrThrow({ where: { id } })
    await recordPlatformEvent(context, 'tenant.restored', id, { slug: row.slug, name: row.name })
    afterCommit(() => {
      forgetAllHosts()
      wakeRelay(tenantRef(row)) // what was left to deliver
      wakeJobs()
    })
    return toPlatformTenant(row)
  })
