import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** The parts of the embedded server that an HTTP server hands its traffic to. */
export interface RealtimeNode {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean
  stats(): { connections: number; peers: number; refused: Record<string, number> }
  close(): void
}

/** How many events our own server takes in a call; whoever else calls it sends as few as to Pusher. */
export const ownEventsPerCall = 100

// One per process, whichever copy of this module asks: the server's own or the bundled one.
const store = globalThis as typeof globalThis & {
  __barazaRealtime?: { node: RealtimeNode; port?: number; own?: Promise<Server> }
}

/** Starts this process's node; it needs an HTTP server that hands it its traffic. */
export async function startRealtime(): Promise<RealtimeNode> {
  if (store.__barazaRealtime) return store.__barazaRealtime.node
  const [{ RealtimeServer }, { databaseBus }, { ownCredentials }, { env }] = await Promise.all([
    import('./server/server'),
    import('./bus'),
    import('./credentials'),
    import('../env'),
  ])
  const options = {
    credentials: ownCredentials(),
    bus: databaseBus(),
    webhookUrl: env().REALTIME_WEBHOOK_URL,
    requireSignIn: true,
    limits: { eventsPerBatch: ownEventsPerCall },
  }
  return open(() => new RealtimeServer(options))
}

/** Two who start at once get the same one. */
function open(make: () => RealtimeNode): RealtimeNode {
  store.__barazaRealtime ??= { node: make() }
  return store.__barazaRealtime.node
}

/** Says where the HTTP server listens that serves this process's node. */
export function realtimeListensOn(port: number) {
  if (store.__barazaRealtime) store.__barazaRealtime.port = port
}

export const realtimeNode = (): RealtimeNode | undefined => store.__barazaRealtime?.node

/**
 * The port on this machine where this process's node takes calls. A process
 * that serves no pages, such as the worker, opens one for itself alone: what it
 * publishes reaches the others' clients through the database.
 */
export async function localPort(): Promise<number> {
  await startRealtime()
  const here = store.__barazaRealtime as NonNullable<typeof store.__barazaRealtime>
  if (here.port) return here.port
  here.own ??= new Promise((resolve) => {
    const server = createServer((request, response) => {
      if (!here.node.handleRequest(request, response)) response.writeHead(404).end()
    })
    server.listen(0, '127.0.0.1', () => resolve(server.unref()))
  })
  return ((await here.own).address() as AddressInfo).port
}

export async function stopRealtime() {
  const here = store.__barazaRealtime
  store.__barazaRealtime = undefined
  here?.node.close()
  const own = await here?.own
  own?.closeAllConnections()
  own?.close()
}
