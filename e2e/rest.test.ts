import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askAt, jsonHeaders, tokenOf } from './http'
import { startServer, type TestServer, until } from './server'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { MAILGUN_SIGNING_KEY: 'signing-key' } })
})
afterAll(() => server.kill('SIGTERM'))

const ask = (host: string, method: string, url: string, options?: Parameters<typeof askAt>[4]) =>
  askAt(server.port, host, method, url, options)
const json = jsonHeaders
const signIn = (slug: string, who: string) => tokenOf(server.port, slug, who)

const spooled = async (slug: string) => {
  const folder = path.join(server.dataDir, 'spool', slug)
  const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.eml'))
  return Promise.all(names.map((name) => simpleParser(readFileSync(path.join(folder, name)))))
}

describe('the main job over REST', () => {
  it('takes a request, shows it to the agent, carries the answer to the requester by mail and their reply back', async () => {
    const submitted = await ask('acme.localhost', 'POST', '/api/v1/public/tickets', {
      headers: json(),
      body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', title: 'Broken lamp', description: 'It flickers.' }),
    })
    expect(submitted.status).toBe(201)
    const { id, number } = submitted.json
    const token = await signIn('acme', 'agent')
    const list = await ask('acme.localhost', 'GET', '/api/v1/ticket?limit=1', { headers: json(token) })
    expect(list.json.items[0]).toMatchObject({ id, number, title: 'Broken lamp', status: 'created' })

    const reply = await ask('acme.localhost', 'POST', `/api/v1/ticket/${id}/comments`, {
      headers: json(token),
      body: JSON.stringify({ body: 'Try another bulb.' }),
    })
    expect(reply.json.ticket.status).toBe('in_progress')
    const mail = await until('the reply in the spool', async () =>
      (await spooled('acme')).find((m) => m.text?.includes('Try another bulb')),
    )
    expect(mail.subject).toBe(`Re: [${number}] Broken lamp`)
    expect(mail.to && 'text' in mail.to && mail.to.text).toBe('ada@example.com')

    const raw = [
      'From: Ada <ada@example.com>',
      `To: ${mail.replyTo?.text}`,
      `Subject: Re: ${mail.subject}`,
      'Message-ID: <answer-1@example.com>',
      `In-Reply-To: ${mail.messageId}`,
      '',
      'That was it, thanks.',
      '',
      'On Mon, Agent wrote:',
      '> Try another bulb.',
    ].join('\r\n')
    const timestamp = String(Math.floor(Date.now() / 1000))
    const bring = (token: string, mime: string) => {
      const signature = createHmac('sha256', 'signing-key')
        .update(timestamp + token)
        .digest('hex')
      const recipient = mail.replyTo?.value[0]?.address ?? ''
      const body = new URLSearchParams({ timestamp, token, signature, recipient, 'body-mime': mime }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return ask('localhost', 'POST', '/api/hooks/mailgun/inbound/mime', { headers, body })
    }
    const first = await bring('token-1', raw)
    const second = await bring('token-1', raw)
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.json.id).toBe(first.json.id)
    const messages = await until('the reply on the ticket', async () => {
      const { json: page } = await ask('acme.localhost', 'GET', `/api/v1/ticket/${id}/comments`, { headers: json(token) })
      return page.items.length === 3 && page.items
    })
    expect(messages[2]).toMatchObject({ bodyText: 'That was it, thanks.', source: 'email', author: { name: 'Ada' } })

    const large = `From: ada@example.com\r\nSubject: Large\r\nMessage-ID: <large@x>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee the end.\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\n${'a'.repeat(15_000_000)}\r\n--x\r\n\r\nThe end.\r\n--x--`
    expect((await bring('token-2', large)).status).toBe(200)
    const whole = await until('the end of a large message', async () => {
      const { json: page } = await ask('acme.localhost', 'GET', `/api/v1/ticket/${id}/comments`, { headers: json(token) })
      return page.items[3]?.bodyText
    })
    expect(whole).toContain('The end.')
    expect((await bring('token-3', 'a'.repeat(32_000_000))).status).toBe(413)
  })

  it('makes a ticket of a mail file', async () => {
    const file = path.join(server.dataDir, 'in.eml')
    writeFileSync(
      file,
      'From: Bob <bob@example.com>\r\nTo: support@globex.localhost\r\nSubject: =?ISO-8859-1?Q?Gr=FC=DFe?=\r\nMessage-ID: <b1@x>\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSch=F6n\r\n',
    )
    // The server that holds the embedded database is asked.
    const receipt = JSON.parse(server.run('mail:deliver', file, '--to', 'support@globex.localhost', '--json'))
    expect(receipt.status).toBe('delivered')
    const token = await signIn('globex', 'moderator')
    const ticket = await ask('globex.localhost', 'GET', `/api/v1/ticket/${receipt.ticketId}`, { headers: json(token) })
    expect(ticket.json).toMatchObject({ title: 'Grüße', snippet: 'Schön', requester: { email: 'bob@example.com' } })
  })
})

