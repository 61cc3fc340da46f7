import { beforeAll, expect, it } from 'vitest'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { withOwner } from '../db/owner'
import { storeFile } from '../files/attachments'
import { replyAddress } from '../mail/addresses'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import type { TicketOutput } from '../tickets/ticket/schema'
import { purgeRemoved } from './jobs'

openTestDatabase()

let tenant: ResolvedTenant
let agent: TestPerson
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('purge')
  agent = await makePerson(tenant, 'agent')
  owner = await makePerson(tenant, 'owner')
})

/** In which tables of the workspace an id stands, in whatever column. */
const whereStands = (id: string) =>
  withOwner(async (pool) => {
    const { rows: tables } = await pool.query(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'desk' AND column_name = 'tenant_id' ORDER BY 1`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const { rows } = await pool.query(
        `SELECT 1 FROM desk."${name}" t WHERE t.tenant_id = $1 AND to_jsonb(t)::text LIKE '%' || $2 || '%' LIMIT 1`,
        [tenant.ref.id, id],
      )
      if (rows.length > 0) found.push(name)
    }
    return found
  })

it('a purged ticket is in no table any more, wherever it got to; what happened stays in the trail', async () => {
  const body = { name: 'Standard', targets: [{ metric: 'resolution', priority: 'medium', amount: 60, unit: 'minutes', calendarId: null }] }
  expect((await owner.request('POST', '/sla', body)).status).toBe(201)
  const email = 'asker@purge.test'
  const [gone, kept, part] = [await makeTicket(tenant, { email }), await makeTicket(tenant), await makeTicket(tenant, { email })]
  const done = async (who: TestPerson, method: string, path: string, given?: object) => {
    const answer = await who.request(method, path, given)
    expect(answer.status, `${path}: ${await answer.clone().text()}`).toBeLessThan(300)
    return answer
  }
  const { id } = gone
  const file = { name: 'file.txt', bytes: Buffer.from('x'), contentType: 'text/plain' }
  const { id: fileId } = await inWork(tenant, (work) => storeFile(work, file, { personId: agent.id }))
  await done(agent, 'POST', `/ticket/${id}/comments`, { body: 'Our answer', attachmentIds: [fileId] })
  await done(agent, 'PUT', `/ticket/${id}/drafts/note`, { bodyHtml: '<p>Half a note</p>' })
  await done(agent, 'PUT', `/ticket/${id}/watchers/${agent.id}`)
  await done(agent, 'POST', `/ticket/${id}/links`, { kind: 'relates', other: kept.number })
  await done(owner, 'POST', `/ticket/${part.id}/merge`, { into: id })
  await done(owner, 'POST', '/grants', { personId: agent.id, permission: 'ticket.view', objectType: 'ticket', objectId: id })
  const read = async () => (await (await owner.request('GET', `/ticket/${id}`)).json()) as TicketOutput
  await done(agent, 'PUT', `/ticket/${id}/tags`, { tags: ['hot'], version: (await read()).version })
  await done(owner, 'POST', '/ticket/bulk', { ids: [id], change: { kind: 'priority', priority: 'high' } })
  const raw = Buffer.from(`From: ${email}\r\nSubject: Re\r\nMessage-ID: <purge@x>\r\n\r\nAnd now?`)
  await receiveMail(tenant, { recipient: replyAddress(tenant.ref, id), provider: 'test', raw }, 'test')
  await drainBackground()
  const before = await whereStands(id)
  expect(before).toEqual(
    expect.arrayContaining([
      ...['bulk_item', 'draft', 'event', 'grant_on_object', 'inbound_mail', 'notification', 'outbound_mail', 'sla_clock', 'ticket'],
      ...['ticket_link', 'ticket_merge', 'ticket_message', 'ticket_search', 'ticket_tag', 'watcher'],
    ]),
  )

  await done(owner, 'DELETE', `/ticket/${id}`, { version: (await read()).version })
  await drainBackground()
  await purgeRemoved(tenant.ref, new Date(Date.now() + 1000))
  // Messages to browsers go by themselves after a day.
  const trail = ['channel_message', 'event', 'event_delivery']
  expect((await whereStands(id)).filter((table) => !trail.includes(table))).toEqual([])
  expect(await whereStands(fileId)).toEqual([])
  expect((await (await owner.request('GET', `/ticket/${kept.id}`)).json()) as TicketOutput).toMatchObject({ id: kept.id })
})
