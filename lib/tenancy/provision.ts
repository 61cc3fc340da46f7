import { z } from 'zod'
import { inBackground } from '../core/background'
import { newId } from '../core/id'
import { Prisma } from '../db/generated/platform/client'
import { outsideUnitOfWork, withPlatform, withTenant } from '../db/scope'
import { slugOfName } from '../directory/departments'
import { eventBuffer } from '../events/emit'
import { log } from '../log'
import type { Work } from '../procedure/work'
import { type ResolvedTenant, tenantRef } from './resolve'

export const defaultDepartments = ['Support', 'Human Resources', 'Finance/Accounting', 'IT/Technology', 'Marketing/Sales']

const setupShape = z.object({ owner: z.object({ email: z.string(), name: z.string() }), timeZone: z.string() })
export type Setup = z.infer<typeof setupShape>

/** Sets up the desks that were created and are not ready yet; also what a crash left half done. */
export const wakeSetup = () =>
  inBackground(
    'setup',
    () => outsideUnitOfWork(finishSetups),
    (error) => log().error({ err: error }, 'a desk could not be set up; the sweep will try again'),
  )

export async function finishSetups() {
  const waiting = await withPlatform((tx) =>
    tx.tenant.findMany({ where: { setup: { not: Prisma.AnyNull }, deletedAt: null }, orderBy: { createdAt: 'asc' } }),
  )
  for (const row of waiting) {
    await provision({ ref: tenantRef(row), name: row.name, status: row.status }, setupShape.parse(row.setup))
    await withPlatform((tx) => tx.tenant.update({ where: { id: row.id }, data: { setup: Prisma.DbNull } }))
  }
}

/** What a new desk begins with, in one unit of work. Safe to repeat: a desk that has it is left alone. */
async function provision(tenant: ResolvedTenant, { owner, timeZone }: Setup) {
  const tenantId = tenant.ref.id
  const now = new Date()
  await withTenant(tenant.ref, async (tx) => {
    if (await tx.workspace.count({ where: { tenantId } })) return
    await openWorkspace({ tenant, tx, now }, timeZone)
    const id = newId()
    await tx.person.create({ data: { ...owner, tenantId, id, role: 'owner', status: 'invited', timeZone } })
    const actor = { kind: 'system', name: 'setup' } as const
    const events = eventBuffer({ tenant, actor, now, requestId: 'setup', address: null })
    events.emit('person.invited', { email: owner.email, role: 'owner' }, { subjectId: id })
    events.emit('person.link_requested', { purpose: 'invitation' }, { subjectId: id })
    await events.flush(tx)
  })
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
