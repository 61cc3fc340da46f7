import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { withOwner } from '../../db/owner'
import { withPlatform, withTenant } from '../../db/scope'
import { storeFile } from '../../files/attachments'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { indexMissing } from '../../search/search-index'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'
import { filterHelp } from '../ticket/attribute-names'
import { askable } from '../ticket/filter'

openTestDatabase()

let tenant: ResolvedTenant
let other: ResolvedTenant
let agent: TestPerson
let outsider: TestPerson
let moderator: TestPerson
let customer: TestPerson
const ids: Record<string, string> = {}

interface Page {
  items: { id: string; title: string }[]
  nextCursor: string | null
  corrections?: { from: string; to: string }[]
  excerpts?: Record<string, string>
}
const list = async (who: TestPerson, query: Record<string, string | number>): Promise<Page> => {
  const answer = await who.request('GET', `/ticket?${new URLSearchParams(query as Record<string, string>)}`)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return answer.json() as Promise<Page>
}
const titles = async (who: TestPerson, q: string) => (await list(who, { q })).items.map(({ title }) => title).sort()
const problem = async (who: TestPerson, q: string) => {
  const answer = await who.request('GET', `/ticket?${new URLSearchParams({ q })}`)
  expect(answer.status).toBe(422)
  return ((await answer.json()) as { fields: Record<string, string[]> }).fields.q?.[0]
}

beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('views')
  other = await makeTenant('elsewhere')
  agent = await makePerson(tenant, 'agent')
  outsider = await makePerson(tenant, 'agent')
  moderator = await makePerson(tenant, 'moderator')
  customer = await makePerson(tenant, 'customer')
  await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
  const add = async (name: string, given: Parameters<typeof makeTicket>[1] & { body?: string }) => {
    ids[name] = (await makeTicket(tenant, given)).id
    if (given.body) await agent.request('POST', `/ticket/${ids[name]}/comments`, { body: given.body })
  }
  await add('printer', { title: 'Printer on fire', name: 'Amina Wanjiru', email: 'amina@example.com' })
  await add('invoice', { title: 'Wrong invoice', body: 'We refunded the duplicate charge of order 20418 yesterday.' })
  await add('cafe', { title: 'Café au lait machine', name: 'Jörg Müller' })
  await add('japanese', { title: '請求書が届かない' })
  ids.mine = (
    (await (await customer.request('POST', '/ticket', { title: 'Mine alone', description: 'Zebra crossing' })).json()) as { id: string }
  ).id
  await agent.request('POST', `/ticket/${ids.mine}/comments`, { body: 'Hippopotamus suspected', isInternal: true })
  await agent.request('PUT', `/ticket/${ids.printer}/tags`, { tags: ['hot'], version: 1 })
  await agent.request('PUT', `/ticket/${ids.printer}/priority`, { priority: 'urgent', version: 2 })
  await agent.request('POST', `/ticket/${ids.cafe}/assign`, { assigneeId: agent.id, version: 1 })
  await makeTicket(other, { title: 'Printer of others' })
  await drainBackground()
})

