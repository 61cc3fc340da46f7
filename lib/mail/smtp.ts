import { LRUCache } from 'lru-cache'
import nodemailer from 'nodemailer'
import { withTimeout } from '../core/with-timeout'
import { returnAddress } from './addresses'
import { MailFailure } from './failure'
import type { MailTransport } from './transport'

/** A connection that says nothing for so long is given up. All of it is over before the relay gives the delivery to another (60 s). */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }
const longestMs = 50_000

// not-words: a name of the protocol
const protocol = { name: 'smtp', pool: true, maxConnections: 10, maxMessages: 100 } as const

// A pool that sends again what a broken connection may have carried would send twice, and nobody counts its tries.
const openPool = (url: string) => nodemailer.createTransport({ url, ...protocol, ...timeouts, maxRequeues: 0 })

/** Kept while mails go out; one that is forgotten closes when its last message is through. */
const pools = new LRUCache<string, ReturnType<typeof openPool>>({
  max: 100,
  ttl: 10 * 60_000,
  updateAgeOnGet: true,
  dispose: (pool) => pool.close(),
})

/** @param url of the server: `smtp://` goes over to TLS where the server can, `smtps://` begins with it */
export const serverSmtp = (url: string): MailTransport => ({
  name: protocol.name,
  async send({ id, tenant, recipients, raw }) {
    const pool = pools.get(url) ?? openPool(url)
    pools.set(url, pool)
    const envelope = { from: returnAddress(tenant, id), to: recipients }
    try {
      const sent = await withTimeout(longestMs, protocol.name, pool.sendMail({ envelope, raw: Buffer.from(raw) }))
      return { providerId: null, refused: refusedOf(sent) }
    } catch (error) {
      throw smtpFailure(error as SmtpError)
    }
  },
})

interface SmtpError extends Error {
  code?: string
  command?: string
  responseCode?: number
  response?: string
  recipient?: string
}

const refusedOf = ({ rejectedErrors = [] }: { rejectedErrors?: SmtpError[] }) =>
  rejectedErrors.map((error) => ({ recipient: error.recipient?.toLowerCase() ?? '', answer: error.response ?? error.message }))

/** What an answer of a server means for us: 4xx passes, 5xx does not (RFC 5321), and where nothing came back the network is to blame. */
export function smtpFailure(error: SmtpError): MailFailure {
  const { code, command = '', responseCode = 0 } = error
  const answer = error.response ?? error.message
  if (code === 'EAUTH' || (responseCode >= 530 && responseCode <= 538)) return new MailFailure('not_allowed', answer, 'soon')
  if (responseCode >= 400 && responseCode < 500) return new MailFailure('try_later', answer, 'later')
  if (responseCode === 552 || /\b5\.(?:2\.3|3\.4)\b/.test(answer)) return new MailFailure('too_large', answer, 'never')
  if (responseCode >= 500 && /^RCPT/i.test(command)) return new MailFailure('recipient_refused', answer, 'never')
  if (responseCode >= 500 && /^MAIL/i.test(command)) return new MailFailure('not_allowed', answer, 'never')
  if (responseCode >= 500) return new MailFailure('message_refused', answer, 'never')
  return new MailFailure('unreachable', answer, 'soon')
}
