import { z } from 'zod'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/platform/client'
import { createTenantSchema } from '../db/migrate'
import { pooledSchema } from '../db/names'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { slugOfName } from '../directory/departments'
import { asSystem } from '../events/as-system'
import type { Work } from '../procedure/work'
import { forgetTenant, type ResolvedTenant } from './resolve'

export const defaultDepartments = ['Support', 'Human Resources', 'Finance/Accounting', 'IT/Technology', 'Marketing/Sales']

const setupShape = z.object({ owner: z.object({ email: z.string(), name: z.string() }), timeZone: z.string() })
export type Setup = z.infer<typeof setupShape>

export type Progress = (step: number, totalSteps: number, message: string) => Promise<void>

/**
 * What a new desk begins with. Every step looks at what is there before it acts,
 * so after a crash the whole is simply done again.
 */
export async function provision(tenant: ResolvedTenant, progress: Progress) {
  const { ref } = tenant
  const row = await withPlatform((tx) => tx.tenant.findUniqueOrThrow({ where: { id: ref.id } }))
  if (row.setup === null) return
  const { owner, timeZone } = setupShape.parse(row.setup)
  const steps: [string, () => Promise<unknown>][] = [
    ['Preparing the database', () => prepareSchema(ref.schemaName)],
    ['Creating departments', () => asSystem(tenant, 'setup', (work) => openOnce(work, timeZone))],
    ['Inviting the owner', () => asSystem(tenant, 'setup', (work) => inviteOwner(work, owner, timeZone))],
    ['Opening the desk', () => withPlatform((tx) => tx.tenant.update({ where: { id: ref.id }, data: { setup: Prisma.DbNull } }))],
  ]
  for (const [index, [message, run]] of steps.entries()) {
    await progress(index, steps.length, message)
    await run()
  }
  forgetTenant(ref.id)
  await progress(steps.length, steps.length, 'Ready')
}

/** The pooled schema is there; a dedicated one is made with all its tables, or what is missing of them. */
const prepareSchema = async (schema: string) => {
  if (schema !== pooledSchema) await withOwner((pool) => createTenantSchema(pool, schema))
}

async function openOnce(work: Work, timeZone: string) {
  if (await work.tx.workspace.count({ where: { tenantId: work.tenant.ref.id } })) return
  await openWorkspace(work, timeZone)
}

async function inviteOwner({ tenant, tx, emit }: Work, owner: Setup['owner'], timeZone: string) {
  const tenantId = tenant.ref.id
  if (await tx.person.count({ where: { tenantId, role: 'owner' } })) return
  const id = newId()
  await tx.person.create({ data: { ...owner, tenantId, id, role: 'owner', status: 'invited', timeZone } })
  emit('person.invited', { email: owner.email, role: 'owner' }, { subjectId: id })
  emit('person.link_requested', { purpose: 'invitation' }, { subjectId: id })
}

/** The desk's settings and its default departments. */
export async function openWorkspace({ tenant, tx, now }: Pick<Work, 'tenant' | 'tx' | 'now'>, timeZone: string) {
  const tenantId = tenant.ref.id
  const { slug } = tenant.ref
  await tx.workspace.create({
    data: {
      tenantId,
      name: tenant.name,
      slug,
      ticketPrefix: slug.replaceAll('-', '').slice(0, 10).toUpperCase(),
      timeZone,
      createdAt: now,
    },
  })
  await tx.department.createMany({
    data: defaultDepartments.map((name, index) => ({
      tenantId,
      id: newId(),
      name,
      slug: slugOfName(name),
      isDefault: index === 0,
      updatedAt: now,
    })),
  })
}
