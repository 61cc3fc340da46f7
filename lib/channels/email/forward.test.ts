import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { readSpool } from '../../mail/transport'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { openTestDatabase } from '../../testing/database'
import { inWork, makePerson, makeTenant, type TestPerson } from '../../testing/factories'
import { readForward } from './forward'
import { parseMail } from './parse'
import { readReceipt, receiveMail } from './receive'
import type { Verdict } from './schema'

const utf8 = ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8']
const raw = (subject: string, body: string, headers: string[] = utf8) =>
  Buffer.from(
    [
      'From: Bob <bob@desk.example>',
      'To: support@fwd.localhost',
      `Subject: ${subject}`,
      'Message-ID: <f1@desk.example>',
      ...headers,
      '',
      body,
    ].join('\r\n'),
  )
const read = async (subject: string, body: string, headers?: string[]) => readForward(await parseMail(raw(subject, body, headers)))

const html = ['MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8']
const ada = { email: 'ada@example.com', name: 'Ada Lovelace' }
const bare = { ...ada, name: '' }
const asFile = (inner: string, text = 'Please see the mail.') =>
  [
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    ['--b', 'Content-Type: text/plain', '', text, '--b', 'Content-Type: message/rfc822', '', inner, '--b--', ''].join('\r\n'),
  ] as const

