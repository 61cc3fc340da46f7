import { z } from 'zod'
import { changed } from '../../events/event-types'

const words = z.object({ words: z.array(z.string()) })

export const kbSearchEvents = {
  'kb.synonym_created': words,
  'kb.synonym_changed': changed,
  'kb.synonym_deleted': words,
}

type Own = typeof kbSearchEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
