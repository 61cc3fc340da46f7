import { simpleParser } from 'mailparser'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { visibleText } from '../core/text'
import { readSpool } from '../mail/transport'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { hostOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { translator } from '../text/translator'
import { recordAnswer } from '../tickets/conversation/record'
import { loadTicket } from '../tickets/ticket/queries'
import { handleRest } from '../wiring/rest'
import { defaultTemplate } from './mail-template'
import { eventNamed, type TemplateEventName, templateEventNames } from './schema'
import { checkTemplate } from './template-check'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
let agent: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('letters')
  admin = await makePerson(tenant, 'admin')
  agent = await makePerson(tenant, 'agent')
})
beforeEach(forgetRateLimits)

const path = '/settings/mail/templates'
const json = async (response: Response) => ({ status: response.status, ...(await response.json()) })
const read = async (event: string, language = 'all') => json(await admin.request('GET', `${path}/${event}/${language}`))
const save = async (event: string, body: object, language = 'all') => json(await admin.request('PUT', `${path}/${event}/${language}`, body))
const reset = async (event: string, version: number, language = 'all') =>
  json(await admin.request('POST', `${path}/${event}/${language}/reset`, { version }))
const newestTo = async (address: string) => {
  await drainBackground()
  for (const { raw } of await readSpool('letters', 1000)) {
    const mail = await simpleParser(raw)
    if (mail.to && !Array.isArray(mail.to) && mail.to.value[0]?.address === address) return mail
  }
  throw new Error(`no mail to ${address}`)
}
const contact = async (email: string, more: object = {}) =>
  json(await admin.request('POST', '/contacts', { name: 'Ada Byron', emails: [email], ...more }))
const ask = (email: string, title: string, name?: string) => makeTicket(tenant, { email, title, ...(name ? { name } : {}) })
const fetchForm = (given: object) =>
  handleRest(
    new Request(`http://${hostOf(tenant)}/api/v1/public/tickets`, {
      method: 'POST',
      headers: { host: hostOf(tenant), 'content-type': 'application/json' },
      body: JSON.stringify(given),
    }),
  )

it('the catalogue’s text of every mail is a template that could be saved', async () => {
  for (const language of ['en', 'ar-XB'] as const)
    for (const event of templateEventNames) {
      const { subject, bodyHtml } = defaultTemplate(await translator(language), event)
      expect(checkTemplate(event, { subject, bodyHtml })).toEqual({ subject: visibleText(subject), bodyHtml })
    }
})

/** A mail to a customer says nothing else of a ticket, of the team or of the workspace. Adding to it is a decision. */
it('can only be filled with what is named here', () => {
  const named = (group: string) =>
    [
      ...new Set(
        templateEventNames
          .map(eventNamed)
          .filter((event) => event.group === group)
          .flatMap(({ variables }) => variables),
      ),
    ].sort()
  expect(named('requester')).toEqual(
    [
      ...['requester.name', 'requester.firstName', 'requester.email', 'agent.name', 'agent.firstName', 'workspace.name', 'reply'],
      ...['ticket.number', 'ticket.title', 'ticket.url', 'ticket.link', 'ticket.closing', 'ticket.continues', 'ticket.mergedInto'],
    ].sort(),
  )
  expect(named('account')).toEqual(['person.name', 'person.firstName', 'workspace.name', 'link', 'link.url'].sort())
})

