import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bodies } from '../../testing/mails/bodies'
import { isHeldBack, type MailFixture, type Right } from '../../testing/mails/build'
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
