import { cleanText, cut, visibleText } from '../../../core/text'

export interface MailFile {
  name: string
  contentType: string
  bytes: Uint8Array
  /** Of a picture inside the text, without brackets. */
  contentId: string | null
  /** Content-Location: another name by which the text may call a picture. */
  location?: string
  /** It stands within the text. */
  isInline?: true
  /** Under which it will be stored. */
  id?: string
}

const endings: Record<string, string> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
  'text/calendar': 'ics',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/xml': 'xml',
  'text/rfc822-headers': 'txt',
  'message/delivery-status': 'txt',
  'message/disposition-notification': 'txt',
  'message/feedback-report': 'txt',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/gzip': 'gz',
  'application/json': 'json',
  'application/xml': 'xml',
  'application/rtf': 'rtf',
  'application/ms-tnef': 'dat',
  'application/pgp-signature': 'asc',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-signature': 'p7s',
  'application/pkcs7-mime': 'p7m',
  'application/x-pkcs7-mime': 'p7m',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/tiff': 'tif',
  'image/bmp': 'bmp',
  'image/svg+xml': 'svg',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
}

const longestName = 200

/** A file's name without a path, and without what cannot be seen; null when nothing is left of it. */
export function fileName(given: string | null): string | null {
  const text = visibleText(cleanText(given ?? '')).replace(/\p{Cc}+/gu, ' ')
  const last = text.split(/[/\\]/).findLast((step) => step.trim()) ?? ''
  const name = last.replace(/\s+/g, ' ').trim()
  if (/^[.\s]*$/.test(name)) return null
  const ending = /\.[^.\s]{1,12}$/.exec(name)?.[0] ?? ''
  return name.length <= longestName ? name : cut(name, longestName - ending.length) + ending
}

/** The name of the `n`th file when it has none. */
export function usualName(type: string, n: number): string {
  const ending = endings[type]
  // not-words: a name of a file
  return ending ? `file-${n}.${ending}` : `file-${n}`
}

/** A message as a file is called what it is about. */
export const messageName = (subject: string): string => {
  const name = fileName(cut(subject.replace(/[/\\:*?"<>|]+/g, ' '), longestName - 4))
  // not-words: a name of a file
  return `${name ?? 'message'}.eml`
}
