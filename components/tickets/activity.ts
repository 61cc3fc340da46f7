import { useTranslations } from 'next-intl'
import type { Priority } from '@/lib/directory/schema'
import { attributes, details as detailKeys } from '@/lib/tickets/ticket/attributes'
import type { ActivityOutput, Metric } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { useAttributeWords } from './attribute-words'
import { metricNames, priorityNames, statusNames } from './labels'

type Payload = Record<string, unknown>
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

/** What happened, in words that follow the name of who did it; null for what says nothing. */
export function useActivityWords() {
  const words = useAttributeWords()
  const t = useTranslations('tickets.changes')
  return (activity: ActivityOutput) => inWords(activity, { words, t })
}

interface Told {
  names: Record<string, string>
  words: ReturnType<typeof useAttributeWords>
  t: ReturnType<typeof useTranslations<'tickets.changes'>>
}

function inWords({ type, payload, names }: ActivityOutput, { words, t }: Omit<Told, 'names'>): string | null {
  const name = (key: string) => names[String(payload[key])] ?? 'somebody'
  switch (type) {
    case 'ticket.assigned':
      return payload.after ? `assigned it to ${name('after')}` : 'took it from whoever had it'
    case 'ticket.status_changed': {
      // It follows from what is told beside it.
      if (payload.cause === 'assignment' || payload.cause === 'first_response') return null
      const reason = payload.reason && !payload.isAutomatic ? `: ${payload.reason}` : ''
      return `changed the status from ${statusNames[payload.before as TicketStatus]} to ${statusNames[payload.after as TicketStatus]}${reason}`
    }
    case 'ticket.priority_changed':
      return `changed the priority from ${priorityNames[payload.before as Priority]} to ${priorityNames[payload.after as Priority]}`
    case 'ticket.department_changed':
      return `handed it to ${name('after')}`
    case 'ticket.requester_changed':
      return `changed the requester from ${name('before')} to ${name('after')}`
    case 'ticket.details_changed':
      return details(payload.before as Payload, payload.after as Payload, { names, words, t })
    case 'ticket.tagged': {
      const added = list(payload.added)
      const removed = list(payload.removed)
      return [added.length > 0 ? `added ${added.join(', ')}` : '', removed.length > 0 ? `took off ${removed.join(', ')}` : '']
        .filter(Boolean)
        .join(' and ')
    }
    case 'ticket.watched':
      return payload.isWatching ? `asked ${name('personId')} to watch` : `let ${name('personId')} watch no more`
    case 'ticket.policy_applied':
      return payload.after ? `put it under the SLA policy ${payload.after}` : 'took it from under any SLA policy'
    case 'ticket.sla_breached':
      return `noticed that its ${metricNames[payload.metric as Metric].toLowerCase()} is late`
    case 'ticket.escalated':
      return payload.kind === 'reminder'
        ? `reminded that its ${metricNames[payload.metric as Metric].toLowerCase()} is due`
        : `escalated its ${metricNames[payload.metric as Metric].toLowerCase()}`
    case 'ticket.archived':
      return payload.isArchived ? 'put it into the archive' : 'took it out of the archive'
    case 'ticket.restored':
      return 'restored it'
    case 'ticket.linked':
      return payload.isLinked ? `linked it with ${payload.number}` : `took the link with ${payload.number} off`
    case 'ticket.merged':
      return `merged ${payload.number}`
    case 'ticket.unmerged':
      return `took the merge of ${payload.number} back`
    case 'ticket.split':
      return `made ${payload.number} of a message`
    default:
      return null
  }
}

/** Details by their own kind: a choice in words, a reference by its name. A custom field has no entry, and says its key. */
function details(before: Payload, after: Payload, { names, words, t }: Told): string {
  return Object.keys(after)
    .map((name) => {
      const key = detailKeys.get(name)
      if (!key) return t('other', { attribute: name })
      const attribute = words.label(key)
      const [was, is] = [before[name], after[name]]
      if (is === null || is === undefined || is === '') return t('removed', { attribute })
      const said = (value: unknown) => words.value(attributes[key], value, names)
      const isText = attributes[key].kind === 'text' && was
      return isText ? t('changed', { attribute, before: said(was), after: said(is) }) : t('set', { attribute, value: said(is) })
    })
    .join(', ')
}
