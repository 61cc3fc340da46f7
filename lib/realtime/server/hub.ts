import { randomUUID } from 'node:crypto'
import { channelOfUser, frame, kindOf } from './protocol'

/** Carries text between the nodes of one installation. Nothing of what a node says comes back to itself from here: it ignores it. */
export interface Bus {
  send(text: string): void
  onMessage(handler: (text: string) => void): () => void
}

export interface Member {
  user_id: string
  user_info?: unknown
}

export interface Subscriber {
  socketId: string
  /** Set once the user has signed in. */
  userId: string | null
  send(text: string): void
  end(reason: 'unauthorized'): void
}

export interface HubEvent {
  channels: string[]
  event: string
  data: string
  /** The socket that shall not get it back. */
  except?: string
  /** Who sent a client event on a presence channel. */
  userId?: string
}

export type Notice =
  | { name: 'channel_occupied' | 'channel_vacated'; channel: string }
  | { name: 'member_added' | 'member_removed'; channel: string; user_id: string }
  | { name: 'subscription_count'; channel: string; subscription_count: number }
  | { name: 'client_event'; channel: string; event: string; data: string; socket_id: string; user_id?: string }

interface Channel {
  subscribers: Map<string, Subscriber>
  /** Of a presence channel: who each socket is. */
  members: Map<string, Member>
}

/** How a channel stands on one node; whole each time, so that a lost message heals with the next. */
type ChannelState = [channel: string, subscriptions: number, members: Member[]]
type Said =
  | { from: string; kind: 'hello' | 'alive' | 'bye' }
  | { from: string; kind: 'state'; all: boolean; states: ChannelState[] }
  | { from: string; kind: 'event'; event: HubEvent }
  | { from: string; kind: 'terminate'; userId: string }

interface Peer {
  seenAt: number
  channels: Map<string, { subscriptions: number; members: Member[] }>
}

const heartbeatMs = 10_000
const deadAfterMs = 35_000
const gatherMs = 20

/**
 * Who is on which channel, on this node and, by what they say over the bus, on
 * the others. Delivers to its own subscribers and passes on to the peers.
 */
export class Hub {
  readonly id = randomUUID()
  private channels = new Map<string, Channel>()
  private peers = new Map<string, Peer>()
  private changed = new Set<string>()
  private gathering: NodeJS.Timeout | undefined
  private heart: NodeJS.Timeout
  private deaf: () => void

  constructor(
    private bus: Bus,
    private notice: (notice: Notice) => void,
  ) {
    this.deaf = bus.onMessage((text) => this.hear(text))
    this.heart = setInterval(() => this.beat(), heartbeatMs).unref()
    this.say({ kind: 'hello' })
  }

  close() {
    clearInterval(this.heart)
    clearTimeout(this.gathering)
    this.say({ kind: 'bye' })
    this.deaf()
  }

  /** Puts a socket on a channel. @returns the members, with the new one, of a presence channel */
  join(name: string, subscriber: Subscriber, member?: Member): Member[] {
    const before = this.subscriptions(name)
    this.compareMembers(name, subscriber.socketId, () => {
      const channel = this.channels.get(name) ?? { subscribers: new Map(), members: new Map() }
      this.channels.set(name, channel)
      channel.subscribers.set(subscriber.socketId, subscriber)
      if (member) channel.members.set(subscriber.socketId, member)
    })
    this.tell(name)
    this.noteCount(name, before)
    return this.members(name)
  }

  leave(name: string, socketId: string) {
    const channel = this.channels.get(name)
    if (!channel?.subscribers.has(socketId)) return
    const before = this.subscriptions(name)
    this.compareMembers(name, socketId, () => {
      channel.subscribers.delete(socketId)
      channel.members.delete(socketId)
      if (channel.subscribers.size === 0) this.channels.delete(name)
    })
    this.tell(name)
    this.noteCount(name, before)
  }

  isOn = (name: string, socketId: string): boolean => this.channels.get(name)?.subscribers.has(socketId) ?? false

  memberOf = (name: string, socketId: string): Member | undefined => this.channels.get(name)?.members.get(socketId)

  /** Everybody on the channel gets it, on every node. */
  publish(event: HubEvent) {
    this.deliver(event)
    if (this.peers.size > 0) this.say({ kind: 'event', event })
  }

  /** Ends every connection of a user, on every node. */
  terminate(userId: string) {
    this.endConnections(userId)
    this.say({ kind: 'terminate', userId })
  }

  /** Subscriptions on all nodes. */
  subscriptions(name: string): number {
    let count = this.channels.get(name)?.subscribers.size ?? 0
    for (const peer of this.peers.values()) count += peer.channels.get(name)?.subscriptions ?? 0
    return count
  }

  /** Who is there, each person once, on all nodes. */
  members(name: string): Member[] {
    const found = new Map<string, Member>()
    const here = [...(this.channels.get(name)?.members.values() ?? [])]
    const there = [...this.peers.values()].flatMap((peer) => peer.channels.get(name)?.members ?? [])
    for (const member of [...here, ...there]) found.set(member.user_id, member)
    return [...found.values()]
  }

