import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { applyReport, findReported, sayUndelivered } from '../../mail/delivery-report'
import { authenticityOf } from './authentication'
import { ownWords } from './bounce'
import { classify } from './classify'
import type { ParsedMail } from './parse'
import type { Decision, Facts } from './schema'

/**
 * Marks the message of ours that came back or that somebody complained of, and says so on its ticket. A delay is only said: the other
 * side goes on trying.
 * @returns whether it is a message of ours
 */
export async function markReported(work: Work, mail: ParsedMail, facts: Facts, { classification, outcome }: Decision): Promise<boolean> {
  const { envelope, found } = facts
  if ((classification !== 'bounce' && classification !== 'complaint') || !found || outcome.kind === 'same') return false
  if (authenticityOf(facts) === 'fail') return false
  const { bounce, complaint } = classify(mail, { returnPath: envelope.returnPath, own: found.own })
  const said = bounce ?? complaint
  if (!said) return false
  const kind = complaint ? 'complained' : 'bounced'
  const words = cut(ownWords(mail).trim(), 500)
  let isOurs = false
  for (const one of [said, ...(bounce?.others ?? [])]) {
    const reported = await findReported(work, { messageId: said.messageId, recipient: one.recipient, addressedTo: envelope.recipient })
    if (!reported) continue
    isOurs = true
    const { recipient, isByReturnAddress, isOnlyTheirs } = reported
    const isProven = isByReturnAddress || (!complaint && isOnlyTheirs)
    // Where the conversation goes on, which may be another ticket by now.
    const ticketId = outcome.kind === 'event' ? outcome.ticketId : reported.mail.ticketId
    const failure = 'isHard' in one ? one : null
    const report = { kind, recipient, isHard: failure?.isHard ?? false, detail: failure?.diagnosis || words } as const
    if (bounce?.isDelayed) await sayUndelivered(work, reported.mail, { recipients: [recipient], reason: 'try_later', isProven, ticketId })
    else await applyReport(work, reported.mail, report, { isProven, ticketId })
    // The return address is one recipient's, whomever the report names.
    if (isByReturnAddress) break
  }
  return isOurs
}
