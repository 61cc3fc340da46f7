import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodies } from '../../testing/mails/bodies'
import { base64, html, isHeldBack, type MailFixture, mail, multipart, nested, part, plain, type Right } from '../../testing/mails/build'
import { hostile } from '../../testing/mails/hostile'
import { senders } from '../../testing/mails/senders'
import { type ParsedMail, parseMail } from './parse'

/** What is not as it should be, in words. */
function wrongIn(mail: ParsedMail, right: Right): { about: 'from' | 'subject' | 'words' | 'files' | 'rest'; what: string }[] {
  const wrong: ReturnType<typeof wrongIn> = []
  const same = (about: (typeof wrong)[number]['about'], found: unknown, wanted: unknown) => {
    if (wanted !== undefined && JSON.stringify(found) !== JSON.stringify(wanted))
      wrong.push({ about, what: `${JSON.stringify(found)?.slice(0, 300)} instead of ${JSON.stringify(wanted)}` })
  }
  const has = (about: (typeof wrong)[number]['about'], text: string, parts: string[] = []) => {
    for (const one of parts)
      if (!text.includes(one)) wrong.push({ about, what: `${JSON.stringify(text.slice(0, 300))} has no ${JSON.stringify(one)}` })
  }
  same('from', mail.from?.email ?? null, right.from)
  same('from', mail.from?.name, right.name)
  same('subject', mail.subject, right.subject)
  same('words', mail.text, right.text)
  has('words', mail.text, right.words)
  same(
    'files',
    mail.files.map(({ name }) => name),
    right.files,
  )
  for (const [name, content] of Object.entries(right.says ?? {})) {
    const file = mail.files.find((one) => one.name === name)
    same('files', file && Buffer.from(file.bytes).toString('latin1'), content)
  }
  same('rest', mail.emptyFiles, right.empty)
  same('rest', mail.refersTo, right.refersTo)
  same('rest', mail.recipients, right.recipients)
  has('rest', mail.html ?? '', right.html)
  for (const limit of right.limits ?? [])
    if (!mail.limits.some((one) => one === limit)) wrong.push({ about: 'rest', what: `limits ${mail.limits}, not ${limit}` })
  for (const one of right.never ?? [])
    if (`${mail.text}${mail.subject}${mail.from?.name}`.includes(one)) wrong.push({ about: 'words', what: `has ${JSON.stringify(one)}` })
  for (const [key, value] of Object.entries(right.event ?? {})) same('rest', mail.events[0]?.[key as 'summary'], value)
  if (right.protection !== undefined)
    same('rest', mail.protection && `${mail.protection.by} ${mail.protection.isEncrypted ? 'encrypted' : 'signed'}`, right.protection)
  return wrong
}

const all = [...senders, ...bodies, ...hostile]
const seen = all.filter((_, index) => !isHeldBack(index))
const heldBack = all.filter((_, index) => isHeldBack(index))

describe('a message, however it was written', () => {
  it.each(seen)('$name', async ({ raw, right }) => {
    expect(wrongIn(await parseMail(raw), right).map(({ what }) => what)).toEqual([])
  })
})

describe('messages that were not looked at while the code was written', () => {
  it('are read as those that were', async () => {
    const counts = await count(heldBack)
    expect(counts, JSON.stringify(counts)).toMatchObject({ thrown: 0 })
    expect(counts.from / heldBack.length).toBeGreaterThanOrEqual(0.99)
    expect(counts.subject / heldBack.length).toBeGreaterThanOrEqual(0.99)
    expect(counts.files / heldBack.length).toBeGreaterThanOrEqual(0.99)
    expect(counts.words).toBe(heldBack.length)
  })
})

/** Of how many messages each is right. */
async function count(fixtures: MailFixture[]) {
  const counts = { from: 0, subject: 0, words: 0, files: 0, rest: 0, thrown: 0 }
  for (const { raw, right } of fixtures) {
    const wrong = await parseMail(raw).then(
      (mail) => new Set(wrongIn(mail, right).map(({ about }) => about)),
      () => null,
    )
    if (!wrong) counts.thrown++
    for (const about of ['from', 'subject', 'words', 'files', 'rest'] as const) if (wrong && !wrong.has(about)) counts[about]++
  }
  return counts
}

const folder = path.resolve(import.meta.dirname, '../../testing/mails/cases')
const cases = new Map(readdirSync(folder).map((name) => [name.replace('.eml', ''), readFileSync(path.join(folder, name))]))
const caseOf = (name: string) => parseMail(cases.get(name) ?? Buffer.of())

