import { beforeEach, expect, it } from 'vitest'
import { findOneTimeToken, mintOneTimeToken } from '../accounts/one-time-tokens'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makeContact, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { contentsOf } from '../testing/rows'
import { purgeDeleted } from './jobs'

openTestDatabase()

let tenant: ResolvedTenant
let owner: TestPerson
beforeEach(async () => {
  tenant = await makeTenant()
  owner = await makePerson(tenant, 'owner')
})

const ask = async (who: TestPerson, method: string, path: string, body?: object) => {
  const response = await who.request(method, path, body)
  return { status: response.status, body: await response.json() }
}
const post = async (path: string, body: object) => {
  const answer = await ask(owner, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const listed = async (who = owner) => ((await ask(who, 'GET', '/deleted')).body.items as { id: string; name: string }[]).map(({ id }) => id)
const aged = (days: number) =>
  inWork(tenant, ({ tx }) => tx.deletion.updateMany({ data: { deletedAt: new Date(Date.now() - days * 86_400_000) } }))
const keep = async (deletedDays: number | null) => {
  const business = (await ask(owner, 'GET', `/business/${tenant.ref.id}`)).body
  return ask(owner, 'PUT', `/business/${tenant.ref.id}`, { version: business.version, deletedDays })
}
const purge = () => purgeDeleted(tenant.ref, new Date())

it('keeps what was deleted for ever unless the workspace chose 30, 90 or 365 days', async () => {
  const { id } = await post('/views', { name: 'Old', scope: 'personal', filter: '' })
  await ask(owner, 'DELETE', `/views/${id}`)
  await aged(4000)
  await purge()
  expect(await listed()).toEqual([id])
  expect((await keep(31)).status).toBe(422)
  expect((await keep(30)).status).toBe(200)
  expect((await ask(owner, 'GET', '/deleted')).body.items[0].goneAt).not.toBeNull()
  await purge()
  expect(await listed()).toEqual([])
  expect((await ask(owner, 'POST', `/views/${id}/restore`)).status).toBe(404)
  expect(await withTenant(tenant.ref, (tx) => tx.view.count({ where: { id } }))).toBe(0)
})

it('purges nothing before its time, a ticket no more than the rest', async () => {
  const { id: ticketId } = await makeTicket(tenant)
  const { id } = await post('/views', { name: 'Young', scope: 'personal', filter: '' })
  await ask(owner, 'DELETE', `/ticket/${ticketId}`, { version: 1 })
  await ask(owner, 'DELETE', `/views/${id}`)
  await keep(90)
  await aged(89)
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ data: { deletedAt: new Date(Date.now() - 89 * 86_400_000) } }))
  await purge()
  expect((await listed()).toSorted()).toEqual([ticketId, id].toSorted())
  await purgeDeleted(tenant.ref, new Date(Date.now() + 2 * 86_400_000))
  expect(await listed()).toEqual([])
  expect(await withTenant(tenant.ref, (tx) => tx.ticket.count({ where: { id: ticketId } }))).toBe(0)
})

it('leaves the row of what a ticket still names: it is shown by its name and can be restored no more', async () => {
  const { id } = await post('/department', { name: 'Harbour' })
  const ticket = await post('/ticket', { title: 'A ship', description: 'Late.', departmentId: id })
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ data: { status: 'closed', closedAt: new Date() } }))
  expect((await ask(owner, 'DELETE', `/department/${id}`)).status).toBe(200)
  await keep(30)
  await aged(31)
  await purge()
  expect((await ask(owner, 'GET', `/ticket/${ticket.id}`)).body.department).toEqual({ id, name: 'Harbour' })
  expect(await listed()).toEqual([])
  expect((await ask(owner, 'POST', `/department/${id}/restore`)).status).toBe(404)
})

