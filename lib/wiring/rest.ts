import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler, type OpenAPIHandlerOptions } from '@orpc/openapi/fetch'
import { ORPCError, onError } from '@orpc/server'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/fetch'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { type ErrorCode, errorCatalogue, invalid, notFound, rateLimited, tooLarge } from '../core/errors'
import { addressKey } from '../core/ip-address'
import { isUnreasonable } from '../core/json-shape'
import { log } from '../log/log'
import { readUpTo } from '../net/body-limit'
import { type BodyKind, bodyKinds } from '../procedure/body-limits'
import { callerOf } from '../procedure/caller'
import type { CallContext, Caller } from '../procedure/context'
import { takeToken } from '../procedure/rate-limit'
import { wordsFor } from '../procedure/words'
import { sayError } from '../text/say'
import { english } from '../text/translator'
import { bodyKindOfRest, bodyKindOfRpc } from './body-limits'
import { digestOf, etagOf, select, takeFields, versionIn, versionOf } from './representation'
import { router } from './router'

const ourCode: Record<string, ErrorCode> = { BAD_REQUEST: 'INVALID', PAYLOAD_TOO_LARGE: 'TOO_LARGE' }

interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  [extra: string]: unknown
}

/**
 * An error as an RFC 9457 problem document; a defect says nothing about itself. `detail` is in the caller's
 * language; `title` is English, for whoever reads a log.
 */
export function problemOf(error: ORPCError<string, unknown>): Problem {
  const code = ourCode[error.code] ?? error.code
  const isKnown = code in errorCatalogue
  return {
    ...(isKnown && error.data && typeof error.data === 'object' ? error.data : {}),
    type: `urn:baraza:error:${isKnown ? code.toLowerCase() : 'internal'}`,
    title: english(`errors.codes.${isKnown ? (code as ErrorCode) : 'INTERNAL'}`),
    status: isKnown ? error.status : 500,
    code: isKnown ? code : 'INTERNAL',
    detail: isKnown ? error.message : english('errors.internal'),
  }
}

function logDefect(error: unknown, { context }: { context: CallContext }) {
  const isExpected = error instanceof ORPCError && (error.code in errorCatalogue || error.code in ourCode)
  if (!isExpected) log().error({ err: error, requestId: context.caller.requestId }, 'a request failed')
}

/** A call, and what its procedure said. */
interface AnsweredContext extends CallContext {
  output?: unknown
}

const ofRest = (kind: BodyKind): OpenAPIHandlerOptions<AnsweredContext> => ({
  plugins: [new BodyLimitPlugin({ maxBodySize: bodyKinds[kind].bytes })],
  customErrorResponseBodyEncoder: problemOf,
  interceptors: [onError(logDefect)],
  clientInterceptors: [
    async ({ next, context }) => {
      context.output = await next()
      return context.output
    },
  ],
})
const rest = new OpenAPIHandler<AnsweredContext>(router, ofRest('table'))
const uploads = new OpenAPIHandler<AnsweredContext>(
  { files: { upload: router.files.upload }, tickets: { attach: router.tickets.attach } },
  ofRest('files'),
)
const rpc = new RPCHandler(router, {
  plugins: [new BodyLimitPlugin({ maxBodySize: bodyKinds.table.bytes })],
  interceptors: [onError(logDefect)],
})

export async function handleRest(given: Request): Promise<Response> {
  const request = plain(given)
  const url = new URL(request.url)
  if (url.pathname === '/api/v1/openapi.json')
    return answerStatic(given, await openApiText(), { 'content-type': 'application/json', 'content-security-policy': apiPolicy })
  const headers = new Headers()
  const caller = callerOf('rest', request.headers, request.method, headers)
  return finish(given, asProblem(await answer(request, url, { caller })), headers, caller.requestId)
}

async function answer(request: Request, url: URL, context: AnsweredContext): Promise<Response> {
  try {
    const fields = request.method === 'GET' ? takeFields(url) : null
    const kind = bodyKindOfRest(request.method, url.pathname)
    const read = await readBody(fields ? new Request(url, request) : request, kind, context.caller)
    const handler = kind === 'files' ? uploads : rest
    const { response } = await handler.handle(await atVersion(read), { prefix: '/api/v1', context })
    if (!response) return await problem(notFound('endpoint'), context.caller)
    return await represent(request, response, fields, context.output)
  } catch (error) {
    if (error instanceof ORPCError) return problem(error, context.caller)
    throw error
  }
}

/** What went wrong before a procedure was there to say so. */
async function problem(error: ORPCError<string, unknown>, caller: Caller) {
  sayError(error, await wordsFor(caller))
  return Response.json(problemOf(error), { status: error.status })
}

const isJson = ({ headers }: Request) => headers.get('content-type')?.startsWith('application/json') ?? false

/** What is longer costs its sender a token before it is read. */
const longBody = bodyKinds.small.bytes
const longBodiesPerMinute = 120

/**
 * The request with its body read, up to what its procedure takes, and its JSON looked through. Nobody is known yet and no limit was
 * asked, so what would hold up everybody else is refused here.
 * @throws RATE_LIMITED, TOO_LARGE, or INVALID for what is too deep or in too many parts
 */