describe('a search', () => {
  it.each([
    ['printer', ['Printer on fire']],
    ['PRINT', ['Printer on fire']],
    ['fire printer', ['Printer on fire']],
    ['"on fire"', ['Printer on fire']],
    ['"fire on"', []],
    ['cafe', ['Café au lait machine']],
    ['amina', ['Printer on fire']],
    ['amina@example.com', ['Printer on fire']],
    ['muller', ['Café au lait machine']],
    ['duplicate charge', ['Wrong invoice']],
    ['20418', ['Wrong invoice']],
    ['請求書', ['請求書が届かない']],
    ['hippopotamus', ['Mine alone']],
    ['hot', ['Printer on fire']],
    ['invoice OR printer', ['Printer on fire', 'Wrong invoice']],
    ['-printer -invoice -machine -請求書', ['Mine alone']],
    ['nothing-like-this-anywhere', []],
    ['?!', ['Café au lait machine', 'Mine alone', 'Printer on fire', 'Wrong invoice', '請求書が届かない']],
    ['status:open tag:hot', ['Printer on fire']],
    ['tag:none printer', []],
    ['priority:>medium', ['Printer on fire']],
    ['priority:<=medium machine', ['Café au lait machine']],
    ['assignee:me', ['Café au lait machine']],
    ['assignee:none,me', ['Café au lait machine', 'Mine alone', 'Printer on fire', '請求書が届かない', 'Wrong invoice'].sort()],
    ['requester:amina@example.com', ['Printer on fire']],
    ['requester:jörg', ['Café au lait machine']],
    ['title:wrong', ['Wrong invoice']],
    ['title:refunded', []],
    ['note:hippopotamus', ['Mine alone']],
    ['is:unread', []],
    ['created:today printer', ['Printer on fire']],
    ['created:<today', []],
    ['created:>1h printer', ['Printer on fire']],
    ['created:2001-01', []],
    ['due:none printer', ['Printer on fire']],
    ['type:none printer', ['Printer on fire']],
    ['source:customer_portal', ['Mine alone']],
    ['number:1', ['Printer on fire']],
  ])('for %s', async (q, expected) => {
    expect(await titles(agent, q)).toEqual(expected)
  })

  it('by number finds the ticket, with the prefix or without', async () => {
    const number = ((await (await agent.request('GET', `/ticket/${ids.invoice}`)).json()) as { number: string }).number
    expect(await titles(agent, number)).toEqual(['Wrong invoice'])
  })

  it('forgives a slip of the pen, and says so', async () => {
    for (const [typed, meant] of [
      ['prinetr', 'printer'],
      ['pinter', 'printer'],
      ['hippopotomus', 'hippopotamus'],
      ['invioce', 'invoice'],
    ]) {
      const page = await list(agent, { q: typed as string })
      expect(page.items, typed).toHaveLength(1)
      expect(page.corrections).toEqual([{ from: typed, to: meant }])
    }
    expect((await list(agent, { q: '"prinetr"' })).items).toEqual([])
    expect((await list(agent, { q: 'printer' })).corrections).toEqual([])
  })

  it('suggests no word that stands only where the asker may not look', async () => {
    expect((await list(agent, { q: 'hippopotomus' })).corrections).toHaveLength(1)
    for (const who of [outsider, customer]) {
      const page = await list(who, { q: 'hippopotomus' })
      expect([page.items, page.corrections]).toEqual([[], []])
    }
  })

  it('takes signs that no text has as nothing', async () => {
    for (const q of ['\u0000', 'printer\u0000', '\ud800'])
      expect([200, 422]).toContain((await agent.request('GET', `/ticket?q=${encodeURIComponent(q.toWellFormed())}`)).status)
    expect((await agent.request('GET', '/ticket?q=%00printer')).status).toBeLessThan(500)
    expect((await agent.request('GET', `/ticket?cursor=${'x'.repeat(201)}`)).status).toBe(422)
  })

  it('shows where in the messages the words stand', async () => {
    const { excerpts, items } = await list(agent, { q: 'duplicate' })
    expect(excerpts?.[items[0]?.id as string]).toContain('duplicate charge of order 20418')
  })

  it.each([
    ['lukasz', 'Łukasz'],
    ['محمد', 'مُحَمَّد'],
    ['strasse', 'Straße'],
  ])('shows where they stand also in other letters: %s', async (q, word) => {
    await agent.request('POST', `/ticket/${ids.japanese}/comments`, {
      body: `${'Long before that. '.repeat(20)} We wrote to ${word} about it.`,
    })
    await drainBackground()
    const { excerpts } = await list(agent, { q })
    expect(excerpts?.[ids.japanese as string]).toContain(`We wrote to ${word} about`)
  })

  it('finds only what the asker may see', async () => {
    expect(await titles(outsider, 'printer')).toEqual([])
    expect(await titles(outsider, '')).toEqual([])
    expect(await titles(customer, 'zebra')).toEqual(['Mine alone'])
    expect(await titles(customer, 'printer')).toEqual([])
    expect(await titles(customer, 'hippopotamus')).toEqual([])
    expect(await titles(moderator, 'printer')).toEqual(['Printer on fire'])
  })

  it('finds a ticket by the names of its files; customers by those of files they see', async () => {
    const attach = async (who: TestPerson, name: string, isInternal: boolean) => {
      const file = { name, bytes: Buffer.from('x'), contentType: 'text/plain' }
      const { id } = await inWork(tenant, (work) => storeFile(work, file, { personId: who.id }))
      const message = { body: 'See the file.', attachmentIds: [id], isInternal }
      expect((await who.request('POST', `/ticket/${ids.mine}/comments`, message)).status).toBe(201)
    }
    await attach(customer, 'Kilimanjaro_budget-2026.txt', false)
    await attach(agent, 'Serengeti suspicion.txt', true)
    await drainBackground()
    for (const q of ['kilimanjaro', 'budget-2026', 'serengeti']) expect(await titles(agent, q), q).toEqual(['Mine alone'])
    expect(await titles(customer, 'kilimanjaro')).toEqual(['Mine alone'])
    expect(await titles(customer, 'serengeti')).toEqual([])
    expect((await list(customer, { q: 'serengetti' })).corrections).toEqual([])
  })

  it('tells customers nothing of what staff sort by', async () => {
    for (const q of ['tag:hot', 'note:hippo', 'assignee:none', 'is:unread', 'department:support'])
      expect(await problem(customer, q)).toMatch(/There is no field/)
  })

  it.each([
    ['asignee:me', 'Did you mean “assignee”?'],
    ['status:hodl', '“status” can be'],
    ['assignee:nobody-we-know', 'There is no person called “nobody-we-know”'],
    ['priority:high..low', 'has no ranges'],
    ['tag:>vip', 'cannot be compared'],
    ['created:someday', 'takes a day'],
    ['created:2026-02-30', 'takes a day'],
    ['created:7d', 'before or after'],
    ['number:twelve', 'takes a ticket number'],
    ['is:purple', '“is” can be'],
    ['(printer', 'never closed'],
    ['constructor:x', 'There is no field'],
    ['__proto__:x', 'There is no field'],
    ['created:0000-01-01', 'takes a day'],
    ['created:>99999-01-01', 'takes a day'],
    ['a b c d e f g h i j k l m', 'at most 12 words'],
  ])('that cannot be understood says why: %s', async (q, says) => {
    expect(await problem(agent, q)).toContain(says)
  })

  it('asks the index for nothing of another workspace, whoever calls its function', async () => {
    const found = await withTenant(
      other.ref,
      (tx) => tx.$queryRaw<{ ids: string[] }[]>`
      SELECT search_tickets(${`'${tenant.ref.id.slice(-8)}:printer':*`}::tsquery, 10)::text[] AS ids`,
    )
    expect(found[0]?.ids).toEqual([])
  })

  it('finds tickets that were loaded without telling anybody, after the next sweep', async () => {
    await inWork(tenant, ({ tx }) => tx.ticketSearch.deleteMany({ where: { ticketId: ids.cafe as string } }))
    expect(await titles(agent, 'cafe')).toEqual([])
    expect(await indexMissing(tenant.ref)).toBe(1)
    expect(await titles(agent, 'cafe')).toEqual(['Café au lait machine'])
  })
})

