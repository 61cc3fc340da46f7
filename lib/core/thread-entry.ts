// What a thread does: one task after the other. What a task throws ends it, and whoever asked hears of that.
import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import type { ThreadTask } from './thread'

parentPort?.on('message', async ({ file, name, input }: ThreadTask) => {
  const module = (await import(pathToFileURL(file).href)) as Record<string, (input: unknown) => unknown>
  parentPort?.postMessage('began')
  parentPort?.postMessage({ answer: await module[name]?.(input) })
})