it('empties the row of a contact or person that a ticket still names: name, address and phone are in no table but the trail', async () => {
  const agent = await makePerson(tenant, 'agent', { email: 'amani.probe@port.test' })
  await inWork(tenant, ({ tx }) =>
    tx.person.updateMany({ where: { id: agent.id }, data: { name: 'Amani Probe', phone: '+254 711 000 111' } }),
  )
  const ticket = await post('/ticket', { title: 'A ship', description: 'Late.' })
  expect((await ask(agent, 'POST', `/ticket/${ticket.id}/comments`, { body: 'On its way' })).status).toBe(201)
  const given = { name: 'Zuri Probe', emails: ['zuri.probe@port.test'], phones: ['+254 722 000 222'], notes: 'Calls herself Zuri' }
  const contact = await post('/contacts', given)
  const [message] = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: ticket.id }, orderBy: { id: 'asc' } }))
  await inWork(tenant, async ({ tx }) => {
    await tx.ticketMessage.updateMany({ where: { id: message?.id as string }, data: { contactId: contact.id } })
    const raw = Buffer.from('From: Zuri Probe <zuri.probe@port.test>\r\n\r\nLate.')
    const mail = { provider: 'test', sha256: 'probe', recipient: 'support@port.test', status: 'delivered' as const, raw }
    await tx.inboundMail.create({
      data: { ...mail, tenantId: tenant.ref.id, id: newId(), ticketId: ticket.id, messageId: message?.id as string },
    })
  })
  await drainBackground()
  expect((await ask(owner, 'DELETE', `/contacts/${contact.id}`)).status).toBe(200)
  expect((await ask(owner, 'DELETE', `/users/${agent.id}`)).status).toBe(200)
  await drainBackground()
  const found = async (text: string) =>
    Object.entries(await contentsOf(tenant)).flatMap(([table, rows]) =>
      rows.includes(text) || rows.includes(Buffer.from(text).toString('hex')) ? [table] : [],
    )
  expect(await found('zuri.probe@port.test')).toEqual(expect.arrayContaining(['deletion', 'inbound_mail']))
  expect(await found('Amani Probe')).toEqual(expect.arrayContaining(['notification', 'outbound_mail', 'person']))
  await keep(30)
  await aged(31)
  await inWork(tenant, ({ tx }) => tx.$executeRaw`UPDATE notification SET updated_at = now() - interval '31 days'`)
  await purge()
  // What happened is sealed; messages to browsers go by themselves after a day.
  const trail = ['event', 'channel_message']
  for (const text of ['Zuri', 'zuri.probe', '722 000', 'Amani', 'amani.probe', '711 000'])
    expect(
      (await found(text)).filter((table) => !trail.includes(table)),
      text,
    ).toEqual([])
  // The words stay in the ticket, by somebody without a name.
  const messages = await inWork(tenant, ({ tx }) => tx.ticketMessage.findMany({ where: { ticketId: ticket.id } }))
  expect(messages.map(({ bodyText }) => bodyText).toSorted()).toEqual(['Late.', 'On its way'])
  expect(await listed()).toEqual([])
  const said = await Promise.all([contact.id, agent.id].map((id) => eventsOf(tenant, id)))
  expect(said.map((events) => events.at(-1))).toEqual([
    { type: 'deletion.purged', payload: { kind: 'contact', isKept: true } },
    { type: 'deletion.purged', payload: { kind: 'person', isKept: true } },
  ])
})

it('takes nothing of somebody who has the address by now, and no row that is named by nothing', async () => {
  const gone = await post('/contacts', { name: 'First', emails: ['again@port.test'] })
  await ask(owner, 'DELETE', `/contacts/${gone.id}`)
  const living = await post('/contacts', { name: 'Second', emails: ['again@port.test'] })
  await keep(30)
  await aged(31)
  await purge()
  expect((await ask(owner, 'GET', `/contacts/${living.id}`)).body).toMatchObject({ name: 'Second', emails: ['again@port.test'] })
  expect(await withTenant(tenant.ref, (tx) => tx.contact.count({ where: { id: gone.id } }))).toBe(0)
  expect((await eventsOf(tenant, gone.id)).at(-1)).toEqual({ type: 'deletion.purged', payload: { kind: 'contact', isKept: false } })
})

