import { describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { eventsOf, inWork, makePerson, makeTicket } from '../testing/factories'
import { openSlaDesk } from '../testing/sla'

const desk = openSlaDesk()

const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const status = async (answer: Promise<Response>) => (await answer).status

describe('policies', () => {
  it('are read one by one, and apply in the order they are put in, open tickets following', async () => {
    const admin = await makePerson(desk.tenant(), 'admin')
    const agent = await makePerson(desk.tenant(), 'agent')
    const slow = await desk.makePolicy({ name: 'Slow', minutes: 120 })
    const quick = await desk.makePolicy({ name: 'Quick', minutes: 60 })
    const { id } = await makeTicket(desk.tenant())
    expect((await desk.clocks(id))[0]).toBe('first_response 1, due 120')
    expect(await json(agent.request('GET', `/sla/${slow.id}`))).toMatchObject({ id: slow.id, name: 'Slow', position: slow.position })
    expect(await status(agent.request('PUT', '/sla/order', { ids: [quick.id, slow.id] }))).toBe(403)
    expect(await status(admin.request('PUT', '/sla/order', { ids: [quick.id] }))).toBe(409)
    expect(await status(admin.request('PUT', '/sla/order', { ids: [quick.id, quick.id] }))).toBe(409)
    expect(await status(admin.request('PUT', '/sla/order', { ids: [quick.id, slow.id] }))).toBe(200)
    await desk.recompute()
    expect((await desk.clocks(id))[0]).toBe('first_response 1, due 60')
    const ordered = await inWork(desk.tenant(), ({ tx }) =>
      tx.event.findMany({ where: { tenantId: desk.tenant().ref.id, type: 'sla_policies.ordered' } }),
    )
    expect(ordered.map(({ payload }) => payload)).toEqual([{ names: ['Quick', 'Slow'] }])
  })
})

describe('business hours', () => {
  it('are removed when no policy counts on them any more, and that is in the audit trail', async () => {
    const admin = await makePerson(desk.tenant(), 'admin')
    const policy = await desk.makePolicy({ name: 'Counting' })
    const remove = () => status(admin.request('DELETE', `/calendars/${desk.calendarId()}`))
    expect(await remove()).toBe(422)
    expect(await status(admin.request('DELETE', `/sla/${policy.id}`))).toBe(200)
    expect(await remove()).toBe(200)
    expect(await remove()).toBe(404)
    expect((await json<{ items: object[] }>(admin.request('GET', '/calendars'))).items).toEqual([])
    expect((await eventsOf(desk.tenant(), desk.calendarId())).map(({ type }) => type)).toEqual(['calendar.created', 'calendar.deleted'])
  })

  it('take the public holidays of a country and its states, for some years', async () => {
    const agent = await makePerson(desk.tenant(), 'agent')
    const { items } = await json<{ items: { code: string; name: string; states: { code: string }[] }[] }>(
      agent.request('GET', '/calendars/countries'),
    )
    expect(items.find(({ code }) => code === 'KE')).toMatchObject({ name: 'Kenya' })
    expect(items.find(({ code }) => code === 'DE')?.states.map(({ code }) => code)).toContain('BY')
    const days = async (query: string) =>
      (await json<{ items: { date: string; name: string }[] }>(agent.request('GET', `/calendars/public-holidays?${query}`))).items
    const kenya = await days('country=KE&from=2026&years=2')
    expect(kenya.map(({ date }) => date)).toEqual(expect.arrayContaining(['2026-12-12', '2027-12-12']))
    expect(kenya).toEqual([...kenya].sort((a, b) => (a.date < b.date ? -1 : 1)))
    // Epiphany is one in Bavaria, and not in the whole of Germany.
    expect((await days('country=DE&state=BY&from=2026&years=1')).map(({ date }) => date)).toContain('2026-01-06')
    expect((await days('country=DE&from=2026&years=1')).map(({ date }) => date)).not.toContain('2026-01-06')
    for (const query of ['country=XX&from=2026', 'country=DE&state=XX&from=2026', 'country=constructor&from=2026'])
      expect(await status(agent.request('GET', `/calendars/public-holidays?${query}`)), query).toBe(422)
  })
})

it('the performance that other dashboards ask for is what the SLA dashboard says', async () => {
  const agent = await makePerson(desk.tenant(), 'agent')
  await desk.makePolicy()
  const { id } = await makeTicket(desk.tenant())
  desk.to(30)
  await desk.reply(id)
  await drainBackground()
  desk.to(31)
  const answer = await json<{ overall: object; byMetric: object[] }>(agent.request('GET', '/dashboard/sla/performance'))
  expect(answer).toEqual(await json(agent.request('GET', '/sla/dashboard')))
  expect(answer.byMetric).toEqual([{ metric: 'first_response', met: 1, breached: 0 }])
})
