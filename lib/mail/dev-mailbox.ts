import { simpleParser } from 'mailparser'
import { env, isLocal } from '../env'
import { serverTransport } from './routing'
import { readSpool, spool } from './transport'

const isLoopback = (address: string | null) => address !== null && (address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address))

/**
 * The spool holds sign-in links, so it is shown during development alone, and to
 * this machine alone: the server itself may be reached from the whole network.
 * @param address where the request came from
 */
export const isDevMailboxOpen = (address: string | null) =>
  isLocal() && serverTransport() === spool && (env().DEV_MAILBOX === 'open' || isLoopback(address))

export interface SpooledMail {
  id: string
  from: string
  to: string
  subject: string
  date: Date
  text: string
  headers: { name: string; value: string }[]
}

const shown = ['message-id', 'in-reply-to', 'references', 'reply-to', 'auto-submitted', 'list-unsubscribe', 'list-unsubscribe-post']

/** What was sent for a workspace, newest first. */
export async function readDevMailbox(slug: string): Promise<SpooledMail[]> {
  return Promise.all(
    (await readSpool(slug, 50)).map(async ({ id, raw }) => {
      const mail = await simpleParser(raw)
      const to = [mail.to ?? []].flat().map(({ text }) => text)
      return {
        id,
        from: mail.from?.text ?? '',
        to: to.join(', '),
        subject: mail.subject ?? '',
        date: mail.date ?? new Date(0),
        text: mail.text ?? '',
        headers: mail.headerLines
          .filter(({ key }) => shown.includes(key))
          .map(({ key, line }) => ({ name: key, value: line.slice(key.length + 1).trim() })),
      }
    }),
  )
}