describe('hosts', () => {
  it('does not show the tenant tree by hand, nor a workspace that is not there', async () => {
    expect((await ask('acme.localhost', 'GET', '/t/globex.localhost/agent')).status).toBe(404)
    expect((await ask('nobody.localhost', 'GET', '/')).status).toBe(404)
    expect((await ask('acme.localhost', 'GET', '/api/v1/ticket', { headers: { 'x-forwarded-host': 'globex.localhost' } })).status).toBe(401)
  })

  it('ignores a forged forwarded host', async () => {
    const agent = await signIn('globex', 'agent')
    const forged = await ask('acme.localhost', 'GET', '/api/v1/ticket', {
      headers: { ...json(agent), 'x-forwarded-host': `globex.localhost:${server.port}`, 'x-baraza-host': 'globex.localhost' },
    })
    expect(forged.status).toBe(401)
  })
})

describe('the edges of HTTP', () => {
  it.each([
    ['GET', '//', 400],
    ['GET', '//evil.example/sign-in', 404],
    ['TRACE', '/', 405],
    ['PROPFIND', '/', 405],
    ['HEAD', '/api/v1/nothing', 404],
  ])('%s %s answers %i', async (method, path, status) => {
    const answer = await ask('acme.localhost', method, path)
    const followed = answer.status === 308 ? await ask('acme.localhost', method, answer.headers.location ?? '') : answer
    expect(followed.status).toBe(status)
  })

  it('a cookie that nobody set is no cookie', async () => {
    const cookie = 'baraza.acme.session=%; __Host-baraza.acme.session=%E0%A4%A'
    expect((await ask('acme.localhost', 'GET', '/sign-in', { headers: { cookie } })).status).toBe(200)
    expect((await ask('acme.localhost', 'GET', '/api/v1/ticket', { headers: { cookie } })).status).toBe(401)
  })

  it('a sign-in leads back to the host it was on, and to no other', async () => {
    const first = await ask('acme.localhost', 'GET', '/api/auth/csrf')
    const jar = [first.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0])
    const form = (callbackUrl: string) =>
      new URLSearchParams({
        csrfToken: first.json.csrfToken,
        email: 'agent@acme.test',
        password: 'baraza-demo',
        ...(callbackUrl ? { callbackUrl } : {}),
      }).toString()
    const origin = `http://acme.localhost:${server.port}`
    for (const [callbackUrl, location] of [
      ['', origin],
      ['/agent', `${origin}/agent`],
      ['https://evil.example/', origin],
      ['//evil.example', origin],
      ['http://[', origin],
      ['javascript:alert(1)', origin],
    ] as const) {
      const headers = { cookie: jar.join('; '), 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ask('acme.localhost', 'POST', '/api/auth/callback/credentials', { headers, body: form(callbackUrl) })
      expect({ callbackUrl, status: answer.status }).toEqual({ callbackUrl, status: 302 })
      expect((answer.headers.location ?? '').replace(/\/$/, '')).toBe(location)
    }
    expect((await ask('acme.localhost', 'GET', '/api/auth/signin?callbackUrl=http://[')).status).toBeLessThan(400)
  })

  it('what the API answers states a policy of its own, and a page its nonce', async () => {
    const policy = async (path: string) => (await ask('acme.localhost', 'GET', path)).headers['content-security-policy']
    expect(await policy('/api/v1/openapi.json')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(await policy('/api/v1/ticket')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(await policy('/api/v1/docs')).toContain("default-src 'none'; style-src")
    expect(await policy('/sign-in')).toContain("'nonce-")
    const token = await signIn('acme', 'agent')
    const { items } = (await ask('acme.localhost', 'GET', '/api/v1/ticket?limit=50', { headers: json(token) })).json
    const files = await Promise.all(
      items.map(
        async ({ id }: { id: string }) =>
          (await ask('acme.localhost', 'GET', `/api/v1/ticket/${id}/attachments`, { headers: json(token) })).json.items,
      ),
    )
    const file = files.flat()[0]
    expect(file, 'the demo has a ticket with a file').toBeDefined()
    const answer = await ask('acme.localhost', 'GET', `/api/v1/files/${file.id}`, { headers: json(token) })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  })

  it('what is the same for all is sent once', async () => {
    for (const path of ['/api/v1/docs', '/api/v1/openapi.json', '/api/v1/openapi.json/']) {
      const first = await ask('acme.localhost', 'GET', path)
      expect(first.status).toBe(200)
      const again = await ask('acme.localhost', 'GET', path, { headers: { 'if-none-match': first.headers.etag ?? '' } })
      expect({ path, status: again.status }).toEqual({ path, status: 304 })
    }
  })
})
