import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { attached, base64, html, mail, multipart, part } from '../../testing/mails/build'
import { receiveMail } from './receive'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('sources')
  owner = await makePerson(tenant, 'owner')
})

async function deliver(raw: string) {
  const given = { recipient: 'support@sources.localhost', provider: 'test', raw: Buffer.from(raw, 'latin1'), returnPath: 'a@shop.example' }
  const { id } = await receiveMail(tenant, given, 'test')
  await drainBackground()
  return id
}
const get = (path: string, who = owner) => who.request('GET', `/settings/mail/messages${path}`)
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const kept = () =>
  multipart(
    'related',
    [
      html('<p>See <img src="cid:a@b"></p>'),
      part('image/png', base64(png.toString('latin1')), 'Content-ID: <a@b>', 'Content-Transfer-Encoding: base64'),
      attached('filename="page.html"', '<script>alert(1)</script>', 'text/html'),
    ],
    ['Auto-Submitted: auto-replied'],
  )

describe('a message that became no ticket', () => {
  it('is shown with its pictures and files: a picture as one, anything else to be saved', async () => {
    const id = await deliver(kept())
    const shown = (await (await get(`/${id}`)).json()) as { html: string; attachments: unknown[] }
    expect(shown.html).toContain(`<img src="/api/v1/settings/mail/messages/${id}/files/0" loading="lazy"`)
    expect(shown.attachments).toMatchObject([{ inline: true, type: 'image/png' }, { name: 'page.html', inline: false }])
    const [picture, page, none] = await Promise.all([0, 1, 2].map((n) => get(`/${id}/files/${n}`)))
    const said = (answer?: Response) => [answer?.status, answer?.headers.get('content-type'), answer?.headers.get('content-disposition')?.split(';')[0]]
    expect(said(picture)).toEqual([200, 'image/png', 'inline'])
    expect(said(page)).toEqual([200, 'application/octet-stream', 'attachment'])
    expect(page?.headers.get('content-security-policy')).toContain('sandbox')
    expect(none?.status).toBe(404)
    const stranger = await makePerson(tenant, 'agent')
    expect((await get(`/${id}/files/0`, stranger)).status).toBe(404)
  }) // biome-ignore format: shorter
})

describe('the API of incoming mail', () => {
  it('says of a message what was promised, as its description has it, and nothing undescribed', async () => {
    const id = await deliver(mail(['Subject: Re: Lamp', 'Cc: b@shop.example', 'In-Reply-To: <none@x>'], 'Blue.\r\n\r\nOn Mon, 2 Nov 2026 at 09:00, A <a@b.example> wrote:\r\n> Which?'))
    const shown = (await (await get(`/${id}`)).json()) as Record<string, unknown>
    expect(shown).toMatchObject({
      id,
      status: 'delivered',
      from: { address: 'amina@shop.example', name: 'Amina Odhiambo' },
      to: ['support@acme.localhost'],
      cc: ['b@shop.example'],
      subject: 'Re: Lamp',
      messageId: expect.any(String),
      text: 'Blue.',
      quoted: expect.stringContaining('Which?'),
      html: null,
      attachments: [],
      classification: 'human',
      authentication: expect.stringMatching(/^(?:pass|fail|not_checked)$/),
      reasons: expect.arrayContaining(['human', 'new_ticket']),
      acknowledged: true,
      ticketId: expect.any(String),
      commentId: expect.any(String),
      steps: expect.arrayContaining([{ step: 'command', result: 'stop', reason: 'new_ticket' }]),
    })
    const { paths } = (await (await send(tenant, 'GET', '/openapi.json')).json()) as { paths: Record<string, Record<string, never>> }
    const described = (path: string, method: string) =>
      (paths[`/settings/mail/messages${path}`]?.[method] as unknown as { responses: Record<string, { content: Record<string, { schema: { properties: object } }> }> })?.responses
    expect(Object.keys(described('/{id}', 'get')?.['200']?.content['application/json']?.schema.properties ?? {}).sort()).toEqual(Object.keys(shown).sort())
    for (const path of ['/{id}/replay', '/{id}/recover']) expect(described(path, 'post'), path).toBeDefined()
  }) // biome-ignore format: shorter

  it('lists what came in, by status and by kind', async () => {
    const id = await deliver(kept())
    const ids = async (query: string) => ((await (await get(query)).json()) as { items: { id: string }[] }).items.map((item) => item.id)
    expect(await ids('')).toContain(id)
    expect(await ids('?status=ignored&classification=auto-reply')).toContain(id)
    expect(await ids('?status=attention')).not.toContain(id)
    expect(await ids('?classification=human')).not.toContain(id)
  })
})

