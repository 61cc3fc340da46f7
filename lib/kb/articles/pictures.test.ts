import sharp from 'sharp'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../core/id'
import { readFileOf } from '../../files/attachments'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, send, type TestPerson } from '../../testing/factories'
import { removeLeftPictures } from './pictures'

openTestDatabase()

interface Article {
  id: string
  version: number
  content: string
  publishedN: number | null
}
interface Picture {
  id: string
  address: string
  width: number
  height: number
}

let tenant: ResolvedTenant
let owner: TestPerson
let categoryId: string
beforeAll(async () => {
  tenant = await makeTenant('pictures')
  owner = await makePerson(tenant, 'owner')
  categoryId = (await json(owner.request('POST', '/kb/categories', { name: 'Guides' }))).id
})
beforeEach(forgetRateLimits)

async function json<T = Article>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const drawn = (width: number, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: { r: width % 255, g: 9, b: 90 } } })
    .withExif({ IFD0: { Copyright: 'Nobody' } })
    .jpeg()
    .toBuffer()
const bring = (who: TestPerson, id: string, bytes: Uint8Array | string, name = 'shot.jpg', type = 'image/jpeg') => {
  const form = new FormData()
  form.append('file', new File([bytes as string], name, { type }))
  return who.request('POST', `/kb/articles/${id}/pictures`, form)
}
const make = (more = {}) => json(owner.request('POST', '/kb/articles', { title: 'Shown', categoryId, ...more }))
const edit = ({ id, version }: Article, content: string) => json(owner.request('PUT', `/kb/articles/${id}`, { version, content }))
const act = ({ id, version }: Article, action: string) => json(owner.request('POST', `/kb/articles/${id}/${action}`, { version }))
const img = ({ address, width, height }: Picture, alt = 'A shop') =>
  `<p><img src="${address}" alt="${alt}" width="${width}" height="${height}" /></p>`
const read = async ({ id }: Picture, who?: TestPerson) =>
  who ? who.request('GET', `/public/kb/pictures/${id}`) : send(tenant, 'GET', `/public/kb/pictures/${id}`)
const sweptAfter = (days: number) => removeLeftPictures(tenant.ref, new Date(Date.now() + days * 86_400_000))

describe('a picture', () => {
  it('is drawn anew in the size that it is shown in, and read by whoever may read the article', async () => {
    let article = await make()
    const picture = await json<Picture>(bring(owner, article.id, await drawn(2000, 500)))
    expect(picture).toMatchObject({ width: 1600, height: 400, address: `/api/v1/public/kb/pictures/${picture.id}` })
    expect(await json<Picture>(bring(owner, article.id, await drawn(2000, 500)))).toEqual(picture)
    article = await act(await edit(article, img(picture, 'A &quot;shop&quot;')), 'publish')
    expect(article.content).toBe(img(picture, 'A &quot;shop&quot;'))
    const answer = await read(picture)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    expect(await sharp(await answer.arrayBuffer()).metadata()).not.toHaveProperty('exif')
    article = await json(owner.request('PUT', `/kb/articles/${article.id}`, { version: article.version, audience: 'agents' }))
    expect([(await read(picture)).status, (await read(picture, owner)).headers.get('cache-control')]).toEqual([404, 'private, max-age=300'])
  })

  it.each([
    ['a drawing', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'x.svg', 'image/svg+xml'],
    ['a page that says it is one', '<html><script>alert(1)</script></html>', 'x.png', 'image/png'],
    ['half of one', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'x.png', 'image/png'],
    ['nothing', '', 'x.png', 'image/png'],
  ])('that is %s is refused', async (_, bytes, name, type) => {
    const { id } = await make()
    const answer = await bring(owner, id, bytes, name, type)
    expect([answer.status, JSON.stringify(await answer.json())]).toEqual([422, expect.stringContaining('PNG, JPEG, GIF or WebP')])
  })

  it('of an article that a writer may not see stays hidden, whatever they write', async () => {
    let secret = await make({ audience: 'agents' })
    const picture = await json<Picture>(bring(owner, secret.id, await drawn(30)))
    secret = await act(await edit(secret, img(picture)), 'publish')
    const customRoleId = newId()
    await inWork(tenant, ({ tx }) =>
      tx.role.create({ data: { tenantId: tenant.ref.id, id: customRoleId, name: 'Blind', permissions: ['kb.write', 'kb.publish'] } }),
    )
    const blind = await makePerson(tenant, 'agent', { customRoleId })
    const stolen = await json(blind.request('POST', '/kb/articles', { title: 'Mine', categoryId, content: img(picture) }))
    await json(blind.request('POST', `/kb/articles/${stolen.id}/publish`, { version: stolen.version }))
    expect([(await read(picture, blind)).status, (await read(picture)).status, (await read(picture, owner)).status]).toEqual([
      404, 404, 200,
    ])
    expect((await bring(blind, secret.id, await drawn(31))).status).toBe(404)
    // Whoever may see it may show it elsewhere.
    const open = await make({ content: img(picture) })
    await act(open, 'publish')
    expect((await read(picture)).status).toBe(200)
  })

  it('stays while a version shows it, comes back with it, and goes when nothing does', async () => {
    let article = await make()
    const [kept, gone] = [
      await json<Picture>(bring(owner, article.id, await drawn(41))),
      await json<Picture>(bring(owner, article.id, await drawn(42))),
    ]
    article = await act(await edit(article, img(kept)), 'publish')
    article = await edit(article, img(gone))
    expect([(await read(kept)).status, (await read(gone)).status, (await read(gone, owner)).status]).toEqual([200, 404, 200])
    article = await act(await edit(article, '<p>Words.</p>'), 'publish')
    expect((await read(kept)).status).toBe(404)
    await sweptAfter(6)
    // An undo in the editor may bring it back.
    article = await edit(article, img(gone))
    expect((await read(gone, owner)).status).toBe(200)
    article = await json(owner.request('POST', `/kb/articles/${article.id}/versions/1/restore`, { version: article.version }))
    expect(article.content).toBe(img(kept))
    await sweptAfter(8)
    expect([(await read(kept, owner)).status, (await read(gone, owner)).status]).toEqual([200, 404])
    await act(article, 'publish')
    expect((await read(kept)).status).toBe(200)
    expect(await readFileOf(tenant.ref, gone.id)).toBeNull()
    await json(owner.request('DELETE', `/kb/articles/${article.id}`))
    expect((await read(kept, owner)).status).toBe(404)
    await sweptAfter(8)
    expect(await readFileOf(tenant.ref, kept.id)).not.toBeNull()
    await inWork(tenant, ({ tx }) => tx.kbArticle.deleteMany({ where: { id: article.id } }))
    await sweptAfter(8)
    expect(await readFileOf(tenant.ref, kept.id)).toBeNull()
  })
})
