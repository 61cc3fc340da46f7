import { statfsSync } from 'node:fs'

/** Left alone: the embedded database ends in the middle of a write when its log finds no room, and its segments are 16 MB. */
const reservedBytes = 48 * 1024 * 1024
const askedEveryMs = 1000

const asked = new Map<string, { at: number; hasRoom: boolean }>()

/** Whether there is room on the disk of this folder for what is about to be written. */
export function hasRoom(folder: string, now = Date.now()): boolean {
  const known = asked.get(folder)
  if (known && now - known.at < askedEveryMs) return known.hasRoom
  const { bavail, bsize } = statfsSync(folder)
  const answer = { at: now, hasRoom: bavail * bsize > reservedBytes }
  asked.set(folder, answer)
  return answer.hasRoom
}

/** @throws ENOSPC, as the disk would, while nothing is broken yet */
export function requireRoom(folder: string) {
  if (!hasRoom(folder)) throw Object.assign(new Error(`the disk of ${folder} is full`), { code: 'ENOSPC' })
}
