import { z } from 'zod'
import { seesEach } from '../../access/visible-tickets'
import { invalid, notFound } from '../../core/errors'
import { reference } from '../../core/schema'
import { Prisma } from '../../db/generated/tenant/client'
import { idsOf, rowsOf } from '../../db/rows'
import type { FollowerWork } from '../../events/follower'
import { actorOfPerson } from '../../procedure/authenticate'
import { adminProcedure } from '../../procedure/builders'
import { isOpen } from './attribute-question'
import { assign } from './commands/assign'
import { readHeld } from './queries'

const openOf = (personId: string) => Prisma.sql`t.assignee_id = ${personId}::uuid AND t.deleted_at IS NULL AND ${isOpen}`

/**
 * What somebody who leaves the team worked on goes to their successor; without one it is released for the department.
 * @returns how many tickets, at most `atMost`
 */
export async function handOver(work: FollowerWork, personId: string, successorId: string | null, atMost: number): Promise<number> {
  const ids = await idsOf(work.tx.$queryRaw`
    SELECT t.id::text FROM ticket t WHERE t.tenant_id = ${work.tenant.ref.id}::uuid AND ${openOf(personId)} ORDER BY t.id LIMIT ${atMost} FOR UPDATE`)
  for (const id of ids) await assign(work, await readHeld(work, id), successorId, successorId ? {} : { isReleased: true })
  return ids.length
}

/** Who was to have the rest, unless they left as well. */
export async function livingSuccessor({ tx, tenant }: FollowerWork, successorId: string | null): Promise<string | null> {
  if (!successorId) return null
  const living = { deletedAt: null, status: 'active', role: { not: 'customer' } } as const
  const found = await tx.person.findFirst({ where: { tenantId: tenant.ref.id, id: successorId, ...living }, select: { id: true } })
  return found?.id ?? null
}

/** A ticket that the caller holds, where whoever has it is not of the team any more. */
export async function releaseFromGone(work: FollowerWork, id: string) {
  const { tx, tenant } = work
  const [gone] = await idsOf(tx.$queryRaw`
    SELECT t.id::text FROM ticket t JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
    WHERE t.tenant_id = ${tenant.ref.id}::uuid AND t.id = ${id}::uuid AND (p.deleted_at IS NOT NULL OR p.role = 'customer')`)
  if (gone) await assign(work, await readHeld(work, id), null, { isReleased: true })
}

/** @throws INVALID for a successor who does not see all that they would have */
export async function refuseSuccessor(work: FollowerWork, personId: string, successorId: string) {
  const { tx, tenant } = work
  if (successorId === personId) throw invalid({ successorId: ['people.successorSelf'] })
  const actor = await actorOfPerson(tx, tenant.ref.id, successorId)
  if (!actor || !(await seesEach({ tx, tenant, actor }, openOf(personId)))) throw invalid({ successorId: ['people.successorUnseen'] })
}

/** What of somebody has to go to others before they leave. */
export const listResponsibilities = adminProcedure
  .meta({ permission: 'person.manage' })
  .route({ method: 'GET', path: '/users/{id}/responsibilities', tags: ['People'], summary: 'List what a person is responsible for' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(
    z.object({
      openTickets: z.number().int(),
      /** Departments that they lead. */
      departments: z.array(reference),
      /** Macros and SLA policies with actions that name them. */
      macros: z.array(reference),
      policies: z.array(reference),
    }),
  )
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    if (!(await tx.person.count({ where: { tenantId, id, deletedAt: null } }))) throw notFound('person')
    const [open] = await rowsOf(
      counted,
      tx.$queryRaw`SELECT count(*)::int AS count FROM ticket t WHERE t.tenant_id = ${tenantId}::uuid AND ${openOf(id)}`,
    )
    return {
      openTickets: open?.count ?? 0,
      departments: await tx.department.findMany({ where: { tenantId, deletedAt: null, leadId: id }, orderBy, select, take: mostNamed }),
      macros: await rowsOf(
        reference,
        tx.$queryRaw`SELECT m.id::text, m.name FROM macro m WHERE m.tenant_id = ${tenantId}::uuid AND m.deleted_at IS NULL
          AND m.scope <> 'personal' AND position(${id} IN m.changes::text) > 0 ORDER BY m.name LIMIT ${mostNamed}`,
      ),
      policies: await rowsOf(
        reference,
        tx.$queryRaw`SELECT p.id::text, p.name FROM sla_policy p WHERE p.tenant_id = ${tenantId}::uuid AND p.deleted_at IS NULL
          AND EXISTS (SELECT 1 FROM sla_escalation e WHERE e.tenant_id = p.tenant_id AND e.policy_id = p.id AND e.deleted_at IS NULL
            AND position(${id} IN e.actions::text) > 0) ORDER BY p.name LIMIT ${mostNamed}`,
      ),
    }
  })

const counted = z.object({ count: z.int() })
const mostNamed = 50
const orderBy = { name: 'asc' } as const
const select = { id: true, name: true } as const
