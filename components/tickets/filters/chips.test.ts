import fc from 'fast-check'
import { expect, it } from 'vitest'
import { filterHelp } from '@/lib/tickets/ticket/attribute-names'
import { type Chip, joinFilter, splitFilter } from './chips'

it.each([
  ['hippo status:open,hold -tag:vip', 'hippo', ['status = open,hold', 'tag != vip']],
  ['from:amina@example.com via:email', '', ['requester = amina@example.com', 'source = email']],
  ['created:>7d priority:>=high closed:2026-01..', '', ['created > 7d', 'priority >= high', 'closed .. 2026-01,']],
  ['title:"a b" is:unread', '', ['title = a b', 'is = unread']],
  // What chips can't say stays as it was written.
  ['status:open OR tag:vip', 'status:open OR tag:vip', []],
  ['(tag:a OR tag:b) status:open', '(tag:a OR tag:b)', ['status = open']],
  ['-priority:>high field.region:north nowhere:x status:open', '-priority:>high nowhere:x', ['field.region = north', 'status = open']],
  [
    'field.size:>=3 -field.region:north,south field.since:2026-01..',
    'field.since:2026-01..',
    ['field.size >= 3', 'field.region != north,south'],
  ],
  ['(status:open', '(status:open', []],
  ['  ', '', []],
])('%s', (q, text, said) => {
  const split = splitFilter(q)
  expect(split.text).toBe(text)
  expect(split.chips.map(({ name, operator, values }) => `${name} ${operator} ${values.join()}`)).toEqual(said)
})

it('joins a text of alternatives with chips as one condition more', () => {
  const open: Chip = { name: 'status', operator: '=', values: ['open'] }
  expect(joinFilter('a OR b', [open])).toBe('(a OR b) status:open')
  expect(splitFilter('(a OR b) status:open')).toEqual({ chips: [open], text: '(a OR b)' })
  expect(joinFilter('a OR b', [])).toBe('a OR b')
})

const value = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('a..b', '-x', '>3', 'a "b"', 'OR', 'x:y', '\\', '7d'))
const one = fc.record({
  name: fc.constantFrom(...filterHelp.map(({ name }) => name).filter((name) => name !== 'field')),
  operator: fc.constantFrom('=' as const, '!=' as const),
  values: fc.array(value, { minLength: 1, maxLength: 3 }),
})
const compared = fc.record({
  name: fc.constantFrom('created', 'priority'),
  operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const),
  values: fc.array(value, { minLength: 1, maxLength: 1 }),
})

it('reads what it has written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(one, compared), { maxLength: 4 }),
      fc.constantFrom('', 'two words', '"an exact one"', '(a OR b)'),
      (chips, text) => {
        expect(splitFilter(joinFilter(text, chips))).toEqual({ chips, text })
      },
    ),
    { examples: [[[{ name: 'title', operator: '=', values: ['a..b'] }], '']] },
  )
})

it('offers first what people filter by most', () => {
  const names = filterHelp.toSorted((a, b) => Number(b.isFirst) - Number(a.isFirst)).map(({ name }) => name)
  expect(names.slice(0, 3)).toEqual(['status', 'priority', 'assignee'])
})
