import { base64, fixture, html, inCharset, type MailFixture, mail, multipart, part, plain, utf8 } from './build'

/** What kind of message it is, and what is to be known of it. */
export interface Kind {
  kind: 'human' | 'auto-reply' | 'bounce' | 'complaint' | 'list' | 'report'
  acknowledge: boolean
  recipient?: string | null
  original?: string | null
  status?: string | null
  isHard?: boolean
  noReply?: boolean
  ownLoop?: boolean
  spam?: boolean
  /** The path of the envelope; what is left out is not known. */
  path?: string
}
type Machine = MailFixture<Kind>

const gone = 'gone@shop.example'
const sent = 'the-agents-mail@acme.localhost'
const original = `Message-ID: <${sent}>\r\nFrom: support@acme.localhost\r\nTo: ${gone}\r\nSubject: Re: [ACME-1] Delivery`
const nullPath = 'Return-Path: <>'

const dsn = (
  fields: string[],
  {
    head = [],
    words = 'It could not be delivered.',
    returned = part('text/rfc822-headers', original),
  }: { head?: string[]; words?: string; returned?: string | null } = {},
) =>
  multipart(
    'report; report-type=delivery-status',
    [
      plain(words),
      part('message/delivery-status', ['Reporting-MTA: dns; mx.example', '', ...fields].join('\r\n')),
      ...(returned === null ? [] : [returned]),
    ],
    ['From: Mail Delivery Subsystem <mailer-daemon@mx.example>', 'Subject: Delivery Status Notification', nullPath, ...head],
  )
const failed = (status: string, more: string[] = []) => [`Final-Recipient: rfc822; ${gone}`, 'Action: failed', `Status: ${status}`, ...more]
const bounced = (name: string, raw: string, right: Partial<Kind> = {}): Machine =>
  fixture(name, raw, { kind: 'bounce', acknowledge: false, ...right })
/** A bounce that is words alone. */
const words = (
  name: string,
  from: string,
  subject: string,
  body: string,
  right: Partial<Kind> = {},
  head: string[] = [nullPath],
): Machine =>
  bounced(name, mail([`From: ${from}`, `Subject: ${subject}`, ...head], body.trim().replace(/\n/g, '\r\n')), { recipient: gone, ...right })
const full = { original: sent, recipient: gone }

