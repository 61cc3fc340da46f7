import { OpenAPIGenerator } from '@orpc/openapi'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { ORPCError, onError } from '@orpc/server'
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/fetch'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { errorCatalogue } from '../core/errors'
import { maxFileSize } from '../files/schema'
import { log } from '../log'
import { router } from '../router'
import type { CallContext } from './context'
import { doorOf } from './door'

/** Bytes of a request's body; of one that brings a file, with what is around it. */
const maxBodySize = 2 * 1024 * 1024
const maxUploadSize = maxFileSize + 64 * 1024

const ourCode: Record<string, keyof typeof errorCatalogue> = { BAD_REQUEST: 'INVALID', PAYLOAD_TOO_LARGE: 'TOO_LARGE' }

interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  [extra: string]: unknown
}

/** An error as an RFC 9457 problem document; a defect says nothing about itself. */
export function problemOf(error: ORPCError<string, unknown>): Problem {
  const code = ourCode[error.code] ?? error.code
  const isKnown = code in errorCatalogue
  return {
    ...(isKnown && error.data && typeof error.data === 'object' ? error.data : {}),
    type: `urn:baraza:error:${isKnown ? code.toLowerCase() : 'internal'}`,
    title: isKnown ? errorCatalogue[code as keyof typeof errorCatalogue].message : 'Something went wrong on our side.',
    status: isKnown ? error.status : 500,
    code: isKnown ? code : 'INTERNAL',
    detail: isKnown ? error.message : 'It was logged. Try again, or tell support the request id.',
  }
}

function logDefect(error: unknown, { context }: { context: CallContext }) {
  const isExpected = error instanceof ORPCError && (error.code in errorCatalogue || error.code in ourCode)
  if (!isExpected) log().error({ err: error, requestId: context.door.requestId }, 'a request failed')
}

const rest = new OpenAPIHandler(router, {
  plugins: [new BodyLimitPlugin({ maxBodySize })],
  customErrorResponseBodyEncoder: problemOf,
  interceptors: [onError(logDefect)],
})
const uploads = new OpenAPIHandler(
  { files: { upload: router.files.upload } },
  {
    plugins: [new BodyLimitPlugin({ maxBodySize: maxUploadSize })],
    customErrorResponseBodyEncoder: problemOf,
    interceptors: [onError(logDefect)],
  },
)
const rpc = new RPCHandler(router, { plugins: [new BodyLimitPlugin({ maxBodySize })], interceptors: [onError(logDefect)] })

export async function handleRest(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/v1/openapi.json') return Response.json(await openApiDocument())
  const headers = new Headers()
  const door = doorOf('rest', request.headers, request.method, headers)
  const handler = request.method === 'POST' && /^\/api\/v1\/files\/?$/.test(pathname) ? uploads : rest
  const { response } = await handler.handle(plain(request), { prefix: '/api/v1', context: { door } })
  const answer =
    response ?? Response.json(problemOf(new ORPCError('NOT_FOUND', { message: 'There is no such endpoint.' })), { status: 404 })
  return finish(asProblem(answer), headers, door.requestId)
}

export async function handleRpc(request: Request): Promise<Response> {
  const headers = new Headers()
  const door = doorOf('rpc', request.headers, request.method, headers)
  const { response } = await rpc.handle(plain(request), { prefix: '/api/rpc', context: { door } })
  return finish(response ?? new Response('Not found', { status: 404 }), headers, door.requestId)
}

function finish(response: Response, extra: Headers, requestId: string): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of extra) headers.set(name, value)
  headers.set('X-Request-Id', requestId)
  headers.set('Cache-Control', 'no-store')
  if (response.status === 429) headers.set('Retry-After', extra.get('X-RateLimit-Reset') ?? '60')
  return new Response(response.body, { status: response.status, headers })
}

/** Errors of the REST door are problem documents; the typed client reads its own from plain JSON. */
function asProblem(response: Response): Response {
  const isProblem = response.status >= 400 && response.headers.get('content-type')?.startsWith('application/json')
  if (isProblem) response.headers.set('content-type', 'application/problem+json')
  return response
}

/**
 * The request as a plain one, which the handlers can copy (Next's is a proxy
 * that can't be); paths work with and without the slash at their end.
 */
function plain({ url, method, headers, body, signal }: Request): Request {
  const address = new URL(url)
  if (address.pathname.endsWith('/')) address.pathname = address.pathname.replace(/\/+$/, '')
  return new Request(address, { method, headers, body, signal, ...(body ? { duplex: 'half' } : {}) })
}

let document: Promise<object> | undefined

/** The OpenAPI 3.1 description of the router, made once. */
export function openApiDocument(): Promise<object> {
  document ??= new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(router, {
    info: {
      title: 'Baraza',
      version: '1',
      description:
        'The API of one desk: send requests to its own host. Errors are problem documents (RFC 9457). POST takes an Idempotency-Key.',
    },
    servers: [{ url: '/api/v1' }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An access token from auth/login, or an API token.' } },
    },
    security: [{ bearer: [] }, {}],
  })
  return document
}
