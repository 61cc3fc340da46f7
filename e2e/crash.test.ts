// Over a minute when another file runs beside it: servers are killed and started again, and a start takes seconds.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { askAt, jsonHeaders, tokenOf } from './http'
import { built, root, startServer, until } from './server'

// Lets the writers come from addresses of their own, each within the limit of public forms.
const trusting = { TRUST_PROXY: 'on' }

/** The numbers of all tickets, by id. */
async function storedAt(port: number): Promise<Map<string, string>> {
  const headers = jsonHeaders(await tokenOf(port, 'acme', 'owner'))
  const stored = new Map<string, string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `/api/v1/ticket?limit=200${cursor ? `&cursor=${cursor}` : ''}`
    const page = await askAt(port, 'acme.localhost', 'GET', query, { headers })
    for (const item of page.json.items) stored.set(item.id, item.number)
    cursor = page.json.nextCursor
  }
  return stored
}

describe('kill -9 while requests come in', () => {
  it('loses nothing that was acknowledged, leaves no gap in the numbers, and still sends every mail once', async () => {
    let server = await startServer({ env: trusting })
    const seeded = await storedAt(server.port)
    const acknowledged: { id: string; number: string }[] = []
    for (let round = 0; round < 2; round++) {
      let isKilled = false
      const wanted = acknowledged.length + 10
      const writers = Array.from({ length: 6 }, async (_, writer) => {
        for (let n = 0; !isKilled && n < 18; n++) {
          const body = JSON.stringify({ name: 'W', email: `w${round}-${writer}-${n}@example.com`, title: 'T', description: 'D' })
          const headers = { ...jsonHeaders(), 'x-forwarded-for': `10.0.${round}.${writer}` }
          const answer = await askAt(server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { headers, body }).catch(() => null)
          if (answer?.status === 201) acknowledged.push(answer.json)
        }
      })
      // Killed in the middle of the stream: ten are acknowledged, the next ones are under way.
      await until('ten acknowledged tickets', async () => acknowledged.length >= wanted)
      const killed = server.kill('SIGKILL')
      isKilled = true
      await Promise.all([killed, ...writers])
      server = await startServer({ dataDir: server.dataDir, env: trusting })
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(20)

    const stored = await storedAt(server.port)
    for (const { id, number } of acknowledged) expect(stored.get(id)).toBe(number)
    const numbers = [...stored.values()].map((number) => Number(number.split('-')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => n + 1))

    const spool = path.join(server.dataDir, 'spool', 'acme')
    const spooled = () => (existsSync(spool) ? readdirSync(spool) : []).filter((name) => name.endsWith('.eml'))
    await until('every confirmation', async () => spooled().length >= stored.size - seeded.size)
    const recipients = spooled().map((name) => /^To: (.*)$/m.exec(readFileSync(path.join(spool, name), 'utf8'))?.[1])
    expect(new Set(recipients).size).toBe(recipients.length)
    await server.kill('SIGTERM')
  })
})

/** Starts the server, expecting it to refuse. */
function refusal(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'baraza-refused-'))
  const child = spawn(path.join(root, 'node_modules/.bin/node'), [built('server.mjs')], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, output })
    }),
  )
}

describe('the server refuses to start', () => {
  it('with a bad variable, naming it', async () => {
    const { code, output } = await refusal({ PORT: 'abc' })
    expect([code, output]).toEqual([1, expect.stringContaining('PORT="abc": expected a whole number')])
    expect(output).not.toContain('    at ')
  })

  it('with a database that cannot be reached, saying where it looked and not with which password', async () => {
    const { code, output } = await refusal({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' })
    expect([code, output]).toEqual([1, expect.stringContaining('postgres://127.0.0.1:1/x cannot be reached (ECONNREFUSED)')])
    expect(output).not.toMatch(/hunter2|\n {4}at /)
  })

  it('on a port in use, saying so', async () => {
    const holder = createServer()
    const port = await new Promise<number>((resolve) => holder.listen(0, () => resolve((holder.address() as { port: number }).port)))
    const { code, output } = await refusal({ PORT: String(port) })
    expect([code, output]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)])
    holder.close()
  })

  it.skipIf(process.env.E2E_POSTGRES)('on a data folder whose embedded database another process uses', async () => {
    const server = await startServer()
    const { code, output } = await refusal({ DATA_DIR: server.dataDir, PORT: '0' })
    expect([code, output]).toEqual([1, expect.stringContaining('is in use by process')])
    expect((await askAt(server.port, 'acme.localhost', 'GET', '/api/health')).json).toMatchObject({ status: 'ok' })
    expect(server.run('doctor')).toContain('✓ database') // it asks the server that has it
    await server.kill('SIGTERM')
  })
})

describe('SIGTERM', () => {
  it('ends the server although someone holds sockets open', async () => {
    const server = await startServer()
    const held = ['/nowhere', '/app/nothing?protocol=7', '/_next/hmr'].map((path) => {
      const socket = connect(server.port, '127.0.0.1')
      socket.on('error', () => {}) // it is cut off in the end
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: acme.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      )
      return socket
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    const ended = server.kill('SIGTERM').then(() => 'ended')
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 12_000, 'still there'))])).toBe('ended')
    for (const socket of held) socket.destroy()
  })
})

describe('bad input over HTTP', () => {
  it('is answered with a problem document, whatever it is', async () => {
    const server = await startServer()
    const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
      askAt(server.port, 'acme.localhost', 'POST', '/api/v1/public/tickets', { body, headers: { ...jsonHeaders(), ...headers } })
    const cases: [Awaited<ReturnType<typeof post>>, number][] = [
      [await post('{'), 400],
      [await post('null'), 422],
      [await post(`{"name":"${'x'.repeat(10 * 1024 * 1024)}"}`), 413],
      [await post('{"name":"\\u0000"}'), 422],
      [await post(Buffer.from([0xff, 0xfe, 0x00])), 400],
      [await post('{}', { 'idempotency-key': 'ä b' }), 422],
      [await post('{}', { 'content-type': 'text/plain' }), 422],
      [await askAt(server.port, 'acme.localhost', 'GET', '/api/v1/no-such-thing'), 404],
      [await askAt(server.port, 'acme.localhost', 'GET', '/api/v1/ticket/not-an-id'), 401],
    ]
    for (const [answer, status] of cases) {
      expect(answer.status, JSON.stringify(answer.json)).toBe(status)
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.json).toMatchObject({ type: expect.any(String), title: expect.any(String), status, code: expect.any(String) })
      expect(JSON.stringify(answer.json)).not.toMatch(/node_modules|\.ts:/)
    }
    await server.kill('SIGTERM')
  })
})