it('the help tells of every field, with an example that is understood', async () => {
  expect(filterHelp.map(({ name }) => name).sort()).toEqual([...askable, 'field'].sort())
  for (const { example } of filterHelp.filter(({ name }) => name !== 'category')) await titles(moderator, example)
})

describe('a list', () => {
  it.each(['-updated', 'updated', '-created', 'created', 'priority', '-priority', 'due', '-due'])(
    'sorted by %s is whole, page by page',
    async (sort) => {
      await inWork(tenant, ({ tx, now }) =>
        tx.ticket.updateMany({ where: { id: { in: [ids.printer as string, ids.cafe as string] } }, data: { dueAt: now } }),
      )
      const whole = (await list(moderator, { sort, limit: 200 })).items.map(({ id }) => id)
      expect(whole.length).toBeGreaterThanOrEqual(5)
      const paged: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: Page = await list(moderator, { sort, limit: 2, ...(cursor ? { cursor } : {}) })
        paged.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(paged).toEqual(whole)
      expect((await list(moderator, { sort, limit: 2, offset: 2 })).items.map(({ id }) => id)).toEqual(whole.slice(2, 4))
    },
  )

  it('takes no cursor of another order, nor a made-up one', async () => {
    const { nextCursor } = await list(moderator, { sort: 'due', limit: 1 })
    for (const cursor of [nextCursor as string, 'x', Buffer.from('["-updated","now",1]').toString('base64url')])
      expect((await moderator.request('GET', `/ticket?cursor=${cursor}`)).status).toBe(422)
  })

  it('is not sorted for customers by what they are not told', async () => {
    expect((await customer.request('GET', '/ticket?sort=due')).status).toBe(422)
    expect((await agent.request('GET', '/ticket?sort=due')).status).toBe(200)
  })

  it('has a ticket again that was archived and answered by its requester', async () => {
    const { id } = (await (await customer.request('POST', '/ticket', { title: 'Shelved', description: 'x' })).json()) as { id: string }
    expect((await moderator.request('PUT', `/ticket/${id}/archive`, { isArchived: true, version: 1 })).status).toBe(200)
    const archived = async () =>
      ((await (await moderator.request('GET', `/ticket/${id}`)).json()) as { archivedAt: string | null }).archivedAt
    expect(await archived()).not.toBeNull()
    await moderator.request('POST', `/ticket/${id}/comments`, { body: 'Ours changes nothing' })
    expect(await archived()).not.toBeNull()
    await customer.request('POST', `/ticket/${id}/comments`, { body: 'Wait' })
    expect(await archived()).toBeNull()
  })

  it('leaves the archive out, unless it is asked for or searched', async () => {
    const { id } = await makeTicket(tenant, { title: 'Put away long ago' })
    await drainBackground()
    expect((await agent.request('PUT', `/ticket/${id}/archive`, { isArchived: true, version: 1 })).status).toBe(200)
    expect((await list(agent, {})).items.map((ticket) => ticket.id)).not.toContain(id)
    expect((await list(agent, { q: 'is:archived' })).items.map((ticket) => ticket.id)).toEqual([id])
    expect(await titles(agent, 'away')).toEqual(['Put away long ago'])
    expect((await agent.request('PUT', `/ticket/${id}/archive`, { isArchived: false, version: 2 })).status).toBe(200)
    expect((await list(agent, {})).items.map((ticket) => ticket.id)).toContain(id)
  })
})

