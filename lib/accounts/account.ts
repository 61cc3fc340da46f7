import { z } from 'zod'
import type { PersonActor, TenantActor } from '../actor/actor'
import { has } from '../actor/actor'
import { hashPassword, hashSecret, newSecret, verifyPassword } from '../actor/hash'
import { roles } from '../actor/permissions'
import { timeZone } from '../calendar/schema'
import { conflict, forbidden, invalid, notFound } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { instant, stamps } from '../core/page'
import { nameInput, ok, versionInput } from '../core/schema'
import type { Work } from '../events/work'
import { supportAddress } from '../mail/addresses'
import { apiTokenPrefix } from '../procedure/authenticate'
import { commitDespite, customerProcedure, publicProcedure } from '../procedure/builders'
import { addressOfPicture } from '../workspace/picture'
import {
  availability,
  avatarUrlInput,
  nameFields,
  nameIn,
  namesOf,
  newPassword,
  permissionName,
  sessionOutput,
  usernameInput,
} from './schema'
import { endSessions } from './sign-in'
import { attemptOf, countFailure, isLocked } from './sign-in-failures'

const done = { ok: true as const }

const personOf = (actor: TenantActor): PersonActor => {
  if (actor.kind !== 'person') throw forbidden('account.personOnly')
  return actor
}

/** The person at the keyboard: a token speaks for them within its scopes, and no scope covers the account itself. */
const holderOf = (actor: TenantActor): PersonActor => {
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
      version: versionInput,
    }),
  )
  .output(profileOutput)
  .handler(async ({ context, input: { version, firstName, lastName, ...given } }) => {
    const { tx, tenant, actor, emit } = context
    const me = holderOf(actor)
    const tenantId = tenant.ref.id
    const before = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: me.id } } })
    if (given.username) await refuseTakenUsername(context, given.username, me.id)
    const data = { ...given, ...nameIn({ ...given, firstName, lastName }, before) }
    const { count } = await tx.person.updateMany({
      where: { tenantId, id: me.id, version },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedElsewhere', before.version)
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
    return done
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
    return done
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

const tokenOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(permissionName),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
})
export type TokenOutput = z.output<typeof tokenOutput>

export const listTokens = customerProcedure
  .meta({ permission: 'token.own' })
  .route({ method: 'GET', path: '/users/tokens', tags: ['Account'], summary: 'List your API tokens' })
  .output(z.object({ items: z.array(tokenOutput) }))
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const rows = await tx.apiToken.findMany({
      where: { tenantId: tenant.ref.id, personId: personOf(actor).id, revokedAt: null },
      orderBy: { createdAt: 'desc' },
      take: 200,
    })
    return { items: rows.map((row) => ({ ...row, scopes: permissionName.array().parse(row.scopes) })) }
  })

export const createToken = customerProcedure
  .meta({ permission: 'token.own', showsSecret: true })
  .route({ method: 'POST', path: '/users/tokens', tags: ['Account'], summary: 'Create an API token; it is shown once', successStatus: 201 })
  .input(
    z.strictObject({
      name: nameInput,
      scopes: z.array(permissionName).min(1, msg('account.noScopes')),
      expiresInDays: z.number().int().min(1).max(3650).optional(),
    }),
  )
  .output(z.object({ id: z.uuid(), token: z.string() }))
  .handler(async ({ context: { tx, tenant, actor, now, emit }, input }) => {
    const me = holderOf(actor)
    const missing = input.scopes.filter((scope) => !has(me, scope))
    if (missing.length > 0) throw invalid({ scopes: [msg('permissions.missing', { names: missing.join(', ') })] })
    const token = apiTokenPrefix + newSecret()
    const id = newId()
    await tx.apiToken.create({
      data: {
        tenantId: tenant.ref.id,
        id,
        personId: me.id,
        name: input.name,
        prefix: token.slice(0, apiTokenPrefix.length + 6),
        hash: hashSecret(token),
        scopes: [...new Set(input.scopes)],
        createdAt: now,
        expiresAt: input.expiresInDays ? new Date(now.getTime() + input.expiresInDays * 24 * 3600_000) : null,
      },
    })
    emit('api_token.created', { name: input.name, scopes: input.scopes }, { subjectId: id })
    return { id, token }
  })

export const revokeToken = customerProcedure
  .meta({ permission: 'token.own' })
  .route({ method: 'DELETE', path: '/users/tokens/{id}', tags: ['Account'], summary: 'Revoke one of your API tokens' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, actor, now, emit }, input }) => {
    const where = { tenantId: tenant.ref.id, id: input.id, personId: personOf(actor).id, revokedAt: null }
    const token = await tx.apiToken.findFirst({ where })
    if (!token) throw notFound('token')
    await tx.apiToken.updateMany({ where, data: { revokedAt: now } })
    emit('api_token.revoked', { name: token.name }, { subjectId: token.id })
    return done
  })

/** Who is looking, for any page: the workspace's face, and the person when there is one. */
export const getViewer = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'GET', path: '/public/viewer', tags: ['Public'], summary: "Read the workspace's name and look, and who is signed in" })
  .output(
    z.object({
      desk: z.object({
        id: z.uuid(),
        name: z.string(),
        accent: z.string(),
        portalTitle: z.string().nullable(),
        supportUrl: z.string().nullable(),
        /** Where this host hands out the workspace's logo and favicon. */
        logo: z.string().nullable(),
        favicon: z.string().nullable(),
        allowSignUp: z.boolean(),
        locale: z.string(),
        timeZone: z.string(),
        mail: z.string(),
      }),
      person: z
        .object({
          id: z.uuid(),
          name: z.string(),
          email: z.string(),
          role: z.enum(roles),
          locale: z.string().nullable(),
          timeZone: z.string(),
          permissions: z.array(z.string()),
          departmentCount: z.number().int(),
          /** They came by the link in a mail, which opens this one ticket. */
          onlyTicketId: z.uuid().nullable(),
          /** They see what others of their organisation asked. */
          sharesRequests: z.boolean(),
        })
        .nullable(),
    }),
  )
  .handler(async ({ context: { tx, tenant, actor } }) => {
    const desk = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
    const person =
      actor.kind === 'person'
        ? {
            ...actor,
            permissions: [...actor.permissions],
            departmentCount: actor.departmentIds.length,
            sharesRequests: actor.sharedOrganisationId !== null,
          }
        : null
    const [logo, favicon] = [addressOfPicture('logo', desk.logoUrl), addressOfPicture('favicon', desk.faviconUrl)]
    return { desk: { ...desk, logo, favicon, id: tenant.ref.id, mail: supportAddress(tenant.ref) }, person }
  })
