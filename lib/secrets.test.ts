import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parseEnv } from './env'

const run = promisify(execFile)
const tsx = path.resolve(import.meta.dirname, '../node_modules/.bin/tsx')
const folder = () => mkdtempSync(path.join(tmpdir(), 'baraza-secret-'))
/** A process of its own, which has derived nothing yet. */
const keyIn = async (dataDir: string, secret = '') => {
  const program = `import('./lib/secrets.ts').then(({ secretFor }) => console.log(secretFor('session')))`
  const { stdout } = await run(tsx, ['-e', program], {
    cwd: path.resolve(import.meta.dirname, '..'),
    env: { ...process.env, DATA_DIR: dataDir, AUTH_SECRET: secret },
  })
  return stdout.trim()
}

describe('the secret of an installation', () => {
  it('is made once, whoever asks first, and nothing else is left behind', async () => {
    const data = path.join(folder(), 'new')
    const keys = await Promise.all([keyIn(data), keyIn(data), keyIn(data)])
    expect(new Set(keys).size).toBe(1)
    expect(await keyIn(data)).toBe(keys[0])
    expect(readdirSync(data)).toEqual(['secret'])
    expect(readFileSync(path.join(data, 'secret'), 'utf8')).toHaveLength(43)
  })

  it.each(['', '\n', 'short', 'a'.repeat(64)])('of a file with %j is refused, and the file stays as it is', async (text) => {
    const data = folder()
    writeFileSync(path.join(data, 'secret'), text)
    await expect(keyIn(data)).rejects.toThrow(/is empty or too simple\. Restore the file/)
    expect(readFileSync(path.join(data, 'secret'), 'utf8')).toBe(text)
  })

  it('is the one of the environment where there is one, and no file is made', async () => {
    const data = folder()
    expect(await keyIn(data, 'n7Pq2xV9rT4wZ8yB3mK6cF1hJ5sD0gLa')).toHaveLength(43)
    expect(existsSync(path.join(data, 'secret'))).toBe(false)
  })

  it.each(['tooshort', 'a'.repeat(40), '12341234'.repeat(6)])('of the environment is not %j, and is not printed', (secret) => {
    expect(() => parseEnv({ AUTH_SECRET: secret })).toThrow('AUTH_SECRET: expected at least 32 characters')
  })
})
