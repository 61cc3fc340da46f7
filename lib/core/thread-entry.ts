// Where a thread begins: does the one thing it was made for, and ends.
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadTask } from './thread'

const { file, name, input } = workerData as ThreadTask
const module = (await import(pathToFileURL(file).href)) as Record<string, (input: unknown) => unknown>
parentPort?.postMessage(await module[name]?.(input))
