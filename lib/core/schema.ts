import { z } from 'zod'
import { mailAddress } from './mail-address'
import { msg } from './message'
import { longestTag, plainTag } from './tag'
import { lineOfText } from './text'

export const ok = z.object({ ok: z.literal(true) })

/** Something that is named where it is referred to. */
export const reference = z.object({ id: z.uuid(), name: z.string() })
export type Reference = z.output<typeof reference>

export const nameInput = z.string().overwrite(lineOfText).trim().min(1, msg('input.name')).max(120)

/** A mail address, in the form in which addresses are stored and compared. */
export const emailInput = z
  .string()
  .max(1000)
  .transform((typed, context) => {
    const address = mailAddress(typed)
    if (address) return address
    // Nothing typed is no wrong address.
    if (!typed.trim()) {
      context.addIssue({ code: 'custom', message: msg('input.email'), input: typed })
      return z.NEVER
    }
    context.addIssue({ code: 'invalid_format', format: 'email', input: typed })
    return z.NEVER
  })
  .pipe(z.string())

/** An address of the web that browsers may be led to. */
export const urlInput = z
  .string()
  .trim()
  .max(500)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    return url !== null && /^https?:$/.test(url.protocol) && url.hostname.includes('.') && !url.username && !url.password
  }, msg('input.url'))

export const phoneInput = z
  .string()
  .trim()
  .max(40)
  .regex(/^[+\d][\d\s()./-]{3,}(?:\s?(?:x|ext\.?)\s?\d{1,6})?$/i, msg('contacts.phone'))

/** As `tagOf` writes it. */
export const tagInput = z
  .string()
  .transform(plainTag)
  .pipe(z.string().min(1, msg('input.tag')).max(longestTag))

export const reasonInput = z.string().trim().min(1, msg('input.reason')).max(1000)

/** As large as a version's column holds. */
export const maxVersion = 2_147_483_647

/** The version the caller read; a change made meanwhile is answered with CONFLICT. */
export const versionInput = z.coerce.number().int().min(1).max(maxVersion)

/** Yes or no, as an address or a form says it too. */
export const flagInput = z.union([z.boolean(), z.stringbool()])
