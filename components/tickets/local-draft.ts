import type { DraftKind } from '@/lib/tickets/conversation/schema'

interface Local {
  html: string
  at: number
}

/** Whether this device kept something that may not have reached the server. */
export const isKeptHere = (ticketId: string, personId: string, kind: DraftKind): boolean =>
  readLocal(keyOf(ticketId, personId, kind)) !== null

export const keyOf = (ticketId: string, personId: string, kind: DraftKind) => `draft:${personId}:${ticketId}:${kind}`

export function readLocal(key: string): Local | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    return null
  }
}
