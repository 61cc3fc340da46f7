import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { ORPCError } from '@orpc/server'
import { env } from '../env'
import { log } from '../log/log'
import { securityHeaders, settleHeaders, transportSecurity } from '../tenancy/incoming'
import { type Answer, type Asked, answerRest, answerRpc, problemOf } from './rest'

type Door = (asked: Asked) => Promise<Answer>

/** What is answered here, as the routes below `app/api` say it; anything else under these addresses is for Next. */
const doors: { address: RegExp; methods: string[]; door: Door }[] = [
  { address: /^\/api\/v1\/(?!docs\/?$)/, methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], door: answerRest },
  { address: /^\/api\/rpc\//, methods: ['GET', 'HEAD', 'POST'], door: answerRpc },
  { address: /^\/api\/auth\/jwt\/[^/]+\/?$/, methods: ['POST'], door: answerRest },
]

/**
 * Answers what the API is asked, ahead of Next, which costs as much again. The origin of the request was settled.
 * @returns false for what is not the API's: nothing was read or answered
 */
export function answerAtDoor(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = '', method = '' } = request
  if (!url.startsWith('/api/')) return false
  // Where its path ends is for nobody to interpret twice: this one is what the door reads.
  const address = new URL(`http://door${url}`)
  const found = doors.find((each) => each.methods.includes(method) && each.address.test(address.pathname))
  if (!found || address.pathname.includes('//')) return false
  void answer(found.door, address, request, response)
  return true
}

const defect = problemOf(new ORPCError('INTERNAL_SERVER_ERROR'))

async function answer(door: Door, address: URL, request: IncomingMessage, response: ServerResponse) {
  const headers = headersOf(request)
  for (const { key, value } of securityHeaders) response.setHeader(key, value)
  for (const [name, value] of transportSecurity(headers)) response.setHeader(name, value)
  const gone = new AbortController()
  response.once('close', () => response.writableFinished || gone.abort())
  let isSending = false
  try {
    if (!settleHeaders(headers, env())) return void response.writeHead(400).end()
    const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
    const { method = '' } = request
    const body = hasBody && method !== 'GET' && method !== 'HEAD' ? bodyOf(request) : null
    const answered = await door({ url: address, method, headers, body, signal: gone.signal })
    isSending = true
    await send(answered, request, response)
  } catch (error) {
    // Whoever has left is told nothing, and nothing is wrong. A file that can't be read to its end closes the connection as well.
    const isBrokenOff = isSending && (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE'
    if (gone.signal.aborted && !isBrokenOff) return
    log().error({ err: error, requestId: headers.get('x-baraza-request-id') }, 'a request failed')
    if (response.headersSent) response.destroy()
    else response.writeHead(500, { 'content-type': 'application/problem+json' }).end(JSON.stringify(defect))
  }
}

function headersOf({ headers: given }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  return headers
}

/** What is left of a body that nobody wants is let go when the answer has been sent; until then the connection stays. */
const bodyOf = (request: IncomingMessage) => request.iterator({ destroyOnReturn: false })

/** Where packing costs more than it saves. */
const smallBytes = 1024
const packs = /^text\/(?!event-stream)|^application\/(.+\+)?(json|xml|javascript)\b|^image\/svg/
const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/

async function send({ status, headers, body }: Answer, request: IncomingMessage, response: ServerResponse) {
  response.statusCode = status
  for (const [name, value] of headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (body === null || response.destroyed) return void response.end()
  const type = headers.get('content-type') ?? ''
  const isPackable = packs.test(type) && !headers.has('content-encoding')
  if (isPackable) response.appendHeader('vary', 'Accept-Encoding')
  const isPacked = isPackable && takesGzip.test(request.headers['accept-encoding'] ?? '')
  // What a procedure said is whole already; what is long, such as a file, flows as fast as it is taken.
  const whole =
    typeof body === 'string' ? Buffer.from(body) : /json/.test(type) ? Buffer.from(await new Response(body).arrayBuffer()) : null
  const source = () => (whole ? Readable.from([whole]) : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]))
  const length = whole?.length ?? Number(headers.get('content-length') ?? smallBytes)
  if (isPacked && length >= smallBytes) {
    response.removeHeader('content-length')
    response.setHeader('content-encoding', 'gzip')
    return pipeline(source(), createGzip(), response)
  }
  if (whole) return void response.setHeader('content-length', whole.length).end(whole)
  return pipeline(source(), response)
}
