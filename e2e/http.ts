import { request } from 'node:http'

export interface Answer {
  status: number
  headers: Record<string, string>
  // The shape is the API's own, described by its OpenAPI document.
  json: any
}

interface Options {
  body?: string | Buffer
  headers?: Record<string, string>
}

/** A request to a workspace's host; Node's resolver knows no *.localhost, so the host goes into the header. */
export const askAt = (port: number, host: string, method: string, path: string, { body, headers }: Options = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const outgoing = request({ port, method, path, headers: { host: `${host}:${port}`, ...headers } }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('error', reject)
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const isJson = incoming.headers['content-type']?.includes('json')
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string>,
          json: isJson && text ? JSON.parse(text) : text,
        })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

export const jsonHeaders = (token?: string): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token ? { authorization: `Bearer ${token}` } : {}),
})

/** An access token of one of the demo's people. */
export async function tokenOf(port: number, slug: string, who: string): Promise<string> {
  const { json } = await askAt(port, `${slug}.localhost`, 'POST', '/api/v1/auth/login', {
    headers: jsonHeaders(),
    body: JSON.stringify({ email: `${who}@${slug}.test`, password: 'baraza-demo' }),
  })
  return json.accessToken
}
