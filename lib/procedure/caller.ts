import type { Actor } from '../actor/actor'
import { newId } from '../core/id'
import { normalizeHost } from '../tenancy/host'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { Caller } from './context'

/** Set by the middleware on every request; what a client sends under these names is dropped there. */
export const requestIdHeader = 'x-baraza-request-id'

/** The caller of an HTTP request. Host and address were set by the middleware and the server. */
export function callerOf(kind: Caller['kind'], headers: Headers, method: string, responseHeaders?: Headers): Caller {
  return {
    kind,
    requestId: headers.get(requestIdHeader) ?? newId(),
    host: normalizeHost(headers.get('host')),
    address:
      headers
        .get('x-forwarded-for')
        ?.split(',')[0]
        ?.trim()
        .replace(/^::ffff:/, '') ?? null,
    userAgent: headers.get('user-agent'),
    method,
    headers,
    responseHeaders,
  }
}

/** The caller of a call from inside: a job, the command line, a test that is already proven. */
export const internalCaller = (as: { tenant: ResolvedTenant | null; actor: Actor }, requestId = newId()): Caller => ({
  kind: 'inside',
  requestId,
  host: null,
  address: null,
  userAgent: null,
  method: 'POST',
  headers: new Headers(),
  as,
})
