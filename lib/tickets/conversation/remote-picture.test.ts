import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readReceipt, receiveMail } from '../../channels/email/receive'
import { drainBackground } from '../../core/background'
import { env } from '../../env'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import type { MessageOutput } from './schema'

openTestDatabase()

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=', 'base64')
const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const files: Record<string, [type: string, body: string | Buffer]> = {
  '/shop.png?a=1&b=2': ['text/html', png],
  '/drawing.svg': ['image/svg+xml', drawing],
  '/paper.png': ['image/png', '%PDF-1.7\n1 0 obj\n'],
  '/page.png': ['image/png', '<script>alert(1)</script>'],
  '/large.png': ['image/png', Buffer.concat([png, Buffer.alloc(6_000_000)])],
}
let elsewhere: Server
let asked: { url: string; headers: object }[] = []
let at: string
let tenant: ResolvedTenant
const people: Record<string, TestPerson> = {}
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  elsewhere = createServer(({ url = '', headers }, response) => {
    asked.push({ url, headers })
    if (url === '/moved') return void response.writeHead(302, { location: '/shop.png?a=1&b=2' }).end()
    if (url === '/inside') return void response.writeHead(302, { location: 'ftp://10.0.0.1/x' }).end()
    if (url === '/round') return void response.writeHead(302, { location: '/round' }).end()
    const [type, body] = files[url] ?? ['text/plain', '']
    response.writeHead(body ? 200 : 404, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, resolve))
  at = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  tenant = await makeTenant('remote')
  for (const role of ['agent', 'customer'] as const) people[role] = await makePerson(tenant, role)
  people.far = await makePerson(tenant, 'agent')
  people.boss = await makePerson(tenant, 'customer')
  for (const name of ['customer', 'boss'] as const)
    await (people[name] as TestPerson).request('POST', '/ticket', { title: 'Own', description: 'Mine.' })
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: (people.far as TestPerson).id } }))
})
afterAll(() => elsewhere.close())
beforeEach(() => {
  asked = []
  forgetRateLimits()
})

let counter = 0
async function deliver(body: string, answers?: string) {
  const { customer, boss } = people as Record<string, TestPerson>
  const lines = [
    `From: ${customer?.email}`,
    'To: support@remote.localhost',
    `Cc: ${boss?.email}`,
    `Subject: ${answers ? 'Re: ' : ''}Look`,
    `Message-ID: <r${++counter}@shop.example>`,
    ...(answers ? [`In-Reply-To: <${answers}>`] : []),
  ]
  const raw = Buffer.from([...lines, 'Content-Type: text/html', '', body].join('\r\n'))
  const verdict = { spf: null, dkim: null, dmarc: 'pass', isSpam: null } as const
  const { id } = await receiveMail(tenant, { recipient: 'support@remote.localhost', provider: 'test', raw, verdict }, 'test')
  await drainBackground()
  return { ticketId: (await readReceipt(tenant, id)).ticketId as string, messageId: `r${counter}@shop.example` }
}

const tagOf = (path: string) => `<img src="${at}${path.replace('&', '&amp;')}">`
const quote = () =>
  `<div class="gmail_quote"><div class="gmail_attr">On Mon, A &lt;a@b.c&gt; wrote:<br></div><blockquote class="gmail_quote">${tagOf('/shop.png?a=1&b=2')}old</blockquote></div>`

/** An answer of the customer's that shows these pictures and quotes one, in copy to the boss. */
async function mail(...paths: string[]) {
  const { ticketId, messageId } = await deliver('<p>First</p>')
  await deliver(`<p>See</p>${paths.map(tagOf).join('')}${quote()}`, messageId)
  const answer = await (people.agent as TestPerson).request('GET', `/ticket/${ticketId}/comments`)
  const message = ((await answer.json()) as { items: MessageOutput[] }).items.at(-1) as MessageOutput
  return { ticketId, message }
}
const load = (who: TestPerson | undefined, { id }: MessageOutput, n: number, part = 'body') =>
  (who as TestPerson).request('GET', `/messages/${id}/pictures/${part}/${n}`)

describe('pictures that a mail shows from elsewhere', () => {
  it('are not asked for before somebody wants to see them, and where they lie no browser is told', async () => {
    const { message, ticketId } = await mail('/shop.png?a=1&b=2')
    const page = await (await (people.customer as TestPerson).request('GET', `/ticket/${ticketId}/comments`)).text()
    for (const html of [message.bodyHtml, message.quotedHtml, page]) {
      expect(html).not.toMatch(/\ssrc=/)
      expect(html).not.toContain(at)
      expect(html).toContain(`data-remote=`)
    }
    expect(message.bodyHtml).toContain(`<img data-remote="/api/v1/messages/${message.id}/pictures/body/0"`)
    expect(asked).toEqual([])
  })

  it('come from us then, once for all, as what they are, without a word of who looks', async () => {
    const { message } = await mail('/shop.png?a=1&b=2', '/moved')
    for (const who of [people.agent, people.customer, people.boss]) {
      const answer = await load(who, message, 0)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
      expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(png)
    }
    expect((await load(people.agent, message, 0, 'quoted')).status).toBe(200)
    expect(asked).toEqual([{ url: '/shop.png?a=1&b=2', headers: { host: at.slice(7), connection: expect.any(String) } }])
    expect((await load(people.agent, message, 1)).status).toBe(200)
  })

  it.each(['/drawing.svg', '/paper.png', '/page.png', '/large.png', '/missing', '/inside', '/round'])(
    'are none where %s is none, and are not asked for again at once',
    async (path) => {
      const { message } = await mail(path)
      expect((await load(people.agent, message, 0)).status).toBe(404)
      const before = asked.length
      expect(before).toBeLessThan(6)
      expect((await load(people.agent, message, 0)).status).toBe(404)
      expect(asked).toHaveLength(before)
    },
  )

  it('are for those who see the message, and only those that stand in it', async () => {
    const { message } = await mail('/shop.png?a=1&b=2')
    expect((await load(people.far, message, 0)).status).toBe(404)
    expect((await load(people.boss, message, 0, 'quoted')).status).toBe(404)
    expect((await load(people.agent, message, 1)).status).toBe(404)
    expect((await load(people.agent, message, 0, 'other')).status).toBe(422)
    await inWork(tenant, ({ tx }) => tx.ticketMessage.updateMany({ where: { id: message.id }, data: { kind: 'note' } }))
    expect((await load(people.customer, message, 0)).status).toBe(404)
    expect((await load(people.agent, message, 0)).status).toBe(200)
  })

  it('lead into no network of ours', async () => {
    const { message } = await mail('/secret.png')
    env().ALLOW_PRIVATE_HOSTS = 'off'
    try {
      expect((await load(people.agent, message, 0)).status).toBe(404)
      expect(asked).toEqual([])
    } finally {
      env().ALLOW_PRIVATE_HOSTS = 'on'
    }
  })
})
