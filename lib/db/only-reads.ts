import { LRUCache } from 'lru-cache'

const known = new LRUCache<string, boolean>({ max: 1000 })

const reads = /^\s*(SELECT|WITH)\b/i
const writes =
  /\b(INSERT|UPDATE|DELETE|MERGE|SHARE|INTO|set_config|setval|nextval|pg_notify|pg_\w*advisory\w*|seal_events|purge_trail|prove_domain|release_domain)\b/i

/** Whether a statement certainly changes and locks nothing. Words within a text may make it say no where it could say yes. */
export function onlyReads(statement: string): boolean {
  const found = known.get(statement)
  if (found !== undefined) return found
  const is = reads.test(statement) && !writes.test(statement)
  known.set(statement, is)
  return is
}
