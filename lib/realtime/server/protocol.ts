/** What goes over the wire of the Pusher Channels protocol, version 7 (pusher.com/docs/channels/library_auth_reference). */

export const protocolVersions = [5, 6, 7]

/** Why a connection is closed. 4000s: do not come back as you are; 4100s: wait first; 4200s: come back at once. */
export const closeReasons = {
  unknownApp: [4001, 'There is no app with this key'],
  tooManyConnections: [4004, 'Too many connections'],
  unknownPath: [4005, 'Path not found'],
  badVersion: [4006, 'Invalid version string format'],
  unsupportedVersion: [4007, 'Unsupported protocol version'],
  noVersion: [4008, 'No protocol version supplied'],
  unauthorized: [4009, 'Connection is not authorized any more'],
  overCapacity: [4100, 'Over capacity'],
  restart: [4200, 'Reconnect immediately'],
  noPong: [4201, 'Pong reply not received in time'],
} as const satisfies Record<string, readonly [number, string]>
export type CloseReason = keyof typeof closeReasons

/** Not a reason to close: the client's event was not passed on. */
export const clientEventRejected = 4301

export type ChannelKind = 'public' | 'private' | 'encrypted' | 'presence'

export function kindOf(channel: string): ChannelKind {
  if (channel.startsWith('presence-')) return 'presence'
  if (channel.startsWith('private-encrypted-')) return 'encrypted'
  return channel.startsWith('private-') ? 'private' : 'public'
}

export const isChannelName = (name: unknown): name is string => typeof name === 'string' && /^[\w\-=@,.;]{1,200}$/.test(name)

/** The channel that a signed-in user's connections are on by themselves. */
export const channelOfUser = (userId: string) => `#server-to-user-${userId}`

export interface Frame {
  event: string
  channel?: string
  data: unknown
}

/** A frame as a client sent it; null for anything that is none. `data` may be an object or JSON in a string. */
export function parseFrame(text: string): Frame | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { event, channel, data } = value as Record<string, unknown>
  if (typeof event !== 'string' || event.length > 200) return null
  if (channel !== undefined && typeof channel !== 'string') return null
  return { event, channel, data }
}

/** The fields of a frame's data, also when it is JSON in a string. */
export function fieldsOf(data: unknown): Record<string, unknown> {
  const value = typeof data === 'string' ? safeParse(data) : data
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

export function safeParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A frame for a client. `data` goes as JSON in a string, as protocol 7 has it. */
export const frame = (event: string, data: unknown, channel?: string, userId?: string): string =>
  JSON.stringify({ event, channel, data: typeof data === 'string' ? data : JSON.stringify(data), user_id: userId })
