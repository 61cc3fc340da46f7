import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { threadId } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { inThread, ThreadLimitError } from './thread'

const file = 'lib/testing/thread-tasks.ts'
const run = <I, O>(owner: string, name: string, input: I) => inThread<I, O>(owner, file, name, input)

it('tasks run in another thread, which does the next as well', async () => {
  const first = await run<string, [string, number]>('a', 'echo', 'one')
  const second = await run<string, [string, number]>('b', 'echo', 'two')
  expect([first[0], second[0]]).toEqual(['one', 'two'])
  expect(first[1]).not.toBe(threadId)
  expect(second[1]).toBe(first[1])
})

it('two owners have a thread each, and the tasks of one come one after the other', async () => {
  const both = await Promise.all(['a', 'b', 'a'].map((owner) => run<string, [string, number]>(owner, 'echo', owner)))
  expect(new Set(both.map(([, id]) => id)).size).toBe(2)
})

it('one that fails says why, and the next task has another thread', async () => {
  const before = await run<string, [string, number]>('a', 'echo', 'x')
  await expect(run('a', 'fail', 'broken')).rejects.toThrow('broken')
  await expect(run('a', 'leave', 3)).rejects.toThrow('ended with 3')
  const after = await run<string, [string, number]>('a', 'echo', 'y')
  expect(after[0]).toBe('y')
  expect(after[1]).not.toBe(before[1])
})

it('one that never ends is given up, and the next task has another thread', async () => {
  await expect(inThread('a', file, 'turnForEver', null, 20)).rejects.toThrow(ThreadLimitError)
  expect((await run<string, [string, number]>('a', 'echo', 'x'))[0]).toBe('x')
})

it.each(['server.mjs', 'lib/cli/main.mjs'])('where %s was built, a thread begins with what was built beside it', async (started) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-built-'))
  mkdirSync(path.join(folder, 'lib/core'), { recursive: true })
  writeFileSync(path.join(folder, 'lib/core/thread-entry.mjs'), `throw new Error('what was built')`)
  Object.assign(globalThis, { __barazaThreads: undefined }) // none that waits for a task
  const { argv } = process
  process.argv = [argv[0] as string, path.join(folder, started)]
  const task = run('a', 'echo', 'x')
  process.argv = argv
  await expect(task).rejects.toThrow('what was built')
})
