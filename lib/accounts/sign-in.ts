import { browserSessionSeconds } from '../actor/cookies'
import { verifyPassword } from '../actor/hash'
import { rateLimited, unauthenticated } from '../core/errors'
import { newId } from '../core/id'
import type { Person } from '../db/generated/tenant/client'
import type { Work } from '../events/work'
import { commitDespite } from '../procedure/builders'
import type { Caller } from '../procedure/context'
import { takeToken } from '../procedure/rate-limit'

const failuresBeforeLock = 10
const lockMs = 15 * 60_000
const attemptsPerMinute = 10

/**
 * Checks a password, counting failures: 10 in a row lock the account 15 minutes.
 * The answer is the same whether the account is unknown, locked or suspended.
 * @throws UNAUTHENTICATED, or RATE_LIMITED past 10 tries a minute on one account
 */
export async function verifyCredentials(work: Work, given: { email: string; password: string }): Promise<Person> {
  const { tx, tenant, now } = work
  const tenantId = tenant.ref.id
  const verdict = takeToken(`sign-in:${tenantId}:${given.email}`, attemptsPerMinute, now.getTime())
  if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
  const person = await tx.person.findFirst({ where: { tenantId, email: given.email, deletedAt: null } })
  const isRight = await verifyPassword(person?.passwordHash, given.password)
  const reason = refusalOf(person, isRight, now)
  if (person && !reason) return person
  work.emit('person.sign_in_failed', { email: given.email, reason: reason ?? 'unknown' }, { subjectId: person?.id })
  if (person && reason === 'password') await countFailure(work, person)
  throw commitDespite(unauthenticated('signIn.refused'))
}

function refusalOf(person: Person | null, isRight: boolean, now: Date) {
  if (!person) return 'unknown'
  if (person.lockedUntil && person.lockedUntil > now) return 'locked'
  if (!isRight) return 'password'
  return person.status === 'active' ? null : 'suspended'
}

async function countFailure({ tx, tenant, now, emit }: Work, person: Person) {
  const isLocked = person.failedSignIns + 1 >= failuresBeforeLock
  const lockedUntil = isLocked ? new Date(now.getTime() + lockMs) : null
  await tx.person.update({
    where: { tenantId_id: { tenantId: tenant.ref.id, id: person.id } },
    data: { failedSignIns: isLocked ? 0 : { increment: 1 }, lockedUntil },
  })
  if (lockedUntil) emit('person.locked', { until: lockedUntil.toISOString() }, { subjectId: person.id })
}

/** Opens a session for a person who has proven who they are. */
export async function startSession(
  work: Work,
  caller: Caller,
  person: { id: string; lastSignInAt: Date | null },
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
  await tx.person.update({
    where: { tenantId_id: { tenantId, id: person.id } },
    data: { failedSignIns: 0, lockedUntil: null, lastSignInAt: now },
  })
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
