import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'

/** What a thread is told to do: an exported function of a module of ours, and what it is given. */
export interface ThreadTask {
  file: string
  name: string
  input: unknown
}

const maxMemoryMb = 1024
/** What takes longer is given up: the next one waits for it, whoever's that is. Shorter than a delivery may take, so that its consumer hears of it. */
const longestMs = 45_000
const store = globalThis as typeof globalThis & { __barazaThread?: Promise<unknown> }

/**
 * Calls an exported function in a thread of its own, one at a time in a process, so that the event loop goes on meanwhile.
 * @param file the function's module, from the root of the project; it should import little, since the thread loads it anew
 * @param input, like the answer, is copied
 */
export function inThread<I, O>(file: string, name: string, input: I): Promise<O> {
  const run = () => start<O>({ file: sourceOf(file), name, input })
  const turn = (store.__barazaThread ?? Promise.resolve()).then(run, run)
  store.__barazaThread = turn
  return turn
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
