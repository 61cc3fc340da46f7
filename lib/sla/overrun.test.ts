import { call } from '@orpc/server'
import { expect, it } from 'vitest'
import { makeTicket } from '../testing/factories'
import { openSlaDesk } from '../testing/sla'
import { router } from '../wiring/router'
import { sweepDesk } from './sweep'

const { context, makePolicy, minute, move, tenant, to } = openSlaDesk()

/** How far a first response is overdue: in the list, on the ticket's page and in the calculation. */
async function said(id: string) {
  const listed = (await call(router.tickets.list, { q: 'sla:breached' }, context())).items.find((ticket) => ticket.id === id)
  const { ticket } = await call(router.tickets.page, { id }, context())
  const { clocks } = await call(router.sla.ledger, { id }, context())
  const first = <T extends { metric: string }>(all: T[] | undefined) => all?.find(({ metric }) => metric === 'first_response')
  return {
    overrun: first(listed?.clocks)?.overrun,
    minutes: [first(listed?.clocks)?.overrun?.minutes, first(ticket.clocks)?.overrun?.minutes, first(clocks)?.overrunMinutes],
  }
}
const hour = 60
const day = 24 * hour

it('how long a target is overdue is the same business time in the list, on the ticket and in its calculation, on hold too', async () => {
  await makePolicy({ minutes: 60 })
  const { id } = await makeTicket(tenant())
  to(2 * hour)
  await sweepDesk(tenant())
  expect(await said(id)).toMatchObject({ minutes: [60, 60, 60], overrun: { isPaused: false } })
  expect(minute((await said(id)).overrun?.growsUntil ?? null)).toBe(8 * hour)
  // Closed from 17:00 to 9:00.
  to(day - 2 * hour)
  expect(await said(id)).toMatchObject({ minutes: [420, 420, 420], overrun: { growsUntil: null, isPaused: false } })
  to(day + hour)
  await move(id, 'hold')
  to(day + 4 * hour)
  expect(await said(id)).toMatchObject({ minutes: [480, 480, 480], overrun: { growsUntil: null, isPaused: true } })
  await move(id, 'in_progress')
  to(day + 5 * hour)
  expect(await said(id)).toMatchObject({ minutes: [540, 540, 540], overrun: { isPaused: false } })
  await move(id, 'hold')
  to(day + 6 * hour)
  expect((await said(id)).minutes).toEqual([540, 540, 540])
})
