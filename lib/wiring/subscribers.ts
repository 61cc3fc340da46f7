import { ingestMail } from '../channels/email/ingest'
import { composeMail } from '../correspondence/subscribers'
import type { Subscriber } from '../events/relay'
import type { SubscriberName } from '../events/subscriptions'
import { sendMail } from '../mail/subscribers'
import { createNotifications } from '../notifications/create'
import { publishChange } from '../realtime/publish'
import { revokeListening } from '../realtime/revoke'
import { indexTicket } from '../search/indexing'
import { escalateTicket } from '../sla/escalation'
import { followContacts } from '../sla/subscribers'
import { routeTicket } from '../tickets/ticket/routing'
import { planTurn } from '../tickets/ticket/scheduled-transitions'
import { checkDomain } from '../workspace/domains'

/** The only file that knows all consumers. */
export const subscribers: Record<SubscriberName, Subscriber> = {
  'mail.ingest': ingestMail,
  'mail.compose': composeMail,
  'mail.send': sendMail,
  'tickets.turns': planTurn,
  'tickets.route': routeTicket,
  'sla.escalate': escalateTicket,
  'sla.follow': followContacts,
  'domain.check': checkDomain,
  'notifications.create': createNotifications,
  'search.index': indexTicket,
  'realtime.publish': publishChange,
  'realtime.revoke': revokeListening,
}
