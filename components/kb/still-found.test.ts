import { expect, it } from 'vitest'
import { stillFound } from './still-found'

const found = ['Return an item', 'Refunds', 'Rückgabe'].map((title) => ({ title }))

it.each([
  ['r', ['Return an item', 'Refunds', 'Rückgabe']],
  ['ITEM return', ['Return an item']],
  ['RÜCK', ['Rückgabe']],
  ['shipping', []],
  [' ', []],
])('of what was found before, %j still finds %j', (typed, titles) => {
  expect(stillFound(found, typed).map(({ title }) => title)).toEqual(titles)
})
