import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { withTenant } from '../db/scope'
import { asSystem } from '../events/as-system'
import { returnAddress, supportAddress } from '../mail/addresses'
import { suppress } from '../mail/suppression'
import type { ResolvedTenant } from '../tenancy/resolve'

/** A lamp. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAPAAAAB4BAMAAAA+mGIUAAAAD1BMVEXo4tb47MSwjWLyuEtKSko8GN5oAAAACXBIWXMAAAsTAAALEwEAmpwYAAABQklEQVRo3u3SwW0DMQxEURtqgAOkglQggBUE2P5r8tk2SXkRjZhoOce9PHxqb7darVar1Wq12p+cvmyV217hvjusmnTry8HtHe57w6pJt86CmwX3nWHVpFtfDm423PeFVZNunQU3D+67wqpJt74c3Hy47wmrJt06C24R3HeEVZNufTm4xXDfD1ZNujWe9nUcP89fWO59BMuSYAPGkmALlhXBFowVwSYsC4JNGAuCbVj4wTYMfrADCz3YgUEP9mBhB3sw2MEuLORgFwY52IeFG+zD4AYHsFCDAxjU4AiW/w3jPAxmcAgLMTiEQQyOYeEFxzB4wQNYaMEDGLTgESys4BEMVvAQFlLwEAYpeAwLJ3gMY3bw8bbJyfgtjMkv/Dksc1/4cxhzf+kTsEz9pU/AQfJ30gouuOCCCy644IILLngj+AFXzNwNj6yblQAAAABJRU5ErkJggg=='

interface Given {
  from: string | null
  subject: string
  head?: string[]
  body: string
  returnPath?: string
  isSpam?: boolean
  /** Its sender's domain says that it did not send it. */
  isForged?: boolean
}

const text = 'Content-Type: text/plain; charset=utf-8'

/** What a workspace's mailbox brings beside requests: each kind of mail that becomes no ticket, and what has to be looked at. */
const kept: Given[] = [
  { from: null, subject: 'Scan from the copier on floor 2', head: [text], body: 'Your document is attached.' },
  {
    from: 'Acme Outfitters <support@acme.localhost>',
    subject: 'Re: Where is my parcel?',
    head: [text, 'X-Loop: support@acme.localhost'],
    body: 'This is our own acknowledgement; a mailbox of the customer sent it back to us.',
  },
  {
    from: 'Lucía Fernández <lucia@moda-lima.example>',
    subject: 'Automatic reply: Your order 20455',
    head: [text, 'Auto-Submitted: auto-replied', 'X-Auto-Response-Suppress: All'],
    body: 'I am out of the office until Monday and will read your message then.',
    returnPath: '',
  },
  {
    from: 'Mail Delivery System <mailer-daemon@mail.nyota-hotels.example>',
    subject: 'Undelivered Mail Returned to Sender',
    head: [text, 'Auto-Submitted: auto-replied', 'X-Failed-Recipients: bookings@nyota-hotels.example'],
    body: 'Your message could not be delivered to one or more recipients.\r\n\r\n<bookings@nyota-hotels.example>: 550 5.1.1 User unknown',
    returnPath: '',
  },
  {
    from: 'Peter Njoroge <peter.njoroge@example.com>',
    subject: 'Read: Invoice for March',
    head: ['Content-Type: multipart/report; report-type=disposition-notification; boundary=r'],
    body: '--r\r\nContent-Type: text/plain\r\n\r\nYour message was read.\r\n--r\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; peter.njoroge@example.com\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--r--',
  },
  { from: 'Prize Office <win@lottery-prize.example>', subject: 'You have won 1,000,000', head: [text], body: 'Send us your bank details to receive your prize today.', isSpam: true },
  { from: 'SEO Experts <rank@first-page.example>', subject: 'Your website on the first page', head: [text], body: 'We bring any website to the first page in seven days.', isSpam: true },
] // biome-ignore format: a list reads better than a column

const first: Given = {
  from: 'Nia Wambui <nia.wambui@nyota-hotels.example>',
  subject: 'Lamp in room 12 flickers',
  head: ['Cc: Front desk <desk@nyota-hotels.example>', 'Content-Type: multipart/related; boundary=r'],
  body: [
    '--r\r\nContent-Type: text/html; charset=utf-8\r\n',
    '<p>Good morning,</p><p>one of the lamps that we bought in May flickers since last night. This is what it looks like:</p>' +
      '<p><img src="cid:lamp@nyota-hotels.example" alt="" width="240"></p><p>Could somebody come and look at it?</p><p>Nia</p>',
    `--r\r\nContent-Type: image/png; name="lamp.png"\r\nContent-ID: <lamp@nyota-hotels.example>\r\nContent-Disposition: inline; filename="lamp.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${picture}`,
    '--r--',
  ].join('\r\n'),
}

