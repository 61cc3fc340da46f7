import { z } from 'zod'
import { signAccessToken } from '../actor/access-token'
import { hashPassword, hashSecret, newSecret } from '../actor/hash'
import { knownDevice } from '../actor/known-device'
import { contactOfPerson } from '../contacts/record'
import { forbidden, unauthenticated } from '../core/errors'
import { newId } from '../core/id'
import { addressKey } from '../core/ip-address'
import { localPath } from '../core/local-path'
import { mailAddress } from '../core/mail-address'
import { msg } from '../core/message'
import { emailInput, nameInput, ok } from '../core/schema'
import type { EventPayload } from '../events/event-types'
import type { Work } from '../events/work'
import { commitDespite, publicProcedure } from '../procedure/builders'
import type { TenantContext } from '../procedure/context'
import { findOneTimeToken, linkSource, redeemOneTimeToken } from './one-time-tokens'
import { newPassword, tokenPair } from './schema'
import { endSessions, startSession, verifyCredentials } from './sign-in'

const done = { ok: true as const }
const password = z.string().min(1, msg('signIn.enterPassword')).max(200)
const secret = z.string().min(20).max(200)
/** Where the link leads once it has signed someone in: a path of this host. */
const nextInput = z
  .string()
  .max(500)
  .transform((given) => localPath(given, '/requests'))

export const login = publicProcedure
  .meta({ permission: 'public', limit: 'signIn', showsSecret: true })
  .route({ method: 'POST', path: '/auth/login', tags: ['Authentication'], summary: 'Sign in and get a token pair' })
  .input(z.strictObject({ email: emailInput, password }))
  .output(tokenPair)
  .handler(({ context, input }) => signIn(context, input))

async function signIn(context: TenantContext, credentials: { email: string; password: string }) {
  const person = await verifyCredentials(context, credentials)
  const lifetimes = await lifetimesOf(context)
  const session = await startSession(context, context.caller, person, { kind: 'api', via: 'api', days: lifetimes.refreshDays })
  return issuePair(context, session.id, lifetimes)
}

/** A token pair by the names that clients of Simple JWT know. */
const jwtPair = z.object({ access: z.string(), refresh: z.string() })
const toJwtPair = ({ accessToken, refreshToken }: z.output<typeof tokenPair>) => ({ access: accessToken, refresh: refreshToken })

export const jwtToken = publicProcedure
  .meta({ permission: 'public', limit: 'signIn', limitedAs: 'auth.login', showsSecret: true })
  .route({
    method: 'POST',
    path: '/auth/jwt/token',
    tags: ['Authentication'],
    summary: 'Sign in as auth/login does, with the names of Simple JWT; also at /api/auth/jwt/token',
  })
  .input(
    z.union([
      z.strictObject({ email: emailInput, password }),
      z.strictObject({ username: z.string().trim().toLowerCase().max(254), password }),
    ]),
  )
  .output(jwtPair)
  .handler(async ({ context, input: { password, ...given } }) =>
    toJwtPair(await signIn(context, { email: 'email' in given ? given.email : await addressOf(context, given.username), password })),
  )

/** The address of whoever signs in by this name; a name that nobody has goes on as an address that nobody has. */
async function addressOf({ tx, tenant }: Work, username: string): Promise<string> {
  const where = { tenantId: tenant.ref.id, username, deletedAt: null }
  return (await tx.person.findFirst({ where, select: { email: true } }))?.email ?? mailAddress(username) ?? username
}

export const jwtRefresh = publicProcedure
  .meta({ permission: 'public', limit: 'tokenRefresh', limitedAs: 'auth.refresh', showsSecret: true })
  .route({
    method: 'POST',
    path: '/auth/jwt/refresh',
    tags: ['Authentication'],
    summary: 'Exchange a refresh token as auth/refresh does, with the names of Simple JWT; also at /api/auth/jwt/refresh',
  })
  .input(z.strictObject({ refresh: secret }))
  .output(jwtPair)
  .handler(async ({ context, input }) => toJwtPair(await exchange(context, input.refresh)))

export const refresh = publicProcedure
  .meta({ permission: 'public', limit: 'tokenRefresh', showsSecret: true })
  .route({ method: 'POST', path: '/auth/refresh', tags: ['Authentication'], summary: 'Exchange a refresh token for a new token pair' })
  .input(z.strictObject({ refreshToken: secret }))
  .output(tokenPair)
  .handler(({ context, input }) => exchange(context, input.refreshToken))

/**
 * A refresh token works once. A second use means that someone else has a copy,
 * and which of the two stole it can't be told: the whole family ends.
 */
