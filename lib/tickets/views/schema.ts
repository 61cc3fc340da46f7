import { z } from 'zod'
import { pageOf, stamps } from '../../core/page'
import { nameOf } from '../ticket/attribute-names'
import { attributes } from '../ticket/attributes'
import { shownFilter, ticketOutput } from '../ticket/schema'
import { type ColumnName, columnNames, deskViews, listed, sorts, type TicketSort, type ViewName, viewScopes } from './values'

export * from './values'

export const ticketPage = pageOf(ticketOutput).extend({
  /** What was looked for in place of words that nobody ever wrote. */
  corrections: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  /** Where the words were found, by ticket. */
  excerpts: z.record(z.string(), z.string()).optional(),
})

/** How a customer's list of requests can be narrowed: `waiting` is what waits for their reply. */
export const requestStates = ['open', 'waiting', 'closed'] as const

/** Views of what waits for an answer: what is due first stands first. */
const inSlaOrder: readonly string[] = ['mine', 'unassigned', 'open', 'breaching', 'unread']

export const viewNames = Object.keys(deskViews) as [ViewName, ...ViewName[]]

/** The order of a view that was not saved. */
export const sortOfView = (view: string): TicketSort => (inSlaOrder.includes(view) ? 'sla' : '-updated')

export const defaultColumns = listed.filter((key) => 'isDefault' in attributes[key].list).map(nameOf) as ColumnName[]

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

/** How far back tickets are counted by month, the current month among them. */
export const monthsShown = 12

/** Tickets by the month in which they were created, in the time zone of whoever asks. */
export const ticketMonth = z.object({
  /** `2026-05` */
  month: z.string(),
  /** Those that are open now. */
  open: z.int(),
  done: z.int(),
})
export type TicketMonth = z.output<typeof ticketMonth>
