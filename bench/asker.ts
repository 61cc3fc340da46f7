// Asks a server at a steady pace, whatever it answers, from a thread of its own, and tells how long each answer took.
import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

const { port, host, cookies, paths, everyMs } = workerData as {
  port: number
  host: string
  cookies: string[]
  paths: string[]
  everyMs: number
}
const agent = new Agent({ keepAlive: true })
let turn = 0

function ask() {
  const started = performance.now()
  const path = paths[turn % paths.length]
  const cookie = cookies[turn++ % cookies.length] as string
  const done = (status: number) => parentPort?.postMessage({ ms: performance.now() - started, status })
  const outgoing = request({ agent, port, path, headers: { host, cookie } }, (incoming) => {
    incoming.resume()
    incoming.on('end', () => done(incoming.statusCode ?? 0))
  })
  outgoing.on('error', () => done(0))
  outgoing.end()
}
setInterval(ask, everyMs)
