import { isSameOrganisation } from './authentication'
import { headerIn } from './bounce'
import { isUnanswerable } from './classify'
import { type Mailbox, readAddresses } from './mime/address-list'
import type { ParsedMail } from './parse'
import type { Found } from './schema'

/** Who wrote a message, and what says so. */
export interface Writer extends Mailbox {
  by: 'from' | 'reply_to' | 'list' | 'other'
}

type Read = Pick<ParsedMail, 'senders' | 'headers' | 'from' | 'recipients'>

export const isOwnAddress = (address: string, own: Found['own']): boolean =>
  own.addresses.includes(address) || address.endsWith(`@${own.host}`)

/**
 * Who wrote a message: whom it says to answer, where that is somebody else than From, and neither we nor the list it came by; else
 * From, Sender, Return-Path. Lists put themselves into From, and name who wrote elsewhere.
 */
export function writerOf(mail: Read, own: Found['own']): Writer | null {
  const { from, replyTo, sender } = mail.senders
  const first = from[0]
  const original = first && originalOf(mail, first, own)
  if (original) return { ...original, by: 'list' }
  const lists = listAddresses(mail)
  const answer = replyTo.find(
    ({ email }) => email !== first?.email && !isOwnAddress(email, own) && !lists.has(email) && !isUnanswerable(email),
  )
  // Whoever answers to another address of their own is called there as they call themselves.
  if (answer) return { email: answer.email, name: answer.name || sameName(answer, first), by: first ? 'reply_to' : 'other' }
  if (first) return { ...first, by: 'from' }
  const other = [...replyTo, ...sender].find(({ email }) => !isOwnAddress(email, own)) ?? mail.from
  return other && { email: other.email, name: other.name, by: 'other' }
}

const sameName = ({ email }: Mailbox, from: Mailbox | undefined) =>
  from?.name && isSameOrganisation(email, from.email) && !isUnanswerable(from.email) ? from.name : ''

/** Whether the sender that was checked is not the one who is taken to have written. */
export const isClaimed = (writer: Writer, { senders }: Pick<ParsedMail, 'senders'>): boolean =>
  writer.by !== 'from' && !senders.from.some(({ email }) => isSameOrganisation(email, writer.email))

/** Whether it is the sender that was checked who is taken to have written, by the very address. */
export const isFromItself = (writer: Writer, { senders }: Pick<ParsedMail, 'senders'>): boolean =>
  writer.by === 'from' || senders.from.some(({ email }) => email === writer.email)

const isViaList = /^["']?(.{1,150}?)["']? (?:via|über|par|através de|tramite|vía|przez|через|經由|经由) \S.*$/iu
const originals = ['x-original-from', 'x-google-original-from', 'original-from', 'author', 'x-original-sender']

/** Who wrote what a list sends under its own address, as it must where their domain's policy is strict. */
function originalOf(mail: Read, from: Mailbox, own: Found['own']): Mailbox | null {
  const name = isViaList.exec(from.name)?.[1]?.trim()
  const lists = listAddresses(mail)
  const isRewritten = name !== undefined || lists.has(from.email)
  if (!isRewritten) return null
  const isAnother = ({ email }: Mailbox) => email !== from.email && !isOwnAddress(email, own) && !lists.has(email)
  const said = originals.flatMap((header) => readAddresses(headerIn(mail.headers, header), 5).list)
  const found = [...said, ...mail.senders.replyTo].find(isAnother)
  return found ? { email: found.email, name: found.name || (name ?? '') } : null
}

/** The addresses of the list that a message came by. */
function listAddresses({ headers }: Read): Set<string> {
  const values = headers.filter(({ name }) => /^(?:list-post|mailing-list|x-mailing-list|x-beenthere|list-owner)$/.test(name))
  const found = values.flatMap(({ value }) => value.match(/[^\s<>:;,?"]+@[^\s<>:;,?"]+/g) ?? []).map((address) => address.toLowerCase())
  const id = /<([^<>\s]+)>/.exec(headerIn(headers, 'list-id'))?.[1]?.toLowerCase()
  // "team.lists.example" is the list "team" of that host.
  return new Set(id?.includes('.') ? [...found, id.replace('.', '@')] : found)
}
