import { authenticityOf } from './authentication'
import { type Classified, classify } from './classify'
import type { ParsedMail } from './parse'
import type { Classification, Decision, Facts, Found, MailReason, MailStep, Outcome, StepResult, ThreadFact } from './schema'

/** How often a message is tried before it is kept for a person. */
export const maxAttempts = 3

/** A message as it was read, or null for one that could not be. */
export type Read = ParsedMail | null

/**
 * What is to be done with a message: a function of its bytes and of the facts stored with it, so that it can be worked out again.
 * A step that throws ends in Needs attention, like whatever it could not decide.
 */
export function decide(mail: Read, facts: Facts): Decision {
  const steps: StepResult[] = []
  let classification: Classification | null = null
  let at: MailStep = 'parse'
  const say = (step: MailStep, reason: MailReason, result: StepResult['result'] = 'ok') => steps.push({ step, result, reason })
  const end = (outcome: Outcome, reason: MailReason): Decision => {
    say('command', reason, 'stop')
    return { steps, classification, outcome }
  }
  const stop = (step: MailStep, reason: MailReason, kind: 'ignored' | 'spam' | 'attention'): Decision => {
    say(step, reason, 'stop')
    return { steps, classification, outcome: { kind, why: reason } }
  }
  try {
    if (facts.attempt > maxAttempts) return stop('parse', 'gave_up', 'attention')
    const { found } = facts
    if (!mail || !found) return stop('parse', 'unreadable', 'attention')
    say('parse', 'read')

    at = 'authenticate'
    const authenticity = authenticityOf(facts)
    say('authenticate', authenticity)

    at = 'classify'
    const nature = classify(mail, { returnPath: facts.envelope.returnPath, own: found.own })
    const natureReason = reasonOf(nature)
    classification = nature.kind
    // Our own mail that comes back would go round for ever.
    if (nature.reasons.includes('own_loop_header')) return stop('classify', 'loop', 'attention')
    if (facts.verdict?.isSpam || nature.signs.spam) return stop('classify', 'spam_verdict', 'spam')
    say('classify', natureReason)

    at = 'sender'
    // A delivery report often names nobody, and needs nobody.
    const isMachine = machines.includes(nature.kind)
    if (!mail.from && !isMachine) return stop('sender', 'no_sender', 'attention')

    at = 'thread'
    const { thread, reason } = threadOf(found)
    say('thread', reason)
    say('strip', mail.quotedText || mail.quotedHtml ? 'folded' : 'nothing_quoted')

    at = 'sender'
    if (mail.from && isOwn(mail.from.email, found)) return stop('sender', 'own_address', 'ignored')
    if (found.sender?.isBlocked) return stop('sender', 'blocked_sender', 'ignored')
    if (!mail.from) say('sender', 'no_sender')
    else if (!isMachine || found.sender?.contactId) say('sender', found.sender?.contactId ? 'known_contact' : 'new_contact')

    at = 'command'
    if (found.sameAs) return end({ kind: 'same', ...found.sameAs }, 'same_message')
    if (isMachine) {
      // A machine's word is kept where it belongs, folded; where it continues nothing it makes no ticket.
      return thread && isNoted(classification, thread)
        ? end({ kind: 'note', ticketId: thread.ticketId, why: 'automatic_note' }, 'automatic_note')
        : end({ kind: 'ignored', why: natureReason }, 'nothing_to_continue')
    }
    const acknowledge = nature.mayAcknowledge && authenticity !== 'fail'
    // Whoever speaks for themselves may name who is to hear of it; what a program or a list sends names its readers.
    const joins = found.blockedRecipients !== undefined && nature.kind === 'human' && !nature.signs.automatic && authenticity !== 'fail'
    if (!thread) return end({ kind: 'ticket', departmentId: found.departmentId, acknowledge, joins }, 'new_ticket')
    const { ticketId } = thread
    // A sender's address proves nothing: whoever takes no part in it is shown to staff only, a colleague's address or not.
    if (!takesPart(thread, found)) return end({ kind: 'note', ticketId, why: 'unknown_sender' }, 'unknown_sender')
    if (authenticity === 'fail') return end({ kind: 'note', ticketId, why: 'unverified' }, 'unverified')
    return end({ kind: 'reply', ticketId, acknowledge, joins }, isRequester(thread, found) ? 'requester_reply' : 'participant_reply')
  } catch {
    return stop(at, 'step_failed', 'attention')
  }
}

/** No person wrote it to us, so it makes no ticket. */
const machines: readonly Classification[] = ['auto-reply', 'bounce', 'complaint', 'report']

function reasonOf({ kind, signs }: Classified): MailReason {
  if (kind === 'report') return 'mail_report'
  if (kind === 'auto-reply') return 'auto_reply'
  if (kind !== 'human') return kind
  if (signs.noReply) return 'no_reply'
  return signs.automatic ? 'machine' : 'human'
}

const isRequester = ({ requesterId }: ThreadFact, { sender }: Found) => sender?.contactId === requesterId
const takesPart = (thread: ThreadFact, found: Found) => thread.takesPart || isRequester(thread, found)

/** The likeliest ticket. By its number alone only those find it who take part in it. */
function threadOf(found: Found): { thread: ThreadFact | null; reason: MailReason } {
  let missed: MailReason = found.isThreadGone ? 'ticket_gone' : 'no_thread'
  for (const thread of found.threads) {
    if (thread.by !== 'subject_number' || takesPart(thread, found)) return { thread, reason: thread.by }
    missed = 'not_taking_part'
  }
  return { thread: null, reason: missed }
}

const done = ['resolved', 'closed', 'rejected']

/** A vacation notice belongs to its conversation; a delivery report is news only while somebody works on it. */
const isNoted = (classification: Classification, thread: ThreadFact) =>
  classification === 'auto-reply' || ((classification === 'bounce' || classification === 'complaint') && !done.includes(thread.status))

const isOwn = (address: string, { own }: Found) => own.addresses.includes(address) || address.endsWith(`@${own.host}`)
