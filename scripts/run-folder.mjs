import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'

const prefix = 'baraza-tests-'

/** What tsx compiled, and the browser as it was unpacked, are of the machine: every run would make them anew. */
const compiled = `tsx-${process.geteuid?.() ?? userInfo().username}`
const browser = 'chromium'

/**
 * What a run of tests writes to the machine's temporary folder goes into one of its own, also what its workers and the
 * processes that they start write there. It is removed when the run ends or is interrupted; of a run that was killed, the next
 * one removes it.
 */
export function openRunFolder() {
  const machine = tmpdir()
  if (path.basename(machine).startsWith(prefix)) return // of the run that this one is part of
  for (const name of readdirSync(machine)) {
    const of = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0
    if (of && !isAlive(of)) remove(path.join(machine, name))
  }
  const folder = path.join(machine, `${prefix}${process.pid}`)
  remove(folder)
  mkdirSync(folder)
  mkdirSync(path.join(machine, compiled), { recursive: true })
  if (process.platform !== 'win32') for (const name of [compiled, browser]) symlinkSync(path.join(machine, name), path.join(folder, name))
  // The PostgreSQL of the tests runs as a user of its own, which must reach its files.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.once('exit', () => remove(folder))
}

function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // Something still writes there: the next run removes it.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
