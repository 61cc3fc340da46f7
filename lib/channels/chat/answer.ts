import { z } from 'zod'
import { cut } from '../../core/text'
import type { Work } from '../../events/work'
import { articlePath } from '../../kb/articles/article-address'
import { localeInput } from '../../kb/articles/schema'
import { type Meaning, meaningOf } from '../../kb/search/meaning'
import { searchAnswers } from '../../kb/search/queries'
import { publicAfter } from '../../procedure/builders'
import type { Caller } from '../../procedure/context'
import { originOf } from '../../tenancy/origin'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { extractOf } from './extract'
import { intentOf } from './intent'
import { answerLength, intents, longestMessage } from './values'

const messageInput = z.strictObject({
  message: z.string().trim().min(1).max(longestMessage),
  /** The visitor's language; the workspace's own without it. */
  locale: localeInput.optional(),
  /** The longest that an answer may be. */
  maxCharacters: z.int().min(answerLength.least).max(answerLength.most).default(answerLength.usual),
})

const source = z.object({ articleId: z.uuid(), title: z.string(), locale: z.string(), address: z.url(), anchor: z.string() })

const answerOutput = z.object({
  intent: z.enum(intents),
  confidence: z.number().min(0).max(1),
  /** Words of an article as they stand there; null where no article answers. */
  answer: z.object({ text: z.string(), isCut: z.boolean(), isExtract: z.literal(true), source }).nullable(),
  /** Articles that may help beside it, the nearest first. */
  suggestedArticles: z.array(source),
})

/** What the search takes of a message. */
const longestQuery = 500
const mostSuggested = 2

const queryOf = (message: string) => cut(message, longestQuery).trim()

/** A greeting is answered by no article, nor is what only a person or a ticket can settle. */
const isQuestion = (message: string) => ['search_kb', 'general_question'].includes(intentOf(message).intent)

const asksModel = messageInput.pick({ message: true }).loose()
const askModel = async ({ ref }: ResolvedTenant, caller: Caller, input: unknown): Promise<Meaning | null> => {
  const { data } = asksModel.safeParse(input)
  return data && isQuestion(data.message) ? meaningOf(ref, caller, queryOf(data.message)) : null
}

/**
 * Answers a message with the best passage of the articles that the actor may read, and with nothing where none answers it: what is only the
 * nearest is no answer.
 */
export async function answerMessage(
  work: Pick<Work, 'tx' | 'tenant' | 'actor'>,
  { message, locale, maxCharacters }: z.output<typeof messageInput>,
  meaning: Meaning | null = null,
): Promise<z.output<typeof answerOutput>> {
  const understood = intentOf(message)
  if (!isQuestion(message)) return { ...understood, answer: null, suggestedArticles: [] }
  const search = { query: queryOf(message), locale, topK: 1 + mostSuggested, minScore: 0 }
  const { items, certainty } = await searchAnswers(work, search, meaning)
  const [best, ...others] = certainty === 'answer' || certainty === 'found' ? items : []
  if (!best) return { ...understood, answer: null, suggestedArticles: [] }
  const origin = originOf(work.tenant.ref)
  const sourceOf = ({ id, title, slug, locale: written, passage }: typeof best) => ({
    ...{ articleId: id, title, locale: written, anchor: passage.anchor },
    address: origin + articlePath({ locale: written, slug }) + (passage.anchor && `#${encodeURIComponent(passage.anchor)}`),
  })
  const { text, highlights } = best.passage
  return {
    ...understood,
    answer: { ...extractOf(text, highlights, maxCharacters), isExtract: true, source: sourceOf(best) },
    suggestedArticles: others.map(sourceOf),
  }
}

export const answerChat = publicAfter(askModel)
  .meta({ permission: 'public', limit: 'publicForm', changesNothing: true })
  .route({
    method: 'POST',
    path: '/chatbot/answers',
    tags: ['Chat'],
    summary: 'Answer a message with what the articles say that you may read; nothing of it is kept',
  })
  .input(messageInput)
  .output(answerOutput)
  .handler(({ context, input }) => answerMessage(context, input, context.before))
