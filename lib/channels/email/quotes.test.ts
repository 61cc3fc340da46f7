import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { countAmong, type QuoteCase, quoteCases, wordsIn } from '../../testing/quotes/mails'
import { isAnswer, splitQuoted } from './quotes'

const texts = (file: 'known' | 'held-back') => quoteCases(file).filter(({ kind }) => kind === 'text')

const split = ({ content, isAnswer }: QuoteCase) => (isAnswer ? splitQuoted(content) : { visible: content, quoted: null })

/** How many of their own words stay, and how many of the others are folded, of a set of mails. */
function figuresOf(cases: QuoteCase[]) {
  const sum = { own: 0, kept: 0, quoted: 0, folded: 0 }
  for (const each of cases) {
    const { visible, quoted } = split(each)
    sum.own += each.own.length
    sum.kept += countAmong(each.own, wordsIn(visible))
    sum.quoted += each.quoted.length
    sum.folded += countAmong(each.quoted, wordsIn(quoted ?? ''))
  }
  return { kept: sum.kept / sum.own, folded: sum.folded / sum.quoted }
}

describe('the quoted part of a text', () => {
  it.each(texts('known').map((each) => [each.name, each] as const))('is found: %s', (_, each) => {
    const { visible, quoted } = split(each)
    expect({ kept: countAmong(each.own, wordsIn(visible)), folded: countAmong(each.quoted, wordsIn(quoted ?? '')) }).toEqual({
      kept: each.own.length,
      folded: each.quoted.length,
    })
  })

  it('is found in mails that were not looked at when this was written', () => {
    const held = texts('held-back')
    expect(held.length).toBeGreaterThan(55)
    const { kept, folded } = figuresOf(held)
    expect(kept).toBeGreaterThanOrEqual(0.995)
    expect(folded).toBeGreaterThanOrEqual(0.9)
  })

  it('is found below an answer of any length', () => {
    const answer = 'The lamp in this room is dark since noon and nobody came.\n'.repeat(2000)
    const { visible, quoted } = splitQuoted(`${answer}\nOn Mon, 2 Nov 2026 at 09:00, Acme <a@acme.example> wrote:\n> Is it fixed?`)
    expect(visible).toBe(answer.trim())
    expect(quoted).toBe('On Mon, 2 Nov 2026 at 09:00, Acme <a@acme.example> wrote:\n> Is it fixed?')
  })

  it.each([
    ['an answer between quoted lines', '> How many?\nThree.\n> Which colour?\nBlue.'],
    ['only a quote', '> Hello'],
    ['only a signature', '-- \nAda'],
    ['nothing', ''],
    ['plain words', 'Nothing is quoted here.\n\nReally.'],
  ])('is not made up for %s', (_, full) => expect(splitQuoted(full)).toEqual({ visible: full, quoted: null }))

  it('is the same with the line ends of other systems, and with signs that turn a line around', () => {
    const text = 'Fine.\n\n\u202bOn Mon, 2 Nov 2026 at 09:00, Acme\n<a@acme.example>\u200f wrote:\u202c\n> Is it fixed?\n\nAmina'
    for (const end of ['\n', '\r\n', '\r']) expect(splitQuoted(text.replaceAll('\n', end)).visible).toBe('Fine.\n\nAmina')
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    ...[
      'a',
      ' ',
      '\n',
      '\n\n',
      '> ',
      '>',
      '--',
      '-- \n',
      'On x y wrote:',
      '_____',
      '1',
      '🙂',
      '\t',
      '\r',
      '\r\n',
      '\0',
      '\u202e',
      '> a b?\n',
    ],
    ...['\nOn Mon, 2 Nov 2026 at 09:00, A <a@b.c> wrote:\n', 'From: A <a@b>\n', 'Sent: 2 Nov 2026 09:00\nTo: b\nSubject: c\n\n', 'Yes.\n'],
    ...[
      '\n-----Original Message-----\n',
      '________________\n',
      'Sent from my iPhone\n',
      '---------- Forwarded message ---------\n',
      'Vera\n',
      'It is:\n',
    ],
  )
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))

  it('loses no word', () => {
    fc.assert(
      fc.property(text, (full) => {
        const { visible, quoted } = splitQuoted(full)
        expect(wordsIn(`${visible}\n${quoted ?? ''}`).sort()).toEqual(wordsIn(full).sort())
        expect(quoted === null || visible !== '').toBe(true)
      }),
      { numRuns: 1500 },
    )
  })

  it('has nothing more to fold once it was split', () => {
    fc.assert(
      fc.property(text, (full) => {
        const { visible } = splitQuoted(full)
        expect(splitQuoted(visible)).toEqual({ visible, quoted: null })
      }),
      { numRuns: 1500 },
    )
  })

  it('without a sign of a quote stays whole', () => {
    const plain = fc.array(
      fc.constantFrom('The lamp ', 'is dark', '.\n', '\n\n', 'Why? ', 'at 9:00 ', '- one\n', 'Ünïque ', '1. two\n', 'Regards\nVera\n'),
    )
    fc.assert(
      fc.property(plain, (pieces) => {
        const full = pieces.join('')
        expect(splitQuoted(full)).toEqual({ visible: full, quoted: null })
      }),
    )
  })

  describe('takes work in proportion to its length', () => {
    afterEach(() => vi.restoreAllMocks())
    const units = [
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
      'a\n \n',
      '>',
      '-',
      '_',
      'From: a <',
      '[',
      'x\n\n',
    ]
    const blocks = [
      'From: a\n',
      '>a\nb\n',
      'On Mon, 2 Nov 2026, A <a@b.c> wrote:\n> a\nb\n',
      '-- \na\n\n',
      '____________\n',
      'On 2 Nov 2026 a\n',
      '"',
      '<a@',
    ]
    it.each([...units, ...blocks])('of endless %j', (unit) => {
      /** How many characters patterns were given to look at. */
      const workOf = (size: number) => {
        const exec = RegExp.prototype.exec
        let seen = 0
        const spy = vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, given: string) {
          seen += given.length - (this.global || this.sticky ? Math.min(this.lastIndex, given.length) : 0)
          return exec.call(this, given)
        })
        const full = `Hello\n${unit.repeat(size / unit.length)}\nend`
        splitQuoted(full)
        spy.mockRestore()
        return seen
      }
      const [small, large] = [workOf(2000), workOf(8000)]
      expect(large).toBeLessThan(5 * small + 20_000)
    })
  })
})

describe('an answer', () => {
  it.each([
    ['Re: Lamp', [], true],
    ['AW: Lamp', [], true],
    ['[Shop] Re: Lamp', [], true],
    ['Re: Fwd: Lamp', [], true],
    ['Lamp', ['x@y'], true],
    ['Odp: Lamp', [], true],
    ['答复: Lamp', [], true],
    ['Re[2]: Lamp', [], true],
    ['Lamp', [], false],
    ['Regarding: Lamp', [], false],
    ['Fwd: Lamp', ['x@y'], false],
    ['WG: Lamp', ['x@y'], false],
    ['FW: Re: Lamp', ['x@y'], false],
    ['[ACME-12]', [], true],
    ['Fwd: [ACME-12] Lamp', [], false],
    ['', [], false],
  ])('%j to %j: %s', (subject, refersTo, is) => expect(isAnswer({ subject, refersTo, recipients: ['a@b.c'] })).toBe(is))

  it('is what goes to an address for answers', () => {
    const recipients = ['a@b.c', `reply+${'0a'.repeat(26)}@acme.example`]
    expect(isAnswer({ subject: 'Lamp', refersTo: [], recipients })).toBe(true)
  })
})
