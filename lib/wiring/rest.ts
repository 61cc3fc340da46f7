import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler, type OpenAPIHandlerOptions } from '@orpc/openapi/fetch'
import { ORPCError, onError } from '@orpc/server'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/fetch'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { type ErrorCode, errorCatalogue, invalid, notFound, rateLimited, tooLarge } from '../core/errors'
import { addressKey } from '../core/ip-address'
import { isUnreasonable } from '../core/json-shape'
import { Written } from '../core/written'
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

/** A request as both mounts bring it: the routes' own, or what the door made of the server's. */
export interface Asked {
  url: string | URL
  method: string
  headers: Headers
  body: AsyncIterable<Uint8Array> | null
  signal: AbortSignal
}

/** An answer before it is written: text is whole, what is long flows. */
export interface Answer {
  status: number
  headers: Headers
  body: string | ReadableStream | null
}

/** A call, and what its procedure said where that is data. */
interface AnsweredContext extends CallContext {
  output?: { said: unknown }
}

/** What is written as JSON as it is, in one go: no file, nothing that flows. */
const isData = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype || value instanceof Written)

const ofRest = (kind: BodyKind): OpenAPIHandlerOptions<AnsweredContext> => ({
  plugins: [new BodyLimitPlugin({ maxBodySize: bodyKinds[kind].bytes })],
  customErrorResponseBodyEncoder: problemOf,
  interceptors: [onError(logDefect)],
  clientInterceptors: [
    async ({ next, context }) => {
      const said = await next()
      if (!isData(said)) return said
      context.output = { said }
      return undefined
    },
  ],
})
const rest = new OpenAPIHandler<AnsweredContext>(router, ofRest('table'))
const uploads = new OpenAPIHandler<AnsweredContext>(
  {
    files: { upload: router.files.upload },
    tickets: { attach: router.tickets.attach },
    kb: { addPicture: router.kb.addPicture, uploadImport: router.kb.uploadImport },
  },
  ofRest('files'),
)
const rpc = new RPCHandler(router, {
  plugins: [new BodyLimitPlugin({ maxBodySize: bodyKinds.table.bytes })],
  interceptors: [onError(logDefect)],
})

export const handleRest = async (given: Request): Promise<Response> => toResponse(await answerRest(given))

const toResponse = ({ status, headers, body }: Answer) => new Response(body, { status, headers })

export async function answerRest(given: Asked): Promise<Answer> {
  const asked = plain(given)
  if (asked.url.pathname === '/api/v1/openapi.json') {
    const document = { 'content-type': 'application/json', 'content-security-policy': apiPolicy }
    return answerStatic(given, await openApiText(), document)
  }
  const headers = new Headers()
  const caller = callerOf('rest', asked.headers, asked.method, headers)
  return finish(given, asProblem(await answer(asked, { caller })), headers, caller.requestId)
}

