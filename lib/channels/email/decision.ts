import { type Authenticity, authenticityOf } from './authentication'
import { seemsToAnswer } from './auto-reply'
import { type Classified, classify, isUnanswerable } from './classify'
import { readForward } from './forward'
import type { ParsedMail } from './parse'
import type { Classification, Decision, Facts, Found, MailReason, MailStep, Outcome, StaffAnswer, StepResult, ThreadFact } from './schema'
import { isClaimed, isFromItself, isOwnAddress, type Writer } from './writer'

/** How often a message is tried before it is kept for a person. */
export const maxAttempts = 3

/** From one sender: above it somebody looks, and nothing is answered, so that no loop goes on. */
export const mailsPerHour = 500
export const alikePerHour = 100

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
    const { writer, proof, authenticity } = senderOf(mail, facts, found)
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
    if (!writer && !isMachine) return stop('sender', 'no_sender', 'attention')

    at = 'thread'
    const isSenderClaimed = writer !== null && isClaimed(writer, mail)
    const isWriterFrom = writer !== null && isFromItself(writer, mail)
    const { thread, reason } = threadOf(found, isWriterFrom, isSenderClaimed)
    say('thread', reason)
    // What begins a ticket is shown whole: nobody here has seen what it quotes.
    say('strip', thread && (mail.quotedText || mail.quotedHtml) ? 'folded' : 'nothing_quoted')

    at = 'sender'
    if (writer && isOwnAddress(writer.email, found.own)) return stop('sender', 'own_address', 'ignored')
    if (found.sender?.isBlocked) return stop('sender', 'blocked_sender', 'ignored')
    // What is sent to the address of one ticket is meant for it.
    if (found.isListIgnored && thread?.by !== 'reply_address') return stop('sender', 'ignored_list', 'ignored')
    if (found.writer?.by === 'reply_to') say('sender', 'reply_to')
    if (found.writer?.by === 'list') say('sender', 'list_writer')
    if (!writer) say('sender', 'no_sender')
    else if (!isMachine || found.sender?.contactId) say('sender', found.sender?.contactId ? 'known_contact' : 'new_contact')

    at = 'command'
    if (found.sameAs) return end({ kind: 'same', ...found.sameAs }, 'same_message')
    if (isMachine) {
      // A machine's word is kept where it belongs, folded; where it continues nothing it makes no ticket.
      if (thread && classification === 'auto-reply')
        return end({ kind: 'note', ticketId: thread.ticketId, why: 'automatic_note' }, 'automatic_note')
      // A delivery report is news only while somebody works on it.
      if (thread && !done.includes(thread.status) && (classification === 'bounce' || classification === 'complaint'))
        return end({ kind: 'event', ticketId: thread.ticketId, why: 'delivery_event' }, 'delivery_event')
      // Words may be a person's, who would wait for an answer in vain.
      return nature.signs.wordsAlone && !thread
        ? stop('command', 'seems_automatic', 'attention')
        : end({ kind: 'ignored', why: natureReason }, 'nothing_to_continue')
    }
    const acknowledge =
      nature.mayAcknowledge &&
      authenticity !== 'fail' &&
      writer !== null &&
      !isUnanswerable(writer.email) &&
      !seemsToAnswer(mail, found.justAcknowledged, found.recent.alike > 0)
    if (found.answer) {
      const refused = refusalOf(found.answer, proof, nature)
      if (refused) return stop('command', refused, 'attention')
      const { ticketId, personId, isNote } = found.answer
      return end({ kind: 'answer', ticketId, personId: personId as string, isNote }, isNote ? 'staff_note' : 'staff_reply')
    }
    if (found.recent.all >= mailsPerHour || found.recent.alike >= alikePerHour)
      return thread
        ? end({ kind: 'note', ticketId: thread.ticketId, why: 'too_many' }, 'too_many')
        : stop('command', 'too_many', 'attention')
    const joins = namesPeople(mail, facts, thread ? 'reply' : 'ticket')
    if (!thread) {
      const { departmentId } = found
      const forward = found.sender?.staffId ? readForward(mail) : null
      const isPassedOn = forward !== null && !isOwnAddress(forward.original.email, found.own)
      // Whoever wrote to a colleague is not told by a machine that it came here.
      if (isPassedOn && proof === 'pass')
        return end(
          { kind: 'ticket', departmentId, acknowledge: false, joins: false, forwardedBy: found.sender?.staffId ?? null },
          'forwarded',
        )
      if (isPassedOn) say('command', 'forward_not_verified')
      return end({ kind: 'ticket', departmentId, acknowledge, joins, forwardedBy: null }, 'new_ticket')
    }
    const { ticketId } = thread
    // A sender's address proves nothing: whoever takes no part in it is shown to staff only, a colleague's address or not.
    if (!takesPart(thread, found, isWriterFrom)) return end({ kind: 'note', ticketId, why: 'unknown_sender' }, 'unknown_sender')
    if (authenticity === 'fail') return end({ kind: 'note', ticketId, why: 'unverified' }, 'unverified')
    return end(
      { kind: 'reply', ticketId, acknowledge, joins },
      isRequester(thread, found, isWriterFrom) ? 'requester_reply' : 'participant_reply',
    )
  } catch {
    return stop(at, 'step_failed', 'attention')
  }
}

