import { beforeAll, expect, it } from 'vitest'
import { newId } from '../core/id'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('merged')
  owner = await makePerson(tenant, 'owner')
})

/** A customer who asked something, with the contact they are. */
async function asking(isProven: boolean) {
  const person = await makePerson(tenant, 'customer')
  await person.request('POST', '/ticket', { title: 'Asked', description: 'x' })
  const unproven = { passwordHash: null, emailVerifiedAt: null }
  if (!isProven) await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: person.id }, data: unproven }))
  return { person, contactId: (await inWork(tenant, ({ tx }) => tx.contact.findFirstOrThrow({ where: { personId: person.id } }))).id }
}

const contact = (id: string) => inWork(tenant, ({ tx }) => tx.contact.findFirstOrThrow({ where: { id } }))
const account = (id: string) => inWork(tenant, ({ tx }) => tx.person.findFirstOrThrow({ where: { id } }))
const typesOf = async (id: string) => (await eventsOf(tenant, id)).map(({ type }) => type).filter((type) => /deleted|restored/.test(type))

async function merge(into: string, fromId: string) {
  const answer = await owner.request('POST', `/contacts/${into}/merge`, { fromId })
  expect(answer.status, await answer.text()).toBe(200)
  const { items } = (await (await owner.request('GET', `/contacts/${into}/merges`)).json()) as { items: { id: string }[] }
  return () => owner.request('POST', `/contacts/merges/${items[0]?.id}/undo`)
}

it.each(['into', 'from'])(
  'the unproven account of the contact that is merged (%s) goes as any other, and comes back with the undo',
  async (which) => {
    const [kept, given] = [await asking(true), await asking(false)]
    const { id } = given.person
    await inWork(tenant, ({ tx }) =>
      tx.pushSubscription.create({
        data: {
          tenantId: tenant.ref.id,
          id: newId(),
          personId: id,
          endpoint: `https://push.test/${id}`,
          p256dh: 'x',
          auth: 'x',
          sessionId: given.person.sessionId,
        },
      }),
    )
    const undo = await (which === 'from' ? merge(kept.contactId, given.contactId) : merge(given.contactId, kept.contactId))
    expect((await account(id)).deletedAt).not.toBeNull()
    expect(await typesOf(id)).toEqual(['person.deleted'])
    expect((await given.person.request('GET', '/ticket')).status).toBe(401)
    expect(await inWork(tenant, ({ tx }) => tx.pushSubscription.count({ where: { personId: id } }))).toBe(0)
    const answer = await undo()
    expect(answer.status, await answer.text()).toBe(200)
    expect((await account(id)).deletedAt).toBeNull()
    expect((await contact(given.contactId)).personId).toBe(id)
    expect((await contact(kept.contactId)).personId).toBe(kept.person.id)
    expect(await typesOf(id)).toEqual(['person.deleted', 'person.restored'])
  },
)

it('an account that was made with the address since takes its place', async () => {
  const [kept, given] = [await asking(true), await asking(false)]
  const undo = await merge(kept.contactId, given.contactId)
  const since = await makePerson(tenant, 'customer', { email: given.person.email })
  expect((await undo()).status).toBe(200)
  expect((await contact(given.contactId)).personId).toBe(since.id)
  expect((await account(given.person.id)).deletedAt).not.toBeNull()
})

it('the undo says why the account does not come back when that one is another contact’s', async () => {
  const [kept, given] = [await asking(true), await asking(false)]
  const undo = await merge(kept.contactId, given.contactId)
  const since = await makePerson(tenant, 'customer', { email: given.person.email })
  await inWork(tenant, ({ tx }) => tx.contact.create({ data: { tenantId: tenant.ref.id, id: newId(), name: 'Other', personId: since.id } }))
  const answer = await undo()
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('signed up with the address')])
  expect((await contact(given.contactId)).deletedAt).not.toBeNull()
})
