import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { readTrustedProxies, type TrustedProxies } from '../core/ip-address'
import { settleOrigin } from '../net/client-address'
import { answerAtDoor } from '../wiring/doors'
import { sendThrough } from './factories'

/** Answers on a port as the server does, with the API's own doors; what they leave is answered 404 with `x-left-to: next`. */
export function openDoors(options: { trust?: string } = {}) {
  const server = createServer((incoming, response) => {
    settleOrigin(incoming, readTrustedProxies(options.trust ?? 'off') as TrustedProxies)
    if (!answerAtDoor(incoming, response)) response.writeHead(404, { 'x-left-to': 'next' }).end()
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: () => (server.address() as AddressInfo).port }
}

/** Has everything that is sent in this file's tests go over HTTP, as the server takes it. */
export function goThroughDoors() {
  const { port } = openDoors()
  const agent = new Agent({ keepAlive: true })
  const ask = async (given: Request) => {
    const { method, url, headers } = given
    const path = url.slice(url.indexOf('/', 'http://'.length))
    const body = given.body && Buffer.from(await given.arrayBuffer())
    const sent = { ...Object.fromEntries(headers), ...(body && { 'content-length': String(body.length) }) }
    const options = { agent, port: port(), method, path, headers: sent }
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      request(options, resolve).on('error', reject).end(body)
    })
    const answered = Buffer.concat(await incoming.toArray())
    const { statusCode: status, headersDistinct } = incoming
    const all = Object.entries(headersDistinct).flatMap(([name, values = []]) => values.map((value) => [name, value] as [string, string]))
    return new Response(status === 204 || status === 304 ? null : answered, { status, headers: all })
  }
  beforeAll(() => sendThrough(ask))
  afterAll(() => sendThrough())
}