async function answer(asked: Plain, context: AnsweredContext): Promise<Answer> {
  try {
    const fields = asked.method === 'GET' ? takeFields(asked.url) : null
    const kind = bodyKindOfRest(asked.method, asked.url.pathname)
    const body = await readBody(asked, kind, context.caller)
    const request = typeof body === 'string' ? requestOf(asked, atVersion(asked, body)) : body
    const { response } = await (kind === 'files' ? uploads : rest).handle(request, { prefix: '/api/v1', context })
    if (!response) return await problem(notFound('endpoint'), context.caller)
    return context.output ? represent(asked, response, fields, context.output.said) : response
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

/** As the handlers tell it: what does not say what it is, is JSON. */
const isJson = ({ headers }: Asked) =>
  (headers.get('content-type')?.startsWith('application/json') ?? true) && !headers.has('content-disposition')

/** What the handlers read of a request with JSON, without the copies that a `Request` makes. */
const requestOf = ({ url, method, headers, signal }: Plain, text: string) =>
  ({ url: url.href, method, headers, signal, body: null, text: async () => text }) as unknown as Request

/** What is longer costs its sender a token before it is read. */
const longBody = bodyKinds.small.bytes
const longBodiesPerMinute = 120

/**
 * The body of a request, up to what its procedure takes: JSON as text, looked through; anything else as a request that the handlers read.
 * Nobody is known yet and no limit was asked, so what would hold up everybody else is refused here.
 * @throws RATE_LIMITED, TOO_LARGE, or INVALID for what is too deep or in too many parts
 */
async function readBody(asked: Plain, kind: BodyKind, caller: Caller): Promise<string | Request> {
  const { bytes, depth } = bodyKinds[kind]
  const { url, method, headers } = asked
  if (!asked.body) return isJson(asked) ? '' : new Request(url, { method, headers })
  const length = Number(headers.get('content-length') ?? 0)
  if (length > bytes) throw tooLarge()
  const isLong = length > longBody || headers.has('transfer-encoding')
  const verdict = isLong && (await takeToken(`long:${addressKey(caller.address)}`, longBodiesPerMinute, Date.now()))
  if (verdict && !verdict.allowed) throw rateLimited(verdict.resetSeconds)
  if (!isJson(asked) && kind === 'files')
    return new Request(url, { method, headers, body: asked.body, duplex: 'half' } as unknown as RequestInit)
  const body = await readUpTo(asked.body, bytes)
  if (!body) throw tooLarge()
  if (!isJson(asked)) return new Request(url, { method, headers, body })
  const text = body.toString('utf8')
  if (isUnreasonable(text, depth)) throw invalid({ '': ['input.tooManyParts'] })
  return text
}

/** `If-Match` says the version that a change is made at, where the body does not. */
function atVersion({ method, headers }: Plain, text: string): string {
  const version = versionIn(headers.get('if-match'))
  if (version === null || method === 'GET') return text
  // What is no object is for the handler to refuse.
  const given = readObject(text)
  return given ? JSON.stringify({ version, ...given }) : text
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
function represent(asked: Plain, { status, headers }: Response, fields: string[] | null, said: unknown): Answer {
  headers.set('content-type', 'application/json')
  const version = versionOf(said)
  const text = version === null && fields ? '' : said instanceof Written ? said.json : JSON.stringify(said)
  const tag = version === null ? null : etagOf(version, text)
  if (tag) headers.set('ETag', tag)
  // The tag stands for the whole, so a part of it under the same tag is known too.
  if (tag && asked.method === 'GET' && asked.headers.get('if-none-match')?.includes(tag)) return { status: 304, headers, body: null }
  return { status, headers, body: fields ? JSON.stringify(select(said instanceof Written ? said.read() : said, fields)) : text }
}

export const handleRpc = async (given: Request): Promise<Response> => toResponse(await answerRpc(given))

export async function answerRpc(given: Asked): Promise<Answer> {
  const asked = plain(given)
  const headers = new Headers()
  const caller = callerOf('rpc', asked.headers, asked.method, headers)
  return finish(given, await call(asked, { caller }), headers, caller.requestId)
}

async function call(asked: Plain, context: CallContext): Promise<Response> {
  try {
    const body = await readBody(asked, bodyKindOfRpc(asked.url.pathname), context.caller)
    const request = typeof body === 'string' ? requestOf(asked, body) : body
    const { response } = await rpc.handle(request, { prefix: '/api/rpc', context })
    return response ?? new Response('Not found', { status: 404 })
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    sayError(error, await wordsFor(context.caller))
    return Response.json({ json: error.toJSON() }, { status: error.status })
  }
}

/** What is answered is read by programs; where a browser opens it, nothing in it runs. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

function finish({ method }: Asked, { status, headers, body }: Answer, extra: Headers, requestId: string): Answer {
  headers.set('Content-Security-Policy', apiPolicy)
  for (const [name, value] of extra) headers.set(name, value)
  headers.set('X-Request-Id', requestId)
  // What has an address of its own for each version may be kept.
  if (status !== 200 || !extra.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  if (status === 429) headers.set('Retry-After', extra.get('X-RateLimit-Reset') ?? '60')
  if (status === 503) headers.set('Retry-After', '10')
  return { status, headers, body: method === 'HEAD' ? null : body }
}

/** Errors of the REST caller are problem documents; the typed client reads its own from plain JSON. */
function asProblem(answered: Answer): Answer {
  const isProblem = answered.status >= 400 && answered.headers.get('content-type')?.startsWith('application/json')
  if (isProblem) answered.headers.set('content-type', 'application/problem+json')
  return answered
}

type Plain = Asked & { url: URL }

/**
 * The request with the path and the method that the handlers know: paths work with and without the slash at their end. HEAD is
 * GET without the body of its answer: what does not answer to one does not to the other.
 */
function plain({ url, method: given, headers, body, signal }: Asked): Plain {
  const address = new URL(url)
  const method = given === 'HEAD' ? 'GET' : given
  if (address.pathname.endsWith('/')) address.pathname = address.pathname.replace(/\/+$/, '')
  if (address.pathname.startsWith('/api/auth/jwt/')) address.pathname = address.pathname.replace('/api/auth/', '/api/v1/auth/')
  return { url: address, method, headers, body, signal }
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
export function answerStatic(request: Pick<Asked, 'method' | 'headers'>, text: string, given: Record<string, string>): Response {
  const tag = staticTags.get(text) ?? `"${digestOf(text)}"`
  staticTags.set(text, tag)
  const headers = { ...given, etag: tag, 'cache-control': 'public, max-age=300' }
  const isKnown = request.headers.get('if-none-match')?.includes(tag) ?? false
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(request.method === 'HEAD' ? null : text, { headers })
}