describe('mails that went wrong once', () => {
  it.each([...cases.keys()])('%s is read', async (name) => {
    expect((await caseOf(name)).text).not.toBe('')
  })

  const right: [string, Right][] = [
    ['two-return-paths', { from: 'amina@shop.example', words: ['The parcel went to my neighbour.'] }],
    ['two-null-return-paths-dsn', { from: 'mailer-daemon@mx.example' }],
    ['no-from-but-reply-to', { from: 'amina@shop.example' }],
    ['no-sender-at-all', { from: null, words: ['The parcel went to my neighbour.'] }],
    ['same-id-other-file-2', { files: ['page-2.pdf'] }],
    ['subject-latin1-raw', { subject: 'Größe geändert für Café' }],
    ['body-8bit-undeclared', { text: 'Tür zu groß' }],
    ['from-quote-in-address', { from: 'amina@shop.example' }],
    ['boundary-not-folded', { text: 'The door jams.' }],
    ['multipart-without-boundary', { words: ['The lamp is dark.'] }],
    ['in-reply-to-two-ids', { refersTo: ['unknown@other.example', 'the-agents-mail@acme.localhost'] }],
    ['cc-people', { recipients: ['support@acme.localhost', 'boss@shop.example', 'desk@shop.example'] }],
    ['empty-file', { text: 'The log is attached.', empty: ['log.txt'], files: [] }],
    ['inline-picture', { words: ['The crack:', 'here.'], never: ['[cid:'], files: ['crack.png'], html: ['cid:crack@shop.example'] }],
    [
      'forwarded-as-attachment',
      {
        text: 'See the mail I got.',
        files: ['Inner.eml'],
        says: { 'Inner.eml': 'From: x@y.example\r\nSubject: Inner\r\n\r\ninner words' },
      },
    ],
    ['too-many-parts', { words: ['All my logs.'], limits: ['parts'] }],
  ]
  it.each(right)('%s says what it says', async (name, wanted) => {
    expect(wrongIn(await caseOf(name), wanted).map(({ what }) => what)).toEqual([])
  })

  it('keeps what Reply-To says beside From', async () => {
    const { from, senders: all } = await caseOf('reply-to-differs')
    expect([from?.email, all.replyTo[0]?.email]).toEqual(['forms@site.example', 'amina@shop.example'])
  })
})

