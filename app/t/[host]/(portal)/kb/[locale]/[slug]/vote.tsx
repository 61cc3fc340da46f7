import { randomUUID } from 'node:crypto'
import { call } from '@orpc/server'
import { load } from '@/app/load'
import { VoteForm } from '@/components/help-centre/vote-form'
import type { PublishedArticle } from '@/lib/kb/articles/published'
import { getVote } from '@/lib/kb/readers/votes'
import { voteOn } from './vote-action'

/** Whether the article helped, as whoever looks said before. */
export async function Vote({ article: { id } }: { article: PublishedArticle }) {
  const before = await load((context) => call(getVote, { id }, { context }))
  return <VoteForm action={voteOn.bind(null, { id, visit: randomUUID() })} before={before} />
}
