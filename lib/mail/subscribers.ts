import { defineSubscriber } from '../events/subscriber'
import { sendQueued } from './send'

/** Sends what was queued; it marks the message itself, at once when it is out. */
export const sendMail = defineSubscriber(
  'mail.send',
  ['mail.queued'],
  ({ tenant, event }) => sendQueued(tenant, event.subjectId as string),
  { priority: 'first' },
)