it('takes policies before the calendars they count by, and the values of a field off tickets, so that its key is free', async () => {
  const schedule = { mon: [['09:00', '17:00']] }
  const calendar = await post('/calendars', { name: 'Shifts', timezone: 'UTC', schedule })
  const targets = [{ metric: 'resolution', priority: 'urgent', amount: 4, unit: 'hours', calendarId: calendar.id }]
  const policy = await post('/sla', { name: 'Fast', filter: 'priority:urgent', targets, escalations: [] })
  const field = await post('/fields', { name: 'Berth', key: 'berth', kind: 'text' })
  const ticket = await post('/ticket', { title: 'A ship', description: 'Late.', fields: { berth: '12' } })
  for (const path of [`/sla/${policy.id}`, `/calendars/${calendar.id}`, `/fields/${field.id}`])
    expect((await ask(owner, 'DELETE', path)).status).toBe(200)
  const again = { name: 'Mooring', key: 'berth', kind: 'number' }
  expect((await ask(owner, 'POST', '/fields', again)).body.fields.key[0]).toContain('deleted field')
  await keep(30)
  await aged(31)
  await purge()
  expect(await withTenant(tenant.ref, (tx) => tx.calendar.count({ where: { id: calendar.id } }))).toBe(0)
  await post('/fields', again)
  expect((await ask(owner, 'GET', `/ticket/${ticket.id}`)).body.fields).toEqual({})
})

it('refuses to restore what has lost its name to something made since, and says who has it', async () => {
  const role = await post('/roles', { name: 'Reader', permissions: ['ticket.view'] })
  const department = await post('/department', { name: 'Harbour' })
  const contact = await post('/contacts', { name: 'Zuri', emails: ['zuri@port.test'] })
  const organisation = await post('/organisations', { name: 'Port', domains: ['port.example'] })
  const { id: personId, email } = await makePerson(tenant, 'agent')
  const paths = [
    `/roles/${role.id}`,
    `/department/${department.id}`,
    `/contacts/${contact.id}`,
    `/organisations/${organisation.id}`,
    `/users/${personId}`,
  ]
  for (const path of paths) expect((await ask(owner, 'DELETE', path)).status, path).toBe(200)
  await post('/roles', { name: 'reader', permissions: ['ticket.view'] })
  await post('/department', { name: 'HARBOUR' })
  await post('/contacts', { name: 'Another', emails: ['zuri@port.test'] })
  await post('/organisations', { name: 'Rival', domains: ['port.example'] })
  await makePerson(tenant, 'agent', { email })
  const answers = await Promise.all(paths.map((path) => ask(owner, 'POST', `${path}/restore`)))
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422])
  const said = answers.map(({ body }) => Object.values(body.fields).flat().join())
  expect(said[2]).toContain('Another')
  expect(said[3]).toContain('Rival')
  expect(said[4]).toContain(email)
  // Nothing of it was done: all five can be restored once the names are free.
  expect(await listed()).toHaveLength(5)
})

it('restores what needs something that was deleted only after that', async () => {
  const role = await post('/roles', { name: 'Reader', permissions: ['ticket.view'] })
  const person = await makePerson(tenant, 'agent', { customRoleId: role.id })
  const department = await post('/department', { name: 'Harbour' })
  const category = await post('/categories', { name: 'Cranes', departmentId: department.id })
  const calendar = await post('/calendars', { name: 'Shifts', timezone: 'UTC', schedule: { mon: [['09:00', '17:00']] } })
  const targets = [{ metric: 'resolution', priority: 'urgent', amount: 4, unit: 'hours', calendarId: calendar.id }]
  const policy = await post('/sla', { name: 'Fast', filter: 'priority:urgent', targets, escalations: [] })
  const pairs = [
    [`/users/${person.id}`, `/roles/${role.id}`],
    [`/categories/${category.id}`, `/department/${department.id}`],
    [`/sla/${policy.id}`, `/calendars/${calendar.id}`],
  ] as const
  for (const [needy, needed] of pairs) {
    for (const path of [needy, needed]) expect((await ask(owner, 'DELETE', path)).status, path).toBe(200)
    const early = await ask(owner, 'POST', `${needy}/restore`)
    expect([early.status, early.body.detail], needy).toEqual([422, expect.stringContaining('first')])
    for (const path of [needed, needy]) expect((await ask(owner, 'POST', `${path}/restore`)).status, path).toBe(200)
  }
})

