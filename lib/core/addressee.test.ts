import { expect, it } from 'vitest'
import { readAddressees, writeAddressee } from './addressee'

const read = (text: string) => readAddressees(text).map(({ email, name, text: given }) => (email ? { email, name } : given))
const one = (email: string, name = '') => ({ email, name })

it.each([
  ['Ann Lee <Ann@Shop.example>, bo@shop.example', [one('ann@shop.example', 'Ann Lee'), one('bo@shop.example')]],
  ['"Doe, Jane" <jane@d.example>; Roe, Max <max@d.example>', [one('jane@d.example', 'Doe, Jane'), one('max@d.example', 'Roe, Max')]],
  ['a@b.example\nc@d.example  e@f.example', [one('a@b.example'), one('c@d.example'), one('e@f.example')]],
  ["'Ann' <mailto:ann@b.example>", [one('ann@b.example', 'Ann')]],
  ['nobody, <>, x@, ok@b.example', ['nobody, <>, x@', one('ok@b.example')]],
  ['Ann <ann>', ['Ann <ann>']],
  ['\u202enaA <a@b.example>', [one('a@b.example', 'naA')]],
  ['  ', []],
])('reads %j', (text, expected) => {
  expect(read(text)).toEqual(expected)
})

it('reads what it writes', () => {
  for (const each of [one('a@b.example'), one('a@b.example', 'Doe, Jane'), one('a@b.example', 'x "y" <z>')])
    expect(read(writeAddressee(each))).toEqual([{ ...each, name: each.name.replace(/["<>]/g, ' ').trim() }])
})

it('is quick with whatever is pasted', () => {
  const began = performance.now()
  for (const piece of ['<', '"', 'a@', ',', 'a ']) readAddressees(piece.repeat(50_000))
  expect(performance.now() - began).toBeLessThan(1000)
})
