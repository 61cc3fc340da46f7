import { z } from 'zod'
import { customerAccounts } from '../accounts/personal-data'
import { deletedContacts, loadErasable, mergedContacts } from '../contacts/personal-data'
import { accountOf, loadContact } from '../contacts/queries'
import type { ContactOutput } from '../contacts/schema'
import { invalid } from '../core/errors'
import { ok } from '../core/schema'
import type { DataSubject } from '../db/personal-data'
import type { Work } from '../events/work'
import { adminProcedure } from '../procedure/builders'
import { workspaceTranslator } from '../text/translator'
import { tracesOf } from '../tickets/conversation/personal-data'
import { erase, exportContact, exportTickets } from './personal-data'

async function subjectOf(
  { tx, tenant, now }: Work,
  { id, name, emails }: Pick<ContactOutput, 'id' | 'name' | 'emails'>,
): Promise<DataSubject> {
  const work = { tx, tenantId: tenant.ref.id, now }
  const contactIds = [...new Set([...(await mergedContacts(work, id)), ...(await deletedContacts(work, emails))])]
  const personIds = await customerAccounts(work, await accountOf(work, id), emails)
  return { contactIds, name, emails, personIds, ...(await tracesOf(work, contactIds)) }
}

/** Everything about one person, for them to have (GDPR, article 15 and 20). */
export const exportPersonalData = adminProcedure
  .meta({ permission: 'contact.erase' })
  .route({ method: 'GET', path: '/contacts/{id}/personal-data', tags: ['Contacts'], summary: 'Export the personal data of a contact' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ contact: z.record(z.string(), z.unknown()), tickets: z.array(z.record(z.string(), z.unknown())) }))
  .handler(async ({ context, input }) => {
    const { tx, tenant, now, emit } = context
    const contact = await loadContact(context, input.id)
    const who = await subjectOf(context, contact)
    const work = { tx, tenantId: tenant.ref.id, now }
    emit('contact.exported', { name: contact.name }, { subjectId: contact.id })
    return { contact: await exportContact(work, who), tickets: await exportTickets(work, who) }
  })

/** Forgets one person (GDPR, article 17), also one who was deleted and can still be restored. Their requests stay as numbers; what they said, their names, files and mails go. */
export const eraseContact = adminProcedure
  .meta({ permission: 'contact.erase' })
  .route({
    method: 'POST',
    path: '/contacts/{id}/erase',
    tags: ['Contacts'],
    summary: 'Erase the personal data of a contact permanently, also of a deleted one',
  })
  .input(z.strictObject({ id: z.uuid(), confirm: z.string().max(200) }))
  .output(ok)
  .handler(async ({ context, input: { id, confirm } }) => {
    const { tx, tenant, now, emit } = context
    const contact = await loadErasable(context, id)
    if (confirm.trim().toLowerCase() !== contact.name.trim().toLowerCase()) throw invalid({ confirm: ['contacts.confirmName'] })
    const who = await subjectOf(context, contact)
    await erase({ tx, tenantId: tenant.ref.id, now, t: await workspaceTranslator(tenant) }, who)
    const { ticketIds, personIds } = who
    const otherIds = who.touchedIds.filter((touched) => !ticketIds.includes(touched))
    emit('contact.erased', { tickets: ticketIds.length, personIds, ticketIds, otherIds }, { subjectId: id })
    return { ok: true as const }
  })
