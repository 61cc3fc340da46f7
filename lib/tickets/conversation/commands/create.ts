import { z } from 'zod'
import { has, isStaff, type TenantActor } from '../../../actor/actor'
import { loadContact } from '../../../contacts/queries'
import { findOrCreateContact } from '../../../contacts/record'
import { forbidden, invalid, rateLimited } from '../../../core/errors'
import { addressKey } from '../../../core/ip-address'
import { msg } from '../../../core/message'
import { emailInput, nameInput as personName, phoneInput } from '../../../core/schema'
import type { Priority } from '../../../directory/schema'
import type { Work } from '../../../events/work'
import { filesInput, storeFiles, storeGuestFiles } from '../../../files/attachments'
import { guestFiles } from '../../../files/schema'
import { customerProcedure, publicProcedure } from '../../../procedure/builders'
import type { TenantContext } from '../../../procedure/context'
import { takeToken } from '../../../procedure/rate-limit'
import { fieldsOfNew, valuesOfNew } from '../../fields/fields'
import { fieldValues } from '../../fields/schema'
import { readDetails } from '../../ticket/attribute-changes'
import { assign } from '../../ticket/commands/assign'
import { knownDepartment, refuseUnless } from '../../ticket/lock'
import { isOwnAddress } from '../../ticket/own-address'
import { canAssign } from '../../ticket/policy'
import { loadTicket, toView } from '../../ticket/queries'
import { livingDepartment } from '../../ticket/record'
import { detailsIn, isSorted, newDetailInputs, newTicketInputs, portalDetailInputs, ticketOutput, ticketTitle } from '../../ticket/schema'
import { usualAddressees } from '../addressee'
import { type Creator, recordTicket } from '../record'
import { attachmentIds, description, richBody } from '../schema'
import { authorOf, bodyOf, contactOfActor, sourceOf } from './reply'

const requesterInput = z.strictObject({ name: personName, email: emailInput, phone: phoneInput.optional() })

export const createTicket = customerProcedure
  .meta({ permission: 'ticket.create', body: 'form' })
  .route({ method: 'POST', path: '/ticket', tags: ['Tickets'], summary: 'Create a ticket', successStatus: 201 })
  .input(
    z.strictObject({
      title: ticketTitle,
      description: description.optional(),
      descriptionHtml: richBody.optional(),
      attachmentIds: attachmentIds.default([]),
      /** Files that come with the form itself, as multipart/form-data. */
      files: filesInput,
      fields: fieldValues.optional(),
      ...newTicketInputs,
      ...newDetailInputs,
      /** Staff open tickets for others; a customer's are their own. */
      requester: requesterInput.optional(),
      /** In place of `requester`: a contact who is known. */
      requesterId: z.uuid().optional(),
      assigneeId: z.uuid().optional(),
      /** Staff's first words: what the requester said, which is the default; mail to the requester; or a note that only staff see. */
      firstMessage: z.enum(['request', 'mail', 'note']).optional(),
      /** Whether the requester gets a mail with the reference; who did not open it themselves does unless told otherwise. */
      acknowledge: z.boolean().optional(),
    }),
  )
  .output(ticketOutput)
  .handler(async ({ context, input }) => {
    const { actor } = context
    const isForOther = input.requester !== undefined || input.requesterId !== undefined
    const { firstMessage } = input
    const isOwn = isStaff(actor) && (firstMessage === 'mail' || firstMessage === 'note')
    if (isForOther && !isStaff(actor)) throw forbidden('tickets.requesterByStaff')
    if (!isStaff(actor) && (input.assigneeId || firstMessage || isSorted(input))) throw forbidden('tickets.sortByStaff')
    if (firstMessage === 'mail' && !isForOther) throw invalid({ requester: ['tickets.enterRequester'] })
    const [requester, place, asked] = await Promise.all([requesterOf(context, input), placeOf(context, input), fieldsOfNew(context)])
    // What someone said at the counter or on the phone is in the words of who took it down.
    const isTakenDown = actor.kind === 'person' && (input.source === 'phone' || input.source === 'internal')
    const { id, messageId } = await recordTicket(context, {
      title: input.title,
      ...described(input),
      attachmentIds: input.attachmentIds,
      author: isStaff(actor) && (!isForOther || isTakenDown || isOwn) ? authorOf(actor) : { kind: 'contact', id: requester.id },
      // Who is written to needs no other mail that says so.
      acknowledge: !isOwn && (input.acknowledge ?? (!isStaff(actor) || isForOther)),
      isAnswer: firstMessage === 'mail',
      isNote: firstMessage === 'note',
      requesterId: requester.id,
      creator: creatorIn(input),
      ...place,
      isPlaced: true,
      fields: valuesOfNew(context, asked, input.fields, place.departmentId),
      details: await readDetails(context, detailsIn(input), place.departmentId),
      tags: input.tags,
      source: isStaff(actor) ? (input.source ?? sourceOf(actor)) : 'customer_portal',
    })
    await storeFiles(context, input.files, messageId)
    if (firstMessage === 'mail') {
      await refuseUnwritable(context, id)
      context.emit('ticket.replied', { messageId, by: 'agent' }, { subjectId: id })
    }
    await context.flush()
    if (input.assigneeId) await assignNew(context, id, input.assigneeId)
    return toView(actor, await loadTicket(asSystem(context), id))
  })