const bounces: Machine[] = [
  bounced('RFC 3464: no such user', dsn(failed('5.1.1', ['Diagnostic-Code: smtp; 550 5.1.1 User unknown'])), {
    ...full,
    status: '5.1.1',
    isHard: true,
  }),
  bounced('RFC 3464: mailbox full', dsn(failed('5.2.2')), { ...full, status: '5.2.2', isHard: false }),
  bounced('RFC 3464: no such domain', dsn(failed('5.1.2')), { ...full, status: '5.1.2', isHard: true }),
  bounced('RFC 3464: given up after days', dsn(failed('4.4.7')), { ...full, status: '4.4.7', isHard: false }),
  bounced(
    'RFC 3464: delayed',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: delayed', 'Status: 4.4.1', 'Will-Retry-Until: Mon, 09 Nov 2026 09:00:00 +0000']),
    { ...full, status: '4.4.1', isHard: false },
  ),
  bounced(
    'RFC 3464: delayed, although the status begins with 5',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: delayed', 'Status: 5.4.7']),
    { isHard: false },
  ),
  bounced('auto-replied as well', dsn(failed('5.1.1'), { head: ['Auto-Submitted: auto-replied'] }), {
    ...full,
    status: '5.1.1',
    isHard: true,
  }),
  bounced('auto-generated as well', dsn(failed('5.1.1'), { head: ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All'] }), {
    ...full,
    isHard: true,
  }),
  bounced('two null paths', dsn(failed('5.1.1'), { head: [nullPath, nullPath] }), full),
  bounced('without a path', dsn(failed('5.1.1')).replace('Return-Path: <>\r\n', ''), full),
  bounced('from an ordinary address', dsn(failed('5.1.1'), { head: ['From: Mail <mail@mx.example>'] }), full),
  bounced('the whole message returned', dsn(failed('5.1.1'), { returned: part('message/rfc822', `${original}\r\n\r\nHello`) }), full),
  bounced(
    'the whole message returned in base64',
    dsn(failed('5.1.1'), { returned: part('message/rfc822', base64(`${original}\r\n\r\nHello`), 'Content-Transfer-Encoding: base64') }),
    full,
  ),
  bounced('headers returned as message/rfc822-headers', dsn(failed('5.1.1'), { returned: part('message/rfc822-headers', original) }), full),
  bounced('headers returned as global headers', dsn(failed('5.1.1'), { returned: part('message/global-headers', original) }), full),
  bounced('nothing returned, but In-Reply-To', dsn(failed('5.1.1'), { returned: null, head: [`In-Reply-To: <${sent}>`] }), full),
  bounced('nothing returned, but References', dsn(failed('5.1.1'), { returned: null, head: [`References: <${sent}>`] }), full),
  bounced('nothing returned', dsn(failed('5.1.1'), { returned: null }), { recipient: gone, original: null, status: '5.1.1' }),
  bounced(
    'Original-Recipient beside another final one',
    dsn([`Original-Recipient: rfc822; ${gone}`, 'Final-Recipient: rfc822; alias@inside.example', 'Action: failed', 'Status: 5.1.1']),
    full,
  ),
  bounced('Original-Recipient alone', dsn([`Original-Recipient: rfc822;${gone}`, 'Action: failed', 'Status: 5.1.1']), full),
  bounced(
    'X-Actual-Recipient',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'X-Actual-Recipient: rfc822; inside@shop.example', 'Action: failed', 'Status: 5.1.1']),
    full,
  ),
  bounced('a recipient in brackets', dsn([`Final-Recipient: rfc822; <${gone}>`, 'Action: failed', 'Status: 5.1.1']), full),
  bounced('a recipient in capitals', dsn(['Final-Recipient: RFC822;Gone@Shop.Example', 'Action: Failed', 'Status: 5.1.1']), full),
  bounced('a recipient of RFC 6533', dsn([`Final-Recipient: utf-8; ${gone}`, 'Action: failed', 'Status: 5.1.1']), full),
  bounced('a status with a comment', dsn(failed('5.1.1 (bad destination mailbox address)')), { ...full, status: '5.1.1' }),
  bounced(
    'a status only in the diagnostic code',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: failed', 'Diagnostic-Code: smtp; 550 5.1.1 unknown']),
    { ...full, status: '5.1.1', isHard: true },
  ),
  bounced('a status of 5.0.0 and a code that says more', dsn(failed('5.0.0', ['Diagnostic-Code: smtp; 552 5.2.2 mailbox full'])), {
    ...full,
    isHard: false,
  }),
  bounced('a fold in the diagnostic code', dsn(failed('5.1.1', ['Diagnostic-Code: smtp; 550', ' 5.1.1 unknown'])), full),
  bounced(
    'two recipients, one failed',
    dsn(['Final-Recipient: rfc822; fine@shop.example', 'Action: delivered', 'Status: 2.0.0', '', ...failed('5.1.1')]),
    { ...full, status: '5.1.1', isHard: true },
  ),
  bounced('blank lines before the fields', dsn(['', ...failed('5.1.1')]), full),
  bounced('fields without a reporting MTA', dsn(failed('5.1.1')).replace('Reporting-MTA: dns; mx.example\r\n\r\n', ''), full),
  bounced('no report-type', dsn(failed('5.1.1')).replace('; report-type=delivery-status', ''), full),
  bounced(
    'multipart/mixed with a delivery-status of a mailer daemon',
    dsn(failed('5.1.1')).replace('multipart/report', 'multipart/mixed'),
    full,
  ),
  bounced(
    'a report without its fields',
    multipart('report; report-type=delivery-status', [plain(`550 5.1.1 <${gone}>: unknown`)], ['From: mailer-daemon@mx.example', nullPath]),
    { recipient: gone, status: '5.1.1' },
  ),
  bounced(
    'in German',
    dsn(failed('5.1.1'), {
      words: utf8('Ihre Nachricht konnte nicht zugestellt werden.'),
      head: ['Subject: Unzustellbar: Lieferung', 'From: Postmaster <postmaster@mx.example>'],
    }),
    full,
  ),
  bounced(
    'Exchange Online',
    dsn(failed('5.1.10', ['Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup']), {
      head: [
        'From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example>',
        'Subject: Undeliverable: Delivery',
        'Auto-Submitted: auto-replied',
      ],
    }),
    { ...full, isHard: true },
  ),
  bounced(
    'Gmail',
    dsn(failed('5.1.1', ['Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.']), {
      head: [
        'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
        `X-Failed-Recipients: ${gone}`,
        'Auto-Submitted: auto-replied',
      ],
    }),
    { ...full, isHard: true },
  ),
  bounced(
    'Postfix, delayed',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: delayed', 'Status: 4.4.1'], {
      head: ['Subject: Delayed Mail (still being retried)', 'Auto-Submitted: auto-replied'],
    }),
    { isHard: false },
  ),
  bounced('rejected as spam', dsn(failed('5.7.1', ['Diagnostic-Code: smtp; 554 5.7.1 Message rejected as spam'])), {
    ...full,
    status: '5.7.1',
    isHard: false,
  }),
  bounced('too large', dsn(failed('5.3.4')), { ...full, isHard: false }),
  bounced('a host that does not answer', dsn(failed('5.4.4')), { ...full, status: '5.4.4', isHard: true }),
  bounced('an account that is closed', dsn(failed('5.2.1')), { ...full, isHard: true }),

  words(
    'qmail',
    'MAILER-DAEMON@mx.example',
    'failure notice',
    `
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<${gone}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <support@acme.localhost>
Message-ID: <${sent}>
Subject: Re: Delivery

Hello`,
    { original: sent, status: '5.1.1', isHard: true },
  ),
  words(
    'qmail, in the path of the envelope',
    'MAILER-DAEMON@mx.example',
    'failure notice',
    `Hi. This is the qmail-send program at mx.example.\n\n<${gone}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 unknown user\nGiving up on 192.0.2.1.`,
    { path: '', isHard: true },
    [],
  ),
  words(
    'Exim',
    'Mail Delivery System <Mailer-Daemon@mx.example>',
    'Mail delivery failed: returning message to sender',
    `
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ${gone}
    host mx.shop.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<${gone}>:
    550 5.1.1 no such user

------ This is a copy of the message, including all the headers. ------

Message-ID: <${sent}>
Subject: Re: Delivery`,
    { original: sent, status: '5.1.1', isHard: true },
    [nullPath, 'Auto-Submitted: auto-replied', `X-Failed-Recipients: ${gone}`],
  ),
  words(
    'Exim, delayed',
    'Mail Delivery System <Mailer-Daemon@mx.example>',
    'Warning: message 1abc delayed 24 hours',
    `
This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The address to which the message has not yet been delivered is:

  ${gone}

No action is required on your part. Delivery attempts will continue for
some time`,
    { isHard: false },
  ),
  words(
    'Postfix without a report',
    'MAILER-DAEMON@mx.example (Mail Delivery System)',
    'Undelivered Mail Returned to Sender',
    `
This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<${gone}>: host mx.shop.example[192.0.2.1] said: 550 5.1.1 <${gone}>:
    Recipient address rejected: User unknown (in reply to RCPT TO command)`,
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Sendmail',
    'Mail Delivery Subsystem <MAILER-DAEMON@mx.example>',
    'Returned mail: see transcript for details',
    `
   ----- The following addresses had permanent fatal errors -----
<${gone}>
    (reason: 550 5.1.1 <${gone}>... User unknown)

   ----- Transcript of session follows -----
... while talking to mx.shop.example.:
>>> DATA
<<< 550 5.1.1 <${gone}>... User unknown`,
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Exchange without a report',
    'System Administrator <postmaster@mx.example>',
    'Undeliverable: Delivery',
    `
Your message did not reach some or all of the intended recipients.

      Subject:	Delivery
      Sent:	11/2/2026 9:00 AM

The following recipient(s) could not be reached:

      ${gone} on 11/2/2026 9:00 AM
            The e-mail account does not exist at the organization this message was sent to.
            <mx.example #5.1.1>`,
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Gmail without a report',
    'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    'Delivery Status Notification (Failure)',
    `
** Address not found **

Your message wasn't delivered to ${gone} because the address couldn't be found, or is unable to receive mail.

The response was:
550 5.1.1 The email account that you tried to reach does not exist.`,
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Yahoo',
    'MAILER-DAEMON@yahoo.com',
    'Failure Notice',
    `
Sorry, we were unable to deliver your message to the following address.

<${gone}>:
554: delivery error: dd This user doesn't have a shop.example account (${gone}) [0] - mta1.mail.yahoo.example

--- Below this line is a copy of the message.

Message-ID: <${sent}>`,
    { original: sent, isHard: true },
  ),
  words(
    'GMX',
    '"GMX Mailer Daemon" <mailer-daemon@gmx.de>',
    'Mail delivery failed: returning message to sender',
    utf8(`
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"${gone}":
SMTP error from remote server for RCPT TO command, host: mx.shop.example (192.0.2.1) reason: 550 5.1.1 Mailbox unavailable`),
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Mail.ru',
    'mailer-daemon@corp.mail.ru',
    'Mail failure.',
    `
This message was created automatically by the mail system (mail.ru).

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

${gone}
user not found`,
    { isHard: true },
  ),
  words(
    'iCloud',
    'postmaster@mx.example',
    'Undelivered Mail Returned to Sender',
    `Your message to ${gone} could not be delivered.\n552 5.2.2 <${gone}>: user over quota`,
    { status: '5.2.2', isHard: false },
  ),
  words(
    'Domino',
    'Mail Router <postmaster@mx.example>',
    'DELIVERY FAILURE: User gone (gone@shop.example) not listed in Domino Directory',
    `Your message\n\n  Subject: Delivery\n\nwas not delivered to:\n\n  ${gone}\n\nbecause:\n\n  User gone (${gone}) not listed in Domino Directory`,
    { isHard: true },
  ),
  words('a daemon without a domain', 'Mail System <MAILER-DAEMON>', 'Returned mail: user unknown', `550 5.1.1 <${gone}>: no such user`, {
    status: '5.1.1',
    isHard: true,
  }),
  words(
    'a daemon without a domain or a path',
    'MAILER-DAEMON',
    'Undelivered Mail Returned to Sender',
    `<${gone}>: 550 5.1.1 unknown user`,
    { status: '5.1.1' },
    [],
  ),
  words(
    'Microsoft 365 in HTML',
    'Microsoft Outlook <postmaster@outlook.com>',
    'Undeliverable: Delivery',
    `Your message to ${gone} couldn't be delivered.\n\ngone wasn't found at shop.example.\n\nError: 550 5.1.1 RESOLVER.ADR.RecipNotFound`,
    { status: '5.1.1', isHard: true },
  ),
  words(
    'Amazon SES',
    'MAILER-DAEMON@eu-west-1.amazonses.com',
    'Delivery Status Notification (Failure)',
    `An error occurred while trying to deliver the mail to the following recipients:\n${gone}`,
    {},
  ),
  words(
    'Zoho',
    'mailer-daemon@mail.zoho.example',
    'Undelivered Mail Returned to Sender',
    `This message was created automatically by mail delivery software.\n A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n${gone}, ERROR CODE :550 - 5.1.1 No such user here`,
    { status: '5.1.1' },
  ),
  words(
    'a full box in words',
    'postmaster@mx.example',
    'Mail delivery failed',
    `The message to <${gone}> was not delivered: mailbox is full`,
    { isHard: false },
  ),
  words(
    'over quota',
    'MAILER-DAEMON@mx.example',
    'Undeliverable',
    `<${gone}>: 452 4.2.2 The email account that you tried to reach is over quota`,
    { status: '4.2.2', isHard: false },
  ),
  words('a grey list', 'MAILER-DAEMON@mx.example', 'Delivery delayed', `<${gone}>: 450 4.7.1 greylisted, try again later`, {
    status: '4.7.1',
    isHard: false,
  }),
  words('no such domain in words', 'MAILER-DAEMON@mx.example', 'Undeliverable mail', `<${gone}>: Domain not found: shop.example`, {
    isHard: true,
  }),
  words(
    'German',
    'Mail Delivery System <mailer-daemon@mx.example>',
    'Unzustellbare Nachricht',
    utf8(`Ihre Nachricht an <${gone}> konnte nicht zugestellt werden.\n550 5.1.1 Empfänger unbekannt`),
    { status: '5.1.1', isHard: true },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words(
    'French',
    'postmaster@mx.example',
    'Non remis : Livraison',
    utf8(`Votre message n'a pas pu être remis à ${gone}.\n550 5.1.1 utilisateur inconnu`),
    { status: '5.1.1' },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words(
    'Spanish',
    'postmaster@mx.example',
    'No se puede entregar: Entrega',
    `No se pudo entregar el mensaje a ${gone}.\n550 5.1.1 usuario desconocido`,
    { status: '5.1.1' },
  ),
  words('Italian', 'postmaster@mx.example', 'Non recapitabile: Consegna', `Impossibile recapitare il messaggio a ${gone}\n550 5.1.1`, {
    status: '5.1.1',
  }),
  words(
    'Portuguese',
    'postmaster@mx.example',
    utf8('Não é possível entregar: Entrega'),
    utf8(`Sua mensagem para ${gone} não pôde ser entregue.\n550 5.1.1`),
    { status: '5.1.1' },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words('Dutch', 'postmaster@mx.example', 'Onbestelbaar: Levering', `Uw bericht aan ${gone} kon niet worden bezorgd.\n550 5.1.1`, {
    status: '5.1.1',
  }),
  words(
    'Russian',
    'postmaster@mx.example',
    utf8('Недоставленное сообщение'),
    utf8(`Ваше сообщение для ${gone} не было доставлено.\n550 5.1.1`),
    { status: '5.1.1' },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words(
    'Japanese',
    'postmaster@mx.example',
    utf8('配信不能: 配達'),
    utf8(`${gone} へのメッセージは配信できませんでした。\n550 5.1.1`),
    { status: '5.1.1' },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words(
    'Chinese',
    'postmaster@mx.example',
    utf8('系统退信'),
    utf8(`抱歉,您的邮件被退回来了。收件人邮件地址(${gone})不存在,邮件无法送达。`),
    { isHard: true },
    [nullPath, 'Content-Type: text/plain; charset=utf-8'],
  ),
  words('Polish', 'postmaster@mx.example', utf8('Niedostarczona wiadomość'), `Wiadomosc do ${gone} nie zostala dostarczona.\n550 5.1.1`, {
    status: '5.1.1',
  }),
  words('Turkish', 'postmaster@mx.example', 'Teslim Edilemedi: Teslimat', `${gone} adresine teslim edilemedi.\n550 5.1.1`, {
    status: '5.1.1',
  }),
  bounced(
    'HTML alone',
    mail(
      ['From: mailer-daemon@mx.example', 'Subject: Undeliverable', nullPath, 'Content-Type: text/html'],
      `<p>Your message to <b>${gone}</b> could not be delivered.</p><p>550 5.1.1 unknown</p>`,
    ),
    { recipient: gone, status: '5.1.1' },
  ),
  bounced(
    'with the original attached, no report',
    multipart(
      'mixed',
      [plain(`Your message to <${gone}> bounced: 550 5.1.1`), part('message/rfc822', `${original}\r\n\r\nHello`)],
      ['From: mailer-daemon@mx.example', 'Subject: Returned mail', nullPath],
    ),
    full,
  ),
  bounced(
    'X-Failed-Recipients alone',
    mail(['From: mailer-daemon@mx.example', `X-Failed-Recipients: ${gone}`, nullPath, 'Subject: Mail delivery failed'], 'It failed.'),
    { recipient: gone },
  ),
  bounced(
    'a null path and a subject of bounces, from a person-like address',
    mail(['From: Mail <mail@mx.example>', nullPath, 'Subject: Undelivered Mail Returned to Sender'], `<${gone}>: 550 5.1.1 unknown`),
    { recipient: gone, status: '5.1.1' },
  ),
  bounced(
    'what a gateway says of a virus',
    mail(
      ['From: postmaster@mx.example', nullPath, 'Subject: Undeliverable mail: virus found'],
      `The message to ${gone} was not delivered.`,
    ),
    { recipient: gone },
  ),
]

const reports: Machine[] = [
  fixture(
    'a read receipt',
    multipart('report; report-type=disposition-notification', [
      plain('Your message was read.'),
      part(
        'message/disposition-notification',
        `Final-Recipient: rfc822; amina@shop.example\r\nOriginal-Message-ID: <${sent}>\r\nDisposition: manual-action/MDN-sent-manually; displayed`,
      ),
    ]),
    { kind: 'report', acknowledge: false },
  ),
  fixture(
    'a read receipt, automatic',
    multipart(
      'report; report-type=disposition-notification',
      [plain('Read.'), part('message/disposition-notification', 'Disposition: automatic-action/MDN-sent-automatically; displayed')],
      ['Auto-Submitted: auto-replied', nullPath],
    ),
    { kind: 'report', acknowledge: false },
  ),
  fixture(
    'deleted unread',
    multipart('report; report-type=disposition-notification', [
      plain('Deleted.'),
      part('message/disposition-notification', 'Disposition: manual-action/MDN-sent-manually; deleted'),
    ]),
    { kind: 'report', acknowledge: false },
  ),
  fixture('delivered, as was asked', dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: delivered', 'Status: 2.1.5']), {
    kind: 'report',
    acknowledge: false,
  }),
  fixture(
    'relayed',
    dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: relayed', 'Status: 2.0.0'], { head: ['Subject: Relayed: Delivery'] }),
    { kind: 'report', acknowledge: false },
  ),
  fixture('expanded', dsn([`Final-Recipient: rfc822; ${gone}`, 'Action: expanded', 'Status: 2.0.0']), {
    kind: 'report',
    acknowledge: false,
  }),
  fixture(
    'a report of DMARC',
    mail(
      [
        'From: noreply-dmarc-support@google.example',
        'Subject: Report domain: acme.localhost Submitter: google.example Report-ID: 1',
        'Content-Type: application/zip; name=google.zip',
      ],
      'UEs=',
    ),
    { kind: 'report', acknowledge: false },
  ),
  fixture(
    'a report of TLS',
    multipart(
      'report; report-type=tlsrpt',
      [plain('TLS report'), part('application/tlsrpt+gzip', 'x')],
      ['From: tlsrpt@google.example', 'TLS-Report-Domain: acme.localhost'],
    ),
    { kind: 'report', acknowledge: false },
  ),
]

const arf = (type: string, more: string[] = []) =>
  multipart(
    'report; report-type=feedback-report',
    [
      plain('A user marked this as spam.'),
      part('message/feedback-report', [`Feedback-Type: ${type}`, 'User-Agent: Example/1', 'Version: 1', ...more].join('\r\n')),
      part('message/rfc822', `${original}\r\n\r\nHello`),
    ],
    ['From: feedback@provider.example', 'Subject: Complaint'],
  )
const complaints: Machine[] = [
  fixture('ARF', arf('abuse', ['Original-Rcpt-To: amina@shop.example']), {
    kind: 'complaint',
    acknowledge: false,
    recipient: 'amina@shop.example',
    original: sent,
  }),
  fixture('ARF, the recipient in brackets', arf('abuse', ['Original-Rcpt-To: <amina@shop.example>']), {
    kind: 'complaint',
    acknowledge: false,
    recipient: 'amina@shop.example',
  }),
  fixture('ARF without a recipient', arf('abuse'), { kind: 'complaint', acknowledge: false, recipient: gone, original: sent }),
  fixture('ARF of fraud', arf('fraud'), { kind: 'complaint', acknowledge: false }),
  fixture('ARF from a null path', `Return-Path: <>\r\n${arf('abuse')}`, { kind: 'complaint', acknowledge: false }),
  fixture('ARF in multipart/mixed', arf('abuse').replace('multipart/report; report-type=feedback-report', 'multipart/mixed'), {
    kind: 'complaint',
    acknowledge: false,
  }),
  fixture('ARF of authentication, RFC 6591', arf('auth-failure'), { kind: 'report', acknowledge: false }),
  fixture('ARF that says it is no spam', arf('not-spam'), { kind: 'report', acknowledge: false }),
]

const auto = (name: string, head: string[], body = 'I am back on Monday.', more: Partial<Kind> = {}): Machine =>
  fixture(name, mail(head, body), { kind: 'auto-reply', acknowledge: false, ...more })
const away = (language: string, subject: string): Machine => auto(`by its subject, ${language}`, [`Subject: ${utf8(subject)}`])

const autoReplies: Machine[] = [
  auto('RFC 3834', ['Auto-Submitted: auto-replied']),
  auto('RFC 3834 with parameters', ['Auto-Submitted: auto-replied; owner-email="amina@shop.example"']),
  auto('RFC 3834 with a comment', ['Auto-Submitted: auto-replied (vacation)']),
  auto('RFC 3834 in capitals', ['AUTO-SUBMITTED: Auto-Replied']),
  auto('vacation', ['Auto-Submitted: auto-replied', nullPath, 'Precedence: bulk', 'Subject: Out of office']),
  auto('Exchange', [
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: All',
    `In-Reply-To: <${sent}>`,
    'Subject: Automatic reply: Delivery',
    nullPath,
  ]),
  auto('Exchange without its subject', [
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: All',
    `In-Reply-To: <${sent}>`,
    nullPath,
  ]),
  auto('Exchange, German', [
    'Auto-Submitted: auto-generated',
    'X-Auto-Response-Suppress: All',
    `In-Reply-To: <${sent}>`,
    'Subject: Automatische Antwort: Lieferung',
  ]),
  auto('X-Autoreply', ['X-Autoreply: yes']),
  auto('X-Autorespond', ['X-Autorespond: away']),
  auto('X-Autoresponder', ['X-AutoResponder: yes']),
  auto('X-Autogenerated reply', ['X-Autogenerated: Reply']),
  auto('X-Mail-Autoreply', ['X-Mail-Autoreply: 1']),
  auto('Precedence: auto_reply', ['Precedence: auto_reply']),
  auto('X-Precedence: auto_reply', ['X-Precedence: auto_reply']),
  auto('Gmail', ['Precedence: bulk', 'X-Autoreply: yes', 'Auto-Submitted: auto-replied', 'Subject: Away Re: Delivery']),
  auto('Delivered-To autoresponder', ['Delivered-To: Autoresponder']),
  auto('X-FC-MachineGenerated', ['X-FC-MachineGenerated: true', 'Subject: Auto reply']),
  auto('X-POST-MessageClass', ['X-POST-MessageClass: 9; Autoresponder']),
  auto('a null path and an answer', [nullPath, `In-Reply-To: <${sent}>`, 'Subject: Re: Delivery']),
  away('English', 'Out of Office: Delivery'),
  away('English, automatic reply', 'Automatic reply: Delivery'),
  away('English, auto reply', 'Auto-Reply: Re: Delivery'),
  away('English, autoreply', 'Autoreply: Delivery'),
  away('English, vacation', 'Vacation reply'),
  away('English, away', 'Out of the office until Monday'),
  away('German', 'Abwesenheitsnotiz: Lieferung'),
  away('German, automatic', 'Automatische Antwort: Lieferung'),
  away('German, out of the house', 'Abwesend: Lieferung'),
  away('French', 'Réponse automatique : Livraison'),
  away('French, absent', 'Absence du bureau : Livraison'),
  away('Spanish', 'Respuesta automática: Entrega'),
  away('Spanish, away', 'Fuera de la oficina: Entrega'),
  away('Italian', 'Risposta automatica: Consegna'),
  away('Italian, away', 'Fuori ufficio: Consegna'),
  away('Portuguese', 'Resposta automática: Entrega'),
  away('Portuguese, away', 'Fora do escritório: Entrega'),
  away('Dutch', 'Automatisch antwoord: Levering'),
  away('Dutch, away', 'Afwezig: Levering'),
  away('Polish', 'Odpowiedź automatyczna: Dostawa'),
  away('Swedish', 'Autosvar: Leverans'),
  away('Swedish, automatic', 'Automatiskt svar: Leverans'),
  away('Norwegian', 'Automatisk svar: Levering'),
  away('Finnish', 'Automaattinen vastaus: Toimitus'),
  away('Czech', 'Automatická odpověď: Dodání'),
  away('Hungarian', 'Automatikus válasz: Szállítás'),
  away('Romanian', 'Răspuns automat: Livrare'),
  away('Russian', 'Автоматический ответ: Доставка'),
  away('Ukrainian', 'Автоматична відповідь: Доставка'),
  away('Turkish', 'Otomatik yanıt: Teslimat'),
  away('Greek', 'Αυτόματη απάντηση: Παράδοση'),
  away('Japanese', '自動応答: 配達'),
  away('Chinese', '自动回复: 送货'),
  away('Chinese, traditional', '自動回覆: 送貨'),
  away('Korean', '자동 회신: 배달'),
  away('Arabic', 'رد تلقائي: التسليم'),
  away('Hebrew', 'תשובה אוטומטית: משלוח'),
  away('Swahili', 'Jibu la kiotomatiki: Mzigo'),
]

const listed = (name: string, head: string[], more: Partial<Kind> = {}): Machine =>
  fixture(name, mail(head), { kind: 'list', acknowledge: false, ...more })
const lists: Machine[] = [
  listed('List-Id', ['List-Id: Shop <news.shop.example>']),
  listed('List-Unsubscribe', ['List-Unsubscribe: <https://shop.example/u>']),
  listed('List-Unsubscribe with one click', [
    'List-Unsubscribe: <https://shop.example/u>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  ]),
  listed('List-Post', ['List-Post: <mailto:list@shop.example>']),
  listed('Precedence: list', ['Precedence: list']),
  listed('Precedence: bulk', ['Precedence: bulk']),
  listed('Mailing-List', ['Mailing-List: contact shop-help@shop.example; run by ezmlm']),
  listed('X-Mailman-Version', ['X-Mailman-Version: 2.1', 'List-Id: x <x.shop.example>']),
  listed('Feedback-ID and List-Unsubscribe', ['Feedback-ID: 1:2:3', 'List-Unsubscribe: <mailto:u@shop.example>']),
  listed('a list that is automatic', ['List-Id: x <x.shop.example>', 'Auto-Submitted: auto-generated']),
  listed('Precedence: junk', ['Precedence: junk']),
]

const noReply = (address: string): Machine =>
  fixture(`from ${address}`, mail([`From: Alerts <${address}>`]), { kind: 'human', acknowledge: false, noReply: true })
const alerts: Machine[] = [
  ...[
    'no-reply@shop.example',
    'noreply@shop.example',
    'do-not-reply@shop.example',
    'donotreply@shop.example',
    'no_reply@shop.example',
    'no.reply@shop.example',
    'noreply+abc@shop.example',
    'shop-noreply@shop.example',
    'NoReply@Shop.Example',
    'noreply-alerts@shop.example',
    'nepasrepondre@shop.example',
    'nicht-antworten@shop.example',
    'no-responder@shop.example',
    'naoresponda@shop.example',
    'nonrispondere@shop.example',
    'do.not.reply@shop.example',
    'x@noreply.shop.example',
  ].map(noReply),
  fixture('an alert that says so', mail(['Auto-Submitted: auto-generated', 'From: monitor@shop.example', 'Subject: Disk full']), {
    kind: 'human',
    acknowledge: false,
  }),
  fixture('an alert that is auto-notified', mail(['Auto-Submitted: auto-notified', 'From: monitor@shop.example']), {
    kind: 'human',
    acknowledge: false,
  }),
  fixture('a mail that wants no answer', mail(['X-Auto-Response-Suppress: OOF, AutoReply', 'From: app@shop.example']), {
    kind: 'human',
    acknowledge: false,
  }),
  fixture('a null path and nothing else', mail([nullPath]), { kind: 'human', acknowledge: false }),
  fixture('a null path of the envelope', mail([]), { kind: 'human', acknowledge: false, path: '' }),
  fixture('from root', mail(['From: Cron Daemon <root@shop.example>', 'Subject: Cron <root@shop> backup', 'X-Cron-Env: <SHELL=/bin/sh>']), {
    kind: 'human',
    acknowledge: false,
  }),
  fixture(
    'from a postmaster who is a person',
    mail(['From: Postmaster <postmaster@shop.example>', 'Subject: Our new mail server'], 'We move our server on Monday.'),
    { kind: 'human', acknowledge: false },
  ),
  fixture('from www-data', mail(['From: www-data@shop.example']), { kind: 'human', acknowledge: false }),
  fixture('from nobody', mail(['From: nobody@shop.example']), { kind: 'human', acknowledge: false }),
  fixture('our own mail that came back', mail(['X-Loop: support@acme.localhost']), { kind: 'human', acknowledge: false, ownLoop: true }),
  fixture('delivered to us before', mail(['Delivered-To: support@acme.localhost', 'X-Loop: support@acme.localhost', 'Subject: Re: x']), {
    kind: 'human',
    acknowledge: false,
    ownLoop: true,
  }),
  fixture('from our own address', mail(['From: support@acme.localhost']), { kind: 'human', acknowledge: false, ownLoop: true }),
  fixture('spam by Mailgun', mail(['X-Mailgun-Sflag: Yes']), { kind: 'human', acknowledge: false, spam: true }),
  fixture('spam by SpamAssassin', mail(['X-Spam-Flag: YES']), { kind: 'human', acknowledge: false, spam: true }),
  fixture('spam by status', mail(['X-Spam-Status: Yes, score=9.1']), { kind: 'human', acknowledge: false, spam: true }),
  fixture('spam by SES', mail(['X-SES-Spam-Verdict: FAIL']), { kind: 'human', acknowledge: false, spam: true }),
  fixture('spam by Exchange', mail(['X-MS-Exchange-Organization-SCL: 9']), { kind: 'human', acknowledge: false, spam: true }),
  fixture('spam by Microsoft', mail(['X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5']), {
    kind: 'human',
    acknowledge: false,
    spam: true,
  }),
  fixture('a virus by SES', mail(['X-SES-Virus-Verdict: FAIL']), { kind: 'human', acknowledge: false, spam: true }),
]

const person = (name: string, head: string[], body?: string | string[]): Machine =>
  fixture(name, mail(head, body), { kind: 'human', acknowledge: true, spam: false, noReply: false, ownLoop: false })
const people: Machine[] = [
  person('an ordinary mail', []),
  person('Auto-Submitted: no', ['Auto-Submitted: no']),
  person('Auto-Submitted: No, in capitals', ['Auto-Submitted: No']),
  person('an answer', [`In-Reply-To: <${sent}>`, 'Subject: Re: Delivery']),
  person('an answer to a mail about being away', [`In-Reply-To: <${sent}>`, 'Subject: Re: Out of office']),
  person('an answer about automatic replies', ['Subject: RE: Automatic reply: Delivery']),
  person('a forwarded notice of absence', ['Subject: Fwd: Out of Office: Delivery'], 'Look, she is away.'),
  person('a German answer', ['Subject: AW: Abwesenheitsnotiz: Lieferung']),
  person('asks how to set one', ['Subject: How do I set an out of office message?']),
  person('asks about the automatic reply', ['Subject: Your automatic reply is broken']),
  person(
    'quotes a bounce',
    ['Subject: My mails come back'],
    ['I get this all the time:', '', '> This is the mail system at host mx.example.', '> <gone@shop.example>: 550 5.1.1 User unknown'],
  ),
  person(
    'pastes a bounce',
    ['Subject: Mails not delivered'],
    ['Can you help?', '', 'Hi. This is the qmail-send program at mx.example.', '<gone@shop.example>: 550 5.1.1 User unknown'],
  ),
  person(
    'forwards a bounce',
    ['Subject: Fwd: Undelivered Mail Returned to Sender'],
    [
      'What is this?',
      '',
      '---------- Forwarded message ----------',
      'From: MAILER-DAEMON@mx.example',
      '<gone@shop.example>: 550 5.1.1 User unknown',
    ],
  ),
  fixture(
    'forwards a bounce as a file',
    multipart('mixed', [plain('What is this?'), part('message/rfc822', dsn(failed('5.1.1')))], ['Subject: Fwd: Undeliverable']),
    { kind: 'human', acknowledge: true },
  ),
  fixture(
    'forwards the fields of a bounce',
    multipart(
      'mixed',
      [
        plain('What is this?'),
        part(
          'message/delivery-status',
          'Reporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\nFinal-Recipient: rfc822; gone@shop.example',
        ),
      ],
      ['Subject: What is this?'],
    ),
    { kind: 'human', acknowledge: true },
  ),
  person('answers a bounce', ['Subject: Re: Undelivered Mail Returned to Sender', `In-Reply-To: <${sent}>`]),
  person('writes of a failure notice', ['Subject: I received a failure notice']),
  person('asks about undeliverable mail', ['Subject: Undeliverable parcel'], 'My parcel is undeliverable, says your driver.'),
  person('has a full mailbox', ['Subject: My mailbox is full'], 'I can receive nothing. It says over quota.'),
  person('not spam by its score', ['X-Spam-Flag: NO', 'X-Spam-Status: No, score=-1.0']),
  person('not spam by Mailgun', ['X-Mailgun-Sflag: No']),
  person('not spam by SES', ['X-SES-Spam-Verdict: PASS']),
  person('SCL 1', ['X-MS-Exchange-Organization-SCL: 1', 'X-Forefront-Antispam-Report: SFV:NSPM;SCL:1']),
  person('an address that begins with no', ['From: Norah <norah@shop.example>']),
  person('an address that has reply in it', ['From: Rep <replyteam@shop.example>']),
  person('a person called Daemon', ['From: Eudaemon <eudaemon@shop.example>']),
  person('Precedence: normal', ['Precedence: normal']),
  person('Precedence: first-class', ['Precedence: first-class']),
  person('asks for no out-of-office answers', ['X-Auto-Response-Suppress: DR, RN, NRN']),
  person('asks for a read receipt', ['Disposition-Notification-To: amina@shop.example']),
  person('a path of its own', ['Return-Path: <amina@shop.example>']),
  person('two paths, one of them its own', ['Return-Path: <amina@shop.example>', 'Return-Path: <x@relay.example>']),
  person('X-Auto-Response-Suppress: None', ['X-Auto-Response-Suppress: None']),
  person('is away and says so', ['Subject: Door'], 'I am out of office until Monday, please come on Tuesday.'),
  fixture('a formatted mail', multipart('alternative', [plain('The door.'), html('<p>The door.</p>')]), {
    kind: 'human',
    acknowledge: true,
  }),
  person('another desk with a loop header', ['X-Loop: help@other.example']),
  person('absence in the subject, no notice', ['Subject: Absence of the driver']),
  person('vacation in the subject, no notice', ['Subject: Vacation rental: the door jams']),
  person('a list owner who writes himself', ['From: List owner <owner@shop.example>', 'Subject: About our list']),
  person('Delivered-To a person', ['Delivered-To: amina@shop.example']),
]

const inWords = (name: string, from: string, subject: string, body: string, charset: string, right: Partial<Kind> = {}): Machine => {
  const head = ['MIME-Version: 1.0', `Content-Type: text/plain; charset=${charset}`]
  return words(name, from, utf8(subject), inCharset(charset, body), right, [nullPath, ...head])
}
const answered = (name: string, subject: string, head: string[] = [], text = 'Away until 7 December.'): Machine =>
  fixture(name, mail([`Subject: ${utf8(subject)}`, ...head], text), { kind: 'auto-reply', acknowledge: false })
const answering = ['In-Reply-To: <the-agents-mail@acme.localhost>']

/** What an examination added, written before it was seen whether it is read. */
const examined: Machine[] = [
  inWords('163 in GB 18030', 'Postmaster@163.example', '系统退信', `很抱歉，您的邮件未能送达。\n收件人：${gone}\n退信原因：550 User not found`, 'gb18030', { isHard: true }),
  inWords('QQ in GB 18030', '<10000@qq.example>', '系统退信 / System Bounce', `抱歉，您的邮件被退回来了……\n收件人邮件地址（${gone}）不存在`, 'gb18030', { isHard: true }),
  inWords('mail.ru in KOI8-R', 'mailer-daemon@corp.mail.example', 'Mail failure.', `К сожалению, Ваше письмо не может быть доставлено:\n\n${gone}\nuser not found`, 'koi8-r', { isHard: true }),
  inWords('Naver in EUC-KR', 'mailer-daemon@naver.example', '[발송실패 안내] 메일이 전송되지 못했습니다.', `메일 전송에 실패하였습니다.\n받는사람 : ${gone}\n550 5.1.1 No such user`, 'euc-kr', { isHard: true }),
  inWords('a postmaster in German', 'Postmaster <postmaster@shop.example>', 'Ihre Nachricht konnte nicht zugestellt werden', `Ihre E-Mail konnte nicht zugestellt werden:\n\n${gone}\n\nDas Postfach ist nicht bekannt.`, 'utf-8', { isHard: true }),
  inWords('a daemon in French', 'MAILER-DAEMON@smtp.shop.example', 'Message non distribué', `Votre message n'a pas pu être remis au destinataire suivant :\n\n<${gone}>\n\n550 5.1.1 Adresse inconnue`, 'utf-8', { isHard: true }),
  inWords('CommuniGate', 'MAILER-DAEMON@cgp.shop.example', 'Undeliverable mail: Re: Router', `Failed to deliver to '${gone}'\nLOCAL module(account gone) reports:\n account is unknown`, 'us-ascii', { isHard: true }),
  inWords('MDaemon', 'MDaemon at shop.example <MDaemon@shop.example>', 'MDaemon Notification -- Invalid address or mailbox unavailable', `The attached message had PERMANENT fatal delivery errors!\n\nFailed address: ${gone}\n\n550 <${gone}> User unknown`, 'us-ascii', { isHard: true }),
  bounced('Office 365', dsn(failed('5.1.10', ['Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound']), { head: ['From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@shop.onmicrosoft.example>', 'Subject: Undeliverable: Re: Router', 'Auto-Submitted: auto-generated'] }), { ...full, status: '5.1.10', isHard: true }),
  bounced('one of two recipients', dsn(['Final-Recipient: rfc822; fine@shop.example', 'Action: relayed', 'Status: 2.0.0', '', ...failed('5.1.1')]), { ...full, isHard: true }),
  answered('Yahoo', 'Yahoo! Auto Response'),
  answered('an absence with a number', 'Abwesenheitsnotiz: Router [ACME-1042]'),
  answered('whoever is away, named', 'Out of office Vera Kunde', answering),
  answered('whoever is away, named, and the text says so', 'Out of office Vera Kunde', [], 'I am away until 7 December.'),
  answered('in Finnish', 'Automaattinen vastaus: Router'),
  answered('in Hebrew', 'תשובה אוטומטית: Router'),
  answered('in Chinese without a colon', '自动回复 Router'),
  words('Mimecast', 'postmaster@shop.example', '[Postmaster] Email Delivery Failure', `The recipient ${gone} is not known.\n550 Invalid Recipient`),
  words('Barracuda', 'postmaster@shop.example', '**Message you sent blocked by our bulk email filter**', `Your message to: ${gone}\nwas blocked by our Spam Firewall.`, { isHard: false }),
  inWords('Exchange in Swedish', 'postmaster@shop.example', 'Olevererat: Re: Router', `Ditt meddelande kunde inte levereras till:\n\n${gone}\n550 5.1.1`, 'utf-8', { isHard: true }),
  words('hosts that are none', 'Mail Delivery System <Mailer-Daemon@shop.example>', 'Mail delivery failed: returning message to sender', `A message that you sent could not be delivered.\n\n  ${gone}\n    all relevant MX records point to non-existent hosts`, { isHard: true }),
  words('XMail', 'postmaster@shop.example', 'Error sending message [123] from [acme.example]', `[<00>] XMail bounce: Rcpt=[${gone}];Error=[550 User unknown]`, { isHard: true }),
  words('MailEnable', 'postmaster@shop.example', 'Message Delivery Failure', `The following recipient(s) could not be reached:\n\n   Recipient: [SMTP:${gone}]\n   Reason: Invalid recipient`, { isHard: true }),
  words('SmarterMail', 'System Administrator <postmaster@shop.example>', 'Delivery Failure', `Failed Recipient: ${gone}\nReason: Remote host said: 550 No such user`, { isHard: true }),
  words('IMail', 'postmaster@shop.example', 'Undeliverable Mail', `Unknown user: ${gone}\n\nOriginal message follows.`, { isHard: true }),
  fixture('a postmaster who says that it arrived', mail(['From: postmaster@shop.example', 'Subject: Receipt', nullPath], `Your message to ${gone} has been delivered.`), { kind: 'human', acknowledge: false }),
  answered('in Finnish, an absence', 'Poissaoloilmoitus: Router'),
  answered('in Catalan', 'Resposta automàtica: Router'),
  answered('on leave', 'Annual leave: Router'),
  fixture('no-reply in Norwegian', mail(['From: Bank <svar-ikke@bank.example>']), { kind: 'human', acknowledge: false, noReply: true }),
  fixture('asks for leave', mail(['Subject: Annual leave request form'], 'Where is it?'), { kind: 'human', acknowledge: false }),
  answered('in English, currently', 'Currently out of office: Router'),
  answered('in German, not to be reached', 'Ich bin derzeit nicht erreichbar'),
  answered('in German, on holiday', 'Urlaub: Re: Router', [], 'Ich bin bis 7. Dezember nicht erreichbar.'),
  answered('in Spanish, on holiday', 'Estoy de vacaciones'),
  answered('in Italian, away from work', 'Assente dal lavoro: Router', answering),
  answered('in Czech, out of the office', 'Jsem mimo kancelář', answering),
  answered('in Chinese, on holiday', '休假自动回复'),
  ...['This is an automated response. We got it.', 'This is an automatic reply, please do not answer.', 'Automatische Eingangsbestätigung, bitte nicht antworten.'].map(
    (text, n): Machine => fixture(`says in its text that a program wrote it, ${n}`, mail(['Subject: We received your mail', 'Content-Type: text/plain; charset=utf-8'], utf8(text)), { kind: 'human', acknowledge: false }),
  ),
  ...['auto-response', 'noresponse', 'unmonitored', 'owner-lamps', 'lamps-bounces'].map(
    (name): Machine => fixture(`from ${name}`, mail([`From: ${name}@shop.example`]), { kind: 'human', acknowledge: false }),
  ),
  ...['response', 'owner', 'bounces.house', 'monitored', 'answers'].map(
    (name): Machine => fixture(`from a person at ${name}`, mail([`From: ${name}@shop.example`]), { kind: 'human', acknowledge: true }),
  ),
  fixture('asks for a holiday', mail(['Subject: Urlaub: Antrag =?utf-8?q?f=C3=BCr?= Mai'], 'Bitte tragen Sie das ein.'), { kind: 'human', acknowledge: false }),
  fixture('asks for leave, with a colon', mail(['Subject: Annual leave: request for May'], 'Please enter it.'), { kind: 'human', acknowledge: false }),
  fixture('wants something for an office', mail(['Subject: Out of office supplies'], 'We need paper and pens.'), { kind: 'human', acknowledge: false }),
  fixture('asks how to set up answers', mail(['Subject: Abwesenheitsassistent einrichten'], 'Bitte helfen Sie mir dabei.'), { kind: 'human', acknowledge: false }),
] // biome-ignore format: one a line reads better

export const machines: Machine[] = [...bounces, ...reports, ...complaints, ...autoReplies, ...lists, ...alerts, ...people, ...examined]
