import type { TenantRef } from '../db/scope'
import { env, isLocal } from '../env'

/** Where a tenant's people find it, for links in mail: `https://acme.example.com`, no slash at the end. */
export const originOf = ({ slug, primaryHost }: Pick<TenantRef, 'slug'> & Partial<TenantRef>): string =>
  originAt(primaryHost ?? `${slug}.${env().ROOT_DOMAIN}`)

export const platformOrigin = (): string => originAt(env().ROOT_DOMAIN)

/** Of a host name that leads here. */
export const originAt = (host: string): string => (isLocal() ? `http://${host}:${env().PORT}` : `https://${host}`)
