import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { ClockOutput, TicketOutput } from '@/lib/tickets/ticket/schema'
import { type ColumnName, columnNames } from '@/lib/tickets/views/schema'

export type ListedClock = Pick<ClockOutput, 'metric' | 'startedAt' | 'dueAt' | 'pausedAt' | 'overrun'>

const always = ['id', 'version', 'number', 'title', 'snippet', 'status', 'priority', 'hasNewReply', 'isUnverified', 'updatedAt'] as const

/** What a list shows of a ticket, whatever its columns are; what these show comes with it. */
export type ListedTicket = Pick<TicketOutput, (typeof always)[number]> & { requester: { name: string }; clocks: ListedClock[] }

/** Shown on a narrow screen, whatever the columns are. */
export const phoneColumns = columnNames.filter((name) => ['status', 'requester', 'clocks', 'updatedAt'].includes(attributeNamed(name)[0]))

/** Tickets as the page carries them to the browser: names of the columns once, and of each ticket only what is shown. */
export interface ListedRows {
  keys: string[]
  rows: unknown[][]
}

export function packRows(tickets: TicketOutput[], columns: readonly ColumnName[]): ListedRows {
  const keys = [...new Set<string>([...always, ...[...phoneColumns, ...columns].map((name) => attributeNamed(name)[0])])]
  return { keys, rows: tickets.map((ticket) => keys.map((key) => packed(key, (ticket as Record<string, unknown>)[key]))) }
}

export const unpackRows = ({ keys, rows }: ListedRows): ListedTicket[] =>
  rows.map((row) => Object.fromEntries(row.map((value, n) => [keys[n], value])) as unknown as ListedTicket)

function packed(key: string, value: unknown): unknown {
  if (key === 'clocks') return foremost(value as ClockOutput[]).map(packedClock)
  return value && typeof value === 'object' && 'name' in value ? { name: value.name } : value
}

const packedClock = ({ metric, startedAt, dueAt, pausedAt, overrun }: ClockOutput): ListedClock => ({
  metric,
  startedAt,
  dueAt,
  pausedAt,
  overrun,
})

/** The clock that matters most, if there is any: the first that is due, else one that is paused. */
export const foremost = <C extends ListedClock>(clocks: C[]): C[] =>
  [...clocks]
    .sort((a, b) => (a.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.dueAt?.getTime() ?? Number.POSITIVE_INFINITY))
    .slice(0, 1)
