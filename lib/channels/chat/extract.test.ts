import fc from 'fast-check'
import { expect, it } from 'vitest'
import { extractOf } from './extract'

const at = (text: string, ...words: string[]) =>
  words.flatMap((word) => [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => [index, index + word.length] as const))

const passage =
  'Our shop opens at nine. We sell boots and tents. A refund takes five days by card. With mobile money a refund takes one day. We close at six.'

it('is the passage where it fits', () => {
  expect(extractOf('A refund takes five days.', [], 100)).toEqual({ text: 'A refund takes five days.', isCut: false })
})

it('is the sentences in a row that say most of what was asked', () => {
  expect(extractOf(passage, at(passage, 'refund', 'mobile', 'day'), 80)).toEqual({
    text: 'A refund takes five days by card. With mobile money a refund takes one day.',
    isCut: true,
  })
  expect(extractOf(passage, at(passage, 'tents'), 50).text).toBe('We sell boots and tents.')
})

it('begins with the passage where nothing is highlighted', () => {
  expect(extractOf(passage, [], 60).text).toBe('Our shop opens at nine. We sell boots and tents.')
})

it('cuts a lone sentence that is longer, and says so', () => {
  const long = `${'tent '.repeat(50)}end`
  expect(extractOf(long, [], 21)).toEqual({ text: `${'tent '.repeat(4)}…`, isCut: true })
})

it('is never longer, and of the passage word for word', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.array(fc.constantFrom('One two. ', 'Drei! ', '四。', 'x'.repeat(70), '😀'), { maxLength: 60 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.tuple(fc.nat(400), fc.nat(20)), { maxLength: 10 }),
      fc.integer({ min: 10, max: 120 }),
      (text, marks, length) => {
        const found = extractOf(
          text.trim(),
          marks.map(([from, size]) => [from, from + size] as const),
          length,
        )
        expect(found.text.length).toBeLessThanOrEqual(length)
        expect(text).toContain(found.text.endsWith('…') && found.isCut ? found.text.slice(0, -1) : found.text)
        expect(found.text.isWellFormed()).toBe(text.isWellFormed())
      },
    ),
  )
})
