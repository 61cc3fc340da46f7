import { z } from 'zod'
import { withPlatform } from '../db/scope'
import { findTenant, tenantRef } from '../tenancy/resolve'

export async function tenantsCalled(slug?: string) {
  const rows = await withPlatform((tx) => tx.tenant.findMany({ where: { deletedAt: null, slug }, orderBy: { slug: 'asc' } }))
  if (slug && rows.length === 0) throw new Error(`There is no desk called ${slug}.`)
  return rows.map((row) => ({ slug: row.slug, ref: tenantRef(row) }))
}

/** Tenants by id or slug, as commands of mailboxes take them. */
export async function tenantsNamed(name?: string) {
  const isUuid = name !== undefined && z.uuid().safeParse(name).success
  const refs = (await tenantsCalled(isUuid ? undefined : name)).filter(({ ref }) => !isUuid || ref.id === name)
  if (refs.length === 0 && name) throw new Error(`There is no workspace ${name}.`)
  const found = await Promise.all(refs.map(({ ref }) => findTenant({ id: ref.id })))
  return found.filter((tenant) => tenant !== null)
}
