import { Agent } from 'node:http'
import Pusher from 'pusher'
import { env } from '../env'
import { ownCredentials } from './credentials'
import { localPort, ownEventsPerCall } from './node'
import type { RealtimeAccess } from './schema'

/** Pusher's own service, or a server that is compatible with it; null when there is none. */
function remote() {
  const { PUSHER_APP_ID: appId, PUSHER_KEY: key, PUSHER_SECRET: secret, PUSHER_CLUSTER: cluster, PUSHER_HOST: host } = env()
  if (!appId || !key || !secret) return null
  return { appId, key, secret, cluster: cluster ?? 'mt1', host: host ?? null }
}

const isServerless = () => Boolean(env().VERCEL)

export const realtimeAdapter = (): string => {
  const service = remote()
  if (service) return service.host ? `Pusher-compatible server at ${service.host}` : `Pusher, cluster ${service.cluster}`
  return isServerless() ? 'none: set PUSHER_* to see changes without reloading' : 'embedded, on this port'
}

/** What a browser needs to connect; null when there is no realtime. */
export function realtimeAccess(): RealtimeAccess | null {
  const service = remote()
  if (service) return { key: service.key, host: service.host, cluster: service.cluster }
  return isServerless() ? null : { key: ownCredentials().key, host: null, cluster: null }
}

/** The official client of whatever server is in use; null when there is none. */
export async function pusher(): Promise<Pusher | null> {
  const service = remote()
  if (service) {
    const { appId, key, secret, cluster, host: given } = service
    if (!given) return new Pusher({ appId, key, secret, cluster, useTLS: true, timeout })
    const [host = '', port = '443'] = given.split(':')
    return new Pusher({ appId, key, secret, host, port, useTLS: port === '443', timeout })
  }
  if (isServerless()) return null
  const port = String(await localPort())
  return new Pusher({ ...ownCredentials(), host: '127.0.0.1', port, useTLS: false, timeout, agent: toItself })
}

/** Of the process to the server in it, or beside it. */
const toItself = new Agent({ keepAlive: true })

/** Pusher takes ten in a call; our own server more. */
const perCall = () => (remote() ? 10 : ownEventsPerCall)

/** Hands messages to whatever server is in use, in order. */
export async function sendMessages(messages: readonly Pusher.BatchEvent[]) {
  const client = messages.length > 0 ? await pusher() : null
  if (!client) return
  // What was answered is read, so that the connection can be used again.
  for (let at = 0; at < messages.length; at += perCall()) await (await client.triggerBatch(messages.slice(at, at + perCall()))).text()
}

const timeout = 10_000
