import { createHmac, timingSafeEqual } from 'node:crypto'
import type { TenantRef } from '../db/scope'
import { env } from '../env'
import { secretFor } from '../secrets'

const mailDomain = () => env().MAIL_DOMAIN ?? env().ROOT_DOMAIN
export const mailHostOf = (tenant: Pick<TenantRef, 'slug'>): string => `${tenant.slug}.${mailDomain()}`
export const supportAddress = (tenant: Pick<TenantRef, 'slug'>): string => `support@${mailHostOf(tenant)}`

/** Whom mail of a workspace is from, where nothing closer is known. */
export const senderOf = ({ name, ref }: { name: string; ref: Pick<TenantRef, 'slug'> }) => ({ name, address: supportAddress(ref) })

/** The tenant's slug in an address on our mail domain; null for any other address. */
export function slugOfAddress(address: string): string | null {
  const host = address.toLowerCase().split('@').at(-1) ?? ''
  const suffix = `.${mailDomain()}`
  return host.endsWith(suffix) ? host.slice(0, -suffix.length) : null
}

const sign = (tenantId: string, id: string, key: 'reply-address' | 'return-address') =>
  createHmac('sha256', secretFor(key)).update(`${tenantId}/${id}`).digest('hex').slice(0, 20)

const idOf = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** A member of staff answers a ticket at such an address, or adds a note. */
export interface StaffAddress {
  ticketId: string
  isNote: boolean
  signature: string
}

const staffName = (isNote: boolean) => (isNote ? 'note' : 'answer')
const signForStaff = (tenant: TenantRef, { ticketId, isNote }: Pick<StaffAddress, 'ticketId' | 'isNote'>, personId: string) =>
  sign(tenant.id, `${ticketId}/${personId}/${staffName(isNote)}`, 'reply-address')

/** Theirs alone: from any other address, mail to it is not an answer. */
export const staffAddress = (tenant: TenantRef, place: { ticketId: string; isNote: boolean }, personId: string): string =>
  `${staffName(place.isNote)}+${place.ticketId.replaceAll('-', '')}${signForStaff(tenant, place, personId)}@${mailHostOf(tenant)}`

/** What an address says that looks like one of ours for staff; whose it is, its signature proves. */
export function staffAddressIn(tenant: TenantRef, address: string): StaffAddress | null {
  const [, kind, hex = '', signature = '', host] = /^(answer|note)\+([0-9a-f]{32})([0-9a-f]{20})@(.+)$/.exec(address.toLowerCase()) ?? []
  return kind && host === mailHostOf(tenant) ? { ticketId: idOf(hex), isNote: kind === 'note', signature } : null
}

export const isSignedFor = (tenant: TenantRef, address: StaffAddress, personId: string): boolean =>
  timingSafeEqual(Buffer.from(signForStaff(tenant, address, personId)), Buffer.from(address.signature))

/**
 * A Message-ID that nobody guesses who does not have the mail: knowing it is what lets a report speak of that mail. The same name
 * makes the same one.
 */
export const messageIdFor = (tenant: TenantRef, name: string): string =>
  `${name}-${sign(tenant.id, `message/${name}`, 'return-address')}@${mailHostOf(tenant)}`

// Hexadecimal, because some mail systems change the case of what they carry; short of the 64 characters allowed.
/** Where answers to a ticket go. */
export const replyAddress = (tenant: TenantRef, ticketId: string): string =>
  `reply+${ticketId.replaceAll('-', '')}${sign(tenant.id, ticketId, 'reply-address')}@${mailHostOf(tenant)}`

/** The ticket that a signed reply address leads to; null unless we made it for this tenant. */
export function ticketOfReplyAddress(tenant: TenantRef, address: string): string | null {
  const [, hex, signature] = /^reply\+([0-9a-f]{32})([0-9a-f]{20})@/.exec(address.toLowerCase()) ?? []
  if (!hex || !signature) return null
  const id = idOf(hex)
  return timingSafeEqual(Buffer.from(sign(tenant.id, id, 'reply-address')), Buffer.from(signature)) ? id : null
}

const signReturn = (tenant: TenantRef, mailId: string, recipient: string) => sign(tenant.id, `${mailId}/${recipient}`, 'return-address')

/**
 * The envelope's sender of a message on its way to one recipient, where the way out lets us choose it: what comes back to it is about
 * that recipient, and nobody else who has the message knows it.
 */
export const returnAddress = (tenant: TenantRef, mailId: string, recipient: string): string =>
  `bounce+${mailId.replaceAll('-', '')}${signReturn(tenant, mailId, recipient)}@${mailHostOf(tenant)}`

/** What an address says that looks like one of ours to come back to; about whom it is, its signature proves. */
export function returnAddressIn(address: string): { mailId: string; signature: string } | null {
  const [, hex, signature] = /^bounce\+([0-9a-f]{32})([0-9a-f]{20})@/.exec(address.toLowerCase()) ?? []
  return hex && signature ? { mailId: idOf(hex), signature } : null
}

export const isReturnOf = (tenant: TenantRef, { mailId, signature }: { mailId: string; signature: string }, recipient: string): boolean =>
  timingSafeEqual(Buffer.from(signReturn(tenant, mailId, recipient)), Buffer.from(signature))
