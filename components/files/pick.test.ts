import { expect, it } from 'vitest'
import { pick } from './pick'

const MB = 1024 * 1024
const file = (name: string, size = 10, type = '') => ({ name, size, type })
const refusedOf = (picked: ReturnType<typeof file>[], isGuest = true, had: ReturnType<typeof file>[] = []) =>
  pick(had, picked, isGuest).refused.map(({ name, why }) => `${name}: ${why}`)

it('tells a guest at once which files the form does not take, and keeps the others', () => {
  const picked = [
    file('bill.pdf', 10, 'application/pdf'),
    file('page.html', 10, 'text/html'),
    file('SETUP.EXE'),
    file('empty.txt', 0),
    file('film.mp4', 10 * MB + 1),
    file('lie.png', 10, 'text/html'),
  ]
  expect(pick([], picked, true).files.map(({ name }) => name)).toEqual(['bill.pdf'])
  expect(refusedOf(picked)).toEqual(['page.html: type', 'SETUP.EXE: program', 'empty.txt: empty', 'film.mp4: size', 'lie.png: type'])
})

it('counts what is in the list already', () => {
  expect(refusedOf([file('c.mov', 6 * MB), file('d.txt')], true, [file('a.mov', 10 * MB), file('b.mov', 10 * MB)])).toEqual([
    'c.mov: total',
  ])
  expect(refusedOf(Array.from({ length: 6 }, (_, n) => file(`${n}.txt`)))).toEqual(['5.txt: count'])
})

it('takes any kind but programs from those who are signed in', () => {
  const picked = [file('page.html'), file('film.mp4', 11 * MB), file('run.bat'), file('large.zip', 25 * MB + 1)]
  expect(refusedOf(picked, false)).toEqual(['run.bat: program', 'large.zip: size'])
})