async function exchange(context: TenantContext, refreshToken: string) {
  const { tx, tenant, now } = context
  const tenantId = tenant.ref.id
  const hash = hashSecret(refreshToken)
  const claimed = await tx.refreshToken.updateMany({
    where: { tenantId, hash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  const token = await tx.refreshToken.findUnique({
    where: { tenantId_hash: { tenantId, hash } },
    include: { session: { include: { person: true } } },
  })
  if (!token) throw unauthenticated('signIn.refreshUnknown')
  const { session } = token
  if (claimed.count === 0 && token.usedAt) {
    await endSessions(context, { personId: session.personId, id: session.id }, 'token_reused')
    context.emit('person.refresh_token_reused', { sessionId: session.id }, { subjectId: session.personId })
    throw commitDespite(unauthenticated('signIn.refreshReused'))
  }
  const isLive = claimed.count === 1 && !session.revokedAt && session.person.status === 'active' && !session.person.deletedAt
  if (!isLive) throw unauthenticated('signIn.refreshEnded')
  return issuePair(context, session.id, await lifetimesOf(context))
}

export const logout = publicProcedure
  .meta({ permission: 'public' })
  .route({ method: 'POST', path: '/auth/logout', tags: ['Authentication'], summary: 'Sign out' })
  .output(ok)
  .handler(async ({ context }) => {
    const { actor } = context
    if (actor.kind !== 'person' || !actor.sessionId) return done
    await endSessions(context, { personId: actor.id, id: actor.sessionId }, 'signed_out')
    context.emit('person.signed_out', { sessionId: actor.sessionId, everywhere: false }, { subjectId: actor.id })
    return done
  })

export const register = publicProcedure
  .meta({ permission: 'public', limit: 'signIn', showsSecret: true })
  .route({ method: 'POST', path: '/auth/register', tags: ['Authentication'], summary: 'Sign up on the portal' })
  .input(z.strictObject({ email: emailInput, name: nameInput }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const { tx, tenant } = context
    const workspace = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id } })
    if (!workspace.allowSignUp) throw forbidden('signIn.noSignUp')
    return requestLink(context, { email: input.email, name: input.name, purpose: 'magic_link' })
  })

export const requestPasswordReset = publicProcedure
  .meta({ permission: 'public', limit: 'signIn' })
  .route({ method: 'POST', path: '/auth/password-reset', tags: ['Authentication'], summary: 'Send a password reset link by email' })
  .input(z.strictObject({ email: emailInput }))
  .output(ok)
  .handler(({ context, input }) => requestLink(context, { ...input, purpose: 'password_reset' }))

/** Also claims the account of a contact that so far only wrote mail. */
export const requestMagicLink = publicProcedure
  .meta({ permission: 'public', limit: 'signIn' })
  .route({ method: 'POST', path: '/auth/magic-link', tags: ['Authentication'], summary: 'Send a sign-in link by email' })
  .input(z.strictObject({ email: emailInput, next: nextInput.optional() }))
  .output(ok)
  .handler(({ context, input }) => requestLink(context, { ...input, purpose: 'magic_link' }))

export const confirmPasswordReset = publicProcedure
  .meta({ permission: 'public', limit: 'signIn', showsSecret: true })
  .route({
    method: 'POST',
    path: '/auth/password-reset-confirm',
    tags: ['Authentication'],
    summary: 'Set a new password with the link from an email',
  })
  .input(z.strictObject({ token: secret, password: newPassword }))
  .output(ok)
  .handler(async ({ context, input }) => {
    const person = await redeemOneTimeToken(context, input.token, 'password_reset')
    await verifyAddress(context, person)
    await setPassword(context, person.id, input.password, 'reset')
    await endSessions(context, { personId: person.id }, 'password_reset')
    return done
  })

/** Tells the page behind a link whether it still works, before anybody types a password for nothing. */
export const checkLink = publicProcedure
  .meta({ permission: 'public', limit: 'link', showsSecret: true })
  .route({ method: 'POST', path: '/auth/link', tags: ['Authentication'], summary: 'Check whether a link from an email still works' })
  .input(z.strictObject({ token: secret, purpose: z.enum(['invitation', 'password_reset', 'magic_link']) }))
  .output(z.object({ person: z.object({ name: z.string(), email: z.string() }).nullable() }))
  .handler(async ({ context, input }) => ({ person: await findOneTimeToken(context, input.token, input.purpose) }))

export const acceptInvitation = publicProcedure
  .meta({ permission: 'public', limit: 'signIn', showsSecret: true })
  .route({ method: 'POST', path: '/auth/invitation', tags: ['Authentication'], summary: 'Accept an invitation and set a password' })
  .input(z.strictObject({ token: secret, name: nameInput, password: newPassword }))
  .output(z.object({ email: z.string() }))
  .handler(async ({ context, input }) => {
    const person = await redeemOneTimeToken(context, input.token, 'invitation')
    const where = { tenantId_id: { tenantId: context.tenant.ref.id, id: person.id } }
    await context.tx.person.update({ where, data: { name: input.name, status: 'active' } })
    await verifyAddress(context, { ...person, name: input.name })
    await setPassword(context, person.id, input.password, 'invitation')
    return { email: person.email }
  })