describe('a template', () => {
  it.each<[TemplateEventName, object, string, RegExp]>([
    ['ticket_received', { bodyHtml: '<p>Dear {{requester.frstName}}</p>' }, 'bodyHtml', /Did you mean \{\{requester\.firstName\}\}\?/],
    ['ticket_received', { bodyHtml: '<p>{{ticket.notes}}</p>' }, 'bodyHtml', /There is no placeholder \{\{ticket\.notes\}\}/],
    ['ticket_received', { bodyHtml: '<p>{{agent.name}}</p>' }, 'bodyHtml', /no placeholder \{\{agent\.name\}\}/],
    ['ticket_received', { bodyHtml: '<p>{{ticket number}}</p>' }, 'bodyHtml', /Did you mean \{\{ticket\.number\}\}\?/],
    ['ticket_received', { bodyHtml: '<p><a href="{{requester.name}}">x</a></p>' }, 'bodyHtml', /A link can lead to \{\{ticket\.url\}\}/],
    ['ticket_received', { bodyHtml: '<p> </p>' }, 'bodyHtml', /./],
    ['ticket_received', { subject: '' }, 'subject', /Enter a subject/],
    ['ticket_received', { subject: '{{ticket.link}}' }, 'subject', /can’t be part of a subject/],
    ['ticket_reply', { bodyHtml: '<p>Hello</p>', subject: 'Re: [{{ticket.number}}] {{ticket.title}}' }, 'bodyHtml', /needs \{\{reply\}\}/],
    [
      'ticket_reply',
      { bodyHtml: '<p>So: {{reply}}</p>', subject: 'Re: [{{ticket.number}}] {{ticket.title}}' },
      'bodyHtml',
      /a line of its own/,
    ],
    [
      'ticket_reply',
      { bodyHtml: '<ul><li><p>{{reply}}</p></li></ul>', subject: 'Re: [{{ticket.number}}] {{ticket.title}}' },
      'bodyHtml',
      /line of its own/,
    ],
    ['ticket_reply', { bodyHtml: '<p>{{reply}}</p>', subject: 'Other' }, 'subject', /can’t be changed/],
    ['invitation', { bodyHtml: '<p>Join us</p>' }, 'bodyHtml', /needs \{\{link\}\}/],
  ])('%s refuses %j', async (event, given, field, says) => {
    const body = { subject: 'Hello', bodyHtml: '<p>Hello</p>', ...given }
    const answer = await save(event, { version: 0, ...body })
    expect(answer.status).toBe(422)
    expect(answer.fields[field][0]).toMatch(says)
    expect((await json(await admin.request('POST', `${path}/${event}/all/preview`, body))).status).toBe(422)
    expect((await read(event)).version).toBe(0)
  })

  it('keeps what the editor makes of a link, and no script', async () => {
    const bodyHtml = '<p onclick="x()">Hi<script>x()</script> <a href="https://{{ticket.url}}">here</a></p>'
    const saved = await save('ticket_merged', { version: 0, subject: 'Hi', bodyHtml })
    expect(saved.bodyHtml).toMatch(/^<p>Hi <a href="\{\{ticket\.url\}\}"[^>]*>here<\/a><\/p>$/)
    expect((await reset('ticket_merged', 1)).version).toBe(0)
  })

  it('is changed at the version that was read, reset, and told in the trail', async () => {
    const mine = { subject: 'Got it', bodyHtml: '<p>Got it</p>' }
    expect(await read('digest')).toMatchObject({ version: 0, createdAt: null })
    expect((await save('magic_link', { version: 0, ...mine, bodyHtml: '<p>{{link}}</p>' })).version).toBe(1)
    expect((await save('magic_link', { version: 0, ...mine, bodyHtml: '<p>{{link}}</p>' })).status).toBe(409)
    expect((await save('magic_link', { version: 1, ...mine, bodyHtml: '<p>{{link}}</p><p>Bye</p>' })).version).toBe(2)
    expect((await reset('magic_link', 1)).status).toBe(409)
    const { items } = await json(await admin.request('GET', path))
    expect(items.find(({ event }: { event: string }) => event === 'magic_link').languages).toEqual(['all'])
    expect(await reset('magic_link', 2)).toMatchObject({ version: 0, subject: 'Sign in to {{workspace.name}}' })
    expect((await reset('magic_link', 2)).status).toBe(404)
    const told = await inWork(tenant, ({ tx }) =>
      tx.event.findMany({
        where: { type: { startsWith: 'mail_template.' }, payload: { path: ['event'], equals: 'magic_link' } },
        orderBy: { n: 'asc' },
      }),
    )
    expect(told.map(({ type }) => type)).toEqual(['mail_template.changed', 'mail_template.changed', 'mail_template.reset'])
  })

  it('is for who manages mail', async () => {
    expect((await agent.request('GET', path)).status).toBe(403)
    expect(
      (await agent.request('PUT', `${path}/digest/all`, { version: 0, subject: 'x', bodyHtml: '<p>{{notifications}}</p>' })).status,
    ).toBe(403)
  })
})

it('is written to a reader in their language, else in the one for all, else as the catalogue has it', async () => {
  const [german, swahili, english] = [
    await contact('g@example.com', { locale: 'de-CH' }),
    await contact('s@example.com', { locale: 'sw' }),
    await contact('e@example.com'),
  ]
  const write = (language: string, word: string) =>
    save('ticket_resolved', { version: 0, subject: word, bodyHtml: `<p>${word} {{requester.firstName}}</p>` }, language)
  const resolved = async ({ emails }: { emails: string[] }) => {
    const ticket = await ask(emails[0] as string, 'Lamp')
    const answer = await admin.request('PUT', `/ticket/${ticket.id}/status`, { version: ticket.version, status: 'resolved' })
    expect(answer.status, await answer.clone().text()).toBe(200)
    return (await newestTo(emails[0] as string)).subject
  }
  expect(await resolved(german)).toMatch(/^Re: \[LETTERS-\d+\] Lamp$/)
  await write('de', 'Erledigt')
  expect(await resolved(german)).toBe('Erledigt')
  expect(await resolved(swahili)).toMatch(/Lamp/)
  await write('all', 'Solved')
  expect([await resolved(german), await resolved(swahili), await resolved(english)]).toEqual(['Erledigt', 'Solved', 'Solved'])
})

