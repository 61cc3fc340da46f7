import { ImapFlow } from 'imapflow'
import { TimeoutError, withTimeout } from '../core/with-timeout'
import type { ConnectionSecurity } from '../db/generated/tenant/client'
import { ForbiddenAddressError, guardedLookup, refusalOfHost } from '../net/guarded'
import { MailboxError } from './connection-errors'
import { imapLogin, type Login } from './login'

export interface ServerAddress {
  host: string
  port: number
  security: ConnectionSecurity
}

/** Where and as whom to read mail. */
export interface ImapAccount extends ServerAddress {
  auth: Login
}

export interface ImapLimits {
  /** Until the connection stands, and until the server says something. */
  connectMs: number
  /** The longest that one command takes, whatever the server sends meanwhile. */
  commandMs: number
  /** How often it is looked at how much came. */
  countMs?: number
}

export const imapLimits: ImapLimits = { connectMs: 15_000, commandMs: 45_000 }

/** How long nothing may come; between two commands we may be busy ourselves. */
const silenceMs = 120_000
/** What a command may make the server send, and what one answer may make us hold; a message comes in pieces of less. */
const mostBytes = 4 * 1024 * 1024
/** How often what came is counted, where mail is read. */
const usualCountMs = 10

export interface Imap {
  client: ImapFlow
  /** Runs one command. One that takes too long, or to which too much is answered, ends the connection. */
  run<T>(what: string, command: Promise<T>, limits?: CommandLimits): Promise<T>
  /** Closes the connection; the command that runs, or the next one, fails with this. */
  end(why: Error): void
}

interface CommandLimits {
  ms?: number
  /** What may come from the server until the next command. */
  bytes?: number
}

/**
 * Connects, signs in, and hands the connection over; closes it in any case. A server that stalls, or sends what is no IMAP, or more than
 * it was asked for, ends it with an error within bounded time.
 */
export async function withImap<T>(
  { host, port, security, auth }: ImapAccount,
  limits: ImapLimits,
  use: (imap: Imap) => Promise<T>,
): Promise<T> {
  const refusal = refusalOfHost(host)
  if (refusal) throw new ForbiddenAddressError(refusal)
  const client = new ImapFlow({
    host,
    port,
    secure: security === 'tls',
    doSTARTTLS: security === 'starttls',
    auth: imapLogin(auth),
    tls: { lookup: guardedLookup, minVersion: 'TLSv1.2' },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    socketTimeout: silenceMs,
    maxLineLength: mostBytes,
    maxLiteralSize: mostBytes,
    maxResponseSize: 2 * mostBytes,
    clientInfo: { name: 'Baraza' },
  })
  // What goes wrong between two commands is thrown by the next one.
  let lost: unknown = null
  client.on('error', (error) => {
    lost ??= error
  })
  // Why we closed it ourselves.
  let ended: Error | null = null
  const end = (why: Error) => {
    ended ??= why
    client.close()
  }
  // The limits of the library are those of one answer, of which a server may send any number.
  let mayCome = mostBytes
  const counting = setInterval(() => {
    if (client.stats().received > mayCome) end(new MailboxError('mailboxes.tooMuch'))
  }, limits.countMs ?? usualCountMs)
  const run = async <R>(
    what: string,
    command: Promise<R>,
    { ms = limits.commandMs, bytes = mostBytes }: CommandLimits = {},
  ): Promise<R> => {
    mayCome = client.stats().received + bytes
    try {
      const result = await withTimeout(ms, what, command)
      if (ended) throw ended
      return result
    } catch (error) {
      if (error instanceof TimeoutError) client.close()
      // That the connection is gone says less than why.
      throw ended ?? (isClosed(error) && lost ? lost : error)
    }
  }
  try {
    // Finding the host, connecting and the greeting have limits of their own.
    await run('connecting', client.connect(), { ms: 2 * limits.connectMs + limits.commandMs })
    const result = await use({ client, run, end })
    await run('leaving', client.logout(), { ms: 5_000 }).catch(() => {})
    return result
  } finally {
    clearInterval(counting)
    client.close()
  }
}

const isClosed = (error: unknown) => ['NoConnection', 'EConnectionClosed'].includes((error as { code?: string }).code ?? '')
