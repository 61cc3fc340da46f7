import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { type Env, env } from '../env'
import { takeExercised } from './exercised'

process.env.DATA_DIR ??= mkdtempSync(path.join(tmpdir(), 'baraza-data-'))
process.env.LOG_LEVEL ??= 'silent'
// What is published about senders must not decide what tests find.
process.env.MAIL_DNS ??= 'off'

// The same cases in every run, so that a run fails for what was changed; PROPERTY_SEED and PROPERTY_RUNS look further.
const { PROPERTY_SEED: seed, PROPERTY_RUNS: runs } = process.env
fc.configureGlobal({ seed: seed ? Number(seed) : 1, ...(runs && { numRuns: Number(runs) }) })

// What a file changes of the settings is not there for the next.
let given: Env
beforeAll(() => {
  given = { ...env() }
})
// biome-ignore lint/correctness/noEmptyPattern: the runner reads the pattern to know what the hook needs
afterAll(({}, file) => {
  file.meta.exercised = takeExercised()
  for (const key of Object.keys(env())) Reflect.deleteProperty(env(), key)
  Object.assign(env(), given)
})

// What nobody expected to be printed is a failure.
const printed = vi.spyOn(console, 'error')
afterEach(() => {
  const calls = printed.mock.calls.splice(0)
  expect(calls, 'unexpected console.error').toEqual([])
})
