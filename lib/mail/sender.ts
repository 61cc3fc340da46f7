import { mailAddress } from '../core/mail-address'
import { bareOf, entriesOf } from './addressed'

const ofTicket = /^reply-to:\s*<?reply\+/i

/**
 * A message of ours as it goes out through a mailbox: from the one address that may send there, under the name it was written by.
 * Answers then come to that mailbox where it is fetched, and not to a ticket's reply address, which another server takes in; the
 * addresses by which staff answer stay, for they say who it is. The rest of the message, its Message-ID above all, stays as it was written.
 */
export function fromMailbox(raw: Uint8Array, { address, isIncoming }: { address: string; isIncoming: boolean }): Buffer {
  return withHead(raw, (lines) =>
    lines.map((line) => (/^from:/i.test(line) ? fromLine(line, address) : line)).filter((line) => !(isIncoming && ofTicket.test(line))),
  )
}

/** A message of ours without some of those whom it names in To and Cc. */
export function withoutRecipients(raw: Uint8Array, emails: readonly string[]): Buffer {
  return withHead(raw, (lines) =>
    lines.flatMap((line) => {
      const [, name, list = ''] = /^(to|cc):([\s\S]*)$/i.exec(line) ?? []
      if (!name) return line
      const left = entriesOf(list).filter((entry) => !emails.includes(normalOf(entry) ?? ''))
      return left.length === 0 ? [] : `${name}: ${left.join(',\r\n ')}`
    }),
  )
}

/** Addresses are compared in their normal form: a header has them in UTF-8, domains in their own script, and quoted where they need it. */
const normalOf = (entry: string) => mailAddress(bareOf(Buffer.from(entry, 'latin1').toString()))

/** A message with other header lines, its body as it is. */
function withHead(raw: Uint8Array, change: (lines: string[]) => string[]): Buffer {
  const bytes = Buffer.from(raw)
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1')
  const written = change(head.split(/\r\n(?![ \t])/))
  return Buffer.concat([Buffer.from(written.join('\r\n'), 'latin1'), bytes.subarray(head.length)])
}

function fromLine(line: string, address: string): string {
  const name = /^from:\s*([\s\S]*?)\s*<[^<>]*>\s*$/i.exec(line)?.[1]
  return name ? `From: ${name} <${address}>` : `From: ${address}` // not-words: a header
}