describe('what was passed on', () => {
  it.each([
    [
      'Gmail',
      'Fwd: Lamp',
      'For us?\n\n---------- Forwarded message ---------\nFrom: Ada Lovelace <ada@example.com>\nDate: Mon, 2 Nov 2026 at 09:00\nSubject: Lamp\nTo: Bob <bob@desk.example>\n\n\nIt is dark.\n',
      ada,
    ],
    [
      'Gmail, German',
      'Fwd: Lampe',
      'Für uns?\n\n---------- Weitergeleitete Nachricht ---------\nVon: Ada Lovelace <ada@example.com>\nDate: Mo., 2. Nov. 2026 um 09:00 Uhr\nSubject: Lampe\nTo: <bob@desk.example>\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook',
      'FW: Lamp',
      'For us?\n\n________________________________\nFrom: Ada Lovelace <ada@example.com>\nSent: Monday, November 2, 2026 9:00 AM\nTo: Bob <bob@desk.example>\nSubject: Lamp\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook, German',
      'WG: Lampe',
      'Für uns?\n\nVon: Ada Lovelace <ada@example.com>\nGesendet: Montag, 2. November 2026 09:00\nAn: Bob <bob@desk.example>\nBetreff: Lampe\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook, French',
      'TR: Lampe',
      'Pour nous ?\n\nDe : Ada Lovelace <ada@example.com>\nEnvoyé : lundi 2 novembre 2026 09:00\nÀ : Bob <bob@desk.example>\nObjet : Lampe\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook, Spanish',
      'RV: Lámpara',
      '¿Nuestro?\n\nDe: Ada Lovelace <ada@example.com>\nEnviado el: lunes, 2 de noviembre de 2026 9:00\nPara: Bob\nAsunto: Lámpara\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook, Polish',
      'PD: Lampa',
      'Nasze?\n\nOd: Ada Lovelace <ada@example.com>\nWysłane: poniedziałek, 2 listopada 2026 09:00\nDo: Bob\nTemat: Lampa\n\nIt is dark.',
      ada,
    ],
    [
      'Outlook on a desktop, old',
      'FW: Lamp',
      'For us?\n\n-----Original Message-----\nFrom: Ada Lovelace [mailto:ada@example.com]\nSent: Monday, November 2, 2026 9:00 AM\nTo: Bob\nSubject: Lamp\n\nIt is dark.',
      ada,
    ],
    [
      'Apple',
      'Fwd: Lamp',
      'For us?\n\nBegin forwarded message:\n\n> From: Ada Lovelace <ada@example.com>\n> Subject: Lamp\n> Date: 2 November 2026 at 09:00:00 CET\n> To: bob@desk.example\n> \n> It is dark.\n',
      ada,
    ],
    [
      'Apple, French',
      'Tr: Lampe',
      'Pour nous ?\n\nDébut du message transféré :\n\n> De: Ada Lovelace <ada@example.com>\n> Objet: Lampe\n> Date: 2 novembre 2026 à 09:00:00 UTC+1\n> À: bob@desk.example\n> \n> It is dark.\n',
      ada,
    ],
    [
      'Thunderbird',
      'Fwd: Lamp',
      'For us?\n\n-------- Forwarded Message --------\nSubject: \tLamp\nDate: \tMon, 2 Nov 2026 09:00:00 +0100\nFrom: \tAda Lovelace <ada@example.com>\nTo: \tbob@desk.example\n\n\nIt is dark.',
      ada,
    ],
    [
      'Yahoo',
      'Fw: Lamp',
      'For us?\n\n----- Forwarded Message -----\nFrom: Ada Lovelace <ada@example.com>\nTo: "bob@desk.example" <bob@desk.example>\nSent: Monday, November 2, 2026 at 09:00:00 AM GMT+1\nSubject: Lamp\n\nIt is dark.',
      ada,
    ],
    [
      'by an address alone',
      'Fwd: Lamp',
      'For us?\n\n---------- Forwarded message ---------\nFrom: <ada@example.com>\nDate: Mon, 2 Nov 2026\nSubject: Lamp\nTo: <bob@desk.example>\n\nIt is dark.',
      bare,
    ],
  ])('in the shape of %s', async (_, subject, body, original) => {
    const forward = await read(subject, body)
    expect(forward).toMatchObject({ original, bodyText: 'It is dark.', file: null })
    expect(forward?.words).toMatch(/^(?:For us\?|Für uns\?|Pour nous ?\?|¿Nuestro\?|Nasze\?)$/)
    expect(forward?.subject).toMatch(/^L[aá]mp/)
  })

  it.each([
    [
      'Gmail',
      '<div dir="ltr">For us?<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername" dir="auto">Ada Lovelace</strong> <span dir="auto">&lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt;</span><br>Date: Mon, 2 Nov 2026 at 09:00<br>Subject: Lamp<br>To: &lt;bob@desk.example&gt;<br></div><br><br><div>It is <b>dark</b>.</div></div></div>',
    ],
    [
      'Outlook',
      '<div><p>For us?</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Ada Lovelace &lt;ada@example.com&gt;<br><b>Sent:</b> Monday, November 2, 2026 9:00 AM<br><b>To:</b> Bob<br><b>Subject:</b> Lamp</p></div><p>It is <b>dark</b>.</p></div>',
    ],
    [
      'Apple',
      '<body>For us?<br><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br><div><b>From: </b>Ada Lovelace &lt;<a href="mailto:ada@example.com">ada@example.com</a>&gt;</div><div><b>Subject: </b>Lamp</div><div><b>Date: </b>2 November 2026 at 09:00:00 CET</div><div><b>To: </b>bob@desk.example</div><br><div>It is <b>dark</b>.</div></blockquote></div></body>',
    ],
  ])('keeps its form in %s, without the words above it', async (_, body) => {
    const forward = await read('Fwd: Lamp', body, html)
    expect(forward).toMatchObject({ original: ada, bodyText: 'It is dark.', words: 'For us?' })
    expect(forward?.html).toContain('<b>dark</b>')
    expect(forward?.html).not.toMatch(/For us|Ada|From/)
  })

  it('as a file is of whoever that says it is from', async () => {
    const [headers, body] = asFile('From: Ada Lovelace <ada@example.com>\r\nSubject: Lamp\r\n\r\nIt is dark.')
    expect(await read('Fwd: Lamp', body, [...headers])).toMatchObject({
      original: ada,
      words: 'Please see the mail.',
      file: { contentType: 'message/rfc822' },
    })
  })

  it.each([
    ['an ordinary message', 'Lamp', 'From: here on it is dark.\nTo: nobody.'],
    [
      'an answer with a quoted message',
      'Re: Lamp',
      'Yes.\n\nFrom: Ada <ada@example.com>\nSent: Monday, November 2, 2026 9:00 AM\nTo: Bob\nSubject: Lamp\n\nIt is dark.',
    ],
    [
      'one without an address',
      'FW: Lamp',
      'See.\n\nFrom: Ada Lovelace\nSent: Monday, November 2, 2026 9:00 AM\nTo: Bob\nSubject: Lamp\n\nIt is dark.',
    ],
    ['the words alone', 'Fwd: Lamp', 'Begin forwarded message:\n\nnothing of it'],
  ])('is nothing in %s', async (_, subject, body) => expect(await read(subject, body)).toBeNull())
})

