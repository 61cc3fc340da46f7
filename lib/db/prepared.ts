import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

const most = 300
const worthIt = 3
const seen = new LRUCache<string, number>({ max: 1000 })
const names = new Map<string, string>()

/** Stands in a statement that is planned once although it asks for the first in an order: one index has them in that order, for all values. */
export const plannedOnce = '/* planned once */'

/**
 * The name under which each connection keeps a statement's plan, or none for one
 * that is planned each time. Planning takes longer than running for most of ours.
 * What asks for the first few in an order is planned for its values: how far an
 * ordered walk has to go depends on them, and a plan made for all values can be a
 * thousand times worse for one.
 */
export function preparedName(sql: string): string | undefined {
  const known = names.get(sql)
  if (known || names.size >= most || isWalk(sql)) return known
  const times = (seen.get(sql) ?? 0) + 1
  seen.set(sql, times)
  if (times < worthIt) return undefined
  // By its text: the same connections serve several copies of this module.
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 22)
  names.set(sql, name)
  return name
}

const isWalk = (sql: string) => sql.includes('ORDER BY') && sql.includes('LIMIT') && !sql.includes(plannedOnce)
