import type { EventOf, EventType } from '../events/event-types'
import type { Work } from '../events/work'
import type { Translator } from '../text/translator'
import type { NotificationType } from './schema'

/** The text of a notice in the reader's language, as staff or as customers know the ticket. */
export type Wording = (t: Translator, forStaff: boolean) => { title: string; body: string }

/** What there is to tell about an event, and whom it concerns; whoever did it is left out later. */
export interface Notice {
  /** What other systems know it by; the event's own id unless several events tell of one thing. */
  messageId?: string
  type: NotificationType
  staffIds: string[]
  /** Who asked, where it is for them too. */
  requesterIds: string[]
  wording: Wording
  /** The page it leads to; of a ticket the reader's own view of it. */
  href: string
  ticketId?: string
  isUrgent: boolean
  /** All that it tells is an internal note. */
  isOfNote?: boolean
  /** What is about the same shows as one. */
  groupKey: string
}

export type NoticeOf<T extends EventType> = (work: Work, event: EventOf<T>) => Promise<Notice | null>
