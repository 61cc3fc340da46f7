import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { heapLimits } from '../core/heap-limits'
import { databaseKind } from '../db/connection'
import { EnvError, env } from '../env'
import { log } from '../log/log'
import { worksApart } from './background-process'

/** Before another one takes the place of one that ended; doubled each time, until one has lived for a while. */
const firstWaitMs = 500
const longestWaitMs = 30_000
const livedMs = 60_000
/** What answering the last requests may take before a process is ended. */
const stopMs = 40_000

/** What a web process says to the one that started it: that it serves, or why it does not. */
export type Said = 'ready' | { failure: string }
/** And what it is told: that the database is up to date, or to say to whoever reads the output where everything is. */
export type Told = 'serve' | 'greet'

/**
 * How many processes serve this installation on this machine.
 * @throws {EnvError} for several on the embedded database
 */
export function webProcessCount(): number {
  const { WEB_PROCESSES } = env()
  if (databaseKind() !== 'embedded') return WEB_PROCESSES ?? availableParallelism()
  if ((WEB_PROCESSES ?? 1) > 1)
    throw new EnvError('WEB_PROCESSES is more than 1, but the embedded database belongs to one process. Set DATABASE_URL, or leave it out.')
  return 1
}

export interface WebProcesses {
  /** Lets them serve; resolves when all do. @throws what the first says that ended before it served */
  serve(): Promise<void>
  /** Has one of them do it. */
  greet(): void
  /** Starts others, one by one, and ends each of these when its successor serves. @throws as `serve` does; those that stay serve on */
  restart(): Promise<void>
  /** Ends all, when they have answered what they took. */
  stop(): Promise<void>
}

/**
 * Starts processes that serve on one port, and another one whenever one ends, until they are stopped. They end with this process,
 * whatever becomes of it.
 * @param entry what each of them runs
 * @param onLost called when the last one has ended and its successor did before it served
 */
export function startWebProcesses(entry: string, count: number, onLost: (why: Error) => void): WebProcesses {
  cluster.setupPrimary({ exec: entry, execArgv: [...heapLimits(process.env.NODE_OPTIONS), ...process.execArgv] })
  // Before that other process is started, these must know of it.
  const own = worksApart() ? { JOBS: 'off' } : {}
  let [isStopping, mayServe] = [false, false]
  let waitMs = firstWaitMs
  const serving = new Set<Worker>()
  const leaving = new Set<Worker>()
  const first = Array.from({ length: count }, () => start())
  for (const { ready } of first) ready.catch(() => {}) // whoever calls `serve` hears of it

  function start() {
    const worker = cluster.fork(own)
    const startedAt = Date.now()
    const ready = new Promise<void>((resolve, reject) => {
      let why = 'A web process ended before it served.' // not-words: for the operator
      worker.on('message', (said: Said) => {
        if (said !== 'ready') why = said.failure
        else {
          serving.add(worker)
          resolve()
        }
      })
      // Where it could not even be started there is no exit.
      worker.on('error', reject)
      worker.once('exit', (code, signal) => {
        reject(new Error(why))
        if (!serving.delete(worker) || isStopping || leaving.has(worker)) return
        if (Date.now() - startedAt > livedMs) waitMs = firstWaitMs
        log().error({ code, signal, againInMs: waitMs }, 'a web process ended; another one takes its place')
        replace()
      })
    })
    if (mayServe) tell(worker, 'serve')
    return { worker, ready }
  }

  /** A successor that ends before it serves is followed by another as long as others serve. */
  function replace() {
    setTimeout(() => {
      if (isStopping) return
      start().ready.catch((why: Error) => {
        if (isStopping) return
        if (serving.size === 0) return onLost(why)
        log().error({ err: why, againInMs: waitMs }, 'a web process could not be replaced')
        replace()
      })
    }, waitMs)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }

  // One that has ended is heard of by its exit.
  const tell = (worker: Worker, what: Told) => void worker.send(what, () => {})

  async function end(worker: Worker) {
    leaving.add(worker)
    if (!worker.isDead()) {
      const gone = once(worker, 'exit')
      worker.process.kill('SIGTERM')
      const killing = setTimeout(() => worker.process.kill('SIGKILL'), stopMs)
      await gone
      clearTimeout(killing)
    }
    leaving.delete(worker)
  }

  return {
    async serve() {
      mayServe = true
      for (const { worker } of first) tell(worker, 'serve')
      await Promise.all(first.map(({ ready }) => ready))
    },
    greet() {
      const [one] = serving
      if (one) tell(one, 'greet')
    },
    async restart() {
      for (const old of [...serving]) {
        if (isStopping) return
        if (!serving.has(old)) continue // it has ended, and has its successor
        leaving.add(old)
        try {
          await start().ready // first, so that there is never one too few
        } catch (why) {
          leaving.delete(old)
          if (old.isDead()) replace()
          throw why
        }
        await end(old)
      }
    },
    async stop() {
      isStopping = true
      await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && end(worker)))
    },
  }
}
