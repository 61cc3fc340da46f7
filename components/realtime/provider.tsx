'use client'

import type PusherClient from 'pusher-js'
import type { Channel } from 'pusher-js'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { whenUsed } from '@/components/ui/when-used'
import { type Change, changed, type RealtimeAccess } from '@/lib/realtime/schema'
import { api } from '@/lib/wiring/client'
import { ChannelCursor } from './cursor'

export type LinkState = 'off' | 'connecting' | 'live' | 'reconnecting'

interface Watcher {
  cursor: ChannelCursor
  onChange: (change: Change | null) => void
}

/** Who listens to a channel, and the newest number heard of. */
interface Watched {
  head: number
  watchers: Set<Watcher>
}
type WatchedChannels = Map<string, Watched>

interface Realtime {
  state: LinkState
  /**
   * Listens to a channel until `stop`. `since` is how far it was when the page was
   * read. `onChange` gets null when something was missed: read everything again.
   */
  watch: (name: string, since: number, onChange: Watcher['onChange']) => { channel: Promise<Channel | null>; stop: () => void }
}

const off: Realtime = { state: 'off', watch: () => ({ channel: Promise.resolve(null), stop: () => {} }) }
const Context = createContext(off)
export const useRealtime = () => useContext(Context)

const askEveryMs = 60_000
const comeBackMs = 1000
const askAgainMs = 5000
/** Channels that are joined together are asked about together. */
const joinMs = 50
/** The server ended the connection because a right may be gone: coming back shows which are left. */
const unauthorized = 4009

/** One connection for all that a page listens to. */
export function RealtimeProvider({ access: given, children }: { access: RealtimeAccess | null; children: ReactNode }) {
  // Each reading of the page brings a new object that says the same.
  const text = JSON.stringify(given)
  const access = useMemo<RealtimeAccess | null>(() => JSON.parse(text), [text])
  const [state, setState] = useState<LinkState>(access ? 'connecting' : 'off')
  const connection = useRef<Promise<PusherClient> | null>(null)
  const watched = useRef<WatchedChannels>(new Map())
  /** What was said before a channel was joined was not heard: each joining asks how far it is. */
  const joined = useRef(() => {})

  /** Compares how far each channel is with how far we are. */
  const ask = useEffectEvent(async () => {
    const names = [...watched.current.keys()]
    for (let at = 0; at < names.length; at += 20) {
      const { heads } = await api.realtime.heads({ channels: names.slice(at, at + 20) })
      for (const [name, head] of Object.entries(heads)) noteHead(watched.current, name, head)
    }
  })

  useEffect(() => {
    if (!access) return
    let isOver = false
    let waiting: ReturnType<typeof setTimeout> | undefined
    const quietly = () => void ask().catch(() => {}) // asked again soon
    const onJoined = () => {
      clearTimeout(waiting)
      waiting = setTimeout(quietly, joinMs)
    }
    const opened = Promise.withResolvers<PusherClient>()
    connection.current = opened.promise
    // Until then nothing is missed: each joining asks how far its channel is.
    const stopWaiting = whenUsed(() => connect(access).then(opened.resolve, opened.reject))
    joined.current = onJoined
    void connection.current.then((client) => {
      if (isOver) return client.disconnect()
      let wasLive = false
      client.connection.bind('state_change', ({ current }: { current: string }) => {
        if (current === 'connected') wasLive = true
        setState(current === 'connected' ? 'live' : wasLive ? 'reconnecting' : 'connecting')
      })
      client.connection.bind('error', (error: { data?: { code?: number } }) => {
        if (error.data?.code === unauthorized) setTimeout(() => !isOver && client.connect(), comeBackMs)
      })
    })
    const timer = setInterval(() => document.visibilityState === 'visible' && quietly(), askEveryMs)
    const onVisible = () => document.visibilityState === 'visible' && quietly()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      isOver = true
      stopWaiting()
      clearInterval(timer)
      clearTimeout(waiting)
      document.removeEventListener('visibilitychange', onVisible)
      void connection.current?.then((client) => client.disconnect())
      connection.current = null
    }
  }, [access])

  const watch = useCallback<Realtime['watch']>((name, since, onChange) => {
    const watcher = { cursor: new ChannelCursor(), onChange }
    const here = watched.current.get(name) ?? { head: since, watchers: new Set() }
    watched.current.set(name, here)
    here.watchers.add(watcher)
    watcher.cursor.catchUp(since)
    if (watcher.cursor.catchUp(here.head)) onChange(null)
    const opened = Promise.resolve().then(() => connection.current)
    return {
      channel: opened.then((client) => (client ? subscribe(client, name, watched.current, () => joined.current()) : null)),
      stop() {
        here.watchers.delete(watcher)
        if (here.watchers.size > 0 || watched.current.get(name) !== here) return
        watched.current.delete(name)
        void opened.then((client) => !watched.current.has(name) && client?.unsubscribe(name))
      },
    }
  }, [])
  const value = useMemo(() => (access ? { state, watch } : off), [access, state, watch])
  return <Context value={value}>{children}</Context>
}

