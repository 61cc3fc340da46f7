import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { fairQueue } from './fair-queue'

/** What a thread is told to do: an exported function of a module of ours, and what it is given. */
export interface ThreadTask {
  file: string
  name: string
  input: unknown
}

const maxMemoryMb = 1024
/** What takes longer is given up: others of its owner wait for it. Shorter than a delivery may take, so that its consumer hears of it. */
const longestMs = 45_000
const mostThreads = 2
const store = globalThis as typeof globalThis & { __barazaThreads?: ReturnType<typeof fairQueue> }

/**
 * Calls an exported function in a thread of its own, so that the event loop goes on meanwhile. In a process one runs for each owner,
 * and two in all.
 * @param owner whose it is: a tenant's id
 * @param file the function's module, from the root of the project; it should import little, since the thread loads it anew
 * @param input, like the answer, is copied
 */
export function inThread<I, O>(owner: string, file: string, name: string, input: I): Promise<O> {
  store.__barazaThreads ??= fairQueue(mostThreads)
  return store.__barazaThreads(owner, () => start<O>({ file: sourceOf(file), name, input }))
}

/** Whether there are sources to start a thread from: a serverless function has its bundle alone. */
export const hasThreads = () => !process.env.VERCEL && existsSync(sourceOf('lib/core/thread-entry.ts'))

const sourceOf = (file: string) => path.resolve(/* turbopackIgnore: true */ process.cwd(), file)

function start<O>(task: ThreadTask): Promise<O> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(/* turbopackIgnore: true */ sourceOf('lib/core/thread-entry.ts'), {
      workerData: task,
      execArgv: ['--import', 'tsx'],
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    })
    const timer = setTimeout(() => void thread.terminate(), longestMs)
    thread.once('exit', () => clearTimeout(timer))
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`the thread ended with ${code} and no answer`)))
  })
}
