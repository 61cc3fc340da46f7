import type pg from 'pg'
import { type ConstructorOptions, PgBoss } from 'pg-boss'
import { asBackground } from '../core/background'
import { connection, databaseKind } from '../db/connection'
import { jobsRole, jobsSchema } from '../db/names'
import { log } from '../log/log'
import type { JobRunner } from './define'
import { fillLanes, startLanes, stopLanes } from './lanes'
import { scheduledJobs } from './registry'
import { runScheduled } from './run'

const ticks = 'ticks'
/** How long what runs may take to finish when the process ends. */
const drainMs = 10_000

const store = globalThis as typeof globalThis & { __barazaBoss?: Promise<PgBoss> }

const options = () => ({
  schema: jobsSchema,
  backend: databaseKind() === 'embedded' ? ('pglite' as const) : ('postgres' as const),
  reindex: false, // needs to own the tables, which the application does not
  monitorVacuum: false,
})

/** Makes the tables and the queue of what keeps the schedules, as the owner; once per version. */
export async function installJobRunner(pool: pg.Pool) {
  const boss = new PgBoss({ ...options(), db: over(pool), supervise: false, schedule: false })
  boss.on('error', (error) => log().error({ err: error }, 'the job runner could not be installed'))
  await boss.start()
  if (!(await boss.getQueue(ticks))) await boss.createQueue(ticks, { retentionSeconds: 14 * 86400, deleteAfterSeconds: 86400 })
  await boss.stop({ graceful: false })
  await pool.query(`
    GRANT USAGE ON SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${jobsSchema} TO ${jobsRole};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${jobsSchema} TO ${jobsRole}`)
}

async function open(): Promise<PgBoss> {
  const { pool } = await connection()
  const opened = new PgBoss({ ...options(), db: over(pool, jobsRole), migrate: false })
  opened.on('error', (error) => log().error({ err: error }, 'the job runner has trouble with the database'))
  await opened.start()
  return opened
}

/** Starts working off the jobs and keeping the schedules. */
export async function startJobRunner() {
  await stopJobRunner()
  startLanes()
  store.__barazaBoss = asBackground(open)
  const opened = await store.__barazaBoss
  await opened.work<{ job: string }>(ticks, { pollingIntervalSeconds: 1, localConcurrency: 3 }, async ([job]) => {
    if (job) await asBackground(() => runScheduled(job.data.job))
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
  const late = new Promise((resolve) => setTimeout(resolve, drainMs).unref())
  await Promise.race([stopLanes(), late])
  await (await open?.catch(() => undefined))?.stop({ graceful: true, timeout: drainMs })
}

export const embeddedRunner: JobRunner = {
  name: 'the built-in runner',
  send: async () => fillLanes(), // the rows say all there is to know
}

/**
 * The runner's statements on our pool, each in a transaction that first takes
 * the role it may work in: nothing stays behind on the connection.
 */
function over(pool: pg.Pool, role?: string): NonNullable<ConstructorOptions['db']> {
  const take = role ? `SELECT set_config('role', '${role}', true)` : ''
  return {
    async executeSql(text, values) {
      const client = await asBackground(() => pool.connect())
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
