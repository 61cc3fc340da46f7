import { z } from 'zod'
import { changed } from '../../events/event-types'

const named = z.object({ name: z.string() })
/** What became of an article, and what it was before. */
const moved = named.extend({ before: z.string() })

export const kbEvents = {
  'kb.category_created': named,
  'kb.category_changed': changed,
  'kb.category_moved': named.extend({ before: z.string().nullable(), after: z.string().nullable() }),
  'kb.category_deleted': named,
  'kb.category_restored': named,
  'kb.article_created': named.extend({ locale: z.string() }),
  /** Of what is long only that it changed. */
  'kb.article_changed': changed,
  'kb.article_submitted': moved,
  'kb.article_approved': moved,
  'kb.article_rejected': moved,
  /** `n`: the version that readers see from then on. */
  'kb.article_published': moved.extend({ n: z.int() }),
  'kb.article_scheduled': moved.extend({ at: z.string() }),
  'kb.article_unscheduled': moved,
  'kb.article_unpublished': moved,
  'kb.article_archived': moved,
  'kb.article_unarchived': moved,
  /** `at`: the review date that has come. */
  'kb.review_due': named.extend({ at: z.string() }),
  'kb.article_reviewed': named.extend({ next: z.string().nullable() }),
  /** `n`: the version of its source that it has; null for a draft. */
  'kb.article_translated': named.extend({ n: z.int().nullable() }),
  /** `n`: the version that its working copy has again. */
  'kb.version_restored': named.extend({ n: z.int() }),
  'kb.article_deleted': named,
  'kb.article_restored': named,
  'kb.settings_changed': changed,
  'kb.articles_imported': z.object({ created: z.int(), updated: z.int(), failed: z.int() }),
}

type Own = typeof kbEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
