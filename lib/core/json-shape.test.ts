import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isUnreasonable } from './json-shape'

it.each([
  ['a text', JSON.stringify('x'.repeat(2_000_000)), false],
  ['brackets and colons in a text', JSON.stringify({ text: '[{:,"\\\\'.repeat(20_000) }), false],
  ['a thousand ids', JSON.stringify({ ids: Array.from({ length: 1000 }, () => crypto.randomUUID()) }), false],
  ['an object in 32 others', `${'{"a":'.repeat(31)}{}${'}'.repeat(31)}`, false],
  ['an object in 33 others', `${'{"a":'.repeat(32)}{}${'}'.repeat(32)}`, true],
  ['lists without end', '['.repeat(900_000), true],
  ['200,000 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => [`k${n}`, 0]))), true],
  ['half a million items', JSON.stringify(Array.from({ length: 500_000 }, () => 0)), true],
  ['nothing', '', false],
  ['a text that does not end', '"'.repeat(3), false],
])('%s: %#', (_, text, expected) => {
  expect(isUnreasonable(text)).toBe(expected)
})

it('counts only what stands outside of texts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      expect(isUnreasonable(JSON.stringify(value))).toBe(false)
    }),
  )
})
