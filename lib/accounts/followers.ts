import { invalid } from '../core/errors'
import { defineFollower, type FollowerWork } from '../events/follower'
import { removePerson } from './removal'

/** Of two accounts that turn out to be one person's, one goes; it comes back when they part. */
export const accountFollower = defineFollower('accounts.merged', {
  'contact.merged': async (work, { payload: { accountId } }) => {
    if (accountId) await removePerson(work, accountId, { reason: 'merged' })
  },
  'contact.unmerged': async (work, { payload: { account } }) => {
    if (account) await restoreAccount(work, account)
  },
})

/**
 * Whoever signed up with the address since has the account that takes its place.
 * @throws INVALID when that one is another contact's
 */
async function restoreAccount({ tx, tenant, emit }: FollowerWork, { id, contactId }: { id: string; contactId: string }) {
  const tenantId = tenant.ref.id
  const { email } = await tx.person.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } })
  const since = await tx.person.findFirst({ where: { tenantId, email, deletedAt: null }, include: { contact: { select: { id: true } } } })
  if (since?.contact && since.contact.id !== contactId) throw invalid({ mergeId: ['contacts.accountReplaced'] })
  if (!since) {
    await tx.person.update({ where: { tenantId_id: { tenantId, id } }, data: { deletedAt: null, version: { increment: 1 } } })
    emit('person.restored', { email }, { subjectId: id })
  }
  await tx.contact.updateMany({ where: { tenantId, id: contactId, personId: null }, data: { personId: since?.id ?? id } })
}
