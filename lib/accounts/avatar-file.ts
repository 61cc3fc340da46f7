import { afterCommit, type TenantRef } from '../db/scope'
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

/** Removes the bytes of a picture once another address is committed. */
export function forgetAvatar(tenant: TenantRef, personId: string, before: string | null, after: string | null) {
  const former = avatarVersion(personId, before)
  if (!former || former === avatarVersion(personId, after)) return
  afterCommit(
    () =>
      void fileStorage()
        .remove(keyOf(tenant.id, personId, former))
        .catch(() => {}),
  )
}
