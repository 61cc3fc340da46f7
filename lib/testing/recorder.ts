import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Recorded {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

interface Answer {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

/** A provider's API on this machine: keeps what it is sent, and answers as a test says. */
export async function startRecorder(answer: (request: Recorded) => Answer | Promise<Answer>) {
  const requests: Recorded[] = []
  const recorder = { answer, requests, url: '', close: async () => {} }
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', async () => {
      const { method = '', url = '', headers } = incoming
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString() }
      requests.push(request)
      const { status = 200, headers: more = {}, body } = await recorder.answer(request)
      outgoing.writeHead(status, { 'content-type': Buffer.isBuffer(body) ? 'message/rfc822' : 'application/json', ...more })
      outgoing.end(Buffer.isBuffer(body) ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  recorder.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  recorder.close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return recorder
}
