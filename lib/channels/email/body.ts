import { takeDataPictures } from './inline-picture'
import { fileName, type MailFile, messageName, usualName } from './mime/attachment'
import { type CalendarEvent, readCalendar } from './mime/calendar-event'
import { decodeText } from './mime/charset'
import { type Entity, headerOf, type Reading, readEntity } from './mime/entity'
import { decodeWords, type Header, readHeaders } from './mime/header'
import { contentOfSigned } from './mime/signed-data'
import { readTnef } from './mime/tnef'
import { htmlOf, type Passage, twinsOf, wordSet } from './passage'

/** A part that machines write for machines. */
export interface Report {
  /** Such as "message/delivery-status". */
  type: string
  /** Its fields, in the groups that blank lines make. */
  groups: Header[][]
}

/** How a message is signed or encrypted. What is encrypted can be read by its recipient alone. */
export interface Protection {
  by: 'smime' | 'pgp'
  isEncrypted: boolean
}

export interface Body {
  passages: Passage[]
  files: MailFile[]
  /** Names of files that came with nothing in them. */
  emptyFiles: string[]
  events: CalendarEvent[]
  reports: Report[]
  /** Headers of messages within this one: of what was forwarded, or could not be delivered. */
  enclosed: Header[][]
  protection: Protection | null
}

/** Gathers what a message says and carries. Whatever is no text to be shown is a file. */
export function readBody(root: Entity, reading: Reading): Body {
  const body: Body = { passages: [], files: [], emptyFiles: [], events: [], reports: [], enclosed: [], protection: null }
  gather(root, body, null, reading)
  return body
}

function gather(entity: Entity, body: Body, parent: string | null, reading: Reading) {
  const { type } = entity
  body.protection ??= protectionOf(entity)
  if (!type.startsWith('multipart/')) {
    gatherLeaf(entity, body, parent, reading)
    return
  }
  if (!isBoilerplate(entity.outside.before)) addText(body, entity.outside.before)
  if (type === 'multipart/alternative') gatherAlternative(entity, body, reading)
  else for (const part of entity.parts) gather(part, body, type, reading)
  addText(body, entity.outside.behind)
}

const addHtml = (body: Body, plain: string | null, html: string) => body.passages.push({ plain, html: takeDataPictures(html, body.files) })

const addText = (body: Body, text: string) => {
  if (text.trim()) body.passages.push({ plain: text, html: null })
}

/** What mail programs write above the first part, for readers of another age. */
const isBoilerplate = (text: string) => text.length < 1000 && /\bMIME\b|multi-?part message|S\/MIME|OpenPGP/i.test(text)

/** The same in several forms: one passage, plain and formatted. */
function gatherAlternative(entity: Entity, body: Body, reading: Reading) {
  const outer = body.passages
  const [plain, formatted, twins]: [string[], string[], string[]] = [[], [], []]
  for (const part of entity.parts) {
    if (isTwinForMachines.test(part.type)) continue
    body.passages = []
    gather(part, body, entity.type, reading)
    const isFormatted = body.passages.some(({ html }) => html !== null)
    if (isFormatted) formatted.push(htmlOf(body.passages) ?? '')
    for (const { plain: text } of body.passages) if (text !== null) (isFormatted ? twins : plain).push(text)
  }
  body.passages = outer
  // A form that has forms of its own may say in its plain one what stands nowhere else.
  for (const text of twins) {
    const said = wordSet([...plain, ...formatted].join(' '))
    if ([...wordSet(text)].some((word) => !said.has(word))) plain.push(text)
  }
  if (plain.length === 0 && formatted.length === 0) return
  body.passages.push(twinsOf(plain.length > 0 ? plain.join('\n\n') : null, formatted.length > 0 ? formatted.join('<hr>') : null))
}

const isTwinForMachines = /^text\/(?:x-amp-html|watch-html|vnd\.google\.email-reaction\+json)$/

const reportTypes = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/feedback-report',
  'message/disposition-notification',
  'message/global-disposition-notification',
])
const headersOnly = /^(?:text|message)\/(?:rfc822-headers|global-headers)$/

const isKnownText = /^text\/(?:html|enriched|richtext|(?:x-)?rtf|calendar|(?:x-)?vcard|csv|rfc822-headers|xml|css|javascript)$/

function gatherLeaf(entity: Entity, body: Body, parent: string | null, reading: Reading) {
  const { type, content, parameters } = entity
  const signed = isPkcs7.test(type) && !body.protection?.isEncrypted ? contentOfSigned(content) : null
  if (signed) {
    gather(readEntity(signed, reading), body, parent, reading)
    return
  }
  // What is all of a message is its text, though it has a name.
  const isNamedFile = parent !== null && entity.name !== null && (entity.disposition !== null || body.passages.length > 0)
  const isShown = entity.disposition !== 'attachment' && !isNamedFile
  const isWords = /^(?:text\/(?:plain|markdown|x-markdown|x-[a-z-]{1,20}plain)|message\/partial)$/.test(type)
  if (isWords && isShown) return addPlain(body, entity)
  // RFC 2046: text of an unknown kind is read as any other.
  if (parent === null && isShown && type.startsWith('text/') && !isKnownText.test(type)) return addPlain(body, entity)
  if (/^(?:text\/html|application\/xhtml\+xml)$/.test(type) && isShown) {
    addHtml(body, null, decodeHtml(content, parameters.get('charset')))
    return
  }
  if (/^text\/(?:enriched|richtext)$/.test(type) && isShown)
    return addText(body, decodeText(content, parameters.get('charset')).replace(/<[^<>]{1,80}>/g, ''))
  if (reportTypes.has(type)) body.reports.push({ type, groups: fieldGroups(content) })
  if (headersOnly.test(type)) body.enclosed.push(readHeaders(content).headers)
  if (type === 'message/rfc822' || type === 'message/global') return addMessage(body, entity)
  if (type === 'text/calendar' || /\.ics$/i.test(entity.name ?? '')) {
    body.events.push(...readCalendar(decodeText(content, parameters.get('charset')), parameters.get('method')))
    // not-words: a name of a file
    return addFile(body, entity, 'invite.ics')
  }
  if (/^application\/(?:vnd\.)?ms-tnef$/.test(type) || /^winmail\.dat$/i.test(entity.name ?? '')) {
    if (unwrap(body, content, parent)) return
    // not-words: a name of a file
    return addFile(body, entity, 'winmail.dat')
  }
  if (parent === 'multipart/mixed' && entity.disposition === 'inline' && type.startsWith('image/')) return addPicture(body, entity)
  addFile(body, entity)
}

