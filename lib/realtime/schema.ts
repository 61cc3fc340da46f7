import { isId } from '../core/id'

/** The channels there are, by what they are about. */
export const channels = {
  /** One person's notifications. */
  user: (personId: string) => `private-user-${personId}`,
  /** What happens to tickets anywhere in the workspace, for agents' lists. */
  desk: (tenantId: string) => `private-desk-${tenantId}`,
  department: (departmentId: string) => `private-department-${departmentId}`,
  /** Which of the staff look at a ticket, and what happens to it. */
  ticket: (ticketId: string) => `presence-ticket-${ticketId}`,
  /** Which of the staff have an article's editor open, and that it was changed. */
  article: (articleId: string) => `presence-article-${articleId}`,
  /** That a customer's view of a ticket changed. */
  request: (ticketId: string) => `private-request-${ticketId}`,
} as const
export type ChannelKind = keyof typeof channels

const pattern = /^(?:private-(user|desk|department|request)|presence-(ticket|article))-(.+)$/

/** What a channel is about; null for a name that is none of ours. */
export function parseChannel(name: string): { kind: ChannelKind; id: string } | null {
  const [, kind, presence, id] = pattern.exec(name) ?? []
  return id && isId(id) ? { kind: (kind ?? presence) as ChannelKind, id } : null
}

/** The one event of the app's own. It says that something changed, never what: that is read through queries. */
export const changed = 'changed'

export interface Change {
  /** The channel's number of this message: one more than of the message before; on a request's channel its public version. */
  seq: number
  type: string
  subjectId: string | null
  /** The ticket's version after it, where it is about a ticket; of a request the public one. */
  version?: number
}

/** What a browser needs to connect. */
export interface RealtimeAccess {
  key: string
  /** Null: the app's own host and port. */
  host: string | null
  cluster: string | null
}
