import { randomInt } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Hub, Member, Notice, Subscriber } from './hub'
import { bucket, type Limits } from './limits'
import {
  type CloseReason,
  channelOfUser,
  clientEventRejected,
  closeReasons,
  type Frame,
  fieldsOf,
  frame,
  isChannelName,
  kindOf,
  parseFrame,
  safeParse,
} from './protocol'
import { type Credentials, mayJoin, maySignIn } from './signature'

const subscribed = 'pusher_internal:subscription_succeeded'

export interface SocketContext {
  hub: Hub
  credentials: Credentials
  limits: Limits
  /** Only who has signed in gets on a channel that is not public, so that they can be cut off. */
  requireSignIn: boolean
  notice: (notice: Notice) => void
  /** Counts what was refused and cut off, by name. */
  count: (what: string) => void
}

/** One client's connection: what it says, and what it may be told. */
export class Socket implements Subscriber {
  readonly socketId = `${randomInt(1, 2 ** 40)}.${randomInt(1, 2 ** 40)}`
  userId: string | null = null
  private channels = new Set<string>()
  private heardAt = Date.now()
  private pingedAt: number | null = null
  /** When what the user signed in with ends, in milliseconds. */
  private expiresAt = Number.POSITIVE_INFINITY
  private mayTalk: () => boolean
  private mayTrigger: () => boolean

  constructor(
    private ws: WebSocket,
    private context: SocketContext,
  ) {
    this.mayTalk = bucket(context.limits.framesPerSecond)
    this.mayTrigger = bucket(context.limits.clientEventsPerSecond)
    ws.on('message', (data, isBinary) => this.hear(isBinary ? '' : data.toString()))
    ws.on('pong', () => this.noteAlive())
    this.send(frame('pusher:connection_established', { socket_id: this.socketId, activity_timeout: context.limits.activitySeconds }))
  }

  send(text: string) {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.ws.send(text)
    if (this.ws.bufferedAmount <= this.context.limits.bufferBytes) return
    this.context.count('slow reader')
    this.ws.terminate()
  }

  end(reason: CloseReason) {
    const [code, message] = closeReasons[reason]
    this.context.count(message)
    this.send(frame('pusher:error', { code, message }))
    this.ws.close(code, message)
  }

  /** Called when the connection is gone. */
  leaveAll() {
    for (const name of this.channels) this.context.hub.leave(name, this.socketId)
    this.channels.clear()
  }

  /** Called every few seconds: asks a silent client whether it is there, and gives up on one that is not. */
  checkAlive(now: number) {
    const { activitySeconds, pongSeconds } = this.context.limits
    if (now > this.expiresAt) return this.end('unauthorized')
    if (this.pingedAt !== null) {
      if (now - this.pingedAt > pongSeconds * 1000) this.end('noPong')
    } else if (now - this.heardAt > activitySeconds * 1000) {
      this.pingedAt = now
      this.send(frame('pusher:ping', {}))
    }
  }

  private noteAlive() {
    this.heardAt = Date.now()
    this.pingedAt = null
  }

  private hear(text: string) {
    this.noteAlive()
    if (!this.mayTalk()) return this.end('overCapacity')
    const said = parseFrame(text)
    if (!said) return this.complain('This is not a message of the protocol')
    if (said.event === 'pusher:ping') return this.send(frame('pusher:pong', {}))
    if (said.event === 'pusher:pong') return
    if (said.event === 'pusher:subscribe') return this.subscribe(said.data)
    if (said.event === 'pusher:unsubscribe') return this.unsubscribe(said.data)
    if (said.event === 'pusher:signin') return this.signIn(said.data)
    if (said.event.startsWith('client-')) return this.trigger(said)
    this.complain(`There is no message called ${said.event}`)
  }

  private complain(message: string, code: number | null = null) {
    this.context.count('refused message')
    this.send(frame('pusher:error', { code, message }))
  }

