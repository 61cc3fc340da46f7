import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareTexts, type Part } from './comparison'

it.each<[string, string, Part[]]>([
  ['', '', []],
  ['a b', 'a b', [{ kind: 'same', text: 'a b' }]],
  [
    'Wait five days.',
    'Wait six days.',
    [
      { kind: 'same', text: 'Wait ' },
      { kind: 'removed', text: 'five' },
      { kind: 'added', text: 'six' },
      { kind: 'same', text: ' days.' },
    ],
  ],
  [
    '请等待五天',
    '请等待六天',
    [
      { kind: 'same', text: '请等待' },
      { kind: 'removed', text: '五天' },
      { kind: 'added', text: '六天' },
    ],
  ],
])('of %j and %j', (before, after, parts) => {
  expect(compareTexts(before, after)).toEqual(parts)
})

it('makes up both texts', () => {
  const text = fc.array(fc.constantFrom('a', 'b', ' ', '\n', '🙂', 'नि', '字'), { maxLength: 60 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = compareTexts(before, after)
      const of = (...kinds: string[]) =>
        parts
          .filter(({ kind }) => kinds.includes(kind))
          .map((part) => part.text)
          .join('')
      expect(of('same', 'removed')).toBe(before)
      expect(of('same', 'added')).toBe(after)
    }),
  )
})

it('of two large texts that have nothing in common is there soon', () => {
  const many = (word: string) => Array.from({ length: 40_000 }, (_, n) => `${word}${n}`).join(' ')
  const begunAt = performance.now()
  expect(compareTexts(many('a'), many('b')).map(({ kind }) => kind)).toEqual(['removed', 'added'])
  expect(performance.now() - begunAt).toBeLessThan(3000)
})
