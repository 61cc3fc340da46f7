import { type NextRequest, NextResponse } from 'next/server'
import { videoFrames } from './lib/kb/articles/video'
import { isRootHost } from './lib/tenancy/host'
import { settleHeaders, transportSecurity } from './lib/tenancy/incoming'

// Everything but Next's own files: the API and the sign-in need the cleaned headers too.
export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg|push.js).*)'] }

/** The host is the tenant: its pages live under /t/HOST, which nobody can ask for by hand. No I/O happens here. */
export function middleware(request: NextRequest) {
  const rootDomain = process.env.ROOT_DOMAIN || 'localhost'
  const headers = new Headers(request.headers)
  const settled = settleHeaders(headers, process.env)
  if (!settled) return new NextResponse('Bad host', { status: 400 })
  const { host } = settled

  const { pathname } = request.nextUrl
  if (/^\/t(\/|$)/.test(pathname)) return new NextResponse('Not found', { status: 404 })
  headers.set('x-baraza-path', pathname + request.nextUrl.search)
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).slice(0, 22)
  const policy = contentSecurityPolicy(nonce)
  headers.set('content-security-policy', policy)

  const isOurs = isRootHost(host, rootDomain) || pathname.startsWith('/api/')
  const url = request.nextUrl.clone()
  // What is no text in UTF-8 is the address of nothing.
  const isText = isDecodable(pathname)
  if (!isText) url.pathname = '/not-found'
  if (!isOurs) url.pathname = `/t/${host}${url.pathname === '/' ? '' : url.pathname}`
  const response = isOurs && isText ? NextResponse.next({ request: { headers } }) : NextResponse.rewrite(url, { request: { headers } })
  // What the API answers is no page and states its own policy; next-auth's few pages are pages.
  if (!/^\/api\/(?!auth\/)/.test(pathname)) response.headers.set('content-security-policy', policy)
  for (const [name, value] of transportSecurity(headers)) response.headers.set(name, value)
  return response
}

function isDecodable(pathname: string) {
  try {
    return Boolean(decodeURIComponent(pathname))
  } catch {
    return false
  }
}

function contentSecurityPolicy(nonce: string) {
  const isDev = process.env.NODE_ENV !== 'production'
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `connect-src 'self'${realtimeSources()}${isDev ? ' ws: wss:' : ''}`,
    // Videos in articles, once a reader asks for one.
    `frame-src 'self' ${videoFrames.join(' ')}`,
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Where the browser may connect to hear of changes, beside this host. */
function realtimeSources() {
  const { PUSHER_KEY, PUSHER_HOST, PUSHER_CLUSTER = 'mt1' } = process.env
  if (!PUSHER_KEY) return ''
  return PUSHER_HOST ? ` ws://${PUSHER_HOST} wss://${PUSHER_HOST}` : ` wss://ws-${PUSHER_CLUSTER}.pusher.com`
}
