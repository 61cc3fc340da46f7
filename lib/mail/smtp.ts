import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import nodemailer, { type SendMailOptions } from 'nodemailer'
import { withTimeout } from '../core/with-timeout'
import { guardedLookup, refusalOfHost } from '../net/guarded'
import { returnAddress } from './addresses'
import { wholeMessage } from './enclosure'
import { keptAnswer, MailFailure } from './failure'
import type { ServerAddress } from './imap'
import { type Login, smtpLogin } from './login'
import type { MailToSend, MailTransport } from './transport'

/** A connection that says nothing for so long is given up. All of it is over before the relay gives the delivery to another (60 s). */
export const smtpTimeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000, dnsTimeout: 10_000 }
export const smtpLimits = { longestMs: 50_000 }

// not-words: a name of the protocol
const protocol = { name: 'smtp', pool: true, maxConnections: 10, maxMessages: 100 } as const

/** A server that a workspace set up. */
export interface SmtpServer extends ServerAddress {
  /** Null for one that wants no login. */
  auth: Login | null
}

type Target = { url: string } | SmtpServer

// A pool that sends again what a broken connection may have carried would send twice, and nobody counts its tries.
const always = () => ({ ...protocol, ...smtpTimeouts, maxRequeues: 0 })
function openPool(target: Target) {
  const pool = nodemailer.createTransport('url' in target ? { url: target.url, ...always() } : { ...optionsOf(target), ...always() })
  pool.use('stream', (mail, done) => {
    const { progress } = mail.data as Tracked
    const open = mail.message.createReadStream.bind(mail.message)
    mail.message.createReadStream = () => open().once('end', () => Object.assign(progress, { isWhole: true }))
    done()
  })
  return pool
}

/** A message, with how far it went out. */
interface Tracked extends SendMailOptions {
  progress: { isWhole: boolean }
}

const optionsOf = ({ host, port, security, auth }: SmtpServer) => ({
  host,
  port,
  secure: security === 'tls',
  requireTLS: security === 'starttls',
  ignoreTLS: security === 'none',
  tls: { minVersion: 'TLSv1.2' as const },
  ...(auth ? { auth: smtpLogin(auth) } : {}),
  // Looks at the address that is really connected to.
  getSocket: (_: unknown, callback: (error: Error | null, options: { connection?: Socket }) => void) => {
    connectGuarded(host, port).then(
      (connection) => callback(null, { connection }),
      (error: Error) => callback(error, {}),
    )
  },
})

function refuseInner(host: string) {
  if (refusalOfHost(host)) throw new MailFailure('unreachable', `${host} leads into a private network.`, 'soon') // not-words: kept with the mail
}

function connectGuarded(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup, timeout: smtpTimeouts.connectionTimeout })
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error(`${host} did not answer`))) // not-words: kept with the mail
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

/** Kept while mails go out; one that is forgotten closes when its last message is through. */
const pools = new LRUCache<string, ReturnType<typeof openPool>>({
  max: 100,
  ttl: 10 * 60_000,
  updateAgeOnGet: true,
  dispose: (pool) => pool.close(),
})

function smtpTo(target: Target, senderOf: (mail: MailToSend) => string): MailTransport {
  const key = JSON.stringify(target)
  return {
    name: protocol.name,
    async send(mail) {
      if ('host' in target) refuseInner(target.host)
      const pool = pools.get(key) ?? openPool(target)
      pools.set(key, pool)
      const late = new AbortController()
      const message: Tracked = {
        envelope: { from: senderOf(mail), to: mail.recipients },
        raw: Readable.from(wholeMessage(mail), { objectMode: false }),
        signal: AbortSignal.any([late.signal, mail.over]),
        progress: { isWhole: false },
      }
      try {
        const sent = await withTimeout(smtpLimits.longestMs, protocol.name, pool.sendMail(message))
        return { providerId: null, refused: refusedOf(sent) }
      } catch (error) {
        // What was given up on does not go out later.
        late.abort()
        throw error instanceof MailFailure ? error : smtpFailure(error as SmtpError, message.progress)
      }
    },
  }
}

/** @param url of the server: `smtp://` goes over to TLS where the server can, `smtps://` begins with it */
export const serverSmtp = (url: string): MailTransport =>
  smtpTo({ url }, ({ tenant, id, recipients }) => returnAddress(tenant, id, recipients[0] ?? ''))

/** Through a server that a workspace set up, from the one address that may send there. */
export const mailboxSmtp = (server: SmtpServer, address: string): MailTransport => smtpTo(server, () => address)

interface SmtpError extends Error {
  code?: string
  command?: string
  responseCode?: number
  response?: string
  recipient?: string
}

const refusedOf = ({ rejectedErrors = [] }: { rejectedErrors?: SmtpError[] }) =>
  rejectedErrors.map((error) => ({
    recipient: error.recipient?.toLowerCase() ?? '',
    answer: keptAnswer(error.response ?? error.message),
    passes: (error.responseCode ?? 0) < 500,
  }))

/** What an answer of a server means for us: 4xx passes, 5xx does not (RFC 5321), and where nothing came back the network is to blame. */
function smtpFailure(error: SmtpError, { isWhole }: Tracked['progress']): MailFailure {
  const { code, command = '', responseCode = 0 } = error
  const answer = error.response ?? error.message
  if (code === 'ETLS') return new MailFailure('unreachable', answer, 'soon')
  if (code === 'EAUTH' || (responseCode >= 530 && responseCode <= 538)) return new MailFailure('not_allowed', answer, 'soon')
  if (responseCode >= 400 && responseCode < 500) return new MailFailure('try_later', answer, 'later')
  if (responseCode === 552 || /\b5\.(?:2\.3|3\.4)\b/.test(answer)) return new MailFailure('too_large', answer, 'never')
  if (responseCode >= 500 && /^RCPT/i.test(command)) return new MailFailure('recipient_refused', answer, 'never')
  if (responseCode >= 500 && /^MAIL/i.test(command)) return new MailFailure('not_allowed', answer, 'never')
  if (responseCode >= 500) return new MailFailure('message_refused', answer, 'never')
  return new MailFailure(isWhole ? 'unconfirmed' : 'unreachable', answer, 'soon')
}
