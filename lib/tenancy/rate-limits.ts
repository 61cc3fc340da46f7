import { z } from 'zod'
import { env } from '../env'

const perMinute = z.number().int().min(1)
/** Null: no such limit. */
const optional = z.number().int().min(1).nullable()

/** What a workspace limits, a minute unless its name says otherwise. */
export const rateLimits = z.strictObject({
  /** Requests of an address that is signed out. */
  signedOut: perMinute,
  signedOutPerHour: optional,
  customer: perMinute,
  agent: perMinute,
  /** Moderators, admins and owners: bounded only to protect the server. */
  admin: perMinute,
  /** Requests of one caller to one address of the API. */
  route: optional,
  /** Tries to sign in or up, or to have a link sent: of an address, and on an account. */
  signIn: perMinute,
  /** Links from mails that are looked at and used. */
  link: perMinute,
  tokenRefresh: perMinute,
  /** Requests sent by the public form, of an address. */
  publicForm: perMinute,
  upload: perMinute,
  /** What calls outside: a check of the DNS, a test message. */
  outside: perMinute,
})
export type RateLimits = z.output<typeof rateLimits>
export type RateLimitName = keyof RateLimits

const hdms: RateLimits = {
  signedOut: 150,
  signedOutPerHour: null,
  customer: 150,
  agent: 250,
  admin: 6000,
  route: null,
  signIn: 10,
  link: 30,
  tokenRefresh: 60,
  publicForm: 20,
  upload: 120,
  outside: 20,
}

/** What a workspace may choose in one go. */
export const rateLimitPresets = { hdms, strict: { ...hdms, signedOutPerHour: 100, route: 10 } } satisfies Record<string, RateLimits>
export type RateLimitPreset = keyof typeof rateLimitPresets

/** The most a minute that the operator allows any workspace. */
export const rateLimitCeiling = () => env().RATE_LIMIT_CEILING

/** The limits in effect: what the workspace chose, never above the ceiling, which may have been lowered since. */
export function limitsInEffect(chosen: unknown): RateLimits {
  const stored = rateLimits.partial().safeParse(chosen)
  const limits = { ...hdms, ...(stored.success ? stored.data : {}) }
  const ceiling = rateLimitCeiling()
  const within = (name: string, value: number | null) => value && Math.min(value, name === 'signedOutPerHour' ? ceiling * 60 : ceiling)
  return Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, within(name, value)])) as RateLimits
}

/** The preset that these limits are; null for a choice of one's own. */
export const presetOf = (limits: RateLimits): RateLimitPreset | null =>
  (Object.keys(rateLimitPresets) as RateLimitPreset[]).find((preset) => {
    const values = limitsInEffect(rateLimitPresets[preset])
    return Object.entries(limits).every(([name, value]) => values[name as RateLimitName] === value)
  }) ?? null
