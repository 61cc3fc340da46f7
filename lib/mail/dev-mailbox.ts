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
  cc: string
  subject: string
  date: Date
  text: string
  /** Its formatted form, with its pictures in it. */
  html: string | null
  headers: { name: string; value: string }[]
}

/** Said above the others. */
const shownAbove = ['from', 'to', 'cc', 'subject', 'date']

/** What was sent for a workspace, newest first. */
export async function readDevMailbox(slug: string): Promise<SpooledMail[]> {
  return Promise.all(
    (await readSpool(slug, 50)).map(async ({ id, raw }) => {
      const mail = await simpleParser(raw)
      const people = (given: typeof mail.to) =>
        [given ?? []]
          .flat()
          .map(({ text }) => text)
          .join(', ')
      return {
        id,
        from: mail.from?.text ?? '',
        to: people(mail.to),
        cc: people(mail.cc),
        subject: mail.subject ?? '',
        date: mail.date ?? new Date(0),
        text: mail.text ?? '',
        html: mail.html || null,
        headers: mail.headerLines
          .filter(({ key }) => !shownAbove.includes(key))
          .map(({ key, line }) => ({ name: key, value: line.slice(key.length + 1).trim() })),
      }
    }),
  )
}
