import { type KeysWith, keysWith, type NameOf, nameOf } from '../ticket/attribute-names'
import { attributes } from '../ticket/attributes'

/** The views every workspace has, in the filter language. */
export const deskViews = {
  mine: 'assignee:me status:open',
  unassigned: 'assignee:none status:open',
  open: 'status:open',
  breaching: 'status:open sla:breached,soon',
  unread: 'is:unread status:open',
  mentions: 'is:mentioned',
  hold: 'status:hold',
  done: 'status:done',
  all: '',
} as const

export type ViewName = keyof typeof deskViews

type SortName = NameOf<KeysWith<{ sort: object }>>
export type TicketSort = SortName | `-${SortName}`

/** Orders of a list: by the name of an attribute, upwards, or downwards after a `-`. */
export const sorts = keysWith('sort').flatMap((key) => [`-${nameOf(key)}`, nameOf(key)]) as [TicketSort, ...TicketSort[]]

export type ColumnName = NameOf<KeysWith<{ list: object }>>

export const listed = keysWith('list').toSorted((a, b) => attributes[a].list.place - attributes[b].list.place)

/** What a list can show of a ticket beside its number and title, from the left. */
export const columnNames = listed.map(nameOf) as [ColumnName, ...ColumnName[]]

export const viewScopes = ['personal', 'department', 'desk'] as const
export type ViewScope = (typeof viewScopes)[number]

/** Counts end here: "999+". */
export const mostCounted = 1000
