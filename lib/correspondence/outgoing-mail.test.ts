import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { receiveMail } from '../channels/email/receive'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { env } from '../env'
import { mailHostOf } from '../mail/addresses'
import { applyReport } from '../mail/delivery-report'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { startSmtp } from '../testing/smtp'

openTestDatabase()

let tenant: ResolvedTenant
let server: Awaited<ReturnType<typeof startSmtp>>
let agent: TestPerson
let admin: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('outgoing')
  agent = await makePerson(tenant, 'agent')
  admin = await makePerson(tenant, 'admin')
  server = await startSmtp()
  env().SMTP_URL = server.url
})
afterEach(() => {
  server.behaviour.onMessage = undefined
  server.received.length = 0
})
afterAll(async () => {
  env().SMTP_URL = undefined
  await server.close()
})

const json = async (response: Promise<Response>) => {
  const answer = await response
  return { status: answer.status, ...(await answer.json()) }
}

/** An answer to a customer, and what became of its mail. */
async function answered(email: string, fails = false, given?: { id: string }) {
  const ticket = given ?? (await makeTicket(tenant, { email }))
  await drainBackground()
  if (fails) server.behaviour.onMessage = () => ({ code: 554, says: '5.7.1 No' })
  const { id: commentId } = await json(agent.request('POST', `/ticket/${ticket.id}/comments`, { body: 'Try again.' }))
  await drainBackground()
  server.behaviour.onMessage = undefined
  return { ticketId: ticket.id, commentId: commentId as string }
}
const outgoing = async (who: TestPerson, query: string) => (await json(who.request('GET', `/settings/mail/outgoing?${query}`))).items
const mailOf = (id: string) => inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { id }, omit: { raw: true } }))
const commentsOf = async (who: TestPerson, ticketId: string) =>
  (await json(who.request('GET', `/ticket/${ticketId}/comments`))).items as { kind: string; delivery: Record<string, unknown> | null }[]

describe('what became of an answer', () => {
  it('stands in the conversation for staff, with why it was not sent; customers see nothing of it', async () => {
    const customer = await makePerson(tenant, 'customer', { email: 'asks.first@example.com' })
    const asked = await json(customer.request('POST', '/ticket', { title: 'Lamp', description: 'It flickers.' }))
    const { ticketId } = await answered(customer.email, true, asked)
    const reply = (await commentsOf(agent, ticketId)).find(({ kind }) => kind === 'reply')
    expect(reply?.delivery).toMatchObject({ status: 'failed', reason: 'message_refused', lastError: '554 5.7.1 No' })
    const seen = await commentsOf(customer, ticketId)
    expect(seen).toHaveLength(2)
    expect(seen.map(({ delivery }) => delivery)).toEqual([null, null])
  })

  it('is told to whoever the ticket is assigned to, and of one that nobody has to its department', async () => {
    const { ticketId, commentId } = await answered('bounces@example.com')
    const told = async (who: TestPerson) =>
      ((await json(who.request('GET', '/notifications'))).items as { type: string; count: number; href: string }[])
        .filter(({ type, href }) => type === 'mail_undelivered' && href.includes(ticketId))
        .reduce((sum, { count }) => sum + count, 0)
    const [mail] = await outgoing(agent, `ticketId=${ticketId}&status=sent&recipient=BOUNCES@example.com`)
    expect(mail).toBeDefined()
    const other = await makePerson(tenant, 'agent')
    const { messageId } = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { id: commentId } }))
    const sent = await inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { messageId }, omit: { raw: true } }))
    const bounce = { kind: 'bounced', recipient: 'bounces@example.com', isHard: false, detail: 'Full' } as const
    await inWork(tenant, (work) => applyReport(work, sent, bounce))
    await drainBackground()
    // It shows as one with that the ticket came in.
    const before = await told(agent)
    expect([before > 0, await told(other)]).toEqual([true, 1])
    const { version } = await json(agent.request('GET', `/ticket/${ticketId}`))
    await agent.request('POST', `/ticket/${ticketId}/assign`, { version, assigneeId: agent.id })
    await inWork(tenant, ({ tx }) => tx.outboundMail.updateMany({ where: { messageId }, data: { status: 'sent' } }))
    await inWork(tenant, async (work) => applyReport(work, await mailOf(sent.id), bounce))
    await drainBackground()
    expect([await told(agent), await told(other)]).toEqual([before + 1, 1])
  })
})

