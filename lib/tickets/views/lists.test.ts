import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { makePerson, makeTenant, makeTicket, type TestPerson } from '../../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('lists')
  owner = await makePerson(tenant, 'owner')
  for (let n = 0; n < 25; n++) await makeTicket(tenant, { title: n % 5 === 0 ? `50% off_${n}` : `Plain ${n}` })
})

interface Page {
  items: { id: string; number: string; title: string }[]
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
