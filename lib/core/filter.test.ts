import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { say } from '../text/say'
import { english } from '../text/translator'
import { type Filter, FilterError, maxFilterLength, parseFilter, writeFilter } from './filter'

const field = (name: string, values: string[], comparison: string) => ({ kind: 'field', name, values, comparison })

/** Without places. */
function bare(filter: Filter): unknown {
  if (filter.kind === 'all' || filter.kind === 'any') return { kind: filter.kind, parts: filter.parts.map(bare) }
  if (filter.kind === 'not') return { kind: 'not', part: bare(filter.part) }
  const { at: _, ...rest } = filter
  return rest
}

describe('a filter', () => {
  it.each([
    ['', { kind: 'all', parts: [] }],
    ['status:open', field('status', ['open'], '=')],
    ['Status:open,hold', field('status', ['open', 'hold'], '=')],
    ['priority:>=high', field('priority', ['high'], '>=')],
    ['assignee:"Amina Wanjiru"', field('assignee', ['Amina Wanjiru'], '=')],
    ['tag:"a\\"b",c', field('tag', ['a"b', 'c'], '=')],
    ['created:2026-01-01..2026-02-01', { kind: 'range', name: 'created', from: '2026-01-01', to: '2026-02-01' }],
    ['created:..7d', { kind: 'range', name: 'created', from: '', to: '7d' }],
    ['title:"a..b"', field('title', ['a..b'], '=')],
    ['hello', { kind: 'text', text: 'hello', isExact: false }],
    ['"hello there"', { kind: 'text', text: 'hello there', isExact: true }],
    ['-tag:spam', { kind: 'not', part: field('tag', ['spam'], '=') }],
    ['NOT a', { kind: 'not', part: { kind: 'text', text: 'a', isExact: false } }],
    ['--a', { kind: 'text', text: 'a', isExact: false }],
    ['well-known', { kind: 'text', text: 'well-known', isExact: false }],
    [
      '- a',
      {
        kind: 'all',
        parts: [
          { kind: 'text', text: '-', isExact: false },
          { kind: 'text', text: 'a', isExact: false },
        ],
      },
    ],
    ['https://example.com/a', { kind: 'text', text: 'https://example.com/a', isExact: false }],
    [
      'Re: hello',
      {
        kind: 'all',
        parts: [
          { kind: 'text', text: 'Re:', isExact: false },
          { kind: 'text', text: 'hello', isExact: false },
        ],
      },
    ],
    [
      'a AND (b OR c)',
      {
        kind: 'all',
        parts: [
          { kind: 'text', text: 'a', isExact: false },
          { kind: 'any', parts: ['b', 'c'].map((text) => ({ kind: 'text', text, isExact: false })) },
        ],
      },
    ],
  ])('%s', (text, expected) => {
    expect(bare(parseFilter(text))).toEqual(expected)
  })

  it.each([
    ['(a', 'never closed', 0],
    ['a)', 'never opened', 1],
    ['"a', 'never closed', 0],
    ['a OR', 'missing', 4],
    ['OR a', 'missing', 0],
    ['a OR OR b', 'missing', 5],
    ['NOT', 'missing', 3],
    ['()', 'missing', 1],
    ['tag:a,', 'Enter a value', 6],
    ['tag:,a', 'Enter a value', 6],
    ['priority:>=a,b', 'one value', 0],
    ['x '.repeat(101).trim(), 'at most 100 conditions', 201],
    [`tag:${'a,'.repeat(100)}a`, 'at most 100 values', 0],
    [`${'('.repeat(22)}a${')'.repeat(22)}`, 'at most 20 deep', 21],
    ['a'.repeat(maxFilterLength + 1), 'at most 2,000', 2000],
  ])('%s is refused with its place', (text, says, at) => {
    const error = (() => {
      try {
        parseFilter(text)
      } catch (thrown) {
        return thrown as FilterError
      }
    })()
    expect(error).toBeInstanceOf(FilterError)
    expect(say(error?.text ?? '', english)).toContain(says)
    expect(error?.at).toBe(at)
  })

  const value = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => text.trim() === text && text !== '')
  const leaf: fc.Arbitrary<Filter> = fc.oneof(
    fc.record({
      kind: fc.constant('field' as const),
      name: fc.constantFrom('status', 'tag', 'x_1', 'field.a-b'),
      comparison: fc.constant('=' as const),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
      at: fc.constant(0),
    }),
    fc.record({
      kind: fc.constant('field' as const),
      name: fc.constantFrom('created', 'priority'),
      comparison: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
      values: fc.tuple(value),
      at: fc.constant(0),
    }),
    fc.record({ kind: fc.constant('text' as const), text: value, isExact: fc.constant(true), at: fc.constant(0) }),
    fc.record({
      kind: fc.constant('text' as const),
      text: fc.stringMatching(/^[a-z]{1,8}$/),
      isExact: fc.constant(false),
      at: fc.constant(0),
    }),
  )
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }) }),
      fc.record({ kind: fc.constant('not' as const), part: tie('filter').filter((part) => part.kind !== 'not') }),
    ),
  }))

  it('means the same after it was written and read again', () => {
    fc.assert(
      fc.property(filter, (made) => {
        const text = writeFilter(made)
        fc.pre(text.length <= maxFilterLength)
        expect(writeFilter(parseFilter(text))).toBe(text)
        expect(bare(parseFilter(text))).toEqual(bare(made))
      }),
      { numRuns: 2000 },
    )
  })

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 60 }), fc.stringMatching(/^[()":,<>=\-. a-zOR]{0,40}$/)), (text) => {
        try {
          parseFilter(text)
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError)
        }
      }),
      { numRuns: 5000 },
    )
  })
})
