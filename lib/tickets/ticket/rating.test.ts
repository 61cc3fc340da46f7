import { beforeAll, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { withOwner } from '../../db/owner'
import { withPlatform } from '../../db/scope'
import { installJobRunner } from '../../jobs/embedded'
import { runJob } from '../../jobs/run'
import { readDevMailbox } from '../../mail/dev-mailbox'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, setUndoWindow, type TestPerson } from '../../testing/factories'
import type { TicketOutput } from './schema'

openTestDatabase()

const email = 'asker@example.com'
let tenant: ResolvedTenant
let agent: TestPerson
let requester: TestPerson
let id: string
beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('rating')
  agent = await makePerson(tenant, 'moderator')
  id = (await makeTicket(tenant, { email })).id
  requester = await makePerson(tenant, 'customer')
  await inWork(tenant, ({ tx }) => tx.contact.updateMany({ where: { tickets: { some: { id } } }, data: { personId: requester.id } }))
})

const read = async (who: TestPerson) => (await (await who.request('GET', `/ticket/${id}`)).json()) as TicketOutput
const rate = (who: TestPerson, rating: string, comment?: string | null) => who.request('PUT', `/ticket/${id}/rating`, { rating, comment })
const move = async (status: string) => agent.request('PUT', `/ticket/${id}/status`, { status, version: (await read(agent)).version })
const found = async (filter: string) => {
  const { items } = (await (await agent.request('GET', `/ticket?q=${encodeURIComponent(filter)}`)).json()) as { items: TicketOutput[] }
  return items.map((ticket) => ticket.id)
}

it('is asked for by the mail that says that a request is resolved, and given by its requester, who may change it', async () => {
  expect((await read(requester)).abilities.rate).toBe(false)
  const early = await rate(requester, 'good')
  expect(early.status).toBe(422)
  expect(await early.text()).toContain('You can rate a request once it is resolved.')
  await move('resolved')
  await drainBackground()
  const [mail] = (await readDevMailbox(tenant.ref.slug)).filter(({ text }) => text.includes('We believe that your request is resolved.'))
  expect(mail?.text).toContain('How did we do?')

  const { abilities, version } = await read(requester)
  expect(abilities.rate).toBe(true)
  expect((await rate(requester, 'bad')).status).toBe(200)
  expect((await rate(requester, 'bad', '  Too slow ')).status).toBe(200)
  expect((await rate(requester, 'bad')).status).toBe(200)
  expect(await read(requester)).toMatchObject({ rating: 'bad', ratingComment: 'Too slow', version: version + 2 })
  expect(await read(agent)).toMatchObject({ rating: 'bad', ratingComment: 'Too slow', status: 'resolved' })
  const said = (await eventsOf(tenant, id)).filter(({ type }) => type === 'ticket.rated').map(({ payload }) => payload)
  expect(said).toEqual([
    { before: null, after: 'bad', comment: null },
    { before: 'bad', after: 'bad', comment: 'Too slow' },
  ])
  const page = (await (await agent.request('GET', `/ticket/${id}/page`)).json()) as { activity: { type: string }[] }
  expect(page.activity.filter(({ type }) => type === 'ticket.rated')).toHaveLength(2)

  expect((await rate(requester, 'very_good', null)).status).toBe(200)
  expect(await read(agent)).toMatchObject({ rating: 'very_good', ratingComment: null })
  expect([await found('rating:>=good'), await found('rating:<=okay'), await found('is:rated'), await found('-is:rated')]).toEqual([
    [id],
    [],
    [id],
    [],
  ])
})

it('is not given by others, in words that are none, too late, or where nobody asks', async () => {
  expect((await rate(agent, 'very_good')).status).toBe(403)
  expect((await rate(await makePerson(tenant, 'customer'), 'bad')).status).toBe(404)
  for (const rating of ['five', '', '5']) expect((await rate(requester, rating)).status).toBe(422)
  expect((await rate(requester, 'good', 'x'.repeat(1001))).status).toBe(422)

  await move('closed')
  expect((await rate(requester, 'good')).status).toBe(200)
  const set = (data: { asksRating: boolean }) =>
    inWork(tenant, ({ tx }) => tx.workspace.updateMany({ where: { tenantId: tenant.ref.id }, data }))
  await set({ asksRating: false })
  expect((await rate(requester, 'bad')).status).toBe(403)
  await set({ asksRating: true })
  await inWork(tenant, ({ tx }) => tx.ticket.updateMany({ where: { id }, data: { closedAt: new Date(Date.now() - 30 * 86_400_000) } }))
  expect((await rate(requester, 'bad')).status).toBe(403)
  expect(await read(requester)).toMatchObject({ rating: 'good', abilities: { rate: false } })
})

it('is read by the team with its comment; others who see the request see no comment, and the next requester neither', async () => {
  const colleague = await makePerson(tenant, 'customer')
  await colleague.request('POST', '/ticket', { title: 'Also', description: 'x' })
  await inWork(tenant, async ({ tx }) => {
    const where = { tickets: { some: { id } } }
    const { id: organisationId } = await tx.organisation.create({
      data: { tenantId: tenant.ref.id, id: newId(), name: 'Shop', sharesTickets: true },
    })
    await tx.contact.updateMany({ where: { OR: [where, { personId: colleague.id }] }, data: { organisationId } })
    await tx.ticket.updateMany({ where: { id }, data: { rating: 'bad', ratingComment: 'Amina was rude', isPublic: true } })
  })
  expect(await read(requester)).toMatchObject({ rating: 'bad', ratingComment: 'Amina was rude' })
  expect(await read(colleague)).toMatchObject({ rating: 'bad', ratingComment: null })
  const { version } = await read(agent)
  const given = await agent.request('PUT', `/ticket/${id}/requester`, { requester: { name: 'Next', email: 'next@example.com' }, version })
  expect(await given.json()).toMatchObject({ rating: null, ratingComment: null })
})

it('is asked of the requester alone in a reply that resolves', async () => {
  await setUndoWindow(tenant, 0)
  const said = async (cc: string[]) => {
    const other = await makeTicket(tenant, { email })
    const bodyHtml = `<p>Done for ${other.id}</p>`
    const addressees = { to: [email], cc }
    const sent = await agent.request('POST', `/ticket/${other.id}/drafts/reply/send`, { bodyHtml, thenStatus: 'resolved', addressees })
    expect(sent.status, await sent.clone().text()).toBe(200)
    const where = { tenantId: tenant.ref.id, name: 'tickets.send', status: 'queued' as const }
    for (const { id: job } of await withPlatform((tx) => tx.job.findMany({ where }))) await runJob(job)
    await drainBackground()
    return (await readDevMailbox(tenant.ref.slug)).find(({ text }) => text.includes(`Done for ${other.id}`))?.text ?? ''
  }
  expect(await said([])).toContain('How did we do?')
  const toSeveral = await said(['colleague@example.com'])
  expect(toSeveral).toContain('We believe that your request is resolved.')
  expect(toSeveral).not.toContain('How did we do?')
})
