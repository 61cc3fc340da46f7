import { z } from 'zod'

/** Bytes of one file. */
export const maxFileSize = 25 * 1024 * 1024
export const maxFilesPerMessage = 20

export const attachmentOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  contentType: z.string(),
  size: z.number().int(),
  hasThumbnail: z.boolean(),
})
export type AttachmentOutput = z.output<typeof attachmentOutput>

/** What browsers show as a picture and nothing else. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']

const units = ['B', 'KB', 'MB', 'GB']

/** A size as people read it: "1.4 MB". */
export function sizeInWords(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : Number(size.toFixed(1))} ${units[unit]}`
}
