import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { envNames, parseEnv } from './env'

describe('the environment', () => {
  it('may be empty', () => {
    expect(parseEnv({})).toMatchObject({ PORT: 3000, DATA_DIR: '.data', ROOT_DOMAIN: 'localhost' })
    expect(parseEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 3000 })
  })

  it.each([
    [{ PORT: 'abc' }, 'PORT="abc": expected a whole number'],
    [{ PORT: '70000' }, 'PORT="70000"'],
    [{ ROOT_DOMAIN: 'https://x' }, 'ROOT_DOMAIN="https://x": expected a host name'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL="mysql://x": expected an address that begins with postgres://'],
    [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY="yes": expected "off", "on", the number of proxies, or their networks'],
    [{ TRUST_PROXY: '11' }, 'TRUST_PROXY="11"'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY="10.0.0.0/33"'],
    [{ AUTH_SECRET: 'short' }, 'expected at least 32 characters'],
  ])('refuses %j by name, saying what is expected', (source, message) => {
    expect(() => parseEnv(source)).toThrow(message)
  })

  it('names every bad value at once', () => {
    expect(() => parseEnv({ PORT: 'x', TRUST_PROXY: 'x' })).toThrow(/PORT[\s\S]*TRUST_PROXY/)
  })

  // Vercel sets this one itself.
  it.each(envNames.filter((name) => name !== 'VERCEL'))('tells of %s in the README and in .env.example', (name) => {
    for (const file of ['README.md', '.env.example']) expect(readFileSync(file, 'utf8'), file).toMatch(new RegExp(`\\b${name}\\b`))
  })
})
