import { z } from 'zod'
import { verifyAccessToken } from '../actor/access-token'
import { type Actor, has, type PersonActor, type PlatformActor } from '../actor/actor'
import { openSession, readCookie, sessionCookieName } from '../actor/cookies'
import { hashSecret } from '../actor/hash'
import { type Permission, permissionsOf, requestLinkScopes, roles } from '../actor/permissions'
import { forbidden, unauthenticated } from '../core/errors'
import { isId } from '../core/id'
import { Prisma } from '../db/generated/tenant/client'
import { checked } from '../db/rows'
import type { PlatformTx, TenantTx } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { Caller } from './context'

export const apiTokenPrefix = 'baraza_'
const anonymous: Actor = { kind: 'anonymous' }
const seenEveryMs = 5 * 60_000

type Credential = { via: 'cookie' | 'access-token'; sid: string } | { via: 'api-token'; hash: string }

/** Who someone is now, for what they asked for a while ago; null when they may no longer act. */
export async function actorOfPerson(tx: TenantTx, tenantId: string, personId: string): Promise<PersonActor | null> {
  const row = await readPerson(tx, tenantId, { personId }, new Date())
  return row && actorFrom(row, 'cookie')
}

/** The same, for work of several units that needs a permission: null as well once they lost it. */
export async function stillMay(tx: TenantTx, tenantId: string, personId: string, permission: Permission): Promise<PersonActor | null> {
  const actor = await actorOfPerson(tx, tenantId, personId)
  return actor && has(actor, permission) ? actor : null
}

/**
 * Who is calling on a tenant's host. No credential is nobody; a bad one is an
 * error, so that a client with an expired token learns it.
 */
export async function authenticate(caller: Caller, tenant: ResolvedTenant, tx: TenantTx, now: Date): Promise<Actor> {
  const credential = await credentialOf(caller, tenant, now)
  if (!credential) return anonymous
  const row = await readPerson(tx, tenant.ref.id, credential, now)
  if (!row) {
    if (credential.via === 'cookie') return anonymous
    throw unauthenticated('token.unknown')
  }
  if (row.seenAt && now.getTime() - row.seenAt.getTime() > seenEveryMs) await touch(tx, tenant.ref.id, credential, row, now)
  return actorFrom(row, credential.via)
}

async function credentialOf(caller: Caller, tenant: ResolvedTenant, now: Date): Promise<Credential | null> {
  const authorization = caller.headers.get('authorization')
  if (authorization) {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
    if (!token) throw unauthenticated('token.header')
    if (token.startsWith(apiTokenPrefix)) return { via: 'api-token', hash: hashSecret(token) }
    const claims = await verifyAccessToken(token, now)
    if (!claims || claims.tid !== tenant.ref.id || !isId(claims.sid)) throw unauthenticated('token.expired')
    return { via: 'access-token', sid: claims.sid }
  }
  const claims = await claimsOfCookie(caller, tenant.ref.slug)
  if (!claims || claims.tid !== tenant.ref.id || !isId(claims.sid)) return null
  refuseCrossSite(caller)
  return { via: 'cookie', sid: claims.sid }
}

async function claimsOfCookie(caller: Caller, slug: string) {
  const cookie = readCookie(caller.headers, sessionCookieName(slug, true)) ?? readCookie(caller.headers, sessionCookieName(slug, false))
  return cookie ? openSession(cookie) : null
}

/** A browser sends cookies along with other sites' requests too; those may not change anything. */
function refuseCrossSite(caller: Caller) {
  if (caller.method === 'GET' || caller.method === 'HEAD') return
  const origin = caller.headers.get('origin')
  const site = caller.headers.get('sec-fetch-site')
  const isForeign = origin !== null ? hostOf(origin) !== caller.headers.get('host') : site !== null && site !== 'same-origin'
  if (isForeign) throw forbidden('token.otherSite')
}

const hostOf = (origin: string) => (URL.canParse(origin) ? new URL(origin).host : null)

const personRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  locale: z.string().nullable(),
  timeZone: z.string(),
  customPermissions: z.array(z.string()).nullable(),
  departmentIds: z.array(z.string()),
  grants: z.array(z.object({ permission: z.string(), objectType: z.enum(['department', 'ticket', 'kb_category']), objectId: z.string() })),
  contactId: z.string().nullable(),
  sharedOrganisationId: z.string().nullable(),
  sessionId: z.string().nullable(),
  tokenId: z.string().nullable(),
  scopes: z.array(z.string()).nullable(),
  onlyTicketId: z.string().nullable(),
  seenAt: z.date().nullable(),
})
type PersonRow = z.infer<typeof personRow>

