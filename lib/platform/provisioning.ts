import { z } from 'zod'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/platform/client'
import { createTenantSchema } from '../db/migrate'
import { pooledSchema } from '../db/names'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { slugOfName } from '../directory/departments'
import { env } from '../env'
import { asSystem } from '../events/as-system'
import type { Work } from '../events/work'
import type { JobRun } from '../jobs/define'
import { openKnowledgeBase } from '../kb/articles/defaults'
import { openSla } from '../sla/defaults'
import { forgetAllHosts, type ResolvedTenant } from '../tenancy/resolve'

// not-words: what a workspace begins with is its own from then on
export const defaultDepartments = ['Support', 'Human Resources', 'Finance/Accounting', 'IT/Technology', 'Marketing/Sales']

const setupShape = z.object({
  owner: z.object({
    email: z.string(),
    name: z.string(),
    /** Of an owner who signed up; without it the owner is invited. */
    passwordHash: z.string().optional(),
    entryHash: z.string().optional(),
  }),
  timeZone: z.string(),
})
export type Setup = z.infer<typeof setupShape>

export type Progress = JobRun<unknown>['progress']

/** Their words are `jobProgress` of the catalogue. */
export const provisioningSteps = ['database', 'departments', 'owner', 'opening'] as const

/**
 * What a new workspace begins with. Every step looks at what is there before it acts,
 * so after a crash the whole is simply done again.
 */
export async function provision(tenant: ResolvedTenant, progress: Progress) {
  const { ref } = tenant
  const row = await withPlatform((tx) => tx.tenant.findUniqueOrThrow({ where: { id: ref.id } }))
  if (row.setup === null) return
  const { owner, timeZone } = setupShape.parse(row.setup)
  const steps: Record<(typeof provisioningSteps)[number], () => Promise<unknown>> = {
    database: () => prepareSchema(ref.schemaName),
    departments: () => asSystem(tenant, 'setup', (work) => openOnce(work, timeZone)),
    owner: () => asSystem(tenant, 'setup', (work) => addOwner(work, owner, timeZone)),
    opening: () => withPlatform((tx) => tx.tenant.update({ where: { id: ref.id }, data: { setup: Prisma.DbNull } })),
  }
  for (const [index, step] of provisioningSteps.entries()) {
    await progress(index, provisioningSteps.length, step)
    await steps[step]()
  }
  forgetAllHosts()
  await progress(provisioningSteps.length, provisioningSteps.length, 'done')
}

/** The pooled schema is there; a dedicated one is made with all its tables, or what is missing of them. */
const prepareSchema = async (schema: string) => {
  if (schema !== pooledSchema) await withOwner((pool) => createTenantSchema(pool, schema))
}

async function openOnce(work: Work, timeZone: string) {
  if (await work.tx.workspace.count({ where: { tenantId: work.tenant.ref.id } })) return
  await openWorkspace(work, timeZone)
  await openSla(work, timeZone)
  await openKnowledgeBase(work)
}

/** Whoever signed up can come in at once, with the secret they hold or their password; anybody else is invited. */
async function addOwner({ tenant, tx, emit, now }: Work, { name, email, passwordHash, entryHash }: Setup['owner'], timeZone: string) {
  const tenantId = tenant.ref.id
  if (await tx.person.count({ where: { tenantId, role: 'owner' } })) return
  const id = newId()
  const status = passwordHash ? 'active' : 'invited'
  await tx.person.create({ data: { tenantId, id, name, email, passwordHash, role: 'owner', status, timeZone } })
  if (entryHash) {
    const expiresAt = new Date(now.getTime() + 3600_000)
    await tx.oneTimeToken.create({
      data: { tenantId, id: newId(), personId: id, purpose: 'magic_link', hash: entryHash, createdAt: now, expiresAt },
    })
  }
  if (passwordHash) return emit('desk.opened', { email }, { subjectId: id })
  emit('person.invited', { email, role: 'owner' }, { subjectId: id })
  emit('person.link_requested', { purpose: 'invitation' }, { subjectId: id })
}

/** The workspace's settings and its default departments. */
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
      undoSeconds: env().UNDO_SEND_SECONDS,
      createdAt: now,
    },
  })
  await tx.kbSettings.create({ data: { tenantId, createdAt: now } })
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
