import { useTranslations } from 'next-intl'
import type { Priority } from '@/lib/directory/schema'
import type { Rating } from '@/lib/tickets/ticket/attribute'
import { details as detailKeys } from '@/lib/tickets/ticket/attribute-names'
import { attributes } from '@/lib/tickets/ticket/attributes'
import type { ActivityOutput } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { useAttributeWords } from './attribute-words'

type Payload = Record<string, unknown>
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

/** What nobody did: it is said in a sentence of its own. */
const sentences = new Set(['message.unreached', 'message.reached'])
export const isSentence = ({ type }: ActivityOutput): boolean => sentences.has(type)

/** What happened, in words that follow the name of who did it, or a sentence; null for what says nothing. */
export function useActivityWords() {
  const words = useAttributeWords()
  const t = useTranslations('tickets')
  const named = useTranslations('common')
  return (activity: ActivityOutput) => inWords(activity, { words, t, named })
}

interface Told {
  names: Record<string, string>
  words: ReturnType<typeof useAttributeWords>
  t: ReturnType<typeof useTranslations<'tickets'>>
  named: ReturnType<typeof useTranslations<'common'>>
}

function inWords({ type, payload, names }: ActivityOutput, { words, t, named }: Omit<Told, 'names'>): string | null {
  const name = (key: string) => names[String(payload[key])] ?? t('activity.someone')
  const number = String(payload.number)
  const metric = String(payload.metric)
  switch (type) {
    case 'ticket.assigned':
      return payload.after ? t('activity.assigned', { name: name('after') }) : t('activity.unassigned')
    case 'ticket.status_changed': {
      // It follows from what is told beside it.
      if (payload.cause === 'assignment' || payload.cause === 'first_response') return null
      const before = named(`status.${payload.before as TicketStatus}`)
      const after = named(`status.${payload.after as TicketStatus}`)
      return payload.reason && !payload.isAutomatic
        ? t('activity.statusBecause', { before, after, reason: String(payload.reason) })
        : t('activity.status', { before, after })
    }
    case 'ticket.hold_changed':
      return payload.after ? t('activity.heldUntil', { until: new Date(String(payload.after)) }) : t('activity.heldWithoutEnd')
    case 'ticket.priority_changed':
      return t('activity.priority', {
        before: named(`priority.${payload.before as Priority}`),
        after: named(`priority.${payload.after as Priority}`),
      })
    case 'ticket.department_changed':
      return t('activity.department', { name: name('after') })
    case 'ticket.requester_changed':
      return t('activity.requester', { before: name('before'), after: name('after') })
    case 'ticket.details_changed':
      return details(payload.before as Payload, payload.after as Payload, { names, words, t, named })
    case 'ticket.tagged': {
      const [added, removed] = [list(payload.added), list(payload.removed)]
      const said = { added: added.join(', '), addedCount: added.length, removed: removed.join(', '), removedCount: removed.length }
      if (added.length > 0 && removed.length > 0) return t('activity.tagsChanged', said)
      return t(added.length > 0 ? 'activity.tagsAdded' : 'activity.tagsRemoved', said)
    }
    case 'ticket.watched':
      return payload.isWatching ? t('activity.watched', { name: name('personId') }) : t('activity.unwatched', { name: name('personId') })
    case 'ticket.participants_changed': {
      const [added, removed] = [list(payload.added), list(payload.removed)].map((ids) =>
        ids.map((id) => names[id] ?? t('activity.someone')),
      )
      const said = {
        added: added?.join(', ') ?? '',
        removed: removed?.join(', ') ?? '',
        count: (removed?.length ? removed : added)?.length ?? 0,
      }
      return t(removed?.length ? 'activity.participantsRemoved' : 'activity.participantsAdded', said)
    }
    case 'ticket.policy_applied':
      return payload.after ? t('activity.policyApplied', { name: String(payload.after) }) : t('activity.policyRemoved')
    case 'ticket.sla_breached':
      return t('activity.breached', { metric })
    case 'ticket.escalated':
      return payload.kind === 'reminder' ? t('activity.reminded', { metric }) : t('activity.escalated', { metric })
    case 'ticket.rated': {
      const rating = t(`choices.rating.${payload.after as Rating}`)
      return payload.comment ? t('activity.ratedBecause', { rating, comment: String(payload.comment) }) : t('activity.rated', { rating })
    }
    case 'ticket.sender_confirmed':
      return payload.isConfirmed ? t('activity.senderConfirmed') : t('activity.senderDoubted')
    case 'message.unreached':
      return t('activity.replyUnreached')
    case 'message.reached':
      return t('activity.replyReached')
    case 'ticket.archived':
      return payload.isArchived ? t('activity.archived') : t('activity.unarchived')
    case 'ticket.restored':
      return t('activity.restored')
    case 'ticket.linked':
      return payload.isLinked ? t('activity.linked', { number }) : t('activity.unlinked', { number })
    case 'ticket.merged':
      return t('activity.merged', { number })
    case 'ticket.unmerged':
      return t('activity.unmerged', { number })
    case 'ticket.split':
      return t('activity.split', { number })
    default:
      return null
  }
}

/** Details by their own kind: a choice in words, a reference by its name. A custom field has no entry, and says its key. */
function details(before: Payload, after: Payload, { names, words, t }: Told): string {
  return Object.keys(after)
    .map((name) => {
      const key = detailKeys.get(name)
      if (!key) return t('changes.other', { attribute: name })
      const attribute = words.label(key)
      const [was, is] = [before[name], after[name]]
      if (is === null || is === undefined || is === '') return t('changes.removed', { attribute })
      const said = (value: unknown) => words.value(attributes[key], value, names)
      const isText = attributes[key].kind === 'text' && was
      return isText
        ? t('changes.changed', { attribute, before: said(was), after: said(is) })
        : t('changes.set', { attribute, value: said(is) })
    })
    .join(', ')
}
