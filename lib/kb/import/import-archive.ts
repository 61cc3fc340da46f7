import { type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js'
import { readTable } from '../../contacts/import-file'
import { decodeText } from '../../core/decode-text'
import { invalid, isError } from '../../core/errors'
import { letLoopTurn } from '../../core/event-loop'
import { type ErrorText, msg } from '../../core/message'
import { cleanText } from '../../core/text'
import { maxFileSize } from '../../files/schema'
import { documentsOfTable } from './article-table'
import { type ImportDocument, longestDocument } from './import-document'
import { type ImportKind, importKinds, mostImportFiles } from './values'
import { readZendesk } from './zendesk-export'

/** A file of what is imported. */
export interface ImportEntry {
  path: string
  /** @throws INVALID for one that is broken or too large */
  read(most: number): Promise<Uint8Array>
}

export interface ImportArchive {
  documents: ImportDocument[]
  /** Files that should have become articles and can't be read. */
  failed: { path: string; error: ErrorText }[]
  /** A picture by its path; null where there is none. */
  picture(name: string): Promise<Uint8Array | null>
}

/** All texts of an import together. */
const mostText = 150_000_000
const longestData = 30_000_000

const endings: Record<ImportKind, RegExp> = {
  markdown: /\.(?:md|markdown)$/i,
  html: /\.html?$/i,
  zendesk: /\.json$/i,
  csv: /\.(?:csv|tsv)$/i,
}
const pictureFile = /\.(?:png|jpe?g|gif|webp|avif|svg)$/i
/** What systems put beside files, and what describes a folder instead of being an article. */
const beside = /(?:^|\/)(?:__MACOSX\/|\.[^./]|(?:readme|_index|index)\.(?:md|markdown)$)/i

/** Only these become articles; the rest of a folder is not read. */
export const isArticleFile = (name: string): boolean => endings.markdown.test(name) && !beside.test(name)

/** Whether a file of a folder is looked at: as an article, or as the picture of one. */
export const isOfImport = (name: string): boolean =>
  !/(?:^|\/)(?:\.[^./]|node_modules\/)/.test(name) && [...Object.values(endings), pictureFile].some((ending) => ending.test(name))

/** Of what kind files are: the first that there is a file of; null for none. */
export const kindOf = (names: readonly string[]): ImportKind | null =>
  importKinds.find((kind) => names.some((name) => endings[kind].test(name) && !beside.test(name))) ?? null

/**
 * The files of an upload: those of a zip, or the one that it is.
 * @throws INVALID for a zip that can't be read, or has too many files
 */
export async function entriesOf(name: string, bytes: Uint8Array): Promise<ImportEntry[]> {
  if (!/\.zip$/i.test(name) && !(bytes[0] === 0x50 && bytes[1] === 0x4b)) return [{ path: name, read: async () => bytes }]
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false, filenameValidation: 'tolerant' })
  const entries: ImportEntry[] = []
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      await letLoopTurn()
      if (entry.directory) continue
      if (entries.length === mostImportFiles) throw invalid({ file: [msg('kb.import.tooManyFiles', { maximum: mostImportFiles })] })
      entries.push({ path: cleanText(entry.filename).replaceAll('\\', '/'), read: (most) => inflate(entry as FileEntry, most) })
    }
  } catch (error) {
    if (isError(error, 'INVALID')) throw error
    throw invalid({ file: ['kb.import.zip'] })
  }
  return entries
}

/** What a zip says of sizes is not believed: it stops where it has become too much. */
async function inflate(entry: FileEntry, most: number): Promise<Uint8Array> {
  if (entry.encrypted) throw invalid({ file: ['kb.import.encrypted'] })
  const tooLarge = invalid({ file: ['kb.import.fileTooLarge'] })
  if (entry.uncompressedSize > most) throw tooLarge
  const parts: Uint8Array[] = []
  let size = 0
  const writable = new WritableStream<Uint8Array>({
    write(part) {
      size += part.length
      if (size > most) throw tooLarge
      parts.push(part)
    },
  })
  try {
    await entry.getData(writable, { useWebWorkers: false, checkSignature: true, checkOverlappingEntry: true })
  } catch (error) {
    throw size > most || isError(error, 'INVALID') ? tooLarge : invalid({ file: ['kb.import.broken'] })
  }
  return Buffer.concat(parts)
}

/**
 * Takes what is imported apart into documents. A file that can't be read is named, and the others go on.
 * @throws INVALID where nothing in it can become an article
 */
export async function openArchive(entries: readonly ImportEntry[], wanted?: ImportKind): Promise<ImportArchive> {
  const kind = wanted ?? kindOf(entries.map((entry) => entry.path))
  const chosen = kind ? entries.filter((entry) => endings[kind].test(entry.path) && !beside.test(entry.path)) : []
  if (!kind || chosen.length === 0) throw invalid({ file: ['kb.import.nothing'] })
  const failed: ImportArchive['failed'] = []
  const documents: ImportDocument[] = []
  const pages: unknown[] = []
  let letters = 0
  for (const entry of chosen.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    try {
      if (isOutside(entry.path)) throw invalid({ file: ['kb.import.unsafeName'] })
      if (letters > mostText) throw invalid({ file: ['kb.import.tooMuchText'] })
      const isText = kind === 'markdown' || kind === 'html'
      const text = decodeText(await entry.read(isText ? longestDocument : longestData))
      letters += text.length
      if (kind === 'zendesk') pages.push(...pagesOf(text))
      else if (kind === 'csv') documents.push(...documentsOfTable(entry.path, await readTable(text)))
      else documents.push({ path: entry.path, format: kind, text })
    } catch (error) {
      if (!isError(error, 'INVALID')) throw error
      failed.push({ path: entry.path, error: firstOf(error) })
    }
    await letLoopTurn()
  }
  if (kind === 'zendesk') {
    const read = readZendesk(pages)
    documents.push(...read.documents)
    failed.push(...read.broken.map((each) => ({ path: each.path, error: 'kb.import.noZendesk' as const })))
  }
  if (documents.length > mostImportFiles) throw invalid({ file: [msg('kb.import.tooManyFiles', { maximum: mostImportFiles })] })
  if (documents.length === 0 && failed.length === 0) throw invalid({ file: ['kb.import.nothing'] })
  const pictures = new Map(entries.filter((entry) => pictureFile.test(entry.path)).map((entry) => [entry.path, entry]))
  return { documents, failed, picture: async (name) => (await pictures.get(name)?.read(maxFileSize)) ?? null }
}

const firstOf = (error: unknown): ErrorText =>
  Object.values((error as { data: { fields: Record<string, ErrorText[]> } }).data.fields)[0]?.[0] ?? 'kb.import.broken'

/** Names are never written to a disk; one that leads out of its archive is a sign that somebody tries. */
const isOutside = (name: string) => /^(?:\/|[a-z]:)/i.test(name) || name.split('/').includes('..')

function pagesOf(text: string): unknown[] {
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read : [read]
  } catch {
    throw invalid({ file: ['kb.import.json'] })
  }
}
