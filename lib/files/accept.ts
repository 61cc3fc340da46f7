import { fileTypeFromBuffer } from 'file-type'
import { cleanText, cut } from '../core/text'
import { guestTypesOf, isProgramName } from './schema'

const programTypes = new Set([
  'application/x-msdownload',
  'application/x-elf',
  'application/x-mach-binary',
  'application/x-msi',
  'application/java-archive',
])

/** Whether a file must not come in, by its name or by what it really is. */
export const isProgram = (name: string, contentType: string): boolean => isProgramName(name) || programTypes.has(contentType)

/** A name that can be shown and saved: no path, no control or direction characters, its ending kept. */
export function safeName(given: string): string {
  const plain = cleanText(given.normalize('NFC'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/^.*[\\/]/, '')
    .replace(/[<>:"|?*]/g, '_')
    .trim()
    .replace(/^\.+/, '')
  const ending = /\.[a-z0-9]{1,10}$/i.exec(plain)?.[0] ?? ''
  const stem = cut(plain.slice(0, plain.length - ending.length), 120 - ending.length).trim()
  return `${stem}${ending}` || 'file'
}

const textual = /^text\/(plain|csv|calendar|markdown|html|xml)$|^application\/(json|xml)$|^message\/rfc822$|^image\/svg\+xml$/

/** Text has no marks of its own: it is what reads as UTF-8 and has nothing in it that no text has. */
function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\u0000')
  } catch {
    return false
  }
}

/**
 * Whether a file of somebody unknown is one of the kinds that are accepted, by its ending, by what its sender says it is and by its
 * own bytes alike. A sender who declares nothing leaves it to the other two.
 */
export async function isGuestType(name: string, declared: string, bytes: Uint8Array): Promise<boolean> {
  const types = guestTypesOf(name, declared)
  if (types.length === 0) return false
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined)
  return found ? types.includes(found.mime) : types.includes('text/plain') && isText(bytes)
}

/** What a file is, by its own bytes; what its sender says counts only for text, which has no marks of its own. */
export async function typeOf(bytes: Uint8Array, declared: string): Promise<string> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined)
  if (found) return found.mime
  const said = declared.split(';')[0]?.trim().toLowerCase() ?? ''
  return textual.test(said) ? said : 'application/octet-stream'
}
