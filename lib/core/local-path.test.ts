import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localPath } from './local-path'

describe('a path to go on to', () => {
  it.each(['/agent', '/agent?view=mine&q=a%20b', '/a//b', '/'])('%s stays', (path) => expect(localPath(path, '/otherwise')).toBe(path))

  it.each([
    undefined,
    '',
    'agent',
    '//evil.com',
    '/\\evil.com',
    '/.//evil.com',
    '/x/..//evil.com',
    '/\t/evil.com',
    'https://evil.com',
    'javascript:alert(1)',
    '/\n/evil.com',
  ])('%j is not taken', (path) => expect(localPath(path, '/otherwise')).toBe('/otherwise'))

  it('never leads away', () => {
    const piece = fc.constantFrom('/', '\\', '.', '..', 'evil.com', '@', ':', '?', '#', '\t', '\n', ' ', '%2f', '%5c', 'http:', '\0')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = localPath(pieces.join(''), '/')
        expect(new URL(path, 'http://desk.example').host).toBe('desk.example')
      }),
      { numRuns: 5000 },
    )
  })
})
