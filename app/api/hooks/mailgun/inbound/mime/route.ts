import '@/lib/wiring/wire'
import { receiveFromMailgun } from '@/lib/channels/email/mailgun'
import { unlessOutage } from '@/lib/db/outage'

export const POST = (request: Request) => unlessOutage(() => receiveFromMailgun(request))