  /** The occupied channels whose name begins with `prefix`; those of users are not shown. */
  names(prefix: string): string[] {
    const all = new Set(this.channels.keys())
    for (const peer of this.peers.values()) for (const name of peer.channels.keys()) all.add(name)
    return [...all].filter((name) => name.startsWith(prefix) && !name.startsWith('#')).sort()
  }

  get peerCount() {
    return this.peers.size
  }

  private deliver({ channels, event, data, except, userId }: HubEvent) {
    for (const name of channels) {
      const channel = this.channels.get(name)
      if (!channel) continue
      const text = frame(event, data, name, userId)
      for (const subscriber of channel.subscribers.values()) if (subscriber.socketId !== except) subscriber.send(text)
    }
  }

  private endConnections(userId: string) {
    const own = this.channels.get(channelOfUser(userId))
    for (const subscriber of [...(own?.subscribers.values() ?? [])]) subscriber.end('unauthorized')
  }

  /** Makes a change and tells the members on this node who came and who went by it. */
  private compareMembers(name: string, cause: string | null, change: () => void) {
    if (kindOf(name) !== 'presence') return change()
    const before = this.members(name)
    change()
    const after = this.members(name)
    const missing = (from: Member[], others: Member[]) => from.filter(({ user_id }) => !others.some((other) => other.user_id === user_id))
    for (const member of missing(after, before)) this.tellMembers(name, 'added', member, cause)
    for (const { user_id } of missing(before, after)) this.tellMembers(name, 'removed', { user_id }, cause)
  }

  private tellMembers(name: string, what: 'added' | 'removed', member: Member, cause: string | null) {
    this.deliver({
      channels: [name],
      event: `pusher_internal:member_${what}`,
      data: JSON.stringify(member),
      except: cause ?? undefined,
    })
    if (cause) this.notice({ name: `member_${what}`, channel: name, user_id: member.user_id })
  }

  private noteCount(name: string, before: number) {
    if (name.startsWith('#')) return
    const after = this.subscriptions(name)
    if (before === 0 && after > 0) this.notice({ name: 'channel_occupied', channel: name })
    if (after === 0 && before > 0) this.notice({ name: 'channel_vacated', channel: name })
    this.notice({ name: 'subscription_count', channel: name, subscription_count: after })
  }

  private say(
    what: { kind: 'hello' | 'alive' | 'bye' } | DistributiveOmit<Extract<Said, { kind: 'state' | 'event' | 'terminate' }>, 'from'>,
  ) {
    this.bus.send(JSON.stringify({ from: this.id, ...what }))
  }

  /** Tells the peers how a channel stands, soon and together with others. */
  private tell(name: string) {
    this.changed.add(name)
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined
      if (this.peers.size > 0) this.say({ kind: 'state', all: false, states: [...this.changed].map((each) => this.stateOf(each)) })
      this.changed.clear()
    }, gatherMs)
  }

  private stateOf(name: string): ChannelState {
    const channel = this.channels.get(name)
    return [name, channel?.subscribers.size ?? 0, [...(channel?.members.values() ?? [])]]
  }

  private hear(text: string) {
    const said = JSON.parse(text) as Said
    if (said.from === this.id) return
    if (said.kind === 'bye') return this.bury(said.from)
    const isNew = !this.peers.has(said.from)
    const peer = this.peers.get(said.from) ?? { seenAt: 0, channels: new Map() }
    peer.seenAt = Date.now()
    this.peers.set(said.from, peer)
    // Whoever is new to us does not know how we stand either.
    if (isNew || said.kind === 'hello') {
      if (said.kind !== 'hello') this.say({ kind: 'hello' })
      this.say({ kind: 'state', all: true, states: [...this.channels.keys()].map((name) => this.stateOf(name)) })
    }
    if (said.kind === 'event') this.deliver(said.event)
    else if (said.kind === 'terminate') this.endConnections(said.userId)
    else if (said.kind === 'state') this.learn(peer, said.all, said.states)
  }

  private learn(peer: Peer, isAll: boolean, states: ChannelState[]) {
    const gone = isAll ? [...peer.channels.keys()].filter((name) => !states.some(([known]) => known === name)) : []
    for (const [name, subscriptions, members] of [...states, ...gone.map((name): ChannelState => [name, 0, []])])
      this.compareMembers(name, null, () => {
        if (subscriptions > 0) peer.channels.set(name, { subscriptions, members })
        else peer.channels.delete(name)
      })
  }

  private bury(id: string) {
    const peer = this.peers.get(id)
    if (!peer) return
    this.learn(peer, true, [])
    this.peers.delete(id)
  }

  private beat() {
    this.say({ kind: 'alive' })
    for (const [id, { seenAt }] of this.peers) if (Date.now() - seenAt > deadAfterMs) this.bury(id)
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
