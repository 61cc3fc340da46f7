import type { MessageOutput } from '@/lib/tickets/conversation/schema'

type Marked = Pick<MessageOutput, 'id' | 'mail'> & { author: Pick<MessageOutput['author'], 'id'> }

/**
 * The messages at which it is said that nobody checked who sent them: the first of a ticket, since a mailbox without checks has none
 * anywhere, and one of whoever was confirmed before.
 */
export function uncheckedShown(messages: readonly Marked[]): Set<string> {
  const shown = new Set<string>()
  const confirmed = new Set<string | null>()
  for (const { id, author, mail } of messages) {
    if (mail?.authentication === 'pass') confirmed.add(author.id)
    if (mail?.authentication !== 'not_checked') continue
    const wasConfirmed = confirmed.delete(author.id)
    if (wasConfirmed || shown.size === 0) shown.add(id)
  }
  return shown
}
