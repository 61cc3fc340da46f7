import { receiveFromMailgun } from '@/lib/channels/email/mailgun'

export const POST = (request: Request) => receiveFromMailgun(request)
