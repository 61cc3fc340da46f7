import type { TenantRef } from '../db/scope'
import { env, isLocal } from '../env'

/** Where a tenant's people find it, for links in mail: `https://acme.example.com`, no slash at the end. */
export const originOf = (tenant: Pick<TenantRef, 'slug'>): string => originAt(`${tenant.slug}.${env().ROOT_DOMAIN}`)

export const platformOrigin = (): string => originAt(env().ROOT_DOMAIN)

/** Of one of our host names. */
export const originAt = (host: string): string => (isLocal() ? `http://${host}:${env().PORT}` : `https://${host}`)
