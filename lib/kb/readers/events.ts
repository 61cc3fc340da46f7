import { z } from 'zod'

/** About an article, which whoever reads the trail may not know: so without its title. */
const plain = z.object({})

export const kbReaderEvents = {
  'kb.comment_written': plain,
  'kb.comment_approved': plain,
  'kb.comment_rejected': plain,
  'kb.comment_deleted': plain,
}

type Own = typeof kbReaderEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
