import cluster from 'node:cluster'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import next from 'next'
import { readTrustedProxies } from '../core/ip-address'
import { env } from '../env'
import { settleOrigin } from '../net/client-address'
import { drainable } from '../net/drain'
import { answerPage } from '../procedure/refused-page'
import { realtimeListensOn, startRealtime } from '../realtime/node'
import { refusalOfForm } from './body-limits'
import { builtFile, sendBuilt } from './built-files'
import { answerAtDoor } from './doors'

const drainMs = 15_000
/** Time for open sockets to read that they should come back, and for requests that are on their way. */
const farewellMs = 1000

interface Options {
  isDev?: boolean
  /** Whoever starts this process brings the database up to date meanwhile. */
  mayServe?: Promise<unknown>
}

/**
 * Serves pages, the API and realtime on `PORT`.
 * @returns what ends it: resolves when every request that was taken is answered, at most 15 seconds later
 */
export async function serveWeb({ isDev = false, mayServe }: Options = {}): Promise<{ stop: () => Promise<void> }> {
  const { PORT, TRUST_PROXY } = env()
  const trust = readTrustedProxies(TRUST_PROXY) ?? { hops: 0 }
  if (!isDev) await takeBuiltConfig()
  // Next listens for upgrades as well, and ends those whose address is a page's: on a server that nobody connects to.
  const app = next({ dev: isDev, port: PORT, hostname: 'localhost', httpServer: createServer() })
  await app.prepare()
  const handle = app.getRequestHandler()
  const upgrade = app.getUpgradeHandler()
  await mayServe
  const realtime = await startRealtime()
  const server = createServer((request, response) => {
    const refusal = refusalOf(request) ?? refusalOfForm(request)
    if (refusal) return response.writeHead(refusal, { allow: methods.join(', '), connection: 'close' }).end()
    settleOrigin(request, trust)
    // While developing, Next has the API as well: it reads what has changed.
    if (!isDev && answerAtDoor(request, response)) return
    const answerByNext = () => void answerPage(response, () => handle(request, response))
    const built = isDev ? null : builtFile(request)
    if (built) void sendBuilt(built, response).then((isSent) => isSent || answerByNext())
    else if (!realtime.handleRequest(request, response)) answerByNext()
  })
  const { drain } = drainable(server)
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    if (refusalOf(request)) return socket.destroy()
    settleOrigin(request, trust)
    upgraded.add(socket.once('close', () => upgraded.delete(socket)))
    if (!realtime.handleUpgrade(request, socket, head)) void upgrade(request, socket, head)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(PORT, resolve)
  })
  // One of several on this port publishes through a port of its own: on this one another may take the call.
  if (cluster.isPrimary) realtimeListensOn((server.address() as AddressInfo).port)

  return {
    async stop() {
      realtime.close()
      // No longer the HTTP server's, but it would wait for them.
      setTimeout(() => {
        for (const socket of upgraded) socket.destroy()
      }, farewellMs)
      await drain({ idleMs: farewellMs, mostMs: drainMs })
    },
  }
}

/** What the build worked out, as Next's standalone server is given it: from `next.config.ts` it would be made anew, by a compiler. */
async function takeBuiltConfig() {
  const { config } = JSON.parse(await readFile('.next/required-server-files.json', 'utf8'))
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What neither Next nor the realtime server can read, as the status to answer; null for what they can. */
function refusalOf({ method = '', url = '' }: IncomingMessage): 400 | 405 | null {
  if (!methods.includes(method)) return 405
  return URL.canParse(url, 'http://host') ? null : 400
}
