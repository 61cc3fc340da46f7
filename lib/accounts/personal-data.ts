import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { enqueueJob } from '../jobs/enqueue'
import { removeAvatarsJob } from './jobs'

export const accountData: PersonalData = {
  tables: {
    grant: {
      purge: [{ rows: (ticketIds) => ({ objectType: 'ticket', objectId: { in: ticketIds } }) }],
      stays: { personId: 'staff', objectId: 'number', permission: 'machine' },
    },
    session: {
      erase: [
        {
          rows: ({ personIds }) => ({ personId: { in: personIds }, revokedAt: null }),
          set: ({ now }) => ({ revokedAt: now, revokedReason: 'erased' }),
        },
        { rows: ({ personIds }) => ({ personId: { in: personIds } }), set: { address: null, userAgent: null } },
      ],
      stays: { personId: 'subject', ticketId: 'number' },
    },
    refreshToken: { stays: 'machine' },
    oneTimeToken: { erase: [{ rows: ({ personIds }) => ({ personId: { in: personIds } }), deletes: true }] },
    apiToken: {
      erase: [{ rows: ({ personIds }) => ({ personId: { in: personIds }, revokedAt: null }), set: ({ now }) => ({ revokedAt: now }) }],
      stays: {
        personId: 'subject',
        name: 'staff',
        prefix: 'machine',
        hash: 'machine',
        scopes: 'machine',
      },
    },
    person: {
      erase: [
        { by: forgetAccounts, clears: ['name', 'lastName', 'username', 'avatarUrl', 'email', 'phone', 'passwordHash', 'signatureHtml'] },
      ],
      stays: { customRoleId: 'staff', locale: 'settings', timeZone: 'settings' },
    },
    role: { stays: 'settings' },
  },
}

/** The row stays, for what happened refers to it; its address is one that nobody has. */
async function forgetAccounts({ tx, tenantId, now }: PersonalDataWork, { personIds }: DataSubject) {
  const pictured = await tx.person.findMany({
    where: { tenantId, id: { in: [...personIds] }, avatarUrl: { not: null } },
    select: { id: true },
  })
  if (pictured.length > 0) await enqueueJob({ tx, tenantId }, removeAvatarsJob, { personIds: pictured.map(({ id }) => id) })
  await tx.$executeRaw`UPDATE person SET name = 'Erased', email = 'erased-' || id || '@invalid', phone = NULL, last_name = NULL,
      username = NULL, avatar_url = NULL, password_hash = NULL, signature_html = NULL,
      deleted_at = ${now}, updated_at = ${now}, version = version + 1
    WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${personIds}::uuid[])`
}

/** A contact's account, also one they never came back to and that only an address tells; a colleague's is not among them. */
export async function customerAccounts({ tx, tenantId }: PersonalDataWork, personId: string | null, emails: string[]): Promise<string[]> {
  const isTheirs = { OR: [...(personId ? [{ id: personId }] : []), { email: { in: emails } }] }
  const rows = await tx.person.findMany({ where: { tenantId, role: 'customer', AND: isTheirs }, select: { id: true } })
  return rows.map(({ id }) => id)
}

/** A person by name and address, without an address that a contact or another account has by now. */
export async function readRemovedPerson({ tx, tenantId }: Omit<PersonalDataWork, 'now'>, id: string) {
  const person = await tx.person.findFirst({ where: { tenantId, id }, select: { name: true, email: true } })
  if (!person) return null
  const { name, email } = person
  const isTaken =
    (await tx.contactAddress.count({ where: { tenantId, email } })) > 0 ||
    (await tx.person.count({ where: { tenantId, email, deletedAt: null, id: { not: id } } })) > 0
  return { name, emails: isTaken ? [] : [email] }
}