/** Behind next-auth: a browser session by password or by the link from a mail. Not behind any other caller. */
export const startBrowserSession = publicProcedure
  .meta({ permission: 'public', limit: 'link', showsSecret: true })
  .input(z.union([z.strictObject({ email: emailInput, password }), z.strictObject({ magicToken: secret })]))
  .output(z.object({ personId: z.uuid(), sessionId: z.uuid() }))
  .handler(async ({ context, input }) => {
    const isLink = 'magicToken' in input
    const person = isLink ? await redeemOneTimeToken(context, input.magicToken, 'magic_link') : await verifyCredentials(context, input)
    if (isLink) await verifyAddress(context, person)
    const session = await startSession(context, context.caller, person, { kind: 'browser', via: isLink ? 'magic_link' : 'password' })
    return { personId: person.id, sessionId: session.id }
  })

/**
 * Asks for a link by mail. Who has an account here is nobody's business: what is answered, and what is asked of the database
 * before that, is the same for every address. The rest is done by the subscriber that writes the mail.
 */
async function requestLink({ tx, tenant, emit, caller }: TenantContext, asked: EventPayload<'person.link_requested'> & { email: string }) {
  const person = await tx.person.findFirst({
    where: { tenantId: tenant.ref.id, email: asked.email, deletedAt: null },
    select: { id: true, passwordHash: true },
  })
  const device = knownDevice(caller.headers, { scope: tenant.ref.id, slug: tenant.ref.slug, email: asked.email }, person)
  const source = linkSource(device ? { device } : { address: addressKey(caller.address) })
  emit('person.link_requested', { ...asked, source }, { subjectId: person?.id, orderingKey: `link:${hashSecret(asked.email)}` })
  return done
}

/** Whose link it is; null for an address that gets none. Who signs up, and a contact who never had one, get an account. */
export async function accountOfLink(
  { tx, tenant, now, emit }: Work,
  personId: string | null,
  { purpose, email, name }: EventPayload<'person.link_requested'>,
): Promise<string | null> {
  if (!email) return personId
  const tenantId = tenant.ref.id
  const person = await tx.person.findFirst({ where: { tenantId, email, deletedAt: null }, select: { id: true, status: true } })
  if (person) return person.status === 'active' || name ? person.id : null
  if (purpose !== 'magic_link') return null
  const address = await tx.contactAddress.findUnique({ where: { tenantId_email: { tenantId, email } }, include: { contact: true } })
  const called = name ?? address?.contact.name
  if (!called) return null
  const id = newId()
  // It is proven when the link in the mail is used.
  await tx.person.create({ data: { tenantId, id, email, name: called, role: 'customer', createdAt: now } })
  emit('person.registered', { email }, { subjectId: id })
  return id
}

/** Who holds the mailbox may see what was written from it. */
async function verifyAddress(work: Work, person: { id: string; name: string; email: string; emailVerifiedAt: Date | null; role: string }) {
  const { tx, tenant, now } = work
  const where = { tenantId_id: { tenantId: tenant.ref.id, id: person.id } }
  if (!person.emailVerifiedAt) await tx.person.update({ where, data: { emailVerifiedAt: now } })
  if (person.role === 'customer') await contactOfPerson(work, person)
}

async function setPassword({ tx, tenant, now, emit }: Work, personId: string, plain: string, how: 'reset' | 'invitation' | 'self') {
  await tx.person.update({
    where: { tenantId_id: { tenantId: tenant.ref.id, id: personId } },
    data: { passwordHash: await hashPassword(plain), version: { increment: 1 } },
  })
  // Links that somebody may have asked for and read before.
  await tx.oneTimeToken.updateMany({ where: { tenantId: tenant.ref.id, personId, usedAt: null }, data: { usedAt: now } })
  emit('person.password_changed', { how }, { subjectId: personId })
}

interface Lifetimes {
  accessMinutes: number
  refreshDays: number
}

const lifetimesOf = ({ tx, tenant }: Work): Promise<Lifetimes> =>
  tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { accessMinutes: true, refreshDays: true } })

async function issuePair({ tx, tenant, now }: TenantContext, sessionId: string, { accessMinutes, refreshDays }: Lifetimes) {
  const tenantId = tenant.ref.id
  const refreshToken = newSecret()
  const expiresAt = new Date(now.getTime() + refreshDays * 24 * 3600_000)
  await tx.refreshToken.create({ data: { tenantId, id: newId(), sessionId, hash: hashSecret(refreshToken), createdAt: now, expiresAt } })
  await tx.session.update({ where: { tenantId_id: { tenantId, id: sessionId } }, data: { expiresAt, lastSeenAt: now } })
  const accessToken = await signAccessToken({ sid: sessionId, tid: tenantId }, accessMinutes, now)
  return { accessToken, refreshToken, expiresIn: accessMinutes * 60 }
}