async function readBody(request: Request, kind: BodyKind, caller: Caller): Promise<Request> {
  if (!request.body) return request
  const { bytes, depth } = bodyKinds[kind]
  const length = Number(request.headers.get('content-length') ?? 0)
  if (length > bytes) throw tooLarge()
  const isLong = length > longBody || request.headers.has('transfer-encoding')
  const verdict = isLong && takeToken(`long:${addressKey(caller.address)}`, longBodiesPerMinute, Date.now())
  if (verdict && !verdict.allowed) throw rateLimited(verdict.resetSeconds)
  if (!isJson(request) && kind === 'files') return request
  const body = await readUpTo(request.body, bytes)
  if (!body) throw tooLarge()
  if (!isJson(request)) return new Request(request.url, { method: request.method, headers: request.headers, body })
  const text = body.toString('utf8')
  if (isUnreasonable(text, depth)) throw invalid({ '': ['input.tooManyParts'] })
  return new Request(request.url, { method: request.method, headers: request.headers, body: text })
}

/** `If-Match` says the version that a change is made at, where the body does not. */
async function atVersion(request: Request): Promise<Request> {
  const version = versionIn(request.headers.get('if-match'))
  if (version === null || request.method === 'GET' || (request.body && !isJson(request))) return request
  const text = await request.text()
  const given = readObject(text)
  // What is no object is for the handler to refuse.
  if (!given) return new Request(request.url, { method: request.method, headers: request.headers, body: text })
  const headers = new Headers(request.headers)
  headers.set('content-type', 'application/json')
  headers.delete('content-length')
  return new Request(request.url, { method: request.method, headers, body: JSON.stringify({ version, ...given }) })
}

function readObject(text: string): Record<string, unknown> | null {
  if (!text) return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** The fields that were asked for, the tag of the version, and nothing at all where that is known already. */
async function represent(request: Request, response: Response, fields: string[] | null, output: unknown): Promise<Response> {
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  if (!response.ok || !isJson) return response
  const version = versionOf(output)
  if (version === null && !fields) return response
  const text = await response.text()
  const tag = version === null ? null : etagOf(version, text)
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  if (tag) headers.set('ETag', tag)
  // The tag stands for the whole, so a part of it under the same tag is known too.
  if (tag && request.method === 'GET' && request.headers.get('if-none-match')?.includes(tag))
    return new Response(null, { status: 304, headers })
  return new Response(fields ? JSON.stringify(select(JSON.parse(text), fields)) : text, { status: response.status, headers })
}

export async function handleRpc(given: Request): Promise<Response> {
  const request = plain(given)
  const headers = new Headers()
  const caller = callerOf('rpc', request.headers, request.method, headers)
  return finish(given, await answerRpc(request, { caller }), headers, caller.requestId)
}

async function answerRpc(request: Request, context: CallContext): Promise<Response> {
  try {
    const { response } = await rpc.handle(await readBody(request, bodyKindOfRpc(new URL(request.url).pathname), context.caller), {
      prefix: '/api/rpc',
      context,
    })
    return response ?? new Response('Not found', { status: 404 })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    sayError(error, await wordsFor(context.caller))
    return Response.json({ json: error.toJSON() }, { status: error.status })
  }
}

/** What is answered is read by programs; where a browser opens it, nothing in it runs. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

function finish({ method }: Request, response: Response, extra: Headers, requestId: string): Response {
  const headers = new Headers(response.headers)
  headers.set('Content-Security-Policy', apiPolicy)
  for (const [name, value] of extra) headers.set(name, value)
  headers.set('X-Request-Id', requestId)
  headers.set('Cache-Control', 'no-store')
  if (response.status === 429) headers.set('Retry-After', extra.get('X-RateLimit-Reset') ?? '60')
  if (response.status === 503) headers.set('Retry-After', '10')
  return new Response(method === 'HEAD' ? null : response.body, { status: response.status, headers })
}

/** Errors of the REST caller are problem documents; the typed client reads its own from plain JSON. */
function asProblem(response: Response): Response {
  const isProblem = response.status >= 400 && response.headers.get('content-type')?.startsWith('application/json')
  if (isProblem) response.headers.set('content-type', 'application/problem+json')
  return response
}

/**
 * The request as a plain one, which the handlers can copy (Next's is a proxy
 * that can't be); paths work with and without the slash at their end. HEAD is
 * GET without the body of its answer: what does not answer to one does not to the other.
 */
function plain({ url, method: given, headers, body, signal }: Request): Request {
  const address = new URL(url)
  const method = given === 'HEAD' ? 'GET' : given
  if (address.pathname.endsWith('/')) address.pathname = address.pathname.replace(/\/+$/, '')
  address.pathname = address.pathname.replace(/^\/api\/auth\/jwt\//, '/api/v1/auth/jwt/')
  return new Request(address, { method, headers, body, signal, ...(body ? { duplex: 'half' } : {}) })
}

const about =
  // not-words: the API's documents are in English, as its names are
  'The API of one workspace: send requests to its own host. Errors are problem documents (RFC 9457). POST takes an Idempotency-Key.'

let document: Promise<object> | undefined

/** The OpenAPI 3.1 description of the router, made once. */
export function openApiDocument(): Promise<object> {
  document ??= new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(router, {
    info: {
      title: 'Baraza',
      version: '1',
      description: about,
    },
    servers: [{ url: '/api/v1' }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token from auth/login, or an API token.' } },
    },
    security: [{ bearer: [] }, {}],
  })
  return document
}

let text: Promise<string> | undefined

function openApiText(): Promise<string> {
  text ??= openApiDocument().then((made) => JSON.stringify(made))
  return text
}

const staticTags = new Map<string, string>()

/** Answers with what is the same for all and for the life of the process; nothing again to whoever has it. */
export function answerStatic(request: Request, text: string, given: Record<string, string>): Response {
  const tag = staticTags.get(text) ?? `"${digestOf(text)}"`
  staticTags.set(text, tag)
  const headers = { ...given, etag: tag, 'cache-control': 'public, max-age=300' }
  const isKnown = request.headers.get('if-none-match')?.includes(tag) ?? false
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(request.method === 'HEAD' ? null : text, { headers })
}
