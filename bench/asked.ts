import { Agent, request } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** A request, and how one sees that its answer is what was asked for. */
export interface Asked {
  port: number
  method: string
  path: string
  headers: Record<string, string>
  body?: object
  status: number
  isRight: (text: string) => boolean
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/**
 * Asks, and says how many milliseconds it took until the whole answer was there, and its bytes once unpacked.
 * @throws Error when the answer is another than expected
 */
export async function timed({ body, status, isRight, ...where }: Asked): Promise<{ ms: number; bytes: number }> {
  const start = performance.now()
  const { code, encoding, packed } = await new Promise<{ code?: number; encoding?: string; packed: Buffer }>((resolve, reject) => {
    const outgoing = request({ agent, host: 'localhost', ...where }, async (incoming) => {
      const parts: Buffer[] = []
      for await (const part of incoming) parts.push(part)
      resolve({ code: incoming.statusCode, encoding: incoming.headers['content-encoding'], packed: Buffer.concat(parts) })
    })
    outgoing.on('error', reject)
    outgoing.end(body && JSON.stringify(body))
  })
  const ms = performance.now() - start
  const text = (encoding === 'gzip' ? gunzipSync(packed) : packed).toString()
  if (code !== status || !isRight(text)) throw new Error(`${where.method} ${where.path}: ${code} ${text.slice(0, 2000)}`)
  return { ms, bytes: Buffer.byteLength(text) }
}
