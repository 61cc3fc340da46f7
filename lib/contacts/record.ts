import { z } from 'zod'
import { newId } from '../core/id'
import { rowsOf } from '../db/rows'
import type { Work } from '../events/work'

const foundOrMade = z.object({ known: z.string().nullable(), isAdded: z.boolean() })

/**
 * The contact behind an address, made if nobody has it. Two messages from a new
 * sender at once end in one contact.
 * @param email lower case
 */
export async function findOrCreateContact(work: Work, given: { email: string; name: string }): Promise<{ id: string }> {
  const { tx, tenant } = work
  const tenantId = tenant.ref.id
  const id = newId()
  const domain = given.email.slice(given.email.lastIndexOf('@') + 1)
  const [row] = await rowsOf(
    foundOrMade,
    tx.$queryRaw`
      WITH known AS (SELECT contact_id FROM contact_address WHERE tenant_id = ${tenantId}::uuid AND email = ${given.email}),
        made AS (
          INSERT INTO contact (tenant_id, id, name, organisation_id, updated_at)
          SELECT ${tenantId}::uuid, ${id}::uuid, ${given.name},
            (SELECT organisation_id FROM organisation_domain WHERE tenant_id = ${tenantId}::uuid AND domain = ${domain}), now()
          WHERE NOT EXISTS (SELECT 1 FROM known) RETURNING id),
        added AS (
          INSERT INTO contact_address (tenant_id, email, contact_id, is_primary)
          SELECT ${tenantId}::uuid, ${given.email}, id, true FROM made ON CONFLICT DO NOTHING RETURNING contact_id)
      SELECT (SELECT contact_id::text FROM known) AS known, EXISTS (SELECT 1 FROM added) AS "isAdded"`,
  )
  if (row?.known) return { id: row.known }
  if (row?.isAdded) return { id }
  // Somebody else made them in the same moment.
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
