import { env } from '../env'
import { serverSmtp } from './smtp'
import { type MailTransport, spool } from './transport'

/** The installation's own way out: the first that is set up. */
export function serverTransport(): MailTransport {
  const { SMTP_URL } = env()
  return SMTP_URL ? serverSmtp(SMTP_URL) : spool
}
