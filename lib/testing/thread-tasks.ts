import { setTimeout as wait } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'

export async function echo(text: string): Promise<[string, number]> {
  await wait(50)
  return [text, threadId]
}

export function fail(why: string): never {
  throw new Error(why)
}

export const leave = (code: number) => process.exit(code)

export function turnForEver(): never {
  for (;;);
}
