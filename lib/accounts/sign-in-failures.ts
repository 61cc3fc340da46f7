import { z } from 'zod'
import { hashSecret } from '../actor/hash'
import { rowsOf } from '../db/rows'
import type { TenantTx } from '../db/scope'

/** From one address, or one known device: enough for whoever mistypes, too few to guess. */
const failuresOfSource = 10
const sourceLockMs = 15 * 60_000
/** From anywhere; then only known devices may try, and the link in a mail lets the owner in elsewhere. */
const failuresOfAccount = 30
const accountLockMs = 24 * 3600_000
const anywhere = '*'

/** Whom the platform's own people are counted under, who belong to no tenant. */
export const platformScope = '00000000-0000-0000-0000-000000000000'

type Tx = Pick<TenantTx, '$queryRaw' | '$executeRaw'>

export interface SignInAttempt {
  tenantId: string
  /** A hash, so that the same is done for an address that nobody has. */
  account: string
  /** Where the failure counts, and which lock refuses. */
  sources: string[]
}

/** @param source of a known device, which no stranger shares and no stranger's failures lock; else the client's address */
export function attemptOf(tenantId: string, email: string, source: { device: string } | { address: string }): SignInAttempt {
  const account = hashSecret(`${tenantId}:${email}`)
  if ('device' in source) return { tenantId, account, sources: [`device:${source.device}`] }
  // There is no mail to let an operator in, so nothing locks their account for everybody.
  return { tenantId, account, sources: tenantId === platformScope ? [source.address] : [source.address, anywhere] }
}

export async function isLocked(tx: Tx, { tenantId, account, sources }: SignInAttempt, now: Date): Promise<boolean> {
  const query = tx.$queryRaw`
    SELECT source FROM platform.sign_in_failure
    WHERE tenant_id = ${tenantId}::uuid AND account = ${account} AND source = ANY(${sources}::text[]) AND locked_until > ${now}`
  return (await rowsOf(z.object({ source: z.string() }), query)).length > 0
}

export interface Lock {
  scope: 'source' | 'account'
  until: Date
}

const counted = z.object({ source: z.string(), failures: z.number(), lockedUntil: z.date().nullable() })

/**
 * Counts a failure, in the database and in one statement: those that come at once all count.
 * @returns the lock that this failure brought about
 */
export async function countFailure(tx: Tx, { tenantId, account, sources }: SignInAttempt, now: Date): Promise<Lock | null> {
  const [sourceSince, accountSince] = [new Date(now.getTime() - sourceLockMs), new Date(now.getTime() - accountLockMs)]
  const [sourceUntil, accountUntil] = [new Date(now.getTime() + sourceLockMs), new Date(now.getTime() + accountLockMs)]
  const rows = await rowsOf(
    counted,
    tx.$queryRaw`
    INSERT INTO platform.sign_in_failure AS f (tenant_id, account, source, failures, last_at)
    SELECT ${tenantId}::uuid, ${account}, s, 1, ${now} FROM unnest(${sources}::text[]) s
    ON CONFLICT (tenant_id, account, source) DO UPDATE SET last_at = excluded.last_at,
      failures = CASE WHEN f.locked_until <= ${now}
        OR f.last_at < CASE f.source WHEN ${anywhere} THEN ${accountSince}::timestamptz ELSE ${sourceSince}::timestamptz END
        THEN 1 ELSE f.failures + 1 END,
      locked_until = CASE WHEN f.locked_until > ${now} THEN f.locked_until
        WHEN f.failures + 1 = CASE f.source WHEN ${anywhere} THEN ${failuresOfAccount}::int ELSE ${failuresOfSource}::int END
          AND f.locked_until IS NULL
          AND f.last_at >= CASE f.source WHEN ${anywhere} THEN ${accountSince}::timestamptz ELSE ${sourceSince}::timestamptz END
        THEN CASE f.source WHEN ${anywhere} THEN ${accountUntil}::timestamptz ELSE ${sourceUntil}::timestamptz END END
    RETURNING source, failures, locked_until AS "lockedUntil"`,
  )
  const begun = rows.filter(({ source, failures }) => failures === (source === anywhere ? failuresOfAccount : failuresOfSource))
  const lock = begun.find(({ source }) => source === anywhere) ?? begun[0]
  return lock?.lockedUntil ? { scope: lock.source === anywhere ? 'account' : 'source', until: lock.lockedUntil } : null
}

/** Whoever got in was the right person: their own failures are forgotten, and the account's. A stranger's address stays locked. */
export async function forgiveFailures(tx: Tx, { tenantId, account, sources }: SignInAttempt): Promise<void> {
  const own = [...sources, anywhere]
  await tx.$executeRaw`
    DELETE FROM platform.sign_in_failure WHERE tenant_id = ${tenantId}::uuid AND account = ${account} AND source = ANY(${own}::text[])`
}
