import { isIP } from 'node:net'
import nodemailer from 'nodemailer'
import type { ErrorText } from '../core/message'
import { withTimeout } from '../core/with-timeout'
import { guardedAddress } from '../net/guarded'
import { explainConnectionError } from './connection-errors'
import { type ImapAccount, imapLimits, withImap } from './imap'
import { smtpLogin } from './login'
import type { SmtpServer } from './smtp'

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
const longestMs = 40_000
/** A thousand folders with long names, and again those that are subscribed to. */
const folderBytes = 512 * 1024

/** Signs in to a mailbox's incoming server. @returns its folders, or what is wrong with it and what to do */
export async function testImap(account: ImapAccount): Promise<{ error: ErrorText | null; folders: string[] }> {
  try {
    const folders = await withImap(account, imapLimits, async ({ client, run }) => {
      const listed = await run('listing', client.list(), { bytes: folderBytes })
      return listed.filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent')).map(({ path }) => path)
    })
    return { error: null, folders: folders.slice(0, 500) }
  } catch (error) {
    return { error: explainConnectionError(error), folders: [] }
  }
}

/** Signs in to a mailbox's outgoing server and sends nothing. @returns what is wrong with it and what to do; null when it works */
export async function testSmtp({ host, port, security, auth }: SmtpServer): Promise<ErrorText | null> {
  try {
    const address = await guardedAddress(host)
    const transport = nodemailer.createTransport({
      host: address,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(auth ? { auth: smtpLogin(auth) } : {}),
      tls: { minVersion: 'TLSv1.2', ...(isIP(host) ? {} : { servername: host }) },
      ...timeouts,
    })
    try {
      await withTimeout(longestMs, 'testing', transport.verify())
    } finally {
      transport.close()
    }
    return null
  } catch (error) {
    return explainConnectionError(error)
  }
}
