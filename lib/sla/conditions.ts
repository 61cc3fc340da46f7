import { z } from 'zod'
import { invalid, isError } from '../core/errors'
import { msg } from '../core/message'
import { Prisma } from '../db/generated/tenant/client'
import { among, rowsOf } from '../db/rows'
import { priorities } from '../directory/schema'
import type { Work } from '../events/work'
import { fieldsAsked } from '../tickets/ticket/filter'
import { compileStoredFilter, resolveFilter } from '../tickets/ticket/stored-filter'
import type { ClockWork } from './clock-changes'
import { conditionFields } from './schema'
import type { Policy } from './targets'

const ticket = z.object({
  id: z.string(),
  priority: z.enum(priorities),
  createdAt: z.date(),
  assigneeId: z.string().nullable(),
  departmentId: z.string().nullable(),
  /** Removed or archived: nothing runs on it. */
  isAway: z.boolean(),
  hasClocks: z.boolean(),
  slaPolicyId: z.string().nullable(),
  slaMatchedAt: z.date().nullable(),
  slaDueAt: z.date().nullable(),
  /** Of the workspace: which policies apply. */
  isEnabled: z.boolean(),
  version: z.int(),
})

export type Concerned = z.output<typeof ticket> & { policy: Policy | null }

/** Which of the policies it meets first. */
const found = ticket.extend({ first: z.int().nullable() })

/** The tickets with the first policy that each meets, in one query. */
export async function matched(
  { tx, tenant, now }: Pick<ClockWork, 'tx' | 'tenant' | 'now'>,
  ids: readonly string[],
  policies: readonly Policy[],
): Promise<Concerned[]> {
  const reading = { tx, tenant, now, actor: { kind: 'system', name: 'sla' } as const }
  const cases: Prisma.Sql[] = []
  for (const [index, { filter }] of policies.entries()) {
    const condition = await conditionOf(reading, filter)
    if (condition) cases.push(Prisma.sql`WHEN ${condition} THEN ${index}::int`)
  }
  const first = cases.length > 0 ? Prisma.sql`CASE ${Prisma.join(cases, ' ')} END` : Prisma.sql`NULL::int`
  const query = tx.$queryRaw`
    SELECT t.id::text, t.priority::text, t.created_at AS "createdAt", t.assignee_id::text AS "assigneeId", t.department_id::text AS "departmentId",
      (t.deleted_at IS NOT NULL OR t.archived_at IS NOT NULL) AS "isAway", t.sla_policy_id::text AS "slaPolicyId", t.sla_matched_at AS "slaMatchedAt", t.sla_due_at AS "slaDueAt",
      EXISTS (SELECT 1 FROM sla_clock c WHERE c.tenant_id = t.tenant_id AND c.ticket_id = t.id AND c.stopped_at IS NULL) AS "hasClocks",
      w.sla_enabled AS "isEnabled", w.sla_version AS version, ${first} AS first
    FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id ${among(ids)}`
  return (await rowsOf(found, query)).map(({ first: index, ...row }) => ({
    ...row,
    policy: index === null || row.isAway ? null : (policies[index] ?? null),
  }))
}

/** Null for conditions that mean nothing any more: their policy applies to nothing, and the settings say so. */
async function conditionOf(reading: Parameters<typeof compileStoredFilter>[0], filter: string): Promise<Prisma.Sql | null> {
  try {
    return (await compileStoredFilter(reading, filter)).condition
  } catch (error) {
    if (isError(error, 'INVALID')) return null
    throw error
  }
}

/**
 * @param before the conditions as they are stored: what they name and is gone may stay, what is new must be there
 * @throws INVALID for conditions that mean nothing, and for those that are not known the moment a ticket changes
 */
export async function resolveConditions(work: Work, filter: string, before?: string): Promise<string> {
  const resolved = await resolveFilter(work, filter, before)
  const unfit = fieldsAsked(resolved).find(
    (field) => !(conditionFields as readonly string[]).includes(field) && !field.startsWith('field.'),
  )
  if (unfit === undefined) return resolved
  const fields = conditionFields.join(', ')
  throw invalid({ filter: [unfit ? msg('sla.conditionField', { field: unfit, fields }) : msg('sla.conditionWords', { fields })] })
}
