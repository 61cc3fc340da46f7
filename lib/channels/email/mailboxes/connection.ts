import { invalid } from '../../../core/errors'
import type { ErrorText } from '../../../core/message'
import type { Mailbox, MailboxPreset, Prisma } from '../../../db/generated/tenant/client'
import { credentials } from '../../../mail/credentials'
import { mayReachInner, refusalOfHost } from '../../../net/guarded'
import { presets, type ServerInput } from './schema'

export const directions = ['incoming', 'outgoing'] as const
export type Direction = (typeof directions)[number]

/** The columns of a direction. */
const columns = {
  incoming: { host: 'imapHost', port: 'imapPort', security: 'imapSecurity', user: 'imapUser', password: 'imapPassword' },
  outgoing: { host: 'smtpHost', port: 'smtpPort', security: 'smtpSecurity', user: 'smtpUser', password: 'smtpPassword' },
} as const satisfies Record<Direction, Record<string, keyof Mailbox>>

/** What was stored of a direction. */
const storedServer = (row: Mailbox, direction: Direction) => {
  const { host, port, security, user, password } = columns[direction]
  return { host: row[host], port: row[port], security: row[security], user: row[user], password: row[password] }
}

/**
 * The server that was asked for, filled in from the preset and from what is stored. A password is sent to no other server, and over
 * no other kind of connection, than it was entered for.
 * @throws INVALID for what can't be connected to
 */
export function serverOf(direction: Direction, preset: MailboxPreset, given: ServerInput, before: Mailbox | null) {
  const stored = before && before.preset === preset ? storedServer(before, direction) : null
  const known = presets[preset][direction]
  const host = given.host || stored?.host || known?.host || ''
  const port = given.port ?? stored?.port ?? known?.port ?? null
  const security = given.security ?? (stored?.host ? stored.security : undefined) ?? known?.security ?? 'tls'
  const user = given.user ?? stored?.user ?? null
  const refuse = (field: string, text: ErrorText) => invalid({ [`${direction}.${field}`]: [text] })
  if (!host) throw refuse('host', 'mailboxes.hostMissing')
  if (!port) throw refuse('port', 'mailboxes.portMissing')
  if (refusalOfHost(host)) throw refuse('host', 'mailboxes.privateNetwork')
  if (security === 'none' && !mayReachInner()) throw refuse('security', 'mailboxes.unencrypted')
  const isSame =
    stored !== null && stored.host === host && stored.port === port && stored.security === security && (stored.user ?? '') === (user ?? '')
  const isKept = !given.password && isSame && stored.password !== null
  if (!given.password && !isKept) throw refuse('password', stored?.password ? 'mailboxes.passwordAgain' : 'mailboxes.passwordMissing')
  return { host, port, security, user, password: given.password || null, sealed: isKept ? stored.password : null }
}
export type ChosenServer = ReturnType<typeof serverOf>

/** What is written of a direction; the password encrypted for this place. */
export function serverData(
  place: { tenantId: string; id: string },
  direction: Direction,
  { host, port, security, user, password, sealed }: ChosenServer,
): Prisma.MailboxUncheckedUpdateInput {
  const names = columns[direction]
  return {
    [names.host]: host,
    [names.port]: port,
    [names.security]: security,
    [names.user]: user,
    [names.password]: password === null ? sealed : credentials().seal({ ...place, field: names.password }, password),
  }
}

/** The password to connect with: the one that was entered, else the stored one. */
export const passwordOf = (place: { tenantId: string; id: string }, direction: Direction, { password, sealed }: ChosenServer): string =>
  password ?? (sealed ? credentials().open({ ...place, field: columns[direction].password }, sealed) : '')
