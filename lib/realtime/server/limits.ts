/** What one client, one person and the whole server may take. */
export const defaultLimits = {
  connections: 20_000,
  connectionsPerAddress: 200,
  connectionsPerUser: 10,
  channelsPerConnection: 100,
  membersPerChannel: 100,
  /** Bytes of one frame; a larger one ends the connection. */
  frameBytes: 64 * 1024,
  /** Bytes of an event's data. */
  eventBytes: 10 * 1024,
  eventsPerBatch: 10,
  channelsPerEvent: 100,
  clientEventsPerSecond: 10,
  framesPerSecond: 50,
  /** Bytes that may wait for a slow reader before it is cut off. */
  bufferBytes: 1024 * 1024,
  /** How often silence and sign-ins that end are looked for. */
  checkSeconds: 5,
  /** Seconds without a word before a ping, and before the answer must be there. */
  activitySeconds: 120,
  pongSeconds: 30,
}
export type Limits = typeof defaultLimits

/** Tokens that come back at a steady rate, up to a second's worth. */
export function bucket(perSecond: number) {
  let tokens = perSecond
  let last = performance.now()
  return () => {
    const now = performance.now()
    tokens = Math.min(perSecond, tokens + ((now - last) / 1000) * perSecond)
    last = now
    if (tokens < 1) return false
    tokens--
    return true
  }
}
