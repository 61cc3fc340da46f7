import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '../../actor/permissions'
import { newId } from '../../core/id'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, send, type TestPerson } from '../../testing/factories'
import { audiences, narrower } from './values'
import { articleStatuses } from './workflow'

/** Every state of an article for every audience, asked by everybody at every door. */

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
type Ask = (method: string, path: string, body?: object) => Promise<Response>
const readers: Record<string, Ask> = {}

/** States of an article, by what was done to it; `isRead` where readers see a version of it. */
const states = [
  ...articleStatuses.map((state) => ({ state, isRead: state === 'published' })),
  { state: 'published, then changed', isRead: true },
  { state: 'unpublished', isRead: false },
  { state: 'deleted', isRead: false },
]
interface Made {
  /** What its text shows, and what a change that nobody published shows. */
  picture: string
  draftPicture: string | null
  title: string
  slug: string
  id: string
  isRead: boolean
  isDeleted: boolean
  effective: (typeof audiences)[number]
}
const made: Made[] = []
/** An article that everybody reads, and what was chosen to stand below it. */
const hub = 'published for public in public'
const chosen = [...audiences.flatMap((audience) => states.map(({ state }) => `${state} for ${audience} in ${audience}`))].filter(
  (title) => title !== hub,
)

const json = async <T = { id: string; version: number; slug: string }>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}
const as =
  (role: Permission[]) =>
  async (base: 'agent' | 'customer' = 'agent') => {
    const customRoleId = newId()
    await inWork(tenant, ({ tx }) =>
      tx.role.create({ data: { tenantId: tenant.ref.id, id: customRoleId, name: customRoleId, permissions: role } }),
    )
    return (await makePerson(tenant, base, { customRoleId })).request
  }

async function bring(articleId: string, width: number): Promise<string> {
  const bytes = await sharp({ create: { width, height: 1, channels: 3, background: '#123' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.append('file', new File([new Uint8Array(bytes)], 'shot.png', { type: 'image/png' }))
  return (await json(owner.request('POST', `/kb/articles/${articleId}/pictures`, form))).id
}
const showing = (picture: string) => `<p>Words.</p><p><img src="/api/v1/public/kb/pictures/${picture}" alt="" /></p>`

beforeAll(async () => {
  tenant = await makeTenant('sight')
  owner = await makePerson(tenant, 'owner')
  await inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { requiresApproval: false } }))
  const categories: Record<string, string> = {}
  for (const audience of audiences) {
    const top = await json(owner.request('POST', '/kb/categories', { name: `Top ${audience}`, audience }))
    // What is below is no wider than what is above, whatever it says itself.
    categories[audience] = (await json(owner.request('POST', '/kb/categories', { name: `Below ${audience}`, parentId: top.id }))).id
  }
  for (const category of audiences)
    for (const audience of audiences)
      for (const { state, isRead } of states) {
        // What is narrower than its category, or wider, is published.
        if (category !== audience && state !== 'published') continue
        forgetRateLimits()
        const title = `${state} for ${audience} in ${category}`
        let article = await json(owner.request('POST', '/kb/articles', { title, categoryId: categories[category], audience }))
        const picture = await bring(article.id, 1)
        const edit = async (content: string) => {
          article = await json(owner.request('PUT', `/kb/articles/${article.id}`, { version: article.version, content }))
        }
        await edit(showing(picture))
        let draftPicture: string | null = null
        const act = async (action: string, more = {}) => {
          article = await json(owner.request('POST', `/kb/articles/${article.id}/${action}`, { version: article.version, ...more }))
        }
        if (state === 'in_review' || state === 'approved') await act('submit')
        if (state === 'approved')
          await inWork(tenant, ({ tx }) => tx.kbArticle.updateMany({ where: { id: article.id }, data: { status: 'approved' } }))
        if (state === 'scheduled') await act('schedule', { at: '2027-06-01T09:00', timeZone: 'UTC' })
        if (isRead || ['archived', 'unpublished', 'deleted'].includes(state)) await act('publish')
        if (state === 'archived') await act('archive')
        if (state === 'unpublished') await act('unpublish')
        if (state === 'published, then changed') {
          draftPicture = await bring(article.id, 2)
          await edit(`<p>SECRET</p>${showing(draftPicture)}`)
        }
        if (state === 'deleted') await json(owner.request('DELETE', `/kb/articles/${article.id}`))
        made.push({
          title,
          slug: article.slug,
          id: article.id,
          isRead,
          isDeleted: state === 'deleted',
          picture,
          draftPicture,
          effective: narrower(audience, category),
        })
      }
  // Chosen while it was there: what becomes of it later decides who sees it.
  const idOf = (title: string) => made.find((each) => each.title === title)?.id as string
  const tenantId = tenant.ref.id
  await inWork(tenant, ({ tx }) =>
    tx.kbRelated.createMany({
      data: chosen.map((title, position) => ({ tenantId, articleId: idOf(hub), relatedId: idOf(title), position })),
    }),
  )
  const guest = await makePerson(tenant, 'customer')
  const { id: ticketId } = await makeTicket(tenant, { email: guest.email })
  await inWork(tenant, ({ tx }) => tx.session.updateMany({ where: { id: guest.sessionId }, data: { ticketId } }))
  Object.assign(readers, {
    anonymous: (method: string, path: string, body?: object) => send(tenant, method, path, body),
    guest: guest.request,
    customer: (await makePerson(tenant, 'customer')).request,
    'agent without the knowledge base': await as(['ticket.view'])(),
    'writer who may not read for the team': await as(['kb.write'])(),
    reader: await as(['kb.view'])(),
    agent: (await makePerson(tenant, 'agent')).request,
    moderator: (await makePerson(tenant, 'moderator')).request,
    owner: owner.request,
  })
})

