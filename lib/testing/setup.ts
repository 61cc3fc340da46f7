import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, vi } from 'vitest'

process.env.DATA_DIR = mkdtempSync(path.join(tmpdir(), 'baraza-data-'))
process.env.LOG_LEVEL ??= 'silent'

// What nobody expected to be printed is a failure.
const printed = vi.spyOn(console, 'error')
afterEach(() => {
  const calls = printed.mock.calls.splice(0)
  expect(calls, 'unexpected console.error').toEqual([])
})