describe('a saved view', () => {
  const save = (who: TestPerson, view: object) => who.request('POST', '/views', view)
  const made = async (who: TestPerson, view: object) => (await (await save(who, view)).json()) as { id: string; version: number }

  it('lists what its filter says, in its order, and is counted', async () => {
    const { id } = await made(agent, { name: 'Hot', filter: 'tag:hot', sort: 'created' })
    expect((await list(agent, { view: id })).items.map(({ title }) => title)).toEqual(['Printer on fire'])
    expect((await list(agent, { view: id, q: 'status:done' })).items).toEqual([])
    const counts = (await (await agent.request('GET', '/ticket/counts')).json()) as { mine: number; views: Record<string, number> }
    expect(counts.views[id]).toBe(1)
    expect(counts.mine).toBe(1)
  })

  it('is its maker’s alone until it is shared by who may', async () => {
    const { id, version } = await made(agent, { name: 'Private', filter: 'is:mine' })
    expect((await moderator.request('GET', `/ticket?view=${id}`)).status).toBe(404)
    expect((await moderator.request('PUT', `/views/${id}`, { name: 'Stolen', version })).status).toBe(404)
    expect((await save(agent, { name: 'For all', scope: 'desk' })).status).toBe(403)
    const shared = await made(moderator, { name: 'For all', scope: 'desk', filter: 'status:open' })
    expect((await list(agent, { view: shared.id })).items.length).toBeGreaterThan(0)
    expect((await agent.request('DELETE', `/views/${shared.id}`)).status).toBe(403)
    const department = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))
    const ours = await made(moderator, { name: 'Ours', scope: 'department', departmentId: department.id, filter: '' })
    expect((await list(agent, { view: ours.id })).items.length).toBeGreaterThan(0)
    expect((await outsider.request('GET', `/ticket?view=${ours.id}`)).status).toBe(404)
  })

  it('is in the list of whoever sees it, and says whether it is theirs to change', async () => {
    const named = async (who: TestPerson) =>
      ((await (await who.request('GET', '/views')).json()) as { items: { name: string; isOwn: boolean }[] }).items
        .filter(({ name }) => name.startsWith('Listed'))
        .map(({ name, isOwn }) => [name, isOwn])
    for (const body of [{ name: 'Listed for me' }, { name: 'Listed for all', scope: 'desk' }])
      expect((await moderator.request('POST', '/views', { filter: 'is:open', ...body })).status).toBe(201)
    expect((await named(moderator)).sort()).toEqual([
      ['Listed for all', true],
      ['Listed for me', true],
    ])
    expect(await named(agent)).toEqual([['Listed for all', false]])
    expect((await customer.request('GET', '/views')).status).toBe(403)
  })

  it('shows a reader nothing but what they may see', async () => {
    const everything = await made(moderator, { name: 'Everything', scope: 'desk', filter: '' })
    expect((await list(outsider, { view: everything.id })).items).toEqual([])
  })

  it('that says nothing sensible is not saved, and one that no longer does is not counted', async () => {
    expect((await save(agent, { name: 'Bad', filter: 'tag:a,' })).status).toBe(422)
    expect((await save(agent, { name: 'Bad', filter: 'nofield:1' })).status).toBe(422)
    expect((await save(agent, { name: 'Bad', scope: 'department' })).status).toBe(403)
    const { id } = await made(agent, { name: 'Broken', filter: '' })
    await inWork(tenant, ({ tx }) => tx.view.updateMany({ where: { id }, data: { filter: 'nofield:1' } }))
    const counts = (await (await agent.request('GET', '/ticket/counts')).json()) as { views: Record<string, number | null> }
    expect(counts.views[id]).toBeNull()
    expect((await agent.request('GET', `/ticket?view=${id}`)).status).toBe(422)
  })

  it('keeps the names of who has left', async () => {
    const leaver = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx, now }) => tx.person.updateMany({ where: { id: leaver.id }, data: { deletedAt: now } }))
    expect((await list(agent, { q: `assignee:"${leaver.name}"` })).items).toEqual([])
  })

  it('is changed at the version that was read', async () => {
    const { id, version } = await made(agent, { name: 'Twice', filter: '' })
    expect((await agent.request('PUT', `/views/${id}`, { name: 'Once', filter: '', version })).status).toBe(200)
    expect((await agent.request('PUT', `/views/${id}`, { name: 'Again', filter: '', version })).status).toBe(409)
    expect((await agent.request('DELETE', `/views/${id}`)).status).toBe(200)
    expect((await agent.request('GET', `/ticket?view=${id}`)).status).toBe(404)
  })
})

