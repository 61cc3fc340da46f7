import { expect, it } from 'vitest'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket } from '../testing/factories'
import { readActivity } from '../tickets/ticket/activity'

openTestDatabase()

it('names the rules that were changed', async () => {
  const tenant = await makeTenant()
  const owner = await makePerson(tenant, 'owner')
  const { items } = await (await owner.request('GET', '/department')).json()
  const made = await owner.request('POST', '/categories', { departmentId: items[0].id, name: 'Doors' })
  const { id } = await made.json()
  const audit = await (await owner.request('GET', `/audit?subjectId=${id}`)).json()
  expect(audit.items.map(({ subject }: { subject: { name: string } }) => subject.name)).toEqual(['Doors'])
})

it('names those whose ids an event mentions', async () => {
  const tenant = await makeTenant()
  const owner = await makePerson(tenant, 'owner')
  const agent = await makePerson(tenant, 'agent')
  const ticket = await makeTicket(tenant)
  await inWork(tenant, async ({ emit }) => emit('ticket.watched', { personId: agent.id, isWatching: true }, { subjectId: ticket.id }))
  const { items } = await (await owner.request('GET', `/audit?subjectId=${ticket.id}&type=ticket.watched`)).json()
  expect(items.at(0).names).toEqual({ [agent.id]: agent.name })
})

it('what follows by itself from what a person did is told as the product’s own', async () => {
  const tenant = await makeTenant()
  const { id } = await makeTicket(tenant)
  await inWork(
    tenant,
    async ({ emit }) => {
      emit('ticket.policy_applied', { before: null, after: 'Standard', policyId: null }, { subjectId: id })
    },
    { kind: 'anonymous' },
  )
  const activity = await inWork(tenant, (work) => readActivity(work, id))
  const actors = activity.filter(({ type }) => type === 'ticket.policy_applied').map(({ actor }) => actor)
  expect(new Set(actors)).toEqual(new Set(['Baraza']))
})

it('is asked for by person, kind, object and days, and is exported the same', async () => {
  const tenant = await makeTenant()
  const owner = await makePerson(tenant, 'owner')
  const agent = await makePerson(tenant, 'agent')
  const { id, number } = await makeTicket(tenant)
  await agent.request('POST', '/users/tokens', { name: 'Mine', scopes: ['ticket.view'] })
  await inWork(tenant, async ({ emit }) => emit('ticket.watched', { personId: agent.id, isWatching: true }, { subjectId: id }))
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const asked = async (query: Record<string, string>) => {
    const at = new URLSearchParams(query)
    const { items } = await (await owner.request('GET', `/audit?${at}`)).json()
    const { csv } = await (await owner.request('GET', `/audit/export?${at}`)).json()
    const types = items.map(({ type }: { type: string }) => type)
    expect(
      csv
        .split('\r\n')
        .slice(1, -1)
        .map((line: string) => line.split(',')[1]),
    ).toEqual(expect.arrayContaining(types))
    return new Set(types)
  }
  expect(await asked({ actorId: agent.id })).toEqual(new Set(['api_token.created']))
  expect(await asked({ kind: 'tickets', object: number.toLowerCase() })).toEqual(new Set(['ticket.created', 'ticket.watched']))
  expect(await asked({ kind: 'people', from: day(-1), before: day(1), actorId: agent.id })).toEqual(new Set(['api_token.created']))
  expect(await asked({ before: day(-1) })).toEqual(new Set())
  expect(await asked({ from: day(1) })).toEqual(new Set())
  expect(await asked({ object: 'nothing is called this' })).toEqual(new Set())
})
