import { expect, it, vi } from 'vitest'
import { forbidden, invalid } from '../core/errors'
import { msg, readMessage } from '../core/message'
import { directionOf, languageFor, localeOf, negotiate } from './language'
import { say, sayError } from './say'
import { english, translator } from './translator'

it('takes the language of the person, then of the browser, then of the workspace, then English', () => {
  expect(languageFor({ person: 'en-XA', browser: 'ar-XB', workspace: 'ar-XB' })).toBe('en-XA')
  expect(languageFor({ person: null, browser: 'ar-XB;q=0.9, en-XA', workspace: 'ar-XB' })).toBe('en-XA')
  expect(languageFor({ person: null, browser: 'tlh', workspace: 'ar-XB' })).toBe('ar-XB')
  expect(languageFor({ person: 'tlh', browser: null })).toBe('en')
})

it('does not take the `en` that every account begins with for a choice', () => {
  expect(languageFor({ person: 'en', browser: 'ar-XB' })).toBe('ar-XB')
})

it.each([
  ['en-US,en;q=0.8', 'en'],
  ['tlh, en-GB;q=0.2', 'en'],
  ['en;q=0, ar-XB', 'ar-XB'],
  ['*', null],
  ['', null],
  [null, null],
  [';;q=x,,,', null],
])('reads Accept-Language %j as %j', (header, language) => expect(negotiate(header)).toBe(language))

it('offers no pseudo-language in production, unless it is told to', () => {
  vi.stubEnv('NODE_ENV', 'production')
  expect(languageFor({ person: 'ar-XB', browser: 'en-XA' })).toBe('en')
  vi.stubEnv('PSEUDO_LANGUAGES', 'on')
  expect(languageFor({ person: 'ar-XB' })).toBe('ar-XB')
  vi.unstubAllEnvs()
})

it('knows which way a language runs, and formats English as it is in Britain', () => {
  expect([localeOf('en'), directionOf(localeOf('en')), directionOf('ar-XB')]).toEqual(['en-GB', 'ltr', 'rtl'])
})

it('carries values in a text, whatever they hold', () => {
  const text = msg('notFound.ticketNumber', { number: 'A "{b}" \n' })
  expect(readMessage(text)).toEqual({ key: 'notFound.ticketNumber', values: { number: 'A "{b}" \n' } })
  expect(say(text, english)).toBe('Ticket A "{b}" \n was not found.')
})

it.each(['Words of a sentence.', 'toString', 'input', 'notFound.', 'a.b{"c"', '__proto__', ''])(
  'leaves %j alone, which is no key',
  (text) => expect(say(text, english)).toBe(text),
)

it('says an error and its fields in another language', async () => {
  const error = invalid({ email: ['input.required', msg('input.longer', { maximum: 1 })] })
  sayError(error, await translator('en-XA'))
  expect(error.message).toMatch(/^\[Ţĥíš íš ŕéǫúíŕéð\. /)
  expect(error.data?.fields.email?.[1]).toMatch(/^\[Úšé áţ ɱóšţ 1 çĥáŕáçţéŕ\. /)
})

it('says what a code means where an error says nothing of its own', () => {
  const error = forbidden()
  sayError(error, english)
  expect(error.message).toBe('You are not allowed to do this.')
})