/** Who wrote it, and how far that is known. */
function senderOf(mail: ParsedMail, facts: Facts, found: Found) {
  const writer: Writer | null = found.writer ?? (mail.from && { ...mail.from, by: 'from' })
  // Of nobody nothing can be proven.
  const proof = mail.from ? authenticityOf(facts) : 'not_checked'
  // What was proven of From says nothing of another.
  const authenticity: Authenticity = proof === 'pass' && writer && isClaimed(writer, mail) ? 'not_checked' : proof
  return { writer, proof, authenticity }
}

/** Whether the people in To and Cc take part in the ticket that a message begins, or in the one that it continues. */
export function namesPeople(mail: ParsedMail, facts: Facts, as: 'ticket' | 'reply'): boolean {
  const { found } = facts
  if (!found?.blockedRecipients) return false
  const { writer, authenticity } = senderOf(mail, facts, found)
  const nature = classify(mail, { returnPath: facts.envelope.returnPath, own: found.own })
  // Whoever speaks for themselves may name who is to hear of it; what a program or a list sends names its readers.
  if (!writer || nature.kind !== 'human' || nature.signs.automatic) return false
  if (as === 'ticket') return authenticity !== 'fail' && !isClaimed(writer, mail)
  // Whom they name hears what is said from then on: a requester's address that anybody may have written is not enough for that.
  return authenticity === 'pass' && isFromItself(writer, mail)
}

/** Why what is sent to the address of a member of staff does not speak for them; null where it does. */
function refusalOf({ personId, isAllowed }: StaffAnswer, proof: Authenticity, { kind, signs }: Classified): MailReason | null {
  if (!personId) return 'answer_not_theirs'
  if (proof !== 'pass') return 'answer_not_verified'
  if (kind !== 'human' || signs.automatic) return 'answer_by_machine'
  return isAllowed ? null : 'answer_not_allowed'
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

/** Whether the requester wrote it, or sent it for whoever it says to answer. Of a writer whom From does not name only From counts. */
const isRequester = ({ requesterId }: ThreadFact, { sender }: Found, isWriterFrom: boolean) =>
  (isWriterFrom && sender?.contactId === requesterId) || sender?.fromContactId === requesterId
const takesPart = (thread: ThreadFact, found: Found, isWriterFrom: boolean) => thread.takesPart || isRequester(thread, found, isWriterFrom)

/** The likeliest ticket. By its number alone only those find it who take part in it. */
function threadOf(found: Found, isWriterFrom: boolean, isSenderClaimed: boolean): { thread: ThreadFact | null; reason: MailReason } {
  let missed: MailReason = found.isThreadGone ? 'ticket_gone' : 'no_thread'
  for (const thread of found.threads) {
    if (thread.by !== 'subject_number' || (takesPart(thread, found, isWriterFrom) && !isSenderClaimed)) return { thread, reason: thread.by }
    missed = 'not_taking_part'
  }
  return { thread: null, reason: missed }
}

const done = ['resolved', 'closed', 'rejected']
