import type { Priority } from '@/lib/directory/schema'
import type { ActivityOutput, Metric } from '@/lib/tickets/ticket/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { metricNames, priorityNames, statusNames } from './labels'

type Payload = Record<string, unknown>
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

/** What happened, in words that follow the name of who did it; null for what says nothing. */
export function activityInWords({ type, payload, names }: ActivityOutput): string | null {
  const name = (key: string) => names[String(payload[key])] ?? 'somebody'
  switch (type) {
    case 'ticket.assigned':
      return payload.after ? `assigned it to ${name('after')}` : 'took it from whoever had it'
    case 'ticket.status_changed': {
      // It follows from what is told beside it.
      if (payload.reason === 'assignment' || payload.reason === 'first reply') return null
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
      return details(payload.before as Payload, payload.after as Payload, names)
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

function details(before: Payload, after: Payload, names: Record<string, string>): string {
  const said = Object.keys(after).map((key) => {
    if (key === 'title') return `changed the title, which was “${before.title}”`
    if (key === 'categoryId')
      return after.categoryId ? `set the category ${names[String(after.categoryId)] ?? ''}` : 'took the category off'
    if (key === 'type') return after.type ? `set the type ${after.type}` : 'took the type off'
    if (key === 'dueAt') return after.dueAt ? 'set when it is due' : 'took the due date off'
    return `changed ${key}`
  })
  return said.join(', ')
}
