import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isHeldBack } from '../../testing/mails/build'
import { type Expected, examined } from '../../testing/mails/examined'
import { type Kind, machines } from '../../testing/mails/machines'
import { type Classified, classify, type Envelope } from './classify'
import { parseMail } from './parse'

const own = { addresses: ['support@acme.localhost'], host: 'acme.localhost' }
const classifyRaw = async (raw: Uint8Array, returnPath: string | null = null, ours: Envelope['own'] = own) =>
  classify(await parseMail(raw), { returnPath, own: ours })

/** What is known of a message, as far as it says what is right. */
function saidOf({ kind, mayAcknowledge, signs, bounce, complaint }: Classified, right: Kind): Kind {
  const { noReply, ownLoop, spam } = signs
  const about = { ...complaint, ...bounce }
  const all: Kind = {
    kind,
    acknowledge: mayAcknowledge,
    noReply,
    ownLoop,
    spam,
    recipient: about.recipient,
    original: about.messageId,
    status: bounce?.status,
    isHard: bounce?.isHard,
    path: right.path,
  }
  return Object.fromEntries(Object.keys(right).map((key) => [key, all[key as keyof Kind]])) as unknown as Kind
}

const named = machines.map((machine) => ({ ...machine, label: `${machine.right.kind}: ${machine.name}` }))

describe('what kind of message it is', () => {
  it.each(named.filter((_, index) => !isHeldBack(index)))('$label', async ({ raw, right }) => {
    expect(saidOf(await classifyRaw(raw, right.path), right)).toEqual(right)
  })
})

const examinedOwn = { addresses: ['support@acme.example'], host: 'acme.example' }
describe('mails of an examination', () => {
  it.each(examined)('$right.kind: $name', async ({ raw, right }) => {
    const { kind, bounce, complaint, mayAcknowledge } = await classifyRaw(raw, null, examinedOwn)
    const recipients = [(bounce ?? complaint)?.recipient ?? [], ...(bounce?.others ?? []).map(({ recipient }) => recipient)].flat()
    const found: Expected = {
      kind: kind === 'list' ? 'human' : kind,
      acknowledge: mayAcknowledge,
      failure: bounce && (bounce.isDelayed ? 'delay' : bounce.isHard ? 'hard' : 'soft'),
      recipients: kind === 'bounce' || kind === 'complaint' ? recipients : [],
    }
    expect(found).toEqual(right)
  })
})

describe('over all, those that were not looked at included', () => {
  it('bounces are recognised, nothing that must not be acknowledged is, and people are answered', async () => {
    const results = await Promise.all(
      named.map(async ({ raw, right }, index) => ({ right, isHeld: isHeldBack(index), found: await classifyRaw(raw, right.path) })),
    )
    const counts = (isHeld: boolean) => {
      const some = results.filter((one) => one.isHeld === isHeld)
      const bounces = some.filter(({ right }) => right.kind === 'bounce')
      const silent = some.filter(({ right }) => !right.acknowledge)
      return {
        kinds: some.filter(({ right, found }) => found.kind === right.kind).length / some.length,
        bounces: bounces.filter(({ found }) => found.kind === 'bounce').length / bounces.length,
        bounceDetails:
          bounces.filter(({ right, found }) => JSON.stringify(saidOf(found, right)) === JSON.stringify(right)).length / bounces.length,
        silent: silent.length,
        acknowledged: silent.filter(({ found }) => found.mayAcknowledge).length,
        unanswered: some.filter(({ right, found }) => right.acknowledge && !found.mayAcknowledge).length,
      }
    }
    const [seen, held] = [counts(false), counts(true)]
    const message = JSON.stringify({ seen, held })
    expect(seen.silent + held.silent).toBeGreaterThanOrEqual(200)
    for (const { kinds, bounces, bounceDetails, acknowledged, unanswered } of [seen, held]) {
      expect(kinds, message).toBeGreaterThanOrEqual(0.98)
      expect(bounces, message).toBeGreaterThanOrEqual(0.98)
      expect(bounceDetails, message).toBeGreaterThanOrEqual(0.95)
      expect(acknowledged, message).toBe(0)
      expect(unanswered, message).toBe(0)
    }
  })
})

describe('mails that went wrong once', () => {
  const classifyCase = (name: string, envelope: Partial<Envelope> = {}) =>
    parseMail(readFileSync(path.resolve(import.meta.dirname, `../../testing/mails/cases/${name}.eml`))).then((mail) =>
      classify(mail, { returnPath: null, own, ...envelope }),
    )

  it.each([
    ['two-return-paths', 'human', true],
    ['two-null-return-paths-dsn', 'bounce', false],
    ['dsn-auto-replied', 'bounce', false],
    ['bounce-without-report', 'bounce', false],
    ['feedback-report', 'complaint', false],
    ['no-from-but-reply-to', 'human', true],
    ['no-sender-at-all', 'human', false],
    ['exchange-out-of-office', 'auto-reply', false],
    ['noreply-sender', 'human', false],
    ['reply-to-differs', 'human', true],
    ['cc-people', 'human', true],
    ['sent-from-my-desk', 'human', true],
  ])('%s is %s, to be acknowledged: %s', async (name, kind, mayAcknowledge) => {
    expect(await classifyCase(name)).toMatchObject({ kind, mayAcknowledge })
  })

  it('finds what came back, from whom, and why', async () => {
    expect((await classifyCase('two-null-return-paths-dsn')).bounce).toMatchObject({
      recipient: 'gone@shop.example',
      status: '5.1.1',
      isHard: true,
    })
    expect((await classifyCase('dsn-auto-replied')).bounce).toEqual({
      recipient: 'full@shop.example',
      messageId: 'the-agents-mail@acme.localhost',
      status: '5.2.2',
      isHard: false,
      isDelayed: false,
      diagnosis: '',
      others: [],
    })
    expect((await classifyCase('bounce-without-report')).bounce).toMatchObject({
      recipient: 'gone@shop.example',
      status: '5.1.1',
      isHard: true,
    })
    expect((await classifyCase('feedback-report')).complaint).toEqual({
      recipient: 'amina@shop.example',
      messageId: 'sent-1@acme.localhost',
    })
  })

  it('says why', async () => {
    expect((await classifyCase('noreply-sender')).reasons).toEqual(['no_reply_address'])
    expect((await classifyCase('no-sender-at-all')).reasons).toEqual(['no_sender'])
    expect((await classifyCase('exchange-out-of-office')).reasons).toContain('response_suppressed')
  })

  it('believes the envelope before the headers', async () => {
    expect((await classifyCase('two-return-paths', { returnPath: '' })).mayAcknowledge).toBe(false)
    expect((await classifyCase('exchange-out-of-office', { returnPath: 'amina@shop.example' })).reasons).not.toContain('null_path')
  })
})

it.each(['Out of office hours support?', 'Out of office hours: who answers', 'On leave, what happens to my ticket?'])('a person who asks is none that is away: %s', async (subject) => {
  const raw = Buffer.from(`From: ada@shop.example\r\nTo: support@acme.localhost\r\nSubject: ${subject}\r\n\r\nDo you answer at night?`)
  expect((await classifyRaw(raw)).kind).toBe('human')
}) // biome-ignore format: shorter
