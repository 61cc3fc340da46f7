import { fork } from 'node:child_process'
import { heapLimits } from '../core/heap-limits'
import { databaseKind } from '../db/connection'
import { env } from '../env'
import { log } from '../log/log'

/** Before another one is started in the place of one that ended; doubled each time while none becomes ready. */
const firstWaitMs = 500
const longestWaitMs = 30_000
/** What it may take to finish what it has at hand before it is ended. */
const stopMs = 25_000

/** Whether events and jobs are to be worked off beside this process: always where a second one can reach the database. */
export const worksApart = () => databaseKind() !== 'embedded' && env().JOBS === 'on'

export interface BackgroundProcess {
  /** Has it finish what it has at hand and end; resolves when it has. */
  stop(): Promise<void>
  /** Of the one at hand, if there is one. */
  pid(): number | undefined
}

/**
 * Starts a process that works off events and jobs, and another one whenever it ends, until it is stopped. It ends with this
 * process, whatever becomes of this one. Whoever calls this does no background work: `JOBS` is off here from then on.
 * @param entry what it runs
 */
export function runBackgroundProcess(entry: string): BackgroundProcess {
  // Next's bundle reads the environment once more.
  process.env.JOBS = env().JOBS = 'off'
  let isStopping = false
  let waitMs = firstWaitMs
  let timer: NodeJS.Timeout | undefined
  let [child, ended] = start()

  function start() {
    const started = fork(entry, {
      env: { ...process.env, JOBS: 'inside' },
      execArgv: [...heapLimits(process.env.NODE_OPTIONS), ...process.execArgv],
    })
    started.once('message', () => {
      waitMs = firstWaitMs
    })
    started.once('error', (error) => log().error({ err: error }, 'the background process could not be started'))
    const done = new Promise<void>((resolve) => {
      started.once('close', (code, signal) => {
        resolve()
        if (isStopping) return
        log().error({ code, signal, againInMs: waitMs }, 'the background process ended; another one takes its place')
        timer = setTimeout(() => {
          ;[child, ended] = start()
        }, waitMs)
        waitMs = Math.min(waitMs * 2, longestWaitMs)
      })
    })
    return [started, done] as const
  }

  return {
    async stop() {
      isStopping = true
      clearTimeout(timer)
      child.kill('SIGTERM')
      const killing = setTimeout(() => child.kill('SIGKILL'), stopMs)
      await ended
      clearTimeout(killing)
    },
    pid: () => (child.exitCode === null && child.signalCode === null ? child.pid : undefined),
  }
}
