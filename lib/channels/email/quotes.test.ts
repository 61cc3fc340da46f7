import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitQuoted } from './quotes'

const bare = (text: string) => text.replace(/\s+/g, '')

describe('the quoted part of a message', () => {
  it.each([
    ['English', 'Thanks!\n\nOn Mon, 2 Mar 2026 at 10:00, Agent <a@b.c> wrote:\n> Try again.', 'Thanks!'],
    ['a header on two lines', 'Thanks!\n\nOn Mon, 2 Mar 2026 at 10:00, Agent\n<a@b.c> wrote:\n> Try again.', 'Thanks!'],
    ['German', 'Danke!\n\nAm Mo., 2. März 2026 um 10:00 Uhr schrieb Agent <a@b.c>:\n> Bitte.', 'Danke!'],
    ['French', 'Merci\n\nLe lun. 2 mars 2026 à 10:00, Agent <a@b.c> a écrit :\n> Voilà.', 'Merci'],
    ['Outlook', 'Done.\n\n-----Original Message-----\nFrom: a\nSubject: b\n\nHello', 'Done.'],
    ['a signature', 'Yes.\n\n-- \nAda\nEngines Ltd', 'Yes.'],
    ['many blank lines', `Fine.${'\n'.repeat(5000)}On Mon, Agent <a@b.c> wrote:\n> x`, 'Fine.'],
  ])('is found after %s', (_, full, visible) => {
    const parts = splitQuoted(full)
    expect(parts.visible).toBe(visible)
    expect(bare(parts.visible + parts.quoted)).toBe(bare(full))
  })

  it.each([
    ['an answer between quoted lines', '> How many?\nThree.\n> Which colour?\nBlue.'],
    ['only a quote', '> Hello'],
    ['nothing', ''],
    ['plain words', 'Nothing is quoted here.\n\nReally.'],
  ])('is not made up for %s', (_, full) => expect(splitQuoted(full)).toEqual({ visible: full, quoted: null }))

  it('never takes a word away', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\n\n',
      '> ',
      '>',
      '--',
      '-- \n',
      'On x y wrote:',
      '\nOn Mon, A <a@b> wrote:\n',
      '_____',
      '1',
      '🙂',
      'From: A <a@b>\n',
      '\t',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const full = pieces.join('').trim()
        const { visible, quoted } = splitQuoted(full)
        expect(bare(visible + (quoted ?? ''))).toBe(bare(full))
      }),
      { numRuns: 2000 },
    )
  })

  // Each of these held the parser up for minutes.
  const size = 200_000
  it.each([
    '\n',
    ' ',
    '\t',
    ' \n',
    '\r',
    '> \n',
    '1',
    '20',
    '2020-01-01 ',
    'On ',
    'On a\nwrote\n',
    'Am ',
    'a\n \n',
    '>',
    '-',
    '_',
    'From: a <',
    '[',
    'a.\n\n',
    'x\n\n',
  ])(
    'of endless %j is read without hanging',
    (unit) => {
      const full = `Hello\n${unit.repeat(size / unit.length)}\nend`
      const { visible, quoted } = splitQuoted(full)
      expect(bare(visible + (quoted ?? ''))).toBe(bare(full))
    },
    5000,
  )
})
