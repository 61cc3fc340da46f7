import { notificationActions } from '../notifications/actions'
import type { ActionRegistry } from '../tickets/actions/action-registry'
import { ticketActions } from '../tickets/actions/actions'
import { macroActions } from '../tickets/canned/actions'

/** What every kind of action does; one that is declared and missing here does not compile. */
export const actions: ActionRegistry = { ...ticketActions, ...macroActions, ...notificationActions }
