import MailComposer from 'nodemailer/lib/mail-composer/index.js'

export interface MailContent {
  from: { name: string; address: string }
  replyTo?: string
  to: string[]
  cc?: string[]
  subject: string
  text: string
  html?: string
  /** With `cid` it stands within the HTML, which names it so. */
  attachments?: { filename: string; content: Uint8Array; contentType: string; cid?: string }[]
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

/** The message as it goes over the wire (RFC 5322). */
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
    attachments: mail.attachments?.map(({ content, ...rest }) => ({ ...rest, content: Buffer.from(content) })),
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
