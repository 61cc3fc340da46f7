import { z } from 'zod'
import type { Actor } from '../actor/actor'
import { roles } from '../actor/permissions'
import { notFound } from '../core/errors'
import { decodeCursor, encodeCursor, pageInput, pageOf, totalOf } from '../core/page'
import { likeFolded } from '../core/words'
import { Prisma } from '../db/generated/tenant/client'
import { countOf, idsOf } from '../db/rows'
import type { Work } from '../events/work'
import { agentProcedure } from '../procedure/builders'
import { canManage } from './policy'
import { namesOf, type PersonOutput, personOutput } from './schema'

export const personInclude = {
  customRole: {
    select: { id: true, name: true, permissions: true, grants: { select: { permission: true, objectType: true, objectId: true } } },
  },
  departments: { include: { department: { select: { id: true, name: true, deletedAt: true } } } },
} satisfies Prisma.PersonInclude

type PersonRow = Prisma.PersonGetPayload<{ include: typeof personInclude }>

export const toPersonOutput = (actor: Actor, row: PersonRow): PersonOutput => ({
  ...row,
  ...namesOf(row),
  departments: row.departments.filter((m) => !m.department.deletedAt).map(({ department: { id, name } }) => ({ id, name })),
  abilities: {
    update: canManage(actor, row),
    delete: canManage(actor, row) && !(actor.kind === 'person' && actor.id === row.id),
  },
})

export async function loadPerson({ tx, tenant }: Work, id: string): Promise<PersonRow> {
  const row = await tx.person.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, include: personInclude })
  if (!row) throw notFound('person')
  return row
}

export const listPeople = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/users', tags: ['People'], summary: 'List people, newest first' })
  .input(
    z.strictObject({
      ...pageInput,
      role: z.enum(roles).optional(),
      kind: z.enum(['staff', 'customers', 'everyone']).default('everyone'),
      q: z.string().trim().max(200).optional(),
    }),
  )
  .output(pageOf(personOutput))
  .handler(async ({ context, input }) => {
    const { tx, tenant, actor } = context
    const { q, role, kind, limit, offset = 0 } = input
    const tenantId = tenant.ref.id
    const after = decodeCursor(input.cursor)
    const conditions = [Prisma.sql`p.tenant_id = ${tenantId}::uuid AND p.deleted_at IS NULL`]
    if (kind !== 'everyone') conditions.push(kind === 'customers' ? Prisma.sql`p.role = 'customer'` : Prisma.sql`p.role <> 'customer'`)
    if (role) conditions.push(Prisma.sql`p.role = ${role}::"PersonRole"`)
    if (q) conditions.push(Prisma.sql`(fold_text(p.name) LIKE ${likeFolded(q)} OR fold_text(p.email) LIKE ${likeFolded(q)})`)
    const all = Prisma.join(conditions, ' AND ')
    if (after) conditions.push(Prisma.sql`(p.created_at, p.id) < (${after.at}, ${after.id}::uuid)`)
    const ids = await idsOf(tx.$queryRaw`
      SELECT p.id::text FROM person p WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY p.created_at DESC, p.id DESC LIMIT ${limit + 1} OFFSET ${offset}`)
    const found = await tx.person.findMany({ where: { tenantId, id: { in: ids } }, include: personInclude })
    const rows = ids.flatMap((id) => found.find((row) => row.id === id) ?? [])
    const items = rows.slice(0, input.limit)
    const last = items.at(-1)
    return {
      items: items.map((row) => toPersonOutput(actor, row)),
      nextCursor: rows.length > input.limit && last ? encodeCursor(last.createdAt, last.id) : null,
      ...(await totalOf(input, () => countOf(tx.$queryRaw`SELECT count(*)::int AS count FROM person p WHERE ${all}`))),
    }
  })

export const getPerson = agentProcedure
  .meta({ permission: 'person.view' })
  .route({ method: 'GET', path: '/users/{id}', tags: ['People'], summary: 'Read one person' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(personOutput)
  .handler(async ({ context, input }) => toPersonOutput(context.actor, await loadPerson(context, input.id)))
