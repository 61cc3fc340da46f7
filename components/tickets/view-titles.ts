import type { ColumnName, TicketSort, ViewName } from '@/lib/tickets/views/schema'

export const viewTitles: Record<ViewName, string> = {
  mine: 'Mine',
  unassigned: 'Unassigned',
  open: 'All open',
  breaching: 'Breaching soon',
  unread: 'New replies',
  hold: 'On hold',
  done: 'Done',
  all: 'Everything',
}

export const sortTitles: Record<TicketSort, string> = {
  '-updated': 'Last changed first',
  updated: 'Longest unchanged first',
  '-created': 'Newest first',
  created: 'Oldest first',
  '-priority': 'Most urgent first',
  priority: 'Least urgent first',
  due: 'Due first',
  '-due': 'Due last',
  sla: 'SLA: due first',
  '-sla': 'SLA: due last',
}

export const columnTitles: Record<ColumnName, string> = {
  requester: 'Requester',
  department: 'Department',
  category: 'Category',
  type: 'Type',
  status: 'Status',
  priority: 'Priority',
  assignee: 'Assignee',
  tags: 'Tags',
  source: 'Came by',
  created: 'Opened',
  due: 'Due',
  sla: 'SLA',
  updated: 'Changed',
}
