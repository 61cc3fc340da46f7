import { expect, it } from 'vitest'
import { filtered, type Order, sorted } from './sorted'

const rows = [
  { cells: ['Zoë', 10, null], words: 'zoe@acme.test' },
  { cells: ['ärzte', 9, 'b'] },
  { cells: [{ value: 'Bo 10', show: 'x' }, 100, 'a'] },
  { cells: ['Bo 9', null, 'c'] },
] as const
const names = (order: Order | null) => sorted(rows, order, 'en').map(({ cells: [cell] }) => (typeof cell === 'string' ? cell : cell.value))

it('sorts words by the language with their numbers by size, numbers by size, and what is empty last', () => {
  expect(names(null)).toEqual(['Zoë', 'ärzte', 'Bo 10', 'Bo 9'])
  expect(names({ column: 0, isDown: false })).toEqual(['ärzte', 'Bo 9', 'Bo 10', 'Zoë'])
  expect(names({ column: 1, isDown: false })).toEqual(['ärzte', 'Zoë', 'Bo 10', 'Bo 9'])
  expect(names({ column: 1, isDown: true })).toEqual(['Bo 10', 'Zoë', 'ärzte', 'Bo 9'])
  expect(names({ column: 2, isDown: true })).toEqual(['Bo 9', 'ärzte', 'Bo 10', 'Zoë'])
})

it('finds rows by all typed words, without case and accents, also by words that are not shown', () => {
  const found = (typed: string) => filtered(rows, typed).length
  expect([found(''), found('ARZTE'), found('bo 1'), found('acme zoe'), found('acme bo'), found('x')]).toEqual([4, 1, 1, 1, 0, 0])
})
