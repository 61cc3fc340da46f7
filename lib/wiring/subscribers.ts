import { ingestMail } from '../channels/email/ingest'
import { composeMail } from '../correspondence/subscribers'
import type { Subscriber } from '../events/subscriber'
import { sendMail } from '../mail/subscribers'
import { createNotifications } from '../notifications/subscribers'
import { renameTenant } from '../platform/subscribers'
import { publishChange } from '../realtime/publish'
import { revokeListening } from '../realtime/revoke'
import { indexTicket } from '../search/search-index'
import { escalateTicket } from '../sla/escalation'
import { followContacts } from '../sla/subscribers'
import { tellParticipants } from '../tickets/conversation/subscribers'
import { routeTicket } from '../tickets/ticket/routing'
import { planTransition } from '../tickets/ticket/scheduled-transitions'
import { checkDomain } from '../workspace/domains'

/** All consumers of events. Each says itself what it listens to. */
export const subscribers: readonly Subscriber[] = [
  ingestMail,
  composeMail,
  sendMail,
  planTransition,
  routeTicket,
  escalateTicket,
  followContacts,
  checkDomain,
  renameTenant,
  createNotifications,
  indexTicket,
  publishChange,
  tellParticipants,
  revokeListening,
]
