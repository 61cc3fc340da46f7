import { z } from 'zod'
import type { PersonActor } from '../actor/actor'
import { permissionsOf, roles } from '../actor/permissions'
import { plannedOnce } from '../db/prepared'
import type { Work } from '../events/work'
import { canView } from '../tickets/ticket/policy'
import type { Wishes } from './quiet-hours'
import { digests, type Matrix, readMatrix } from './schema'

/** Someone who may be told: what they may see, and what they want. */
export interface Reader {
  id: string
  name: string
  email: string
  actor: PersonActor
  own: Matrix
  desk: Matrix
  wishes: Wishes
  /** They let us wake a browser. */
  hasBrowser: boolean
}

const readerRow = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  locale: z.string().nullable(),
  timeZone: z.string(),
  custom: z.array(z.string()).nullable(),
  departmentIds: z.array(z.string()),
  grants: z.array(z.object({ permission: z.string(), objectType: z.enum(['department', 'ticket', 'kb_category']), objectId: z.string() })),
  contactId: z.string().nullable(),
  matrix: z.unknown(),
  desk: z.unknown(),
  quietFrom: z.number().nullable(),
  quietTo: z.number().nullable(),
  mutedUntil: z.date().nullable(),
  digest: z.enum(digests),
  hasBrowser: z.boolean(),
})

/** The people of these who are still here, in one round trip. */
export async function loadReaders({ tx, tenant }: Work, ids: string[]): Promise<Reader[]> {
  if (ids.length === 0) return []
  const rows = await tx.$queryRaw`
    SELECT ${plannedOnce} p.id::text, p.name, p.email, p.role::text, p.locale, p.time_zone AS "timeZone", r.permissions AS custom,
      ARRAY(SELECT m.department_id::text FROM department_member m WHERE m.tenant_id = p.tenant_id AND m.person_id = p.id) AS "departmentIds",
      coalesce((SELECT json_agg(json_build_object('permission', g.permission, 'objectType', g.object_type, 'objectId', g.object_id))
        FROM grant_on_object g WHERE g.tenant_id = p.tenant_id AND (g.person_id = p.id OR g.role_id = r.id)), '[]'::json) AS grants,
      c.id::text AS "contactId", s.matrix, w.notification_defaults AS desk, s.quiet_from AS "quietFrom", s.quiet_to AS "quietTo",
      s.muted_until AS "mutedUntil", coalesce(s.digest::text, 'off') AS digest,
      EXISTS (SELECT FROM push_subscription b WHERE b.tenant_id = p.tenant_id AND b.person_id = p.id) AS "hasBrowser"
    FROM person p
    JOIN workspace w ON w.tenant_id = p.tenant_id
    LEFT JOIN role r ON r.tenant_id = p.tenant_id AND r.id = p.custom_role_id AND r.deleted_at IS NULL
    LEFT JOIN contact c ON c.tenant_id = p.tenant_id AND c.person_id = p.id AND c.deleted_at IS NULL
    LEFT JOIN notification_settings s ON s.tenant_id = p.tenant_id AND s.person_id = p.id
    WHERE p.tenant_id = ${tenant.ref.id}::uuid AND p.id = ANY(${ids}::uuid[]) AND p.deleted_at IS NULL AND p.status = 'active'`
  return z
    .array(readerRow)
    .parse(rows)
    .map(({ id, name, email, role, locale, custom, departmentIds, grants, contactId, matrix, desk, hasBrowser, ...wishes }) => {
      const permissions = new Set(permissionsOf(role, custom))
      const { timeZone } = wishes
      const rights = {
        role,
        permissions,
        departmentIds,
        grants,
        contactId,
        sharedOrganisationId: null,
        sessionId: null,
        via: 'cookie',
        onlyTicketId: null,
      } as const
      const actor: PersonActor = { kind: 'person', id, name, email, locale, timeZone, ...rights }
      return { id, name, email, actor, own: readMatrix(matrix), desk: readMatrix(desk), wishes, hasBrowser }
    })
}

const factsRow = z.object({
  id: z.string(),
  departmentId: z.string().nullable(),
  requesterId: z.string(),
  assigneeId: z.string().nullable(),
  watcherIds: z.array(z.string()),
})
type Facts = z.infer<typeof factsRow>

/** What decides who may see tickets, by their ids; one that is gone is missing. */
export async function loadFacts({ tx, tenant }: Work, ids: string[]): Promise<Map<string, Facts>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw`
    SELECT ${plannedOnce} t.id::text, t.department_id::text AS "departmentId", t.requester_id::text AS "requesterId",
      t.assignee_id::text AS "assigneeId",
      ARRAY(SELECT x.person_id::text FROM watcher x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id) AS "watcherIds"
    FROM ticket t WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ANY(${ids}::uuid[]) AND t.deleted_at IS NULL`
  return new Map(
    z
      .array(factsRow)
      .parse(rows)
      .map((row) => [row.id, row]),
  )
}

interface Told {
  forStaff: boolean
  ticketId: string | null
}

/** Whether someone may know, as things stand now: by the same policy that opens tickets. */
export function mayKnow({ id, actor }: Reader, { forStaff, ticketId }: Told, facts: Map<string, Facts>): boolean {
  if (forStaff && actor.role === 'customer') return false
  if (!ticketId) return true
  const ticket = facts.get(ticketId)
  return (
    ticket !== undefined &&
    canView(actor, { ...ticket, organisationId: null, isPublic: false, isWatchedByActor: ticket.watcherIds.includes(id) })
  )
}
