import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { permissionNames } from '../actor/permissions'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Ids, modelOf, requestOf, sample, sendUndone, type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { exampleOf } from '../testing/examples'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { type DataModel, dataModels, idOfEach } from '../testing/rows'

/** A word that stands only in tickets of a department that is not the readers'. */
const secret = 'zanzibar'

/** Everything that is read. A list that forgets who asks shows the word. */
const reads = targets.filter(({ method, meta, path }) => method === 'GET' && meta.audience !== 'platform' && !path.startsWith('/platform/'))

openTestDatabase()

let tenant: ResolvedTenant
let models: DataModel['models']
let ids: Ids
/** A ticket the agent sees, linked with one they do not. */
let seen: string
const people: Record<string, TestPerson> = {}

beforeAll(async () => {
  tenant = await makeTenant('sealed')
  const tenantId = tenant.ref.id
  for (const role of ['owner', 'customer'] as const) people[role] = await makePerson(tenant, role)
  // Nothing is refused to them for want of a permission, so it is only the tickets that are out of their sight.
  const permissions = [...permissionNames]
  const role = await inWork(tenant, ({ tx }) => tx.role.create({ data: { tenantId, id: newId(), name: 'Everything', permissions } }))
  people.agent = await makePerson(tenant, 'agent', { customRoleId: role.id })
  const other = await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: false } }))
  const given = { departmentId: other.id, title: `The ${secret} affair`, email: 'requester@example.com' }
  const hidden: string[] = []
  for (let n = 0; n < 4; n++) hidden.push((await makeTicket(tenant, given)).id)
  const [open, deleted, archived, merged] = hidden as [string, string, string, string]
  seen = (await makeTicket(tenant, { title: 'Ordinary' })).id
  await drainBackground()
  const clients = await dataModels(tenant)
  models = { ...clients.tenant.models, ...clients.platform.models }
  ids = await idOfEach(tenant)
  expect(ids.Ticket).toBe(open)
  await inWork(tenant, async ({ tx, now }) => {
    const inHidden = { ticketId: { in: hidden } }
    await tx.contact.updateMany({ where: { tickets: { some: { id: open } } }, data: { organisationId: ids.Organisation } })
    await tx.ticketMessage.updateMany({ where: inHidden, data: { bodyText: `About ${secret}.` } })
    await tx.ticket.updateMany({ where: { id: { in: hidden } }, data: { snippet: `About ${secret}.`, tags: [secret] } })
    await tx.ticket.update({ where: { tenantId_id: { tenantId, id: deleted } }, data: { deletedAt: now } })
    await tx.ticket.update({ where: { tenantId_id: { tenantId, id: archived } }, data: { archivedAt: now } })
    await tx.ticket.update({ where: { tenantId_id: { tenantId, id: merged } }, data: { mergedIntoId: seen, status: 'closed' } })
    const dueAt = new Date(now.getTime() - 3600_000)
    await tx.slaClock.updateMany({ where: inHidden, data: { startedAt: dueAt, dueAt, breachedAt: dueAt } })
    await tx.ticketLink.create({ data: { tenantId, id: newId(), kind: 'relates', fromId: seen, toId: open, createdAt: now } })
  })
})
beforeEach(forgetRateLimits)

/** What someone is answered, asked in every way that could bring the word up. */
async function answers(target: Target, as: TestPerson): Promise<string[]> {
  const texts: string[] = []
  const isOnTicket = target.path.startsWith('/ticket/{id}')
  for (const ticket of isOnTicket ? [ids.Ticket, seen] : [ids.Ticket])
    for (const more of [{}, ...('q' in (target.schema.properties ?? {}) ? [{ q: secret }] : [])]) {
      const input = sample(target, (field) => (isOnTicket && field === 'id' ? ticket : ids[modelOf(target, field, models)]) as string)
      const example = exampleOf(target, { ...input, ...more }, ids)
      const { status, text } = await sendUndone(tenant, as, requestOf(target, example.input), example.state)
      expect(status, text).toBeLessThan(500)
      // What was asked for stands in an error about it.
      texts.push(status < 400 ? text : '')
    }
  return texts
}

/** Read with a permission of their own, which says that it is about the whole workspace. */
const ofTheWhole = ['audit.list', 'audit.export', 'contacts.personalData']

describe.each(['agent', 'customer'])('of a ticket that is none of theirs, for an %s', (role) => {
  it.each(reads.filter(({ name }) => !ofTheWhole.includes(name)))('$name says nothing', async (target) => {
    for (const text of await answers(target, people[role] as TestPerson)) expect(text.toLowerCase()).not.toContain(secret)
  })
})

it('which is where it would be seen: who sees every ticket reads the word in each of these', async () => {
  const shown: string[] = []
  for (const target of reads) {
    const texts = await answers(target, people.owner as TestPerson)
    if (texts.some((text) => text.toLowerCase().includes(secret))) shown.push(target.name)
  }
  expect(shown).toEqual(
    expect.arrayContaining([
      'contacts.tickets',
      'organisations.tickets',
      'sla.policyViolations',
      'sla.violations',
      'tickets.deleted',
      'tickets.export',
      'tickets.get',
      'tickets.list',
      'tickets.messages',
      'tickets.page',
    ]),
  )
})
