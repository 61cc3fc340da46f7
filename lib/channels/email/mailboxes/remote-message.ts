import { MailboxError } from '../../../mail/connection-errors'
import type { Imap, ImapLimits } from '../../../mail/imap'

/** What may come with a message beside itself. */
const downloadBytes = 8 * 1024 * 1024
/** The slowest that a large message may come, in bytes a second. */
const slowest = 20_000

export interface DownloadLimits extends ImapLimits {
  /** How long a message may take, beside what its size takes. */
  readMs: number
  messageBytes: number
}

/** @returns null for a folder that is no more */
export async function openFolder({ client, run }: Imap, path: string, readOnly: boolean) {
  try {
    return await run('opening', client.mailboxOpen(path, { readOnly }))
  } catch (error) {
    const { responseStatus, mailboxMissing } = error as { responseStatus?: string; mailboxMissing?: boolean }
    if (client.usable && (mailboxMissing || responseStatus === 'NO')) return null
    throw error
  }
}

interface Range {
  lastUid: number
  datedUntil: number
}

/**
 * What came after `lastUid`; of what has a number up to `datedUntil`, only what came since then. `n:*` names the last message even
 * when its number is lower, so the answer is looked at again.
 */
export async function newUids({ client, run }: Imap, { lastUid, datedUntil }: Range, then: Date): Promise<number[]> {
  const uids = new Set<number>()
  const search = async (range: string, since?: Date) => {
    const found = await run('searching', client.search({ uid: range, ...(since ? { since } : {}) }, { uid: true }))
    for (const uid of found || []) if (Number.isSafeInteger(uid) && uid > lastUid) uids.add(uid)
  }
  // A day is the server's, in its own zone; the exact time is asked of each message.
  if (lastUid < datedUntil) await search(`${lastUid + 1}:${datedUntil}`, new Date(then.getTime() - 86_400_000))
  await search(`${Math.max(lastUid, datedUntil) + 1}:*`)
  return [...uids].sort((a, b) => a - b)
}

export interface Listed {
  size: number
  /** In milliseconds; not a number where the server says none. */
  cameAt: number
}

/** What the server says of messages. One that it says nothing of is gone, or it can't read it. */
export async function listMessages({ client, run, end }: Imap, uids: number[]): Promise<Map<number, Listed>> {
  const query = { uid: true, size: true, internalDate: true } as const
  const listed = new Map<number, Listed>()
  const ask = async (range: number[]) => {
    const wanted = new Set(range)
    let answers = 0
    const read = async () => {
      for await (const { uid, size, internalDate } of client.fetch(range.join(','), query, { uid: true })) {
        // It may tell of other messages in between, such as that one was read elsewhere.
        if (++answers > mostAnswers(range.length)) return end(new MailboxError('mailboxes.tooMuch'))
        if (wanted.has(uid)) listed.set(uid, { size: size ?? 0, cameAt: internalDate ? new Date(internalDate).getTime() : Number.NaN })
      }
    }
    await run('listing', read())
  }
  try {
    await ask(uids)
  } catch (error) {
    if (!client.usable) throw error
    // It refused all of them for one: each for itself.
    for (const uid of uids)
      await ask([uid]).catch((refusal) => {
        if (!client.usable) throw refusal
      })
  }
  return listed
}

const mostAnswers = (asked: number) => 2 * asked + 20

/** A message piece by piece, so that no answer is long and a stall is noticed. @returns null for one that is gone */
export async function download(
  { client, run }: Imap,
  uid: number,
  size: number,
  { limits, endsAt }: { limits: DownloadLimits; endsAt: number },
): Promise<Buffer | null> {
  if (size > limits.messageBytes) throw new MailboxError('mailboxes.tooLarge')
  // However slowly it comes, the fetch ends; one that is begun at its very end has time for a small message.
  const ms = Math.min(limits.readMs + (size / slowest) * 1000, Math.max(limits.readMs, endsAt - Date.now()) + 20)
  const read = async () => {
    const { content } = await client.download(String(uid), undefined, { uid: true, maxBytes: limits.messageBytes + 1 })
    if (!content) return null
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of content) {
      chunks.push(chunk)
      length += chunk.length
      if (length > limits.messageBytes) throw new MailboxError('mailboxes.tooLarge')
    }
    return Buffer.concat(chunks)
  }
  // Some servers only guess the size.
  const bytes = (size ? 2 * size : limits.messageBytes) + downloadBytes
  const raw = await run('reading', read(), { ms, bytes })
  if (raw?.length) return raw
  // Nothing came: of a message that is gone, or of one that the server can't read.
  const found = await run('searching', client.search({ uid: String(uid) }, { uid: true }))
  if ((found || []).includes(uid)) throw new MailboxError('mailboxes.notGiven')
  return null
}

export async function markSeen({ client, run }: Imap, uid: number) {
  try {
    await run('marking', client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true }))
  } catch (error) {
    if (!client.usable) throw error // else it is only not marked
  }
}