it('gives a removed person back their place, not their sessions, tokens, grants or tickets', async () => {
  const agent = await makePerson(tenant, 'agent')
  const ticket = await post('/ticket', { title: 'A ship', description: 'Late.' })
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ data: { assigneeId: agent.id, status: 'assigned' } }))
  await post('/grants', { permission: 'ticket.reply', objectType: 'ticket', objectId: ticket.id, personId: agent.id })
  const before = (await ask(owner, 'GET', `/users/${agent.id}`)).body
  await ask(owner, 'DELETE', `/users/${agent.id}`)
  expect((await ask(agent, 'GET', '/ticket')).status).toBe(401)
  expect((await ask(owner, 'POST', `/users/${agent.id}/restore`)).body).toEqual(before)
  expect((await ask(agent, 'GET', '/ticket')).status).toBe(401)
  expect((await ask(owner, 'GET', '/grants')).body.items).toEqual([])
  expect((await ask(owner, 'GET', `/ticket/${ticket.id}`)).body.assignee).toBeNull()
})

it('gives a removed person back no link that was sent before, and no requests of a contact that goes by another address now', async () => {
  const customer = await makePerson(tenant, 'customer')
  const ticket = (await ask(customer, 'POST', '/ticket', { title: 'Mine', description: 'It does not work.' })).body
  const contact = (await ask(owner, 'GET', `/contacts/${ticket.requester.id}`)).body
  const [magicToken, kept] = await inWork(tenant, async (work) => [
    await mintOneTimeToken(work, customer.id, 'magic_link'),
    await mintOneTimeToken(work, owner.id, 'magic_link'),
  ])
  expect((await ask(owner, 'DELETE', `/users/${customer.id}`)).status).toBe(200)
  const { id, version, name, phones, tier, tags, notes } = contact
  const moved = { version, name, emails: ['elsewhere@port.test'], phones, tier, tags, notes }
  expect((await ask(owner, 'PUT', `/contacts/${id}`, moved)).status).toBe(200)
  expect((await ask(owner, 'POST', `/users/${customer.id}/restore`)).status).toBe(200)
  const works = (secret: string) => inWork(tenant, (work) => findOneTimeToken(work, secret, 'magic_link'))
  expect([await works(magicToken), (await works(kept))?.id]).toEqual([null, owner.id])
  expect((await ask(owner, 'GET', `/contacts/${id}`)).body.hasAccount).toBe(false)
})

it('shows each only what they could have deleted themselves', async () => {
  const [agent, other] = [await makePerson(tenant, 'agent'), await makePerson(tenant, 'agent')]
  const own = (await ask(agent, 'POST', '/views', { name: 'Mine', scope: 'personal', filter: '' })).body
  const shared = await post('/views', { name: 'Ours', scope: 'desk', filter: '' })
  const role = await post('/roles', { name: 'Reader', permissions: ['ticket.view'] })
  await ask(agent, 'DELETE', `/views/${own.id}`)
  await ask(owner, 'DELETE', `/views/${shared.id}`)
  await ask(owner, 'DELETE', `/roles/${role.id}`)
  expect(await listed(agent)).toEqual([own.id])
  expect(await listed(other)).toEqual([])
  expect(await listed()).toEqual([role.id, shared.id])
  expect((await ask(other, 'POST', `/views/${own.id}/restore`)).status).toBe(404)
  expect((await ask(other, 'POST', `/views/${shared.id}/restore`)).status).toBe(403)
  expect((await ask(agent, 'POST', `/roles/${role.id}/restore`)).status).toBe(403)
})

