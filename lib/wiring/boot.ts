import './wire'
import { listenToMailboxes } from '../channels/email/mailboxes/idle'
import { sweepMailboxesJob } from '../channels/email/mailboxes/jobs'
import { finishBackground } from '../core/background'
import { closeConnection, databaseKind } from '../db/connection'
import { listen, stopListening } from '../db/notify'
import { openPostgres } from '../db/postgres'
import { keepStatistics } from '../db/statistics'
import { env } from '../env'
import { sweepEventsJob } from '../events/jobs'
import { releaseDeliveries } from '../events/relay'
import { wakeChannel, wakeRelay } from '../events/wake'
import { startJobRunner, stopJobRunner } from '../jobs/embedded'
import { jobsChannel, wakeJobs } from '../jobs/enqueue'
import { releaseJobs } from '../jobs/run'
import { log } from '../log/log'
import { shareRateLimits, stopSharingRateLimits } from '../procedure/rate-limit'
import { settleOn } from '../procedure/shared-buckets'
import { stopRealtime } from '../realtime/node'
import { followHosts, keptTenant } from '../tenancy/resolve'

const stops: (() => unknown)[] = []

/** Starts what works in the background of this process: the relay, the jobs, the schedules. */
export async function startBackground() {
  if (databaseKind() === 'embedded') {
    await releaseDeliveries()
    await releaseJobs()
    stops.push(keepStatistics())
  }
  stops.push(followHosts())
  if (databaseKind() === 'postgres') stops.push(shareLimits())
  if (env().JOBS === 'off') return
  if (!env().TRIGGER_SECRET_KEY) {
    await startJobRunner()
    stops.push(listenToMailboxes())
    // Those that a process before this one listened to.
    void sweepMailboxesJob.run({ input: {}, tenant: null, progress: async () => {} }).catch(logged)
  }
  const wake = async (id: string) => {
    const tenant = await keptTenant(id)
    if (tenant) wakeRelay(tenant.ref)
  }
  const sweep = () => void sweepEventsJob.run({ input: {}, tenant: null, progress: async () => {} }).catch(logged)
  stops.push(
    listen(wakeChannel, (id) => void wake(id).catch(logged), sweep),
    listen(jobsChannel, wakeJobs),
  )
  sweep()
}

/** On a connection of its own: a request that counts holds one already, and all might. */
function shareLimits() {
  const pool = openPostgres(env().DATABASE_URL as string, 1)
  shareRateLimits(settleOn(pool))
  return async () => {
    await stopSharingRateLimits()
    await pool.end()
  }
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