it.each([
  ['a link to a request', (key: string) => `http://sources.localhost/request#${key}`],
  ['a link to a file', (key: string) => `http://sources.localhost/file/${key}`],
  ['one that a mail system checks', (key: string) => `https://eur03.safelinks.test/?url=http%3A%2F%2Fsources.localhost%2Frequest%23${key}&data=05`],
  ['another', (key: string) => `https://defence.test/v3/__http://sources.localhost/file/${key}__;Iw!!`],
  ['one that is checked twice', (key: string) => `https://a.test/?u=https%3A%2F%2Fb.test%2F%3Fu%3Dhttp%253A%252F%252Fsources.localhost%252Frequest%2523${key}`],
])('who quotes a mail hands on no key: %s shows none, neither in the message nor in its source', async (_, linkWith) => {
  const key = `${'0123456789abcdef'.repeat(2)}.fh2.${'aB-_'.repeat(6)}xyz`
  const link = linkWith(key)
  const broken = (link.match(/.{1,70}/g) ?? []).join('=\r\n').replaceAll('?u=', '?u=3D').replaceAll('url=h', 'url=3Dh')
  const id = await deliver(
    mail(
      ['Content-Type: multipart/alternative; boundary=b'],
      [
        '--b\r\nContent-Type: text/plain\r\n',
        `Look at ${link} please.`,
        '--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n',
        `<p>Look at <a href=3D"${broken}">it</a> please.</p>`,
        '--b--',
      ].join('\r\n'),
    ),
  )
  const whole = await (await get(`/${id}`)).text()
  expect(whole).toContain('Look at ')
  const { text } = (await (await get(`/${id}/text`)).json()) as { text: string }
  expect(text).toContain('Look at ')
  for (const shown of [whole, text.replaceAll('=\n', '')]) expect(shown).not.toContain(key.slice(33))
}) // biome-ignore format: a table

describe('the source of a mail with a key in a part that is encoded', () => {
  const key = `${'0123456789abcdef'.repeat(2)}.fh2.${'aB-_'.repeat(6)}xyz`
  const words = `Look at http://sources.localhost/request#${key} please. ${'More of it. '.repeat(20)}`
  const lined = (bytes: Buffer | string) => (Buffer.from(bytes).toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')
  const escaped = [...words].map((sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`).join('').match(/.{1,72}/g)?.join('=\r\n')
  const within = `From: a@b.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${lined(words)}\r\n`
  it.each([
    ['base64', 'text/plain; charset=utf-8', 'base64', lined(words)],
    ['base64 of another charset', 'text/html; charset=utf-16le', 'base64', lined(Buffer.from(words, 'utf16le'))],
    ['base64 in a message that is forwarded in base64', 'message/rfc822', 'base64', lined(within)],
    ['quoted-printable of each sign', 'text/plain', 'quoted-printable', escaped ?? ''],
  ])('%s is shown as it is read, without the key', async (_, type, encoding, body) => {
    const part = `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n--b--`
    const id = await deliver(mail(['Content-Type: multipart/mixed; boundary=b'], part))
    const { text } = (await (await get(`/${id}/text`)).json()) as { text: string }
    expect(text).toContain('Look at http://sources.localhost/request')
    const all = [text, ...(text.match(/(?:^[\w+/=]{4,}$\n?)+/gm) ?? []).map((lines) => Buffer.from(lines, 'base64').toString('latin1').replaceAll('\0', ''))]
    for (const shown of all) expect(shown).not.toContain(key.slice(33))
    const whole = Buffer.from(await (await get(`/${id}/source`)).arrayBuffer()).toString('latin1')
    expect(whole).toContain(`\r\nContent-Type: ${type}\r\n`)
    const decoded = (source: string): string[] => {
      const blocks = source.match(/(?:^[\w+/=]{4,}$(?:\r?\n)?)+/gm) ?? []
      const unescaped = source.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
      return [source, unescaped, ...blocks.flatMap((lines) => (lines === source ? [] : decoded(Buffer.from(lines, 'base64').toString('latin1').replaceAll('\0', ''))))]
    }
    const said = decoded(whole)
    expect(said.some((each) => each.includes('Look at http://sources.localhost/request'))).toBe(true)
    for (const each of said) expect(each).not.toContain(key.slice(33))
  })

  it('is as it came in where there is no key, so that nothing else of it changes', async () => {
    const body = lined('Nothing to hide. '.repeat(20))
    const id = await deliver(mail(['Content-Type: text/plain', 'Content-Transfer-Encoding: base64'], body))
    const { text } = (await (await get(`/${id}/text`)).json()) as { text: string }
    expect(text).toContain(body.replaceAll('\r\n', '\n'))
    expect(await (await get(`/${id}/source`)).text()).toContain(body)
  })
}) // biome-ignore format: shorter
