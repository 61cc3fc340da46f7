import { isError } from '../../core/errors'
import { letLoopTurn } from '../../core/event-loop'
import { type ErrorText, msg } from '../../core/message'
import { cleanText } from '../../core/text'
import { hasThreads, inThread, ThreadLimitError } from '../../core/thread'
import { cleanContent } from '../articles/content'
import { longestContent } from '../articles/values'
import { readPage } from './html-page'
import { type Front, readFront, readMarkdown } from './markdown'

/** One article of an import as it came. */
export interface ImportDocument {
  /** Where it stands in what is imported; people know it by that. */
  path: string
  format: 'markdown' | 'html'
  text: string
  /** What is said of it beside its text, named as in front matter. */
  fields?: Record<string, unknown>
  /** Whose id its `id` is: ids of two systems do not meet. */
  source?: string
}

/** A document as it was read, on its way to an article. */
export interface ReadDocument {
  path: string
  source: string | null
  front: Front
  others: Record<string, unknown>
  /** Names of fields that were left out. */
  problems: string[]
  heading: string | null
  /** Harmless, but with the pictures and links that it came with. */
  html: string
  /** Pictures that stood in the text itself; the text has `embeddedPicture(n)` in their place. */
  embedded: Uint8Array[]
  /** Why it can't become an article. */
  failure: { field: string; error: ErrorText } | null
}

/** Longer than any article may be, with room for pictures within its text. */
export const longestDocument = 4_000_000
const longestMarkup = 2 * longestContent
/** What is no longer takes no time worth a thread. */
const shortText = 8000
/** What one message to a thread holds. */
const atOnce = 25
const lettersAtOnce = 400_000
/** What one article may take. */
const longestMs = 5000

export const embeddedPicture = (n: number): string => `embedded-picture-${n}`

/**
 * Turns documents into HTML that can do no harm. Long ones are done in a thread, so that nothing else waits; one that takes too long, or
 * too much memory, fails and the others go on.
 */
export async function readDocuments(owner: string, documents: readonly ImportDocument[]): Promise<ReadDocument[]> {
  const read: ReadDocument[] = []
  for (let at = 0; at < documents.length; ) {
    const first = documents[at] as ImportDocument
    if (first.text.length <= shortText || !hasThreads()) {
      read.push(readDocument(first))
      await letLoopTurn()
      at++
      continue
    }
    const some = [first]
    let letters = first.text.length
    for (const next of documents.slice(at + 1, at + atOnce)) {
      if (next.text.length <= shortText || letters + next.text.length > lettersAtOnce) break
      some.push(next)
      letters += next.text.length
    }
    read.push(...(await readInThread(owner, some)))
    at += some.length
  }
  return read
}

async function readInThread(owner: string, some: readonly ImportDocument[]): Promise<ReadDocument[]> {
  try {
    return await inThread(owner, 'lib/kb/import/import-document.ts', 'readHere', some, longestMs)
  } catch (error) {
    if (!(error instanceof ThreadLimitError)) throw error
    if (some.length > 1) {
      const each: ReadDocument[] = []
      for (const one of some) each.push(...(await readInThread(owner, [one])))
      return each
    }
    return some.map((one) => failed(one, { field: 'content', error: 'kb.import.tooMuchWork' }))
  }
}

/** What a thread does. */
export const readHere = (some: readonly ImportDocument[]): ReadDocument[] => some.map(readDocument)

const failed = ({ path, source }: ImportDocument, failure: ReadDocument['failure']): ReadDocument => ({
  ...{ path, source: source ?? null, front: {}, others: {}, problems: [], heading: null, html: '', embedded: [], failure },
})

function readDocument(document: ImportDocument): ReadDocument {
  const tooLong = { field: 'content', error: msg('kb.contentTooLong', { maximum: longestContent }) }
  if (document.text.length > longestDocument) return failed(document, tooLong)
  const { text, embedded } = withoutEmbedded(cleanText(document.text))
  if (text.length > longestMarkup) return failed(document, tooLong)
  const read = document.format === 'markdown' ? readMarkdown(text) : readPage(text)
  if (read.isFrontBroken) return failed(document, { field: 'content', error: 'kb.import.frontMatter' })
  // What is said beside the text counts more than what the text says of itself.
  const beside = readFront(document.fields ?? {})
  const whole = {
    path: document.path,
    source: document.source ?? null,
    front: { ...read.front, ...beside.front },
    others: { ...read.others, ...beside.others },
    problems: [...read.problems, ...beside.problems],
    heading: read.heading,
    embedded,
  }
  try {
    return { ...whole, html: cleanContent(read.html), failure: null }
  } catch (error) {
    if (!isError(error, 'INVALID')) throw error
    const { fields } = (error as { data: { fields: Record<string, ErrorText[]> } }).data
    return { ...whole, html: '', embedded: [], failure: { field: 'content', error: fields.content?.[0] ?? 'kb.contentTooComplex' } }
  }
}

/** Pictures within a text are its longest part: they are taken out before anything looks at it. */
function withoutEmbedded(given: string) {
  const embedded: Uint8Array[] = []
  const text = given.replace(/\bdata:image\/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=]+)/g, (_, base64: string) => {
    embedded.push(new Uint8Array(Buffer.from(base64, 'base64')))
    return embeddedPicture(embedded.length - 1)
  })
  return { text, embedded }
}