const reads: Record<string, readonly string[]> = {
  anonymous: ['public'],
  guest: ['public'],
  customer: ['public', 'customers'],
  'agent without the knowledge base': ['public', 'customers'],
  'writer who may not read for the team': ['public', 'customers'],
  reader: audiences,
  agent: audiences,
  moderator: audiences,
  owner: audiences,
}
const writes: Record<string, readonly string[]> = {
  'writer who may not read for the team': ['public', 'customers'],
  agent: audiences,
  moderator: audiences,
  owner: audiences,
}

const titles = (rows: readonly Made[]) => rows.map(({ title }) => title).sort()
const all = async (ask: Ask, path: string) => {
  const items: { title: string }[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    forgetRateLimits()
    const page: { items: { title: string }[]; nextCursor: string | null } = await json(
      ask('GET', `${path}&limit=20${cursor && `&cursor=${cursor}`}`),
    )
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items.map(({ title }) => title)
}

describe.each(Object.keys(reads))('%s', (who) => {
  const ask: Ask = (...args) => (readers[who] as Ask)(...args)
  const readable = () => made.filter(({ isRead, effective }) => isRead && reads[who]?.includes(effective))

  it.each(['/public/kb/articles?', '/public/kb/articles?locale=en', '/public/kb/articles?locale=de'])(
    'lists at %s what is for them',
    async (path) => {
      expect((await all(ask, path)).sort()).toEqual(titles(readable()))
    },
  )

  it('is told of as many as there are for them', async () => {
    const { total } = await json<{ total: number }>(ask('GET', '/public/kb/articles?total=true'))
    expect(total).toBe(readable().length)
    const { items } = await json<{ items: { articleCount: number }[] }>(ask('GET', '/public/kb/categories'))
    expect(items.reduce((sum, { articleCount }) => sum + articleCount, 0)).toBe(readable().length)
  })

  it('opens what is for them, as it was published', async () => {
    const opened: string[] = []
    for (const { slug, title } of made) {
      forgetRateLimits()
      const answer = await ask('GET', `/public/kb/articles/${encodeURIComponent(slug)}`)
      if (answer.status === 200) opened.push(title)
      else expect(answer.status).toBe(404)
      expect(await answer.text()).not.toContain('SECRET')
    }
    expect(opened.sort()).toEqual(titles(readable()))
  })

  it('is led from what is for them to what is for them', async () => {
    const followed: string[] = []
    for (const { id, title } of made) {
      forgetRateLimits()
      const answer = await ask('GET', `/public/kb/articles/${id}/related`)
      if (answer.status !== 200) {
        expect(answer.status).toBe(404)
        continue
      }
      followed.push(title)
      const { items } = (await answer.json()) as { items: { title: string }[] }
      const others = readable().map((each) => each.title)
      for (const each of items) expect(others, `after ${title}`).toContain(each.title)
      // For one of those for which something was chosen, it is all that was chosen and may be read.
      if (title === hub) expect(items.map((each) => each.title)).toEqual(chosen.filter((each) => others.includes(each)))
    }
    expect(followed.sort()).toEqual(titles(readable()))
  })

  it('sees the pictures of what is for them, and those of working copies as a writer', async () => {
    const isSeen = async (id: string) => {
      forgetRateLimits()
      const answer = await ask('GET', `/public/kb/pictures/${id}`)
      expect([200, 404]).toContain(answer.status)
      return answer.status === 200
    }
    for (const { title, picture, draftPicture, isRead, isDeleted, effective } of made) {
      const isWritten = !isDeleted && (writes[who]?.includes(effective) ?? false)
      expect(await isSeen(picture), title).toBe(isWritten || (isRead && (reads[who]?.includes(effective) ?? false)))
      if (draftPicture) expect(await isSeen(draftPicture), title).toBe(isWritten)
    }
  })

  it.each([
    ['votes on', 'PUT', 'vote', { isHelpful: true }],
    ['reads of their vote on', 'GET', 'vote', undefined],
    ['reads the comments on', 'GET', 'comments', undefined],
    ['is counted for', 'POST', 'readings', {}],
    ['chooses', 'POST', 'choices', { query: 'words', locale: 'en', rank: 1, place: 'request' }],
  ])('%s what is for them, and nothing else', async (_, method, door, body) => {
    const reached: string[] = []
    for (const { id, title } of made) {
      forgetRateLimits()
      const { status } = await ask(method, `/public/kb/articles/${id}/${door}`, body)
      if (status === 200) reached.push(title)
      else expect(status).toBe(404)
    }
    expect(reached.sort()).toEqual(titles(readable()))
    const { items } = await json<{ items: { title: string }[] }>(ask('GET', '/public/kb/popular'))
    for (const { title } of items) expect(titles(readable())).toContain(title)
  })

  it('sees the categories that are for them', async () => {
    const { items } = await json<{ items: { name: string }[] }>(ask('GET', '/public/kb/categories'))
    expect(items.map(({ name }) => name).sort()).toEqual(
      (reads[who] ?? []).flatMap((audience) => [`Top ${audience}`, `Below ${audience}`]).sort(),
    )
  })

  it('has working copies only as a writer', async () => {
    const seen = made.filter(({ isDeleted, effective }) => !isDeleted && writes[who]?.includes(effective))
    const list = await ask('GET', '/kb/articles?limit=200')
    expect(list.status).toBe(who in writes ? 200 : who === 'anonymous' ? 401 : 403)
    if (who in writes) expect((await all(ask, '/kb/articles?')).sort()).toEqual(titles(seen))
    const opened: string[] = []
    for (const { id, title } of who in writes ? made : []) {
      forgetRateLimits()
      if ((await ask('GET', `/kb/articles/${id}`)).status === 200) opened.push(title)
    }
    expect(opened.sort()).toEqual(who in writes ? titles(seen) : [])
  })
})

it('an agent is offered for a reply first what customers may read, and told which links they can’t follow', async () => {
  const { items } = await json<{ items: { title: string; address: string; readers: string }[] }>(
    owner.request('GET', '/kb/answers?query=published%20agents'),
  )
  const order = items.map(({ readers: whose }) => whose)
  expect(order).toContain('agents')
  expect(order).toEqual(order.toSorted((a, b) => Number(a === 'agents') - Number(b === 'agents')))
  expect(items[0]?.address).toMatch(/^http:\/\/sight\.\S+\/kb\/en\/published-/)
  const host = new URL(items[0]?.address ?? '').origin
  const hidden = made.filter(({ isRead, effective }) => !isRead || effective === 'agents')
  const addresses = made.map(({ slug }) => `${host}/kb/en/${encodeURIComponent(slug)}#part`)
  const check = async (who: string, body: string[]) =>
    (
      await json<{ items: { address: string; title: string | null }[] }>(
        (readers[who] as Ask)('POST', '/kb/links/check', { addresses: body }),
      )
    ).items
  const told = await check('owner', [...addresses, 'https://elsewhere.test/kb/en/x', '/kb', 'nothing', 'http://['])
  expect(told.map(({ address }) => address).sort()).toEqual(addresses.filter((_, n) => hidden.includes(made[n] as Made)).sort())
  expect(
    told
      .filter(({ title }) => title)
      .map(({ title }) => title)
      .sort(),
  ).toEqual(titles(hidden.filter(({ isRead }) => isRead)))
  expect((await readers.customer?.('GET', '/kb/answers?query=published'))?.status).toBe(403)
})

describe('without public access', () => {
  beforeAll(() => inWork(tenant, ({ tx }) => tx.kbSettings.updateMany({ data: { isPublic: false } })))

  it.each([
    ['anonymous', false],
    ['guest', false],
    ['customer', true],
    ['owner', true],
  ])('%s reads at any door: %s', async (who, isOpen) => {
    const ask = readers[who] as Ask
    const { slug, id } = made.find(({ isRead, effective }) => isRead && effective === 'public') as Made
    expect((await ask('GET', `/public/kb/articles/${encodeURIComponent(slug)}`)).status).toBe(isOpen ? 200 : 404)
    expect((await ask('GET', `/public/kb/articles/${id}/related`)).status).toBe(isOpen ? 200 : 404)
    for (const path of ['/public/kb/articles', '/public/kb/categories'])
      expect((await json<{ items: unknown[] }>(ask('GET', path))).items.length > 0, path).toBe(isOpen)
    expect(await json(ask('GET', '/public/kb'))).toMatchObject({ isOpen })
  })
})

it('another workspace has none of it', async () => {
  const other = await makeTenant('elsewhere')
  const stranger = await makePerson(other, 'owner')
  expect(await json(stranger.request('GET', '/public/kb/articles'))).toEqual({ items: [], nextCursor: null })
  expect((await stranger.request('GET', `/public/kb/articles/${encodeURIComponent(made[0]?.slug ?? '')}`)).status).toBe(404)
})

it('a link leads to what its page shows: another language where the one that it names is not published', async () => {
  const { items } = await json<{ items: { id: string; name: string }[] }>(owner.request('GET', '/kb/categories'))
  const categoryId = items.find(({ name }) => name === 'Top public')?.id
  const write = (title: string, locale: string) =>
    json<Made>(owner.request('POST', '/kb/articles', { title, categoryId, locale, content: '<p>x</p>' }))
  const [german, english] = [await write('Same address', 'de'), await write('Same address', 'en')]
  const told = async (locale: string) =>
    (await json<{ items: object[] }>(owner.request('POST', '/kb/links/check', { addresses: [`/kb/${locale}/${german.slug}/`] }))).items
      .length
  const publish = ({ id }: Made) => json(owner.request('POST', `/kb/articles/${id}/publish`, { version: 1 }))
  expect([german.slug, await told('de'), await told('en')]).toEqual([english.slug, 1, 1])
  await publish(english)
  expect([await told('de'), await told('en'), await told('fr')]).toEqual([0, 0, 0])
  const addresses = ['/kb/en/%00', '/kb/en/nowhere', '/kb/en/%E0%A4%A']
  expect(await json(owner.request('POST', '/kb/links/check', { addresses }))).toEqual({
    items: [{ address: '/kb/en/nowhere', title: null }],
  })
})
