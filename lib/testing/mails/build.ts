import iconv from 'iconv-lite'

/** What is right for a raw message; what is not named is not checked. */
export interface Right {
  from?: string | null
  name?: string
  subject?: string
  /** The whole text. */
  text?: string
  /** What the text has. */
  words?: string[]
  /** What neither text nor name nor subject has. */
  never?: string[]
  /** Names of files, in order. */
  files?: string[]
  /** What a file says, by name. */
  says?: Record<string, string>
  empty?: string[]
  limits?: string[]
  refersTo?: string[]
  recipients?: string[]
  html?: string[]
  event?: Record<string, unknown>
  protection?: string
}

export interface MailFixture<R = Right> {
  name: string
  raw: Buffer
  right: R
}

/** Raw messages are written as text in which every letter is one byte; these put other charsets into it. */
export const utf8 = (text: string) => Buffer.from(text).toString('latin1')
export const inCharset = (charset: string, text: string) => iconv.encode(text, charset).toString('latin1')
export const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')

const defaults = [
  'From: Amina Odhiambo <amina@shop.example>',
  'To: support@acme.localhost',
  'Subject: Delivery to the wrong door',
  'Date: Mon, 02 Nov 2026 09:00:00 +0000',
]

const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase()

/** Headers in place of the usual ones, or added; a name with nothing behind it takes one away. */
export function mail(head: string[], body: string | string[] = 'The parcel went to my neighbour.'): string {
  const named = new Set(head.map(nameOf))
  const lines = [...defaults.filter((line) => !named.has(nameOf(line))), ...head.filter((line) => !/^[\w-]+:$/.test(line))]
  return [...lines, '', ...[body].flat()].join('\r\n')
}

let boundaries = 0
/** A multipart of parts, each with its own headers; `head` goes before. */
export function multipart(type: string, parts: string[], head: string[] = []): string {
  const boundary = `b${++boundaries}`
  const body = [...parts.flatMap((part) => [`--${boundary}`, part]), `--${boundary}--`, '']
  const [first = '', ...parameters] = type.split(';')
  const contentType = [`Content-Type: multipart/${first}`, ...parameters, ` boundary="${boundary}"`].join(';')
  return mail(['MIME-Version: 1.0', contentType, ...head], body)
}

/** A multipart as a part of another. */
export function nested(type: string, parts: string[]): string {
  const boundary = `n${++boundaries}`
  return [
    `Content-Type: multipart/${type}; boundary=${boundary}`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
  ].join('\r\n')
}

export const part = (type: string, content: string, ...head: string[]) => [`Content-Type: ${type}`, ...head, '', content].join('\r\n')
export const plain = (text: string) => part('text/plain; charset=utf-8', utf8(text))
export const html = (text: string) => part('text/html; charset=utf-8', utf8(text))
export const attached = (name: string, content: string, type = 'application/octet-stream') =>
  part(type, base64(content), `Content-Disposition: attachment; ${name}`, 'Content-Transfer-Encoding: base64')

export const fixture = <R>(name: string, raw: string, right: R): MailFixture<R> => ({ name, raw: Buffer.from(raw, 'latin1'), right })

/** Every third one was not looked at while the code was written: of these only how many are right is known. */
export const isHeldBack = (index: number) => index % 3 === 2
