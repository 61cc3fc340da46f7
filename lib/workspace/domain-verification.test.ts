import { createServer, Packet } from 'dns2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { msg } from '../core/message'
import { proveDomain } from './domain-verification'

/** A real DNS server on this machine that knows a handful of names. */
const zone: Record<string, { type: 'TXT' | 'CNAME'; value: string }> = {
  '_baraza-verification.plain.example': { type: 'TXT', value: 'secret' },
  '_baraza-verification.prefixed.example': { type: 'TXT', value: 'baraza-verification=secret' },
  '_baraza-verification.wrong.example': { type: 'TXT', value: 'something else' },
  '_baraza-verification.cname.example': { type: 'CNAME', value: 'secret.verification.localhost' },
  '_baraza-verification.shouted.example': { type: 'CNAME', value: 'SECRET.Verification.localhost' },
  '_baraza-verification.anybody.example': { type: 'CNAME', value: 'verification.localhost' },
  '_baraza-verification.another.example': { type: 'CNAME', value: 'another.verification.localhost' },
  '_baraza-verification.elsewhere.example': { type: 'CNAME', value: 'secret.verification.evil.example' },
}

const nameError = 3
const server = createServer({
  udp: true,
  handle: (request, send) => {
    const response = Packet.createResponseFromRequest(request)
    const [question] = request.questions as unknown as [{ name: string; type: number }]
    const record = zone[question.name.toLowerCase()]
    if (!record) response.header.rcode = nameError
    else if (Packet.TYPE[record.type] === question.type || record.type === 'CNAME') {
      const answer = { name: question.name, type: Packet.TYPE[record.type], class: Packet.CLASS.IN, ttl: 1 }
      response.answers.push({ ...answer, ...(record.type === 'TXT' ? { data: record.value } : { domain: record.value }) } as never)
    }
    void send(response)
  },
})

let servers: string[]
beforeAll(async () => {
  const { udp } = (await server.listen({ udp: { port: 0, address: '127.0.0.1' } })) as { udp: { port: number } }
  servers = [`127.0.0.1:${udp.port}`]
})
afterAll(() => server.close())

const prove = (hostname: string, ask = servers) => proveDomain({ hostname, token: 'secret' }, ask)

describe('a domain', () => {
  it.each(['plain.example', 'prefixed.example', 'cname.example', 'shouted.example'])('%s is proven by its record', async (hostname) => {
    expect(await prove(hostname)).toEqual({ isProven: true, error: null })
  })

  it('with another value is told what was found', async () => {
    expect(await prove('wrong.example')).toEqual({
      isProven: false,
      isGone: true,
      error: msg('domains.wrongToken', { found: 'something else' }),
    })
  })

  it.each(['elsewhere.example', 'missing.example'])('%s is not proven, and is told why', async (hostname) => {
    expect(await prove(hostname)).toMatchObject({ isProven: false, isGone: true, error: expect.stringMatching(/\w/) })
  })

  it.each([
    ['anybody.example', 'verification.localhost'],
    ['another.example', 'another.verification.localhost'],
  ])('%s is not proven by a record that names another claim, or none', async (hostname, found) => {
    expect(await prove(hostname)).toEqual({ isProven: false, isGone: true, error: msg('domains.wrongTarget', { found }) })
  })

  it('is not proven while the DNS is silent', async () => {
    expect(await prove('plain.example', ['127.0.0.1:1'])).toMatchObject({
      isProven: false,
      isGone: false,
      error: 'domains.noAnswer',
    })
  })
})
