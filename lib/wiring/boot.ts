import './wire'
import { listenToMailboxes } from '../channels/email/mailboxes/idle'
import { sweepMailboxesJob } from '../channels/email/mailboxes/jobs'
import { finishBackground } from '../core/background'
import { closeConnection, databaseKind } from '../db/connection'
import { type MigrateOptions, migrate } from '../db/migrate'
import { listen, stopListening } from '../db/notify'
import { withOwner } from '../db/owner'
import { keepStatistics } from '../db/statistics'
import { env } from '../env'
import { sweepEventsJob } from '../events/jobs'
import { releaseDeliveries } from '../events/relay'
import { wakeChannel, wakeRelay } from '../events/wake'
import { installJobRunner, startJobRunner, stopJobRunner } from '../jobs/embedded'
import { jobsChannel, wakeJobs } from '../jobs/enqueue'
import { releaseJobs } from '../jobs/run'
import { log } from '../log/log'
import { stopRealtime } from '../realtime/node'
import { secretFor } from '../secrets'
import { findTenant, followHosts } from '../tenancy/resolve'

/** Applies what is missing, as the owner where there is one, before anything else runs. */
export async function bringUpToDate(options: MigrateOptions = {}) {
  secretFor('session') // one that is no secret stops everything here
  return withOwner(async (pool) => {
    const steps = await migrate(pool, options)
    if (!options.dryRun) await installJobRunner(pool)
    return steps
  })
}

const stops: (() => unknown)[] = []

/** Starts what works in the background of this process: the relay, the jobs, the schedules. */
export async function startBackground() {
  if (databaseKind() === 'embedded') {
    await releaseDeliveries()
    await releaseJobs()
    stops.push(keepStatistics())
  }
  stops.push(followHosts())
  if (env().JOBS === 'off') return
  if (!env().TRIGGER_SECRET_KEY) {
    await startJobRunner()
    stops.push(listenToMailboxes())
    // Those that a process before this one listened to.
    void sweepMailboxesJob.run({ input: {}, tenant: null, progress: async () => {} }).catch(logged)
  }
  const wake = async (id: string) => {
    const tenant = await findTenant({ id })
    if (tenant) wakeRelay(tenant.ref)
  }
  const sweep = () => void sweepEventsJob.run({ input: {}, tenant: null, progress: async () => {} }).catch(logged)
  stops.push(
    listen(wakeChannel, (id) => void wake(id).catch(logged), sweep),
    listen(jobsChannel, wakeJobs),
  )
  sweep()
}

const logged = (error: unknown) => log().error({ err: error }, 'the sweep failed; it runs again in a minute')

/** Lets what runs finish and closes the database. */
export async function stopBackground() {
  await Promise.all(stops.splice(0).map((stop) => stop()))
  await stopJobRunner()
  await finishBackground()
  await stopRealtime()
  await stopListening()
  await closeConnection()
}

/** What went wrong at boot, with what to do about it; null for what is a defect. */
export function explainBootError(error: unknown): string | null {
  const e = error as NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }
  const code = e.code ?? e.errors?.[0]?.code
  const byName = ['EnvError', 'SecretError', 'MigrationError', 'DatabaseInUseError'].includes((error as Error)?.constructor?.name)
  if (byName) return e.message
  const at = env().DATABASE_URL?.replace(/\/\/[^@/]*@/, '//')
  if (code === 'EADDRINUSE') return `Port ${env().PORT} is in use. Stop what listens there, or set PORT to another.`
  if (code === 'EACCES' && e.syscall === 'listen') return `Port ${env().PORT} needs more rights. Set PORT to one above 1023.`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT')
    return `The database at ${at} cannot be reached (${code}). Start it, or correct DATABASE_URL.`
  if (code === '28P01' || code === '28000') return `The database at ${at} refused the user or password. Correct DATABASE_URL.`
  if (code === '3D000') return `The database at ${at} does not exist. Create it, or correct DATABASE_URL.`
  if (code === '42501') return `The database user may not migrate: ${e.message}. Set DATABASE_MIGRATION_URL to the owner's address.`
  return null
}
