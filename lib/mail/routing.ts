import type { Mailbox } from '../db/generated/tenant/client'
import { env } from '../env'
import type { Work } from '../events/work'
import type { ResolvedTenant } from '../tenancy/resolve'
import { accessTokenOf } from './access-token'
import { sendAs, tokenFailure } from './account'
import { CredentialError, credentials } from './credentials'
import { MailFailure } from './failure'
import { mailgun } from './mailgun'
import { resend } from './resend'
import { mailboxSmtp, type SmtpServer, serverSmtp } from './smtp'
import { type MailTransport, spool } from './transport'

/** The installation's own way out: the first that is set up. */
export function serverTransport(): MailTransport {
  const { RESEND_API_KEY, MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL } = env()
  if (RESEND_API_KEY) return resend
  if (MAILGUN_API_KEY && MAILGUN_DOMAIN) return mailgun
  return SMTP_URL ? serverSmtp(SMTP_URL) : spool
}

/** What decides which mailbox it is. */
const deciding = { id: true, departmentId: true, isDefault: true, isOutgoing: true, state: true, smtpHost: true, deletedAt: true } as const
type Candidate = Pick<Mailbox, keyof typeof deciding>

/**
 * The mailbox that a message goes out through: that of its department, else the workspace's own; none where neither can send, and
 * the server's way is left. One whose owner took the consent back can't.
 */
export function mailboxFor<M extends Candidate>(mailboxes: readonly M[], departmentId: string | null): M | null {
  const able = mailboxes.filter(({ isOutgoing, state, smtpHost, deletedAt }) => isOutgoing && state !== 'revoked' && smtpHost && !deletedAt)
  const ofDepartment = able.filter((mailbox) => departmentId !== null && mailbox.departmentId === departmentId)
  return ofDepartment.find(({ isDefault }) => isDefault) ?? ofDepartment[0] ?? able.find(({ isDefault }) => isDefault) ?? null
}

/** How a message leaves. */
export interface Route {
  transport: MailTransport
  departmentId: string | null
  mailbox: Pick<Mailbox, 'id' | 'address' | 'isIncoming'> | null
  /** Bytes of files that a message can have on this way. */
  mostAttached: number
}

const MB = 1024 * 1024
/** Servers refuse more than about 25 MB, and sending makes it a third longer. */
const usuallyAttached = 15 * MB
/** Graph takes requests of 4 MB, in which a message is a third longer, and files within it a third more. */
const attachedByGraph = 2 * MB
/** What every way takes. */
export const alwaysAttached = attachedByGraph

/** The installation's own way out. */
export const serverRoute = (departmentId: string | null): Route => ({
  transport: serverTransport(),
  departmentId,
  mailbox: null,
  mostAttached: usuallyAttached,
})

export async function routeOf({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, { ticketId }: { ticketId: string | null }): Promise<Route> {
  const tenantId = tenant.ref.id
  const ticket = ticketId && (await tx.ticket.findFirst({ where: { tenantId, id: ticketId }, select: { departmentId: true } }))
  const departmentId = ticket ? ticket.departmentId : null
  const candidates = await tx.mailbox.findMany({
    where: { tenantId, isOutgoing: true, deletedAt: null },
    select: deciding,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const chosen = mailboxFor(candidates, departmentId)
  const mailbox = chosen && (await tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: chosen.id } }, select: sending }))
  const isByGraph = mailbox?.usesApi && mailbox.provider === 'microsoft'
  const mostAttached = isByGraph ? attachedByGraph : usuallyAttached
  return { transport: mailbox ? through(tenant, mailbox) : serverTransport(), departmentId, mailbox, mostAttached }
}

const sending = {
  ...{ tenantId: true, id: true, address: true, isIncoming: true, provider: true, usesApi: true },
  ...{ smtpHost: true, smtpPort: true, smtpSecurity: true, smtpUser: true, smtpPassword: true },
} as const
type Sending = Pick<Mailbox, keyof typeof sending>

const ports = { tls: 465, starttls: 587, none: 25 }

/** What a mailbox sends with. Passwords and tokens are opened when a message goes out, and stand in no log. @param instead a token that was refused */
export async function smtpServerOf(tenant: ResolvedTenant, mailbox: Sending, instead?: string): Promise<SmtpServer> {
  const { tenantId, id, provider, address, smtpHost, smtpPort, smtpSecurity, smtpUser, smtpPassword } = mailbox
  const server = { host: smtpHost ?? '', port: smtpPort ?? ports[smtpSecurity], security: smtpSecurity }
  const user = smtpUser || address
  if (provider !== 'imap') return { ...server, auth: { user, accessToken: await accessTokenOf(tenant, id, { instead }) } }
  const password = smtpPassword && opened({ tenantId, id, field: 'smtpPassword' }, smtpPassword)
  return { ...server, auth: password ? { user, password } : null }
}

const through = (tenant: ResolvedTenant, mailbox: Sending): MailTransport => ({
  name: 'mailbox',
  async send(mail) {
    const { provider, usesApi, id } = mailbox
    if (usesApi && provider !== 'imap') return sendAs(tenant, id, provider, mail)
    const server = await smtpServerOf(tenant, mailbox).catch(refuse)
    const { auth } = server
    try {
      return await mailboxSmtp(server, mailbox.address).send(mail)
    } catch (error) {
      // A token that ended before its time is renewed once.
      const isRefused = error instanceof MailFailure && error.reason === 'not_allowed' && error.retry === 'soon'
      if (!isRefused || !auth || !('accessToken' in auth)) throw error
      return mailboxSmtp(await smtpServerOf(tenant, mailbox, auth.accessToken).catch(refuse), mailbox.address).send(mail)
    }
  },
})

function refuse(error: unknown): never {
  throw tokenFailure(error)
}

function opened(at: { tenantId: string; id: string; field: string }, sealed: string): string {
  try {
    return credentials().open(at, sealed)
  } catch (error) {
    if (error instanceof CredentialError) throw new MailFailure('not_allowed', error.message, 'soon')
    throw error
  }
}
