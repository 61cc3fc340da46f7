import type { z } from 'zod'
import { type Actor, has } from '../../actor/actor'
import { mailAddress } from '../../core/mail-address'
import { cleanText, cut } from '../../core/text'
import type { InboundMail } from '../../db/generated/tenant/client'
import { noKey, withoutKeys } from '../../tickets/ticket/request-key'
import { decodeText } from './mime/charset'
import { decodeTransfer } from './mime/transfer-encoding'
import type { ParsedMail } from './parse'
import { type Classification, type Decision, decisionSchema, type Facts, factsSchema, type mailSource, type Recovery } from './schema'

type Row = Pick<InboundMail, 'status' | 'recovery' | 'ticketId'>

/** What may be done with a message as it stands: it becomes part of a ticket once, and what was ignored by hand can be taken back. */
export function recoveriesOf(actor: Actor, { status, recovery, ticketId }: Row): Recovery[] {
  if (!has(actor, 'mail.manage') || ticketId !== null) return []
  if (status === 'attention' || status === 'spam') return ['ticket', 'attach', 'ignore', 'block']
  if (status === 'ignored') return recovery === 'ignored' ? ['ticket', 'attach', 'block', 'restore'] : ['ticket', 'attach', 'block']
  return []
}

/** What was stored with a message; null for one that came before decisions were kept, or was not decided yet. */
export const storedDecision = (row: Pick<InboundMail, 'decision'>): Decision | null => decisionSchema.safeParse(row.decision).data ?? null
export const storedFacts = (row: Pick<InboundMail, 'facts'>): Facts | null => factsSchema.safeParse(row.facts).data ?? null

const written: (Classification | null)[] = ['human', 'list', null]
/** Whether no person wrote it. */
export const isMachines = (classification: string | null) => !written.some((each) => each === classification)

const shownHead = 20_000

/** What can be said of a message that cannot be read: its first lines, as they are. */
export function glanceAt(raw: Buffer): Pick<ParsedMail, 'from' | 'subject' | 'bodyText'> {
  const text = cleanText(raw.subarray(0, 4 * shownHead).toString('utf8')).replace(/\r\n/g, '\n')
  const end = text.indexOf('\n\n')
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\n[ \t]+/g, ' ')
  const header = (name: string) => cut(new RegExp(`^${name}:(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '', 500)
  const address = mailAddress(/[^\s<>"',;:]+@[^\s<>"',;:]+/.exec(header('from'))?.[0] ?? '')
  return {
    from: address ? { email: address, name: address } : null,
    subject: header('subject'),
    bodyText: cut((end < 0 ? '' : text.slice(end)).trim(), shownHead),
  }
}

const mostHeaders = 500

const softBreak = '(?:=\\r?\\n)?'

/** The key of a link to a request: whoever quotes our mail sends it back, perhaps broken into lines as quoted-printable does. */
const keyInSource = new RegExp(`(${[...'/request'].join(softBreak)}${softBreak}(?:#|=23))(?:[\\w.-]|=\\r?\\n)+`, 'g')
/** The same, and that of a link to a file, within any address. */
const keyAnywhere = new RegExp(
  `(?:[0-9a-f]${softBreak}){32}\\.${softBreak}(?:[0-9a-z]${softBreak}){1,8}\\.${softBreak}(?:[\\w-]${softBreak}){27,81}`,
  'g',
)

/** Lines of base64 under one another. */
const base64Lines = /^[A-Za-z0-9+/]{4,}={0,2}$(?:\r?\n[A-Za-z0-9+/]{1,}={0,2}$)*/gm

const mostWithin = 3

/** What a part says is read as whoever gets it reads it; where a key is in it, that is shown, without the key. */
function withoutKeysWithin(source: string, depth = 0): string {
  const bare = source.replace(keyInSource, `$1${noKey}`).replace(keyAnywhere, noKey)
  const plain = bare.replace(base64Lines, (lines) => {
    const said = cleanText(decodeText(Buffer.from(lines, 'base64'), undefined))
      .replaceAll('\0', '')
      .replace(/\r\n?/g, '\n')
    // Within may be a message that is forwarded.
    const shown = withoutKeys(depth < mostWithin ? withoutKeysWithin(said, depth + 1) : said)
    return shown === said ? lines : `${shown}\n`
  })
  const parts = plain.split(/^(?=--)/m).map((part) => {
    const said = cleanText(decodeTransfer(Buffer.from(part), 'quoted-printable').toString())
    return withoutKeys(said) === said ? part : withoutKeys(said)
  })
  return parts.join('')
}

/** The source of a message as text; what stands in it is data, whatever it says. */
export function sourceOf(raw: Buffer): Pick<z.output<typeof mailSource>, 'headers' | 'text'> {
  const text = withoutKeysWithin(cleanText(decodeText(raw, undefined)).replace(/\r\n?/g, '\n'))
  const end = text.indexOf('\n\n')
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\n[ \t]+/g, ' ').split('\n')
  const headers = head.flatMap((line) => {
    const [, name, value = ''] = /^([!-9;-~]{1,200}):\s*(.*)$/.exec(line) ?? []
    return name ? [{ name, value: cut(value, 2000) }] : []
  })
  return { headers: headers.slice(0, mostHeaders), text }
}

/** In bytes of any charset; `noKey` is not in all of them. */
const noKeyBytes = '...'
/** Text of two bytes a letter, as UTF-16 is. */
const wideKey = /(?:[0-9a-f]\0){32}|(?:\0[0-9a-f]){32}/

/**
 * The bytes of a message or of a file in it, in which links to requests and files open nothing; everything else stays as it is. They
 * are found in base64 and quoted-printable too.
 * @returns the same bytes where there is no key in them
 */
export function bytesWithoutKeys(raw: Buffer, depth = 0): Buffer {
  const text = raw.toString('latin1')
  if (wideKey.test(text)) return Buffer.from(withoutKeys(decodeText(raw, undefined).replaceAll('\0', '')))
  const bare = text.replace(keyInSource, `$1${noKeyBytes}`).replace(keyAnywhere, noKeyBytes)
  const inBase64 = bare.replace(base64Lines, (lines) => {
    const said = Buffer.from(lines, 'base64')
    const shown = depth < mostWithin ? bytesWithoutKeys(said, depth + 1) : said
    return shown === said ? lines : (shown.toString('base64').match(/.{1,76}/g) ?? []).join(lines.includes('\r\n') ? '\r\n' : '\n')
  })
  const parts = inBase64.split(/^(?=--)/m).map((part) => {
    const said = decodeTransfer(Buffer.from(part, 'latin1'), 'quoted-printable').toString('latin1')
    const shown = said.replace(keyAnywhere, noKeyBytes)
    return shown === said ? part : shown
  })
  const after = parts.join('')
  return after === text ? raw : Buffer.from(after, 'latin1')
}
