import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dataPath, env } from './env'

/** The installation's secret: AUTH_SECRET, or made once per data folder. */
function root(): string {
  const given = env().AUTH_SECRET
  if (given) return given
  const file = dataPath('secret')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(dataPath(), { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // another process made it first
  }
  return readFileSync(file, 'utf8')
}

const derived = new Map<string, string>()

/** A key for one purpose, so that what is signed for one can't be used for another. */
export function secretFor(
  purpose: 'session' | 'access-token' | 'reply-address' | 'request-link' | 'realtime-key' | 'realtime' | 'push',
): string {
  let key = derived.get(purpose)
  if (!key) {
    key = createHmac('sha256', root()).update(purpose).digest('base64url')
    derived.set(purpose, key)
  }
  return key
}
