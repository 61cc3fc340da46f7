import { newId } from '../../core/id'
import { typeOf } from '../../files/accept'
import { fileAddress, isProgramName, maxFileSize, pictureTypes } from '../../files/schema'
import { type MailFile, usualName } from './mime/attachment'

/** Sanitised text names its pictures like this, until they are stored. */
const named = /<img src="cid:([^"]*)"[^>]*>/g

const inData = /(["'])data:(image\/[a-z0-9.+-]{1,30})(?:;[\w=-]{1,60}){0,4};base64,([a-z0-9+/=\s]{1,40000000})\1/gi

/** Takes pictures out that are written into the HTML itself; each becomes a file, and has a place like any other. */
export function takeDataPictures(html: string, files: MailFile[]): string {
  if (!html.includes('data:image/')) return html
  const known = new Map<string, string>()
  return html.replace(inData, (_, quote: string, type: string, content: string) => {
    const contentId = known.get(content) ?? `data-${files.length + 1}@picture`
    if (!known.has(content)) {
      const contentType = type.toLowerCase()
      files.push({ name: usualName(contentType, files.length + 1), contentType, bytes: Buffer.from(content, 'base64'), contentId })
    }
    known.set(content, contentId)
    return `${quote}cid:${contentId}${quote}`
  })
}

/** What the text may show: the contents' own marks say that they are pictures, whatever their sender says. SVG is none. */
async function isPicture({ name, bytes, contentType }: MailFile): Promise<boolean> {
  return bytes.length <= maxFileSize && !isProgramName(name) && pictureTypes.includes(await typeOf(bytes, contentType))
}

const decoded = (text: string) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Finds the picture that a `src` means: by Content-ID, or by Content-Location; null for a remote one and for what is none. */
export async function picturesOf(files: readonly MailFile[]): Promise<(src: string) => string | null> {
  const found = new Map<string, string>()
  for (const file of files) {
    const { contentId, location } = file
    if ((!contentId && !location) || !(await isPicture(file))) continue
    const name = `cid:${encodeURIComponent(contentId ?? `location:${location}`)}`
    for (const key of [contentId && `cid:${contentId.toLowerCase()}`, location]) if (key && !found.has(key)) found.set(key, name)
  }
  return (src) => found.get(/^\s*cid:/i.test(src) ? decoded(src.trim()).toLowerCase() : src.trim()) ?? null
}

const nameOf = ({ contentId, location }: MailFile) => encodeURIComponent(contentId ?? `location:${location}`)

/** The files, with a mark on those that stand within the text. */
export function marked(files: readonly MailFile[], ...texts: (string | null)[]): MailFile[] {
  const shown = new Set(texts.flatMap((html) => [...(html ?? '').matchAll(named)].map(([, name]) => name)))
  return files.map((file) => (shown.delete(nameOf(file)) ? { ...file, isInline: true } : file))
}

interface Placed {
  files: readonly MailFile[]
  bodyHtml?: string | null
  quotedHtml?: string | null
}

/** The text with an address for each of its pictures; what has none is taken out. */
export function addressed(html: string, files: readonly MailFile[], addressOf: (file: MailFile, n: number) => string): string
export function addressed(
  html: string | null | undefined,
  files: readonly MailFile[],
  addressOf: (file: MailFile, n: number) => string,
): string | null
export function addressed(html: string | null | undefined, files: readonly MailFile[], addressOf: (file: MailFile, n: number) => string) {
  if (!html) return html ?? null
  const addresses = new Map(files.flatMap((file, n) => (file.isInline ? [[nameOf(file), addressOf(file, n)] as const] : [])))
  return html.replace(named, (tag, name: string) => {
    const address = addresses.get(name)
    return address ? tag.replace(`src="cid:${name}"`, `src="${address}" loading="lazy"`) : ''
  })
}

/** A message as it is stored: each picture within its text has the id of the file that it becomes. */
export function withStoredPictures<M extends Placed>(content: M): M {
  const files = content.files.map((file) => (file.isInline ? { ...file, id: newId() } : file))
  const place = (html: string | null | undefined) => addressed(html, files, ({ id }) => fileAddress(id as string))
  return { ...content, files, bodyHtml: place(content.bodyHtml), quotedHtml: place(content.quotedHtml) }
}
