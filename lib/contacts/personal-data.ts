import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { idsOf } from '../db/rows'
import { readContact } from './queries'

export const contactData: PersonalData = {
  tables: {
    // Merges with them cannot be taken back any more.
    contactMerge: {
      erase: [{ rows: ({ contactIds }) => ({ OR: [{ intoId: { in: contactIds } }, { fromId: { in: contactIds } }] }), deletes: true }],
    },
    contactImport: {
      erase: [{ by: forgetProblems, clears: ['problems'] }],
      stays: { csv: 'brief', mapping: 'machine', onKnown: 'machine', personId: 'staff' },
    },
    contactAddress: { erase: [{ rows: ({ contactIds }) => ({ contactId: { in: contactIds } }), deletes: true }] },
    contact: {
      erase: [
        {
          rows: ({ contactIds }) => ({ id: { in: contactIds } }),
          set: ({ now }) => ({
            // not-words: stored, and the same for whoever reads it
            name: 'Erased',
            phones: [],
            tags: [],
            notes: '',
            organisationId: null,
            ownerId: null,
            locale: null,
            timeZone: null,
            deletedAt: now,
            version: { increment: 1 },
          }),
        },
        // A colleague's contact stays with their account.
        { rows: ({ personIds }) => ({ personId: { in: personIds } }), set: { personId: null } },
      ],
    },
    organisation: { stays: 'company' },
    organisationDomain: { stays: 'company' },
  },
  async exportContact({ tx, tenantId }, { contactIds: [contactId = ''] }) {
    const contact = await readContact(tx, tenantId, contactId)
    if (!contact) return {}
    const { id, version, name, emails, phones, organisation, tier, tags, notes, owner, locale, timeZone, hasAccount, createdAt } = contact
    return {
      id,
      version,
      name,
      emails,
      phones,
      organisation,
      tier,
      tags,
      notes,
      owner,
      locale,
      timeZone,
      hasAccount,
      createdAt: createdAt.toISOString(),
    }
  },
}

/** What was wrong with a line of an imported table may name them. */
async function forgetProblems({ tx, tenantId }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails)
    await tx.$executeRaw`UPDATE contact_import SET problems = '[]'::jsonb WHERE tenant_id = ${tenantId}::uuid AND position(${email} IN problems::text) > 0`
}

/** A contact first, and who went into it by merging: they are one person. */
export async function mergedContacts({ tx, tenantId }: PersonalDataWork, id: string): Promise<string[]> {
  const query = tx.$queryRaw`
    WITH RECURSIVE part AS (
      SELECT from_id AS id FROM contact_merge WHERE tenant_id = ${tenantId}::uuid AND into_id = ${id}::uuid AND undone_at IS NULL
      UNION SELECT m.from_id FROM contact_merge m JOIN part ON m.tenant_id = ${tenantId}::uuid AND m.into_id = part.id AND m.undone_at IS NULL
    ) SELECT id::text FROM part`
  return [id, ...(await idsOf(query))]
}

/** Contacts that were deleted while they had one of these addresses: the same person, who can still be restored. */
export async function deletedContacts({ tx, tenantId }: PersonalDataWork, emails: readonly string[]): Promise<string[]> {
  const query = tx.$queryRaw`
    SELECT object_id::text AS id FROM deletion
    WHERE tenant_id = ${tenantId}::uuid AND kind = 'contact' AND kept->'emails' ?| ${[...emails]}::text[]`
  return idsOf(query)
}
