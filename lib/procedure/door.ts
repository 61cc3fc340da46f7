import { newId } from '../core/id'
import type { Actor } from '../identity/actor'
import { normalizeHost } from '../tenancy/host'
import type { ResolvedTenant } from '../tenancy/resolve'
import type { Door } from './context'

/** Set by the middleware on every request; what a client sends under these names is dropped there. */
export const requestIdHeader = 'x-baraza-request-id'

/** The door of an HTTP request. Host and address were settled by the middleware and the server. */
export function doorOf(kind: Door['kind'], headers: Headers, method: string, responseHeaders?: Headers): Door {
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

/** The door of a call from inside: a job, the command line, a test that is already proven. */
export const insideDoor = (as: { tenant: ResolvedTenant | null; actor: Actor }, requestId = newId()): Door => ({
  kind: 'inside',
  requestId,
  host: null,
  address: null,
  userAgent: null,
  method: 'POST',
  headers: new Headers(),
  as,
})