/** Whom the ticket is for: a contact, who is made from their address if nobody has it, or whoever creates it. */
async function requesterOf(context: TenantContext<TenantActor>, { requester, requesterId }: { requester?: Named; requesterId?: string }) {
  if (requester && requesterId) throw invalid({ requesterId: ['tickets.oneRequester'] })
  if (requester) return findOrCreateContact(context, requester)
  if (!requesterId) return contactOfActor(context)
  if (!has(context.actor, 'contact.view')) throw forbidden()
  return loadContact(context, requesterId)
}
type Named = z.output<typeof requesterInput>

/** @throws INVALID where mail to the requester would reach nobody, or the team itself */
async function refuseUnwritable(context: TenantContext, id: string) {
  const [to] = (await usualAddressees(context, id)).to
  if (!to) throw invalid({ requester: ['tickets.enterAddressee'] })
  if (await isOwnAddress(context, to.email)) throw invalid({ requester: [msg('tickets.ownAddress', { address: to.email })] })
}

async function assignNew(context: TenantContext, id: string, assigneeId: string) {
  const ticket = await loadTicket(asSystem(context), id)
  refuseUnless(canAssign, context, ticket)
  await assign(context, ticket, assigneeId)
  await context.flush()
}

export const createPublicTicket = publicProcedure
  .meta({ permission: 'public', limit: 'publicForm', body: 'form' })
  .route({
    method: 'POST',
    path: '/public/tickets',
    tags: ['Public'],
    summary: 'Submit a request without signing in',
    successStatus: 201,
  })
  .input(
    z.strictObject({
      ...requesterInput.shape,
      title: ticketTitle,
      description,
      departmentId: z.uuid().optional(),
      categoryId: z.uuid().optional(),
      files: filesInput,
      fields: fieldValues.optional(),
      ...portalDetailInputs,
    }),
  )
  .output(z.object({ id: z.uuid(), number: z.string(), answerBy: ticketOutput.shape.answerBy }))
  .handler(async ({ context, input }) => {
    const [requester, place, asked] = await Promise.all([
      findOrCreateContact(context, input),
      placeOf(context, input),
      fieldsOfNew(context),
    ])
    const { id, messageId } = await recordTicket(context, {
      title: input.title,
      bodyText: input.description,
      author: { kind: 'contact', id: requester.id },
      requesterId: requester.id,
      creator: { name: input.name, email: input.email, phone: input.phone },
      ...place,
      isPlaced: true,
      fields: valuesOfNew(context, asked, input.fields, place.departmentId),
      details: await readDetails(context, detailsIn(input), place.departmentId),
      source: 'web',
    })
    await consumeFileTokens(context, input.files.length)
    await storeGuestFiles(context, input.files, messageId)
    await context.flush()
    const { number, answerBy } = toView(context.actor, await loadTicket(asSystem(context), id))
    return { id, number, answerBy }
  })

const tenMinutes = 10 * 60_000

/** Files fill the disk, so an address brings no more of them in a while than somebody with a problem has. */
async function consumeFileTokens({ caller, tenant, now }: TenantContext, files: number) {
  const key = `guest-files:${tenant.ref.id}:${addressKey(caller.address)}`
  for (let n = 0; n < files; n++) {
    const verdict = await takeToken(key, guestFiles.perAddress, now.getTime(), tenMinutes)
    if (!verdict.allowed) throw rateLimited(verdict.resetSeconds)
  }
}

/** What staff say of who asks goes before what they say of whom it is for. */
const creatorIn = ({ requester, creatorName, creatorEmail, creatorPhone }: Asked): Creator => ({
  name: creatorName ?? requester?.name,
  email: creatorEmail ?? requester?.email,
  phone: creatorPhone ?? requester?.phone,
})

interface Asked {
  requester?: Creator
  creatorName?: string | null
  creatorEmail?: string | null
  creatorPhone?: string | null
}

/** Who opens a ticket gets to see that it was opened, also where they may not look further. */
const asSystem = (work: Work): Work => ({ ...work, actor: { kind: 'system', name: 'created' } })

/** A ticket's first message, whose field has another name. */
function described(given: { description?: string; descriptionHtml?: string; attachmentIds: string[] }) {
  if (!given.description && !given.descriptionHtml) throw invalid({ description: ['tickets.enterDescription'] })
  return bodyOf({ body: given.description, bodyHtml: given.descriptionHtml, attachmentIds: given.attachmentIds })
}

/** Where a new ticket goes: its category says its department and its priority, unless they are given. */
async function placeOf(work: Work, given: { departmentId?: string; categoryId?: string; priority?: Priority }) {
  const departmentId = await knownDepartment(work, given.departmentId)
  if (!given.categoryId) return { departmentId: departmentId ?? (await livingDepartment(work)), priority: given.priority }
  const where = { tenantId: work.tenant.ref.id, id: given.categoryId, deletedAt: null, isActive: true, department: { deletedAt: null } }
  const category = await work.tx.category.findFirst({ where, select: { departmentId: true, defaultPriority: true } })
  if (!category) throw invalid({ categoryId: ['tickets.noCategory'] })
  if (departmentId && departmentId !== category.departmentId) throw invalid({ categoryId: ['tickets.categoryElsewhere'] })
  const priority = given.priority ?? category.defaultPriority ?? undefined
  return { departmentId: category.departmentId, categoryId: given.categoryId, priority }
}
