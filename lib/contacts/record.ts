import { newId } from '../core/id'
import type { Work } from '../events/work'

/**
 * The contact behind an address, made if nobody has it. Two messages from a new
 * sender at once end in one contact.
 * @param email lower case
 */
export async function findOrCreateContact(work: Work, given: { email: string; name: string }): Promise<{ id: string }> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const known = await tx.contactAddress.findUnique({ where: { tenantId_email: { tenantId, email: given.email } } })
  if (known) return { id: known.contactId }
  const id = newId()
  await tx.contact.create({ data: { tenantId, id, name: given.name, organisationId: await organisationOf(work, given.email) } })
  const added = await tx.$executeRaw`
    INSERT INTO contact_address (tenant_id, email, contact_id, is_primary)
    VALUES (${tenantId}::uuid, ${given.email}, ${id}::uuid, true) ON CONFLICT DO NOTHING`
  if (added === 1) return { id }
  await tx.contact.delete({ where: { tenantId_id: { tenantId, id } } })
  const first = await tx.contactAddress.findUniqueOrThrow({ where: { tenantId_email: { tenantId, email: given.email } } })
  return { id: first.contactId }
}

/**
 * The contact a signed-in person is, made or found by their own address. An
 * address someone else holds is never taken over.
 */
export async function contactOfPerson(work: Work, person: { id: string; name: string; email: string }): Promise<{ id: string }> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const linked = await tx.contact.findUnique({ where: { tenantId_personId: { tenantId, personId: person.id } } })
  if (linked) return linked
  const { id } = await findOrCreateContact(work, person)
  await tx.contact.updateMany({ where: { tenantId, id, personId: null }, data: { personId: person.id } })
  return { id }
}

/** The organisation whose people write from the domain of an address. */
export async function organisationOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, email: string): Promise<string | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1)
  const row = await tx.organisationDomain.findUnique({ where: { tenantId_domain: { tenantId: tenant.ref.id, domain } } })
  return row?.organisationId ?? null
}
