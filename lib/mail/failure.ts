import { cleanText, cut } from '../core/text'
import { RetryLaterError } from '../events/subscriber'
import type { UndeliveredReason } from './schema'

/**
 * A message that a transport could not hand over. What may work another time is tried again: at most three times, each after a
 * longer wait; what will not is given up at once.
 */
export class MailFailure extends Error {
  /** What the other side said, in its words; not all of it where it is long. */
  readonly answer: string

  constructor(
    readonly reason: UndeliveredReason,
    said: string,
    readonly retry: 'soon' | 'later' | 'never',
    /** What the other side asks for. */
    readonly afterSeconds?: number,
  ) {
    const answer = keptAnswer(said)
    super(answer)
    this.answer = answer
  }
}

/** As much of what the other side said as is kept: it may be a page, or what the database can't hold. */
export const keptAnswer = (said: string) => cut(cleanText(cut(said, 5000)), 1000)

/** Seconds before each further try. Whoever says "later" wants minutes: greylists want five. */
const waits = { soon: [10, 60, 300], later: [60, 300, 1800] } as const
const longestWait = 3600

/** As the relay understands it. */
export const retryOf = ({ retry, afterSeconds, answer }: MailFailure, attempt: number) => {
  const wait = retry === 'never' ? undefined : waits[retry][attempt - 1]
  return new RetryLaterError(answer, wait === undefined ? undefined : Math.min(longestWait, Math.max(wait, afterSeconds ?? 0)))
}

export const maxAttempts = 1 + waits.soon.length

const neverThere = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|certificate/i

/** What it is when nothing came back to a message by HTTP: unless it did not even get there, it may have been taken. */
export const unanswered = (said: string) => new MailFailure(neverThere.test(said) ? 'unreachable' : 'unconfirmed', said, 'soon')

/** What any other error of a transport is: the network, which may be back in a moment. */
export const failureOf = (error: unknown): MailFailure =>
  error instanceof MailFailure ? error : new MailFailure('unreachable', error instanceof Error ? error.message : String(error), 'soon')
