import { defineFollower, type FollowerWork } from '../../events/follower'
import { embeddingModel } from '../../models/embeddings'
import { planEmbedding } from './jobs'
import { indexArticles } from './search-index'

/** By these an article gets other readers or other words. */
const ofArticle = async (work: FollowerWork, { subjectId }: { subjectId: string | null }) => {
  if (!subjectId) return
  await indexArticles(work, [subjectId])
  if (embeddingModel()) await planEmbedding(work.tx, work.tenant.ref.id)
}

/** Who may read the articles of a category follows from it and those above: whoever may not any more finds none of their words. */
const ofCategory = async (work: FollowerWork) => {
  await indexArticles(work, null)
}

/**
 * Writes what an article is found by in the unit of work that publishes it: it is found at once, and what nobody may read any more is
 * neither found nor suggested from the same instant.
 */
export const findingFollower = defineFollower('kb.search', {
  'kb.article_published': ofArticle,
  'kb.article_changed': ofArticle,
  'kb.article_unpublished': ofArticle,
  'kb.article_archived': ofArticle,
  'kb.article_unarchived': ofArticle,
  'kb.article_deleted': ofArticle,
  'kb.article_restored': ofArticle,
  'kb.category_changed': ofCategory,
  'kb.category_moved': ofCategory,
  'kb.category_deleted': ofCategory,
  'kb.category_restored': ofCategory,
})
