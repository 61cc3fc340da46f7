import type { Reference } from '../../core/schema'
import { assigned, moved, type OptimisticChange, prioritised, tagged } from '../ticket/optimistic-change'
import type { BulkChange, MacroChange } from './schema'

interface Known {
  /** Whom it may be assigned to. */
  people: readonly Reference[]
  macros: readonly { id: string; changes: readonly MacroChange[] }[]
}

/** What an action makes of one ticket of many, before the server has answered. */
export function optimisticChange(change: BulkChange | MacroChange, known: Known): OptimisticChange {
  switch (change.kind) {
    case 'assign':
      return assigned(known.people.find(({ id }) => id === change.assigneeId) ?? null)
    case 'status':
      return moved(change.status)
    case 'priority':
      return prioritised(change.priority)
    case 'tags':
      return tagged(change.add, change.remove)
    case 'hold':
      return moved('hold')
    case 'merge':
      return () => ({ status: 'closed' })
    case 'macro': {
      const changes = known.macros.find(({ id }) => id === change.macroId)?.changes ?? []
      return (now) => {
        const after = {}
        for (const each of changes) Object.assign(after, optimisticChange(each, known)({ ...now, ...after }))
        return after
      }
    }
    default:
      return () => ({})
  }
}
