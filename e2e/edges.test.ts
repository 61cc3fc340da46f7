import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { askAt, jsonHeaders, tokenOf } from './http'
import { startServer, type TestServer, until } from './server'

const servers: TestServer[] = []
const start = async (options: Parameters<typeof startServer>[0] = {}) => {
  const server = await startServer(options)
  servers.push(server)
  return server
}
afterAll(() => Promise.all(servers.map((server) => server.kill('SIGKILL'))))

describe('SIGTERM while clients keep their connections', () => {
  it('cuts no request that began: the answers say that the connection ends, and the process ends cleanly', async () => {
    const server = await start({ env: { TRUST_PROXY: 'on' } })
    const authorization = `Bearer ${await tokenOf(server.port, 'acme', 'owner')}`
    let isStopping = false
    const cut: string[] = []
    const said = new Map<string, number>()
    const one = (agent: Agent, route: string) =>
      new Promise<void>((resolve, reject) => {
        const headers = { host: `acme.localhost:${server.port}`, authorization }
        const outgoing = request({ port: server.port, path: route, agent, headers }, (incoming) => {
          const key = `${isStopping ? 'then' : 'before'} ${incoming.statusCode} ${incoming.headers.connection}`
          said.set(key, (said.get(key) ?? 0) + 1)
          incoming.on('error', reject).on('end', resolve).resume()
        })
        outgoing.on('error', reject).end()
      })
    const routes = ['/api/v1/ticket?limit=20', '/api/health/live', '/sign-in', '/api/v1/users/profile']
    const clients = Array.from({ length: 16 }, async (_, n) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let turn = n; ; turn++) {
        try {
          await one(agent, routes[turn % routes.length] as string)
        } catch (error) {
          // Where nobody listens any more nothing began.
          const { code = '' } = error as NodeJS.ErrnoException
          if (code !== 'ECONNREFUSED') cut.push(code)
          return agent.destroy()
        }
      }
    })
    await until('some answers', async () => [...said.values()].reduce((sum, count) => sum + count, 0) > 60)
    isStopping = true
    const code = await server.kill('SIGTERM')
    await Promise.all(clients)
    expect(cut).toEqual([])
    expect(code, server.output()).toBe(0)
    expect([...said.keys()].filter((key) => !/ (200|307) /.test(key))).toEqual([])
    expect(said.get('then 200 close') ?? 0).toBeGreaterThan(0)
  })
})

describe('strict transport security', () => {
  const hstsAt = async (server: TestServer, route: string, headers: Record<string, string> = {}) =>
    (await askAt(server.port, 'acme.localhost', 'GET', route, { headers })).headers['strict-transport-security']
  const routes = ['/sign-in', '/api/v1/openapi.json', '/api/v1/ticket', '/api/auth/csrf', '/api/health', '/no-such-page']

  it('is asked for on https behind a trusted proxy, on every page and every answer of the API, and never on http', async () => {
    const server = await start({ env: { TRUST_PROXY: 'on' } })
    for (const route of routes) {
      expect(await hstsAt(server, route, { 'x-forwarded-proto': 'https' }), route).toBe('max-age=31536000')
      expect(await hstsAt(server, route, { 'x-forwarded-proto': 'http' }), route).toBeUndefined()
      expect(await hstsAt(server, route), route).toBeUndefined()
    }
    const sign = async (headers: Record<string, string>) => {
      const csrf = await askAt(server.port, 'acme.localhost', 'GET', '/api/auth/csrf', { headers })
      const cookies = ([] as string[]).concat(csrf.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0])
      const body = new URLSearchParams({ csrfToken: csrf.json.csrfToken, email: 'agent@acme.test', password: 'baraza-demo', json: 'true' })
      const given = { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies.join('; '), ...headers }
      const answer = await askAt(server.port, 'acme.localhost', 'POST', '/api/auth/callback/credentials', {
        headers: given,
        body: String(body),
      })
      return ([] as string[]).concat(answer.headers['set-cookie'] ?? []).filter((cookie) => cookie.includes('.device.'))
    }
    // The browser that signed in is known from then on.
    expect(await sign({ 'x-forwarded-proto': 'https' })).toEqual([
      expect.stringMatching(/^__Host-baraza\.acme\.device\.\w+=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/),
    ])
    expect(await sign({})).toEqual([expect.stringMatching(/^baraza\.acme\.device\.[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)])
  })

  it('is not asked for because a client says so', async () => {
    const server = await start()
    for (const route of routes) expect(await hstsAt(server, route, { 'x-forwarded-proto': 'https' }), route).toBeUndefined()
  })
})

describe('a disk that is full', () => {
  it('is answered with 503 and when to come back, by pages and the API alike, until there is room', async (context) => {
    if (process.env.E2E_POSTGRES) return context.skip() // the disk of a PostgreSQL is its own
    const dataDir = mkdtempSync(path.join(tmpdir(), 'baraza-small-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m', 'tmpfs', dataDir], { stdio: 'ignore' })
    } catch {
      return context.skip() // only where this process may make a disk
    }
    try {
      cpSync(process.env.E2E_TEMPLATE as string, dataDir, { recursive: true })
      const server = await start({ dataDir })
      const token = await tokenOf(server.port, 'acme', 'agent')
      const see = async (route: string) => {
        const { status, headers } = await askAt(server.port, 'acme.localhost', 'GET', route, { headers: jsonHeaders(token) })
        return [status, headers['retry-after']]
      }
      const routes = ['/forgot-password', '/api/v1/ticket', '/api/health']
      for (const route of routes) expect(await see(route), route).toEqual([200, undefined])
      const { bavail, bsize } = statfsSync(dataDir)
      writeFileSync(path.join(dataDir, 'filler'), Buffer.alloc(bavail * bsize - 40 * 1024 * 1024))
      await new Promise((resolve) => setTimeout(resolve, 1100))
      for (const route of routes) expect(await see(route), route).toEqual([503, '10'])
      const page = await askAt(server.port, 'acme.localhost', 'GET', '/')
      expect([page.status, page.json]).toEqual([503, expect.stringContaining('Not available right now')])
      rmSync(path.join(dataDir, 'filler'))
      await new Promise((resolve) => setTimeout(resolve, 1100))
      for (const route of routes) expect(await see(route), route).toEqual([200, undefined])
      expect(await server.kill('SIGTERM'), server.output()).toBe(0)
    } finally {
      execFileSync('umount', ['-l', dataDir])
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
