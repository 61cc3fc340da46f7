import { call } from '@orpc/server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { listAllJobs, readWork } from '../audit/job-runs'
import { drainBackground } from '../core/background'
import { withOwner } from '../db/owner'
import { withPlatform, withTenant } from '../db/scope'
import { provisionTenantJob } from '../platform/jobs'
import { internalCaller } from '../procedure/caller'
import { findTenant, type ResolvedTenant } from '../tenancy/resolve'
import { makePerson, makeTenant, system } from '../testing/factories'
import { jobs } from '../wiring/jobs'
import { defineJob, type Job, type JobRun } from './define'
import { sweepJobs } from './dispatch'
import { startJobRunner, stopJobRunner } from './embedded'
import { enqueueJob } from './enqueue'
import { lanes, nextDue, perKind } from './lanes'
import { runJob, runScheduled } from './run'

type Input = { n: number }
let runs: number[] = []
let body: (run: JobRun<Input>) => Promise<void>
const testJob = defineJob<Input>({
  id: 'test.job',
  title: 'tidyDatabase',
  input: z.object({ n: z.number() }),
  priority: 'high',
  retries: 2,
  retryDelaySeconds: 1,
  run: (run) => {
    runs.push(run.input.n)
    return body(run)
  },
})

/** The embedded runner on the database under test. */
export function describeJobs() {
  let tenant: ResolvedTenant
  let other: ResolvedTenant
  beforeAll(async () => {
    jobs.push(testJob as Job)
    tenant = await makeTenant('jobs-one')
    other = await makeTenant('jobs-two')
  })
  afterAll(() => {
    jobs.splice(jobs.indexOf(testJob as Job), 1)
  })
  beforeEach(() => {
    runs = []
    body = async () => {}
  })
  afterEach(drainBackground)

  const add = (n: number, options = {}, to = tenant) =>
    withTenant(to.ref, (tx) => enqueueJob({ tx, tenantId: to.ref.id }, testJob, { n }, options))
  const read = (id: string) => withPlatform((tx) => tx.job.findUniqueOrThrow({ where: { id } }))

  describe('enqueuing', () => {
    it('is part of the unit of work: what rolls back was never asked for', async () => {
      const before = await withPlatform((tx) => tx.job.count())
      const failing = withTenant(tenant.ref, async (tx) => {
        await enqueueJob({ tx, tenantId: tenant.ref.id }, testJob, { n: 1 })
        throw new Error('stop')
      })
      await expect(failing).rejects.toThrow('stop')
      expect(await withPlatform((tx) => tx.job.count())).toBe(before)
    })

    it('cannot be done in the name of another tenant, nor look at its jobs', async () => {
      const foreign = await add(1, {}, other)
      const planted = withTenant(tenant.ref, (tx) => enqueueJob({ tx, tenantId: other.ref.id }, testJob, { n: 1 }))
      await expect(planted).rejects.toThrow('row-level security')
      expect(await withTenant(tenant.ref, (tx) => tx.$queryRaw`SELECT * FROM platform.job WHERE id = ${foreign}::uuid`)).toEqual([])
    })

    it('makes one job of a unique key while it waits, and another one after it is done', async () => {
      const ids = await Promise.all([1, 2, 3].map((n) => add(n, { uniqueKey: 'k' })))
      expect(new Set(ids).size).toBe(1)
      await runJob(ids[0] as string)
      expect(await add(4, { uniqueKey: 'k' })).not.toBe(ids[0])
    })

    it('refuses an input that the job does not take', async () => {
      await expect(add('one' as never)).rejects.toMatchObject({ issues: [{ code: 'invalid_type', expected: 'number', path: ['n'] }] })
    })
  })

  describe('a job', () => {
    it('runs once, however often it is called, also at once', async () => {
      const id = await add(7)
      await Promise.all([runJob(id), runJob(id), runJob(id)])
      await runJob(id)
      expect(runs).toEqual([7])
      expect(await read(id)).toMatchObject({ status: 'done', attempts: 1 })
    })

    it('that fails is tried again, and after its last try is dead and kept with the reason', async () => {
      body = () => Promise.reject(new Error('no luck'))
      const id = await add(1)
      await expect(runJob(id)).rejects.toThrow('no luck')
      expect(await read(id)).toMatchObject({ status: 'failed', lastError: 'no luck' })
      await expect(runJob(id)).rejects.toThrow('no luck')
      await runJob(id) // the last try does not ask for another
      expect(await read(id)).toMatchObject({ status: 'dead', attempts: 3 })
      await runJob(id)
      expect(runs).toHaveLength(3)
    })

    it('says how far it is, and stops when it is cancelled', async () => {
      const id = await add(1)
      body = async ({ progress }) => {
        await progress(1, 3, 'changing')
        expect(await read(id)).toMatchObject({ status: 'running', step: 1, totalSteps: 3, message: 'changing' })
        await withPlatform((tx) => tx.job.update({ where: { id }, data: { status: 'cancelled' } }))
        await progress(2, 3, 'undoing')
        throw new Error('went on')
      }
      await runJob(id)
      expect(await read(id)).toMatchObject({ status: 'cancelled', step: 1 })
    })

    it('that a crash left running is taken up by the sweep once its lease is over, and not before', async () => {
      const id = await add(1)
      await drainBackground()
      await withPlatform((tx) => tx.job.update({ where: { id }, data: { status: 'running', leaseUntil: new Date(Date.now() + 60_000) } }))
      await sweepJobs()
      expect(await read(id)).toMatchObject({ status: 'running' })
      await withPlatform((tx) => tx.job.update({ where: { id }, data: { leaseUntil: new Date(0) } }))
      await sweepJobs()
      expect(await read(id)).toMatchObject({ status: 'queued', dispatchedAt: expect.any(Date) })
    })

    it('that this version does not know is dead and says so', async () => {
      const id = await add(1)
      await drainBackground()
      await withPlatform((tx) => tx.job.update({ where: { id }, data: { name: 'test.renamed' } }))
      await runJob(id)
      expect(await read(id)).toMatchObject({ status: 'dead', lastError: 'this version has no job called test.renamed' })
    })
  })

  describe('a schedule', () => {
    it('whose run fails leaves a row to be seen, one an hour', async () => {
      const failing = defineJob({
        id: 'test.run',
        title: 'tidyDatabase',
        input: z.object({}),
        schedule: '* * * * *',
        run: () => Promise.reject(new Error('x')),
      })
      jobs.push(failing as Job)
      await runScheduled('test.run')
      await runScheduled('test.run')
      jobs.splice(jobs.indexOf(failing as Job), 1)
      expect(await withPlatform((tx) => tx.job.findMany({ where: { name: 'test.run' } }))).toMatchObject([
        { status: 'dead', lastError: 'x' },
      ])
    })
  })

  describe('provisioning', () => {
    it.each(['pooled', 'dedicated'] as const)(
      'sets up a %s desk, resumes after a crash at any step, and repeats harmlessly',
      async (isolation) => {
        const { createTenant } = await import('../platform/tenants')
        const { call } = await import('@orpc/server')
        const { internalCaller } = await import('../procedure/caller')
        const slug = `new-${isolation}`
        const input = { slug, name: 'New desk', owner: { name: 'O', email: 'o@new.test' }, isolation }
        await call(createTenant, input, { context: { caller: internalCaller({ tenant: null, actor: system }) } })
        await drainBackground()
        const made = (await findTenant({ slug })) as ResolvedTenant
        const crashAt = (at: number) => async (step: number) => {
          if (step === at) throw new Error(`crash at ${at}`)
        }
        for (let at = 0; at < 4; at++) {
          const crashing = provisionTenantJob.run({ input: {}, tenant: made, progress: crashAt(at) })
          await expect(crashing).rejects.toThrow(`crash at ${at}`)
        }
        for (let times = 0; times < 2; times++) await provisionTenantJob.run({ input: {}, tenant: made, progress: async () => {} })
        const counts = await withTenant(made.ref, async (tx) => [
          await tx.workspace.count(),
          await tx.department.count(),
          await tx.person.count(),
        ])
        expect(counts).toEqual([1, 5, 1])
        expect(made.ref.schemaName).toBe(isolation === 'pooled' ? 'desk' : 'desk_new_dedicated')
        const agent = await makePerson(made, 'agent')
        expect((await agent.request('GET', '/ticket')).status).toBe(200)
        const created = await agent.request('POST', '/ticket', {
          title: 'tidyDatabase',
          description: 'D',
          requester: { name: 'R', email: 'r@example.com' },
        })
        expect((await created.json()).number).toMatch(/-1$/)
        const elsewhere =
          isolation === 'dedicated'
            ? await withOwner((pool) => pool.query(`SELECT count(*)::int AS n FROM desk.ticket WHERE tenant_id = '${made.ref.id}'`))
            : null
        expect(elsewhere?.rows[0].n ?? 0).toBe(0)
      },
    )
  })

  describe('the jobs page', () => {
    it('shows a workspace its own work, runs what is dead again and cancels what waits', async () => {
      const owner = await makePerson(tenant, 'owner')
      const stranger = await makePerson(other, 'owner')
      body = () => Promise.reject(new Error('broken'))
      const id = await add(31)
      for (let attempt = 0; attempt < 3; attempt++) await runJob(id).catch(() => {})
      const list = async (who: typeof owner) => (await (await who.request('GET', '/jobs?status=dead')).json()) as { items: object[] }
      expect((await list(owner)).items).toContainEqual(
        expect.objectContaining({
          id,
          title: 'Optimise the embedded database',
          status: 'dead',
          lastError: 'broken',
          abilities: { retry: true, cancel: false },
        }),
      )
      expect((await list(stranger)).items).toEqual([])
      expect((await stranger.request('POST', `/jobs/${id}/retry`)).status).toBe(404)
      expect((await owner.request('POST', `/jobs/${id}/retry`)).status).toBe(200)
      expect(await read(id)).toMatchObject({ status: 'queued', attempts: 0 })
      expect((await owner.request('POST', `/jobs/${id}/retry`)).status).toBe(404)
      expect((await owner.request('POST', `/jobs/${id}/cancel`)).status).toBe(200)
      expect(await read(id)).toMatchObject({ status: 'cancelled' })
      expect((await (await makePerson(tenant, 'agent')).request('GET', '/jobs')).status).toBe(403)
    })

    it('tells the operator how full the queues are and what is scheduled', async () => {
      await add(32, { dueAt: new Date(Date.now() + 3600_000) })
      const caller = internalCaller({ tenant: null, actor: system })
      const work = await call(readWork, undefined, { context: { caller } })
      expect(work.queues.find(({ priority }) => priority === 'high')?.counts.queued).toBeGreaterThan(0)
      expect(work.schedules.map(({ name }) => name)).toContain('events.sweep')
      const { items } = await call(listAllJobs, {}, { context: { caller } })
      expect(items[0]).toMatchObject({ tenant: tenant.name, status: 'queued' })
    })
  })

  describe('the runner', () => {
    beforeAll(startJobRunner)
    afterAll(stopJobRunner)
    const reaches = (id: string, status: string) =>
      vi.waitFor(async () => expect((await read(id)).status).toBe(status), { timeout: 25_000, interval: 100 })

    it('runs what was enqueued, soon', async () => {
      await reaches(await add(11), 'done')
      expect(runs).toContain(11)
    })

    it('tries again after a failure, by itself', async () => {
      let tries = 0
      body = async () => {
        if (++tries === 1) throw new Error('once')
      }
      const id = await add(12)
      await reaches(id, 'done')
      expect(await read(id)).toMatchObject({ attempts: 2, lastError: null })
    })

    it('gives tenants turns: who has one job does not wait for the many of others', async () => {
      const order: string[] = []
      const quiet = await makeTenant('jobs-deleted')
      body = async ({ tenant: of }) => void order.push(of?.ref.slug ?? '')
      await stopJobRunner()
      const dueAt = new Date(Date.now() - 60_000)
      const many = await Promise.all(Array.from({ length: 40 }, (_, n) => add(n, { dueAt }, n % 2 ? tenant : other)))
      const one = await add(99, {}, quiet)
      await startJobRunner()
      for (const id of [one, ...many]) await reaches(id, 'done')
      expect(order).toContain(quiet.ref.slug)
      expect(order.indexOf(quiet.ref.slug)).toBeLessThan(10)
    })

    it.each(['high', 'normal', 'low'] as const)('keeps a place of the %s lane from two tenants whose jobs do not end', async (priority) => {
      let release = () => {}
      const gate = new Promise<void>((resolve) => (release = resolve))
      const job: Job<Input> = { ...testJob, id: `test.${priority}`, priority }
      jobs.push(job as Job)
      const third = (await findTenant({ slug: 'jobs-three' })) ?? (await makeTenant('jobs-three'))
      const enqueue = (n: number, to: ResolvedTenant) => withTenant(to.ref, (tx) => enqueueJob({ tx, tenantId: to.ref.id }, job, { n }))
      body = async ({ tenant: of }) => (of?.ref.id === third.ref.id ? undefined : gate)
      const endless = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => enqueue(n, n % 2 ? tenant : other)))
      await vi.waitFor(() => expect(runs).toHaveLength(4), { timeout: 25_000, interval: 20 })
      await reaches(await enqueue(99, third), 'done')
      expect(runs).toHaveLength(5)
      release()
      for (const id of endless) await reaches(id, 'done')
      jobs.splice(jobs.indexOf(job as Job), 1)
    })

    it('lets what hangs hold up its own kind and tenant alone, whatever else waits', async () => {
      let release = () => {}
      const gate = new Promise<void>((resolve) => (release = resolve))
      const kinds = ['hooks', 'imports', 'files'].map((name): Job<Input> => ({ ...testJob, id: `test.${name}`, priority: 'low' }))
      jobs.push(...(kinds as Job[]))
      const [hooks, imports, files] = kinds as [Job<Input>, Job<Input>, Job<Input>]
      const enqueue = (job: Job<Input>, n: number, to: ResolvedTenant) =>
        withTenant(to.ref, (tx) => enqueueJob({ tx, tenantId: to.ref.id }, job, { n }))
      body = ({ input }) => (input.n < 50 ? gate : Promise.resolve())
      const all = (job: Job<Input>, first: number, to: ResolvedTenant) => Promise.all([0, 1, 2].map((n) => enqueue(job, first + n, to)))
      const hanging = [await all(hooks, 0, tenant), await all(imports, 10, tenant), await all(hooks, 20, other)].flat()
      // More than the lane begins at once: what takes long makes room.
      await vi.waitFor(() => expect(runs.filter((n) => n < 50)).toHaveLength(6), { timeout: 25_000, interval: 20 })
      for (const [job, to] of [
        [files, tenant],
        [imports, other],
      ] as const)
        await reaches(await enqueue(job, 99, to), 'done')
      expect(runs.filter((n) => n < 50)).toHaveLength(6)
      release()
      for (const id of hanging) await reaches(id, 'done')
      for (const job of kinds) jobs.splice(jobs.indexOf(job as Job), 1)
    })

    it('has room in every lane for more than one tenant can have running', () => {
      for (const [priority, { most }] of Object.entries(lanes))
        expect(jobs.filter((job) => job.priority === priority && !job.schedule).length * perKind, priority).toBeLessThan(most)
    })

    it('leaves a suspended or deleted workspace and what is not due alone', async () => {
      const [suspended, deleted] = [await makeTenant('jobs-suspended'), await makeTenant('jobs-restorable')]
      await withPlatform((tx) => tx.tenant.update({ where: { id: suspended.ref.id }, data: { status: 'suspended' } }))
      await withPlatform((tx) => tx.tenant.update({ where: { id: deleted.ref.id }, data: { deletedAt: new Date() } }))
      const ids = [await add(1, {}, suspended), await add(1, {}, deleted), await add(2, { dueAt: new Date(Date.now() + 3600_000) })]
      // It may be restored; the runner that asked for it already is told to wait.
      await runJob(ids[1] as string)
      await reaches(await add(3), 'done')
      for (const id of ids) expect(await read(id)).toMatchObject({ status: 'queued', attempts: 0 })
    })

    it('finds the next job by an index, however many one tenant has', async () => {
      const mark = 'test.many'
      await withPlatform(
        (tx) => tx.$executeRaw`INSERT INTO platform.job (id, tenant_id, name, input, priority, due_at)
          SELECT gen_random_uuid(), ${tenant.ref.id}::uuid, ${mark}, '{}', 'low', now() + interval '1 hour' FROM generate_series(1, 20000)`,
      )
      const given = ['low', '00000000-0000-0000-0000-000000000000', '', '[]']
      const rows = await withOwner(async (pool) => {
        await pool.query('ANALYZE platform.job')
        const explained = await pool.query(`EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF, TIMING OFF, SUMMARY OFF) ${nextDue}`, given)
        return explained.rows as Record<string, string>[]
      }).finally(() => withPlatform((tx) => tx.job.deleteMany({ where: { name: mark } })))
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toContain('job_waiting')
      expect(plan).not.toContain('Seq Scan on job')
      const read = [...plan.matchAll(/on job j[^\n]*rows=(\d+)/g)].map(([, count]) => Number(count))
      expect(Math.max(...read)).toBeLessThan(50)
    })

    it('lets a second tenant through while a noisy one has its share of places', async () => {
      const order: string[] = []
      let release = () => {}
      const gate = new Promise<void>((resolve) => (release = resolve))
      body = async ({ tenant: of, input }) => {
        order.push(`${of?.ref.slug}:${input.n}`)
        if (of?.ref.id === tenant.ref.id) await gate
      }
      const noisy = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => add(n)))
      const quiet = await add(99, {}, other)
      await reaches(quiet, 'done')
      const ofNoisy = () => order.filter((name) => name.startsWith('jobs-one'))
      await vi.waitFor(() => expect(ofNoisy()).toHaveLength(2))
      await reaches(await add(100, {}, other), 'done')
      expect(ofNoisy()).toHaveLength(2)
      release()
      for (const id of noisy) await reaches(id, 'done')
    })
  })
}
