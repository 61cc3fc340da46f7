import '@/lib/wiring/wire'
import { receiveFromResend } from '@/lib/channels/email/resend'
import { unlessOutage } from '@/lib/db/outage'

export const POST = (request: Request) => unlessOutage(() => receiveFromResend(request))
