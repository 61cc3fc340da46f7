import type pg from 'pg'
import { type ConstructorOptions, PgBoss } from 'pg-boss'
import { connection, databaseKind } from '../db/connection'
import { jobsRole, jobsSchema } from '../db/names'
import { log } from '../log/log'
import type { JobRunner } from './define'
import { scheduledJobs } from './registry'
import { runJob, runScheduled } from './run'

// A queue per priority: nothing low can stand before something high.
const queues = { high: 'high', normal: 'normal', low: 'low' } as const
const ticks = 'ticks'
/** Jobs of one tenant and priority under way at once in a process, so that nobody's bulk work starves the others. */
const perTenant = 2
const workers: Record<keyof typeof queues, { pollingIntervalSeconds: number; localConcurrency: number }> = {
  high: { pollingIntervalSeconds: 0.5, localConcurrency: 4 },
  normal: { pollingIntervalSeconds: 1, localConcurrency: 3 },
  low: { pollingIntervalSeconds: 2, localConcurrency: 2 },
}

const store = globalThis as typeof globalThis & { __barazaBoss?: Promise<PgBoss> }

const options = () => ({
  schema: jobsSchema,
  backend: databaseKind() === 'embedded' ? ('pglite' as const) : ('postgres' as const),
  reindex: false, // needs to own the tables, which the application does not
  monitorVacuum: false,
})

/** Makes the runner's own tables and queues, as the owner; once per version. */
export async function installJobRunner(pool: pg.Pool) {
  const boss = new PgBoss({ ...options(), db: over(pool), supervise: false, schedule: false })
  boss.on('error', (error) => log().error({ err: error }, 'the job runner could not be installed'))
  await boss.start()
  for (const name of [...Object.values(queues), ticks])
    if (!(await boss.getQueue(name))) await boss.createQueue(name, { retentionSeconds: 14 * 86400, deleteAfterSeconds: 86400 })
  await boss.stop({ graceful: false })
  await pool.query(`
    GRANT USAGE ON SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${jobsSchema} TO ${jobsRole}`)
}

/** A client that can send; the workers come with `startJobRunner`. */
function boss(): Promise<PgBoss> {
  store.__barazaBoss ??= open(false)
  return store.__barazaBoss
}

async function open(isWorker: boolean): Promise<PgBoss> {
  const { pool } = await connection()
  const opened = new PgBoss({ ...options(), db: over(pool, jobsRole), migrate: false, supervise: isWorker, schedule: isWorker })
  opened.on('error', (error) => log().error({ err: error }, 'the job runner has trouble with the database'))
  await opened.start()
  return opened
}

/** Starts working off the queues and keeping the schedules. */
export async function startJobRunner() {
  await stopJobRunner()
  store.__barazaBoss = open(true)
  const opened = await store.__barazaBoss
  for (const [priority, name] of Object.entries(queues) as [keyof typeof queues, string][])
    await opened.work<{ id: string }>(name, { ...workers[priority], localGroupConcurrency: perTenant }, async ([job]) => {
      if (job) await runJob(job.data.id)
    })
  await opened.work<{ job: string }>(ticks, { pollingIntervalSeconds: 1, localConcurrency: 3 }, async ([job]) => {
    if (job) await runScheduled(job.data.job)
  })
  const wanted = new Map(scheduledJobs().map((job) => [job.id, job]))
  for (const { key } of await opened.getSchedules(ticks)) if (key && !wanted.has(key)) await opened.unschedule(ticks, key)
  for (const job of wanted.values())
    await opened.schedule(ticks, job.schedule as string, { job: job.id }, { key: job.id, tz: 'UTC', singletonKey: job.id, retryLimit: 0 })
}

/** Lets what runs finish, up to ten seconds. */
export async function stopJobRunner() {
  const open = store.__barazaBoss
  store.__barazaBoss = undefined
  await (await open?.catch(() => undefined))?.stop({ graceful: true, timeout: 10_000 })
}

export const embeddedRunner: JobRunner = {
  name: 'pg-boss, in this database',
  async send(dispatches) {
    for (const [priority, name] of Object.entries(queues)) {
      const jobs = dispatches.filter(({ job }) => job.priority === priority)
      if (jobs.length === 0) continue
      await (await boss()).insert(
        name,
        jobs.map(({ id, job, tenantId, dueAt }) => ({
          data: { id },
          startAfter: dueAt,
          retryLimit: job.retries,
          retryDelay: job.retryDelaySeconds,
          retryBackoff: true,
          expireInSeconds: job.timeoutSeconds + 60,
          ...(tenantId ? { group: { id: tenantId } } : {}),
        })),
      )
    }
  },
}

/**
 * The runner's statements on our pool, each in a transaction that first takes
 * the role it may work in: nothing stays behind on the connection.
 */
function over(pool: pg.Pool, role?: string): NonNullable<ConstructorOptions['db']> {
  const take = role ? `SELECT set_config('role', '${role}', true)` : ''
  return {
    async executeSql(text, values) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        if (!role) return flat(await client.query(text, values))
        // One message is one transaction, also when it holds several statements.
        if (!values?.length) {
          const [, ...results] = (await client.query(`${take}; ${text}`)) as unknown as pg.QueryResult[]
          return flat(results)
        }
        await client.query(`BEGIN; ${take}`)
        const result = await client.query(text, values)
        await client.query('COMMIT')
        return flat(result)
      } catch (error) {
        await client.query('ROLLBACK').catch((e) => {
          broken = e
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
  }
}

const flat = (result: pg.QueryResult | pg.QueryResult[]) => ({ rows: [result].flat().flatMap(({ rows }) => rows ?? []) })
