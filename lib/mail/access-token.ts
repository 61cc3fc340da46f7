import { setTimeout as wait } from 'node:timers/promises'
import { newId } from '../core/id'
import type { Mailbox } from '../db/generated/tenant/client'
import { withTenant } from '../db/scope'
import { asSystem } from '../events/as-system'
import type { ResolvedTenant } from '../tenancy/resolve'
import { MailboxError } from './connection-errors'
import { credentials } from './credentials'
import { ConsentRevokedError, refreshTokens, type Tokens } from './oauth'

/** A token that ends sooner is renewed before it is used. */
const leastMinutes = 5
/** How long a process that says nothing keeps others from renewing; asking the provider takes less. */
const leaseSeconds = 30
const waitMs = 200

interface Wish {
  /** The token that was refused: another one is wanted. */
  instead?: string
  minutes?: number
}

const read = { provider: true, state: true, accessToken: true, refreshToken: true, accessTokenExpiresAt: true } as const
type Row = Pick<Mailbox, keyof typeof read>

interface Place {
  tenantId: string
  id: string
}

/**
 * The token that a mailbox of Google or Microsoft is used with now. One that ends soon is renewed first, by one process at a time:
 * a refresh token may be good for one use, and the next one comes with the answer.
 * @throws {ConsentRevokedError} when the account has to be connected again, {MailboxError} when it may work another time
 */
export async function accessTokenOf(tenant: ResolvedTenant, id: string, wish: Wish = {}): Promise<string> {
  const place = { tenantId: tenant.ref.id, id }
  const until = Date.now() + leaseSeconds * 1000
  for (;;) {
    const row = await withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: place }, select: read }))
    const token = usable(place, row, wish)
    if (token) return token
    if (row.state === 'revoked' || !row.refreshToken) throw new ConsentRevokedError()
    const leaseId = await leaseRenewal(tenant, place)
    if (leaseId) return renew(tenant, place, leaseId, wish)
    if (Date.now() > until) throw new MailboxError('mailboxes.stalled')
    // Another process asks the provider.
    await wait(waitMs)
  }
}

function usable(place: Place, row: Row, { instead, minutes = leastMinutes }: Wish): string | null {
  if (!row.accessToken || !row.accessTokenExpiresAt || row.accessTokenExpiresAt.getTime() - Date.now() < minutes * 60_000) return null
  const token = credentials().open({ ...place, field: 'accessToken' }, row.accessToken)
  return token === instead ? null : token
}

async function leaseRenewal(tenant: ResolvedTenant, { tenantId, id }: Place): Promise<string | null> {
  const leaseId = newId()
  const taken = await withTenant(
    tenant.ref,
    (tx) => tx.$executeRaw`
      UPDATE mailbox SET renewing_id = ${leaseId}::uuid, renewing_until = now() + make_interval(secs => ${leaseSeconds})
      WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid AND state <> 'revoked' AND refresh_token IS NOT NULL
        AND (renewing_until IS NULL OR renewing_until <= now())`,
  )
  return taken > 0 ? leaseId : null
}

const released = { renewingId: null, renewingUntil: null }

async function renew(tenant: ResolvedTenant, place: Place, leaseId: string, wish: Wish): Promise<string> {
  const { tenantId, id } = place
  // Whoever had the lease before may have renewed it; whoever connects the mailbox again takes the lease away.
  const own = { tenantId, id, renewingId: leaseId }
  const row = await withTenant(tenant.ref, (tx) => tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: place }, select: read }))
  try {
    const token = usable(place, row, wish)
    if (token) return token
    if (row.provider === 'imap' || !row.refreshToken) throw new ConsentRevokedError()
    const tokens = await refreshTokens(row.provider, credentials().open({ ...place, field: 'refreshToken' }, row.refreshToken))
    const data = { ...sealedTokens(place, tokens), ...released }
    const { count } = await withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: own, data }))
    return count > 0 ? tokens.accessToken : accessTokenOf(tenant, id)
  } catch (error) {
    if (error instanceof ConsentRevokedError) await forgetConsent(tenant, own)
    // What is still good for a while is used while the provider does not answer.
    else {
      const last = usable(place, row, { ...wish, minutes: 0 })
      if (last && error instanceof MailboxError) return last
    }
    throw error
  } finally {
    await withTenant(tenant.ref, (tx) => tx.mailbox.updateMany({ where: own, data: released }))
  }
}

/** What is stored of tokens: encrypted for this place. A refresh token that is not given again stays. */
export function sealedTokens(place: Place, { accessToken, refreshToken, expiresAt }: Tokens) {
  const box = credentials()
  return {
    accessToken: box.seal({ ...place, field: 'accessToken' }, accessToken),
    accessTokenExpiresAt: expiresAt,
    ...(refreshToken ? { refreshToken: box.seal({ ...place, field: 'refreshToken' }, refreshToken) } : {}),
  }
}

/** Nothing is tried any more until somebody connects it again; admins hear of it once. */
const forgetConsent = (tenant: ResolvedTenant, own: Place & { renewingId: string }) =>
  asSystem(tenant, 'mailbox', async ({ tx, now, emit }) => {
    const error = 'mailboxes.revoked'
    const gone = { accessToken: null, refreshToken: null, accessTokenExpiresAt: null, ...released }
    const [row] = await tx.mailbox.updateManyAndReturn({
      where: { ...own, state: { not: 'revoked' } },
      data: { ...gone, state: 'revoked', lastError: error, lastErrorAt: now },
      select: { name: true, address: true },
    })
    if (row) emit('mailbox.failed', { ...row, error, isRevoked: true }, { subjectId: own.id })
  })
