import { beforeAll, describe, expect, it } from 'vitest'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { handleRest, handleRpc } from './rest'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
let id: string
beforeAll(async () => {
  tenant = await makeTenant('rest')
  owner = await makePerson(tenant, 'owner')
  id = (await makeTicket(tenant, { title: '=HYPERLINK("http://evil")', name: 'A, "B"' })).id
})

describe('fields', () => {
  it('are those asked for, of one and of each in a list', async () => {
    const one = await owner.request('GET', `/ticket/${id}?fields=number,requester.name,nothing`)
    expect(await one.json()).toEqual({ number: 'REST-1', requester: { name: 'A, "B"' } })
    const list = await owner.request('GET', '/ticket?fields=id&limit=1')
    expect(await list.json()).toMatchObject({ items: [{ id }], nextCursor: null })
  })

  it.each(['', 'a,,b', 'a b', '__proto__', 'a.', '1'])('that are none are refused: %j', async (fields) => {
    const answer = await owner.request('GET', `/ticket/${id}?fields=${encodeURIComponent(fields)}`)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })
})

describe('versions', () => {
  it('are the tag of what was read, and what a change is made at', async () => {
    const read = await owner.request('GET', `/ticket/${id}`)
    const tag = read.headers.get('etag') as string
    expect(tag).toMatch(/^"1\.[\w-]+"$/)
    const again = await owner.request('GET', `/ticket/${id}`, undefined, { 'if-none-match': tag })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
    const change = (match: string) => owner.request('PUT', `/ticket/${id}/priority`, { priority: 'high' }, { 'if-match': match })
    const changed = await change(tag)
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).toMatch(/^"2\.[\w-]+"$/)
    expect((await owner.request('PUT', `/ticket/${id}/priority`, { priority: 'low' }, { 'if-match': tag })).status).toBe(409)
    expect((await change('nonsense')).status).toBe(422)
    for (const body of ['{', '[]', '"x"'])
      expect([400, 422]).toContain((await owner.request('PUT', `/ticket/${id}/priority`, body, { 'if-match': tag })).status)
    expect((await owner.request('DELETE', `/ticket/${id}`, undefined, { 'if-match': tag })).status).toBe(409)
    // As it was before a version had a digest beside it.
    expect((await change('"2"')).status).toBe(200)
  })

  it('are not all that the tag stands for: what changes without a version is news', async () => {
    const read = async (tag?: string) => owner.request('GET', `/ticket/${id}`, undefined, tag ? { 'if-none-match': tag } : {})
    const tag = (await read()).headers.get('etag') as string
    expect((await read(tag)).status).toBe(304)
    await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data: { firstResponseAt: new Date('2026-01-01T00:00:00Z') } }))
    const changed = await read(tag)
    expect(changed.status).toBe(200)
    await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { tickets: { some: { id } } }, data: { name: 'Ada' } }))
    expect((await read(changed.headers.get('etag') as string)).status).toBe(200)
  })
})

it('an export is a table in which nothing runs', async () => {
  const answer = await owner.request('GET', '/ticket/export?view=all')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-disposition')).toContain('tickets.csv')
  const text = await answer.text()
  expect(text.split('\r\n')[0]).toMatch(/^\ufeff?Number,Subject,Status/)
  expect(text).toContain(`REST-1,"'=HYPERLINK(""http://evil"")",`)
  expect(text).toContain(',High,')
  const other = await owner.request('GET', '/ticket/export?view=all', undefined, { 'accept-language': 'en-XA' })
  expect(await other.text()).toContain('[Ĥíĝĥ')
  expect((await (await makePerson(tenant, 'agent')).request('GET', '/ticket/export')).status).toBe(403)
  expect((await owner.request('GET', '/ticket/export?q=(')).status).toBe(422)
})

describe('a body', () => {
  const send = (path: string, text: string, headers: Record<string, string> = {}) =>
    handleRest(
      new Request(`http://${hostOf(tenant)}/api/v1${path}`, {
        method: 'POST',
        headers: { host: hostOf(tenant), 'content-type': 'application/json', ...headers },
        body: text,
      }),
    )

  it.each([
    ['nested deeply', '['.repeat(900_000)],
    ['nested deeply in an object', `{"title":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}}`],
    ['of very many keys', JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, 0])))],
  ])('that is %s is refused with a word, before anything is asked of it', async (_, text) => {
    for (const match of ['*', '"1"']) {
      const answer = await send('/public/tickets', text, { 'if-match': match })
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ code: 'INVALID', fields: { '': [expect.stringContaining('too many parts')] } })
    }
    const host = hostOf(tenant)
    const headers = { host, 'content-type': 'application/json' }
    const rpc = await handleRpc(new Request(`http://${host}/api/rpc/tickets/createPublic`, { method: 'POST', headers, body: text }))
    expect(rpc.status).toBe(422)
    expect(await rpc.json()).toMatchObject({ json: { code: 'INVALID', status: 422 } })
  })

  it('that does not end is read up to the limit', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(Buffer.alloc(1024 * 1024, '"'))
      },
    })
    const host = hostOf(tenant)
    const headers = { host, 'content-type': 'application/json', 'if-match': '"1"' }
    const endless = new Request(`http://${host}/api/v1/public/tickets`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
    expect((await handleRest(endless)).status).toBe(413)
    expect(pulled).toBeLessThan(6)
  })

  it('that is long costs a token before it is read', async () => {
    forgetRateLimits()
    const headers = { 'content-length': '100000', 'x-forwarded-for': '198.51.100.7' }
    const statuses: number[] = []
    // Tokens come back while this goes on.
    while (statuses.at(-1) !== 429 && statuses.length < 2000) statuses.push((await send('/ticket', '{}', headers)).status)
    expect(statuses.indexOf(429)).toBeGreaterThanOrEqual(120)
    expect((await send('/ticket', '{}', { ...headers, 'x-forwarded-for': '198.51.100.8' })).status).not.toBe(429)
    // What is longer than its procedure takes costs nothing: it is not read.
    expect((await send('/nothing', '{}', headers)).status).toBe(413)
    forgetRateLimits()
  })
})
