import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { isWeakSecret } from './core/weak-secret'
import { dataPath, env } from './env'

/** Stops the boot: with a secret that can be guessed everybody could sign in as anybody. */
export class SecretError extends Error {}

/**
 * The installation's secret: AUTH_SECRET, or made once per data folder.
 * @throws {SecretError} for a file that is cut off or too simple
 */
function root(): string {
  const given = env().AUTH_SECRET
  if (given) return given
  const file = dataPath('secret')
  const secret = read(file) ?? make(file)
  if (!isWeakSecret(secret)) return secret
  throw new SecretError(
    `The secret in ${file} is empty or too simple. Restore the file from a backup, or delete it: a new one is made, people sign in again, and links in mail that was sent stop working.`,
  )
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The file appears whole or not at all, also where the disk is full or the machine stops; of two who make it, one wins. */
function make(file: string): string {
  mkdirSync(dataPath(), { recursive: true })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    const handle = openSync(/* turbopackIgnore: true */ draft, 'wx', 0o600)
    try {
      writeSync(handle, randomBytes(32).toString('base64url'))
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(file, 'utf8')
}

const derived = new Map<string, string>()

/** A key for one purpose, so that what is signed for one can't be used for another. */
export function secretFor(
  purpose:
    | 'session'
    | 'access-token'
    | 'reply-address'
    | 'return-address'
    | 'request-link'
    | 'unsubscribe'
    | 'receipt'
    | 'realtime-key'
    | 'realtime'
    | 'push'
    | 'known-device'
    | 'visitor'
    | 'file-link'
    | 'idempotency'
    | 'mailbox-consent',
): string {
  let key = derived.get(purpose)
  if (!key) {
    key = createHmac('sha256', root()).update(purpose).digest('base64url')
    derived.set(purpose, key)
  }
  return key
}

/** Keys for what is stored encrypted: the first one encrypts, any of them opens. A secret that is replaced goes on in CREDENTIALS_KEYS. */
export const credentialKeys = (): readonly Buffer[] =>
  [...env().CREDENTIALS_KEYS, root()].map((secret) => createHmac('sha256', secret).update('credentials').digest())