it('lists page by page, each entry once', async () => {
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push((await post('/views', { name: `View ${n}`, scope: 'personal', filter: '' })).id)
  for (const id of ids) await ask(owner, 'DELETE', `/views/${id}`)
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await ask(owner, 'GET', `/deleted?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.items.map(({ id }: { id: string }) => id))
    cursor = body.nextCursor
  }
  expect(seen).toEqual(ids.toReversed())
})

it('lets nobody restore a contact that was erased, and says nothing of it', async () => {
  const contact = await makeContact(tenant, 'gone@port.test')
  await ask(owner, 'DELETE', `/contacts/${contact.id}`)
  await ask(owner, 'POST', `/contacts/${contact.id}/restore`)
  const { name } = (await ask(owner, 'GET', `/contacts/${contact.id}`)).body
  expect((await ask(owner, 'POST', `/contacts/${contact.id}/erase`, { confirm: name })).status).toBe(200)
  expect((await ask(owner, 'POST', `/contacts/${contact.id}/restore`)).status).toBe(404)
  expect(await listed()).toEqual([])
})

it('a policy that names a deleted department applies to no ticket, and to its own again once that is restored', async () => {
  const { id } = await post('/department', { name: 'Harbour' })
  const targets = [{ metric: 'resolution', priority: 'medium', amount: 4, unit: 'hours', calendarId: null }]
  const policy = await post('/sla', { name: 'Ships', filter: 'department:Harbour', targets, escalations: [] })
  const { items } = (await ask(owner, 'GET', '/sla')).body as { items: { id: string }[] }
  const others = items.map((each) => each.id).filter((each) => each !== policy.id)
  await ask(owner, 'PUT', '/sla/order', { ids: [policy.id, ...others] })
  const policyOf = async (departmentId?: string) => {
    const ticket = await post('/ticket', { title: 'A ship', description: 'Late.', departmentId })
    await drainBackground()
    return (await withTenant(tenant.ref, (tx) => tx.ticket.findFirstOrThrow({ where: { id: ticket.id } }))).slaPolicyId
  }
  expect(await policyOf(id)).toBe(policy.id)
  await ask(owner, 'DELETE', `/department/${id}`)
  expect(await policyOf()).not.toBe(policy.id)
  const moved = await withTenant(tenant.ref, (tx) => tx.ticket.findMany({ select: { slaPolicyId: true } }))
  expect(moved.map(({ slaPolicyId }) => slaPolicyId)).not.toContain(policy.id)
  await ask(owner, 'POST', `/department/${id}/restore`)
  expect(await policyOf()).not.toBe(policy.id)
  expect(await policyOf(id)).toBe(policy.id)
})

it('gives a removed customer their requests back with the account', async () => {
  const customer = await makePerson(tenant, 'customer')
  const asked = (await ask(customer, 'POST', '/ticket', { title: 'A ship', description: 'Late.' })).body
  await ask(owner, 'DELETE', `/users/${customer.id}`)
  const contact = await withTenant(tenant.ref, (tx) => tx.contact.findFirstOrThrow({ where: { id: asked.requester.id } }))
  expect(contact.personId).toBeNull()
  expect((await ask(owner, 'POST', `/users/${customer.id}/restore`)).status).toBe(200)
  const back = await withTenant(tenant.ref, (tx) => tx.contact.findFirstOrThrow({ where: { id: asked.requester.id } }))
  expect(back.personId).toBe(customer.id)
})

it('takes all of an article whose translations live, and makes one of those what the others translate', async () => {
  const { id: categoryId } = await post('/kb/categories', { name: 'Guides' })
  const write = (title: string, more = {}) => post('/kb/articles', { title, categoryId, content: `<p>${title} text</p>`, ...more })
  const source = await write('Harbour rules')
  await ask(owner, 'POST', `/kb/articles/${source.id}/publish`, { version: source.version })
  const german = await write('Hafenordnung', { locale: 'de', sourceId: source.id })
  const french = await write('Règlement', { locale: 'fr', sourceId: source.id })
  expect((await ask(owner, 'DELETE', `/kb/articles/${source.id}`)).status).toBe(200)
  await keep(30)
  await aged(31)
  await purge()
  const tables = Object.entries(await contentsOf(tenant)).filter(([, rows]) => rows.includes('Harbour rules'))
  expect(tables.map(([table]) => table).filter((table) => table !== 'event' && table !== 'channel_message')).toEqual([])
  const { body } = await ask(owner, 'GET', `/kb/articles/${french.id}`)
  expect(body).toMatchObject({ sourceId: german.id, translations: [{ id: german.id, locale: 'de' }] })
  expect((await ask(owner, 'GET', `/kb/articles/${german.id}`)).body.sourceId).toBeNull()
  expect((await eventsOf(tenant, source.id)).at(-1)).toEqual({ type: 'deletion.purged', payload: { kind: 'kb_article', isKept: false } })
})
