import { expect, it } from 'vitest'
import { unexercised } from './exercised-reporter'

const known = ['event ticket.created', 'procedure tickets.get', 'procedure tickets.list']
const file = (name: string, done: string[]) => ({ file: name, exercised: { done, known } })

it.each([
  { what: 'nothing where each is exercised by some file', files: [file('a', known.slice(0, 2)), file('b', known.slice(2))], missed: [] },
  { what: 'what no file exercises', files: [file('a', ['procedure tickets.list'])], missed: known.slice(0, 2) },
  {
    what: 'what only the generated attack calls',
    files: [file('a', known.slice(0, 2)), file('lib/wiring/attack.test.ts', known), file('lib/wiring/attack.pg.test.ts', known)],
    missed: ['procedure tickets.list'],
  },
  { what: 'nothing of files that record nothing', files: [{ file: 'a' }], missed: [] },
])('names $what', ({ files, missed }) => {
  expect(unexercised(files)).toEqual(missed)
})
