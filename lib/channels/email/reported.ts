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
  const reported = await findReported(work, { ...said, addressedTo: envelope.recipient })
  if (!reported) return
  const { recipient, isByReturnAddress } = reported
  const suppresses = isByReturnAddress || (!complaint && reported.mail.recipients.length === 1)
  const kind = complaint ? 'complained' : 'bounced'
  const detail = bounce?.diagnosis || cut(ownWords(mail).trim(), 500)
  await applyReport(work, reported.mail, { kind, recipient, isHard: bounce?.isHard ?? false, detail }, { suppresses })
}
