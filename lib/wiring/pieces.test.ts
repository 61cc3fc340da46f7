// What concerns much at once is done in pieces, between which others have the database.
import { beforeAll, expect, it } from 'vitest'
import { newId } from '../core/id'
import type { ResolvedTenant } from '../tenancy/resolve'
import { unitsDuring } from '../testing/beside'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('much')
  admin = await makePerson(tenant, 'admin')
})

/** A contact with so many tickets. */
async function makeAsker(name: string, count: number, assigneeId: string | null = null): Promise<string> {
  const requesterId = newId()
  const tenantId = tenant.ref.id
  await inWork(tenant, async ({ tx }) => {
    await tx.contact.create({ data: { tenantId, id: requesterId, name } })
    const { id: departmentId } = await tx.department.findFirstOrThrow({ where: { tenantId, isDefault: true } })
    const { _max } = await tx.ticket.aggregate({ where: { tenantId }, _max: { number: true } })
    const first = (_max.number ?? 0) + 1
    const common = { tenantId, title: name, source: 'api' as const, requesterId, departmentId, assigneeId, updatedAt: new Date() }
    await tx.ticket.createMany({ data: Array.from({ length: count }, (_, n) => ({ ...common, id: newId(), number: first + n })) })
  })
  return requesterId
}

it('exports read each page in a unit of work of its own, and lose nothing', async () => {
  const name = (n: number) => `Listed ${n % 7}` // many of one name: the next page begins within them
  const data = Array.from({ length: 3000 }, (_, n) => ({ tenantId: tenant.ref.id, id: newId(), name: name(n) }))
  await inWork(tenant, ({ tx }) => tx.contact.createMany({ data }))
  const contacts = async () => (await (await admin.request('GET', '/contacts/export')).json()) as { csv: string; rows: number }
  const { csv, rows } = await contacts()
  const lines = csv.trimEnd().split('\r\n').slice(1)
  expect([rows, lines.length]).toEqual([3000, 3000])
  expect(Object.values(Object.groupBy(lines, (line) => line)).map((same) => same?.length)).toEqual(
    Object.values(Object.groupBy(data, (each) => each.name)).map((same) => same?.length),
  )
  expect(await unitsDuring(contacts)).toBeGreaterThan(3000 / 250)

  await makeAsker('Exported', 500)
  const tickets = async () => (await admin.request('GET', '/ticket/export')).text()
  expect((await tickets()).trimEnd().split('\r\n')).toHaveLength(501)
  expect(await unitsDuring(tickets)).toBeGreaterThan(500 / 50)
})
