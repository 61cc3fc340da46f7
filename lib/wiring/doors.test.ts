import { request } from 'node:http'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../core/background'
import { log } from '../log/log'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { statementsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { openDoors } from '../testing/doors'
import { hostOf, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

openTestDatabase()
const { port } = openDoors()

let tenant: ResolvedTenant
let owner: TestPerson
let id: string
beforeAll(async () => {
  tenant = await makeTenant('doors')
  owner = await makePerson(tenant, 'owner')
  id = (await makeTicket(tenant, { title: 'Lamp' })).id
  for (let n = 0; n < 8; n++) await makeTicket(tenant, { title: `Another ${n}` })
})
beforeEach(forgetRateLimits)

interface Answer {
  status: number
  headers: Record<string, string | undefined>
  bytes: Buffer
}

const ask = (method: string, path: string, { headers = {}, body = '' as string | Buffer } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const sent = { host: hostOf(tenant), cookie: owner.cookie, ...(body && { 'content-length': String(body.length) }), ...headers }
    const outgoing = request({ port: port(), method, path, headers: sent }, async (incoming) => {
      const bytes = Buffer.concat(await incoming.toArray())
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers as Answer['headers'], bytes })
    })
    outgoing.on('error', reject).end(body)
  })
const json = { 'content-type': 'application/json' }

describe('what is for Next', () => {
  it.each([
    ['OPTIONS', '/api/v1/ticket'],
    ['PATCH', '/api/rpc/tickets/list'],
    ['GET', '/api/auth/jwt/login'],
    ['GET', '/api/v1/docs'],
    ['GET', '/api/v1/docs/'],
    ['GET', '/api/v1//ticket'],
    ['GET', '/api/v1/../health'],
    ['GET', '/api/v1/%2e%2e/health'],
    ['GET', '/api/v1'],
    ['GET', '/api/v12/ticket'],
    ['GET', '/api/auth/csrf'],
    ['GET', '/agent?x=/api/v1/ticket'],
    ['GET', '//api/v1/ticket'],
    ['POST', '/api/hooks/resend'],
  ])('%s %s is left to it', async (method, path) => {
    expect((await ask(method, path)).headers['x-left-to']).toBe('next')
  })
})

