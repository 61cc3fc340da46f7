import { isIP } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import nodemailer from 'nodemailer'
import type { ErrorText } from '../core/message'
import { withTimeout } from '../core/with-timeout'
import { guardedAddress, mayReachInner } from '../net/guarded'
import { explainConnectionError } from './connection-errors'
import { type ImapAccount, imapLimits, withImap } from './imap'
import { smtpLogin } from './login'
import type { SmtpServer } from './smtp'

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
const longestMs = 40_000
/** A thousand folders with long names, and again those that are subscribed to. */
const folderBytes = 512 * 1024

/** What fails is answered after so long at the earliest: how quickly a name was found says whether it is one of the own network. */
const earliestMs = 1000

async function failed(error: unknown, begunAt: number): Promise<ErrorText> {
  if (!mayReachInner()) await setTimeout(Math.max(0, begunAt + earliestMs - Date.now()))
  return explainConnectionError(error)
}

/** Signs in to a mailbox's incoming server. @returns its folders, or what is wrong with it and what to do */
export async function testImap(account: ImapAccount): Promise<{ error: ErrorText | null; folders: string[] }> {
  const begunAt = Date.now()
  try {
    const folders = await withImap(account, imapLimits, async ({ client, run }) => {
      const listed = await run('listing', client.list(), { bytes: folderBytes })
      return listed.filter(({ flags }) => !flags.has('\\Noselect') && !flags.has('\\NonExistent')).map(({ path }) => path)
    })
    return { error: null, folders: folders.slice(0, 500) }
  } catch (error) {
    return { error: await failed(error, begunAt), folders: [] }
  }
}

/** Signs in to a mailbox's outgoing server and sends nothing. @returns what is wrong with it and what to do; null when it works */
export async function testSmtp({ host, port, security, auth }: SmtpServer): Promise<ErrorText | null> {
  const begunAt = Date.now()
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
    return failed(error, begunAt)
  }
}
