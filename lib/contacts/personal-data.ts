import { z } from 'zod'
import type { DataSubject, PersonalData, PersonalDataWork } from '../db/personal-data'
import { idsOf, rowsOf } from '../db/rows'
import type { Work } from '../events/work'
import { loadContact, readContact } from './queries'

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
    // The database writes it with the name and the phones.
    contactKey: { stays: 'with' },
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

/** What was wrong with a line of an imported table may name them; and so does a table whose import was given up, which nothing takes away. */
async function forgetProblems({ tx, tenantId, now }: PersonalDataWork, { emails }: DataSubject) {
  for (const email of emails) {
    await tx.$executeRaw`UPDATE contact_import SET status = 'done', csv = '', mapping = '{}'::jsonb, finished_at = ${now}
      WHERE tenant_id = ${tenantId}::uuid AND status = 'running' AND created_at < ${now}::timestamptz - interval '1 day'
        AND position(${email} IN lower(csv)) > 0`
    await tx.$executeRaw`UPDATE contact_import SET problems = '[]'::jsonb WHERE tenant_id = ${tenantId}::uuid AND position(${email} IN problems::text) > 0`
  }
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

const deleted = z.object({ id: z.string(), name: z.string(), emails: z.array(z.string()) })

/**
 * A contact that was deleted and can be restored: its addresses went into the deletion. One that another contact has by now is
 * that one's.
 */
export async function readDeletedContact({ tx, tenantId }: Omit<PersonalDataWork, 'now'>, id: string) {
  const [contact] = await rowsOf(
    deleted,
    tx.$queryRaw`
    SELECT c.id::text, c.name, ARRAY(
      SELECT e.email FROM jsonb_array_elements_text(d.kept->'emails') AS e(email)
      WHERE NOT EXISTS (SELECT 1 FROM contact_address a WHERE a.tenant_id = c.tenant_id AND a.email = e.email)) AS emails
    FROM contact c JOIN deletion d ON d.tenant_id = c.tenant_id AND d.kind = 'contact' AND d.object_id = c.id
    WHERE c.tenant_id = ${tenantId}::uuid AND c.id = ${id}::uuid`,
  )
  return contact ?? null
}

/**
 * Whoever is to be erased, deleted or not.
 * @throws NOT_FOUND for one that was merged, erased or purged
 */
export const loadErasable = async (work: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<z.output<typeof deleted>> =>
  (await readDeletedContact({ tx: work.tx, tenantId: work.tenant.ref.id }, id)) ?? (await loadContact(work, id))