describe('an answer at the door', () => {
  it('says what every answer says, and that of https to whoever came by it', async () => {
    const { status, headers } = await ask('GET', `/api/v1/ticket/${id}`, { headers: { 'x-request-id': 'request-1234' } })
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'x-request-id': 'request-1234',
      'x-ratelimit-remaining': expect.stringMatching(/^\d+$/),
      etag: expect.stringMatching(/^"1\./),
    })
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('believes nothing that a client says under our names, nor what only a proxy may say', async () => {
    const forged = { 'x-baraza-request-id': 'forged-id-1', 'x-forwarded-host': 'other.localhost', 'x-forwarded-proto': 'https' }
    const { status, headers } = await ask('GET', `/api/v1/ticket/${id}`, { headers: forged })
    expect(status).toBe(200)
    expect(headers['x-request-id']).not.toBe('forged-id-1')
    expect(headers['strict-transport-security']).toBeUndefined()
    expect((await ask('GET', '/api/v1/ticket', { headers: { host: 'a b' } })).status).toBe(400)
    expect((await ask('GET', '/api/v1/ticket', { headers: { host: 'nobody.localhost' } })).status).toBe(404)
  })

  it('is packed for whoever takes that, from a size on, and says so to caches', async () => {
    const plain = await ask('GET', '/api/v1/ticket')
    expect([plain.headers['content-encoding'], Number(plain.headers['content-length'])]).toEqual([undefined, plain.bytes.length])
    const packed = await ask('GET', '/api/v1/ticket', { headers: { 'accept-encoding': 'br;q=1, gzip;q=0.5' } })
    expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['gzip', 'Accept-Encoding'])
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes)
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2)
    const refused = await ask('GET', '/api/v1/ticket', { headers: { 'accept-encoding': 'gzip;q=0, br' } })
    expect(refused.headers['content-encoding']).toBeUndefined()
    const small = await ask('GET', '/api/v1/nothing', { headers: { 'accept-encoding': 'gzip' } })
    expect([small.status, small.headers['content-encoding']]).toEqual([404, undefined])
  })

  it('to HEAD is that to GET without its body, and to a known tag is nothing', async () => {
    const head = await ask('HEAD', `/api/v1/ticket/${id}`)
    expect([head.status, head.bytes.length]).toEqual([200, 0])
    const known = await ask('GET', `/api/v1/ticket/${id}`, { headers: { 'if-none-match': head.headers.etag ?? '' } })
    expect([known.status, known.bytes.length]).toEqual([304, 0])
  })

  it('comes from the typed client and the sign-in too', async () => {
    const body = JSON.stringify({ json: { limit: 2 } })
    const rpc = await ask('POST', '/api/rpc/tickets/list', { headers: json, body })
    expect(JSON.parse(rpc.bytes.toString()).json.items).toHaveLength(2)
    const wrong = await ask('POST', '/api/auth/jwt/token', { headers: json, body: '{"email":"a@b.test","password":"wrong-one"}' })
    expect([wrong.status, wrong.headers['content-type']]).toEqual([401, 'application/problem+json'])
  })

  it('to files that are larger than is taken comes on a connection that stays whole', async () => {
    const form = (bytes: number) =>
      Buffer.concat([
        Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'),
        Buffer.alloc(bytes, 'a'),
        Buffer.from('\r\n--x--\r\n'),
      ])
    const upload = (bytes: number) =>
      ask('POST', '/api/v1/files', { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: form(bytes) })
    expect((await upload(40 * 1024 * 1024)).status).toBe(413)
    const stored = await upload(3 * 1024 * 1024)
    expect(stored.status, stored.bytes.toString()).toBe(201)
    const file = JSON.parse(stored.bytes.toString())
    const read = await ask('GET', `/api/v1/files/${file.id}`, { headers: { 'accept-encoding': 'gzip' } })
    expect(read.status).toBe(200)
    const bytes = read.headers['content-encoding'] === 'gzip' ? gunzipSync(read.bytes) : read.bytes
    expect(bytes.length).toBe(3 * 1024 * 1024)

    // One that breaks off is logged, though whoever reads it sees no more than that the connection ends.
    const error = vi.spyOn(log(), 'error').mockImplementation(() => {})
    const unreadable = () => new Readable({ read: () => {} }).destroy(new Error('no disk'))
    const broken = vi.spyOn(Readable, 'fromWeb').mockImplementation(unreadable)
    await expect(ask('GET', `/api/v1/files/${file.id}`)).rejects.toThrow('hang up')
    broken.mockRestore()
    await vi.waitFor(() => expect(error).toHaveBeenCalledTimes(1))
    error.mockRestore()
  })

  it('to a defect is a problem that says nothing of it, and is logged', async () => {
    const error = vi.spyOn(log(), 'error').mockImplementation(() => {})
    const broken = vi.spyOn(Response.prototype, 'arrayBuffer').mockRejectedValue(new Error('broken'))
    const answer = await ask('POST', '/api/rpc/tickets/list', { headers: json, body: '{"json":{}}' })
    broken.mockRestore()
    expect([answer.status, answer.headers['content-type']]).toEqual([500, 'application/problem+json'])
    expect(answer.bytes.toString()).not.toContain('broken')
    expect(error).toHaveBeenCalledTimes(1)
    error.mockRestore()
  })
})

describe('reading', () => {
  const kindOf = (text: string) => /^\s*(BEGIN|WITH live|SELECT t\.id|COMMIT)/.exec(text)?.[1] ?? text
  const messagesOf = async (path: string) =>
    (await statementsDuring(async () => void expect((await ask('GET', path)).status).toBe(200))).map(kindOf)

  it('a ticket or a list takes one unit of work, one look at who asks, and what is asked for', async () => {
    await drainBackground()
    await ask('GET', '/api/v1/ticket')
    expect(await messagesOf(`/api/v1/ticket/${id}`)).toEqual(['BEGIN', 'WITH live', 'SELECT t.id', 'COMMIT'])
    expect(await messagesOf('/api/v1/ticket')).toEqual(['BEGIN', 'WITH live', 'SELECT t.id', 'SELECT t.id', 'COMMIT'])
  })
})

it('whoever leaves in the middle of a body is no defect', async () => {
  const error = vi.spyOn(log(), 'error').mockImplementation(() => {})
  await new Promise<void>((resolve) => {
    const headers = { host: hostOf(tenant), cookie: owner.cookie, ...json, 'content-length': '1000' }
    const outgoing = request({ port: port(), method: 'POST', path: '/api/v1/ticket', headers })
    outgoing.on('error', () => resolve())
    outgoing.write('{"title":')
    setTimeout(() => outgoing.destroy(), 50)
  })
  expect((await ask('GET', `/api/v1/ticket/${id}`)).status).toBe(200)
  expect(error).not.toHaveBeenCalled()
  error.mockRestore()
})
