import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import type { ResolvedTenant } from '../tenancy/resolve'
import { type Ids, modelOf, requestOf, sample, type Target, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { type DataModel, dataModels, idOfEach, tablesOfTenant } from '../testing/rows'

openTestDatabase()

const lists = targets.filter(({ schema, meta }) => schema.properties?.cursor && meta.audience !== 'platform')

/** What a list asks for beside its page. */
const asked: Record<string, object> = {
  'sla.simulate': {
    days: 30,
    policy: { name: 'Gold', targets: [{ metric: 'first_response', priority: 'medium', amount: 1, unit: 'hours' }] },
  },
}

/** What only a customer has. */
const own = ['tickets.listOwn', 'tickets.participations']

/** A list has two rows: the first of its table, which these bring into view, and its copy, in which these are others. */
const shown: Record<string, string> = {
  contact: `organisation_id = (SELECT id FROM organisation o WHERE o.tenant_id = $1 LIMIT 1),
    person_id = (SELECT p.id FROM person p JOIN contact_address a ON a.tenant_id = p.tenant_id AND a.email = p.email
      WHERE p.tenant_id = $1 AND a.contact_id = contact.id)`,
  sla_clock: 'breached_at = now()',
  event_delivery: "status = 'dead'",
  suppressed_address: "email = 'a@example.com'",
  kb_link: "problem = 'notFound', broken_since = now(), checked_at = now()",
  kb_article: "status = 'published', published_n = 1, links_n = 1, published_at = now(), first_published_at = now()",
}
const secondArticle = newId()
const copied: Record<string, Record<string, unknown>> = {
  person: { email: 'second@example.com' },
  organisation: { name: 'Second' },
  contact: { person_id: null },
  ticket: { number: 1000 },
  ticket_message: { message_id: 'second@example.com' },
  mailbox_fetch: {},
  sla_clock: { cycle: 1000 },
  notification: {},
  inbound_mail: { sha256: 'second' },
  kb_article: { id: secondArticle },
  kb_comment: {},
  kb_link: { hash: 'second' },
  kb_import: {},
  kb_article_version: { article_id: secondArticle },
  outbound_mail: { message_id: 'second@example.com' },
  suppressed_address: { email: 'b@example.com' },
  job: {},
  event_delivery: { subscriber: 'second' },
}

let owners: [TestPerson, TestPerson]
let customers: [TestPerson, TestPerson]
let ids: [Ids, Ids]
let models: DataModel['models']

beforeAll(async () => {
  const [full, other] = [await makeTenant('full'), await makeTenant('other')]
  owners = [await makePerson(full, 'owner'), await makePerson(other, 'owner')]
  customers = [await makePerson(full, 'customer'), await makePerson(other, 'customer')]
  await makeTicket(full, { email: customers[0].email })
  await makeTicket(other, { email: customers[1].email })
  for (const email of ['one@example.com', 'two@example.com']) await takePart(full, (await makeTicket(full, { email })).id)
  for (const name of ['One', 'Two']) {
    const made = await owners[0].request('POST', '/canned-responses', { name, scope: 'personal', bodyHtml: '<p>Hello</p>' })
    await owners[0].request('DELETE', `/canned-responses/${(await made.json()).id}`)
  }
  await drainBackground()
  ids = [await idOfEach(full), await idOfEach(other)]
  const clients = await dataModels(full)
  models = { ...clients.tenant.models, ...clients.platform.models }
  await fill(full)
})

/** The customer takes part in a ticket of somebody else. */
const takePart = (tenant: ResolvedTenant, ticketId: string) =>
  inWork(tenant, async ({ tx, now }) => {
    const { contactId } = await tx.contactAddress.findFirstOrThrow({ where: { email: customers[0].email } })
    await tx.ticketParticipant.create({ data: { tenantId: tenant.ref.id, ticketId, contactId, sinceAt: now, addedAt: now } })
  })

const fill = (tenant: ResolvedTenant) =>
  withOwner(async (pool) => {
    for (const { schema, name, columns } of await tablesOfTenant(tenant)) {
      const at = `"${schema}"."${name}"`
      await pool.query(`SET search_path TO "${schema}", public`)
      if (shown[name]) await pool.query(`UPDATE ${at} SET ${shown[name]} WHERE tenant_id = $1`, [tenant.ref.id])
      if (!copied[name]) continue
      const others: Record<string, unknown> = { id: newId(), ...copied[name] }
      const values: unknown[] = [tenant.ref.id]
      const selected = columns.map((column) =>
        column.name in others ? `$${values.push(others[column.name])}::${column.type}` : `"${column.name}"`,
      )
      const names = columns.map((column) => `"${column.name}"`).join()
      await pool.query(`INSERT INTO ${at} (${names}) SELECT ${selected.join()} FROM ${at} WHERE tenant_id = $1 LIMIT 1`, values)
    }
  })

describe('the second page of a list', () => {
  const ask = async (which: 0 | 1, target: Target, more: object) => {
    const idOf = (at: string) => ids[which][modelOf(target, at, models)] as string
    const input = { ...sample(target, idOf), ...asked[target.name], ...more }
    const people = own.includes(target.name) ? customers : owners
    const answer = await people[which].request(...requestOf(target, input))
    return { status: answer.status, body: await answer.json() }
  }

  it.each(lists.map((target) => [target.name, target] as const))(
    'of %s comes also where the last row of the first is gone',
    async (_, target) => {
      const { status, body } = await ask(0, target, { limit: 1 })
      expect([status, typeof body.nextCursor], JSON.stringify(body)).toEqual([200, 'string'])
      expect((await ask(0, target, { limit: 1, cursor: body.nextCursor })).status).toBe(200)
      // In another workspace there is no such row either.
      expect(await ask(1, target, { limit: 1, cursor: body.nextCursor })).toMatchObject({ status: 200 })
    },
  )
})
