import { z } from 'zod'
import { visibleText } from './text'

export const ok = z.object({ ok: z.literal(true) })

/** Something that is named where it is referred to. */
export const reference = z.object({ id: z.uuid(), name: z.string() })
export type Reference = z.output<typeof reference>

export const nameInput = z.string().overwrite(visibleText).trim().min(1, 'Enter a name.').max(120)

export const emailInput = z.string().trim().toLowerCase().max(254).pipe(z.email('This is not an email address.'))

/** Small letters, words tied together, no two the same: "VIP Customer" and "vip-customer" are one tag. */
export const tagInput = z
  .string()
  .transform((text) =>
    text
      .normalize('NFKC')
      .trim()
      .toLowerCase()
      .replace(/[\s,#]+/g, '-')
      .replace(/^-+|-+$/g, ''),
  )
  .pipe(z.string().min(1, 'A tag needs a letter.').max(40, 'Keep a tag within 40 characters.'))

export const reasonInput = z.string().trim().min(1, 'Say why.').max(1000)

/** The version the caller read; a change made meanwhile is answered with CONFLICT. */
export const versionInput = z.coerce.number().int().min(1)
