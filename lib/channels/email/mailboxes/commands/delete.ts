import { invalid } from '../../../../core/errors'
import { ok } from '../../../../core/schema'
import { markDeleted, takeBack } from '../../../../deletion/record'
import { adminProcedure } from '../../../../procedure/builders'
import { wordsFor } from '../../../../procedure/words'
import { loadMailbox, lockMailboxes, mailboxRef, toMailboxOutput } from '../queries'
import { mailboxOutput } from '../schema'

export const deleteMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'DELETE',
    path: '/settings/mail/integrations/{id}',
    tags: ['Mailboxes'],
    summary: 'Delete a mailbox; its email stays on its server and in its tickets',
  })
  .input(mailboxRef)
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { name } = await loadMailbox(context, id)
    await markDeleted(context, 'mailbox', id)
    context.emit('mailbox.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

export const restoreMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/integrations/{id}/restore',
    tags: ['Mailboxes'],
    summary: 'Restore a deleted mailbox; email that came meanwhile is fetched',
  })
  .input(mailboxRef)
  .output(mailboxOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, caller, emit } = context
    const tenantId = tenant.ref.id
    await lockMailboxes(context)
    const gone = await tx.mailbox.findFirst({ where: { tenantId, id } })
    const isTaken = gone && (await tx.mailbox.count({ where: { tenantId, address: gone.address, deletedAt: null, id: { not: id } } }))
    if (isTaken) throw invalid({ id: ['mailboxes.addressTaken'] })
    // Of two defaults the one that is there stays.
    if (gone?.isDefault && (await tx.mailbox.count({ where: { tenantId, isDefault: true, deletedAt: null } })))
      await tx.mailbox.updateMany({ where: { tenantId, id }, data: { isDefault: false } })
    await takeBack(context, 'mailbox', id)
    const mailbox = await loadMailbox(context, id)
    emit('mailbox.restored', { name: mailbox.name }, { subjectId: id })
    return toMailboxOutput(mailbox, await wordsFor(caller))
  })
