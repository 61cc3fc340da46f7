import type { IncomingMessage } from 'node:http'
import { normalizeAddress, originOfRequest, type TrustedProxies } from '../core/ip-address'

const forwardedHeaders = ['x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded'] as const
const settled = new WeakMap<IncomingMessage, string>()

/** Leaves in the headers only what is to be believed, and the client's own address as `x-forwarded-for`. */
export function settleOrigin(request: IncomingMessage, trust: TrustedProxies) {
  const forwardedFor = request.headers['x-forwarded-for']
  const { address, isProxied } = originOfRequest(request.socket.remoteAddress, forwardedFor?.toString(), trust)
  if (!isProxied) for (const name of forwardedHeaders) delete request.headers[name]
  if (address) request.headers['x-forwarded-for'] = address
  else delete request.headers['x-forwarded-for']
  settled.set(request, address ?? '')
}

/** The client's address of a request whose origin was settled; else the one at the other end of the connection. */
export const clientAddressOf = (request: IncomingMessage): string =>
  settled.get(request) ?? normalizeAddress(request.socket.remoteAddress) ?? ''
