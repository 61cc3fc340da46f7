import { seesEach } from '../access/visible-tickets'
import { forbidden } from '../core/errors'
import { Prisma } from '../db/generated/tenant/client'
import type { Work } from '../events/work'

type Asking = Pick<Work, 'tx' | 'tenant' | 'actor'>

/** Who gives a contact another address, or another's requests, lets someone read all they asked or take part in: only who sees all of it does that. */
export async function refuseUnseen(work: Asking, contactId: string) {
  const isTheirs = Prisma.sql`(t.requester_id = ${contactId}::uuid OR EXISTS (SELECT 1 FROM ticket_participant p
    WHERE p.tenant_id = t.tenant_id AND p.ticket_id = t.id AND p.contact_id = ${contactId}::uuid AND p.removed_at IS NULL))`
  if (!(await seesEach(work, isTheirs))) throw forbidden('contacts.unseen')
}

/**
 * People of an organisation that shares its requests read each other's: who brings them together, or lets them share, must
 * see all of these. Asked once the change is written.
 */
export async function refuseSharingUnseen(work: Asking, organisationId: string | null) {
  if (organisationId && !(await maySharePeople(work, organisationId))) throw forbidden('contacts.organisationUnseen')
}

/** @param joiningId a contact that is about to belong to it as well */
export async function maySharePeople(work: Asking, organisationId: string, joiningId: string | null = null): Promise<boolean> {
  const { tx, tenant } = work
  const shares = await tx.organisation.count({
    where: { tenantId: tenant.ref.id, id: organisationId, sharesTickets: true, deletedAt: null },
  })
  if (shares === 0) return true
  return seesEach(
    work,
    Prisma.sql`(t.requester_id = ${joiningId}::uuid OR t.requester_id IN (
      SELECT c.id FROM contact c WHERE c.tenant_id = t.tenant_id AND c.organisation_id = ${organisationId}::uuid))`,
  )
}
