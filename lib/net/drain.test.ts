import { Agent, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { drainable } from './drain'

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const agents: Agent[] = []
afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy()
})

/** A browser or a proxy: it keeps its connection and sends the next request on it. */
function client(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return (path: string, body?: string) =>
    new Promise<{ text: string; connection?: string }>((resolve, reject) => {
      const outgoing = request({ port, path, agent, method: body ? 'POST' : 'GET' }, (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk) => (text += chunk))
        incoming.on('error', reject)
        incoming.on('end', () => resolve({ text, connection: incoming.headers.connection }))
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
}

const listen = (server: Server) => new Promise<number>((resolve) => server.listen(0, () => resolve((server.address() as AddressInfo).port)))

describe('a server that drains', () => {
  it('cuts nobody off: every request that it took is answered whole, and each connection ends with its answer', async () => {
    let [begun, late] = [0, 0]
    let isDraining = false
    const server = createServer(async (incoming, response) => {
      begun++
      if (isDraining) late++
      let size = 0
      for await (const chunk of incoming) size += (chunk as Buffer).length
      await sleep(Math.random() * 60)
      response.end(`${isDraining};${size};${'x'.repeat(20_000)}`)
    })
    const { drain } = drainable(server)
    const port = await listen(server)
    const [answered, cut]: [number[], string[]] = [[], []]
    const after: (string | undefined)[] = []
    const clients = Array.from({ length: 40 }, async (_, n) => {
      const ask = client(port)
      for (;;) {
        try {
          const { text, connection } = await ask('/', n % 2 ? 'y'.repeat(5000) : undefined)
          answered.push(text.length)
          if (text.startsWith('true')) after.push(connection)
          if (n % 4 === 0) await sleep(Math.random() * 40)
        } catch (error) {
          // Nobody is there any more: nothing began.
          const { code = '' } = error as NodeJS.ErrnoException
          if (code !== 'ECONNREFUSED') cut.push(code)
          return
        }
      }
    })
    await sleep(400)
    const started = Date.now()
    const draining = drain({ idleMs: 1000, mostMs: 5000 })
    await new Promise((resolve) => setImmediate(resolve)) // whoever has connected is let in first
    isDraining = true
    await draining
    await Promise.all(clients)
    expect(cut).toEqual([])
    expect(answered).toHaveLength(begun)
    expect(answered.every((length) => length > 20_000)).toBe(true)
    expect(new Set(after)).toEqual(new Set(['close']))
    // One on each connection at most: what was on its way.
    expect(late).toBeLessThanOrEqual(40)
    expect(Date.now() - started).toBeLessThan(5000)
  })

  it('waits for an answer that has begun, then ends its connection too', async () => {
    const begun = Promise.withResolvers<void>()
    const server = createServer(async (_, response) => {
      response.write('one ')
      begun.resolve()
      await sleep(600)
      response.end('two')
    })
    const { drain } = drainable(server)
    const ask = client(await listen(server))
    const slow = ask('/')
    await begun.promise
    const drained = drain({ idleMs: 50, mostMs: 5000 })
    expect((await slow).text).toBe('one two')
    await drained
    await sleep(50)
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('ends in time, whoever never ends', async () => {
    const server = createServer((_, response) => void response.write('for ever'))
    const { drain } = drainable(server)
    const endless = client(await listen(server))('/')
    endless.catch(() => {})
    await sleep(50)
    const started = Date.now()
    await drain({ idleMs: 50, mostMs: 300 })
    expect(Date.now() - started).toBeLessThan(1500)
    await expect(endless).rejects.toThrow()
  })
})

it('a connection that nobody uses is kept longer than proxies keep it, so that no request meets one that ends', async () => {
  const server = createServer((_request, response) => response.end('x'))
  const { drain } = drainable(server)
  const port = await listen(server)
  const told = await new Promise<string>((resolve, reject) => {
    const agent = new Agent({ keepAlive: true })
    agents.push(agent)
    request({ port, agent }, (incoming) => resolve(String(incoming.resume().headers['keep-alive'])))
      .on('error', reject)
      .end()
  })
  expect(Number(/timeout=(\d+)/.exec(told)?.[1])).toBeGreaterThan(60)
  await drain({ idleMs: 0, mostMs: 1000 })
})
