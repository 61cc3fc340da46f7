import { z } from 'zod'
import { permissionNames, roles } from '../actor/permissions'
import { instant } from '../core/page'

/** Long enough is what counts; no rules on kinds of characters (NIST SP 800-63B). */
export const newPassword = z.string().min(10).max(200)

export const permissionName = z.enum(permissionNames)
export const availability = z.enum(['online', 'away', 'do_not_assign'])

export const personOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  customRole: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  status: z.enum(['invited', 'active', 'suspended']),
  departments: z.array(z.object({ id: z.uuid(), name: z.string() })),
  availability,
  phone: z.string().nullable(),
  locale: z.string(),
  timeZone: z.string(),
  lastSignInAt: instant.nullable(),
  createdAt: instant,
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
export type SessionOutput = z.output<typeof sessionOutput>

export const tokenPair = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number().int() })

export const roleOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  description: z.string(),
  permissions: z.array(permissionName),
  people: z.number().int(),
})
export type RoleOutput = z.output<typeof roleOutput>
