import '@/lib/wiring/wire'
import { receiveMailgunEvent } from '@/lib/channels/email/mailgun-events'
import { unlessOutage } from '@/lib/db/outage'

export const POST = (request: Request) => unlessOutage(() => receiveMailgunEvent(request))
