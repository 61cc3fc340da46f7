import { ingestMail } from '../channels/email/ingest'
import { composeMail } from '../mail/compose'
import { sendMail } from '../mail/send'
import { createNotifications } from '../notifications/create'
import { publishChange } from '../realtime/publish'
import { revokeListening } from '../realtime/revoke'
import { indexTicket } from '../search'
import { escalateTicket } from '../sla/escalate'
import { followContacts } from '../sla/follow'
import { checkDomain } from '../tenancy/domains'
import { routeTicket } from '../tickets/routing'
import { planTurn } from '../tickets/turns'
import type { Subscriber } from './relay'
import type { SubscriberName } from './subscriptions'

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
