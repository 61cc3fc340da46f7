import { simpleParser } from 'mailparser'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { splitMail } from '../channels/email/quotes'
import { drainBackground } from '../core/background'
import { sanitizeMailHtml } from '../core/html'
import { readSpool } from '../mail/transport'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { eventsOf, inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

openTestDatabase()

let tenant: ResolvedTenant
let admin: TestPerson
let anna: TestPerson
let departmentId: string
beforeAll(async () => {
  tenant = await makeTenant('signed')
  admin = await makePerson(tenant, 'admin')
  anna = await makePerson(tenant, 'agent')
  departmentId = (await inWork(tenant, ({ tx }) => tx.department.findFirstOrThrow({ where: { isDefault: true } }))).id
})
beforeEach(forgetRateLimits)

const json = async (response: Response) => ({ status: response.status, ...(await response.json()) })
const get = async (who: TestPerson, path: string) => json(await who.request('GET', path))
const put = async (who: TestPerson, path: string, body: object) => json(await who.request('PUT', path, body))
const ownSignature = async (signatureHtml: string) =>
  put(anna, '/users/profile/signature', { version: (await get(anna, '/users/profile/signature')).version, signatureHtml })
const identity = async (given: object) => {
  const { items } = await get(admin, '/settings/mail/departments')
  const { version } = items.find(({ id }: { id: string }) => id === departmentId)
  const body = { version, senderName: null, senderShowsAgent: true, signatureHtml: '', ...given }
  return put(admin, `/settings/mail/departments/${departmentId}`, body)
}

let asked = 0
const answered = async (body: string) => {
  const email = `reader${++asked}@example.com`
  const ticket = await makeTicket(tenant, { email, title: 'Lamp' })
  const answer = await anna.request('POST', `/ticket/${ticket.id}/comments`, { body })
  expect(answer.status, await answer.clone().text()).toBe(201)
  await drainBackground()
  for (const { raw } of await readSpool('signed', 100)) {
    const mail = await simpleParser(raw)
    if (mail.to && !Array.isArray(mail.to) && mail.to.value[0]?.address === email && /^Re:/.test(mail.subject ?? ''))
      return { mail, ticket, text: mail.text ?? '', html: String(mail.html), from: mail.from?.value[0]?.name }
  }
  throw new Error('no mail')
}

describe('A reply by mail', () => {
  it('has the agent’s signature and below it the department’s, and the message has neither', async () => {
    const saved = await ownSignature('<p onclick="x()">Anna <strong>Otieno</strong><script>x()</script></p>')
    expect(saved.signatureHtml).toBe('<p>Anna <strong>Otieno</strong></p>')
    expect((await identity({ signatureHtml: '<p>Acme Support</p>' })).signatureHtml).toBe('<p>Acme Support</p>')
    const { text, html, ticket } = await answered('Please try again.')
    expect(text).toMatch(/^Please try again\.\n\n-- \nAnna Otieno\n\nAcme Support\n\nView the whole request:\nhttp/)
    expect(html).toMatch(/class="signature"[^>]*><p>Anna <strong>Otieno<\/strong><\/p><p>Acme Support<\/p><\/div>/)
    const { items } = await get(anna, `/ticket/${ticket.id}/comments`)
    expect(JSON.stringify(items)).not.toContain('Otieno')
    expect(await get(anna, `/ticket/${ticket.id}/signature`)).toMatchObject({
      senderName: `${anna.name} at ${tenant.name}`,
      signatureHtml: '<p>Anna <strong>Otieno</strong></p><p>Acme Support</p>',
    })
  })

  it('comes by the name that the department chose', async () => {
    expect((await answered('One')).from).toBe(`${anna.name} at ${tenant.name}`)
    await identity({ senderName: 'Acme\r\nBcc: x@evil.example' })
    const injected = await answered('Two')
    expect([injected.from, injected.mail.headers.has('bcc')]).toEqual([expect.stringContaining(`${anna.name} at Acme`), false])
    await identity({ senderName: 'Acme Support', senderShowsAgent: false })
    expect((await answered('Three')).from).toBe('Acme Support')
    expect((await identity({})).senderName).toBeNull()
  })

  it('that is quoted in an answer is folded with its signature', async () => {
    await ownSignature('<p>Anna Otieno</p>')
    await identity({ signatureHtml: '<p>Acme Support · +254 711 000 111</p>' })
    const { text, html } = await answered('Please try again.')
    const quoted = text.replace(/^/gm, '> ')
    const body = html.slice(html.indexOf('<body'), html.indexOf('</body>')).replace(/^<body[^>]*>/, '')
    const head = 'On Thu, 26 Nov 2026 at 11:00, Anna at Acme <support@acme.test> wrote:'
    const shapes = {
      gmail: {
        text: `It works.\n\n${head}\n\n${quoted}`,
        html: `<div dir="ltr">It works.</div><br><div class="gmail_quote"><div class="gmail_attr">${head}<br></div><blockquote class="gmail_quote">${body}</blockquote></div>`,
      },
      below: {
        text: `${head}\n${quoted}\n\nIt works.`,
        html: `<div class="moz-cite-prefix">${head}</div><blockquote type="cite">${body}</blockquote><p>It works.</p>`,
      },
      outlook: {
        text: `It works.\n\nFrom: Anna at Acme <support@acme.test>\nSent: Thursday, 26 November 2026 11:00\nTo: Ada\nSubject: Re: [SIGNED-1] Lamp\n\n${text}`,
        html: `<div>It works.</div><div id="divRplyFwdMsg"><b>From:</b> Anna at Acme &lt;support@acme.test&gt;<br><b>Sent:</b> Thursday, 26 November 2026 11:00<br><b>To:</b> Ada<br><b>Subject:</b> Re: [SIGNED-1] Lamp</div><div>${body}</div>`,
      },
    }
    for (const [name, shape] of Object.entries(shapes)) {
      const split = splitMail({ text: shape.text, html: shape.html, isAnswer: true })
      expect([name, split.bodyText.trim()]).toEqual([name, 'It works.'])
      const shown = sanitizeMailHtml(split.bodyHtml ?? '')
      expect([name, /Otieno|Acme/.test(shown), /It works/.test(shown)]).toEqual([name, false, true])
      expect([name, split.quotedText?.includes('Anna Otieno')]).toEqual([name, true])
    }
    // Not quoted, only left below what they wrote.
    const left = splitMail({ text: `It works.\n\n-- \nAnna Otieno\nAcme Support · +254 711 000 111`, html: null, isAnswer: true })
    expect(left.bodyText).toBe('It works.')
  })
})

it('an acknowledgement has no signature, and comes by the department’s name', async () => {
  await identity({ senderName: 'Acme Support', signatureHtml: '<p>Acme signature</p>' })
  const ticket = await makeTicket(tenant, { email: 'closed@example.com' })
  const answer = await admin.request('PUT', `/ticket/${ticket.id}/status`, { version: ticket.version, status: 'resolved' })
  expect(answer.status).toBe(200)
  await drainBackground()
  const raw = (await readSpool('signed', 100))
    .map((spooled) => spooled.raw.toString())
    .find((each) => each.includes('To: closed@example.com'))
  const mail = await simpleParser(raw ?? '')
  expect(mail.from?.value[0]?.name).toBe('Acme Support')
  expect(`${mail.text} ${mail.html}`).not.toContain('signature')
})

it('a signature is changed at the version that was read, emptied, and told in the trail', async () => {
  const { version, id } = await get(anna, '/users/profile/signature')
  expect((await put(anna, '/users/profile/signature', { version, signatureHtml: '<p>A</p>' })).version).toBe(version + 1)
  expect((await put(anna, '/users/profile/signature', { version, signatureHtml: '<p>B</p>' })).status).toBe(409)
  expect((await ownSignature('<p> </p>')).signatureHtml).toBeNull()
  const last = (await eventsOf(tenant, id)).at(-1)
  expect(last).toMatchObject({ type: 'person.changed', payload: { before: { signatureHtml: '<p>A</p>' }, after: { signatureHtml: null } } })
  expect((await eventsOf(tenant, departmentId)).at(-1)?.type).toBe('department.changed')
  expect(
    (
      await put(anna, `/settings/mail/departments/${departmentId}`, {
        version: 1,
        senderName: null,
        senderShowsAgent: true,
        signatureHtml: '',
      })
    ).status,
  ).toBe(403)
  const customer = await makePerson(tenant, 'customer')
  expect((await get(customer, '/users/profile/signature')).status).toBe(403)
})
