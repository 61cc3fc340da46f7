import { z } from 'zod'

export * from './values'

export const attachmentOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  contentType: z.string(),
  size: z.number().int(),
  hasThumbnail: z.boolean(),
  /** It stands within the text of its message. */
  isInline: z.boolean(),
  /** Since when it waits for the ticket to be accepted, and can't be opened; null for what can. */
  quarantinedAt: z.coerce.date().nullable(),
})
export type AttachmentOutput = z.output<typeof attachmentOutput>

/** What browsers show as a picture and nothing else. */
export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']
