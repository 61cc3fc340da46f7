import { expect, it } from 'vitest'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { ClockOutput, TicketOutput } from '@/lib/tickets/ticket/schema'
import { columnNames } from '@/lib/tickets/views/schema'
import { packRows, phoneColumns, unpackRows } from './listed'

const clock = (metric: ClockOutput['metric'], dueAt: Date | null) =>
  ({
    metric,
    startedAt: new Date(1000),
    dueAt,
    pausedAt: dueAt ? null : new Date(2000),
    breachedAt: null,
    targetMinutes: 60,
    overrun: null,
  }) as ClockOutput

/** A ticket with something in each column. */
const ticket = {
  ...Object.fromEntries(columnNames.map((name) => [attributeNamed(name)[0], `the ${name}`])),
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
  for (const name of columnNames) expect(row, name).toHaveProperty(attributeNamed(name)[0])
  expect(row).toMatchObject({ id: 'a', version: 3, title: 'Title', hasNewReply: true, updatedAt: new Date(5000), snippet: 'Snippet' })
})

it('rows carry nothing else: of people their names, of clocks the first that is due', () => {
  const packed = packRows([ticket], [])
  const [row] = unpackRows(packed)
  expect(row?.requester).toEqual({ name: 'Nia' })
  expect(row?.clocks).toMatchObject([{ metric: 'first_response', dueAt: new Date(9000) }])
  expect(packed.keys).toHaveLength(12)
  expect(phoneColumns).toHaveLength(4)
})
