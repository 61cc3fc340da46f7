import { z } from 'zod'
import { pageOf, stamps } from '../../core/page'
import { type KeysWith, keysWith, type NameOf, nameOf } from '../ticket/attribute-names'
import { attributes } from '../ticket/attributes'
import { shownFilter, ticketOutput } from '../ticket/schema'

export const ticketPage = pageOf(ticketOutput).extend({
  /** What was looked for in place of words that nobody ever wrote. */
  corrections: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  /** Where the words were found, by ticket. */
  excerpts: z.record(z.string(), z.string()).optional(),
})

/** The views every workspace has, in the filter language. */
export const deskViews = {
  mine: 'assignee:me status:open',
  unassigned: 'assignee:none status:open',
  open: 'status:open',
  breaching: 'status:open sla:breached,soon',
  unread: 'is:unread status:open',
  hold: 'status:hold',
  done: 'status:done',
  all: '',
} as const

export type ViewName = keyof typeof deskViews

export const viewNames = Object.keys(deskViews) as [ViewName, ...ViewName[]]

type SortName = NameOf<KeysWith<{ sort: object }>>
export type TicketSort = SortName | `-${SortName}`

/** Orders of a list: by the name of an attribute, upwards, or downwards after a `-`. */
export const sorts = keysWith('sort').flatMap((key) => [`-${nameOf(key)}`, nameOf(key)]) as [TicketSort, ...TicketSort[]]

/** The order of a view that was not saved. */
export const sortOfView = (view: string): TicketSort => (view === 'breaching' ? 'sla' : '-updated')

export type ColumnName = NameOf<KeysWith<{ list: object }>>

const listed = keysWith('list').toSorted((a, b) => attributes[a].list.place - attributes[b].list.place)

/** What a list can show of a ticket beside its number and title, from the left. */
export const columnNames = listed.map(nameOf) as [ColumnName, ...ColumnName[]]

export const defaultColumns = listed.filter((key) => 'isDefault' in attributes[key].list).map(nameOf) as ColumnName[]

export const viewScopes = ['personal', 'department', 'desk'] as const
export type ViewScope = (typeof viewScopes)[number]

export const viewOutput = z.object({
  id: z.uuid(),
  ...stamps,
  name: z.string(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  ...shownFilter,
  sort: z.enum(sorts),
  columns: z.array(z.enum(columnNames)),
  position: z.number().int(),
  /** Whether the caller may change or remove it. */
  isOwn: z.boolean(),
})
export type ViewOutput = z.output<typeof viewOutput>

/** Counts end here: "999+". */
export const mostCounted = 1000

/** The tickets of a contact or an organisation, as far as whoever asks may see them. */
export const ticketCounts = z.object({
  id: z.uuid(),
  /** Of those that are counted. */
  open: z.int(),
  /** Up to `mostCounted`, those whose last activity is newest. */
  all: z.int(),
  /** When the last of what a customer sees of one of them changed; null without a ticket. */
  lastActivityAt: z.date().nullable(),
})
export type TicketCounts = z.output<typeof ticketCounts>
