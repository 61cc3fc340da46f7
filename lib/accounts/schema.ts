import { z } from 'zod'
import { permissionNames, roles } from '../actor/permissions'
import { invalid } from '../core/errors'
import { msg } from '../core/message'
import { instant, stamps } from '../core/page'
import { joinName, type PersonName, splitName } from '../core/person-name'
import { nameInput, urlInput } from '../core/schema'
import { visibleText } from '../core/text'

/** Long enough is what counts; no rules on kinds of characters (NIST SP 800-63B). */
export const newPassword = z.string().min(10).max(200)

export const permissionName = z.enum(permissionNames)
export const availability = z.enum(['online', 'away', 'do_not_assign'])
/** What is shown once a ticket was resolved: the next one, the same one, or the list. */
export const afterResolve = z.enum(['next', 'stay', 'list'])
export type AfterResolve = z.output<typeof afterResolve>

export const personOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  username: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  email: z.string(),
  role: z.enum(roles),
  customRole: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  status: z.enum(['invited', 'active', 'suspended']),
  departments: z.array(z.object({ id: z.uuid(), name: z.string() })),
  availability,
  phone: z.string().nullable(),
  locale: z.string().nullable(),
  timeZone: z.string(),
  lastSignInAt: instant.nullable(),
  abilities: z.object({ update: z.boolean(), delete: z.boolean() }),
})
export type PersonOutput = z.output<typeof personOutput>

export const sessionOutput = z.object({
  id: z.uuid(),
  kind: z.enum(['browser', 'api']),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  isCurrent: z.boolean(),
})

export const tokenPair = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number().int() })

export const roleOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  description: z.string(),
  permissions: z.array(permissionName),
  people: z.number().int(),
})
export type RoleOutput = z.output<typeof roleOutput>

/**
 * Kept for programs that show people; our pages show pictures that were uploaded here, and initials for all others. A picture from an
 * address that somebody chose for themselves would tell its owner who reads a ticket, when and from where.
 */
export const avatarUrlInput = urlInput
  .nullable()
  .optional()
  .describe('Stored and returned. Pages show a picture only if it was uploaded here.') // not-words: documents the API

/** Another name to sign in by; never taken for an address. */
export const usernameInput = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]$/, msg('people.username'))

const partOfName = z.string().overwrite(visibleText).trim().max(60)

/** What people are called: by one name, or by a first and a last one. */
export const nameFields = { name: nameInput.optional(), firstName: partOfName.optional(), lastName: partOfName.optional() }

type GivenName = { name?: string; firstName?: string; lastName?: string }

/**
 * The name of what was given, as it is stored; nothing where no name was given. A part that is left out stays as it is.
 * @throws INVALID for a name without a letter
 */
export function nameIn(given: GivenName, before: StoredName = { name: '', lastName: null }): Partial<StoredName> {
  if (given.name !== undefined) return { name: given.name, lastName: null }
  if (given.firstName === undefined && given.lastName === undefined) return {}
  const known = namesOf(before)
  const { firstName, lastName } = { firstName: given.firstName ?? known.firstName, lastName: given.lastName ?? known.lastName }
  const joined = nameInput.safeParse(joinName({ firstName, lastName }))
  if (!joined.success) throw invalid({ firstName: ['input.name'] })
  return { name: joined.data, lastName }
}

interface StoredName {
  name: string
  lastName: string | null
}

/** First and last name as they were given, else as they are read from the name. */
export function namesOf({ name, lastName }: StoredName): PersonName {
  if (lastName === null || !` ${name}`.endsWith(` ${lastName}`)) return splitName(name)
  return { firstName: name.slice(0, name.length - lastName.length).trim(), lastName }
}