describe('any message at all', () => {
  const word = fc.stringMatching(/^[a-z]{4,10}$/)
  const leaf = fc.record({
    words: fc.array(word, { minLength: 1, maxLength: 8 }),
    type: fc.constantFrom(
      'text/plain',
      'text/html',
      'text/enriched',
      'text/x-log',
      'message/rfc822',
      'text/calendar',
      'message/delivery-status',
    ),
    encoding: fc.constantFrom('7bit', 'base64', 'quoted-printable', 'x-unknown'),
    disposition: fc.constantFrom('', 'inline', 'attachment', 'inline; filename=a.txt', 'attachment; filename=b'),
  })
  const write = ({ words, type, encoding, disposition }: { words: string[]; type: string; encoding: string; disposition: string }) => {
    const text = type === 'message/rfc822' ? `Subject: x\r\n\r\n${words.join(' ')}` : words.join(' ')
    const content = encoding === 'base64' ? base64(text) : text
    return part(type, content, `Content-Transfer-Encoding: ${encoding}`, ...(disposition ? [`Content-Disposition: ${disposition}`] : []))
  }
  const tree = fc.letrec<{ node: { raw: string; words: string[] } }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf.map((one) => ({ raw: write(one), words: one.words })),
      fc
        .record({
          kind: fc.constantFrom('mixed', 'related', 'alternative', 'report', 'signed', 'unheard-of'),
          parts: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
          outside: fc.option(word, { nil: '' }),
        })
        .map(({ kind, parts, outside }) => ({
          raw: `${nested(
            kind,
            parts.map(({ raw }) => raw),
          )}\r\n${outside}`,
          words: [...parts.flatMap(({ words }) => words), ...(outside ? [outside] : [])],
        })),
    ),
  })).node

  it('loses no word of a text part: each is in the text, in the formatted text or in a file', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ raw, words }) => {
        const mail = await parseMail(Buffer.from(`From: amina@shop.example\r\n${raw}`, 'latin1'))
        const all = [mail.text, mail.html ?? '', ...mail.files.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))].join('\n')
        expect(words.filter((one) => !all.includes(one))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('is shown above a formatted form that says something else, and hardly anything', async () => {
    const raw = multipart('alternative', [
      plain('The door jams since noon, and we cannot leave.'),
      html('<img src="https://shop.example/logo.png">'),
    ])
    const { bodyText, bodyHtml } = await parseMail(Buffer.from(raw))
    expect(bodyText).toBe('The door jams since noon, and we cannot leave.')
    expect(bodyHtml).toMatch(/The door jams since noon, and we cannot leave\..*<img data-remote="https:\/\/shop\.example\/logo\.png"/s)
  })

  it('of Japanese is one with its formatted form, though its lines are broken', async () => {
    const [first, second] = ['玄関の扉が昼から動かず、', '私たちは外に出ることができません。']
    const raw = multipart('alternative', [plain([...`${first}${second}`].join('\n')), html(`<p>${first}${second}</p>`)])
    expect((await parseMail(Buffer.from(raw, 'latin1'))).bodyHtml).toBe(`<p>${first}${second}</p>`)
  })

  it('keeps in formatted text what stands in a field of a form', async () => {
    const { bodyHtml } = await parseMail(
      Buffer.from(multipart('mixed', [html('<textarea>The door jams.</textarea><script>no()</script>')])),
    )
    expect(bodyHtml).toBe('The door jams.')
  })

  it.each(['<html><body> <br>&nbsp;</body></html>', '<style>p{}</style>', '', '<p>The</p>', '<div style="display:none">x</div>'])(
    'is not shown by a form that shows nothing: %j',
    async (empty) => {
      const { bodyText, bodyHtml } = await parseMail(Buffer.from(multipart('alternative', [plain('The door jams.'), html(empty)])))
      expect({ bodyText, bodyHtml }).toEqual({ bodyText: 'The door jams.', bodyHtml: null })
    },
  )

  it('loses nothing that only the plain form of a form within a form says', async () => {
    const of = (boundary: string, kind: string, ...parts: string[]) =>
      `Content-Type: multipart/${kind}; boundary=${boundary}\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--`
    const [formatted, plain] = ['Content-Type: text/html\r\n\r\n<p>Hello</p>', 'Content-Type: text/plain\r\n\r\nHello']
    const inner = of('i', 'alternative', formatted, `${of('m', 'mixed', plain)}\r\nbehind`)
    const mail = await parseMail(Buffer.from(`From: amina@shop.example\r\n${of('o', 'alternative', inner, plain)}`))
    expect(mail.text).toContain('behind')
    expect(mail.text.match(/Hello/g)).toHaveLength(2)
  })

  it('is read whatever its bytes are, and the same each time', async () => {
    const pieces = fc.constantFrom(
      'From: a@x.example\r\n',
      'Content-Type: multipart/mixed; boundary=q\r\n',
      '\r\n',
      '\n',
      '\r',
      '--q',
      '--q--',
      '=?utf-8?Q?',
      '?=',
      '<',
      '"',
      '(',
      '\0',
      'Subject: ',
      'Content-Type: text/html\r\n',
      '<p>',
      'x',
      ' ',
    )
    const bytes = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 60 })
      .map((all) => Buffer.from(all.join('')))
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        expect(await parseMail(raw)).toEqual(await parseMail(Buffer.from(raw)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('time', () => {
  const took = async (raw: Buffer) => {
    const times: number[] = []
    for (let n = 0; n < 3; n++) {
      const start = process.cpuUsage()
      await parseMail(raw)
      const { user, system } = process.cpuUsage(start)
      times.push((user + system) / 1000)
    }
    return Math.min(...times)
  }

  it.each([
    [
      'parts',
      (n: number) =>
        multipart(
          'mixed',
          Array.from({ length: n / 50 }, () => plain('x')),
        ),
    ],
    ['headers', (n: number) => mail(Array.from({ length: n / 50 }, (_, at) => `X-${at}: ${'j'.repeat(40)}`))],
    ['unfolded lines', (n: number) => mail([`Subject: x\r\n${'junk\r\n'.repeat(n / 6)}`])],
    ['open brackets in an address', (n: number) => mail([`From: ${'<('.repeat(n / 2)}`])],
    ['open encoded words', (n: number) => mail([`Subject: ${'=?utf-8?Q?'.repeat(n / 10)}`])],
    ['open boundaries', (n: number) => mail(['Content-Type: multipart/mixed; boundary=z'], '--z\r\n'.repeat(n / 5))],
    ['open tags', (n: number) => mail(['Content-Type: text/html'], '<a '.repeat(n / 3))],
    ['open quotation marks', (n: number) => mail(['Content-Type: text/plain; a="'.padEnd(n, '\\')])],
    ['HTML', (n: number) => mail(['Content-Type: text/html'], '<p>word</p>'.repeat(n / 11))],
    ['quoted-printable', (n: number) => mail(['Content-Transfer-Encoding: quoted-printable'], '= '.repeat(n / 2))],
    ['ids', (n: number) => mail([`References: ${'<a '.repeat(n / 3)}`])],
  ])('grows with the length and no faster: %s', async (_, write) => {
    const small = await took(Buffer.from(write(200_000), 'latin1'))
    const large = await took(Buffer.from(write(1_600_000), 'latin1'))
    expect(large, `${small} ms, then ${large} ms`).toBeLessThan(Math.max(200, small * 24))
  })
})