/** Whose a credential is while it is valid. A statement for each kind: one for all would look in every table. */
function liveOf(tenantId: string, credential: Credential | { personId: string }, now: Date): Prisma.Sql {
  if ('sid' in credential) {
    const kind = credential.via === 'cookie' ? 'browser' : 'api'
    return Prisma.sql`
      SELECT s.person_id, s.id AS session_id, NULL::uuid AS token_id, NULL::text[] AS scopes, s.last_seen_at AS seen_at, s.ticket_id
      FROM session s
      WHERE s.tenant_id = ${tenantId}::uuid AND s.id = ${credential.sid}::uuid AND s.kind::text = ${kind}
        AND s.revoked_at IS NULL AND s.expires_at > ${now}`
  }
  if ('hash' in credential)
    return Prisma.sql`
      SELECT t.person_id, NULL::uuid AS session_id, t.id AS token_id, t.scopes, coalesce(t.last_used_at, 'epoch') AS seen_at, NULL::uuid AS ticket_id
      FROM api_token t
      WHERE t.tenant_id = ${tenantId}::uuid AND t.hash = ${credential.hash}
        AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ${now})`
  return Prisma.sql`
      SELECT ${credential.personId}::uuid AS person_id, NULL::uuid AS session_id, NULL::uuid AS token_id, NULL::text[] AS scopes,
        NULL::timestamptz AS seen_at, NULL::uuid AS ticket_id`
}

/** Session or token, person, role, departments, grants and contact in one round trip. */
async function readPerson(
  tx: TenantTx,
  tenantId: string,
  credential: Credential | { personId: string },
  now: Date,
): Promise<PersonRow | null> {
  const rows = await tx.$queryRaw`
    WITH live AS (${liveOf(tenantId, credential, now)})
    SELECT p.id::text, p.name, p.email, p.role::text, p.locale, p.time_zone AS "timeZone",
      r.permissions AS "customPermissions",
      ARRAY(SELECT m.department_id::text FROM department_member m
            WHERE m.tenant_id = p.tenant_id AND m.person_id = p.id) AS "departmentIds",
      coalesce((SELECT json_agg(json_build_object('permission', g.permission, 'objectType', g.object_type, 'objectId', g.object_id))
                FROM grant_on_object g
                WHERE g.tenant_id = p.tenant_id AND (g.person_id = p.id OR g.role_id = r.id)), '[]'::json) AS grants,
      c.id::text AS "contactId", o.id::text AS "sharedOrganisationId", live.session_id::text AS "sessionId", live.token_id::text AS "tokenId",
      live.scopes, live.seen_at AS "seenAt", live.ticket_id::text AS "onlyTicketId"
    FROM live
    JOIN person p ON p.tenant_id = ${tenantId}::uuid AND p.id = live.person_id
    LEFT JOIN role r ON r.tenant_id = p.tenant_id AND r.id = p.custom_role_id AND r.deleted_at IS NULL
    LEFT JOIN contact c ON c.tenant_id = p.tenant_id AND c.person_id = p.id AND c.deleted_at IS NULL
    LEFT JOIN organisation o ON o.tenant_id = c.tenant_id AND o.id = c.organisation_id AND o.shares_tickets AND o.deleted_at IS NULL
    WHERE p.deleted_at IS NULL AND p.status = 'active' AND (live.ticket_id IS NULL OR p.role = 'customer')`
  return checked(personRow, rows)[0] ?? null
}

function actorFrom(row: PersonRow, via: PersonActor['via']): PersonActor {
  const given = row.onlyTicketId ? requestLinkScopes : row.scopes
  const scopes = given && new Set<string>(given)
  const inScope = (permission: string) => !scopes || scopes.has(permission)
  return {
    kind: 'person',
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    locale: row.locale,
    timeZone: row.timeZone,
    permissions: new Set(permissionsOf(row.role, row.customPermissions).filter(inScope)),
    departmentIds: row.departmentIds,
    grants: row.onlyTicketId ? [] : row.grants.filter((grant) => inScope(grant.permission)),
    contactId: row.contactId,
    sharedOrganisationId: row.onlyTicketId ? null : row.sharedOrganisationId,
    sessionId: row.sessionId,
    via,
    onlyTicketId: row.onlyTicketId,
  }
}

async function touch(tx: TenantTx, tenantId: string, credential: Credential, row: PersonRow, now: Date) {
  if (credential.via === 'api-token')
    await tx.apiToken.updateMany({ where: { tenantId, id: row.tokenId as string }, data: { lastUsedAt: now } })
  else await tx.session.updateMany({ where: { tenantId, id: row.sessionId as string }, data: { lastSeenAt: now } })
}

/** Who is calling on the root host. */
export async function authenticatePlatform(caller: Caller, tx: PlatformTx, now: Date): Promise<PlatformActor | null> {
  const claims = await claimsOfCookie(caller, 'platform')
  if (claims?.tid !== 'platform' || !isId(claims.sid)) return null
  refuseCrossSite(caller)
  const session = await tx.platformSession.findFirst({
    where: { id: claims.sid, revokedAt: null, expiresAt: { gt: now }, admin: { deletedAt: null } },
    include: { admin: true },
  })
  return (
    session && {
      kind: 'platform',
      id: session.admin.id,
      name: session.admin.name,
      email: session.admin.email,
      sessionId: session.id,
    }
  )
}