describe('many at once', () => {
  interface Bulk {
    id: string
    status: string
    total: number
    done: number
    failed: number
    undone: number
    kept: number
    problems: { number: string; error: string }[]
  }
  const start = (who: TestPerson, body: object) => who.request('POST', '/ticket/bulk', body)
  const run = async (who: TestPerson, body: object): Promise<Bulk> => {
    const answer = await start(who, body)
    expect(answer.status, await answer.clone().text()).toBe(202)
    const { id } = (await answer.json()) as Bulk
    await runWaiting()
    return (await (await who.request('GET', `/ticket/bulk/${id}`)).json()) as Bulk
  }
  const runWaiting = async () => {
    await drainBackground()
    const where = { tenantId: tenant.ref.id, name: 'tickets.bulk', status: 'queued' as const }
    for (const { id } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(id)
  }
  const read = async (id: string) =>
    (await (await moderator.request('GET', `/ticket/${id}`)).json()) as {
      version: number
      status: string
      priority: string
      tags: string[]
      assignee: { id: string } | null
    }
  const undo = async (who: TestPerson, id: string) => {
    expect((await who.request('POST', `/ticket/bulk/${id}/undo`)).status).toBe(200)
    await runWaiting()
    return (await (await who.request('GET', `/ticket/bulk/${id}`)).json()) as Bulk
  }
  const three = async () => [(await makeTicket(tenant)).id, (await makeTicket(tenant)).id, (await makeTicket(tenant)).id] as const

  it.each([
    [{ kind: 'priority', priority: 'high' }, { priority: 'high' }],
    [{ kind: 'status', status: 'resolved' }, { status: 'resolved' }],
    [{ kind: 'tags', add: ['batch'] }, { tags: ['batch'] }],
  ])('%j is made, and taken back', async (change, expected) => {
    const chosen = await three()
    const before = await Promise.all(chosen.map(read))
    const bulk = await run(agent, { ids: chosen, change })
    expect(bulk).toMatchObject({ status: 'done', total: 3, done: 3, failed: 0 })
    for (const id of chosen) expect(await read(id)).toMatchObject(expected)
    expect(await undo(agent, bulk.id)).toMatchObject({ status: 'undone', undone: 3, kept: 0 })
    for (const [n, id] of chosen.entries()) {
      const { status, priority, tags, assignee } = before[n] as Awaited<ReturnType<typeof read>>
      expect(await read(id)).toMatchObject({ status, priority, tags, assignee })
    }
  })

  it('assigns, removes and restores', async () => {
    const chosen = await three()
    const assigned = await run(moderator, { ids: chosen, change: { kind: 'assign', assigneeId: agent.id } })
    expect(assigned.done).toBe(3)
    expect(await read(chosen[0])).toMatchObject({ status: 'assigned', assignee: { id: agent.id } })
    expect((await undo(moderator, assigned.id)).undone).toBe(3)
    expect(await read(chosen[0])).toMatchObject({ status: 'created', assignee: null })
    const removed = await run(moderator, { ids: chosen, change: { kind: 'delete' } })
    expect(removed.done).toBe(3)
    expect((await moderator.request('GET', `/ticket/${chosen[0]}`)).status).toBe(404)
    expect((await undo(moderator, removed.id)).undone).toBe(3)
    expect((await moderator.request('GET', `/ticket/${chosen[0]}`)).status).toBe(200)
  })

  it('gives back the category a bulk action took, and refuses what the changer may not do at all', async () => {
    const departmentId = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id
    const owner = await makePerson(tenant, 'owner')
    const made = await owner.request('POST', '/categories', { departmentId, name: 'Before' })
    const { id: categoryId } = (await made.json()) as { id: string }
    const chosen = await three()
    const { version } = await read(chosen[0])
    expect((await agent.request('PATCH', `/ticket/${chosen[0]}`, { categoryId, version })).status).toBe(200)
    const elsewhere = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
    const bulk = await run(moderator, { ids: chosen, change: { kind: 'department', departmentId: elsewhere.id } })
    expect(bulk.done).toBe(3)
    expect((await undo(moderator, bulk.id)).undone).toBe(3)
    const back = (await (await moderator.request('GET', `/ticket/${chosen[0]}`)).json()) as {
      category: { id: string }
      department: { id: string }
    }
    expect(back).toMatchObject({ category: { id: categoryId }, department: { id: departmentId } })
    expect((await start(agent, { ids: chosen, change: { kind: 'delete' } })).status).toBe(403)
    // The category goes while it is in use: the ticket is not held up by it.
    expect((await owner.request('DELETE', `/categories/${categoryId}`)).status).toBe(200)
    const left = (await (await moderator.request('GET', `/ticket/${chosen[0]}`)).json()) as { version: number }
    expect((await agent.request('PUT', `/ticket/${chosen[0]}/priority`, { priority: 'high', version: left.version })).status).toBe(200)
    expect((await agent.request('PATCH', `/ticket/${chosen[0]}`, { categoryId: null, version: left.version + 1 })).status).toBe(200)
    expect((await agent.request('PATCH', `/ticket/${chosen[1]}`, { categoryId, version: (await read(chosen[1])).version })).status).toBe(
      422,
    )
  })

  it('lives on when its assignee is gone', async () => {
    const leaver = await makePerson(tenant, 'agent')
    const owner = await makePerson(tenant, 'owner')
    const [id] = await three()
    await agent.request('POST', `/ticket/${id}/assign`, { assigneeId: leaver.id, version: (await read(id)).version })
    expect((await owner.request('DELETE', `/users/${leaver.id}`)).status).toBe(200)
    expect((await start(agent, { ids: [id], change: { kind: 'assign', assigneeId: leaver.id } })).status).not.toBe(500)
    expect((await agent.request('POST', `/ticket/${id}/comments`, { body: 'Someone else answers' })).status).toBe(201)
    const { version } = await read(id)
    expect((await agent.request('POST', `/ticket/${id}/assign`, { assigneeId: leaver.id, version })).status).toBe(422)
    expect((await agent.request('POST', `/ticket/${id}/assign`, { assigneeId: agent.id, version })).status).toBe(200)
    expect((await read(id)).assignee?.id).toBe(agent.id)
  })

  it('leaves alone what someone has changed since, when it is taken back', async () => {
    const chosen = await three()
    const bulk = await run(agent, { ids: chosen, change: { kind: 'priority', priority: 'urgent' } })
    const touched = await read(chosen[1])
    await moderator.request('PUT', `/ticket/${chosen[1]}/priority`, { priority: 'low', version: touched.version })
    expect(await undo(agent, bulk.id)).toMatchObject({ undone: 2, kept: 1 })
    expect((await read(chosen[1])).priority).toBe('low')
    expect((await read(chosen[0])).priority).toBe('medium')
  })

  it('says which could not be changed, and changes the others', async () => {
    const chosen = await three()
    const first = await read(chosen[0])
    await agent.request('PUT', `/ticket/${chosen[0]}/status`, { status: 'rejected', reason: 'Spam', version: first.version })
    const bulk = await run(agent, { ids: chosen, change: { kind: 'status', status: 'in_progress' } })
    expect(bulk).toMatchObject({ done: 2, failed: 1 })
    expect(bulk.problems[0]?.error).toContain('“Rejected” can’t be changed to “In progress”')
  })

  it('takes all of a view', async () => {
    const chosen = await three()
    await run(agent, { ids: chosen, change: { kind: 'tags', add: ['sweep'] } })
    const bulk = await run(agent, { all: { view: 'open', q: 'tag:sweep' }, change: { kind: 'priority', priority: 'low' } })
    expect(bulk.total).toBe(3)
    for (const id of chosen) expect((await read(id)).priority).toBe('low')
  })

  it('is refused for none, for too many, for what one may not see, and to whom it does not belong', async () => {
    const change = { kind: 'priority', priority: 'low' }
    expect((await start(agent, { ids: [], change })).status).toBe(422)
    expect((await start(agent, { change })).status).toBe(422)
    expect((await start(agent, { ids: Array.from({ length: 1001 }, newId), change })).status).toBe(422)
    expect((await start(outsider, { ids: [ids.printer], change })).status).toBe(404)
    expect((await start(agent, { ids: [ids.printer], change: { kind: 'explode' } })).status).toBe(422)
    expect((await start(customer, { ids: [ids.mine], change })).status).toBe(403)
    const chosen = await three()
    const bulk = await run(agent, { ids: chosen, change })
    expect((await moderator.request('GET', `/ticket/bulk/${bulk.id}`)).status).toBe(404)
    expect((await moderator.request('POST', `/ticket/bulk/${bulk.id}/undo`)).status).toBe(404)
    expect((await start(agent, { ids: chosen, change: { kind: 'delete' } })).status).toBe(403)
  })
})
