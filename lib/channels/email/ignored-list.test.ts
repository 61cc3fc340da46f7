import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { replyAddress } from '../../mail/addresses'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { mailingListOf } from './mailing-list'
import { readReceipt, receiveMail } from './receive'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('lists')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
})

let counter = 0
async function deliver(headers: string[], to = 'support@lists.localhost') {
  const text = [`Message-ID: <list-${++counter}@example.com>`, `To: ${to}`, 'Subject: News', ...headers, '', 'All that is new.'].join(
    '\r\n',
  )
  const { id } = await receiveMail(tenant, { recipient: to, provider: 'test', raw: Buffer.from(text) }, 'test')
  await drainBackground()
  return readReceipt(tenant, id)
}
const news = (listId: string, to?: string) => deliver([`From: Editor <editor@example.com>`, `List-Id: ${listId}`], to)
const ignore = (id: string, who = admin) => who.request('POST', `/settings/mail/messages/${id}/ignore-list`)

describe('a mailing list', () => {
  it.each([
    ['Shop news <news.shop.example>', { id: 'news.shop.example', name: 'Shop news' }],
    ['"News, weekly" <NEWS.shop.example>', { id: 'news.shop.example', name: 'News, weekly' }],
    ['<news.shop.example>', { id: 'news.shop.example', name: 'news.shop.example' }],
    ['news.shop.example', { id: 'news.shop.example', name: 'news.shop.example' }],
    ['<>', null],
    ['', null],
  ])('is known by its List-Id: %s', (value, list) => {
    expect(mailingListOf({ headers: [{ name: 'list-id', value }] })).toEqual(list)
  })

  it('that is ignored makes no tickets any more, until it is taken in again', async () => {
    const first = await news('News <news.shop.example>')
    expect(first).toMatchObject({ status: 'delivered' })
    expect((await ignore(first.id, agent)).status).toBe(403)
    expect((await ignore(first.id)).status).toBe(200)
    expect(await news('"Other name" <News.Shop.example>')).toMatchObject({ status: 'ignored', reason: 'ignored_list', ticketId: null })
    expect(await news('<other.shop.example>')).toMatchObject({ status: 'delivered' })
    expect(await deliver(['From: Editor <editor@example.com>'])).toMatchObject({ status: 'delivered' })
    const shown = await (await admin.request('GET', `/settings/mail/messages/${first.id}`)).json()
    expect(shown).toMatchObject({ list: { id: 'news.shop.example', name: 'News', isIgnored: true } })
    const { items } = (await (await admin.request('GET', '/settings/mail/ignored-lists')).json()) as { items: object[] }
    expect(items).toMatchObject([{ listId: 'news.shop.example', name: 'News' }])

    const again = () => admin.request('DELETE', '/settings/mail/ignored-lists/news.shop.example')
    expect((await again()).status).toBe(200)
    expect((await again()).status).toBe(404)
    expect(await news('News <news.shop.example>')).toMatchObject({ status: 'delivered' })
    const types = await inWork(tenant, ({ tx }) => tx.event.findMany({ where: { type: { startsWith: 'list.' } }, orderBy: { n: 'asc' } }))
    expect(types.map(({ type }) => type)).toEqual(['list.ignored', 'list.unignored'])
  })

  it('reaches a ticket all the same at the address of that ticket', async () => {
    const { id, ticketId } = await news('<token.shop.example>')
    await ignore(id)
    const to = replyAddress(tenant.ref, ticketId as string)
    expect(await news('<token.shop.example>', to)).toMatchObject({ status: 'delivered', ticketId })
  })

  it('is none where an email names none', async () => {
    const { id } = await deliver(['From: Editor <editor@example.com>'])
    expect((await ignore(id)).status).toBe(404)
    expect(await eventsOf(tenant, id)).not.toContainEqual(expect.objectContaining({ type: 'list.ignored' }))
  })
})
