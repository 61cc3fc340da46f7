import { expect, it } from 'vitest'
import { csvOfRows, filtered, type Order, sorted } from './sorted'

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

it('writes rows as a spreadsheet opens them: values and not what is drawn, instants in full, nothing that it would run', () => {
  const columns = [{ name: 'Name' }, { name: 'Seen', isTime: true }, { name: 'Tickets' }]
  const seen = { value: Date.UTC(2026, 10, 27, 9, 30), show: '5m ago' }
  const csv = csvOfRows(columns, [{ cells: ['=HYPERLINK("http://x")', seen, 7] }, { cells: [{ value: 'Bo, Li', show: 'Bo' }, null, null] }])
  expect(csv).toBe('\ufeffName,Seen,Tickets\r\n"\'=HYPERLINK(""http://x"")",2026-11-27T09:30:00.000Z,7\r\n"Bo, Li",,\r\n')
})
