import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashInput } from './idempotency'

describe('the hash of an input', () => {
  const text = '{"email":"a@example.com","password":"summer2026"}'

  it('is the same whatever the order of its fields, and another for another input', () => {
    const hash = hashInput({ password: 'summer2026', email: 'a@example.com', name: undefined })
    expect(hashInput(JSON.parse(text))).toBe(hash)
    expect(hashInput({ ...JSON.parse(text), password: 'summer2027' })).not.toBe(hash)
  })

  it('tells nobody without the secret whether they guessed the input', () => {
    const guessed = ['sha256', 'sha512', 'sha1', 'md5'].flatMap((name) => [
      createHash(name).update(text).digest('hex'),
      createHmac(name, '').update(text).digest('hex'),
    ])
    expect(guessed).not.toContain(hashInput(JSON.parse(text)))
  })
})
