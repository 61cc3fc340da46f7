import type { Mailbox } from '../../../db/generated/tenant/client'
import { asSystem } from '../../../events/as-system'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { readAnewIfMoved } from './folder'
import { type mailboxPresets, presets } from './schema'

type Preset = (typeof mailboxPresets)[number]

interface Change {
  address: string
  before: string
  after: string
}

const serversOf = ({ imapHost, imapPort, imapSecurity, smtpHost, smtpPort, smtpSecurity }: Partial<Mailbox>) => ({
  imapHost,
  imapPort,
  imapSecurity,
  smtpHost,
  smtpPort,
  smtpSecurity,
})
const said = (servers: ReturnType<typeof serversOf>) =>
  `${servers.imapHost ?? '-'}:${servers.imapPort ?? '-'} ${servers.imapSecurity}, ${servers.smtpHost ?? '-'}:${servers.smtpPort ?? '-'} ${servers.smtpSecurity}`

/** Whose word is believed of what a mailbox brings: its provider's, where it is fetched from there. */
export function believedOf({ provider, preset, imapHost }: Pick<Mailbox, 'provider' | 'preset' | 'imapHost'>) {
  const { incoming, authservIds, relays } = presets[preset]
  return provider !== 'imap' || (incoming && incoming.host === imapHost) ? { authservIds, relays } : {}
}

/** Sets the servers of mailboxes with a known provider to what its preset says. Passwords stay: it is the same provider. */
export function refreshServers(tenant: ResolvedTenant, { preset, isDry }: { preset?: Preset; isDry: boolean }): Promise<Change[]> {
  return asSystem(tenant, 'imap-settings', async (work) => {
    const { tx, emit } = work
    const tenantId = tenant.ref.id
    const where = { tenantId, deletedAt: null, provider: 'imap' as const, preset: preset ?? { not: 'generic' as const } }
    const changes: Change[] = []
    for (const mailbox of await tx.mailbox.findMany({ where, orderBy: { address: 'asc' } })) {
      const { incoming, outgoing } = presets[mailbox.preset]
      const before = serversOf(mailbox)
      const after = {
        ...before,
        ...(incoming && mailbox.isIncoming ? { imapHost: incoming.host, imapPort: incoming.port, imapSecurity: incoming.security } : {}),
        ...(outgoing && mailbox.isOutgoing ? { smtpHost: outgoing.host, smtpPort: outgoing.port, smtpSecurity: outgoing.security } : {}),
      }
      if (said(before) === said(after)) continue
      changes.push({ address: mailbox.address, before: said(before), after: said(after) })
      if (isDry) continue
      const data = { ...after, version: { increment: 1 } }
      const changed = await tx.mailbox.update({ where: { tenantId_id: { tenantId, id: mailbox.id } }, data })
      await readAnewIfMoved(work, mailbox, changed)
      emit('mailbox.changed', { before, after }, { subjectId: mailbox.id })
    }
    return changes
  })
}
