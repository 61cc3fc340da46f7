import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { newPassword } from '../accounts/schema'
import { hashPassword, hashSecret, newSecret } from '../actor/hash'
import { timeZone } from '../calendar/schema'
import { forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { emailInput, nameInput } from '../core/schema'
import { pooledSchema } from '../db/names'
import { afterCommit, type PlatformTx } from '../db/scope'
import { env } from '../env'
import { enqueueJob, wakeJobs } from '../jobs/enqueue'
import { jobStatuses } from '../jobs/schema'
import { publicPlatformProcedure } from '../procedure/builders'
import { wordsFor } from '../procedure/words'
import { originOf } from '../tenancy/origin'
import { forgetAllHosts, tenantRef } from '../tenancy/resolve'
import { say } from '../text/say'
import { provisionTenantJob } from './jobs'
import { provisioningSteps } from './provisioning'
import { slugInput } from './tenants'

const refuseClosed = () => {
  if (env().SIGN_UP === 'off') throw forbidden('platform.closed')
}

const isTaken = async (tx: PlatformTx, slug: string) => (await tx.tenant.count({ where: { slug } })) > 0

export const checkSlug = publicPlatformProcedure
  .meta({ perMinute: 60 })
  .route({ method: 'GET', path: '/platform/sign-up/address', tags: ['Sign-up'], summary: 'Check whether a workspace address is available' })
  .input(z.strictObject({ slug: z.string().max(100) }))
  .output(z.object({ problem: z.string().nullable(), origin: z.string().nullable() }))
  .handler(async ({ context: { tx, caller }, input }) => {
    refuseClosed()
    const parsed = slugInput.safeParse(input.slug)
    const t = await wordsFor(caller)
    if (!parsed.success) return { problem: say(parsed.error.issues[0]?.message ?? '', t), origin: null }
    const { data: slug } = parsed
    return { problem: (await isTaken(tx, slug)) ? t('errors.platform.slugTaken') : null, origin: originOf({ slug }) }
  })

/** The secret follows the setup, and is then worth one sign-in on the new workspace within the hour. */
export const signUp = publicPlatformProcedure
  .meta({ perMinute: 5, showsSecret: true })
  .route({ method: 'POST', path: '/platform/sign-up', tags: ['Sign-up'], summary: 'Create a workspace', successStatus: 201 })
  .input(
    z.strictObject({
      business: nameInput,
      slug: slugInput,
      name: nameInput,
      email: emailInput,
      password: newPassword,
      timeZone: timeZone.default('UTC'),
    }),
  )
  .output(z.object({ tenantId: z.uuid(), secret: z.string() }))
  .handler(async ({ context: { tx, now, caller }, input }) => {
    refuseClosed()
    const secret = newSecret()
    const id = newId()
    const owner = { name: input.name, email: input.email, passwordHash: await hashPassword(input.password), entryHash: hashSecret(secret) }
    const setup = { owner, timeZone: input.timeZone }
    const row = { id, slug: input.slug, name: input.business, schemaName: pooledSchema, setup, createdAt: now }
    const { count } = await tx.tenant.createMany({ data: [row], skipDuplicates: true })
    if (count === 0) throw invalid({ slug: ['platform.slugTaken'] })
    const payload = { slug: input.slug, name: input.business }
    await tx.platformEvent.create({
      data: {
        id: newId(),
        type: 'tenant.signed_up',
        tenantId: id,
        payload,
        requestId: caller.requestId,
        address: caller.address,
        occurredAt: now,
      },
    })
    await enqueueJob({ tx, tenantId: id }, provisionTenantJob, { entryHash: owner.entryHash }, { uniqueKey: 'setup' })
    afterCommit(forgetAllHosts)
    return { tenantId: id, secret }
  })

const progressRef = z.strictObject({ tenantId: z.uuid(), secret: z.string().min(20).max(200) })

async function findSetup(tx: PlatformTx, { tenantId, secret }: z.output<typeof progressRef>) {
  const job = await tx.job.findFirst({
    where: { tenantId, name: provisionTenantJob.id },
    orderBy: { createdAt: 'desc' },
    include: { tenant: true },
  })
  const { entryHash = '' } = provisionTenantJob.input.parse(job?.input ?? {})
  const [given, expected] = [hashSecret(secret), entryHash].map((text) => Buffer.from(text)) as [Buffer, Buffer]
  if (!job?.tenant || given.length !== expected.length || !timingSafeEqual(given, expected)) throw notFound('workspace')
  return { ...job, tenant: job.tenant }
}

export const readSetup = publicPlatformProcedure
  .meta({ perMinute: 240, showsSecret: true })
  .route({ method: 'POST', path: '/platform/sign-up/progress', tags: ['Sign-up'], summary: 'Read the setup progress of a workspace' })
  .input(progressRef)
  .output(
    z.object({
      name: z.string(),
      origin: z.string(),
      status: z.enum(jobStatuses),
      step: z.number(),
      steps: z.array(z.string()),
      problem: z.string().nullable(),
    }),
  )
  .handler(async ({ context: { tx, caller }, input }) => {
    const { tenant, status, step } = await findSetup(tx, input)
    const t = await wordsFor(caller)
    const problem = status === 'dead' ? t('errors.platform.setupStopped') : null
    return {
      name: tenant.name,
      origin: originOf(tenantRef(tenant)),
      status,
      step,
      steps: provisioningSteps.map((each) => t(`jobProgress.${each}`)),
      problem,
    }
  })

export const retrySetup = publicPlatformProcedure
  .meta({ perMinute: 10, showsSecret: true })
  .route({ method: 'POST', path: '/platform/sign-up/retry', tags: ['Sign-up'], summary: 'Resume a setup that stopped' })
  .input(progressRef)
  .output(z.object({ ok: z.literal(true) }))
  .handler(async ({ context: { tx }, input }) => {
    const { id, status } = await findSetup(tx, input)
    if (status === 'dead' || status === 'cancelled') {
      await tx.job.update({
        where: { id },
        data: { status: 'queued', attempts: 0, dispatchedAt: null, leaseUntil: null, finishedAt: null },
      })
      afterCommit(wakeJobs)
    }
    return { ok: true as const }
  })
