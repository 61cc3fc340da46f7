import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import type { Enclosure } from './enclosure'

export interface MailContent {
  from: { name: string; address: string }
  replyTo?: string
  to: string[]
  cc?: string[]
  subject: string
  text: string
  html?: string
  /** What it carries, with what stands in its place. */
  enclosures?: (Omit<Enclosure, 'fileId'> & { marker: string })[]
  /** Without angle brackets, like every Message-ID in Baraza. */
  messageId: string
  inReplyTo?: string
  /** Oldest first. */
  references?: string[]
  /** True for what no person wrote (RFC 3834), so that nobody's robot answers it. */
  isAutomatic: boolean
  /** Where one click turns off mail of its kind (RFC 8058). */
  unsubscribe?: string
}

const bracketed = (id: string) => `<${id}>`

const alone = (address: string) => ({ name: '', address })

/** A message within a message goes as it is (RFC 2046, 5.2.1). */
const encodingOf = (contentType: string) =>
  /^message\//i.test(contentType)
    ? { contentTransferEncoding: '8bit' as const, contentDisposition: 'attachment' as const }
    : { contentTransferEncoding: 'base64' as const }

/** The message as it goes over the wire (RFC 5322), but for its files. */
export function buildMime(mail: MailContent, date: Date): Promise<Buffer> {
  const composer = new MailComposer({
    from: mail.from,
    // As it is, not a text in which addresses are looked for.
    replyTo: mail.replyTo && alone(mail.replyTo),
    to: mail.to.map(alone),
    cc: mail.cc?.map(alone),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.enclosures?.map(({ marker, ...file }) => ({ ...file, ...encodingOf(file.contentType), content: marker })),
    date,
    messageId: bracketed(mail.messageId),
    inReplyTo: mail.inReplyTo && bracketed(mail.inReplyTo),
    references: mail.references?.map(bracketed),
    headers: {
      // By which we know our own mail when something sends it back to us.
      'X-Loop': mail.from.address,
      ...(mail.unsubscribe ? { 'List-Unsubscribe': `<${mail.unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
      ...(mail.isAutomatic ? { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } : {}),
    },
  })
  return composer.compile().build()
}
