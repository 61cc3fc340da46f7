import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('lists')
  owner = await makePerson(tenant, 'owner')
  for (let n = 0; n < 25; n++) await makeTicket(tenant, { title: n % 5 === 0 ? `50% off_${n}` : `Plain ${n}` })
})

interface Page {
  items: { id: string; number: string; title: string; clocks: { overrun: unknown; pausedAt: unknown }[] }[]
  nextCursor: string | null
}
const list = async (query: string) => {
  const response = await owner.request('GET', `/ticket?${query}`)
  return { status: response.status, ...((await response.json()) as Page) }
}

describe('pages of tickets', () => {
  it('hold every ticket once, also while new ones come in', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Page = await list(`limit=7${cursor ? `&cursor=${cursor}` : ''}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
      if (seen.length === 7) await makeTicket(tenant, { title: 'Late' })
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(25)
  })

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=zzz',
    'cursor=',
    'status=nope',
    'view=nope',
    'assigneeId=1',
    'unknown=1',
    'status[]=a',
  ])('refuse ?%s with a clear error', async (query) => {
    const answer = await owner.request('GET', `/ticket?${query}`)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'INVALID', fields: expect.any(Object) })
  })

  it('understand the names other systems use', async () => {
    expect((await list('status=open')).status).toBe(200)
    expect((await list('priority=P1')).status).toBe(200)
  })

  it('find a number, words in any case, and signs that mean something to SQL', async () => {
    expect((await list('q=LISTS-3')).items.map(({ number }) => number)).toEqual(['LISTS-3'])
    await drainBackground()
    expect((await list(`q=${encodeURIComponent('"pLaIn 7"')}`)).items.map(({ title }) => title)).toEqual(['Plain 7'])
    expect((await list(`q=${encodeURIComponent('"50% off_10"')}`)).items.map(({ title }) => title)).toEqual(['50% off_10'])
    // Signs alone are no words.
    expect((await list('q=%25')).items.length).toBe((await list('')).items.length)
    expect((await list(`q=${encodeURIComponent("'; DROP TABLE ticket; --")}`)).items).toEqual([])
    expect((await list('q=999999999')).items).toEqual([])
    await makeTicket(tenant, { title: 'By address', email: 'Wanted.One@example.net' })
    await drainBackground()
    expect((await list('q=wanted.one%40EXAMPLE')).items.map(({ title }) => title)).toEqual(['By address'])
  })
})

describe("a customer's list of requests", () => {
  it('is narrowed to what is open, waits for them or is over, and is searched by words, whatever signs are in them', async () => {
    const customer = await makePerson(tenant, 'customer')
    const made: Record<string, string> = {}
    for (const title of ['Printer (again)', 'Lamp', 'Chair', 'Door']) {
      const answer = await customer.request('POST', '/ticket', { title, description: 'Please look.' })
      made[title] = ((await answer.json()) as { id: string }).id
    }
    const say = async (who: TestPerson, title: string, isInternal?: true) => {
      const answer = await who.request('POST', `/ticket/${made[title]}/comments`, { body: 'Which one?', isInternal })
      expect(answer.status).toBe(201)
    }
    await say(owner, 'Lamp')
    await say(owner, 'Chair')
    await say(customer, 'Chair')
    await say(owner, 'Chair', true)
    await say(owner, 'Door')
    await drainBackground()
    const lamp = (await (await owner.request('GET', `/ticket/${made.Lamp}`)).json()) as { version: number }
    const held = await owner.request('PUT', `/ticket/${made.Lamp}/status`, { status: 'hold', reason: 'x', version: lamp.version })
    expect(held.status).toBe(200)
    const { version } = (await (await customer.request('GET', `/ticket/${made.Door}`)).json()) as { version: number }
    expect((await customer.request('POST', `/ticket/${made.Door}/close`, { version })).status).toBe(200)
    const own = async (query: string) => {
      const answer = await customer.request('GET', `/ticket/mine?${query}`)
      const { items, waitingIds } = (await answer.json()) as Page & { waitingIds: string[] }
      return { titles: items.map(({ title }) => title).sort(), waits: waitingIds.map((id) => items.find((item) => item.id === id)?.title) }
    }
    expect(await own('')).toEqual({ titles: ['Chair', 'Door', 'Lamp', 'Printer (again)'], waits: ['Lamp'] })
    expect((await own('state=open')).titles).toEqual(['Chair', 'Lamp', 'Printer (again)'])
    expect((await own('state=waiting')).titles).toEqual(['Lamp'])
    expect((await own('state=closed')).titles).toEqual(['Door'])
    expect((await own(`q=${encodeURIComponent('(printer status:open"')}`)).titles).toEqual([])
    expect((await own(`q=${encodeURIComponent('printer (aga')}`)).titles).toEqual(['Printer (again)'])
    expect((await own('q=printer&state=closed')).titles).toEqual([])
    // Shared with nobody: an organisation's list is their own.
    expect((await own('of=organisation')).titles).toHaveLength(4)
  })
})

describe('a ticket in a list, which is written from what the database says as it says it', () => {
  const quotes = 'Says "no" \\ \u2028 and\nÄ 😀 at 10:00+00'
  let everything: string
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await owner.request('POST', '/fields', { name: 'Region', key: 'region', kind: 'text' })
    const target = { priority: 'medium', amount: 1, unit: 'hours' }
    const targets = [
      { metric: 'first_response', ...target },
      { metric: 'resolution', ...target },
    ]
    expect((await owner.request('POST', '/sla', { name: 'All', targets })).status).toBe(201)
    for (let n = 0; n < 4; n++) await makeTicket(tenant)
    everything = (await makeTicket(tenant, { title: quotes })).id
    const categoryOf = `(SELECT id FROM category WHERE tenant_id = t.tenant_id LIMIT 1)`
    await inWork(tenant, async ({ tx }) => {
      await tx.$executeRawUnsafe(
        `UPDATE ticket t SET type = 'incident', category_id = ${categoryOf}, assignee_id = $2::uuid, tags = $3, creator_name = $4, creator_email = 'a@b.example',
           creator_phone = '+254 1', first_opened_at = '1999-12-31 23:59:59.5Z', first_response_at = '2026-02-03 04:05:06Z', due_at = '9999-12-31 00:00:00.01Z',
           archived_at = NULL, status_reason = $4, is_unverified = true, has_new_reply = true, fields = $5::jsonb
         WHERE t.id = $1::uuid`,
        everything,
        owner.id,
        ['a,b', 'c"d', 'null', ''],
        quotes,
        JSON.stringify({ region: quotes, size: 1.5, is: true, many: ['a', 'b'] }),
      )
      // Three states in which time changes a ticket, and clocks that ran over, are paused, or both.
      await tx.$executeRawUnsafe(`WITH counted AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM ticket)
        UPDATE ticket t SET status = CASE n WHEN 1 THEN 'resolved' WHEN 2 THEN 'closed' WHEN 3 THEN 'hold' WHEN 4 THEN 'rejected' ELSE 'created' END::"TicketStatus",
          resolved_at = '2026-11-26 10:00:00.123Z', closed_at = '2026-11-26 11:00Z', held_at = now(), hold_until = now() + interval '1 day',
          merged_into_id = CASE n WHEN 5 THEN '${everything}'::uuid END
        FROM counted WHERE counted.id = t.id AND n < 6`)
      await tx.$executeRawUnsafe(`WITH counted AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM sla_clock)
        UPDATE sla_clock k SET breached_at = CASE WHEN n % 3 > 0 THEN '2026-11-20 09:30:15Z'::timestamptz END, overrun_from = CASE WHEN n % 4 = 0 THEN '2026-11-20 10:00Z'::timestamptz END,
          overrun_until = CASE WHEN n % 3 = 1 THEN '2026-11-24 12:00Z'::timestamptz END, paused_at = CASE WHEN n % 3 = 1 THEN '2026-11-24 12:00:00.25Z'::timestamptz END
        FROM counted WHERE counted.id = k.id`)
    })
  })
  afterAll(() => {
    vi.useRealTimers()
  })

  it('says the same as the ticket itself, for whoever sees all and whoever sees little', async () => {
    const agent = await makePerson(tenant, 'agent')
    const moderator = await makePerson(tenant, 'moderator')
    for (const person of [owner, moderator, agent]) {
      const { items } = (await (await person.request('GET', '/ticket?limit=200')).json()) as Page
      for (const item of items) expect(item).toEqual(await (await person.request('GET', `/ticket/${item.id}`)).json())
      const clocks = items.flatMap((item) => item.clocks)
      expect(clocks.filter(({ overrun }) => overrun).length).toBeGreaterThan(4)
      expect(clocks.filter(({ pausedAt }) => pausedAt).length).toBeGreaterThan(2)
      if (person === owner) expect(items.find(({ id }) => id === everything)).toMatchObject({ title: quotes, creatorName: quotes })
      // The next one asks in another minute, in which clocks say something else.
      vi.setSystemTime(Date.now() + 60_000)
    }
  })

  it('says only the fields that were asked for', async () => {
    const { items } = await list('limit=2&fields=title,requester.name')
    expect(items.map((item) => Object.keys(item))).toEqual([
      ['title', 'requester'],
      ['title', 'requester'],
    ])
  })
})
