import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'baraza-messages-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const english = { count: '{n, plural, one {# ticket} other {# tickets}}', hello: 'Hello {name}, <link>read this</link>.' }
const write = (language: string, texts: object) =>
  writeFileSync(path.join(folder, `${language}.json`), `${JSON.stringify(texts, null, 2)}\n`)
const check = () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/messages.ts', folder, '--check'], { encoding: 'utf8' })
  return { status, problems: stderr.split('\n').filter((line) => line.includes('.json')) }
}

it('takes a language that says the same in its own way, or has not said all of it yet', () => {
  write('en', english)
  write('de', { hello: '<link>Lies das</link>, {name}.' })
  expect(check()).toEqual({ status: 0, problems: [] })
})

it.each([
  ['a key that English lacks', { nope: 'Nein' }, 'de.json: nope is not in en.json'],
  ['an argument that is missing', { hello: 'Hallo, <link>lies</link>.' }, 'de.json: hello takes tag link, English argument name, tag link'],
  ['an argument of another kind', { count: '{n} Tickets' }, 'de.json: count takes argument n, English plural n'],
  ['a plural form that is missing', { count: '{n, plural, other {# Tickets}}' }, 'de.json: count has no "one" form'],
])('refuses %s', (_, texts, problem) => {
  write('en', english)
  write('de', texts)
  expect(check()).toEqual({ status: 1, problems: [problem] })
})

it('asks for the plural forms that a language has', () => {
  write('en', english)
  write('ar', { count: '{n, plural, one {# x} other {# y}}' })
  expect(check().problems).toEqual(['zero', 'two', 'few', 'many'].map((form) => `ar.json: count has no "${form}" form`))
})

it('wants the keys of English in order, and whole messages', () => {
  write('en', { b: 'B', a: 'A' })
  expect(check().problems).toEqual(['en.json: keys are out of order; `npm run generate` sorts them'])
  write('en', { a: 'Hello {name' })
  expect(check().problems).toEqual([expect.stringContaining('en.json: a is not a message')])
})
