import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { env } from '../env'
import { type BackgroundProcess, runBackgroundProcess, worksApart } from './background-process'

const entry = path.join(mkdtempSync(path.join(tmpdir(), 'baraza-')), 'entry.mjs')
let background: BackgroundProcess | undefined
afterEach(async () => {
  await background?.stop()
  background = undefined
  process.env.JOBS = env().JOBS = 'on'
  env().DATABASE_URL = undefined
})

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
/** Begins a process that does this. */
function begin(source: string) {
  writeFileSync(entry, source)
  background = runBackgroundProcess(entry)
  return background
}

describe('the background process', () => {
  it('is the one that works off events and jobs, not who started it', async () => {
    const { stop, pid } = begin(`if (process.env.JOBS === 'inside') process.send('ready'); setInterval(() => {}, 1000)`)
    expect([env().JOBS, process.env.JOBS]).toEqual(['off', 'off'])
    const first = pid() as number
    expect(isAlive(first)).toBe(true)
    await stop()
    expect([isAlive(first), pid()]).toEqual([false, undefined])
  })

  it('is followed by another one when it dies', async () => {
    vi.spyOn(console, 'error')
    const { pid } = begin(`process.send('ready'); setInterval(() => {}, 1000)`)
    const first = pid() as number
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() => expect(pid() ?? first).not.toBe(first), { timeout: 5000 })
    expect(isAlive(pid() as number)).toBe(true)
  })

  it('may finish what it has at hand', async () => {
    const file = `${entry}.done`
    const { stop } = begin(`import { writeFileSync } from 'node:fs'
      process.on('SIGTERM', () => setTimeout(() => { writeFileSync(${JSON.stringify(file)}, 'done'); process.exit(0) }, 50))
      writeFileSync(${JSON.stringify(file)}, 'begun'); process.send('ready'); setInterval(() => {}, 1000)`)
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('begun'), { timeout: 5000 })
    await stop()
    expect(readFileSync(file, 'utf8')).toBe('done')
  })

  it('stands beside a server on PostgreSQL, unless that is to do the work itself or another machine does', () => {
    expect(worksApart()).toBe(false)
    env().DATABASE_URL = 'postgres://localhost/x'
    const apart = (['on', 'inside', 'off'] as const).map((jobs) => {
      env().JOBS = jobs
      return worksApart()
    })
    expect(apart).toEqual([true, false, false])
  })
})
