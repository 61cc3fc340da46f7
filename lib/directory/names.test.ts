import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../core/id'
import { isCollision } from '../db/outage'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('named')
  owner = await makePerson(tenant, 'owner')
})

const schedule = { mon: [['09:00', '17:00']], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
const made = async (path: string, body: object) => {
  const answer = await owner.request('POST', path, body)
  const said = (await answer.json()) as { id: string }
  expect(answer.status, JSON.stringify(said)).toBe(201)
  return said.id
}
const targets = async () => [
  {
    metric: 'first_response',
    priority: 'low',
    amount: 60,
    unit: 'minutes',
    calendarId: await made('/calendars', { name: newId(), timezone: 'UTC', schedule, holidays: [] }),
  },
]
/** What has a name of its own, by its table: how it is made, and where. */
const kinds: [table: string, path: string, create: (name: string) => Promise<object>][] = [
  ['department', '/department', async (name) => ({ name })],
  ['category', '/categories', async (name) => ({ name, departmentId: (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id })],
  ['calendar', '/calendars', async (name) => ({ name, timezone: 'UTC', schedule, holidays: [] })],
  ['sla_policy', '/sla', async (name) => ({ name, targets: await targets() })],
] // biome-ignore format: a table

describe.each(kinds)('the name of a %s', (table, path, create) => {
  it('is one among those that are there, in the database too, and one that comes back does not double it', async () => {
    const first = await made(path, await create('Cloves'))
    expect((await owner.request('POST', path, await create('CLOVES'))).status).toBe(422)
    const other = await made(path, await create('Saffron'))
    const rename = inWork(tenant, ({ tx }) => tx.$executeRawUnsafe(`UPDATE ${table} SET name = 'cLoVes' WHERE id = '${other}'::uuid`))
    const refused = await rename.then(
      () => null,
      (error: unknown) => error,
    )
    expect(isCollision(refused)).toBe(true)
    expect((await owner.request('DELETE', `${path}/${first}`)).status).toBe(200)
    const second = await made(path, await create('cloves'))
    expect((await owner.request('POST', `${path}/${first}/restore`)).status).toBe(422)
    expect((await owner.request('DELETE', `${path}/${second}`)).status).toBe(200)
    expect((await owner.request('POST', `${path}/${first}/restore`)).status).toBe(200)
  })
})
