import type { Work } from '../../events/work'
import { mailHostOf } from '../../mail/addresses'

/** Whether mail to an address comes back to this workspace. */
export async function isOwnAddress({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, email: string): Promise<boolean> {
  if (email.endsWith(`@${mailHostOf(tenant.ref)}`)) return true
  const tenantId = tenant.ref.id
  const where = { tenantId, deletedAt: null, supportAddress: { equals: email, mode: 'insensitive' as const } }
  return (await tx.department.count({ where })) > 0 || (await tx.mailbox.count({ where: { tenantId, address: email } })) > 0
}