describe('outgoing mail', () => {
  it('that carried a message is read by whoever sees its ticket, without the key that opens the request; nothing else is', async () => {
    const { ticketId } = await answered('source@example.com')
    const [answer] = await outgoing(agent, `ticketId=${ticketId}&status=sent`)
    const source = (who: TestPerson, id: string) => json(who.request('GET', `/settings/mail/outgoing/${id}/text`))
    const { raw } = await inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow({ where: { id: answer.id } }))
    const key = `${ticketId.replaceAll('-', '')}.`
    expect(Buffer.from(raw).toString().replaceAll('=\r\n', '')).toContain(key)
    const { headers, text, status } = await source(agent, answer.id)
    expect([status, headers.find(({ name }: { name: string }) => name === 'To')?.value]).toEqual([200, 'source@example.com'])
    expect(text).toContain('Try again.')
    expect(text.replaceAll('=\n', '')).not.toContain(key)
    const outsider = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: outsider.id } }))
    const invited = await inWork(tenant, ({ tx }) =>
      tx.outboundMail.create({ data: { tenantId: tenant.ref.id, id: newId(), recipients: [], subject: '', messageId: newId(), raw } }),
    )
    expect([(await source(outsider, answer.id)).status, (await source(admin, invited.id)).status]).toEqual([404, 404])
  })

  it('is not read by whoever writes in under its Message-ID', async () => {
    await inWork(tenant, async ({ emit }) => emit('person.link_requested', { purpose: 'password_reset' }, { subjectId: admin.id }))
    await drainBackground()
    const [reset] = await outgoing(admin, `recipient=${admin.email}`)
    const support = `support@${mailHostOf(tenant.ref)}`
    const lines = ['From: eve@example.com', `To: ${support}`, 'Subject: Hello', `Message-ID: <${reset.messageId}>`, '', 'My lamp flickers.']
    const raw = Buffer.from(lines.join('\r\n'))
    const { id } = await receiveMail(tenant, { recipient: support, provider: 'test', raw }, 'test')
    await drainBackground()
    const { messageId } = await inWork(tenant, ({ tx }) => tx.inboundMail.findFirstOrThrow({ where: { id } }))
    const written = () => inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where: { id: messageId as string } }))
    expect((await written()).messageId).not.toBe(reset.messageId)
    // Nor where it was filed under that Message-ID before.
    const forged = { messageId: reset.messageId as string }
    await inWork(tenant, ({ tx }) => tx.ticketMessage.updateMany({ where: { id: messageId as string }, data: forged }))
    const read = () => json(admin.request('GET', `/settings/mail/outgoing/${reset.id}/text`))
    expect((await read()).status).toBe(404)
    const { ticketId } = await written()
    await inWork(tenant, ({ tx }) => tx.outboundMail.updateMany({ where: { id: reset.id }, data: { ticketId } }))
    expect((await read()).status).toBe(404)
    expect((await commentsOf(admin, ticketId))[0]?.delivery).toBeNull()
  })

  it('that failed is sent again by whoever may answer the ticket, once', async () => {
    const { ticketId } = await answered('again@example.com', true)
    const [failed] = await outgoing(agent, `ticketId=${ticketId}&status=failed`)
    expect(failed).toMatchObject({ recipients: ['again@example.com'], attempts: 1, resends: 0, mayResend: true, ticketId })
    const path = `/settings/mail/outgoing/${failed.id}`
    server.received.length = 0
    const answers = await Promise.all([agent.request('POST', `${path}/resend`), agent.request('POST', `${path}/resend`)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    await drainBackground()
    expect(server.received.map(({ to }) => to)).toEqual([['again@example.com']])
    const read = await json(agent.request('GET', path))
    expect(read).toMatchObject({ status: 'sent', attempts: 1, resends: 1, mayResend: false, reason: null })
    expect(read).not.toHaveProperty('raw')
  })

  it('that came back from one of several says to whom it is sent again, until that is known', async () => {
    const { ticketId } = await answered('stays@example.com')
    const [sent] = await outgoing(agent, `ticketId=${ticketId}&status=sent`)
    const { messageId } = await mailOf(sent.id)
    const comment = async () => (await commentsOf(agent, ticketId)).find(({ kind }) => kind === 'reply')?.delivery
    const recipients = ['stays@example.com', 'nobody@example.com']
    await inWork(tenant, ({ tx }) => tx.outboundMail.updateMany({ where: { messageId }, data: { recipients, reached: recipients } }))
    const bounce = { kind: 'bounced', recipient: 'nobody@example.com', isHard: false, detail: 'Full' } as const
    await inWork(tenant, async (work) => applyReport(work, await mailOf(sent.id), bounce))
    expect(await comment()).toMatchObject({ status: 'bounced', again: { resends: 0, missing: ['nobody@example.com'], suppressed: [] } })
    const again = await json(agent.request('POST', `/settings/mail/outgoing/${sent.id}/resend`))
    expect(again).toMatchObject({ status: 'queued', again: { resends: 1, missing: ['nobody@example.com'] } })
    server.behaviour.onMessage = () => ({ code: 554, says: '5.7.1 No' })
    await drainBackground()
    server.behaviour.onMessage = undefined
    expect(await comment()).toMatchObject({ status: 'failed', undelivered: ['nobody@example.com'] })
    await agent.request('POST', `/settings/mail/outgoing/${sent.id}/resend`)
    await drainBackground()
    expect(await comment()).toMatchObject({ status: 'sent', again: { resends: 2, missing: [] } })
  })

  it('is not sent again where all whom it missed are suppressed, and is as soon as one of them is not', async () => {
    const { ticketId } = await answered('gone@example.com')
    const [sent] = await outgoing(agent, `ticketId=${ticketId}&status=sent`)
    const bounce = { kind: 'bounced', recipient: 'gone@example.com', isHard: true, detail: 'No such user' } as const
    await inWork(tenant, async (work) => applyReport(work, await mailOf(sent.id), bounce))
    const path = `/settings/mail/outgoing/${sent.id}`
    expect(await json(agent.request('GET', path))).toMatchObject({
      status: 'bounced',
      mayResend: false,
      again: { suppressed: ['gone@example.com'] },
    })
    expect((await agent.request('POST', `${path}/resend`)).status).toBe(409)
    await admin.request('DELETE', '/settings/suppressions/gone@example.com')
    expect((await json(agent.request('GET', path))).mayResend).toBe(true)
  })

  it('is seen with its ticket: not by an agent who may not see that, and what is of no ticket only by who reads the mail', async () => {
    const { ticketId } = await answered('apart@example.com', true)
    const [failed] = await outgoing(agent, `ticketId=${ticketId}&status=failed`)
    const stranger = await makePerson(tenant, 'agent')
    await inWork(tenant, ({ tx }) => tx.departmentMember.deleteMany({ where: { personId: stranger.id } }))
    expect(await outgoing(stranger, `ticketId=${ticketId}`)).toEqual([])
    expect((await stranger.request('GET', `/settings/mail/outgoing/${failed.id}`)).status).toBe(404)
    expect((await stranger.request('POST', `/settings/mail/outgoing/${failed.id}/resend`)).status).toBe(404)
    await inWork(tenant, ({ tx }) =>
      tx.outboundMail.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: failed.id } }, data: { ticketId: null } }),
    )
    expect((await agent.request('GET', `/settings/mail/outgoing/${failed.id}`)).status).toBe(404)
    expect((await json(admin.request('GET', `/settings/mail/outgoing/${failed.id}`))).mayResend).toBe(true)
  })

  it('is not sent again to who complained, nor without its copy', async () => {
    const { ticketId } = await answered('erased@example.com', true)
    const [failed] = await outgoing(agent, `ticketId=${ticketId}&status=failed`)
    const where = { tenantId_id: { tenantId: tenant.ref.id, id: failed.id } }
    await inWork(tenant, ({ tx }) => tx.outboundMail.update({ where, data: { raw: new Uint8Array() } }))
    expect((await agent.request('POST', `/settings/mail/outgoing/${failed.id}/resend`)).status).toBe(409)
    await inWork(tenant, ({ tx }) => tx.outboundMail.update({ where, data: { raw: Buffer.from('x'), status: 'complained' } }))
    expect((await agent.request('POST', `/settings/mail/outgoing/${failed.id}/resend`)).status).toBe(409)
  })
})

