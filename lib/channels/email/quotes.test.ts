import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { countAmong, type QuoteCase, quoteCases, wordsIn, wordsInHtml } from '../../testing/quotes/mails'
import { splitQuotedHtml } from './formatted-quote'
import { isAnswer, splitMail, splitQuoted } from './quotes'

/** How many of a mail's own words stay, and how many of the others are folded. */
function figuresOf({ content, kind, isAnswer, own, quoted }: QuoteCase) {
  const split = !isAnswer ? { visible: content, quoted: null } : kind === 'html' ? splitQuotedHtml(content) : splitQuoted(content)
  const words = kind === 'html' ? wordsInHtml : wordsIn
  return {
    own: own.length,
    kept: countAmong(own, words(split.visible)),
    quoted: quoted.length,
    folded: countAmong(quoted, words(split.quoted ?? '')),
  }
}

describe('what a mail quotes', () => {
  it.each(quoteCases('known').map((each) => [each.kind, each.name, each] as const))('is folded, in %s: %s', (_, __, each) => {
    const { own, kept, quoted, folded } = figuresOf(each)
    expect({ kept, folded }).toEqual({ kept: own, folded: quoted })
  })

  it.each(['text', 'html'] as const)('is folded in %s of mails that were not looked at when this was written', (kind) => {
    const held = quoteCases('held-back').filter((each) => each.kind === kind)
    expect(held.length).toBeGreaterThanOrEqual(kind === 'text' ? 57 : 18)
    const figures = held.map(figuresOf)
    const sumOf = (name: keyof (typeof figures)[number]) => figures.reduce((sum, each) => sum + each[name], 0)
    expect(sumOf('kept') / sumOf('own')).toBeGreaterThanOrEqual(0.995)
    expect(sumOf('folded') / sumOf('quoted')).toBeGreaterThanOrEqual(0.9)
  })
})

describe('the quoted part of a text', () => {
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

    // Lines of the length that patterns get to see, each of which may be read as the head of an earlier message in many ways.
    it.each([`quoting ${'(1'.repeat(55)}x`, `quoting ${'(1)'.repeat(75)}x`, `--a${'-'.repeat(480)}x`, `--a${' --'.repeat(160)}x`])(
      'of many lines %j',
      (line) => {
        const full = `Hello\n${`${line}\n`.repeat(100_000 / line.length)}`
        const start = process.cpuUsage()
        splitQuoted(full)
        const { user, system } = process.cpuUsage(start)
        expect((user + system) / 1000).toBeLessThan(500)
      },
    )
  })
})

