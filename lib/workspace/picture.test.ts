import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { env } from '../env'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, send, type TestPerson } from '../testing/factories'
import { handleRest } from '../wiring/rest'
import { answerPicture } from './picture'

openTestDatabase()

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=', 'base64')
const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
const files: Record<string, [type: string, body: string | Buffer]> = {
  '/logo.png': ['application/octet-stream', png],
  '/logo.svg': ['image/svg+xml; charset=utf-8', drawing],
  '/page': ['image/png', '<script>alert(1)</script>'],
  '/large.png': ['image/png', Buffer.concat([png, Buffer.alloc(600_000)])],
}
let elsewhere: Server
let asked: string[] = []
let at: string
let tenant: ResolvedTenant
beforeAll(async () => {
  env().ALLOW_PRIVATE_HOSTS = 'on'
  elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '')
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', '']
    response.writeHead(body ? 200 : 404, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, resolve))
  at = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  tenant = await makeTenant('pictured')
})
afterAll(() => elsewhere.close())

const keep = (data: { logoUrl?: string | null; faviconUrl?: string | null; portalPhotoUrl?: string | null }) =>
  inWork(tenant, ({ tx }) => tx.workspace.update({ where: { tenantId: tenant.ref.id }, data }))
const ask = (name: string, host = hostOf(tenant)) =>
  answerPicture(new Request(`http://${host}/api/pictures/${name}`, { headers: { host } }), name)

describe('the logo of a workspace', () => {
  it('is handed out by us, read from its address once, as what it is and not as what it is called', async () => {
    await keep({ logoUrl: `${at}/logo.png` })
    for (let n = 0; n < 3; n++) {
      const answer = await ask('logo')
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(png)
    }
    expect(asked).toEqual(['/logo.png'])
    expect((await ask('favicon')).status).toBe(404)
    await keep({ portalPhotoUrl: `${at}/logo.svg` })
    expect((await ask('photo')).headers.get('content-type')).toBe('image/svg+xml')
    expect((await ask('logo', 'nobody.localhost')).status).toBe(404)
    expect((await ask('constructor')).status).toBe(404)
  })

  it('may be a drawing, which runs nothing when it is opened by itself', async () => {
    await keep({ faviconUrl: `${at}/logo.svg` })
    const answer = await ask('favicon')
    expect(answer.headers.get('content-type')).toBe('image/svg+xml')
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it.each(['/page', '/large.png', '/missing'])('is nothing where %s is no picture, too large or not there', async (path) => {
    await keep({ logoUrl: at + path })
    expect((await ask('logo')).status).toBe(404)
    asked = []
    expect((await ask('logo')).status).toBe(404)
    expect(asked).toEqual([])
  })

  it('is told to pages by an address of our own, another one for another picture', async () => {
    const logoOf = async () => (await (await send(tenant, 'GET', '/public/viewer')).json()).desk.logo
    await keep({ logoUrl: `${at}/logo.png` })
    const first = await logoOf()
    expect(first).toMatch(/^\/api\/pictures\/logo\?v=[0-9a-f]{12}$/)
    await keep({ logoUrl: `${at}/logo.svg` })
    expect(await logoOf()).not.toBe(first)
    await keep({ logoUrl: null })
    expect(await logoOf()).toBeNull()
  })
})

describe('a picture that is uploaded', () => {
  const upload = async (who: TestPerson, name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData()
    form.append('file', new File([bytes], 'picture', { type: 'image/png' }))
    const headers = { host: hostOf(tenant), cookie: who.cookie }
    const at = `http://${headers.host}/api/v1/business/${tenant.ref.id}/pictures/${name}`
    return handleRest(new Request(at, { method: 'POST', headers, body: form }))
  }

  it('is drawn anew in its size, handed out from then on, and gone with the next; another workspace has none of it', async () => {
    const owner = await makePerson(tenant, 'owner')
    const large = await sharp({ create: { width: 1000, height: 500, channels: 3, background: '#123456' } })
      .png()
      .toBuffer()
    const stored = await upload(owner, 'logo', new Uint8Array(large))
    expect(stored.status, await stored.clone().text()).toBe(200)
    const { address } = await stored.json()
    const shown = await ask('logo')
    const { format, width, height } = await sharp(await shown.arrayBuffer()).metadata()
    expect([format, width, height]).toEqual(['png', 320, 160])

    const other = await makeTenant('copier')
    await inWork(other, ({ tx }) => tx.workspace.update({ where: { tenantId: other.ref.id }, data: { logoUrl: address } }))
    expect((await ask('logo', hostOf(other))).status).toBe(404)

    expect((await upload(owner, 'logo', new Uint8Array(png))).status).toBe(200)
    await keep({ logoUrl: address })
    // It goes once the new one is there, which nobody waits for.
    await expect.poll(async () => (await ask('logo')).status).toBe(404)
    expect((await upload(owner, 'favicon', new TextEncoder().encode(drawing))).status).toBe(422)
  })
})