it('is filled with text as text, on one line of the subject, and closes over a name that is none', async () => {
  const evil = '<img src=x onerror=alert(1)> & "so"\u2028Bcc: x@evil.example'
  await save('ticket_reply', {
    version: 0,
    subject: 'Re: [{{ticket.number}}] {{ticket.title}}',
    bodyHtml: '<p>Dear {{requester.firstName}},</p><p>{{reply}}</p><p>About “{{ticket.title}}”: {{ticket.url}}</p>',
  })
  const ticket = await ask('nobody@example.com', evil, 'nobody@example.com')
  const answer = await agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Look: {{ticket.title}} <b>' })
  expect(answer.status, await answer.clone().text()).toBe(201)
  const mail = await newestTo('nobody@example.com')
  expect(mail.headers.has('bcc')).toBe(false)
  expect(mail.subject).toContain('"so" Bcc: x@evil.example')
  const text = mail.text ?? ''
  expect(text).toMatch(/^Dear,\n\nLook: \{\{ticket\.title\}\} <b>\n\nAbout “<img src=x/)
  expect(text).toMatch(/View the whole request:\nhttp/)
  const html = String(mail.html)
  expect(html).toContain('&lt;img src=x onerror')
  expect(html).not.toMatch(/<img|<script/)
  expect(html).toMatch(/<a href="http[^"]*\/request#[^"]+"/)
})

it('is sent as a test ten times, and then again after a while', async () => {
  const test = async () =>
    json(await admin.request('POST', `${path}/ticket_received/all/test`, { subject: 'Test', bodyHtml: '<p>Test.</p>' }))
  for (let n = 0; n < 10; n++) expect(await test()).toMatchObject({ status: 200 })
  const refused = await test()
  expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
  expect(refused.detail).toMatch(/^Too many requests. Try again in \d+ s.$/)
})

it('is shown with an example, and sent to who asks for it as a test', async () => {
  const given = { subject: 'Got {{ticket.number}}', bodyHtml: '<p>Habari {{requester.firstName}}</p><p>{{ticket.link}}</p>' }
  const preview = await json(await admin.request('POST', `${path}/ticket_received/sw/preview`, given))
  expect(preview).toMatchObject({ subject: 'Got LETTERS-1042', text: expect.stringContaining('Habari Amina') })
  expect(preview.html).toMatch(/^<!DOCTYPE html.*lang="sw".*View your request/s)
  expect((await json(await admin.request('POST', `${path}/ticket_received/sw/test`, given))).ok).toBe(true)
  const mail = await newestTo(admin.email)
  expect(mail.subject).toBe('[Test] Got LETTERS-1042')
  expect(mail.html).toContain('Habari Amina')
  expect((await read('ticket_received', 'sw')).version).toBe(0)
})

it('an acknowledgement speaks as the workspace wrote it', async () => {
  const saved = await save('ticket_received', {
    version: 0,
    subject: '{{workspace.name}} got {{ticket.number}}',
    bodyHtml: '<p>Asante {{requester.firstName}}!</p>',
  })
  expect(saved.version).toBe(1)
  const response = await fetchForm({ email: 'form@example.com', name: 'Ada Byron', title: 'Lamp', description: 'It flickers.' })
  expect(response.status).toBe(201)
  const mail = await newestTo('form@example.com')
  expect(mail.subject).toMatch(/ got LETTERS-\d+$/)
  expect(mail.text).toMatch(/^Asante Ada!\n\n-- \n/)
})

it('what continues a request that was closed too long ago says so, in words of its own', async () => {
  const closed = await ask('again@example.com', 'Old lamp', 'Ada Byron')
  await inWork(tenant, ({ tx }) =>
    tx.ticket.updateMany({ where: { id: closed.id }, data: { status: 'closed', closedAt: new Date(Date.now() - 30 * 86_400_000) } }),
  )
  await inWork(tenant, async (work) => {
    const { requesterId: id } = await work.tx.ticket.findFirstOrThrow({ where: { id: closed.id } })
    const author = { kind: 'contact', id, name: 'Ada Byron' } as const
    await recordAnswer(work, await loadTicket(work, closed.id), { author, source: 'email', bodyText: 'It is back.', acknowledge: true })
  })
  const { text = '' } = await newestTo('again@example.com')
  expect(text).toContain(`Your request ${closed.number} was closed some time ago, so we opened a new one. Its reference is LETTERS-`)
  expect(text).toMatch(/^Hello Ada Byron,/)
})
