import { createHmac, timingSafeEqual } from 'node:crypto'
import type { TenantRef } from '../db/scope'
import { env } from '../env'
import { secretFor } from '../secrets'

const mailDomain = () => env().MAIL_DOMAIN ?? env().ROOT_DOMAIN
export const mailHostOf = (tenant: Pick<TenantRef, 'slug'>): string => `${tenant.slug}.${mailDomain()}`
export const supportAddress = (tenant: Pick<TenantRef, 'slug'>): string => `support@${mailHostOf(tenant)}`

/** The tenant's slug in an address on our mail domain; null for any other address. */
export function slugOfAddress(address: string): string | null {
  const host = address.toLowerCase().split('@').at(-1) ?? ''
  const suffix = `.${mailDomain()}`
  return host.endsWith(suffix) ? host.slice(0, -suffix.length) : null
}

const sign = (tenantId: string, ticketId: string) =>
  createHmac('sha256', secretFor('reply-address')).update(`${tenantId}/${ticketId}`).digest('hex').slice(0, 20)

// Hexadecimal, because some mail systems change the case of what they carry; short of the 64 characters allowed.
export const replyAddress = (tenant: TenantRef, ticketId: string): string =>
  `reply+${ticketId.replaceAll('-', '')}${sign(tenant.id, ticketId)}@${mailHostOf(tenant)}`

/** The ticket that a signed reply address leads to; null unless we made it for this tenant. */
export function ticketOfReplyAddress(tenant: TenantRef, address: string): string | null {
  const match = /^reply\+([0-9a-f]{32})([0-9a-f]{20})@/i.exec(address)
  if (!match) return null
  const [, hex = '', signature = ''] = match.map((part) => part.toLowerCase())
  const ticketId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return timingSafeEqual(Buffer.from(sign(tenant.id, ticketId)), Buffer.from(signature)) ? ticketId : null
}
