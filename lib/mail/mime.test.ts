import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import addressparser from 'nodemailer/lib/addressparser/index.js'
import { expect, it } from 'vitest'
import { mailAddress } from '../core/mail-address'
import { buildMime } from './mime'

const letters = fc.constantFrom(
  ...'abz09.!#$%&*+-/=?^_`{|}~\'@,<>;:()[]"\\ \t\u00a0',
  'ü',
  '用',
  'é',
  '=?utf-8?q?',
  '?=',
  '\r\n',
  '@x.example,',
)
const local = fc.oneof(
  fc.string({ unit: letters, maxLength: 12 }),
  fc.string({ unit: letters, maxLength: 12 }).map((text) => `"${text}"`),
)
const domain = fc.constantFrom('example.com', 'bücher.example', 'localhost', 'db_server.intern', '[127.0.0.1]', 'xn--r8jz45g.xn--zckzah')
const accepted = fc
  .tuple(local, domain)
  .map(([name, host]) => mailAddress(`${name}@${host}`))
  .filter((address) => address !== null)

/** As a program reads a header, in our normal form. */
const normal = (addresses: (string | undefined)[]) => addresses.map((address) => mailAddress(address ?? ''))

it('the recipients of a message are read as exactly the addresses it was written to, whatever address we accept', async () => {
  await fc.assert(
    fc.asyncProperty(accepted, accepted, async (one, other) => {
      const content = {
        from: { name: 'Desk', address: 'support@desk.example' },
        subject: 'Hello',
        text: 'Hello',
        messageId: '1@desk.example',
      }
      const raw = await buildMime({ ...content, to: [one, other], replyTo: one, isAutomatic: true }, new Date())
      const mail = await simpleParser(raw)
      expect(normal([mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address)))).toEqual([one, other])
      expect(normal(mail.replyTo?.value.map(({ address }) => address) ?? [])).toEqual([one])
      const header = /^To: (.*(?:\r\n[ \t].*)*)/m.exec(raw.toString())?.[1] ?? ''
      expect(normal(addressparser(header, { flatten: true }).map(({ address }) => address))).toEqual([one, other])
      // Text in which addresses are looked for, as in an envelope.
      expect(normal(addressparser(`Somebody <${one}>`, { flatten: true }).map(({ address }) => address))).toEqual([one])
    }),
    { numRuns: 1500 },
  )
})
