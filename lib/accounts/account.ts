import { z } from 'zod'
import type { PersonActor, TenantActor } from '../actor/actor'
import { hashPassword, verifyPassword } from '../actor/hash'
import { timeZone } from '../calendar/schema'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { msg } from '../core/message'
import { stamps } from '../core/page'
import { ok, versionInput } from '../core/schema'
import type { Work } from '../events/work'
import { commitDespite, customerProcedure } from '../procedure/builders'
import { forgetAvatar, lockAvatar } from './avatar-file'
import {
  afterResolve,
  availability,
  avatarUrlInput,
  nameFields,
  nameIn,
  namesOf,
  newPassword,
  sessionOutput,
  usernameInput,
} from './schema'
import { endSessions } from './sign-in'
import { attemptOf, countFailure, isLocked } from './sign-in-failures'

export const personOf = (actor: TenantActor): PersonActor => {
  if (actor.kind !== 'person') throw forbidden('account.personOnly')
  return actor
}

/** The person at the keyboard: a token speaks for them within its scopes, and no scope covers the account itself. */
export const holderOf = (actor: TenantActor): PersonActor => {
  const me = personOf(actor)
  if (me.via === 'api-token') throw forbidden('account.noToken')
  return me
}

const profileOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  username: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  email: z.string(),
  role: z.string(),
  permissions: z.array(z.string()),
  phone: z.string().nullable(),
  /** Null: that of the browser. */
  locale: z.string().nullable(),
  timeZone: z.string(),
  availability,
  afterResolve,
})

export const getProfile = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'GET', path: '/users/profile', tags: ['Account'], summary: 'Read your own profile' })
  .output(profileOutput)
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const me = personOf(actor)
    const person = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId: tenant.ref.id, id: me.id } } })
    return { ...person, ...namesOf(person), permissions: [...me.permissions] }
  })

export const updateProfile = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'PATCH', path: '/users/profile', tags: ['Account'], summary: 'Edit your own profile' })
  .input(
    z.strictObject({
      ...nameFields,
      username: usernameInput.nullable().optional(),
      avatarUrl: avatarUrlInput,
      phone: z.string().trim().max(40).nullable().optional(),
      locale: z
        .string()
        .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, msg('account.language'))
        .nullable()
        .optional(),
      timeZone: timeZone.optional(),
      availability: availability.optional(),
      afterResolve: afterResolve.optional(),
      version: versionInput,
    }),
  )
  .output(profileOutput)
  .handler(async ({ context, input: { version, firstName, lastName, ...given } }) => {
    const { tx, tenant, actor, emit } = context
    const me = holderOf(actor)
    const tenantId = tenant.ref.id
    const avatarBefore = given.avatarUrl === undefined ? null : await lockAvatar(context, me.id)
    const before = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: me.id } } })
    if (given.username) await refuseTakenUsername(context, given.username, me.id)
    const data = { ...given, ...nameIn({ ...given, firstName, lastName }, before) }
    const { count } = await tx.person.updateMany({
      where: { tenantId, id: me.id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedElsewhere', before.version)
    if (given.avatarUrl !== undefined) forgetAvatar(tenant.ref, me.id, avatarBefore, given.avatarUrl)
    emit('person.changed', { before: pick(before, data), after: data }, { subjectId: me.id })
    const person = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: me.id } } })
    return { ...person, ...namesOf(person), permissions: [...me.permissions] }
  })

/** @throws INVALID for a name that somebody else signs in by */
export async function refuseTakenUsername({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, username: string, except?: string) {
  const where = { tenantId: tenant.ref.id, username, deletedAt: null, ...(except ? { id: { not: except } } : {}) }
  if (await tx.person.count({ where })) throw invalid({ username: ['people.usernameTaken'] })
}

const pick = (row: Record<string, unknown>, like: object) => Object.fromEntries(Object.keys(like).map((name) => [name, row[name]]))

export const changePassword = customerProcedure
  .meta({ permission: 'signed-in', limit: 'signIn', showsSecret: true })
  .route({ method: 'POST', path: '/users/profile/password', tags: ['Account'], summary: 'Change your password; other sessions end' })
  .input(z.strictObject({ currentPassword: z.string().max(200), password: newPassword }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const me = holderOf(context.actor)
    const where = { tenantId_id: { tenantId: context.tenant.ref.id, id: me.id } }
    const { passwordHash } = await context.tx.person.findUniqueOrThrow({ where })
    // A session alone is no proof: who leaves a screen unlocked must not lose the account.
    if (!passwordHash) throw invalid({ currentPassword: ['account.noPassword'] })
    // Nor may whoever found it unlocked try passwords for long.
    const attempt = attemptOf(context.tenant.ref.id, me.email, { device: me.sessionId ?? me.id })
    const wasLocked = await isLocked(context.tx, attempt, context.now)
    if (wasLocked || !(await verifyPassword(passwordHash, input.currentPassword))) {
      if (!wasLocked) await countFailure(context.tx, attempt, context.now)
      throw commitDespite(invalid({ currentPassword: ['account.wrongPassword'] }))
    }
    if (input.password === input.currentPassword) throw invalid({ password: ['account.samePassword'] })
    await context.tx.person.update({ where, data: { passwordHash: await hashPassword(input.password) } })
    await endSessions(context, { personId: me.id, except: me.sessionId ?? undefined }, 'password_changed')
    context.emit('person.password_changed', { how: 'self' }, { subjectId: me.id })
    return { ok: true as const }
  })

export const listSessions = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'GET', path: '/users/sessions', tags: ['Account'], summary: 'List your sessions' })
  .output(z.object({ items: z.array(sessionOutput) }))
  .handler(async ({ context: { tx, tenant, actor, now } }) => {
    const me = holderOf(actor)
    const rows = await tx.session.findMany({
      where: { tenantId: tenant.ref.id, personId: me.id, revokedAt: null, expiresAt: { gt: now } },
      orderBy: { lastSeenAt: 'desc' },
      take: 100,
    })
    return { items: rows.map((row) => ({ ...row, isCurrent: row.id === me.sessionId })) }
  })

export const revokeSession = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'DELETE', path: '/users/sessions/{id}', tags: ['Account'], summary: 'End one of your sessions' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const me = holderOf(context.actor)
    const ended = await endSessions(context, { personId: me.id, id: input.id }, 'revoked')
    if (ended === 0) throw notFound('session')
    context.emit('person.session_revoked', { sessionId: input.id }, { subjectId: me.id })
    return { ok: true as const }
  })

export const signOutEverywhere = customerProcedure
  .meta({ permission: 'signed-in' })
  .route({ method: 'POST', path: '/users/sessions/revoke-all', tags: ['Account'], summary: 'End all your sessions, including this one' })
  .output(z.object({ ended: z.number().int() }))
  .handler(async ({ context }) => {
    const me = holderOf(context.actor)
    const ended = await endSessions(context, { personId: me.id }, 'signed_out_everywhere')
    context.emit('person.signed_out', { sessionId: me.sessionId ?? me.id, everywhere: true }, { subjectId: me.id })
    return { ended }
  })
