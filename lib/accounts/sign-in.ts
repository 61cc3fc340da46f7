import { browserSessionSeconds } from '../actor/cookies'
import { verifyPassword } from '../actor/hash'
import { knownDevice, rememberDevice } from '../actor/known-device'
import { rateLimited, unauthenticated } from '../core/errors'
import { newId } from '../core/id'
import { addressKey } from '../core/ip-address'
import type { Person } from '../db/generated/tenant/client'
import type { Work } from '../events/work'
import { commitDespite } from '../procedure/builders'
import type { Caller, TenantContext } from '../procedure/context'
import { takeToken } from '../procedure/rate-limit'
import { attemptOf, countFailure, forgiveFailures, isLocked } from './sign-in-failures'

/**
 * Checks a password, counting failures: 10 lock an address out of the account for 15 minutes, 30 from anywhere lock the account
 * for unknown devices. The answer, and what is asked of the database, is the same whether the account is unknown or locked.
 * @throws UNAUTHENTICATED, or RATE_LIMITED past 10 tries a minute on one account from one place
 */
export async function verifyCredentials(context: TenantContext, given: { email: string; password: string }): Promise<Person> {
  const { tx, tenant, now, caller } = context
  const tenantId = tenant.ref.id
  const person = await tx.person.findFirst({ where: { tenantId, email: given.email, deletedAt: null } })
  const attempt = attemptAt(context, caller, given.email, person)
  const verdict = await takeToken(`sign-in:${tenantId}:${attempt.account}:${attempt.sources[0]}`, tenant.limits.signIn, now.getTime())
  if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
  const wasLocked = await isLocked(tx, attempt, now)
  const isRight = await verifyPassword(person?.passwordHash, given.password)
  const reason = refusalOf(person, wasLocked, isRight)
  if (person && !reason) return person
  context.emit('person.sign_in_failed', { email: given.email, reason: reason ?? 'unknown' }, { subjectId: person?.id })
  // An account that is not there is counted and locked like any other.
  const lock = !wasLocked && !isRight ? await countFailure(tx, attempt, now) : null
  if (lock) {
    const locked = { until: lock.until.toISOString(), scope: lock.scope, email: given.email }
    context.emit('person.locked', locked, { subjectId: person?.id })
  }
  throw commitDespite(unauthenticated('signIn.refused'))
}

function refusalOf(person: Person | null, wasLocked: boolean, isRight: boolean) {
  if (!person) return 'unknown'
  if (wasLocked) return 'locked'
  if (!isRight) return 'password'
  return person.status === 'active' ? null : 'suspended'
}

type Account = Pick<Person, 'id' | 'email' | 'passwordHash'>

/** Where an attempt counts: on the device, if the account knows it, else on the address it comes from. */
function attemptAt({ tenant: { ref } }: Work, caller: Caller, email: string, person: Account | null) {
  const device = knownDevice(caller.headers, { scope: ref.id, slug: ref.slug, email }, person)
  return attemptOf(ref.id, email, device ? { device } : { address: addressKey(caller.address) })
}

/** Opens a session for a person who has proven who they are. */
export async function startSession(
  work: Work,
  caller: Caller,
  person: Account & Pick<Person, 'lastSignInAt'>,
  how: {
    kind: 'browser' | 'api'
    via: 'password' | 'magic_link' | 'request_link' | 'api'
    days?: number
    request?: { ticketId: string; until: Date }
  },
): Promise<{ id: string }> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const id = newId()
  const lifeMs = how.days ? how.days * 24 * 3600_000 : browserSessionSeconds * 1000
  const until = how.request?.until.getTime() ?? Number.POSITIVE_INFINITY
  await tx.session.create({
    data: {
      tenantId,
      id,
      personId: person.id,
      kind: how.kind,
      userAgent: caller.userAgent?.slice(0, 400),
      address: caller.address,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(Math.min(now.getTime() + lifeMs, until)),
      ticketId: how.request?.ticketId,
    },
  })
  // A link to one request proves nothing about the account: it forgives no wrong passwords.
  if (how.request) {
    work.emit('person.signed_in', { via: how.via, sessionId: id }, { subjectId: person.id })
    return { id }
  }
  await tx.person.update({ where: { tenantId_id: { tenantId, id: person.id } }, data: { lastSignInAt: now } })
  await forgiveFailures(tx, attemptAt(work, caller, person.email, person))
  rememberDevice(caller.headers, caller.responseHeaders, { ...person, scope: tenantId, slug: tenant.ref.slug })
  work.emit('person.signed_in', { via: how.via, sessionId: id, isFirst: person.lastSignInAt === null }, { subjectId: person.id })
  return { id }
}

/** Ends sessions at once; their cookies and tokens are worth nothing from the next request on. */
export async function endSessions(
  work: Pick<Work, 'tx' | 'tenant' | 'now'>,
  where: { personId: string; id?: string; except?: string },
  reason: string,
): Promise<number> {
  const { tx, tenant, now } = work
  const { count } = await tx.session.updateMany({
    where: {
      tenantId: tenant.ref.id,
      personId: where.personId,
      revokedAt: null,
      ...(where.id ? { id: where.id } : {}),
      ...(where.except ? { id: { not: where.except } } : {}),
    },
    data: { revokedAt: now, revokedReason: reason },
  })
  // A device that is signed out shows nothing any more.
  await tx.$executeRaw`
    DELETE FROM push_subscription p USING session s WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.person_id = ${where.personId}::uuid
      AND s.tenant_id = p.tenant_id AND s.id = p.session_id AND s.revoked_at IS NOT NULL`
  return count
}