describe('the suppression list', () => {
  const list = async (query = '') => json(admin.request('GET', `/settings/suppressions${query}`))

  it('is added to by hand, says who did, and from then on nothing is sent there', async () => {
    expect(
      (await admin.request('POST', '/settings/suppressions', { email: 'No.More@Example.com', detail: 'Asked us by phone' })).status,
    ).toBe(201)
    expect((await admin.request('POST', '/settings/suppressions', { email: 'no.more@example.com' })).status).toBe(409)
    expect((await list('?q=NO.MORE')).items).toMatchObject([
      { email: 'no.more@example.com', reason: 'manual', detail: 'Asked us by phone', addedBy: admin.name, mailId: null },
    ])
    const { ticketId } = await answered('no.more@example.com')
    const reply = (await commentsOf(agent, ticketId)).find(({ kind }) => kind === 'reply')
    expect(reply?.delivery).toMatchObject({ status: 'failed', reason: 'suppressed', withheld: ['no.more@example.com'] })
  })

  it('can be left again', async () => {
    await admin.request('POST', '/settings/suppressions', { email: 'back@example.com' })
    expect((await admin.request('DELETE', '/settings/suppressions/back@example.com')).status).toBe(200)
    expect((await admin.request('DELETE', '/settings/suppressions/back@example.com')).status).toBe(404)
    await answered('back@example.com')
    expect(server.received.map(({ to }) => to)).toContainEqual(['back@example.com'])
  })

  it('takes back what was removed as it was', async () => {
    await answered('undone@example.com')
    const { id: outgoingId } = await inWork(tenant, ({ tx }) => tx.outboundMail.findFirstOrThrow())
    const removed = { email: 'undone@example.com', reason: 'hard_bounce', detail: '550 no such user', outgoingId }
    expect((await admin.request('POST', '/settings/suppressions', removed)).status).toBe(201)
    const answer = await json(admin.request('DELETE', '/settings/suppressions/undone@example.com'))
    expect(answer).toEqual({ status: 200, ok: true, removed })
    expect((await admin.request('POST', '/settings/suppressions', answer.removed)).status).toBe(201)
    expect((await list('?q=undone')).items).toMatchObject([
      { email: removed.email, reason: 'hard_bounce', detail: removed.detail, mailId: outgoingId, addedBy: null },
    ])
  })

  it('is read in pages, by reason, and by nobody who may not read the mail', async () => {
    for (const n of [1, 2, 3]) await admin.request('POST', '/settings/suppressions', { email: `page${n}@example.com` })
    const first = await list('?limit=2&q=page&total=true')
    expect(first).toMatchObject({ total: 3, items: [{}, {}] })
    const second = await list(`?limit=2&q=page&cursor=${first.nextCursor}`)
    expect(second.nextCursor).toBeNull()
    const seen = [...first.items, ...second.items].map(({ email }: { email: string }) => email)
    expect(seen.sort()).toEqual(['page1@example.com', 'page2@example.com', 'page3@example.com'])
    expect((await list('?reason=complaint')).items).toEqual([])
    expect((await agent.request('GET', '/settings/suppressions')).status).toBe(403)
    expect((await agent.request('POST', '/settings/suppressions', { email: 'x@example.com' })).status).toBe(403)
  })
})
