// How well a chat answers without a model: on questions to the demo's help centre that were written before its articles were looked at, 40 in
// other words than theirs and 20 that none of them answers.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { answerMessage } from '../../lib/channels/chat/answer'
import { answerLength } from '../../lib/channels/chat/values'
import { withTenant } from '../../lib/db/scope'
import type { ResolvedTenant } from '../../lib/tenancy/resolve'

const messages = readFileSync(path.join(import.meta.dirname, 'demo-questions.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [kind, message, wanted = ''] = line.split('|').map((part) => part.trim()) as [string, string, string?]
    return { kind, message, wanted: wanted.split(',').map((each) => each.trim()) }
  })

export interface AnswerQuality {
  /** Of what articles answer: answered from one of those, answered from another. */
  right: number
  wrong: number
  /** Of what none answers: not answered. */
  refused: number
}

/** Asks as anybody on the portal does. */
export async function answerQuality(
  tenant: ResolvedTenant,
  tell: (asked: (typeof messages)[number], slug: string | null) => void = () => {},
): Promise<AnswerQuality> {
  const counts = { right: 0, wrong: 0, refused: 0 }
  for (const asked of messages) {
    const { answer } = await withTenant(tenant.ref, (tx) =>
      answerMessage(
        { tx, tenant, actor: { kind: 'anonymous' } },
        { message: asked.message, locale: 'en', maxCharacters: answerLength.usual },
      ),
    )
    const slug = answer ? (new URL(answer.source.address).pathname.split('/').at(-1) ?? '') : null
    tell(asked, slug)
    if (asked.kind === 'unanswerable') counts.refused += slug === null ? 1 : 0
    else if (slug !== null) counts[asked.wanted.includes(slug) ? 'right' : 'wrong'] += 1
  }
  const answerable = messages.filter(({ kind }) => kind === 'answerable').length
  return {
    right: counts.right / answerable,
    wrong: counts.wrong / answerable,
    refused: counts.refused / (messages.length - answerable),
  }
}
