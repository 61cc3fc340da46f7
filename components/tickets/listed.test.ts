import { expect, it } from 'vitest'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { ClockOutput, TicketOutput } from '@/lib/tickets/ticket/schema'
import { type ColumnName, columnNames } from '@/lib/tickets/views/values'
import { packRows, phoneColumns, unpackRows } from './listed'

const overrun = { minutes: 3.5, at: new Date(7000), growsUntil: null, isPaused: false }

const clock = (metric: ClockOutput['metric'], dueAt: Date | null) =>
  ({
    metric,
    startedAt: new Date(1000),
    dueAt,
    pausedAt: dueAt ? null : new Date(2000),
    breachedAt: null,
    targetMinutes: 60,
    overrun,
  }) as ClockOutput

function shownIn(name: ColumnName) {
  const { kind } = attributeNamed(name)[1]
  if (kind === 'instant') return new Date(3000)
  return kind === 'person' || kind === 'department' || kind === 'category' ? { id: 'c', name: `the ${name}` } : `the ${name}`
}

/** A ticket with something in each column. */
const ticket = {
  ...Object.fromEntries(columnNames.map((name) => [attributeNamed(name)[0], shownIn(name)])),
  id: 'a',
  version: 3,
  number: 'ACME-1',
  title: 'Title',
  snippet: 'Snippet',
  hasNewReply: true,
  isUnverified: false,
  updatedAt: new Date(5000),
  requester: { id: 'b', name: 'Nia', email: 'nia@example.com' },
  clocks: [clock('resolution', null), clock('first_response', new Date(9000))],
} as unknown as TicketOutput

it('rows carry whatever any column shows', () => {
  const [row] = unpackRows(packRows([ticket], columnNames))
  for (const name of columnNames) {
    const [key, { kind }] = attributeNamed(name)
    const value = (row as unknown as Record<string, unknown>)[key]
    if (kind === 'instant') expect(value, name).toBeInstanceOf(Date)
    else if (kind === 'person') expect(value, name).toEqual({ id: 'c', name: `the ${name}` })
    else if (kind === 'department' || kind === 'category') expect(value, name).toEqual({ name: `the ${name}` })
    else expect(row, name).toHaveProperty(key)
  }
  expect(row).toMatchObject({ id: 'a', version: 3, title: 'Title', hasNewReply: true, updatedAt: new Date(5000), snippet: 'Snippet' })
})

it('rows carry nothing else: of contacts their names, of clocks the first that is due', () => {
  const packed = packRows([ticket], [])
  const [row] = unpackRows(packed)
  expect(row?.requester).toEqual({ name: 'Nia' })
  expect(row?.clocks).toEqual([{ metric: 'first_response', startedAt: new Date(1000), dueAt: new Date(9000), pausedAt: null, overrun }])
  expect(Object.keys(packed)).toHaveLength(12)
  expect(phoneColumns).toHaveLength(4)
})

it('what comes again is carried once, and each row has its own', () => {
  const tickets = ['open', 'closed', 'open', 'closed', 'open'].map((status, n) => ({
    ...ticket,
    id: `${n}`,
    status,
    updatedAt: new Date(n),
  }))
  const packed = packRows(tickets as unknown as TicketOutput[], columnNames)
  expect(packed.status).toEqual({ of: ['open', 'closed'], at: [0, 1, 0, 1, 0] })
  const rows = unpackRows(packed)
  expect(rows.map(({ id, status, updatedAt }) => ({ id, status, updatedAt }))).toEqual(
    tickets.map(({ id, status, updatedAt }) => ({ id, status, updatedAt })),
  )
})

it('a list without tickets has no rows', () => {
  expect(unpackRows(packRows([], columnNames))).toEqual([])
})
