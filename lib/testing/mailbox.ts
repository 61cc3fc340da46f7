import { newId } from '../core/id'
import type { Prisma } from '../db/generated/tenant/client'
import { withTenant } from '../db/scope'
import { credentials } from '../mail/credentials'
import type { ResolvedTenant } from '../tenancy/resolve'

interface Server {
  host: string
  port: number
  addUser(user: string, password: string): Promise<void>
}

let counter = 0

/** A mailbox on a server, with an account of its own there. */
export async function makeMailbox(
  tenant: ResolvedTenant,
  server: Server,
  given: Partial<Prisma.MailboxUncheckedCreateInput> & { folders?: string[] } = {},
) {
  const { folders = ['INBOX'], ...data } = given
  const n = ++counter
  const user = `user${n}`
  await server.addUser(user, 'geheim')
  const tenantId = tenant.ref.id
  const id = newId()
  const imapPassword = credentials().seal({ tenantId, id, field: 'imapPassword' }, 'geheim')
  const { host: imapHost, port: imapPort } = server
  const connection = { imapHost, imapPort, imapSecurity: 'none' as const, imapUser: user, imapPassword }
  await withTenant(tenant.ref, async (tx) => {
    await tx.mailbox.create({ data: { tenantId, id, name: 'Support', address: `support${n}@acme.test`, ...connection, ...data } })
    await tx.mailboxFolder.createMany({ data: folders.map((path) => ({ tenantId, mailboxId: id, path })) })
  })
  return { id, user }
}
