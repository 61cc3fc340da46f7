import { expect, it } from 'vitest'
import { newId } from '../../core/id'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../../testing/factories'

openTestDatabase()

it('carries no list of people, however many there are: whom a ticket can go to is asked apart', async () => {
  const tenant = await makeTenant('many-people')
  const agent = await makePerson(tenant, 'agent')
  const { id } = await makeTicket(tenant)
  const page = async () => {
    const text = await (await agent.request('GET', `/ticket/${id}/page`)).text()
    expect(text).toContain(id)
    return text.length
  }
  const few = await page()
  await inWork(tenant, async ({ tx }) => {
    const person = { tenantId: tenant.ref.id, role: 'agent' as const }
    const many = Array.from({ length: 300 }, (_, n) => ({ ...person, id: newId(), name: `Agent ${n}`, email: `many${n}@example.com` }))
    const gone = { ...person, id: newId(), name: 'Gone', email: 'gone@example.com', status: 'suspended' as const }
    const asker = { ...person, id: newId(), name: 'Asker', email: 'asker@example.com', role: 'customer' as const }
    await tx.person.createMany({ data: [...many, gone, asker] })
  })
  expect(await page()).toBe(few)
  const answer = await agent.request('GET', '/ticket/choices')
  const { people, departments } = (await answer.json()) as Record<'people' | 'departments', { id: string; name: string }[]>
  expect(people).toHaveLength(301)
  expect(Object.keys(people[0] ?? {}).sort()).toEqual(['id', 'name'])
  expect(people.map(({ name }) => name)).toEqual(expect.arrayContaining([agent.name, 'Agent 299']))
  expect(people.some(({ name }) => name === 'Gone' || name === 'Asker')).toBe(false)
  expect(departments.length).toBeGreaterThan(0)
  const customer = await makePerson(tenant, 'customer')
  expect((await customer.request('GET', '/ticket/choices')).status).toBe(403)
})