describe('in the pipeline', () => {
  openTestDatabase()
  let tenant: ResolvedTenant
  let agent: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('fwd')
    agent = await makePerson(tenant, 'agent')
  })
  let counter = 0
  async function deliver(given: { from: string; subject: string; body: string; headers?: string[] }, dmarc: Verdict['dmarc']) {
    const { from, subject, body, headers = utf8 } = given
    const lines = [
      `From: ${from}`,
      'To: support@fwd.localhost',
      `Subject: ${subject}`,
      `Message-ID: <p${++counter}@desk.example>`,
      ...headers,
      '',
      body,
    ]
    const mail = { recipient: 'support@fwd.localhost', provider: 'test', raw: Buffer.from(lines.join('\r\n')) }
    const { id } = await receiveMail(tenant, { ...mail, verdict: { spf: null, dkim: null, dmarc, isSpam: null } }, 'test')
    await drainBackground()
    return readReceipt(tenant, id)
  }
  const ticketOf = (id: string | null) =>
    inWork(tenant, ({ tx }) =>
      tx.ticket.findFirstOrThrow({
        where: { id: id as string },
        include: { messages: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }, requester: { include: { addresses: true } } },
      }),
    )
  const body = (words: string) =>
    `${words}\n\n---------- Forwarded message ---------\nFrom: Ada Lovelace <ada@example.com>\nDate: Mon, 2 Nov 2026\nSubject: Lamp\nTo: <bob@desk.example>\n\nOn Sunday Eve <eve@example.com> wrote:\n> Is it dark?\nIt is dark.`

  it('a colleague who passes a message on makes a ticket of whoever wrote it, and their own words are a note', async () => {
    const sent = (await readSpool('fwd', 1000)).length
    const { ticketId } = await deliver({ from: agent.email, subject: 'Fwd: Lamp', body: body('A difficult one.') }, 'pass')
    const ticket = await ticketOf(ticketId)
    expect(ticket).toMatchObject({ title: 'Lamp', requester: { name: 'Ada Lovelace', addresses: [{ email: 'ada@example.com' }] } })
    expect(ticket.messages).toMatchObject([
      {
        kind: 'description',
        authorKind: 'contact',
        quotedText: null,
        bodyText: 'On Sunday Eve <eve@example.com> wrote:\n> Is it dark?\nIt is dark.',
      },
      { kind: 'note', authorKind: 'person', personId: agent.id, bodyText: 'A difficult one.' },
    ])
    expect((await readSpool('fwd', 1000)).filter(({ raw }) => raw.includes('To: ada@example.com'))).toHaveLength(0)
    expect((await readSpool('fwd', 1000)).length).toBe(sent)
  })

  it('as a file it is read like the message that it is', async () => {
    const inner =
      'From: Grace <grace@example.com>\r\nSubject: Door\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nIt is shut.\r\n--i\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=door.txt\r\n\r\noak\r\n--i--'
    const [headers, text] = asFile(inner)
    const { ticketId } = await deliver({ from: agent.email, subject: 'FW: Door', body: text, headers: [...headers] }, 'pass')
    const ticket = await ticketOf(ticketId)
    expect(ticket).toMatchObject({ title: 'Door', requester: { addresses: [{ email: 'grace@example.com' }] } })
    expect(ticket.messages).toMatchObject([{ bodyText: 'It is shut.' }, { kind: 'note', bodyText: 'Please see the mail.' }])
    const files = await inWork(tenant, ({ tx }) => tx.attachment.findMany({ where: { message: { ticketId: ticket.id } } }))
    expect(files.map(({ name }) => name)).toEqual(['door.txt'])
  })

  it.each([
    ['whoever writes under their address without proof', null],
    ['whoever fails', 'fail'],
  ] as const)('%s is the requester themselves', async (_, dmarc) => {
    const { ticketId, id } = await deliver({ from: agent.email, subject: 'Fwd: Lamp', body: body('Trust me.') }, dmarc)
    expect((await ticketOf(ticketId)).requester.addresses).toMatchObject([{ email: agent.email.toLowerCase() }])
    const admin = await makePerson(tenant, 'admin')
    const { reasons } = (await (await admin.request('GET', `/settings/mail/messages/${id}`)).json()) as { reasons: string[] }
    expect(reasons).toContain('forward_not_verified')
  })

  it('a customer who passes something on is the requester', async () => {
    const { ticketId } = await deliver({ from: 'cust@example.com', subject: 'Fwd: Lamp', body: body('Look.') }, 'pass')
    expect((await ticketOf(ticketId)).requester.addresses).toMatchObject([{ email: 'cust@example.com' }])
  })

  it('two people who write by one form are two contacts, and answer under their own addresses', async () => {
    const form = (email: string) =>
      deliver({ from: 'Site <forms@site.example>', subject: `Form ${email}`, body: 'Hi', headers: [`Reply-To: ${email}`] }, 'pass')
    const [one, two] = [await form('one@shop.example'), await form('two@shop.example')]
    const [a, b] = [await ticketOf(one.ticketId), await ticketOf(two.ticketId)]
    expect([a, b].map(({ requester }) => requester.addresses[0]?.email)).toEqual(['one@shop.example', 'two@shop.example'])
    const answer = await deliver(
      { from: 'one@shop.example', subject: 'Re: Form', body: 'More', headers: [`In-Reply-To: <${a.messages[0]?.messageId}>`] },
      'pass',
    )
    expect(answer.ticketId).toBe(a.id)
    expect((await ticketOf(a.id)).messages.at(-1)).toMatchObject({ kind: 'reply', bodyText: 'More' })
  })
})
