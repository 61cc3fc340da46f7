import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { securityHeaders } from '../tenancy/incoming'

/** Scripts and styles, whose names change with what is in them. */
const address = /^\/_next(\/static(?:\/(?!\.)[\w.~-]+)+\.(?:js|css))(?:\?|$)/
const takesBrotli = /\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/

/** The script or style that a request is for, where it may be sent as the build packed it; null for anything else. */
export function builtFile({ method, url = '', headers }: IncomingMessage): string | null {
  const isTaken = method === 'GET' && takesBrotli.test(headers['accept-encoding'] ?? '')
  return isTaken ? (address.exec(url)?.[1] ?? null) : null
}

/**
 * Answers with a script or style as `scripts/pack.mjs` packed it. Next would pack it anew for each request, and a sixth larger.
 * @returns false for what was not packed: nothing was answered
 */
export async function sendBuilt(name: string, response: ServerResponse): Promise<boolean> {
  const packed = await readFile(path.join('.next', `${name}.br`)).catch(() => null)
  if (!packed) return false
  for (const { key, value } of securityHeaders) response.setHeader(key, value)
  response.writeHead(200, {
    'content-type': name.endsWith('.css') ? 'text/css; charset=UTF-8' : 'application/javascript; charset=UTF-8',
    'content-encoding': 'br',
    'content-length': packed.length,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'Accept-Encoding',
  })
  response.end(packed)
  return true
}
