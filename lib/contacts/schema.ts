import { z } from 'zod'
import { asciiDomain } from '../core/mail-address'
import { msg } from '../core/message'
import { stamps } from '../core/page'
import { emailInput, nameInput as personName, phoneInput, tagInput } from '../core/schema'
import { suppressedOutput } from '../mail/schema'
import { importTargets, tiers } from './values'

export * from './values'

const ref = z.object({ id: z.uuid(), name: z.string() })

export const domainInput = z
  .string()
  .trim()
  .max(253)
  .transform((typed) => asciiDomain(typed) ?? typed)
  .pipe(z.string().regex(/^(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/, msg('contacts.domain')))

export const contactFields = {
  name: personName,
  /** The first is the one mail goes to. */
  emails: z
    .array(emailInput)
    .max(20)
    .transform((emails) => [...new Set(emails)]),
  phones: z.array(phoneInput).max(10).default([]),
  organisationId: z.uuid().nullable().default(null),
  tier: z.enum(tiers).nullable().default(null),
  tags: z
    .array(tagInput)
    .max(20)
    .transform((tags) => [...new Set(tags)])
    .default([]),
  notes: z.string().trim().max(10_000).default(''),
  ownerId: z.uuid().nullable().default(null),
  locale: z.string().trim().max(20).nullable().default(null),
  timeZone: z.string().max(60).refine(isTimeZone, 'This is not a time zone such as Africa/Nairobi.').nullable().default(null),
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat(undefined, { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const contactOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  emails: z.array(z.string()),
  /** Those of the addresses that no email is sent to, and why. */
  suppressed: z.array(suppressedOutput),
  phones: z.array(z.string()),
  organisation: ref.nullable(),
  tier: z.enum(tiers).nullable(),
  tags: z.array(z.string()),
  notes: z.string(),
  owner: ref.nullable(),
  locale: z.string().nullable(),
  timeZone: z.string().nullable(),
  /** They sign in on the portal. */
  hasAccount: z.boolean(),
})
export type ContactOutput = z.output<typeof contactOutput>

export const organisationFields = {
  name: personName,
  domains: z
    .array(domainInput)
    .max(50)
    .transform((domains) => [...new Set(domains)])
    .default([]),
  tier: z.enum(tiers).nullable().default(null),
  notes: z.string().trim().max(10_000).default(''),
  sharesTickets: z.boolean().default(false),
}

export const organisationOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  domains: z.array(z.string()),
  tier: z.enum(tiers).nullable(),
  notes: z.string(),
  sharesTickets: z.boolean(),
  contactCount: z.number().int(),
})
export type OrganisationOutput = z.output<typeof organisationOutput>

export const importMapping = z.record(z.string().max(200), z.enum(importTargets))
export type ImportMapping = z.output<typeof importMapping>
/** What to do with contacts that are known. */
export const onKnownInput = z.enum(['skip', 'update']).default('skip')

/** What will become of a row, and whom it is about where that is known. */
export const plannedRow = z.object({
  line: z.number().int(),
  action: z.enum(['create', 'update', 'skip', 'fail']),
  contact: z.object({ id: z.uuid(), name: z.string(), by: z.enum(['email', 'phone', 'name']) }).nullable(),
  problem: z.string().nullable(),
})
export type PlannedRow = z.output<typeof plannedRow>

export const importOutput = z.object({
  id: z.uuid(),
  status: z.enum(['running', 'done']),
  total: z.number().int(),
  created: z.number().int(),
  updated: z.number().int(),
  skipped: z.number().int(),
  problems: z.array(z.object({ line: z.number().int(), error: z.string() })),
})
export type ImportOutput = z.output<typeof importOutput>

/** Days in which a merge can be taken back. */
export const mergeUndoDays = 30
