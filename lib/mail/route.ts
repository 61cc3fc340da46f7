import { env } from '../env'
import { mailgun } from './mailgun'
import { resend } from './resend'
import { serverSmtp } from './smtp'
import { type MailTransport, spool } from './transport'

/** The installation's own way out: the first that is set up. */
export function serverTransport(): MailTransport {
  const { RESEND_API_KEY, MAILGUN_API_KEY, MAILGUN_DOMAIN, SMTP_URL } = env()
  if (RESEND_API_KEY) return resend
  if (MAILGUN_API_KEY && MAILGUN_DOMAIN) return mailgun
  return SMTP_URL ? serverSmtp(SMTP_URL) : spool
}