/** The same person writes again, from another program: an invitation, with the first message quoted below. */
const second = (id: string): Given => ({
  from: first.from,
  subject: `Re: ${first.subject}`,
  head: [`In-Reply-To: <${id}>`, 'Content-Type: multipart/mixed; boundary=m'],
  body: [
    '--m\r\nContent-Type: text/plain; charset=utf-8\r\n',
    'Tomorrow morning would suit us; I have sent an invitation along.\r\n\r\nNia\r\n\r\nOn Thu, 26 Nov 2026 at 09:12, Nia Wambui <nia.wambui@nyota-hotels.example> wrote:\r\n\r\n> one of the lamps that we bought in May flickers since last night.\r\n> Could somebody come and look at it?',
    '--m\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST; name="invite.ics"\r\n',
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:lamp-12\r\nSUMMARY:Repair of the lamp\r\nLOCATION:Nyota Hotel\\, room 12\r\nDTSTART;TZID=Africa/Nairobi:20261201T090000\r\nDTEND;TZID=Africa/Nairobi:20261201T100000\r\nORGANIZER:mailto:nia.wambui@nyota-hotels.example\r\nEND:VEVENT\r\nEND:VCALENDAR',
    '--m--',
  ].join('\r\n'),
})

const mistyped: Given = {
  from: 'Old Mill Store <orders@old-mill.example>',
  subject: 'Catalogue for the new season',
  head: [text],
  body: 'Hello,\r\n\r\nwhen does the catalogue for the new season come out? We would like to order early.\r\n\r\nOld Mill Store',
}

/** A sender that is not who they say, with people in Cc and a picture that would tell who looks. */
const forged: Given = {
  from: 'Accounts <accounts@nyota-hotels.example>',
  subject: 'New bank account',
  head: ['Cc: Nia Wambui <nia.wambui@nyota-hotels.example>', 'Content-Type: text/html; charset=utf-8'],
  body:
    '<p>Dear team,</p><p>we have a new bank account. Please pay the refund of order 20455 there.</p>' +
    '<p><img src="https://pictures.nyota-hotels.example/signature.png" alt="Nyota Hotels" width="240" height="80"></p>',
  isForged: true,
}

/** What comes back of the answer to it. */
const returned: Given = {
  from: 'Mail Delivery System <mailer-daemon@mail.old-mill.example>',
  subject: 'Undelivered Mail Returned to Sender',
  head: ['Auto-Submitted: auto-replied', 'Content-Type: multipart/report; report-type=delivery-status; boundary=r'],
  body: '--r\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.old-mill.example\r\n\r\nFinal-Recipient: rfc822; orders@old-mill.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n--r--',
  returnPath: '',
}

/** Mail that came in, through the same pipeline as any other. */
export async function seedMails(tenant: ResolvedTenant) {
  const support = supportAddress(tenant.ref)
  let n = 0
  const deliver = ({ from, subject, head = [], body, returnPath, isSpam, isForged }: Given, recipient = support) => {
    const id = `demo-${++n}@${tenant.ref.slug}.example`
    const lines = [
      ...(from ? [`From: ${from}`] : []),
      `To: ${recipient}`,
      `Subject: ${subject}`,
      `Message-ID: <${id}>`,
      'MIME-Version: 1.0',
      ...head,
    ]
    // The provider has looked at each, so that the DNS is not asked for names that are none.
    const said = isForged ? 'fail' : 'pass'
    const verdict = { spf: said, dkim: said, dmarc: said, isSpam: isSpam ?? false } as const
    const raw = Buffer.from([...lines, '', body].join('\r\n'))
    return receiveMail(tenant, { recipient, provider: 'demo', raw, returnPath, verdict }, 'demo').then(() => id)
  }
  for (const mail of kept) await deliver(mail)
  const id = await deliver(first)
  await drainBackground()
  await deliver(second(id))
  await deliver(forged)
  await deliver(mistyped)
  await drainBackground()
  const answer = await withTenant(tenant.ref, (tx) =>
    tx.outboundMail.findFirst({ where: { tenantId: tenant.ref.id, recipients: { has: 'orders@old-mill.example' } }, select: { id: true } }),
  )
  if (answer) await deliver(returned, returnAddress(tenant.ref, answer.id, 'orders@old-mill.example'))
  await asSystem(tenant, 'demo', (work) =>
    suppress(work, { email: 'newsletter@first-page.example', reason: 'manual', detail: 'Asked not to be contacted by email.' }),
  )
  await drainBackground()
  // The team begins with nothing unread, as with the rest of the demo.
  await withTenant(tenant.ref, (tx) =>
    tx.notification.updateMany({ where: { tenantId: tenant.ref.id, readAt: null }, data: { readAt: new Date() } }),
  )
}
