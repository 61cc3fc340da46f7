import cluster from 'node:cluster'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { heapLimits } from '../core/heap-limits'
import { env } from '../env'
import { log } from '../log/log'
import { freePort } from '../testing/free-port'
import { startWebProcesses, type WebProcesses, webProcessCount } from './web-processes'

const entry = path.join(mkdtempSync(path.join(tmpdir(), 'baraza-')), 'entry.mjs')
let web: WebProcesses | undefined
const agents: Agent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  await web?.stop()
  web = undefined
  env().DATABASE_URL = env().WEB_PROCESSES = undefined
})

const onLost = vi.fn()
/** Processes that answer with who they are, and end as the product's do. */
function begin(count: number, source = serving) {
  writeFileSync(entry, `import { createServer } from 'node:http'; import { Server } from 'node:net'\n${source}`)
  onLost.mockReset()
  web = startWebProcesses(entry, count, onLost)
  return web
}
const port = await freePort()
const serving = `
  let isLeaving = false
  const server = createServer((_, response) => {
    if (isLeaving) response.setHeader('connection', 'close')
    setTimeout(() => response.end(String(process.pid)), 2)
  })
  process.on('message', (told) => told === 'serve' && server.listen(${port}, () => process.send('ready')))
  process.on('SIGTERM', () => {
    isLeaving = true
    Server.prototype.close.call(server)
    setTimeout(() => { server.closeIdleConnections(); process.exit(0) }, 60)
  })`

function client() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return () =>
    new Promise<number>((resolve, reject) => {
      request({ port, agent, signal: AbortSignal.timeout(1000) }, (incoming) => {
        let text = ''
        incoming.on('data', (chunk) => (text += chunk)).on('end', () => resolve(Number(text)))
      })
        .on('error', reject)
        .end()
    })
}

describe('processes that serve on one port', () => {
  it('share what comes, and are followed by others one by one, while no request fails', async () => {
    const all = begin(2)
    await expect(client()()).rejects.toThrow('ECONNREFUSED') // nobody serves before the database is up to date
    await all.serve()
    const clients = Array.from({ length: 8 }, client)
    const former = new Set(await Promise.all(clients.map((ask) => ask())))
    expect(former.size).toBe(2)
    let isOver = false
    let [answers, last] = [0, new Set<number>()]
    const load = clients.map(async (ask) => {
      while (!isOver) {
        last.add(await ask())
        answers++
      }
    })
    await all.restart()
    last = new Set()
    const before = answers
    await vi.waitFor(() => expect(answers).toBeGreaterThan(before + 40))
    isOver = true
    await Promise.all(load)
    expect([last.size, [...last].filter((pid) => former.has(pid))]).toEqual([2, []])
  })

  it('has another one in the place of one that dies', async () => {
    vi.spyOn(console, 'error')
    const all = begin(1)
    await all.serve()
    const pid = await client()()
    process.kill(pid, 'SIGKILL')
    const now = await vi.waitFor(() => client()(), { timeout: 5000 })
    expect(now).not.toBe(pid)
    expect(onLost).not.toHaveBeenCalled()
  })

  it('says why, and tries no more, when none can be started', async () => {
    await expect(begin(2, `process.send({ failure: 'Port 1 is in use.' }, () => process.exit(1))`).serve()).rejects.toThrow(
      'Port 1 is in use.',
    )
  })

  it('says why as well of one that ended before the others may serve', async () => {
    const all = begin(1, `process.send({ failure: 'Port 1 is in use.' }, () => process.exit(1))`)
    await once(cluster, 'exit')
    await expect(all.serve()).rejects.toThrow('Port 1 is in use.')
  })

  it('has one successor for one that dies while that is on its way', async () => {
    const error = vi.spyOn(log(), 'error')
    const all = begin(1)
    await all.serve()
    const pid = await client()()
    const restarted = all.restart()
    process.kill(pid, 'SIGKILL')
    await restarted
    // What other parts of this process say meanwhile is theirs.
    expect(error.mock.calls.filter((said) => JSON.stringify(said).includes('web process'))).toEqual([])
    expect(Object.keys(cluster.workers ?? {})).toHaveLength(1)
    error.mockRestore()
  })

  it('says so when the last one dies and its successor does before it serves', async () => {
    const all = begin(1)
    await all.serve()
    writeFileSync(entry, 'process.exit(3)')
    process.kill(await client()(), 'SIGKILL')
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledOnce(), { timeout: 5000 })
  })

  it('keeps those that serve when what comes after them does not', async () => {
    const all = begin(1)
    await all.serve()
    const ask = client()
    const pid = await ask()
    writeFileSync(entry, 'process.exit(3)')
    await expect(all.restart()).rejects.toThrow('ended before it served')
    expect(await ask()).toBe(pid)
  })
})

it('are as many as there are cores, or as is said; one on the embedded database', () => {
  expect(webProcessCount()).toBe(1)
  env().WEB_PROCESSES = 2
  expect(webProcessCount).toThrow('WEB_PROCESSES is more than 1')
  env().DATABASE_URL = 'postgres://localhost/x'
  expect(webProcessCount()).toBe(2)
  env().WEB_PROCESSES = undefined
  expect(webProcessCount()).toBeGreaterThanOrEqual(1)
})

it('may have as much heap as an operator says', () => {
  expect(heapLimits('--max-old-space-size=2000')).toEqual(['--max-semi-space-size=32'])
})
