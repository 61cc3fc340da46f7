import { setTimeout as pause } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Connection } from '../db/connection'

/** What is committed within this time is delivered, and sealed, together. The embedded database has one process, which gains little. */
export const paceMs = (kind: Connection['kind']) => (kind === 'embedded' ? 0 : 100)

/** A pace for each key: what is paced comes at once, and so long after what came before it at the earliest. */
export function pacer() {
  const last = new LRUCache<string, number>({ max: 1000 })
  return async (key: string, ms: number) => {
    const now = performance.now()
    const at = Math.max(now, (last.get(key) ?? -ms) + ms)
    last.set(key, at)
    if (at > now) await pause(at - now)
  }
}
