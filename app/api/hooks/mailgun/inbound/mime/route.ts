import '@/lib/wiring/wire'
import { receiveFromMailgun } from '@/lib/channels/email/mailgun'

export const POST = (request: Request) => receiveFromMailgun(request)
