import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { applyReport, findReported } from '../../mail/delivery-report'
import { authenticityOf } from './authentication'
import { ownWords } from './bounce'
import { classify } from './classify'
import type { ParsedMail } from './parse'
import type { Decision, Facts } from './schema'

/**
 * Marks the message of ours that came back or that somebody complained of. A delay is no news: the other side goes on trying, and
 * says so when it gives up.
 */
export async function markReported(work: Work, mail: ParsedMail, facts: Facts, { classification, outcome }: Decision) {
  const { envelope, found } = facts
  if ((classification !== 'bounce' && classification !== 'complaint') || !found || outcome.kind === 'same') return
  if (authenticityOf(facts) === 'fail') return
  const { bounce, complaint } = classify(mail, { returnPath: envelope.returnPath, own: found.own })
  const said = bounce ?? complaint
  if (!said || bounce?.isDelayed) return
  const kind = complaint ? 'complained' : 'bounced'
  const words = cut(ownWords(mail).trim(), 500)
  for (const one of [said, ...(bounce?.others ?? [])]) {
    const reported = await findReported(work, { messageId: said.messageId, recipient: one.recipient, addressedTo: envelope.recipient })
    if (!reported) continue
    const { recipient, isByReturnAddress, isOnlyTheirs } = reported
    const isProven = isByReturnAddress || (!complaint && isOnlyTheirs)
    const failure = 'isHard' in one ? one : null
    await applyReport(
      work,
      reported.mail,
      { kind, recipient, isHard: failure?.isHard ?? false, detail: failure?.diagnosis || words },
      { isProven },
    )
    // The return address is one recipient's, whomever the report names.
    if (isByReturnAddress) return
  }
}
