import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import next from 'next'
import { adapters } from './lib/cli/doctor'
import { answerCommands } from './lib/cli/server-socket'
import { readTrustedProxies } from './lib/core/ip-address'
import { databaseKind } from './lib/db/connection'
import { withPlatform } from './lib/db/scope'
import { env, isLocal } from './lib/env'
import { settleOrigin } from './lib/net/client-address'
import { drainable } from './lib/net/drain'
import { answerPage } from './lib/procedure/refused-page'
import { realtimeListensOn, startRealtime } from './lib/realtime/node'
import { originOf, platformOrigin } from './lib/tenancy/origin'
import { tenantRef } from './lib/tenancy/resolve'
import { refusalOfForm } from './lib/wiring/body-limits'
import { bringUpToDate, explainBootError, startBackground, stopBackground } from './lib/wiring/boot'

const isDev = process.argv.includes('--dev')
const drainMs = 15_000
/** Time for open sockets to read that they should come back, and for requests that are on their way. */
const farewellMs = 1000

async function main() {
  const { PORT, TRUST_PROXY } = env()
  const trust = readTrustedProxies(TRUST_PROXY) ?? { hops: 0 }
  const steps = await bringUpToDate({
    onStep: ({ schema, migration }, index, total) => console.log(`migrating ${index + 1}/${total}: ${schema} ${migration}`),
  })
  if (steps.length > 0) console.log(`${steps.length} migrations applied`)

  const app = next({ dev: isDev, port: PORT, hostname: 'localhost' })
  await app.prepare()
  const handle = app.getRequestHandler()
  const upgrade = app.getUpgradeHandler()
  const realtime = await startRealtime()
  const server = createServer((request, response) => {
    const refusal = refusalOf(request) ?? refusalOfForm(request)
    if (refusal) return response.writeHead(refusal, { allow: methods.join(', '), connection: 'close' }).end()
    settleOrigin(request, trust)
    if (!realtime.handleRequest(request, response)) void answerPage(response, () => handle(request, response))
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
  realtimeListensOn((server.address() as AddressInfo).port)

  await startBackground()
  const stopAnswering = databaseKind() === 'embedded' ? await answerCommands() : undefined
  await banner()

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    realtime.close()
    // No longer the HTTP server's, but it would wait for them.
    setTimeout(() => {
      for (const socket of upgraded) socket.destroy()
    }, farewellMs)
    await drain({ idleMs: farewellMs, mostMs: drainMs })
    await stopAnswering?.()
    await stopBackground()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What neither Next nor the realtime server can read, as the status to answer; null for what they can. */
function refusalOf({ method = '', url = '' }: IncomingMessage): 400 | 405 | null {
  if (!methods.includes(method)) return 405
  return URL.canParse(url, 'http://host') ? null : 400
}

async function banner() {
  const tenants = await withPlatform((tx) => tx.tenant.findMany({ where: { deletedAt: null }, orderBy: { createdAt: 'asc' }, take: 5 }))
  const lines = [
    '',
    `Baraza is ready${isDev ? ' (development)' : ''}`,
    `  platform     ${platformOrigin()}`,
    ...tenants.map((tenant) => `  ${tenant.slug.padEnd(12)} ${originOf(tenantRef(tenant))}`),
    '',
    ...adapters().map(({ port, adapter }) => `  ${port.padEnd(12)} ${adapter}`),
    ...(isLocal() && tenants.some(({ slug }) => slug === 'acme')
      ? ['', '  Sign in as agent@acme.test, owner@acme.test, customer@acme.test or root@platform.test (platform): baraza-demo']
      : []),
    '',
  ]
  console.log(lines.join('\n'))
}

main().catch((error) => {
  console.error(explainBootError(error) ?? error)
  process.exit(1)
})
