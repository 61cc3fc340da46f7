import { z } from 'zod'
import { loadErasable } from '../contacts/personal-data'
import { loadContact } from '../contacts/queries'
import { invalid } from '../core/errors'
import { ok } from '../core/schema'
import { enqueueJob } from '../jobs/enqueue'
import { adminInPieces } from '../procedure/builders'
import { eraseInPieces, subjectOf } from './erasure'
import { eraseContactJob } from './jobs'
import { exportContact, exportTickets } from './personal-data'

/** Tickets that one unit of work reads. */
const atOnce = 50
/** When an erasure that is not over by then is taken up. */
const takenUpAfterMs = 10 * 60_000

/** Everything about one person, for them to have (GDPR, article 15 and 20). */
export const exportPersonalData = adminInPieces
  .meta({ permission: 'contact.erase' })
  .route({ method: 'GET', path: '/contacts/{id}/personal-data', tags: ['Contacts'], summary: 'Export the personal data of a contact' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(z.object({ contact: z.record(z.string(), z.unknown()), tickets: z.array(z.record(z.string(), z.unknown())) }))
  .handler(async ({ context: { tenant, now, piece, conclude }, input: { id } }) => {
    const tenantId = tenant.ref.id
    const { name, who } = await piece(async (work) => {
      const contact = await loadContact(work, id)
      return { name: contact.name, who: await subjectOf(work, contact) }
    })
    const tickets: Record<string, unknown>[] = []
    for (let at = 0; at < who.ticketIds.length; at += atOnce) {
      const ticketIds = who.ticketIds.slice(at, at + atOnce)
      tickets.push(...(await piece(({ tx }) => exportTickets({ tx, tenantId, now }, { ...who, ticketIds, touchedIds: ticketIds }))))
    }
    return conclude(async ({ tx, emit }) => {
      emit('contact.exported', { name }, { subjectId: id })
      return { contact: await exportContact({ tx, tenantId, now }, who), tickets }
    })
  })

/** Forgets one person (GDPR, article 17), also one who was deleted and can still be restored. Their requests stay as numbers; what they said, their names, files and mails go. */
export const eraseContact = adminInPieces
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
    await context.piece(async (work) => {
      const { name } = await loadErasable(work, id)
      if (confirm.trim().toLowerCase() !== name.trim().toLowerCase()) throw invalid({ confirm: ['contacts.confirmName'] })
      const { tx, tenant, actor, now } = work
      const input = { contactId: id, byId: actor.kind === 'person' ? actor.id : null }
      const dueAt = new Date(now.getTime() + takenUpAfterMs)
      await enqueueJob({ tx, tenantId: tenant.ref.id }, eraseContactJob, input, { uniqueKey: id, dueAt })
    })
    return eraseInPieces(context, id)
  })