  private subscribe(data: unknown) {
    const { channel, auth, channel_data: about } = fieldsOf(data)
    const { hub, credentials, limits } = this.context
    if (this.userId !== null && channel === channelOfUser(this.userId)) return this.send(frame(subscribed, {}, channel)) // since the sign-in
    if (!isChannelName(channel)) return this.complain('Invalid channel name')
    if (this.channels.has(channel)) return this.complain(`Existing subscription to ${channel}`)
    if (this.channels.size >= limits.channelsPerConnection) return this.refuse(channel, 'LimitReached', 'Too many channels')
    const kind = kindOf(channel)
    if (kind !== 'public' && this.context.requireSignIn && this.userId === null)
      return this.refuse(channel, 'AuthError', 'Sign in first', 401)
    const memberData = kind === 'presence' && typeof about === 'string' ? about : undefined
    if (kind !== 'public' && !mayJoin(credentials, auth, this.socketId, channel, memberData))
      return this.refuse(channel, 'AuthError', 'Invalid signature', 401)
    const member = kind === 'presence' ? memberOf(memberData, this.userId) : undefined
    const isOther = member && this.userId !== null && member.user_id !== this.userId
    if (kind === 'presence' && (!member || isOther)) return this.refuse(channel, 'AuthError', 'Invalid channel_data', 401)
    const isFull = member && hub.members(channel).length >= limits.membersPerChannel
    if (isFull) return this.refuse(channel, 'LimitReached', 'The channel is full')
    this.channels.add(channel)
    const members = hub.join(channel, this, member)
    const presence = member && {
      presence: {
        ids: members.map(({ user_id }) => user_id),
        hash: Object.fromEntries(members.map(({ user_id, user_info }) => [user_id, user_info ?? null])),
        count: members.length,
      },
    }
    this.send(frame(subscribed, presence ?? {}, channel))
  }

  private refuse(channel: string, type: string, error: string, status = 403) {
    this.context.count(`refused subscription: ${error}`)
    this.send(frame('pusher:subscription_error', { type, error, status }, channel))
  }

  private unsubscribe(data: unknown) {
    const { channel } = fieldsOf(data)
    if (typeof channel !== 'string' || !this.channels.delete(channel)) return
    this.context.hub.leave(channel, this.socketId)
  }

  private signIn(data: unknown) {
    const { auth, user_data: text } = fieldsOf(data)
    const { hub, credentials, limits } = this.context
    if (typeof text !== 'string' || !maySignIn(credentials, auth, this.socketId, text)) return this.end('unauthorized')
    const { id, expires_at: expiresAt } = fieldsOf(text)
    if (typeof id !== 'string' || id === '' || this.userId !== null) return this.end('unauthorized')
    const own = channelOfUser(id)
    if (hub.subscriptions(own) >= limits.connectionsPerUser) return this.end('tooManyConnections')
    this.userId = id
    if (typeof expiresAt === 'number') this.expiresAt = expiresAt
    this.channels.add(own)
    hub.join(own, this)
    this.send(frame('pusher:signin_success', { user_data: text }))
  }

  private trigger({ event, channel, data }: Frame) {
    const { hub, limits, notice } = this.context
    const isAllowed =
      channel !== undefined && (kindOf(channel) === 'private' || kindOf(channel) === 'presence') && this.channels.has(channel)
    if (!isAllowed) return this.complain('Client events go to private and presence channels one is on', clientEventRejected)
    const text = typeof data === 'string' ? data : JSON.stringify(data ?? null)
    if (Buffer.byteLength(text) > limits.eventBytes) return this.complain('The event is too large', clientEventRejected)
    if (!this.mayTrigger()) return this.complain('Too many client events', clientEventRejected)
    const userId = hub.memberOf(channel, this.socketId)?.user_id
    hub.publish({ channels: [channel], event, data: text, except: this.socketId, userId })
    notice({ name: 'client_event', channel, event, data: text, socket_id: this.socketId, user_id: userId })
  }
}

/** Who joins a presence channel: by what the app signed, or the user that signed in. */
function memberOf(text: string | undefined, userId: string | null): Member | undefined {
  if (text === undefined) return userId ? { user_id: userId } : undefined
  const about = safeParse(text)
  if (typeof about !== 'object' || about === null) return undefined
  const { user_id: id, user_info: info } = about as Record<string, unknown>
  const isId = (typeof id === 'string' && id !== '' && id.length <= 128) || typeof id === 'number'
  return isId && text.length <= 2048 ? { user_id: String(id), user_info: info } : undefined
}
