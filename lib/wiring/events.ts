import { accountEvents } from '../accounts/events'
import { auditEvents } from '../audit/events'
import { emailEvents } from '../channels/email/events'
import { contactEvents } from '../contacts/events'
import { correspondenceEvents } from '../correspondence/events'
import { directoryEvents } from '../directory/events'
import type { EventTypes } from '../events/event-types'
import { kbEvents } from '../kb/articles/events'
import { kbReaderEvents } from '../kb/readers/events'
import { kbSearchEvents } from '../kb/search/events'
import { mailEvents } from '../mail/events'
import { notificationEvents } from '../notifications/events'
import { privacyEvents } from '../privacy/events'
import { slaEvents } from '../sla/events'
import { actionEvents } from '../tickets/actions/events'
import { cannedEvents } from '../tickets/canned/events'
import { conversationEvents } from '../tickets/conversation/events'
import { fieldEvents } from '../tickets/fields/events'
import { linkEvents } from '../tickets/links/events'
import { ticketEvents } from '../tickets/ticket/events'
import { viewEvents } from '../tickets/views/events'
import { workspaceEvents } from '../workspace/events'

/** Every type of event there is; one that is declared and missing here does not compile. */
export const eventTypes: EventTypes = {
  ...accountEvents,
  ...workspaceEvents,
  ...directoryEvents,
  ...notificationEvents,
  ...ticketEvents,
  ...conversationEvents,
  ...cannedEvents,
  ...slaEvents,
  ...linkEvents,
  ...contactEvents,
  ...privacyEvents,
  ...fieldEvents,
  ...actionEvents,
  ...viewEvents,
  ...emailEvents,
  ...auditEvents,
  ...correspondenceEvents,
  ...mailEvents,
  ...kbEvents,
  ...kbReaderEvents,
  ...kbSearchEvents,
}
