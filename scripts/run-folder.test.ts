import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

const machine = mkdtempSync(path.join(tmpdir(), 'machine-'))
const folders = () => readdirSync(machine).filter((name) => name.startsWith('baraza-tests-'))

/** A run that writes something, says so and then does `then`. */
function startRun(then: string, folder = machine) {
  const script = `
    const { openRunFolder } = await import('./scripts/run-folder.mjs')
    openRunFolder()
    const { mkdtempSync } = await import('node:fs')
    mkdtempSync((await import('node:os')).tmpdir() + '/data-')
    console.log('written')
    ${then}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, TMPDIR: folder } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const written = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  return { child, ended, written }
}

const forEver = 'setInterval(() => {}, 1000)'

describe('the folder of a run of tests', () => {
  it('is removed when it ends; of one that was killed, when the next begins; of one that goes on, not', async () => {
    const [killed, other] = [startRun(forEver), startRun(forEver)]
    await Promise.all([killed.written, other.written])
    expect(folders()).toHaveLength(2)
    // Others may pass through, such as the user of PostgreSQL.
    for (const name of folders()) expect(statSync(path.join(machine, name)).mode & 0o777).toBe(0o711)
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(folders()).toHaveLength(2)
    await startRun('').ended
    expect(folders()).toEqual([`baraza-tests-${other.child.pid}`])

    // A part of a run leaves the folder to the whole.
    await startRun('', path.join(machine, folders()[0] as string)).ended
    const of = readdirSync(path.join(machine, folders()[0] as string))
    expect(of.filter((name) => name.startsWith('data-'))).toHaveLength(2)
    other.child.kill('SIGKILL')
    await other.ended
  })
})