describe('any formatted text', () => {
  const tree = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(
        'Yes',
        ' it works. ',
        '<br>',
        '<hr>',
        '&gt; a b?<br>',
        'On Mon, 2 Nov 2026 at 09:00, A &lt;a@b.c&gt; wrote:',
        '-- ',
        '\n',
      ),
      fc.constantFrom(
        '<b>From:</b> A &lt;a@b.c&gt;<br><b>Sent:</b> 2 Nov 2026 09:00<br><b>Subject:</b> c<br>',
        '<!-- x -->',
        '<p>',
        '</div>',
        '<td>q',
      ),
      fc
        .tuple(
          fc.constantFrom(
            ...['div', 'p', 'span', 'blockquote', 'blockquote type="cite"', 'div class="gmail_quote"', 'div class="gmail_attr"', 'pre'],
            ...[
              'div id="divRplyFwdMsg"',
              'div class="yahoo_quoted"',
              'div class="moz-cite-prefix"',
              'div class="gmail_signature"',
              'table',
              'tr',
              'td',
            ],
          ),
          fc.array(tie('node'), { maxLength: 4 }),
        )
        .map(([tag, inner]) => `<${tag}>${inner.join('')}</${tag.split(' ')[0]}>`),
    ),
  }))
  const html = fc.array(tree.node, { maxLength: 6 }).map((parts) => parts.join(''))
  // Words that only a tag parts may be one when it is gone.
  const letters = (text: string) => [...wordsInHtml(text.replace(/<!--.*?-->|&gt;|&lt;/gs, ' ')).join('')].sort().join('')

  it('loses no word', () => {
    fc.assert(
      fc.property(html, (full) => {
        const { visible, quoted } = splitQuotedHtml(full)
        expect(letters(`${visible} ${quoted ?? ''}`)).toBe(letters(full))
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps as much when it was folded once', () => {
    fc.assert(
      fc.property(html, (full) => {
        const { visible, quoted } = splitQuotedHtml(full)
        fc.pre(quoted !== null)
        expect(letters(splitQuotedHtml(visible).visible)).toBe(letters(visible))
      }),
      { numRuns: 1000 },
    )
  })

  it('that is not to be looked into stays whole', () => {
    const quote =
      '<div class="gmail_quote"><div class="gmail_attr">On Mon, A &lt;a@b.c&gt; wrote:</div><blockquote class="gmail_quote">x</blockquote></div>'
    expect(splitQuotedHtml(`<p>a</p>${quote}`).quoted).not.toBeNull()
    for (const full of [`${'<div>'.repeat(1000)}a${quote}`, `<p>a</p>${quote}${' '.repeat(400_000)}`, `${'<b>x</b>'.repeat(9000)}${quote}`])
      expect(splitQuotedHtml(full)).toMatchObject({ visible: full, quoted: null })
  })

  it('keeps the cells of a row that is left', () => {
    const quote = '<blockquote type="cite">On Mon, 2 Nov 2026, A &lt;a@b.c&gt; wrote:<table><tr><td>x</td></tr></table></blockquote>'
    expect(splitQuotedHtml(`<table><tr><td>a</td><td></td><td>b</td></tr></table>${quote}`).visible).toBe(
      '<table><tr><td>a</td><td></td><td>b</td></tr></table>',
    )
  })
})

describe('both views of a mail', () => {
  const quote = '<div id="divRplyFwdMsg"><b>Iki:</b> Acme<br><b>Lini:</b> Wiki</div><div>Is it fixed?</div>'

  it('fold alike where only the structure says what is quoted', () => {
    const html = `<div>It <b>works</b> now.</div><hr>${quote}`
    const text = 'It *works* now.\n\n-----\nIki: Acme\nLini: Wiki\nIs it fixed?'
    expect(splitMail({ text, html, isAnswer: true })).toEqual({
      bodyText: 'It *works* now.',
      quotedText: '-----\nIki: Acme\nLini: Wiki\nIs it fixed?',
      bodyHtml: '<div>It <b>works</b> now.</div>',
      quotedHtml: `<hr>${quote.replace(' id="divRplyFwdMsg"', '')}`,
    })
  })

  it('stay whole where an answer may stand within in a colour, which plain text has not', () => {
    const html = `<p>Here it is.</p>${quote}<p style="color:red">It is.</p>`
    const text = 'Here it is.\n\nFrom: Acme <a@b.c>\nSent: 2 Nov 2026 09:00\nSubject: Wiki\n\nIs it fixed?\nIt is.'
    expect(splitMail({ text, html, isAnswer: true })).toEqual({ bodyText: text, quotedText: null, bodyHtml: html, quotedHtml: null })
  })

  it('keep the words when the two say different things', () => {
    const text = 'See the formatted text.\n\nIki: Acme'
    expect(splitMail({ text, html: `<p>It works.</p>${quote}`, isAnswer: true })).toMatchObject({ bodyText: text, quotedText: null })
  })

  it('fold nothing of a first mail', () => {
    const html = `<p>Look:</p>${quote}`
    const text = 'Look.\n\nOn Mon, 2 Nov 2026 at 09:00, A <a@b.c> wrote:\n> x'
    expect(splitMail({ text, html, isAnswer: false })).toEqual({ bodyText: text, quotedText: null, bodyHtml: html, quotedHtml: null })
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
