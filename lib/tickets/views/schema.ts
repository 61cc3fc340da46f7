import { z } from 'zod'
import { pageOf } from '../../core/page'
import { ticketOutput } from '../ticket/schema'

export const ticketPage = pageOf(ticketOutput).extend({
  /** What was looked for in place of words that nobody ever wrote. */
  corrections: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
  /** Where the words were found, by ticket. */
  excerpts: z.record(z.string(), z.string()).optional(),
})

/** The views every desk has, in the filter language. */
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

export const sorts = ['-updated', 'updated', '-created', 'created', '-priority', 'priority', 'due', '-due', 'sla', '-sla'] as const
export type TicketSort = (typeof sorts)[number]

/** The order of a view that was not saved. */
export const sortOfView = (view: string): TicketSort => (view === 'breaching' ? 'sla' : '-updated')

/** What a list can show of a ticket beside its number and title. */
export const columnNames = [
  'requester',
  'department',
  'category',
  'type',
  'status',
  'priority',
  'assignee',
  'tags',
  'source',
  'created',
  'due',
  'sla',
  'updated',
] as const
export type ColumnName = (typeof columnNames)[number]

export const defaultColumns: ColumnName[] = ['requester', 'department', 'tags', 'sla', 'status', 'assignee', 'updated']

export const viewScopes = ['personal', 'department', 'desk'] as const

export const viewOutput = z.object({
  id: z.uuid(),
  version: z.number().int(),
  name: z.string(),
  scope: z.enum(viewScopes),
  departmentId: z.uuid().nullable(),
  filter: z.string(),
  sort: z.enum(sorts),
  columns: z.array(z.enum(columnNames)),
  position: z.number().int(),
  /** Whether the caller may change or remove it. */
  isOwn: z.boolean(),
})
export type ViewOutput = z.output<typeof viewOutput>

/** Counts end here: "999+". */
export const mostCounted = 1000
