import { call } from '@orpc/server'
import { expect, it } from 'vitest'
import { makeTicket } from '../testing/factories'
import { openSlaDesk } from '../testing/sla'
import { router } from '../wiring/router'

const { clocks, context, makePolicy, minute, move, reply, tenant, ticketRow, to, write } = openSlaDesk()
const ledger = async (id: string) => (await call(router.sla.ledger, { id }, context())).clocks
const merge = (id: string, into: string) => call(router.tickets.merge, { id, into }, context())
const undo = (mergeId: string) => call(router.tickets.undoMerge, { mergeId }, context())
const only = async (id: string, metric: string) => (await clocks(id)).filter((clock) => clock.startsWith(metric))

const email = 'asks@example.com'
async function answered() {
  const { id } = await makeTicket(tenant(), { email })
  await reply(id)
  return id
}

it('the next response to a question that came with a merged ticket runs from the question, also after the merge is undone', async () => {
  await makePolicy({ minutes: 60 })
  const into = await answered()
  to(10)
  const from = (await makeTicket(tenant(), { email })).id
  to(15)
  await reply(from)
  to(20)
  await write(from)
  to(25)
  await write(from)
  const before = [await clocks(from), await clocks(into)]
  expect(await only(from, 'next_response')).toEqual(['next_response 1, due 80'])
  to(50)
  const { mergeId } = await merge(from, into)
  expect(await only(into, 'next_response')).toEqual(['next_response 1, due 80'])
  const clock = (await ledger(into)).find(({ metric }) => metric === 'next_response')
  expect(clock).toMatchObject({ consumedMinutes: 30, moved: { number: expect.stringMatching(/-2$/) } })
  expect([minute(clock?.startedAt ?? null), minute(clock?.moved?.at ?? null)]).toEqual([20, 50])
  to(70)
  await undo(mergeId)
  expect([await clocks(from), await clocks(into)]).toEqual(before)
  expect(minute((await ticketRow(from)).slaDueAt)).toBe(80)
})

it.each([
  ['resolved', 'resolved'],
  ['on hold', 'hold'],
] as const)(
  'a question that comes to a ticket that is %s has waited all the while, and an undone merge leaves no trace',
  async (_, status) => {
    await makePolicy({ minutes: 60 })
    const into = await answered()
    to(5)
    await move(into, status)
    to(10)
    const from = (await makeTicket(tenant(), { email })).id
    const before = [await clocks(from), await clocks(into)]
    to(40)
    const { mergeId } = await merge(from, into)
    expect(await only(into, 'next_response')).toEqual(['next_response 1, due 70'])
    expect((await ledger(into)).find(({ metric }) => metric === 'next_response')?.consumedMinutes).toBe(30)
    to(45)
    await undo(mergeId)
    expect([await clocks(from), await clocks(into)]).toEqual(before)
  },
)

it('whoever asked first waits longest: an earlier question on either ticket keeps its time', async () => {
  await makePolicy({ minutes: 60 })
  const into = await answered()
  to(5)
  const early = (await makeTicket(tenant(), { email })).id
  to(10)
  await write(into)
  to(15)
  const late = (await makeTicket(tenant(), { email })).id
  to(20)
  await merge(late, into)
  expect(await only(into, 'next_response')).toEqual(['next_response 1, due 70'])
  await merge(early, into)
  expect(await only(into, 'next_response')).toEqual(['next_response 1, due 65'])
  to(30)
  await reply(into)
  expect(await only(into, 'next_response')).toEqual(['next_response 1, due 65, stopped 30'])
})

it('a first response is due by the older of two questions that nobody answered', async () => {
  await makePolicy({ minutes: 60 })
  const old = (await makeTicket(tenant(), { email })).id
  to(30)
  const fresh = (await makeTicket(tenant(), { email })).id
  await merge(old, fresh)
  expect(await only(fresh, 'first_response')).toEqual(['first_response 1, due 60'])
})
