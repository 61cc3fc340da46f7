import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Prisma } from './generated/tenant/client'

const most = 300
const worthIt = 3
const seen = new LRUCache<string, number>({ max: 1000 })
const names = new Map<string, string>()

/** Stands in a statement that is planned once although it asks for an order: it reads as much, in the same way, whatever its values. */
export const plannedOnce = Prisma.raw('/* planned once */')

/** Stands in a statement that has so many texts, as what people ask for, that names for all of them would leave none for others. */
export const plannedEachTime = Prisma.raw('/* planned each time */')

/**
 * The name under which each connection keeps a statement's plan, or none for one
 * that is planned each time. Planning takes longer than running for most of ours.
 * Whatever asks for an order is planned for its values, unless it says otherwise:
 * how far an ordered walk has to go depends on them, and a plan made for all values
 * can be a thousand times worse for one.
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

const isWalk = (sql: string) => (sql.includes('ORDER BY') && !sql.includes(plannedOnce.sql)) || sql.includes(plannedEachTime.sql)

/** Begins anew: names stand for texts, so none of them changes. For tests, which share a process. */
export function forgetPrepared() {
  seen.clear()
  names.clear()
}