function noteHead(channels: WatchedChannels, name: string, head: number) {
  const here = channels.get(name)
  if (!here) return
  here.head = Math.max(here.head, head)
  for (const { cursor, onChange } of here.watchers) if (cursor.catchUp(head)) onChange(null)
}

async function connect(access: RealtimeAccess): Promise<PusherClient> {
  const { default: Pusher } = await import('./generated/pusher')
  const { hostname, port, protocol } = window.location
  const [host, hostPort] = (access.host ?? `${hostname}${port ? `:${port}` : ''}`).split(':')
  const isTls = access.host ? !hostPort || hostPort === '443' : protocol === 'https:'
  const own = { wsHost: host, wsPort: Number(hostPort ?? 80), wssPort: Number(hostPort ?? 443) }
  const client: PusherClient = new Pusher(access.key, {
    cluster: access.cluster ?? '',
    forceTLS: access.cluster && !access.host ? true : isTls,
    ...(access.cluster && !access.host ? {} : own),
    userAuthentication: {
      customHandler: ({ socketId }, done) => answer(api.realtime.signIn({ socketId }), done),
    },
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, done) => {
        answer(
          client.user.signinDonePromise.then(() => api.realtime.authorize({ socketId, channel: channelName })),
          done,
        )
      },
    },
  })
  client.signin()
  return client
}

function answer<T>(promise: Promise<T>, done: (error: Error | null, data: never) => void) {
  promise.then(
    (data) => done(null, data as never),
    (error) => done(error as Error, null as never),
  )
}

function subscribe(client: PusherClient, name: string, channels: WatchedChannels, onJoined: () => void): Channel {
  const known = client.channel(name)
  if (known) return known
  const channel = client.subscribe(name).bind('pusher:subscription_succeeded', onJoined)
  return channel.bind(changed, (change: Change) => {
    const here = channels.get(name)
    if (!here) return
    here.head = Math.max(here.head, change.seq)
    for (const { cursor, onChange } of here.watchers) {
      const what = cursor.accept(change.seq)
      if (what !== 'skip') onChange(what === 'show' ? change : null)
    }
  })
}

interface Watching {
  /** How far the channel was when the page was read (`listHeads`, asked before the page's own queries). */
  since: number
  /** Several changes within this time come as one call. */
  gatherMs?: number
}

/**
 * Calls `onChange` when something happens on a channel, with null when it is not
 * known what, and again after a while when it failed.
 */
export function useChanges(name: string | null, { since, gatherMs = 100 }: Watching, onChange: (changes: Change[] | null) => unknown) {
  const { watch } = useRealtime()
  const latest = useEffectEvent(onChange)
  const [channel, setChannel] = useState<Promise<Channel | null> | null>(null)
  // A page that is read again knows more; what it listens to goes on.
  const first = useEffectEvent(() => since)
  useEffect(() => {
    if (!name) return
    let gathered: Change[] | null = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    const callIn = (ms: number) => {
      timer ??= setTimeout(async () => {
        timer = undefined
        const changes = gathered
        gathered = []
        try {
          await latest(changes)
        } catch {
          gathered = null
          if (!isOver) callIn(askAgainMs)
        }
      }, ms)
    }
    const watching = watch(name, first(), (change) => {
      if (change === null) gathered = null
      else gathered?.push(change)
      callIn(gatherMs)
    })
    setChannel(watching.channel)
    return () => {
      isOver = true
      clearTimeout(timer)
      watching.stop()
    }
  }, [name, watch, gatherMs])
  return channel
}
