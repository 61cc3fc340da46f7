import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callName, joinName, splitName } from './person-name'

describe('A name is split into first and last name', () => {
  it.each([
    ['Jane Doe', 'Jane', 'Doe'],
    ['  Jane \t Doe ', 'Jane', 'Doe'],
    ['Jane Mary Doe', 'Jane', 'Mary Doe'],
    ['Gabriel García Márquez', 'Gabriel', 'García Márquez'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['Anne-Marie O’Neill', 'Anne-Marie', 'O’Neill'],
    ['Dr. Jane Doe', 'Jane', 'Doe'],
    ['dr Jane Doe', 'Jane', 'Doe'],
    ['Prof. Dr. med. Jane Doe', 'Jane', 'Doe'],
    ['Prof.Dr. Jane Doe', 'Jane', 'Doe'],
    ['Dr.-Ing. Max Müller', 'Max', 'Müller'],
    ['Herr Dr. Max Müller', 'Max', 'Müller'],
    ['Mrs Jane Doe', 'Jane', 'Doe'],
    ['Dr. Doe', '', 'Doe'],
    ['Frau Müller', '', 'Müller'],
    ['Dr.', '', ''],
    ['Doe, Jane', 'Jane', 'Doe'],
    ['Doe,Jane', 'Jane', 'Doe'],
    ['Doe,, Jane', 'Jane', 'Doe'],
    ['van Beethoven, Ludwig', 'Ludwig', 'van Beethoven'],
    ['Doe, Dr. Jane', 'Jane', 'Doe'],
    ['Dr. Doe, Jane', 'Jane', 'Doe'],
    ['Doe, Jane, PhD', 'Jane', 'Doe'],
    ['Jane Doe, PhD', 'Jane', 'Doe'],
    ['Jane Doe, Ph.D.', 'Jane', 'Doe'],
    ['Doe, Dr.', '', 'Doe'],
    ['John Smith Jr.', 'John', 'Smith'],
    ['John Smith, Jr.', 'John', 'Smith'],
    ['Doe,', '', 'Doe'],
    ['Cher', 'Cher', ''],
    ['Jack Ma', 'Jack', 'Ma'],
    ['Ma, Jack', 'Jack', 'Ma'],
    ['Jack Ma, MA', 'Jack', 'Ma'],
    ['Siemens AG', '', 'Siemens AG'],
    ['Don Draper', 'Don', 'Draper'],
    ['Jane Doe (IT)', 'Jane', 'Doe'],
    ['Doe, Jane (Acme) [contractor]', 'Jane', 'Doe'],
    ['"Jane Doe"', 'Jane', 'Doe'],
    ["'Jane Doe'", 'Jane', 'Doe'],
    ['J. Smith', 'J.', 'Smith'],
    ['J. R. Smith', 'J. R.', 'Smith'],
    ['J. Edgar Hoover', 'J. Edgar', 'Hoover'],
    ['山田 太郎', '太郎', '山田'],
    ['山田太郎', '山田太郎', ''],
    ['Acme, Inc.', '', 'Acme, Inc.'],
    ['Müller GmbH', '', 'Müller GmbH'],
    ['', '', ''],
    ['jane.doe@example.com', '', ''],
    ['+254 700 123 456', '', ''],
    ['...', '', ''],
  ])('%j', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName })
  })

  it('makes both of nothing but words of the name, and neither of commas, whatever is written', () => {
    const parts = fc.constantFrom('Jane', 'Doe', 'Dr.', 'Prof.', ',', ', ', ' ', 'J.', '(IT)', 'PhD', 'van', '太郎', '"', 'Herr')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(parts, { maxLength: 8 }).map((all) => all.join(' ')),
        ),
        (name) => {
          const { firstName, lastName } = splitName(name)
          for (const word of `${firstName} ${lastName}`.split(' ').filter(Boolean)) expect(name).toContain(word)
          expect(firstName).not.toMatch(/^\s|\s$|,/)
          expect(lastName).not.toMatch(/^\s|\s$|,$/)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('gives back a first name of one word and a last name that were joined', () => {
    const word = fc
      .stringMatching(/^[A-ZÀÖ][a-zäöé]{3,9}$/)
      .filter((name) => !/^(Miss|Prof|Herr|Frau|Mlle|Madame|Monsieur|Senora?|Doctor|Professor|Reverend)$/.test(name))
    const last = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(word, last, (firstName, lastName) => {
        fc.pre(!/\b(Limited|Corporation|Corp|Gmbh|Dphil)\b/.test(lastName))
        expect(splitName(joinName({ firstName, lastName }))).toEqual({ firstName, lastName })
        expect(splitName(`${lastName}, ${firstName}`)).toEqual({ firstName, lastName })
        expect(splitName(`Dr. ${firstName} ${lastName}`)).toEqual({ firstName, lastName })
      }),
    )
  })
})

describe('Somebody is called', () => {
  it.each([
    ['Dr. Jane Doe', 'Jane'],
    ['Doe, Jane', 'Jane'],
    ['Cher', 'Cher'],
    ['Dr. Doe', 'Dr. Doe'],
    ['Doe,', 'Doe'],
    ['J. Smith', 'J. Smith'],
    ['Acme, Inc.', 'Acme, Inc.'],
    ['Dr.', ''],
    ['', ''],
    ['jane@example.com', ''],
    ['+254 700 123 456', ''],
  ])('%j: %j', (name, called) => {
    expect(callName(name)).toBe(called)
  })
})
