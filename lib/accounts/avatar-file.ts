import { z } from 'zod'
import { rowsOf } from '../db/rows'
import { afterCommit, type TenantRef } from '../db/scope'
import type { Work } from '../events/work'
import { fileStorage } from '../files/storage'

/** Where a person's picture is asked for. */
export const pathOf = (personId: string) => `/api/v1/users/${personId}/avatar`

/** The bytes of all pictures that a person uploaded are in here, and nobody else's. */
export const avatarFolder = (tenantId: string, personId: string) => `${tenantId}/avatars/${personId}`

/** Another picture has another key. */
export const keyOf = (tenantId: string, personId: string, version: string) => `${avatarFolder(tenantId, personId)}/${version}`

/** The version of a picture that the person uploaded here, by its address; null for one that is elsewhere, which nobody is shown. */
export function avatarVersion(personId: string, address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null
  const { pathname, searchParams } = new URL(address)
  const version = searchParams.get('v') ?? ''
  return pathname === pathOf(personId) && /^[0-9a-f]{32}$/.test(version) ? version : null
}

/** The address of a person's picture, which nobody else changes until the unit of work ends: of two uploads at once, the second replaces the first. */
export async function lockAvatar({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, personId: string): Promise<string | null> {
  const query = tx.$queryRaw`
    SELECT avatar_url AS "avatarUrl" FROM person WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${personId}::uuid FOR UPDATE`
  const [row] = await rowsOf(z.object({ avatarUrl: z.string().nullable() }), query)
  return row?.avatarUrl ?? null
}

/** Removes the bytes of a picture once another address is committed. */
export function forgetAvatar(tenant: TenantRef, personId: string, before: string | null, after: string | null) {
  if (avatarVersion(personId, before) !== avatarVersion(personId, after)) afterCommit(() => void removeAvatar(tenant, personId, before))
}

/** Removes the bytes of a picture that no row leads to. */
export async function removeAvatar(tenant: TenantRef, personId: string, address: string | null) {
  const version = avatarVersion(personId, address)
  if (version)
    await fileStorage()
      .remove(keyOf(tenant.id, personId, version))
      .catch(() => {})
}
