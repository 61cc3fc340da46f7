import { rateLimited } from '../core/errors'
import type { TenantContext } from '../procedure/context'
import { takeToken } from '../procedure/rate-limit'

/** A workspace can't raise it for itself: whoever signs up could send emails to strangers otherwise. */
export const invitationsPerHour = 500
const hourMs = 3_600_000

/** The bucket of a workspace's invitations. */
export const invitationsOf = (tenantId: string) => `invitations:${tenantId}`

/**
 * Counts invitations that are about to be sent.
 * @throws RATE_LIMITED when the workspace has sent too many in the last hour
 */
export async function consumeInvitations({ caller, tenant, now }: Pick<TenantContext, 'caller' | 'tenant' | 'now'>, count: number) {
  if (caller.kind === 'inside' || count === 0) return
  const key = invitationsOf(tenant.ref.id)
  const taken = await Promise.all(Array.from({ length: count }, () => takeToken(key, invitationsPerHour, now.getTime(), hourMs)))
  const refused = taken.find(({ allowed }) => !allowed)
  if (refused) throw rateLimited(refused.resetSeconds)
}
