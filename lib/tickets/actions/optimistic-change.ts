import type { Reference } from '../../core/schema'
import { assigned, moved, type OptimisticChange, prioritised, tagged } from '../ticket/optimistic-change'
import type { BulkChange } from './schema'

/**
 * What an action makes of one ticket of many, before the server has answered.
 * @param people whom it may be assigned to
 */
export function optimisticChange(change: BulkChange, people: readonly Reference[]): OptimisticChange {
  switch (change.kind) {
    case 'assign':
      return assigned(people.find(({ id }) => id === change.assigneeId) ?? null)
    case 'status':
      return moved(change.status)
    case 'priority':
      return prioritised(change.priority)
    case 'tags':
      return tagged(change.add, change.remove)
    default:
      return () => ({})
  }
}
