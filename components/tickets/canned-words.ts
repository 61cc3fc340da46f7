import { priorityNames, statusNames } from '@/components/tickets/labels'
import type { MacroChange } from '@/lib/tickets/actions/schema'
import type { ViewOutput } from '@/lib/tickets/views/schema'

export const scopeNames: Record<ViewOutput['scope'], string> = { personal: 'Mine', department: 'Department', desk: 'Whole desk' }

interface Names {
  people: { id: string; name: string }[]
  departments: { id: string; name: string }[]
}

/** A change as its reader would say it. */
export function changeInWords(change: MacroChange, { people, departments }: Names): string {
  const named = (from: { id: string; name: string }[], id: string) => from.find((entry) => entry.id === id)?.name ?? 'somebody who is gone'
  switch (change.kind) {
    case 'assign':
      return change.assigneeId ? `assigns to ${named(people, change.assigneeId)}` : 'assigns to nobody'
    case 'status':
      return `sets ${statusNames[change.status].toLowerCase()}`
    case 'priority':
      return `sets ${priorityNames[change.priority].toLowerCase()} priority`
    case 'department':
      return `hands to ${named(departments, change.departmentId)}`
    case 'tags':
      return [
        change.add.length > 0 ? `adds ${change.add.join(', ')}` : '',
        change.remove.length > 0 ? `takes off ${change.remove.join(', ')}` : '',
      ]
        .filter(Boolean)
        .join(', ')
    case 'archive':
      return change.isArchived ? 'archives' : 'takes out of the archive'
    case 'reply':
      return 'replies'
    case 'note':
      return 'notes'
  }
}
