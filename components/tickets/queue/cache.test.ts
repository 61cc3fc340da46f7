import { QueryClient } from '@tanstack/react-query'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Priority, priorities } from '@/lib/directory/values'
import { prioritised } from '@/lib/tickets/ticket/optimistic-change'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { arrivedIn, type CachedList, changeTicket, knownTicket, listKey, pendingIn, TicketConflict, tell, withPending } from './cache'

const id = 'a'
const ticket = (version: number, priority: Priority, status = 'created') =>
  ({ id, version, priority, status, number: 'ACME-1' }) as unknown as TicketOutput

class Conflict extends Error {}

/** A browser's cache with one list, and a server that answers when it is told to. */
function setUp() {
  const client = new QueryClient()
  client.setQueryData<CachedList>(listKey({ view: 'mine' }), { tickets: [ticket(1, 'low')], excerpts: {}, next: null })
  let stored = ticket(1, 'low')
  const sent: { version: number; priority: Priority; answer: (isBroken: boolean) => void }[] = []
  const outcomes: unknown[] = []
  const send = (priority: Priority) => (version: number) =>
    new Promise<TicketOutput>((resolve, reject) =>
      sent.push({
        version,
        priority,
        answer(isBroken) {
          if (isBroken) return reject(new Error('broken'))
          if (version !== stored.version) return reject(new Conflict('Amina changed it.'))
          stored = { ...stored, priority, version: stored.version + 1 }
          resolve(stored)
        },
      }),
    )
  return {
    client,
    sent,
    outcomes,
    now: () => stored,
    press(priority: Priority) {
      const change = {
        patch: prioritised(priority),
        reads: (of: { priority: Priority }) => of.priority,
        send: send(priority),
        get: async () => stored,
        isConflict: (error: unknown) => error instanceof Conflict,
      }
      void changeTicket(client, id, change).then(
        (after) => outcomes.push(after?.priority),
        (error) => outcomes.push(error),
      )
    },
    /** Someone else changes it. */
    elsewhere(change: Partial<TicketOutput>) {
      stored = { ...stored, ...change, version: stored.version + 1 }
      return stored
    },
    shown: () =>
      withPending(client.getQueryData<CachedList>(listKey({ view: 'mine' }))?.tickets[0] as never, pendingIn(client)) as TicketOutput,
  }
}

/** Until nothing more happens by itself. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

it('shows a change before it is sent, and sends quick ones one after the other at the newest version', async () => {
  const { press, sent, shown } = setUp()
  press('high')
  press('urgent')
  expect(shown().priority).toBe('urgent')
  await settle()
  expect(sent.map(({ version, priority }) => [version, priority])).toEqual([[1, 'high']])
  sent[0]?.answer(false)
  await settle()
  expect(shown()).toMatchObject({ priority: 'urgent', version: 2 })
  expect(sent.map(({ version, priority }) => [version, priority])).toEqual([
    [1, 'high'],
    [2, 'urgent'],
  ])
})

it('takes back what failed, and keeps what was asked for after it', async () => {
  const { press, sent, shown, outcomes } = setUp()
  press('high')
  press('urgent')
  await settle()
  sent[0]?.answer(true)
  await settle()
  expect(shown().priority).toBe('urgent')
  sent[1]?.answer(true)
  await settle()
  expect(shown()).toMatchObject({ priority: 'low', version: 1 })
  expect(outcomes).toHaveLength(2)
})

it('sends again where someone changed something else, and gives way where they changed the same', async () => {
  const { press, sent, shown, elsewhere, outcomes } = setUp()
  press('high')
  await settle()
  elsewhere({ status: 'hold' })
  sent[0]?.answer(false)
  await settle()
  sent[1]?.answer(false)
  await settle()
  expect(shown()).toMatchObject({ priority: 'high', status: 'hold', version: 3 })

  press('urgent')
  await settle()
  elsewhere({ priority: 'medium' })
  sent[2]?.answer(false)
  await settle()
  expect(shown().priority).toBe('medium')
  expect(outcomes.at(-1)).toBeInstanceOf(TicketConflict)
  expect(outcomes.at(-1)).toMatchObject({ message: 'Amina changed it.', now: { priority: 'medium' } })
})

it('whatever comes in whatever order: what was asked for shows until it is answered, and no older report replaces a newer', async () => {
  const step = fc.oneof(
    fc.record({ press: fc.constantFrom(...priorities) }),
    fc.record({ answer: fc.boolean() }),
    fc.record({ elsewhere: fc.constantFrom(...priorities) }),
    // A list that was read a while ago, and comes in only now.
    fc.record({ report: fc.nat(5) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { client, press, sent, shown, elsewhere, now, outcomes } = setUp()
      const said = [now()]
      let answered = 0
      let pressed = 0
      for (const one of steps) {
        const before = knownTicket(client, id)?.version ?? 0
        if ('press' in one) {
          pressed++
          press(one.press)
          expect(shown().priority).toBe(one.press)
        } else if ('answer' in one) {
          if (answered < sent.length) sent[answered++]?.answer(one.answer)
        } else if ('elsewhere' in one) said.push(elsewhere({ priority: one.elsewhere }))
        else tell(client, [said[one.report % said.length] as TicketOutput])
        await settle()
        expect(knownTicket(client, id)?.version).toBeGreaterThanOrEqual(before)
        const waiting = pendingIn(client)
        expect(waiting).toHaveLength(pressed - outcomes.length)
        if (waiting.length === 0) expect(shown()).toEqual(knownTicket(client, id))
      }
      while (answered < sent.length) {
        sent[answered++]?.answer(false)
        await settle()
      }
      expect(pendingIn(client)).toEqual([])
      expect(outcomes).toHaveLength(pressed)
    }),
    { numRuns: 60 },
  )
})

it('tickets are new that stand among those that are shown, and after them only where these are the whole list', () => {
  const found = ['due first', 'shown', 'due last'].map((name) => ({ id: name }) as unknown as TicketOutput)
  const arrived = (isWhole: boolean) => arrivedIn(found, new Set(['shown']), isWhole).map(({ id }) => id)
  expect(arrived(false)).toEqual(['due first'])
  expect(arrived(true)).toEqual(['due first', 'due last'])
})