function addPlain(body: Body, { content, parameters }: Entity) {
  const text = decodeText(content, parameters.get('charset')).replace(/\r+\n?/g, '\n')
  const isFlowed = parameters.get('format')?.toLowerCase() === 'flowed'
  body.passages.push({ plain: isFlowed ? unflowed(text, parameters.get('delsp')?.toLowerCase() === 'yes') : text, html: null })
}

/** RFC 3676: a line that ends in a blank goes on in the next of the same quote. */
function unflowed(text: string, deletesSpace: boolean): string {
  const out: string[] = []
  let open: number | null = null
  for (const line of text.split('\n')) {
    const marks = /^>*/.exec(line)?.[0] ?? ''
    const content = line.slice(marks.length).replace(/^ /, '')
    const last = out.length - 1
    if (open === marks.length && content !== '-- ') out[last] = `${deletesSpace ? out[last]?.replace(/ $/, '') : out[last]}${content}`
    else out.push(marks ? `${marks} ${content}` : content)
    open = content.endsWith(' ') && content !== '-- ' ? marks.length : null
  }
  return out.join('\n')
}

function decodeHtml(content: Buffer, charset: string | undefined): string {
  const said = charset ?? /<meta[^>]{1,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(content.toString('latin1', 0, 4096))?.[1]
  return decodeText(content, said)
}

function addMessage(body: Body, entity: Entity) {
  const { headers } = readHeaders(entity.content, true)
  body.enclosed.push(headers)
  addFile(body, entity, messageName(decodeWords(headerOf({ headers }, 'subject'))))
}

function addFile(body: Body, { type, name, content, headers }: Entity, usual?: string) {
  const shown = fileName(name) ?? usual ?? usualName(type, body.files.length + body.emptyFiles.length + 1)
  if (content.length === 0) {
    body.emptyFiles.push(shown)
    return
  }
  const id = /<?([^<>\s]{1,200})>?/.exec(headerOf({ headers }, 'content-id'))?.[1] ?? null
  const location = headerOf({ headers }, 'content-location').replace(/\s+/g, '').slice(0, 1000)
  body.files.push({ name: shown, contentType: type, bytes: content, contentId: id, ...(location ? { location } : {}) })
}

/** A picture between texts, as some programs send one where it was dropped. */
function addPicture(body: Body, entity: Entity) {
  addFile(body, entity)
  const file = body.files.at(-1)
  if (!file || file.bytes !== entity.content) return
  file.contentId ??= `part-${body.files.length}@picture`
  body.passages.push({ plain: null, html: null, picture: file.contentId })
}

/** Puts what is in Outlook's container in its place; false when it could not be opened. */
function unwrap(body: Body, content: Buffer, parent: string | null): boolean {
  const inside = readTnef(content)
  if (!inside) return false
  const hasText = parent !== null && body.passages.some(({ plain, html }) => plain?.trim() || html?.trim())
  if (!hasText && inside.html) addHtml(body, inside.text, inside.html)
  else if (!hasText && inside.text?.trim()) body.passages.push({ plain: inside.text, html: null })
  for (const { name, bytes, type, contentId } of inside.files) {
    const shown = fileName(name) ?? usualName(type, body.files.length + body.emptyFiles.length + 1)
    if (bytes.length === 0) body.emptyFiles.push(shown)
    else body.files.push({ name: shown, contentType: type, bytes, contentId })
  }
  return true
}

const fieldGroups = (content: Buffer): Header[][] => {
  const groups: Header[][] = []
  let rest = content
  while (rest.length > 0 && groups.length < 200) {
    const { headers, end } = readHeaders(rest)
    if (headers.length > 0) groups.push(headers)
    // What is no field is passed over by the line.
    const next = headers.length > 0 ? end : rest.indexOf(0x0a) + 1
    if (next <= 0) break
    rest = rest.subarray(next)
  }
  return groups
}

const isPkcs7 = /^application\/(?:x-)?pkcs7-mime$/

function protectionOf({ type, parameters, content }: Entity): Protection | null {
  const protocol = parameters.get('protocol')?.toLowerCase() ?? ''
  if (type === 'multipart/signed') return { by: protocol.includes('pgp') ? 'pgp' : 'smime', isEncrypted: false }
  if (type === 'multipart/encrypted') return { by: protocol.includes('pkcs7') ? 'smime' : 'pgp', isEncrypted: true }
  if (isPkcs7.test(type))
    return { by: 'smime', isEncrypted: !/signed-data|certs-only|compressed/i.test(parameters.get('smime-type') ?? '') }
  if (type !== 'text/plain') return null
  const begin = /^\s*-----BEGIN PGP (SIGNED )?MESSAGE-----/.exec(content.toString('latin1', 0, 200))
  return begin && { by: 'pgp', isEncrypted: begin[1] === undefined }
}
