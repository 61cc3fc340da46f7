import type { ViewName } from '@/lib/tickets/views/schema'

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
