import { beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

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
