import type { Reference } from '@/lib/core/schema'
import { attributeNamed } from '@/lib/tickets/ticket/attribute-names'
import type { ClockOutput, TicketOutput } from '@/lib/tickets/ticket/schema'
import { type ColumnName, columnNames } from '@/lib/tickets/views/values'

export type ListedClock = Pick<ClockOutput, 'metric' | 'startedAt' | 'dueAt' | 'pausedAt' | 'overrun'>

const always = ['id', 'version', 'number', 'title', 'snippet', 'status', 'priority', 'hasNewReply', 'isUnverified', 'updatedAt'] as const

/** What a list shows of a ticket, whatever its columns are; what these show comes with it. */
export type ListedTicket = Pick<TicketOutput, (typeof always)[number]> & { requester: { name: string }; clocks: ListedClock[] }

/** Shown on a narrow screen, whatever the columns are. */
export const phoneColumns = columnNames.filter((name) => ['status', 'requester', 'clocks', 'updatedAt'].includes(attributeNamed(name)[0]))

/** The values of an attribute for all rows; of few values that come again each once, and for each row the place of its own. */
type Packed = unknown[] | { of: unknown[]; at: number[] }

/** Tickets as the page carries them to the browser: of each only what is shown, one attribute after the other. */
export type ListedRows = Record<string, Packed>

const kindOf = new Map<string, string>(columnNames.map((name) => [attributeNamed(name)[0], attributeNamed(name)[1].kind]))

export function packRows(tickets: TicketOutput[], columns: readonly ColumnName[]): ListedRows {
  const keys = new Set<string>([...always, ...[...phoneColumns, ...columns].map((name) => attributeNamed(name)[0])])
  return Object.fromEntries(
    [...keys].map((key) => [key, pack(tickets.map((ticket) => written(key, (ticket as Record<string, unknown>)[key] ?? null)))]),
  )
}

export function unpackRows(packed: ListedRows): ListedTicket[] {
  const columns = Object.entries(packed).map(([key, values]) => [key, unpack(values)] as const)
  return (columns[0]?.[1] ?? []).map(
    (_, n) => Object.fromEntries(columns.map(([key, values]) => [key, read(key, values[n])])) as unknown as ListedTicket,
  )
}

function pack(values: unknown[]): Packed {
  const of = [...new Set(values)]
  return of.length * 2 > values.length ? values : { of, at: values.map((value) => of.indexOf(value)) }
}

const unpack = (packed: Packed): unknown[] => (Array.isArray(packed) ? packed : packed.at.map((place) => packed.of[place]))

function written(key: string, value: unknown): unknown {
  if (value === null) return null
  switch (kindOf.get(key)) {
    case 'instant':
      return (value as Date).getTime()
    case 'clocks':
      return foremost(value as ClockOutput[]).map(writtenClock)
    case 'person':
      return `${(value as Reference).id} ${(value as Reference).name}`
    default:
      return typeof value === 'object' && 'name' in value ? value.name : value
  }
}

function read(key: string, value: unknown): unknown {
  if (value === null) return null
  switch (kindOf.get(key)) {
    case 'instant':
      return new Date(value as number)
    case 'clocks':
      return (value as WrittenClock[]).map(readClock)
    case 'person': {
      const [id, ...name] = (value as string).split(' ')
      return { id, name: name.join(' ') }
    }
    case 'requester':
    case 'department':
    case 'category':
      return { name: value }
    default:
      return value
  }
}

type Ms = number | null
type WrittenClock = [ListedClock['metric'], number, Ms, Ms, [minutes: number, at: number, growsUntil: Ms, isPaused: boolean] | null]

const ms = (at: Date | null): Ms => at?.getTime() ?? null
const date = (at: Ms): Date | null => (at === null ? null : new Date(at))

const writtenClock = ({ metric, startedAt, dueAt, pausedAt, overrun }: ClockOutput): WrittenClock => [
  metric,
  startedAt.getTime(),
  ms(dueAt),
  ms(pausedAt),
  overrun && [Math.round(overrun.minutes * 1000) / 1000, overrun.at.getTime(), ms(overrun.growsUntil), overrun.isPaused],
]

const readClock = ([metric, startedAt, dueAt, pausedAt, overrun]: WrittenClock): ListedClock => ({
  metric,
  startedAt: new Date(startedAt),
  dueAt: date(dueAt),
  pausedAt: date(pausedAt),
  overrun: overrun && { minutes: overrun[0], at: new Date(overrun[1]), growsUntil: date(overrun[2]), isPaused: overrun[3] },
})

/** The clock that matters most, if there is any: the first that is due, else one that is paused. */
export const foremost = <C extends ListedClock>(clocks: C[]): C[] =>
  [...clocks]
    .sort((a, b) => (a.dueAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.dueAt?.getTime() ?? Number.POSITIVE_INFINITY))
    .slice(0, 1)
