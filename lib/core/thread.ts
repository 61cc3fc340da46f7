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

/** A task took longer, or more memory, than it may; its thread is gone, the process goes on. */
export class ThreadLimitError extends Error {}

/** Loading what a task needs takes longer than most tasks: a thread waits so long for the next, and does so many. */
const keptMs = 20_000
const mostTasks = 100
const store = globalThis as typeof globalThis & { __barazaThreads?: { queue: ReturnType<typeof fairQueue>; idle: Kept[] } }
const threads = () => (store.__barazaThreads ??= { queue: fairQueue(mostThreads), idle: [] })

/**
 * Calls an exported function in another thread, so that the event loop goes on meanwhile. In a process one runs for each owner,
 * and two in all. The function keeps nothing of what it is given: the thread does tasks of others after it.
 * @param owner whose it is: a tenant's id
 * @param file the function's module, from the root of the project; it should import little, since the thread loads it anew
 * @param input, like the answer, is copied
 * @param longest milliseconds that the function may take; a thread that has to start first has all of `longestMs` for that
 * @throws {ThreadLimitError} where it takes longer, or more memory than a thread has
 */
export function inThread<I, O>(owner: string, file: string, name: string, input: I, longest = longestMs): Promise<O> {
  return threads().queue(owner, () => run<O>({ file: moduleOf(file), name, input }, longest))
}

/** Whether there is something to start a thread from: a serverless function has its bundle alone. */
export const hasThreads = () => !process.env.VERCEL && existsSync(moduleOf('lib/core/thread-entry.ts'))

/** Beside what was started, or above the commands in `lib/cli`, where that was built (`scripts/bundle.mjs` names what threads load); else the source. */
function moduleOf(file: string): string {
  const started = path.dirname(process.argv[1] ?? '')
  const name = file.replace(/ts$/, 'mjs')
  const built = ['', '../..'].map((up) => path.join(/* turbopackIgnore: true */ started, up, name)).find((each) => existsSync(each))
  return built ?? path.resolve(/* turbopackIgnore: true */ process.cwd(), file)
}

interface Kept {
  thread: Worker
  tasks: number
}

function open(): Kept {
  const entry = moduleOf('lib/core/thread-entry.ts')
  const execArgv = entry.endsWith('.ts') ? ['--import', 'tsx'] : []
  const thread = new Worker(/* turbopackIgnore: true */ entry, { execArgv, resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb } })
  return { tasks: 0, thread }
}

/** One that fails, or is given up, ends; the next task has another. */
function run<O>(task: ThreadTask, longest: number): Promise<O> {
  const { thread, tasks } = threads().idle.pop() ?? open()
  return new Promise<O>((resolve, reject) => {
    thread.removeAllListeners().ref()
    let timer = setTimeout(giveUp, longestMs)
    function giveUp() {
      reject(new ThreadLimitError('the task took too long')) // not-words: whoever asked says it
      void thread.terminate()
    }
    thread.on('message', (message: 'began' | { answer: O }) => {
      if (message === 'began') {
        clearTimeout(timer)
        timer = setTimeout(giveUp, longest)
        return
      }
      const { answer } = message
      clearTimeout(timer)
      keep({ thread, tasks: tasks + 1 })
      resolve(answer)
    })
    thread.once('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      reject(isMemory ? new ThreadLimitError('the task took too much memory', { cause: error }) : error) // not-words: whoever asked says it
    })
    thread.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the thread ended with ${code} and no answer`))
    })
    thread.postMessage(task)
  })
}

function keep(kept: Kept) {
  const { thread, tasks } = kept
  const { idle } = threads()
  thread.removeAllListeners()
  if (tasks === mostTasks) return void thread.terminate()
  idle.push(kept)
  const leave = () => {
    const at = idle.indexOf(kept)
    if (at >= 0) idle.splice(at, 1)
    return at >= 0
  }
  thread.once('error', leave).once('exit', leave).unref()
  setTimeout(() => leave() && void thread.terminate(), keptMs).unref()
}
