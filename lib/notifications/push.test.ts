import { createECDH, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isBrowserKey, keysOf } from './push'

describe('the keys of this installation', () => {
  it('belong together, whatever the secret begins with', () => {
    const secrets = Array.from({ length: 50 }, (_, n) => createHash('sha256').update(String(n)).digest())
    for (const bytes of [
      ...secrets,
      Buffer.concat([Buffer.alloc(1), Buffer.alloc(31, 7)]),
      Buffer.concat([Buffer.alloc(2), Buffer.alloc(30, 9)]),
    ]) {
      const { publicKey, privateKey } = keysOf(bytes.toString('base64url'))
      const pair = createECDH('prime256v1')
      pair.setPrivateKey(privateKey, 'base64url')
      expect(pair.getPublicKey('base64url')).toBe(publicKey)
      expect(Buffer.from(privateKey, 'base64url')).toHaveLength(32)
    }
  })
})

it("a browser's key is a point of the curve", () => {
  expect(isBrowserKey(createECDH('prime256v1').generateKeys('base64url'))).toBe(true)
  for (const key of ['', 'A'.repeat(87), 'B'.repeat(87), 'not a key']) expect(isBrowserKey(key)).toBe(false)
})
