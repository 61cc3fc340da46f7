import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'

interface Limits {
  /** For requests that were already on their way on a connection that looked idle. */
  idleMs: number
  /** For everything. */
  mostMs: number
}

/** Longer than proxies keep a connection that nobody uses, so that they are the ones to end it. */
const keepAliveMs = 75_000

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

/**
 * Lets a server run and end without cutting anybody off. A turn of the loop after `drain` it takes no connections; what is answered then says
 * `Connection: close`, so that a connection carries what it carries now and nothing after that.
 */
export function drainable(server: Server) {
  // A server that ends it cuts off a request that has come and was not read yet, where the loop was held up.
  server.keepAliveTimeout = keepAliveMs
  let isDraining = false
  const open = new Set<ServerResponse>()
  const closing = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('Connection', 'close')
  }
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    open.add(response)
    response.once('close', () => open.delete(response))
    if (isDraining) closing(response)
  })

  /** Resolves when every connection has ended. */
  async function drain({ idleMs, mostMs }: Limits) {
    await nextTurn() // whoever has connected is let in
    const closed = new Promise((resolve) => server.once('close', resolve))
    // The HTTP server's own close() ends idle connections at once, also those with a request on its way.
    NetServer.prototype.close.call(server)
    // Not before: whoever reads that a connection ends opens another, which would be cut off if it waited to be let in here.
    isDraining = true
    for (const response of open) closing(response)
    // After the loop has read what has come: where it was held up, requests wait on connections that look idle.
    const closeIdle = () => void nextTurn().then(() => server.closeIdleConnections())
    let idle: NodeJS.Timeout | undefined
    const first = setTimeout(() => {
      closeIdle()
      // Those whose answer had begun before, when it ends.
      idle = setInterval(closeIdle, 100)
    }, idleMs)
    const forced = setTimeout(() => server.closeAllConnections(), mostMs)
    await closed
    clearTimeout(first)
    clearInterval(idle)
    clearTimeout(forced)
  }
  return { drain }
}
